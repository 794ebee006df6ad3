//===- runtime/Npy.h - .npy files -------------------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// NumPy's .npy format, versions 1 to 3, little-endian and in C order. Types:
/// <f4, <f8, |b1, |i1, <i4, <i8.
///
//===----------------------------------------------------------------------===//

#ifndef VELLUM_RUNTIME_NPY_H
#define VELLUM_RUNTIME_NPY_H

#include "runtime/Result.h"
#include "runtime/Tensor.h"

#include <string>
#include <string_view>

namespace vellum {

/// Reads the file's bytes. Errors read "where: what at byte N".
Result<Tensor> parseNpy(std::string_view bytes, const std::string &where);

/// The bytes of a version 1 file, as NumPy writes them.
std::string formatNpy(const Tensor &tensor);

/// parseNpy on the file at `path`.
Result<Tensor> readNpy(const std::string &path);

/// Writes formatNpy to `path`, atomically.
Status writeNpy(const std::string &path, const Tensor &tensor);

} // namespace vellum

#endif // VELLUM_RUNTIME_NPY_H
