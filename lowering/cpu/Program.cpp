//===- lowering/cpu/Program.cpp - compiled programs on this machine's CPU -===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowering/cpu/Program.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/Bitcode/BitcodeReader.h"
#include "llvm/ExecutionEngine/Orc/CompileUtils.h"
#include "llvm/ExecutionEngine/Orc/ExecutionUtils.h"
#include "llvm/ExecutionEngine/Orc/JITTargetMachineBuilder.h"
#include "llvm/ExecutionEngine/Orc/LLJIT.h"
#include "llvm/ExecutionEngine/Orc/ObjectTransformLayer.h"
#include "llvm/IR/Verifier.h"
#include "llvm/Linker/Linker.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/Transforms/IPO/Internalize.h"

#include "lowering/cpu/Pipeline.h"
#include "runtime/device/DeviceLibrary.h"

using namespace mlir;
using namespace vellum;

struct CpuProgram::State {
  std::unique_ptr<llvm::orc::LLJIT> jit;
  SmallVector<std::string> entries;
};

CpuProgram::CpuProgram(std::unique_ptr<State> state)
    : state(std::move(state)) {}
CpuProgram::~CpuProgram() = default;

//===----------------------------------------------------------------------===//
// Targets
//===----------------------------------------------------------------------===//

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

static llvm::Expected<llvm::orc::JITTargetMachineBuilder>
machineBuilder(const DeviceTarget &target) {
  static bool initialized = [] {
    llvm::InitializeNativeTarget();
    llvm::InitializeNativeTargetAsmPrinter();
    return true;
  }();
  (void)initialized;
  llvm::orc::JITTargetMachineBuilder builder{
      llvm::Triple(llvm::sys::getProcessTriple())};
  builder.setCPU(target.cpu);
  builder.setRelocationModel(llvm::Reloc::PIC_);
  // The JIT's default on x86-64 is the large model, which loads every constant
  // through a 64-bit address.
  builder.setCodeModel(llvm::CodeModel::Small);
  builder.setCodeGenOptLevel(llvm::CodeGenOptLevel::Default);
  return builder;
}

//===----------------------------------------------------------------------===//
// Linking the device library
//===----------------------------------------------------------------------===//

/// Gives every function of the module the target's features. A function without
/// them would pass vectors to the device library in other registers.
static void stampTarget(llvm::Module &module, const DeviceTarget &target) {
  for (llvm::Function &function : module) {
    if (function.isDeclaration())
      continue;
    function.addFnAttr("target-cpu", target.cpu);
    if (target.lanes == 16)
      function.addFnAttr("prefer-vector-width", "512");
  }
}

/// Brings in the functions that the module calls, as internal ones.
static llvm::Error linkDeviceLibrary(llvm::Module &module,
                                     const DeviceTarget &target) {
  llvm::StringRef bytes(target.bitcodeBegin, target.bitcodeSize());
  auto library = llvm::parseBitcodeFile(
      llvm::MemoryBufferRef(bytes, target.name), module.getContext());
  if (!library)
    return library.takeError();
  (*library)->setTargetTriple(module.getTargetTriple());
  (*library)->setDataLayout(module.getDataLayout());
  auto internalize = [](llvm::Module &linked, const llvm::StringSet<> &names) {
    llvm::internalizeModule(linked, [&](const llvm::GlobalValue &value) {
      return !value.hasName() || !names.count(value.getName());
    });
  };
  if (llvm::Linker::linkModules(module, std::move(*library),
                                llvm::Linker::Flags::LinkOnlyNeeded,
                                internalize))
    return llvm::createStringError("the device library cannot be linked");
  return llvm::Error::success();
}

/// Everything but the entry points may be inlined away.
static void internalizeBodies(llvm::Module &module,
                              ArrayRef<std::string> entries) {
  llvm::internalizeModule(module, [&](const llvm::GlobalValue &value) {
    return llvm::is_contained(entries, value.getName());
  });
}

static llvm::Error checkModule(llvm::Module &module,
                               const DeviceTarget &target) {
  for (llvm::Function &function : module)
    if (!function.isDeclaration() &&
        function.getFnAttribute("target-cpu").getValueAsString() != target.cpu)
      return llvm::createStringError("function " + function.getName() +
                                     " is not compiled for " + target.cpu);
  std::string problems;
  llvm::raw_string_ostream stream(problems);
  if (llvm::verifyModule(module, &stream))
    return llvm::createStringError("invalid LLVM IR: " + problems);
  return llvm::Error::success();
}

//===----------------------------------------------------------------------===//
// Compiling
//===----------------------------------------------------------------------===//

static llvm::Error lowerToLlvm(ModuleOp module, const DeviceTarget &target) {
  PassManager pm(module.getContext());
  CpuPipelineOptions options;
  options.lanes = target.lanes;
  populateCpuPipeline(pm, options);
  if (failed(pm.run(module)))
    return llvm::createStringError(
        "the program cannot be lowered to machine code");
  return llvm::Error::success();
}

