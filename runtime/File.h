//===- runtime/File.h - whole files -----------------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_RUNTIME_FILE_H
#define VELLUM_RUNTIME_FILE_H

#include "runtime/Result.h"

#include <string>
#include <string_view>

namespace vellum {

/// The contents of a regular file. Errors name the path.
Result<std::string> readFile(const std::string &path);

/// Replaces or makes the file at `path`, so that at every moment, through
/// crashes too, the path holds the old contents or the new: written beside it,
/// flushed to disk, renamed. Errors name the path and leave the old file.
Status writeFileAtomic(const std::string &path, std::string_view contents);

} // namespace vellum

#endif // VELLUM_RUNTIME_FILE_H
