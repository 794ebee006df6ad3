//===- tools/vellum/Explain.cpp - vellum explain --------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "llvm/Support/FormatVariadic.h"

#include "lowering/cpu/Pipeline.h"
#include "tools/vellum/BenchProgram.h"
#include "tools/vellum/Commands.h"
#include "tools/vellum/Remarks.h"
#include "tools/vellum/Report.h"
#include "tools/vellum/ShapeCheck.h"
#include "tools/vellum/SupposedShapes.h"
#include "tools/vellum/TimeLimit.h"

using namespace mlir;
using namespace vellum;

namespace {
struct ExplainOptions {
  std::string model, entry;
  bool gradient = false, json = false;
  std::vector<std::string> shapes;
  TimeLimit timeLimit;
};

/// Explains one program of a model.
class Explanation {
public:
  explicit Explanation(ExplainOptions &options) : options(options) {}

  LogicalResult run();

private:
  FailureOr<OwnedModule> build(bool isStepOnBatch, CloseHook afterClose);
  LogicalResult compile();
  LogicalResult count();
  void print() const;
  void printJson() const;

  ExplainOptions &options;
  /// In front of the model, whose context speaks to it.
  RemarkCollection remarks;
  std::unique_ptr<Model> model;
  /// The function that the program is made of, and that it becomes.
  std::string source, program, title;
  std::optional<Work> work;
};
} // namespace

//===----------------------------------------------------------------------===//
// The program
//===----------------------------------------------------------------------===//

FailureOr<OwnedModule> Explanation::build(bool takesBatch,
                                          CloseHook afterClose) {
  Phases phases;
  if (options.entry.empty()) {
    StepOptions step;
    step.takesBatch = takesBatch;
    step.afterClose = std::move(afterClose);
    return buildStep(*model, phases, step);
  }
  ProgramOptions entry;
  if (options.gradient)
    entry.differentiated = {source};
  entry.afterClose = std::move(afterClose);
  return closeFunctions(*model, StringRef(source), entry, phases);
}

/// Counts what the program computes for the shapes that are given.
LogicalResult Explanation::count() {
  if (options.shapes.empty())
    return success();
  auto module = build(/*takesBatch=*/true, [&](ModuleOp closed) {
    auto function = closed.lookupSymbol<func::FuncOp>(source);
    auto arguments = argumentsOfShapes(function, options.shapes);
    return failed(arguments) ? failure() : specialize(function, *arguments);
  });
  if (failed(module))
    return failure();
  auto counted = countWork(**module, program);
  if (succeeded(counted))
    work = *counted;
  return counted;
}

/// Compiles as far as passes have something to say, for any shapes.
LogicalResult Explanation::compile() {
  if (failed(remarks.listenTo(model->getContext())))
    return reportError("remarks cannot be listened to");
  auto module = build(/*takesBatch=*/false, {});
  if (failed(module))
    return failure();
  auto passes = PassManager::on<ModuleOp>(&model->getContext());
  populateCpuPipeline(passes, CpuPipelineOptions());
  return passes.run(**module);
}

LogicalResult Explanation::run() {
  options.timeLimit.begin();
  model = Model::load(options.model);
  if (!model)
    return failure();
  if (options.entry.empty()) {
    auto recipe = model->requireRecipe(/*hasEntryOption=*/true);
    if (failed(recipe))
      return failure();
    source = recipe->getLoss().str();
    program = "train_step";
    title = "training step";
  } else {
    auto entry = findEntry(*model, options.entry);
    if (failed(entry))
      return failure();
    source = entry->getName().str();
    program = options.gradient ? gradientName(source) : source;
    title = (options.gradient ? "gradient of @" : "@") + source;
  }
  // Counting builds the program too: before anybody listens.
  if (failed(count()) || failed(compile()))
    return failure();
  options.timeLimit.end();
  options.json ? printJson() : print();
  return success();
}

//===----------------------------------------------------------------------===//
// The report
//===----------------------------------------------------------------------===//

void Explanation::print() const {
  llvm::raw_ostream &os = llvm::outs();
  os << title << " of " << options.model << '\n';
  if (work)
    os << llvm::formatv("{0:f0} floating-point operations and {1:f0} bytes of "
                        "operands and results of products in a call\n",
                        work->flops, work->productBytes);
  else if (options.shapes.empty())
    os << "what a call computes depends on sizes: name them with --shape\n";
  else
    os << "what a call computes depends on data\n";
  os << '\n';
  remarks.print(os, model->getText());
}

void Explanation::printJson() const {
  llvm::json::Object object{{"model", options.model},
                            {"program", title},
                            {"flop", nullptr},
                            {"product_bytes", nullptr},
                            {"lines", remarks.toJson(model->getText())},
                            {"totals", remarks.totalsToJson()}};
  if (work) {
    object["flop"] = work->flops;
    object["product_bytes"] = work->productBytes;
  }
  llvm::outs() << llvm::formatv("{0:2}\n",
                                llvm::json::Value(std::move(object)));
}

int vellum::explainCommand(Arguments arguments) {
  ExplainOptions options;
  CommandLine line(
      "vellum explain",
      "says what the compiler makes of each line of a model: what it fuses,\n"
      "what leaves time loops, what is kept for gradients, and why not more",
      "vellum explain model.mlir\n"
      "vellum explain model.mlir --entry=predict --shape=x=41x1x9 --json");
  line.file("MODEL.mlir", options.model);
  line.text("entry", "NAME", options.entry,
            "the function to explain (default: the recipe's\n"
            "training step)");
  line.flag("gradient", options.gradient,
            "explain the entry together with its gradient");
  line.list("shape", "NAME=SIZES", options.shapes,
            "sizes of an argument of the entry, or of the loss\n"
            "function, such as x=41x16x9, to count operations\n"
            "for; what must be equal to them follows. Repeat for\n"
            "more");
  line.flag("json", options.json, "print JSON");
  options.timeLimit.declare(line);
  if (std::optional<int> code = line.parse(arguments))
    return *code;
  if (options.gradient && options.entry.empty())
    return failed(reportError("--gradient needs an --entry"));
  Explanation explanation(options);
  return failed(explanation.run());
}
