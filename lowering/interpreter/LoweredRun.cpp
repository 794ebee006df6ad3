//===- lowering/interpreter/LoweredRun.cpp - runs programs at any phase ---===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowering/interpreter/LoweredRun.h"

#include "mlir/Dialect/LLVMIR/LLVMTypes.h"
#include "llvm/ADT/Twine.h"

#include "lowering/interpreter/Machine.h"

using namespace mlir;
using namespace vellum;
using namespace vellum::interpreter;

Signature Signature::of(func::FuncOp function) {
  Signature signature;
  signature.name = function.getName().str();
  signature.numResults = function.getNumResults();
  for (unsigned i = 0; i < signature.numResults; ++i) {
    auto argument =
        function.getResultAttrOfType<IntegerAttr>(i, "vellum.inplace");
    signature.overwritten.push_back(
        argument ? std::optional<unsigned>(argument.getInt()) : std::nullopt);
  }
  for (auto [i, type] : llvm::enumerate(function.getArgumentTypes()))
    if (isa<MemRefType>(type))
      signature.memories.push_back(i);
  return signature;
}

LoweredRun::LoweredRun(Precision precision, int64_t maxSteps)
    : machine(std::make_unique<Machine>()) {
  options.precision = precision;
  options.maxSteps = maxSteps;
}

LoweredRun::~LoweredRun() = default;

void LoweredRun::setTrace(Trace *trace) { machine->memory.setTrace(trace); }

const Memory &LoweredRun::getMemory() const { return machine->memory; }

/// What the function is called with: a context first where it wants one, and
/// memory with their elements for tensors.
FailureOr<SmallVector<Array>>
LoweredRun::passArguments(func::FuncOp function, ArrayRef<Array> arguments) {
  ArrayRef<Type> types = function.getArgumentTypes();
  SmallVector<Array> passed;
  if (!types.empty() && isa<LLVM::LLVMPointerType>(types.front())) {
    passed.push_back(Array::integer(0));
    types = types.drop_front();
  }
  Memory &memory = machine->memory;
  memory.enter(function);
  for (auto [i, type, argument] : llvm::enumerate(types, arguments)) {
    if (!isa<MemRefType>(type)) {
      passed.push_back(argument);
      continue;
    }
    const View view =
        View::rowMajor(memory.allocate(argument.kind, argument.size(), nullptr,
                                       "argument " + std::to_string(i)),
                       argument.shape);
    if (failed(memory.store(view.addresses(), argument)))
      return failure();
    passed.push_back(view.handle());
  }
  return passed;
}

/// What a result is: the elements of memory, or the value itself.
FailureOr<Array> LoweredRun::contentsOf(func::FuncOp function, Type type,
                                        const Array &value, unsigned result) {
  Array array = value;
  if (isa<MemRefType>(type)) {
    FailureOr<Array> contents = machine->memory.snapshot(View::of(value));
    if (failed(contents))
      return failure();
    array = std::move(*contents);
  }
  if (llvm::any_of(array.floats, isUnwritten))
    return function.emitError("result ")
           << result << " has elements that nothing has written";
  return array;
}

/// The function that has the program, in the form that passes have given it.
static func::FuncOp bodyOf(ModuleOp module, StringRef name) {
  if (auto body = module.lookupSymbol<func::FuncOp>((name + ".body").str()))
    return body;
  return module.lookupSymbol<func::FuncOp>(name);
}

FailureOr<SmallVector<Array>> LoweredRun::call(ModuleOp module,
                                               const Signature &signature,
                                               ArrayRef<Array> arguments) {
  func::FuncOp function = bodyOf(module, signature.name);
  if (!function)
    return module.emitError("has no function '") << signature.name << "'";
  Evaluators evaluators = Evaluators::all();
  for (auto *add : {addBuffers, addTensorsInMemory, addStructuredOnMemory,
                    addKernels, addTiles})
    add(evaluators, *machine);
  Run run(options, evaluators);
  run.beforeOp = [&](Operation &op, Frame &frame) {
    return checkHomes(op, frame, *machine);
  };
  FailureOr<SmallVector<Array>> passed = passArguments(function, arguments);
  if (failed(passed))
    return failure();
  FailureOr<SmallVector<Array>> returned =
      interpreter::call(function, *passed, function.getLoc(), run);
  isGivenUp = options.maxSteps && run.evaluated > options.maxSteps;
  if (failed(returned) || !run.expectationsHold)
    return failure();
  return resultsOf(function, signature, *passed, *returned);
}

FailureOr<SmallVector<Array>> LoweredRun::resultsOf(func::FuncOp function,
                                                    const Signature &signature,
                                                    ArrayRef<Array> passed,
                                                    ArrayRef<Array> returned) {
  // A body leaves out the results that overwrite arguments.
  const bool isWhole = returned.size() == signature.numResults;
  const size_t contexts =
      passed.size() > 0 &&
      isa<LLVM::LLVMPointerType>(function.getArgumentTypes().front());
  SmallVector<Array> results;
  unsigned next = 0;
  const auto add = [&](Type type, const Array &value) -> LogicalResult {
    FailureOr<Array> contents =
        contentsOf(function, type, value, results.size());
    if (succeeded(contents))
      results.push_back(std::move(*contents));
    return contents;
  };
  const auto addArgument = [&](unsigned argument) {
    const unsigned number = argument + contexts;
    return add(function.getArgumentTypes()[number], passed[number]);
  };
  for (std::optional<unsigned> argument : signature.overwritten) {
    const bool isReturned = isWhole || !argument;
    if (failed(isReturned ? add(function.getResultTypes()[next], returned[next])
                          : addArgument(*argument)))
      return failure();
    next += isReturned;
  }
  for (unsigned argument : signature.memories)
    if (failed(addArgument(argument)))
      return failure();
  return results;
}
