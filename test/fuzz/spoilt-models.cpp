//===- test/fuzz/spoilt-models.cpp - does a damaged model do harm? --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Damages the text of models, random programs as bytecode, and checkpoints, and
// takes each as far as it goes: parse, close, differentiate, compile. What gets
// that far and is small runs on the interpreter and compiled: both must refuse
// it, or both give the same.
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"

#include <chrono>
#include <fstream>
#include <map>

#include "dialect/interpreter/Interpreter.h"
#include "dialect/interpreter/TensorConversion.h"
#include "runtime/Philox.h"
#include "test/fuzz/Campaign.h"
#include "test/fuzz/Compiled.h"
#include "test/fuzz/Coverage.h"
#include "test/fuzz/Oracles.h"
#include "test/fuzz/Spoil.h"
#include "tools/vellum/Checkpoint.h"
#include "tools/vellum/Executor.h"
#include "tools/vellum/Programs.h"
#include "tools/vellum/Values.h"

using namespace mlir;
using namespace vellum;
using namespace vellum::fuzz;
namespace cl = llvm::cl;

static cl::opt<uint64_t> seed("seed", cl::desc("of all damage"), cl::init(1));
static cl::opt<uint64_t> begin("index", cl::desc("the first trial's number"),
                               cl::init(0));
static cl::opt<uint64_t> count("count", cl::desc("how many trials"),
                               cl::init(100));
static cl::opt<unsigned> minutes("minutes", cl::desc("stop after so long"),
                                 cl::init(0));
static cl::opt<unsigned> limit("limit", cl::desc("seconds for one trial"),
                               cl::init(60));
static cl::opt<bool> onlyPrint("print", cl::desc("print the damaged text"));
static cl::list<std::string> models(cl::Positional, cl::desc("MODEL.mlir..."));

//===----------------------------------------------------------------------===//
// What is damaged
//===----------------------------------------------------------------------===//

static std::string read(const std::string &path) {
  auto file = llvm::MemoryBuffer::getFile(path);
  return file ? (*file)->getBuffer().str() : std::string();
}

/// A model that was given or a random program.
static std::string soundText(Choices &choices) {
  if (!models.empty() && choices.chance(60))
    return read(models[choices.below(models.size())]);
  return printModel(drawTape(philoxFold(seed, choices.below(1 << 20))),
                    choices.chance(50));
}

static std::string damagedText(uint64_t index) {
  Choices choices(philoxFold(seed, index));
  const std::string text = soundText(choices), other = soundText(choices);
  return spoilText(text, other, choices);
}

static std::string damagedBytecode(uint64_t index) {
  Choices choices(philoxFold(seed, index));
  return spoilBytes(writeBytecode(drawTape(philoxFold(seed, index))), "",
                    choices);
}

//===----------------------------------------------------------------------===//
// What becomes of a model
//===----------------------------------------------------------------------===//

/// Whether both back ends can run it within a moment: no loop of which that is
/// not known, and nothing large.
static bool isSmall(ModuleOp module) {
  auto isLarge = [](Type type) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    if (!tensor)
      return false;
    double elements = 1;
    for (int64_t size : tensor.getShape())
      elements *= ShapedType::isDynamic(size) ? 3 : double(size);
    return elements > 2e4;
  };
  return !module
              .walk([&](Operation *op) {
                auto constant = dyn_cast<arith::ConstantOp>(op);
                auto number = constant
                                  ? dyn_cast<IntegerAttr>(constant.getValue())
                                  : IntegerAttr();
                const bool isHuge = number && number.getType().isIndex() &&
                                    number.getValue().abs().ugt(100);
                if (isHuge || isa<scf::SCFDialect>(op->getDialect()) ||
                    llvm::any_of(op->getResultTypes(), isLarge) ||
                    llvm::any_of(op->getOperandTypes(), isLarge))
                  return WalkResult::interrupt();
                return WalkResult::advance();
              })
              .wasInterrupted();
}

static Tensor argumentFor(Type type) {
  std::vector<int64_t> shape;
  if (auto tensor = dyn_cast<RankedTensorType>(type))
    for (int64_t size : tensor.getShape())
      shape.push_back(ShapedType::isDynamic(size) ? 2 : size);
  Tensor tensor = Tensor::zeros(*vellum::dtypeOf(type), shape);
  for (int64_t i = 0, n = tensor.numElements(); i < n; ++i)
    setElement(tensor, i, tensor.dtype == DType::F32 ? (i % 7) / 4.0 - 0.5 : 1);
  return tensor;
}

