//===- tools/vellum/Compile.cpp - vellum compile --------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "llvm/ADT/SetVector.h"
#include "llvm/Support/Path.h"

#include "lowering/cpu/Artefact.h"
#include "tools/vellum/CInterface.h"
#include "tools/vellum/Commands.h"
#include "tools/vellum/FirstErrorOnly.h"
#include "tools/vellum/OutputFile.h"
#include "tools/vellum/Programs.h"
#include "tools/vellum/Report.h"
#include "tools/vellum/TimeLimit.h"

using namespace mlir;
using namespace vellum;

namespace {
struct CompileOptions {
  std::string model, output, header, prefix, linker;
  std::vector<std::string> entries, gradients, targets;
  bool noTraining = false;
  LoweringOptions lowering;
  TimeLimit timeLimit;

  void declare(CommandLine &line);
  LogicalResult check();
  bool isShared() const { return StringRef(output).ends_with(".so"); }
};

/// The functions of an artefact, closed.
struct Program {
  OwnedModule module;
  /// The training step, if there is one.
  func::FuncOp step;
};
} // namespace

void CompileOptions::declare(CommandLine &line) {
  line.file("MODEL.mlir", model);
  line.text("output", "FILE", output,
            "the artefact: a shared library, .so, or an object\n"
            "file, .o");
  line.shorten('o');
  line.text("header", "FILE.h", header, "where its C interface goes");
  line.list("entry", "NAME", entries,
            "a function to compile; repeat for more\n"
            "(default: all public ones)");
  line.list("gradient", "NAME", gradients,
            "a function to compile with its gradient; repeat for\n"
            "more (default: the recipe's loss)");
  line.flag("no-training", noTraining,
            "leave out the training step and the loss's gradient");
  line.text("prefix", "NAME", prefix,
            "what all names in C begin with (default: the\n"
            "model's file name)");
  line.choices("target", {"x86-64-v2", "x86-64-v3", "x86-64-v4"}, targets,
               "instructions to compile for; repeat for more. The\n"
               "artefact uses the best that a machine has\n"
               "(default: all)");
  line.bytes("memory", lowering.memory,
             "what scans may keep for gradients, such as 5M: beyond\n"
             "it steps are computed again, to the same bits\n"
             "(default: all steps are kept)");
  line.text("linker", "PROGRAM", linker,
            "the C compiler that links a .so (default: cc, clang\n"
            "or gcc)");
  timeLimit.declare(line);
}

LogicalResult CompileOptions::check() {
  if (output.empty())
    return reportError(
        "no artefact is given; '-o FILE' says where it goes, and "
        "by its ending, .so or .o, what it is");
  if (!isShared() && !StringRef(output).ends_with(".o"))
    return reportError(output + ": an artefact's name must end in .so or .o");
  if (header.empty())
    return reportError("no header is given; '--header=FILE.h' says where the "
                       "artefact's C interface goes");
  if (prefix.empty())
    prefix = toIdentifier(model == "-" ? StringRef("model")
                                       : llvm::sys::path::stem(model));
  if (prefix != toIdentifier(prefix))
    return reportError("option '--prefix' takes a name of C, but got '" +
                       prefix + "'");
  if (header == output)
    return reportError(header + ": cannot be both artefact and header");
  // Before the compilation, which takes longer.
  if (failed(checkWritable(output)) || failed(checkWritable(header)))
    return failure();
  if (!isShared())
    return linker.empty() ? success()
                          : reportNoEffect("linker", "an .o is not linked");
  FailureOr<std::string> found = findCCompiler(linker);
  if (succeeded(found))
    linker = *found;
  return found;
}

//===----------------------------------------------------------------------===//
// What is compiled
//===----------------------------------------------------------------------===//

static LogicalResult addNamed(Model &model, ArrayRef<std::string> names,
                              llvm::SetVector<StringRef> &functions) {
  for (StringRef name : names) {
    FailureOr<func::FuncOp> function = model.lookup(name.ltrim('@'));
    if (failed(function))
      return failure();
    functions.insert(function->getName());
  }
  return success();
}

static FailureOr<llvm::SetVector<StringRef>>
findEntries(Model &model, const CompileOptions &options) {
  llvm::SetVector<StringRef> entries;
  if (failed(addNamed(model, options.entries, entries)))
    return failure();
  if (options.entries.empty())
    for (auto function : model.getModule().getOps<func::FuncOp>())
      if (function.isPublic() && !function.isExternal())
        entries.insert(function.getName());
  return entries;
}

