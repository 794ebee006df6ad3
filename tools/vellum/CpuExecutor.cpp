//===- tools/vellum/CpuExecutor.cpp - on compiled code --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include <chrono>

#include "lowering/cpu/Program.h"
#include "runtime/Context.h"
#include "tools/vellum/Executor.h"
#include "tools/vellum/FirstErrorOnly.h"
#include "tools/vellum/Report.h"
#include "tools/vellum/Values.h"

using namespace mlir;
using namespace vellum;

namespace {
/// What is known of a compiled function beside its code.
struct Entry {
  VellumEntry code = nullptr;
  std::vector<VellumTensor> outputs;
  /// For each result, whether it overwrites an argument.
  std::vector<bool> inPlace;
};

class CpuExecutor final : public Executor {
public:
  static FailureOr<std::unique_ptr<Executor>>
  create(OwningOpRef<ModuleOp> module, const BackendOptions &options,
         const LoweringOptions &lowering);

  FailureOr<std::vector<Tensor>>
  call(StringRef function, llvm::MutableArrayRef<Tensor> arguments) override;
  LogicalResult execute(StringRef function,
                        llvm::MutableArrayRef<Tensor> arguments) override;
  CompileTimes getCompileTimes() const override { return times; }
  std::optional<int64_t> getTemporaryBytes() const override {
    return arenaCapacity(*context);
  }
  std::optional<int64_t> getPeakBytes() const override {
    return arenaPeak(*context);
  }

private:
  LogicalResult lookUpEntries();
  /// Runs an entry, which leaves its results in the context's memory.
  FailureOr<std::vector<VellumTensor>> run(const Entry &entry,
                                           ArrayRef<Tensor> arguments);

  std::unique_ptr<CpuProgram> program;
  ContextPtr context = createContext();
  llvm::StringMap<Entry> entries;
  CompileTimes times;
};
} // namespace

/// A result as it is before the call: the program chooses its memory and knows
/// its sizes.
static VellumTensor emptyOutput(Type type) {
  VellumTensor output = {};
  output.dtype = static_cast<int32_t>(*dtypeOf(type));
  if (auto tensor = dyn_cast<RankedTensorType>(type))
    output.rank = static_cast<int32_t>(tensor.getRank());
  return output;
}

/// What the host must know of the public functions, taken down before
/// compilation changes the module.
static llvm::StringMap<Entry> describeEntries(ModuleOp module) {
  llvm::StringMap<Entry> entries;
  for (auto function : module.getOps<func::FuncOp>()) {
    if (!function.isPublic() || function.isExternal())
      continue;
    Entry &entry = entries[function.getName()];
    for (auto [i, type] : llvm::enumerate(function.getResultTypes())) {
      entry.outputs.push_back(emptyOutput(type));
      entry.inPlace.push_back(overwrittenArgument(function, i).has_value());
    }
  }
  return entries;
}

LogicalResult CpuExecutor::lookUpEntries() {
  for (auto &[name, entry] : entries) {
    llvm::Expected<VellumEntry> code = program->lookup(name);
    if (!code)
      return reportError(code.takeError());
    entry.code = *code;
  }
  return success();
}

/// Compiles, and reports one error only: that which has a place in the model,
/// where there is one, and not what the compiler says of its failure besides.
static FailureOr<std::unique_ptr<CpuProgram>>
compileQuietly(ModuleOp module, const CpuOptions &options) {
  FirstErrorOnly errors(module.getContext());
  auto program = CpuProgram::compile(module, options);
  if (program)
    return std::move(*program);
  if (!errors.hasSeen())
    return reportError(program.takeError());
  llvm::consumeError(program.takeError());
  return failure();
}

FailureOr<std::unique_ptr<Executor>>
CpuExecutor::create(OwningOpRef<ModuleOp> module, const BackendOptions &options,
                    const LoweringOptions &lowering) {
  auto executor = std::make_unique<CpuExecutor>();
  executor->entries = describeEntries(*module);
  CpuOptions cpuOptions;
  cpuOptions.target = options.target;
  cpuOptions.lowering = lowering;
  const auto began = std::chrono::steady_clock::now();
  auto program = compileQuietly(*module, cpuOptions);
  if (failed(program))
    return failure();
  executor->program = std::move(*program);
  if (!setThreads(*executor->context, static_cast<int>(options.threads)))
    return reportError("the system does not give " + Twine(options.threads) +
                       " threads");
  // Code is generated when it is first looked up.
  if (failed(executor->lookUpEntries()))
    return failure();
  const std::chrono::duration<double> all =
      std::chrono::steady_clock::now() - began;
  executor->times.lowering = executor->program->getLoweringSeconds();
  executor->times.llvm = all.count() - executor->times.lowering;
  return std::unique_ptr<Executor>(std::move(executor));
}

FailureOr<std::vector<VellumTensor>>
CpuExecutor::run(const Entry &entry, ArrayRef<Tensor> arguments) {
  std::vector<VellumTensor> inputs;
  for (const Tensor &argument : arguments) {
    Result<VellumTensor> view = viewTensor(argument);
    if (!view)
      return reportError(view.error());
    inputs.push_back(*view);
  }
  std::vector<VellumTensor> outputs = entry.outputs;
  reset(*context);
  if (vellum_rt_call(context.get(), entry.code, inputs.data(),
                     outputs.data()) != 0)
    return reportErrorAt(errorPlace(*context), error(*context));
  return outputs;
}

FailureOr<std::vector<Tensor>>
CpuExecutor::call(StringRef function, llvm::MutableArrayRef<Tensor> arguments) {
  const Entry &entry = entries.find(function)->second;
  auto outputs = run(entry, arguments);
  if (failed(outputs))
    return failure();
  std::vector<Tensor> results;
  for (auto [output, inPlace] : llvm::zip_equal(*outputs, entry.inPlace))
    if (!inPlace)
      results.push_back(copyTensor(output));
  return results;
}

LogicalResult CpuExecutor::execute(StringRef function,
                                   llvm::MutableArrayRef<Tensor> arguments) {
  return run(entries.find(function)->second, arguments);
}

FailureOr<std::unique_ptr<Executor>>
vellum::createCpuExecutor(OwningOpRef<ModuleOp> module,
                          const BackendOptions &options,
                          const LoweringOptions &lowering) {
  return CpuExecutor::create(std::move(module), options, lowering);
}