/// What LLVM has to do for us. The loops come as vectors and register tiles,
/// the device library optimised; LLVM's usual pipeline at its second level
/// takes four times as long over them and finds nothing that this leaves.
static constexpr llvm::StringLiteral optimizations =
    "always-inline,globaldce,function(sroa,early-cse<memssa>,simplifycfg,"
    "instcombine<no-verify-fixpoint>,loop-mssa(loop-rotate,licm),"
    "early-cse<memssa>,instcombine<no-verify-fixpoint>,simplifycfg,adce)";

static llvm::Error optimize(llvm::Module &module,
                            llvm::TargetMachine &machine) {
  llvm::PassBuilder builder(&machine);
  llvm::LoopAnalysisManager loops;
  llvm::FunctionAnalysisManager functions;
  llvm::CGSCCAnalysisManager calls;
  llvm::ModuleAnalysisManager modules;
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(calls);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, calls, modules);
  llvm::ModulePassManager passes;
  if (llvm::Error error = builder.parsePassPipeline(passes, optimizations))
    return error;
  passes.run(module, modules);
  return llvm::Error::success();
}

/// LLVM IR with the device library linked in and optimised.
static llvm::Error translate(ModuleOp module, const DeviceTarget &target,
                             llvm::TargetMachine &machine,
                             ArrayRef<std::string> entries,
                             llvm::orc::ThreadSafeModule &result) {
  auto context = std::make_unique<llvm::LLVMContext>();
  std::unique_ptr<llvm::Module> ir = translateModuleToLLVMIR(module, *context);
  if (!ir)
    return llvm::createStringError(
        "the program cannot be translated to LLVM IR");
  ir->setTargetTriple(machine.getTargetTriple());
  ir->setDataLayout(machine.createDataLayout());
  stampTarget(*ir, target);
  if (llvm::Error error = linkDeviceLibrary(*ir, target))
    return error;
  internalizeBodies(*ir, entries);
  if (llvm::Error error = checkModule(*ir, target))
    return error;
  if (llvm::Error error = optimize(*ir, machine))
    return error;
  result = llvm::orc::ThreadSafeModule(std::move(ir), std::move(context));
  return llvm::Error::success();
}

/// What compiled code may call: the runtime's services, and the C library for
/// memcpy and rare mathematical functions.
static llvm::Error defineSymbols(llvm::orc::LLJIT &jit) {
  llvm::orc::SymbolMap symbols;
#define VELLUM_SYMBOL_ENTRY(NAME, LETTERS)                                     \
  symbols[jit.mangleAndIntern(#NAME)] = {                                      \
      llvm::orc::ExecutorAddr::fromPtr(&NAME),                                 \
      llvm::JITSymbolFlags::Exported};
#include "runtime/Symbols.def"
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

static SmallVector<std::string> publicFunctions(ModuleOp module) {
  SmallVector<std::string> names;
  for (auto function : module.getOps<func::FuncOp>())
    if (function.isPublic() && !function.isDeclaration())
      names.push_back(function.getName().str());
  return names;
}

llvm::Expected<std::unique_ptr<CpuProgram>>
CpuProgram::compile(ModuleOp module, const CpuOptions &options) {
  auto target = chooseTarget(options);
  if (!target)
    return target.takeError();
  auto state = std::make_unique<State>();
  state->entries = publicFunctions(module);
  if (llvm::Error error = lowerToLlvm(module, **target))
    return error;
  auto builder = machineBuilder(**target);
  if (!builder)
    return builder.takeError();
  auto machine = builder->createTargetMachine();
  if (!machine)
    return machine.takeError();
  llvm::orc::ThreadSafeModule ir;
  if (llvm::Error error =
          translate(module, **target, **machine, state->entries, ir))
    return error;
  auto jit = llvm::orc::LLJITBuilder()
                 .setJITTargetMachineBuilder(std::move(*builder))
                 .create();
  if (!jit)
    return jit.takeError();
  state->jit = std::move(*jit);
  if (llvm::Error error = defineSymbols(*state->jit))
    return error;
  if (getenv("VPERF"))
    state->jit->getObjTransformLayer().setTransform(
        [](std::unique_ptr<llvm::MemoryBuffer> b)
            -> llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>> {
          FILE *f = fopen("/tmp/vperf.o", "wb");
          fwrite(b->getBufferStart(), 1, b->getBufferSize(), f);
          fclose(f);
          return b;
        });
  if (llvm::Error error = state->jit->addIRModule(std::move(ir)))
    return error;
  if (getenv("VPERF")) {
    auto a = state->jit->lookup("train_step");
    FILE *f = fopen("/tmp/vperf.base", "w");
    fprintf(f, "%llx\n", (unsigned long long)a->getValue());
    fclose(f);
  }
  return std::unique_ptr<CpuProgram>(new CpuProgram(std::move(state)));
}

llvm::Expected<VellumEntry> CpuProgram::lookup(llvm::StringRef function) const {
  if (!llvm::is_contained(state->entries, function))
    return llvm::createStringError("no function @" + function +
                                   "; there are: @" +
                                   llvm::join(state->entries, ", @"));
  auto address = state->jit->lookup(function);
  if (!address)
    return address.takeError();
  return address->toPtr<VellumEntry>();
}
