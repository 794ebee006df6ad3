//===- tools/vellum/CInterface.h - a model's functions for C --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_TOOLS_VELLUM_CINTERFACE_H
#define VELLUM_TOOLS_VELLUM_CINTERFACE_H

#include "llvm/ADT/StringSet.h"

#include "lowering/cpu/Artefact.h"
#include "tools/vellum/Model.h"

namespace vellum {

/// A name in C and C++ for any text: other characters become underscores, and
/// keywords get one behind.
std::string toIdentifier(llvm::StringRef text);

/// Names of one scope of C.
class CNames {
public:
  /// The name for `text`, with a number behind it where it is taken, alone or
  /// with one of the endings.
  std::string add(llvm::StringRef text,
                  llvm::ArrayRef<llvm::StringRef> endings = {});

private:
  llvm::StringSet<> taken;
};

/// The C interface of the public functions of `module`, which were made from
/// those of `model`: closed functions, gradients and `step`, the training step,
/// which may be null. Errors are diagnostics.
llvm::FailureOr<ArtefactInterface> buildCInterface(Model &model,
                                                   mlir::ModuleOp module,
                                                   mlir::func::FuncOp step,
                                                   llvm::StringRef prefix);

/// The element type in C of a VellumDType.
llvm::StringRef cTypeOf(int32_t dtype);

/// Writes the header that declares the interface of the model in this file.
void printHeader(llvm::raw_ostream &os, const ArtefactInterface &interface,
                 llvm::StringRef modelPath);

} // namespace vellum

#endif // VELLUM_TOOLS_VELLUM_CINTERFACE_H
