//===- tools/vellum/Plot.cpp - vellum plot --------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "llvm/ADT/STLExtras.h"

#include <cmath>
#include <optional>

#include "runtime/File.h"
#include "runtime/Npz.h"
#include "tools/vellum/CommandLine.h"
#include "tools/vellum/Commands.h"
#include "tools/vellum/PlotCurve.h"
#include "tools/vellum/PlotHeatmap.h"
#include "tools/vellum/Report.h"
#include "tools/vellum/Values.h"

using namespace llvm;
using namespace vellum;

/// Other programs go by the ending, and would not know what to make of another.
static LogicalResult checkName(const std::string &path) {
  if (StringRef(path).ends_with_insensitive(".svg"))
    return success();
  return reportError(path +
                     ": pictures are SVG, so their names must end in .svg");
}

static LogicalResult writePicture(const std::string &path,
                                  const std::string &picture) {
  Status written = writeFileAtomic(path, picture);
  return written ? success() : reportError(written.error());
}

//===----------------------------------------------------------------------===//
// vellum plot curve
//===----------------------------------------------------------------------===//

namespace {
struct CurveOptions {
  std::string picture, metric, title, mark;
  std::vector<std::string> runs, labels;
};
} // namespace

/// The level to mark, of which there may be none.
static FailureOr<std::optional<double>> parseMark(StringRef text) {
  if (text.empty())
    return std::optional<double>();
  double level = 0;
  if (text.getAsDouble(level) || !(std::abs(level) < 1e300))
    return reportError("option '--mark' takes a number, but got '" + text +
                       "'");
  return std::optional<double>(level);
}

static LogicalResult plotCurves(CurveOptions &options) {
  if (failed(checkName(options.picture)))
    return failure();
  if (options.runs.empty())
    return reportError("'vellum plot curve' needs a '--run'");
  if (options.labels.size() > options.runs.size())
    return reportError("there are " + Twine(options.labels.size()) +
                       " labels for " + Twine(options.runs.size()) + " runs");
  FailureOr<std::optional<double>> mark = parseMark(options.mark);
  if (failed(mark))
    return failure();
  CurvePlot plot;
  plot.mark = *mark;
  plot.metric = options.metric;
  for (auto [i, path] : enumerate(options.runs)) {
    FailureOr<std::vector<Point>> points = readMetric(path, plot.metric);
    if (failed(points))
      return failure();
    plot.curves.push_back(
        {i < options.labels.size() ? options.labels[i] : path, *points});
  }
  plot.title = options.title.empty() ? plot.metric : options.title;
  return writePicture(options.picture, drawCurves(plot));
}

static int curveCommand(Arguments arguments) {
  CurveOptions options;
  CommandLine line("vellum plot curve", "draws what training measured",
                   "vellum plot curve loss.svg --run=out/metrics.jsonl "
                   "--metric=bits");
  line.file("PICTURE.svg", options.picture);
  line.list("run", "METRICS.jsonl", options.runs,
            "what a run of 'vellum train' measured; one line of the picture");
  line.list("label", "TEXT", options.labels,
            "the name of a run, in the order of the runs");
  line.text("metric", "NAME", options.metric,
            "what to draw (the first metric)");
  line.text("mark", "LEVEL", options.mark, "draws a dashed line there");
  line.text("title", "TEXT", options.title, "the picture's title");
  if (std::optional<int> code = line.parse(arguments))
    return *code;
  return failed(plotCurves(options));
}

//===----------------------------------------------------------------------===//
// vellum plot heatmap
//===----------------------------------------------------------------------===//

namespace {
struct HeatmapOptions {
  std::string picture, title, xLabel, yLabel;
  std::vector<std::string> files, panels;
  std::optional<int64_t> sample;
  int64_t columns = 2;
};

/// An array with the file that it is from.
struct Source {
  NamedTensor array;
  size_t file;
  bool isSampled = false, isUsed = false;
};

/// What `NAME[I,J]=TITLE` asks for: one array, or the part of it at leading
/// indices.
struct PanelRequest {
  StringRef name, title;
  SmallVector<int64_t> indices;
};
} // namespace

