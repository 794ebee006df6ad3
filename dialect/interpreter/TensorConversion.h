//===- dialect/interpreter/TensorConversion.h - to and from the runtime ---===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_DIALECT_INTERPRETER_TENSORCONVERSION_H
#define VELLUM_DIALECT_INTERPRETER_TENSORCONVERSION_H

#include "dialect/interpreter/Array.h"
#include "runtime/Tensor.h"

namespace vellum::interpreter {

/// The tensor's numbers, widened.
Array fromTensor(const Tensor &tensor);

/// The array's numbers in the given element type, which must be of the array's
/// kind: floats are rounded to F32, integers wrapped to their width.
Tensor toTensor(const Array &array, DType dtype);

} // namespace vellum::interpreter

#endif // VELLUM_DIALECT_INTERPRETER_TENSORCONVERSION_H
