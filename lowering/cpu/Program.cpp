//===- lowering/cpu/Program.cpp - compiled programs on this machine's CPU -===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowering/cpu/Program.h"

#include "llvm/ExecutionEngine/Orc/ExecutionUtils.h"
#include "llvm/ExecutionEngine/Orc/LLJIT.h"
#include "llvm/Target/TargetMachine.h"

#include "lowering/cpu/Codegen.h"

using namespace mlir;
using namespace vellum;

struct CpuProgram::State {
  std::unique_ptr<llvm::orc::LLJIT> jit;
  SmallVector<std::string> entries;
  double loweringSeconds = 0;
};

CpuProgram::CpuProgram(std::unique_ptr<State> state)
    : state(std::move(state)) {}
CpuProgram::~CpuProgram() = default;

static llvm::Expected<const DeviceTarget *>
chooseTarget(const CpuOptions &options) {
  const DeviceTarget *target = options.target.empty()
                                   ? hostDeviceTarget()
                                   : findDeviceTarget(options.target.c_str());
  if (!target)
    return llvm::createStringError(
        "unknown target '" + options.target +
        "'; this build has x86-64-v2, x86-64-v3 and x86-64-v4");
  if (!isSupportedByHost(*target))
    return llvm::createStringError(Twine("this machine cannot run code for ") +
                                   target->name);
  return target;
}

/// What compiled code may call: the runtime's services, the device library's
/// kernels, and the C library for memcpy and rare mathematical functions.
static llvm::Error defineSymbols(llvm::orc::LLJIT &jit,
                                 const DeviceTarget &target) {
  llvm::orc::SymbolMap symbols;
  auto define = [&](StringRef name, llvm::orc::ExecutorAddr address) {
    symbols[jit.mangleAndIntern(name)] = {address,
                                          llvm::JITSymbolFlags::Exported};
  };
#define VELLUM_SYMBOL_ENTRY(NAME, LETTERS)                                     \
  define(#NAME, llvm::orc::ExecutorAddr::fromPtr(&NAME));
#include "runtime/Symbols.def"
  for (const DeviceKernel &kernel : target.kernels)
    define(kernel.name, llvm::orc::ExecutorAddr::fromPtr(kernel.code));
  llvm::orc::JITDylib &dylib = jit.getMainJITDylib();
  if (llvm::Error error = dylib.define(llvm::orc::absoluteSymbols(symbols)))
    return error;
  auto library = llvm::orc::DynamicLibrarySearchGenerator::GetForCurrentProcess(
      jit.getDataLayout().getGlobalPrefix());
  if (!library)
    return library.takeError();
  dylib.addGenerator(std::move(*library));
  return llvm::Error::success();
}

llvm::Expected<std::unique_ptr<CpuProgram>>
CpuProgram::compile(ModuleOp module, const CpuOptions &options) {
  auto target = chooseTarget(options);
  if (!target)
    return target.takeError();
  auto state = std::make_unique<State>();
  state->entries = publicFunctions(module);
  llvm::orc::JITTargetMachineBuilder builder = machineBuilder((*target)->cpu);
  auto machine = builder.createTargetMachine();
  if (!machine)
    return machine.takeError();
  auto context = std::make_unique<llvm::LLVMContext>();
  auto code = generateCode(module, **target, **machine, *context,
                           options.lowering, &state->loweringSeconds);
  if (!code)
    return code.takeError();
  auto jit = llvm::orc::LLJITBuilder()
                 .setJITTargetMachineBuilder(std::move(builder))
                 .create();
  if (!jit)
    return jit.takeError();
  state->jit = std::move(*jit);
  if (llvm::Error error = defineSymbols(*state->jit, **target))
    return error;
  if (llvm::Error error = state->jit->addIRModule(
          llvm::orc::ThreadSafeModule(std::move(*code), std::move(context))))
    return error;
  return std::unique_ptr<CpuProgram>(new CpuProgram(std::move(state)));
}

double CpuProgram::getLoweringSeconds() const { return state->loweringSeconds; }

llvm::Expected<VellumEntry> CpuProgram::lookup(llvm::StringRef function) const {
  if (!llvm::is_contained(state->entries, function))
    return llvm::createStringError("no function @" + function +
                                   "; there are: @" +
                                   llvm::join(state->entries, ", @"));
  auto address = state->jit->lookup(programSymbol(function));
  if (!address)
    return address.takeError();
  return address->toPtr<VellumEntry>();
}
