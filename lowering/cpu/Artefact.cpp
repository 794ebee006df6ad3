//===- lowering/cpu/Artefact.cpp - programs compiled ahead of time --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowering/cpu/Artefact.h"

#include "llvm/Bitcode/BitcodeReader.h"
#include "llvm/Bitcode/BitcodeWriter.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/PassManager.h"
#include "llvm/IR/Verifier.h"
#include "llvm/Linker/Linker.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/Transforms/IPO/GlobalDCE.h"
#include "llvm/Transforms/IPO/Internalize.h"

#include <thread>

#include "lowering/cpu/ArtefactTables.h"
#include "lowering/cpu/Codegen.h"
#include "lowering/cpu/Pipeline.h"
#include "runtime/artefact/ArtefactLibrary.h"

using namespace mlir;
using namespace vellum;

bool ArtefactEntry::takes(artefact::Place place) const {
  return llvm::any_of(arguments, [&](const ArtefactPort &port) {
    return port.layout.place == place && port.layout.form != artefact::kHidden;
  });
}

bool ArtefactEntry::writes(artefact::Place place) const {
  return llvm::any_of(arguments, [&](const ArtefactPort &port) {
    return port.layout.place == place && port.isWritten;
  });
}

bool ArtefactEntry::hasResults() const {
  return llvm::any_of(results, [](const ArtefactPort &port) {
    return port.layout.form != artefact::kHidden;
  });
}

std::vector<const DeviceTarget *>
vellum::selectTargets(ArrayRef<std::string> names) {
  std::vector<const DeviceTarget *> targets;
  for (const DeviceTarget &target : deviceTargets())
    if (names.empty() || llvm::is_contained(names, target.name))
      targets.push_back(&target);
  return targets;
}

//===----------------------------------------------------------------------===//
// One version
//===----------------------------------------------------------------------===//

namespace {
/// The code of all entries for one target, as bitcode: LLVM modules can leave
/// the thread that makes them in no other form.
struct Version {
  const DeviceTarget *target = nullptr;
  OwningOpRef<ModuleOp> module;
  LoweringOptions lowering;
  SmallVector<char, 0> bitcode;
  std::string error;
};
} // namespace

static llvm::Error compileVersion(Version &version,
                                  const ArtefactInterface &interface) {
  auto machine = machineBuilder(version.target->cpu).createTargetMachine();
  if (!machine)
    return machine.takeError();
  llvm::LLVMContext context;
  auto code = generateCode(*version.module, *version.target, **machine, context,
                           version.lowering);
  if (!code)
    return code.takeError();
  if (llvm::Error error = linkKernels(**code, *version.target))
    return error;
  for (const ArtefactEntry &entry : interface.entries)
    (*code)
        ->getFunction(programSymbol(entry.function))
        ->setName(versionName(entry, version.target->name));
  llvm::raw_svector_ostream stream(version.bitcode);
  llvm::WriteBitcodeToFile(**code, stream);
  return llvm::Error::success();
}

/// Passes load the dialects that they need, which threads must not do.
static void loadDialects(MLIRContext &context) {
  PassManager passes(&context);
  populateCpuPipeline(passes, CpuPipelineOptions());
  DialectRegistry registry;
  passes.getDependentDialects(registry);
  context.appendDialectRegistry(registry);
  for (StringRef name : registry.getDialectNames())
    context.getOrLoadDialect(name);
}

/// Compiles for all targets at once.
static llvm::Error compileVersions(MutableArrayRef<Version> versions,
                                   const ArtefactInterface &interface) {
  auto compile = [&](Version &version) {
    if (llvm::Error error = compileVersion(version, interface))
      version.error = llvm::toString(std::move(error));
  };
  std::vector<std::thread> threads;
  for (Version &version : versions.drop_front())
    threads.emplace_back([&] { compile(version); });
  compile(versions.front());
  for (std::thread &thread : threads)
    thread.join();
  for (Version &version : versions)
    if (!version.error.empty())
      return llvm::createStringError(version.error);
  return llvm::Error::success();
}

//===----------------------------------------------------------------------===//
// All of them
//===----------------------------------------------------------------------===//

static llvm::Error linkBitcode(llvm::Linker &linker, llvm::Module &module,
                               StringRef bitcode) {
  auto parsed = llvm::parseBitcodeFile(
      llvm::MemoryBufferRef(bitcode, "artefact"), module.getContext());
  if (!parsed)
    return parsed.takeError();
  (*parsed)->setTargetTriple(module.getTargetTriple());
  (*parsed)->setDataLayout(module.getDataLayout());
  if (linker.linkInModule(std::move(*parsed)))
    return llvm::createStringError("the parts of the artefact do not fit");
  return llvm::Error::success();
}

/// Hides all but the exported functions, and removes what they do not need.
static void strip(llvm::Module &module, ArrayRef<std::string> exported) {
  llvm::internalizeModule(module, [&](const llvm::GlobalValue &value) {
    return llvm::is_contained(exported, value.getName());
  });
  llvm::ModuleAnalysisManager analyses;
  llvm::PassBuilder().registerModuleAnalyses(analyses);
  llvm::GlobalDCEPass().run(module, analyses);
  // Nobody's business, and it would differ from build to build.
  if (llvm::NamedMDNode *compiler = module.getNamedMetadata("llvm.ident"))
    module.eraseNamedMetadata(compiler);
}

static llvm::Error writeObject(llvm::Module &module,
                               llvm::TargetMachine &machine,
                               llvm::raw_pwrite_stream &object) {
  llvm::legacy::PassManager passes;
  if (machine.addPassesToEmitFile(passes, object, nullptr,
                                  llvm::CodeGenFileType::ObjectFile))
    return llvm::createStringError("no object file can be written");
  passes.run(module);
  return llvm::Error::success();
}

static llvm::Error link(ArrayRef<Version> versions,
                        const ArtefactInterface &interface,
                        llvm::raw_pwrite_stream &object) {
  auto machine = machineBuilder("x86-64").createTargetMachine();
  if (!machine)
    return machine.takeError();
  llvm::LLVMContext context;
  llvm::Module module(interface.prefix, context);
  module.setTargetTriple((*machine)->getTargetTriple());
  module.setDataLayout((*machine)->createDataLayout());
  llvm::Linker linker(module);
  const std::string_view library = artefactBitcode();
  if (llvm::Error error =
          linkBitcode(linker, module, {library.data(), library.size()}))
    return error;
  for (const Version &version : versions)
    if (llvm::Error error = linkBitcode(
            linker, module, {version.bitcode.data(), version.bitcode.size()}))
      return error;
  strip(module, addInterface(module, interface));
  std::string problems;
  llvm::raw_string_ostream stream(problems);
  if (llvm::verifyModule(module, &stream))
    return llvm::createStringError("invalid LLVM IR: " + problems);
  return writeObject(module, **machine, object);
}

llvm::Error vellum::emitArtefact(ModuleOp module,
                                 const ArtefactInterface &interface,
                                 ArrayRef<const DeviceTarget *> targets,
                                 llvm::raw_pwrite_stream &object,
                                 const LoweringOptions &lowering) {
  loadDialects(*module.getContext());
  std::vector<Version> versions(targets.size());
  for (auto [version, target] : llvm::zip_equal(versions, targets)) {
    version.target = target;
    version.module = module.clone();
    version.lowering = lowering;
    version.lowering.baseNames = true;
  }
  if (llvm::Error error = compileVersions(versions, interface))
    return error;
  return link(versions, interface, object);
}
