//===- tools/vellum/Model.h - a model file --------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_TOOLS_VELLUM_MODEL_H
#define VELLUM_TOOLS_VELLUM_MODEL_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/Support/SourceMgr.h"

#include <memory>
#include <string>

#include "dialect/Vellum.h"
#include "tools/vellum/ModelDiagnostics.h"

namespace mlir {
class AsmParserState;
} // namespace mlir

namespace vellum {

/// A parsed and verified model with all it lives in, which consists of nothing
/// but what a model may use (lowering/CheckModel.h). While it exists, errors
/// with a place in its text are printed on stderr with that place.
class Model {
public:
  /// Reads a model; null, with the error printed, where that fails.
  static std::unique_ptr<Model> load(const std::string &path);

  mlir::ModuleOp getModule() { return *module; }
  mlir::MLIRContext &getContext() { return context; }
  const std::string &getPath() const { return path; }
  /// The text as it was read.
  llvm::StringRef getText() const;

  /// The parameters in the order of the text.
  llvm::SmallVector<ParameterOp> getParameters();
  /// The training recipe, or null.
  TrainingOp getRecipe();
  /// The function of this name; an error, with the nearest name there is, where
  /// there is none.
  llvm::FailureOr<mlir::func::FuncOp> lookup(llvm::StringRef function);
  /// The recipe, or an error, which names the option '--entry' if there is one.
  llvm::FailureOr<TrainingOp> requireRecipe(bool hasEntryOption = false);

private:
  explicit Model(const std::string &path);
  llvm::LogicalResult read();
  llvm::LogicalResult parse(mlir::AsmParserState &names);
  llvm::LogicalResult build();
  llvm::LogicalResult tellFirst(llvm::function_ref<llvm::LogicalResult()> step);

  std::string path;
  mlir::MLIRContext context;
  llvm::SourceMgr sources;
  ModelDiagnostics diagnostics;
  mlir::OwningOpRef<mlir::ModuleOp> module;
};

/// Names an argument or a result in the attribute that the functions below
/// read.
void nameArgument(mlir::func::FuncOp function, unsigned number,
                  llvm::StringRef name);
void nameResult(mlir::func::FuncOp function, unsigned number,
                llvm::StringRef name);
/// The names of a function's arguments: the attribute `vellum.name`, which
/// `Model::load` sets to the name in the text, or `arg0`, `arg1`, …
llvm::SmallVector<std::string> argumentNames(mlir::func::FuncOp function);
/// The names of a function's results: the attribute `vellum.name`, which
/// `Model::load` sets to the name of the returned value where it has one of its
/// own, or `result0`, `result1`, …
llvm::SmallVector<std::string> resultNames(mlir::func::FuncOp function);

} // namespace vellum

#endif // VELLUM_TOOLS_VELLUM_MODEL_H
