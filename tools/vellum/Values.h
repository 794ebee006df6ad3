//===- tools/vellum/Values.h - tensors against types ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_TOOLS_VELLUM_VALUES_H
#define VELLUM_TOOLS_VELLUM_VALUES_H

#include "mlir/IR/Types.h"
#include "llvm/Support/raw_ostream.h"

#include <optional>
#include <string>

#include "runtime/Tensor.h"

namespace vellum {

/// The type of a tensor's elements, or of a scalar, in files and in the ABI: an
/// index is an i64. Nothing for types that have none.
std::optional<DType> dtypeOf(mlir::Type type);

/// Whether a value of this type can be this tensor.
bool hasType(const Tensor &tensor, mlir::Type type);

/// `float32 of shape 3x4`, with NumPy's names.
std::string describe(const Tensor &tensor);
/// The type as it is written in a model.
std::string describe(mlir::Type type);

/// The number that `text` denotes, as a tensor of rank 0; nothing where the
/// type, which must be a scalar or have rank 0, has no such number.
std::optional<Tensor> parseScalar(llvm::StringRef text, mlir::Type type);

/// An element as a double, whatever its type.
double elementAt(const Tensor &tensor, int64_t i);
/// Sets an element to a number, converted to its type.
void setElement(Tensor &tensor, int64_t i, double number);

/// Prints `name: float32 of shape 3x4` and, of few elements all, of many the
/// first ones and mean, least and greatest. Many rows of nothing are no
/// elements.
void print(llvm::raw_ostream &os, llvm::StringRef name, const Tensor &tensor);

} // namespace vellum

#endif // VELLUM_TOOLS_VELLUM_VALUES_H
