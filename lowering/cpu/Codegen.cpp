//===- lowering/cpu/Codegen.cpp - closed functions as LLVM IR -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowering/cpu/Codegen.h"

#include "mlir/IR/Verifier.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/Bitcode/BitcodeReader.h"
#include "llvm/IR/Verifier.h"
#include "llvm/Linker/Linker.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/Transforms/IPO/Internalize.h"

#include <chrono>

#include "lowering/KeptErrors.h"
#include "lowering/cpu/Pipeline.h"

using namespace mlir;
using namespace vellum;

/// Leaves out a pass of code generation, which only a command line can do.
static void disablePass(StringRef option) {
  llvm::cl::Option *found = llvm::cl::getRegisteredOptions().lookup(option);
  [[maybe_unused]] bool failed =
      !found || found->addOccurrence(0, option, "true");
  assert(!failed && "LLVM has renamed the option");
}

llvm::orc::JITTargetMachineBuilder vellum::machineBuilder(StringRef cpu) {
  static bool initialized = [] {
    llvm::InitializeNativeTarget();
    llvm::InitializeNativeTargetAsmPrinter();
    // Artefacts ask for the instruction set, which takes assembly.
    llvm::InitializeNativeTargetAsmParser();
    // Loop strength reduction takes a fifth of code generation, and short loops
    // over vectors run no faster for it: a step of the NTM takes 501 µs without
    // it and 503 µs with it.
    disablePass("disable-lsr");
    return true;
  }();
  (void)initialized;
  llvm::orc::JITTargetMachineBuilder builder{
      llvm::Triple(llvm::sys::getProcessTriple())};
  builder.setCPU(cpu.str());
  builder.setRelocationModel(llvm::Reloc::PIC_);
  // The JIT's default on x86-64 is the large model, which loads every constant
  // through a 64-bit address.
  builder.setCodeModel(llvm::CodeModel::Small);
  builder.setCodeGenOptLevel(llvm::CodeGenOptLevel::Default);
  // The JIT's default takes variables of a thread from a library of compilers.
  builder.getOptions().EmulatedTLS = false;
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

/// The target's functions have its suffix, which the program leaves out.
static void nameDeviceFunctions(llvm::Module &module,
                                const DeviceTarget &target) {
  for (llvm::Function &function : module)
    if (function.isDeclaration() && function.getName().starts_with("vl_"))
      function.setName(function.getName() + target.suffix);
}

/// The device library, of which only what is linked will be read.
static llvm::Expected<std::unique_ptr<llvm::Module>>
readDeviceLibrary(llvm::Module &module, const DeviceTarget &target) {
  llvm::StringRef bytes(target.bitcodeBegin, target.bitcodeSize());
  auto library = llvm::getLazyBitcodeModule(
      llvm::MemoryBufferRef(bytes, target.name), module.getContext());
  if (!library)
    return library.takeError();
  (*library)->setTargetTriple(module.getTargetTriple());
  (*library)->setDataLayout(module.getDataLayout());
  return library;
}

/// Leaves the kernels out of the library. What is known of their effects goes
/// to the module's declarations: loads may move across calls.
static void declareKernels(llvm::Module &module, llvm::Module &library,
                           const DeviceTarget &target) {
  for (const DeviceKernel &kernel : target.kernels) {
    llvm::Function *definition = library.getFunction(kernel.name);
    if (llvm::Function *declaration = module.getFunction(kernel.name))
      declaration->setAttributes(definition->getAttributes());
    definition->deleteBody();
    // They may be too far away for a hidden function's addresses.
    definition->setVisibility(llvm::GlobalValue::DefaultVisibility);
    definition->setDSOLocal(false);
  }
}

/// Brings in the functions that the module calls, as internal ones.
static llvm::Error linkNeeded(llvm::Module &module,
                              std::unique_ptr<llvm::Module> library) {
  auto internalize = [](llvm::Module &linked, const llvm::StringSet<> &names) {
    llvm::internalizeModule(linked, [&](const llvm::GlobalValue &value) {
      return !value.hasName() || !names.count(value.getName());
    });
  };
  if (llvm::Linker::linkModules(module, std::move(library),
                                llvm::Linker::Flags::LinkOnlyNeeded,
                                internalize))
    return llvm::createStringError("the device library cannot be linked");
  return llvm::Error::success();
}

static llvm::Error linkElementwise(llvm::Module &module,
                                   const DeviceTarget &target) {
  nameDeviceFunctions(module, target);
  auto library = readDeviceLibrary(module, target);
  if (!library)
    return library.takeError();
  declareKernels(module, **library, target);
  return linkNeeded(module, std::move(*library));
}

llvm::Error vellum::linkKernels(llvm::Module &module,
                                const DeviceTarget &target) {
  auto library = readDeviceLibrary(module, target);
  if (!library)
    return library.takeError();
  return linkNeeded(module, std::move(*library));
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

namespace {
/// Notes which pass failed, the innermost where they are nested.
struct FailedPass : PassInstrumentation {
  explicit FailedPass(std::string &flag) : flag(flag) {}
  void runAfterPassFailed(Pass *pass, Operation *) override {
    if (flag.empty())
      flag = pass->getArgument().str();
  }
  std::string &flag;
};
} // namespace

/// Tells one error. Our own passes speak of the model; what others say is about
/// something inside, of which a reader of the model can only know where it came
/// from and what to do.
static llvm::Error tellFailure(MLIRContext *context, StringRef pass,
                               std::vector<Diagnostic> errors) {
  const std::string problem =
      ("cannot be compiled, by a fault of the compiler" +
       (pass.empty() ? Twine() : " in " + pass) +
       "; '--backend=interpreter' runs the program")
          .str();
  if (!errors.empty() && pass.starts_with("vellum-"))
    context->getDiagEngine().emit(std::move(errors.front()));
  else if (!errors.empty())
    emitError(errors.front().getLocation(), problem);
  return llvm::createStringError("the program " + problem);
}

static llvm::Error lowerToLlvm(ModuleOp module, const DeviceTarget &target,
                               const LoweringOptions &lowering) {
  PassManager pm(module.getContext());
  CpuPipelineOptions options;
  options.lanes = target.lanes;
  options.fma = target.hasFma;
  options.memory = lowering.memory;
  options.cuts = lowering.cuts;
  options.tile = lowering.tile;
  options.baseNames = lowering.baseNames;
  if (!lowering.isFused)
    populateCpuFusePipeline(pm);
  populateCpuBufferizePipeline(pm, options);
  populateCpuLlvmPipeline(pm, options);
  // Once, not after each pass as vellum-opt does, which takes as long as half
  // of the passes.
  pm.enableVerifier(false);
  std::string pass;
  pm.addInstrumentation(std::make_unique<FailedPass>(pass));
  std::vector<Diagnostic> errors;
  {
    KeptErrors kept(module.getContext());
    if (succeeded(pm.run(module)) && succeeded(verify(module)))
      return llvm::Error::success();
    errors = kept.take();
  }
  return tellFailure(module.getContext(), pass, std::move(errors));
}

static llvm::Expected<std::unique_ptr<llvm::Module>>
translate(ModuleOp module, llvm::LLVMContext &context) {
  std::vector<Diagnostic> errors;
  {
    KeptErrors kept(module.getContext());
    if (auto ir = translateModuleToLLVMIR(module, context, "program",
                                          /*disableVerification=*/true))
      return ir;
    errors = kept.take();
  }
  return tellFailure(module.getContext(), "", std::move(errors));
}

/// A function of the model may have any name, that of a C function among them.
static void nameSymbols(ModuleOp module) {
  for (auto function : module.getOps<func::FuncOp>())
    function.setSymName(programSymbol(function.getSymName()));
  module.walk([](func::CallOp call) {
    call.setCallee(programSymbol(call.getCallee()));
  });
}

std::string vellum::programSymbol(StringRef function) {
  return ("model." + function).str();
}

/// What LLVM has to do for us. The loops come as vectors and register tiles,
/// the device library optimised; LLVM's usual pipeline at its second level
/// takes four times as long over them and finds nothing that this leaves. Loops
/// are rotated before there is a MemorySSA, whose upkeep would take as long.
static constexpr llvm::StringLiteral optimizations =
    "always-inline,globaldce,function(sroa,early-cse<memssa>,simplifycfg,"
    "instcombine<no-verify-fixpoint>,loop(loop-rotate),loop-mssa(licm),"
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

llvm::Expected<std::unique_ptr<llvm::Module>>
vellum::generateCode(ModuleOp module, const DeviceTarget &target,
                     llvm::TargetMachine &machine, llvm::LLVMContext &context,
                     const LoweringOptions &lowering, double *loweringSeconds) {
  nameSymbols(module);
  const SmallVector<std::string> entries = publicFunctions(module);
  const auto began = std::chrono::steady_clock::now();
  if (llvm::Error error = lowerToLlvm(module, target, lowering))
    return error;
  const std::chrono::duration<double> took =
      std::chrono::steady_clock::now() - began;
  if (loweringSeconds)
    *loweringSeconds = took.count();
  auto translated = translate(module, context);
  if (!translated)
    return translated.takeError();
  std::unique_ptr<llvm::Module> ir = std::move(*translated);
  ir->setTargetTriple(machine.getTargetTriple());
  ir->setDataLayout(machine.createDataLayout());
  stampTarget(*ir, target);
  if (llvm::Error error = linkElementwise(*ir, target))
    return error;
  internalizeBodies(*ir, entries);
  if (llvm::Error error = checkModule(*ir, target))
    return error;
  if (llvm::Error error = optimize(*ir, machine))
    return error;
  return ir;
}

SmallVector<std::string> vellum::publicFunctions(ModuleOp module) {
  SmallVector<std::string> names;
  for (auto function : module.getOps<func::FuncOp>())
    if (function.isPublic() && !function.isDeclaration())
      names.push_back(function.getName().str());
  return names;
}