static FailureOr<PanelRequest> parsePanel(StringRef text) {
  PanelRequest request;
  StringRef array;
  std::tie(array, request.title) = text.split('=');
  if (request.title.empty())
    request.title = array;
  request.name = array;
  if (!array.consume_back("]"))
    return request;
  StringRef list;
  std::tie(request.name, list) = array.rsplit('[');
  SmallVector<StringRef> numbers;
  list.split(numbers, ',');
  for (StringRef number : numbers)
    if (number.trim().getAsInteger(10, request.indices.emplace_back()))
      return reportError("option '--panel' takes NAME[I,J]=TITLE with whole "
                         "numbers, but got '" +
                         text + "'");
  return request;
}

/// Where the part of an array at leading indices begins.
static FailureOr<int64_t> findPart(const NamedTensor &array,
                                   ArrayRef<int64_t> indices) {
  const std::vector<int64_t> &shape = array.tensor.shape;
  int64_t offset = 0;
  for (size_t i = 0; i < shape.size(); ++i) {
    const int64_t index = i < indices.size() ? indices[i] : 0;
    if (index < 0 || index >= shape[i])
      return reportError("array '" + array.name + "' has the size " +
                         Twine(shape[i]) + " in dimension " + Twine(i) +
                         ", but got the index " + Twine(index));
    offset = offset * shape[i] + index;
  }
  return offset;
}

/// The matrix of an array's part that has two dimensions, or three, of which
/// the second one counts samples.
static FailureOr<HeatmapPanel> makePanel(Source &source,
                                         const PanelRequest &request,
                                         const HeatmapOptions &options) {
  const Tensor &tensor = source.array.tensor;
  const auto first = static_cast<int64_t>(request.indices.size());
  const int64_t rank = tensor.rank() - first, last = tensor.rank() - 1;
  if (rank != 2 && rank != 3)
    return reportError("array '" + source.array.name +
                       "' must have two dimensions, or three of which the "
                       "second counts samples, behind the indices in [], but "
                       "got " +
                       describe(tensor));
  source.isSampled |= rank == 3;
  const int64_t samples = rank == 3 ? tensor.shape[first + 1] : 1;
  const int64_t sample = rank == 3 ? options.sample.value_or(0) : 0;
  if (sample >= samples)
    return reportError("array '" + source.array.name + "' has " +
                       Twine(samples) +
                       " samples, but got --sample=" + Twine(sample));
  FailureOr<int64_t> offset = findPart(source.array, request.indices);
  if (failed(offset))
    return failure();
  const auto label = [](StringRef wanted, int64_t dimension) {
    return wanted.empty() ? "dimension " + std::to_string(dimension)
                          : wanted.str();
  };
  HeatmapPanel panel{request.title.str(),         label(options.xLabel, first),
                     label(options.yLabel, last), tensor.shape[first],
                     tensor.shape[last],          {}};
  for (int64_t t = 0; t < panel.steps; ++t)
    for (int64_t r = 0; r < panel.rows; ++r)
      panel.values.push_back(
          elementAt(tensor, *offset + (t * samples + sample) * panel.rows + r));
  return panel;
}

static FailureOr<std::vector<Source>>
readArrays(const std::vector<std::string> &files) {
  std::vector<Source> arrays;
  for (auto [i, path] : enumerate(files)) {
    Result<std::vector<NamedTensor>> read = readNpz(path);
    if (!read)
      return reportError(read.error());
    for (NamedTensor &array : *read)
      arrays.push_back({std::move(array), i});
  }
  return arrays;
}

