//===- tools/vellum/BudgetExecutor.cpp - within a memory budget -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One program can be compiled to keep all steps of its scans, or to keep less
// and compute steps again, once or twice. Which form runs is decided for every
// call, since its sizes may differ from the last one's: small programs tell
// beforehand what each would keep. All forms give the same bits.
//
//===----------------------------------------------------------------------===//

#include "mlir/Pass/PassManager.h"

#include <array>

#include "lowering/Passes.h"
#include "lowering/checkpoint/MemoryFunction.h"
#include "lowering/cpu/Pipeline.h"
#include "tools/vellum/Executor.h"
#include "tools/vellum/Report.h"
#include "tools/vellum/Values.h"

using namespace mlir;
using namespace vellum;

namespace {
/// A form of the program, and the program that measures it; each is compiled
/// when it is first needed.
struct Form {
  LoweringOptions lowering;
  std::unique_ptr<Executor> program, meter;
};

class BudgetExecutor final : public Executor {
public:
  BudgetExecutor(OwningOpRef<ModuleOp> fused, const BackendOptions &options);

  /// Compiles what is sure to be needed.
  LogicalResult prepare() {
    return options.memory ? success() : LogicalResult(programOf(forms[0]));
  }

  FailureOr<std::vector<Tensor>>
  call(StringRef function, llvm::MutableArrayRef<Tensor> arguments) override;
  FailureOr<std::optional<KeptMemory>>
  foresee(StringRef function, llvm::MutableArrayRef<Tensor> arguments) override;
  std::optional<int64_t> peakBytes() const override;

private:
  using Numbers = std::array<int64_t, numMemoryResults>;

  FailureOr<std::unique_ptr<Executor>> compile(OwningOpRef<ModuleOp> module,
                                               const Form &form);
  FailureOr<Executor *> programOf(Form &form);
  FailureOr<Executor *> meterOf(Form &form);
  FailureOr<Numbers> measure(Form &form, StringRef function,
                             llvm::MutableArrayRef<Tensor> arguments);
  FailureOr<Form *> choose(StringRef function,
                           llvm::MutableArrayRef<Tensor> arguments,
                           KeptMemory &kept);

  OwningOpRef<ModuleOp> fused;
  BackendOptions options;
  /// In the order of how many steps they compute again.
  std::array<Form, 3> forms;
};
} // namespace

BudgetExecutor::BudgetExecutor(OwningOpRef<ModuleOp> fused,
                               const BackendOptions &options)
    : fused(std::move(fused)), options(options) {
  for (Form &form : forms) {
    form.lowering.isFused = true;
    form.lowering.threads = options.threads;
  }
  forms[1].lowering.memory = forms[2].lowering.memory = options.memory;
  forms[1].lowering.once = true;
}

//===----------------------------------------------------------------------===//
// Programs and their meters
//===----------------------------------------------------------------------===//

FailureOr<std::unique_ptr<Executor>>
BudgetExecutor::compile(OwningOpRef<ModuleOp> module, const Form &form) {
  return createCpuExecutor(std::move(module), options, form.lowering);
}

FailureOr<Executor *> BudgetExecutor::programOf(Form &form) {
  if (!form.program) {
    auto created = compile(OwningOpRef<ModuleOp>(fused->clone()), form);
    if (failed(created))
      return failure();
    form.program = std::move(*created);
  }
  return form.program.get();
}

FailureOr<Executor *> BudgetExecutor::meterOf(Form &form) {
  if (form.meter)
    return form.meter.get();
  OwningOpRef<ModuleOp> module(fused->clone());
  auto passes = PassManager::on<ModuleOp>(module->getContext());
  passes.addPass(createAskMemory());
  if (failed(passes.run(*module)))
    return failure();
  auto created = compile(std::move(module), form);
  if (failed(created))
    return failure();
  form.meter = std::move(*created);
  return form.meter.get();
}

FailureOr<BudgetExecutor::Numbers>
BudgetExecutor::measure(Form &form, StringRef function,
                        llvm::MutableArrayRef<Tensor> arguments) {
  FailureOr<Executor *> meter = meterOf(form);
  if (failed(meter))
    return failure();
  auto results = (*meter)->call((function + memorySuffix).str(), arguments);
  if (failed(results))
    return failure();
  Numbers numbers;
  for (auto [number, result] :
       llvm::zip_equal(numbers, ArrayRef(*results).take_back(numMemoryResults)))
    number = static_cast<int64_t>(elementAt(result, 0));
  return numbers;
}

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

/// The first form that keeps within the budget.
FailureOr<Form *>
BudgetExecutor::choose(StringRef function,
                       llvm::MutableArrayRef<Tensor> arguments,
                       KeptMemory &kept) {
  int64_t least = std::numeric_limits<int64_t>::max();
  for (Form &form : forms) {
    FailureOr<Numbers> numbers = measure(form, function, arguments);
    if (failed(numbers))
      return failure();
    const auto [perStep, bytes, tile] = *numbers;
    if (&form == &forms.front())
      kept = {perStep, tile, bytes, bytes};
    kept.planned = bytes;
    least = std::min(least, bytes);
    if (!options.memory || bytes <= options.memory)
      return &form;
  }
  return reportError(
      "option '--memory' must be at least " + Twine(least) + " bytes (" +
      formatBytes(least) + ") for a call with these sizes, but got " +
      Twine(options.memory) + " (" + formatBytes(options.memory) + ")");
}

FailureOr<std::optional<KeptMemory>>
BudgetExecutor::foresee(StringRef function,
                        llvm::MutableArrayRef<Tensor> arguments) {
  KeptMemory kept;
  if (failed(choose(function, arguments, kept)))
    return failure();
  return std::optional(kept);
}

FailureOr<std::vector<Tensor>>
BudgetExecutor::call(StringRef function,
                     llvm::MutableArrayRef<Tensor> arguments) {
  FailureOr<Form *> form = &forms[0];
  KeptMemory kept;
  if (options.memory)
    form = choose(function, arguments, kept);
  if (failed(form))
    return failure();
  FailureOr<Executor *> program = programOf(**form);
  if (failed(program))
    return failure();
  return (*program)->call(function, arguments);
}

std::optional<int64_t> BudgetExecutor::peakBytes() const {
  std::optional<int64_t> bytes;
  for (const Form &form : forms)
    if (form.program)
      bytes = std::max(bytes, form.program->peakBytes());
  return bytes;
}

FailureOr<std::unique_ptr<Executor>>
vellum::createBudgetExecutor(OwningOpRef<ModuleOp> module,
                             const BackendOptions &options) {
  auto passes = PassManager::on<ModuleOp>(module->getContext());
  populateCpuFusePipeline(passes);
  if (failed(passes.run(*module)))
    return failure();
  auto executor = std::make_unique<BudgetExecutor>(std::move(module), options);
  if (failed(executor->prepare()))
    return failure();
  return std::unique_ptr<Executor>(std::move(executor));
}