/// Runs a function on both back ends: what they disagree about, or how far they
/// got.
static std::string runBoth(ModuleOp module, StringRef name) {
  auto function = module.lookupSymbol<func::FuncOp>(name);
  if (failed(checkSignature(function)) || !isSmall(module))
    return "closed";
  auto code = Compiled::compile(module, CpuOptions());
  if (!code)
    return "refused by the compiler";
  Tensors arguments;
  for (Type type : function.getArgumentTypes())
    arguments.push_back(argumentFor(type));
  Arrays arrays = llvm::map_to_vector(arguments, interpreter::fromTensor);
  interpreter::Options f32;
  f32.precision = interpreter::Precision::F32;
  auto exact = interpreter::interpret(function, arrays),
       rounded = interpreter::interpret(function, arrays, f32);
  auto got = code->call(name, arguments, 1);
  if (failed(exact) != failed(got))
    return failed(got) ? "!only compiled code refuses"
                       : "!only the interpreter refuses";
  if (failed(got) || failed(rounded))
    return "refused by both";
  Reference reference(*exact, {*rounded});
  if (auto wrong = reference.check(*got))
    return "!wrong values: " + *wrong;
  return "run";
}

/// A private function is closed as part of those that call it.
static std::vector<std::string> entriesOf(Model &model) {
  std::vector<std::string> names;
  for (auto function : model.getModule().getOps<func::FuncOp>())
    if (function.isPublic() && !function.isExternal() && names.size() < 2)
      names.push_back(function.getName().str());
  return names;
}

static std::string takeModel(const std::string &path) {
  std::unique_ptr<Model> model = Model::load(path);
  if (!model)
    return "refused by the reader";
  std::string result = "parsed";
  for (const std::string &name : entriesOf(*model)) {
    Phases phases;
    ProgramOptions gradient;
    gradient.differentiated = {name};
    (void)closeFunctions(*model, {name}, gradient, phases);
    auto closed = closeFunctions(*model, {name}, ProgramOptions(), phases);
    if (failed(closed))
      continue;
    result = runBoth(**closed, name);
    if (result[0] == '!')
      break;
  }
  return result;
}

static std::string takeCheckpoint(uint64_t index, const std::string &path) {
  Choices choices(philoxFold(seed, index));
  Checkpoint checkpoint;
  checkpoint.step = choices.below(100);
  checkpoint.tensors.push_back({"w", Tensor::zeros(DType::F32, {2, 3})});
  if (failed(writeCheckpoint(path, checkpoint)))
    return "!a checkpoint cannot be written";
  const std::string damaged = spoilSafetensors(read(path), choices);
  std::ofstream(path) << damaged;
  return succeeded(readCheckpoint(path)) ? "read" : "refused by the reader";
}

//===----------------------------------------------------------------------===//
// Trials
//===----------------------------------------------------------------------===//

static const char *const kKinds[] = {"text", "text", "text", "bytecode",
                                     "checkpoint"};

static std::string trial(uint64_t index, const std::string &scratch) {
  const StringRef kind = kKinds[index % std::size(kKinds)];
  const std::string path = scratch + "/model.mlir";
  if (kind == "checkpoint")
    return takeCheckpoint(index, path);
  std::ofstream(path, std::ios::binary)
      << (kind == "text" ? damagedText(index) : damagedBytecode(index));
  return takeModel(path);
}

namespace {
class Run {
public:
  explicit Run(std::string scratch) : scratch(std::move(scratch)) {}
  int run();

private:
  bool note(uint64_t index, const Outcome &outcome);
  void summarize();

  std::string scratch;
  uint64_t number = 0, failures = 0;
  std::map<std::string, unsigned> ends;
};
} // namespace

bool Run::note(uint64_t index, const Outcome &outcome) {
  ++number;
  const std::string kind = kKinds[index % std::size(kKinds)];
  std::string end = outcome.death.empty() ? outcome.text : "!" + outcome.death;
  if (end[0] == '!') {
    ++failures;
    llvm::outs() << "FAIL --seed=" << seed << " --index=" << index << " ("
                 << kind << "): " << end.substr(1) << '\n'
                 << StringRef(outcome.errors).take_back(2000) << '\n';
    llvm::outs().flush();
    end = end.substr(0, end.find(':'));
  }
  ++ends[kind + ": " + end];
  return true;
}

void Run::summarize() {
  llvm::outs() << number << " damaged models from seed " << seed << ", index "
               << begin << " on: " << failures << " failures\n";
  for (const auto &[end, times] : ends)
    llvm::outs() << llvm::format("%7u  ", times) << end << '\n';
}

int Run::run() {
  const auto start = std::chrono::steady_clock::now();
  Campaign campaign(scratch, limit);
  campaign.run(
      begin, begin + count, [&](uint64_t i) { return trial(i, scratch); },
      [&](uint64_t i, const Outcome &outcome) {
        const std::chrono::duration<double> took =
            std::chrono::steady_clock::now() - start;
        return note(i, outcome) && !(minutes && took.count() > 60 * minutes);
      });
  summarize();
  return failures > 0;
}

int main(int argc, char **argv) {
  cl::ParseCommandLineOptions(argc, argv, "damages models\n");
  if (onlyPrint) {
    llvm::outs() << damagedText(begin);
    return 0;
  }
  llvm::SmallString<64> scratch;
  if (llvm::sys::fs::createUniqueDirectory("spoilt-models", scratch))
    return 2;
  const int status = Run(scratch.str().str()).run();
  llvm::sys::fs::remove_directories(scratch);
  return status;
}