/// The panel that an option asks for.
static FailureOr<HeatmapPanel> findPanel(MutableArrayRef<Source> sources,
                                         StringRef wanted,
                                         const HeatmapOptions &options) {
  FailureOr<PanelRequest> request = parsePanel(wanted);
  if (failed(request))
    return failure();
  SmallVector<StringRef> names;
  for (Source &source : sources) {
    names.push_back(source.array.name);
    if (source.array.name != request->name)
      continue;
    source.isUsed = true;
    return makePanel(source, *request, options);
  }
  return reportError("no file has an array '" + request->name + "'" +
                     suggestion(request->name, names));
}

/// An error where an option changes nothing of the picture.
static LogicalResult checkEffects(ArrayRef<Source> sources,
                                  const HeatmapOptions &options) {
  if (options.sample &&
      none_of(sources, [](const Source &source) { return source.isSampled; }))
    return reportNoEffect("sample", "no panel's array has samples");
  for (auto [i, path] : enumerate(options.files))
    if (none_of(sources, [i = i](const Source &source) {
          return source.isUsed && source.file == i;
        }))
      return reportNoEffect("data", "no panel shows an array of " + path);
  return success();
}

static LogicalResult plotHeatmaps(const HeatmapOptions &options) {
  if (failed(checkName(options.picture)))
    return failure();
  FailureOr<std::vector<Source>> sources = readArrays(options.files);
  if (failed(sources))
    return failure();
  if (options.panels.empty())
    return reportError("'vellum plot heatmap' needs a '--panel'");
  HeatmapPlot plot{options.title, {}, options.columns};
  for (const std::string &wanted : options.panels) {
    auto panel = findPanel(*sources, wanted, options);
    if (failed(panel))
      return failure();
    plot.panels.push_back(std::move(*panel));
  }
  if (failed(checkEffects(*sources, options)))
    return failure();
  return writePicture(options.picture, drawHeatmaps(plot));
}

static int heatmapCommand(Arguments arguments) {
  HeatmapOptions options;
  CommandLine line("vellum plot heatmap", "draws matrices in colours",
                   "vellum plot heatmap copy.svg --data=trace.npz \\\n"
                   "  --panel=\"write=write weightings\" --panel=read \\\n"
                   "  --x-label=\"time step\"");
  line.file("PICTURE.svg", options.picture);
  line.list("data", "FILE.npz", options.files,
            "results or traces of 'vellum run'");
  line.list("panel", "NAME[=TITLE]", options.panels,
            "the array to draw next: of two dimensions, the first to the\n"
            "right and the second downward, or of three with samples\n"
            "between them, as time, sample, row. NAME[I,J] is the part of\n"
            "an array of more dimensions at the first indices I, J");
  line.integer("sample", options.sample, 0, "which sample to draw (0)");
  line.integer("columns", options.columns, 1, "panels side by side (2)");
  line.text("x-label", "TEXT", options.xLabel,
            "what the first dimension is, such as \"time step\"");
  line.text("y-label", "TEXT", options.yLabel,
            "what the last dimension is, such as \"location\"");
  line.text("title", "TEXT", options.title, "the picture's title");
  if (std::optional<int> code = line.parse(arguments))
    return *code;
  return failed(plotHeatmaps(options));
}

//===----------------------------------------------------------------------===//
// vellum plot
//===----------------------------------------------------------------------===//

int vellum::plotCommand(Arguments arguments) {
  const StringRef kind = arguments.empty() ? "" : arguments.front();
  if (kind == "curve")
    return curveCommand(arguments.drop_front());
  if (kind == "heatmap")
    return heatmapCommand(arguments.drop_front());
  if (kind == "--help" || kind == "-h") {
    outs() << "vellum plot: draws training curves and recorded tensors\n\n"
              "usage: vellum plot curve|heatmap PICTURE.svg [options]\n\n"
              "'vellum plot curve --help' and 'vellum plot heatmap --help' say "
              "more.\n";
    return 0;
  }
  (void)reportError("'vellum plot' draws a curve or a heatmap, but got '" +
                    kind + "'" + suggestion(kind, {"curve", "heatmap"}));
  return 1;
}