/// The functions whose gradients are wanted.
static FailureOr<llvm::SetVector<StringRef>>
findDifferentiated(Model &model, const CompileOptions &options) {
  llvm::SetVector<StringRef> functions;
  if (failed(addNamed(model, options.gradients, functions)))
    return failure();
  TrainingOp recipe = model.getRecipe();
  if (options.gradients.empty() && !options.noTraining && recipe)
    functions.insert(recipe.getLoss());
  return functions;
}

/// Moves the training step of the recipe into the program.
static LogicalResult addStep(Model &model, Program &program) {
  Phases all;
  FailureOr<OwnedModule> built = buildStep(model, all);
  if (failed(built))
    return failure();
  for (auto function :
       llvm::make_early_inc_range((*built)->getOps<func::FuncOp>())) {
    function->remove();
    program.module->push_back(function);
  }
  program.step = program.module->lookupSymbol<func::FuncOp>("train_step");
  return success();
}

static FailureOr<Program> buildProgram(Model &model,
                                       const CompileOptions &options) {
  auto entries = findEntries(model, options);
  auto differentiated = findDifferentiated(model, options);
  if (failed(entries) || failed(differentiated))
    return failure();
  llvm::SetVector<StringRef> functions = *entries;
  functions.insert_range(*differentiated);
  if (functions.empty())
    return reportError(options.model + ": has no function to compile");
  ProgramOptions closing;
  closing.differentiated = llvm::to_vector(*differentiated);
  Phases all;
  auto module = closeFunctions(model, functions.getArrayRef(), closing, all);
  if (failed(module))
    return failure();
  const bool hasStep = model.getRecipe() && !options.noTraining;
  if (options.lowering.memory && differentiated->empty() && !hasStep)
    return reportNoEffect("memory", "no gradient is compiled");
  Program program{std::move(*module), {}};
  for (StringRef function : functions)
    if (!entries->contains(function))
      program.module->lookupSymbol(function)->erase();
  if (hasStep && failed(addStep(model, program)))
    return failure();
  return program;
}

//===----------------------------------------------------------------------===//
// Files
//===----------------------------------------------------------------------===//

static FailureOr<SmallVector<char, 0>>
makeObject(Program &program, const ArtefactInterface &interface,
           const CompileOptions &options) {
  FirstErrorOnly errors(program.module->getContext());
  SmallVector<char, 0> object;
  llvm::raw_svector_ostream stream(object);
  llvm::Error error =
      emitArtefact(*program.module, interface, selectTargets(options.targets),
                   stream, options.lowering);
  if (!error)
    return object;
  if (!errors.hasSeen())
    return reportError(std::move(error));
  llvm::consumeError(std::move(error));
  return failure();
}

static LogicalResult writeArtefact(StringRef object,
                                   const CompileOptions &options) {
  if (!options.isShared())
    return writeOutput(options.output,
                       [&](llvm::raw_ostream &os) { os << object; });
  return linkSharedLibrary(object, options.output, options.linker);
}

static LogicalResult compile(CompileOptions &options) {
  if (failed(options.check()))
    return failure();
  options.timeLimit.begin();
  std::unique_ptr<Model> model = Model::load(options.model);
  if (!model)
    return failure();
  if (options.noTraining && !model->getRecipe())
    return reportNoEffect("no-training",
                          options.model + " has no training recipe");
  auto program = buildProgram(*model, options);
  if (failed(program))
    return failure();
  auto interface =
      buildCInterface(*model, *program->module, program->step, options.prefix);
  if (failed(interface))
    return failure();
  auto object = makeObject(*program, *interface, options);
  if (failed(object))
    return failure();
  options.timeLimit.end();
  if (failed(writeArtefact({object->data(), object->size()}, options)))
    return failure();
  return writeOutput(options.header, [&](llvm::raw_ostream &os) {
    printHeader(os, *interface, options.model);
  });
}

int vellum::compileCommand(Arguments arguments) {
  CompileOptions options;
  CommandLine line("vellum compile",
                   "makes a library for C of a model's functions",
                   "vellum compile model.mlir -o libmodel.so --header model.h\n"
                   "cc main.c -L. -lmodel -o main");
  options.declare(line);
  if (std::optional<int> code = line.parse(arguments))
    return *code;
  return failed(compile(options));
}
