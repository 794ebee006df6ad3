//===- tools/vellum/Plot.cpp - vellum plot --------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

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
  if (text.getAsDouble(level) || !(level > 0))
    return reportError("option '--mark' takes a positive number, but got '" +
                       text + "'");
  return std::optional<double>(level);
}

static LogicalResult plotCurves(CurveOptions &options) {
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
  std::string picture, title;
  std::vector<std::string> files, panels;
  int64_t sample = 0, columns = 2;
};
} // namespace

/// Sample `sample` of a tensor with the dimensions time, sample, row, or a
/// tensor with the dimensions time, row.
static FailureOr<HeatmapPanel> makePanel(const NamedTensor &array,
                                         StringRef title, int64_t sample) {
  const Tensor &tensor = array.tensor;
  if (tensor.rank() != 2 && tensor.rank() != 3)
    return reportError("array '" + array.name +
                       "' must have the dimensions time, sample, row or time, "
                       "row, but got " +
                       describe(tensor));
  const int64_t samples = tensor.rank() == 3 ? tensor.shape[1] : 1;
  if (tensor.rank() == 2)
    sample = 0;
  if (sample >= samples)
    return reportError("array '" + array.name + "' has " + Twine(samples) +
                       " samples, but got --sample=" + Twine(sample));
  HeatmapPanel panel{
      title.str(), tensor.shape.front(), tensor.shape.back(), {}};
  if (panel.steps == 0 || panel.rows == 0)
    return reportError("array '" + array.name + "' is empty");
  for (int64_t t = 0; t < panel.steps; ++t)
    for (int64_t r = 0; r < panel.rows; ++r)
      panel.values.push_back(
          elementAt(tensor, (t * samples + sample) * panel.rows + r));
  return panel;
}

static FailureOr<std::vector<NamedTensor>>
readArrays(const std::vector<std::string> &files) {
  std::vector<NamedTensor> arrays;
  for (const std::string &path : files) {
    Result<std::vector<NamedTensor>> read = readNpz(path);
    if (!read)
      return reportError(read.error());
    for (NamedTensor &array : *read)
      arrays.push_back(std::move(array));
  }
  return arrays;
}

/// The panel that `NAME` or `NAME=TITLE` asks for.
static FailureOr<HeatmapPanel> findPanel(ArrayRef<NamedTensor> arrays,
                                         StringRef wanted, int64_t sample) {
  auto [name, title] = wanted.split('=');
  SmallVector<StringRef> names;
  for (const NamedTensor &array : arrays) {
    if (array.name == name)
      return makePanel(array, title.empty() ? name : title, sample);
    names.push_back(array.name);
  }
  return reportError("no file has an array '" + name + "'" +
                     suggestion(name, names));
}

static LogicalResult plotHeatmaps(const HeatmapOptions &options) {
  FailureOr<std::vector<NamedTensor>> arrays = readArrays(options.files);
  if (failed(arrays))
    return failure();
  if (options.panels.empty())
    return reportError("'vellum plot heatmap' needs a '--panel'");
  HeatmapPlot plot{options.title, {}, options.columns};
  for (const std::string &wanted : options.panels) {
    auto panel = findPanel(*arrays, wanted, options.sample);
    if (failed(panel))
      return failure();
    plot.panels.push_back(std::move(*panel));
  }
  return writePicture(options.picture, drawHeatmaps(plot));
}

static int heatmapCommand(Arguments arguments) {
  HeatmapOptions options;
  CommandLine line("vellum plot heatmap", "draws tensors over time",
                   "vellum plot heatmap copy.svg --data=trace.npz \\\n"
                   "  --panel=\"write=write weightings\" --panel=read");
  line.file("PICTURE.svg", options.picture);
  line.list("data", "FILE.npz", options.files,
            "results or traces of 'vellum run'");
  line.list("panel", "NAME[=TITLE]", options.panels,
            "the array to draw next, with the dimensions time, sample, row\n"
            "or time, row");
  line.integer("sample", options.sample, 0, "which sample to draw (0)");
  line.integer("columns", options.columns, 1, "panels side by side (2)");
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
