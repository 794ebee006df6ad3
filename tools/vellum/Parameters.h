//===- tools/vellum/Parameters.h - values of a model's parameters ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_TOOLS_VELLUM_PARAMETERS_H
#define VELLUM_TOOLS_VELLUM_PARAMETERS_H

#include "llvm/ADT/StringMap.h"

#include <vector>

#include "runtime/Safetensors.h"
#include "tools/vellum/Model.h"

namespace vellum {

/// Values by name, of all parameters of a model.
using ParameterValues = llvm::StringMap<Tensor>;

/// What the initialisers draw for a seed.
ParameterValues initialParameters(Model &model, uint64_t seed);

/// Whether the initialiser draws random numbers, and so depends on the seed.
bool isDrawn(ParameterOp parameter);

/// The values in a .safetensors file, which must hold each parameter and
/// nothing else. Of a checkpoint the parameters are read.
llvm::FailureOr<ParameterValues> readWeights(Model &model,
                                             const std::string &path);

/// Takes a tensor of this name and type out of what was read from `path`; an
/// error where it is missing or has another type.
llvm::FailureOr<Tensor> takeTensor(std::vector<NamedTensor> &tensors,
                                   llvm::StringRef name, mlir::Type type,
                                   llvm::StringRef path);
/// An error where a tensor was not taken, which names it.
llvm::LogicalResult checkAllTaken(const std::vector<NamedTensor> &tensors,
                                  llvm::StringRef path,
                                  llvm::StringRef modelPath);

/// The parameters in the order of the model, for a file.
std::vector<NamedTensor> inOrder(Model &model, const ParameterValues &values);

/// The metadata's value, or nothing.
std::optional<std::string> findMetadata(const SafetensorsFile &file,
                                        llvm::StringRef name);

} // namespace vellum

#endif // VELLUM_TOOLS_VELLUM_PARAMETERS_H
