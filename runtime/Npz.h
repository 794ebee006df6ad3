//===- runtime/Npz.h - .npz files -------------------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// NumPy's .npz format: a zip archive whose members are .npy files.
///
//===----------------------------------------------------------------------===//

#ifndef VELLUM_RUNTIME_NPZ_H
#define VELLUM_RUNTIME_NPZ_H

#include "runtime/Result.h"
#include "runtime/Tensor.h"

#include <string>
#include <string_view>
#include <vector>

namespace vellum {

/// Reads the file's bytes; names lose their ".npy". Offsets in the messages,
/// "path: member 'x': what at byte N", count from the start of the archive for
/// its own records and of the unpacked member for those of .npy.
Result<std::vector<NamedTensor>> parseNpz(std::string_view bytes,
                                          const std::string &path);

/// The bytes of an uncompressed file with the tensors in the given order: a
/// function of its argument alone.
Result<std::string> formatNpz(const std::vector<NamedTensor> &tensors);

/// parseNpz on the file at `path`.
Result<std::vector<NamedTensor>> readNpz(const std::string &path);

/// Writes formatNpz to `path`, atomically.
Status writeNpz(const std::string &path,
                const std::vector<NamedTensor> &tensors);

} // namespace vellum

#endif // VELLUM_RUNTIME_NPZ_H
