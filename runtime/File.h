//===- runtime/File.h - whole files -----------------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_RUNTIME_FILE_H
#define VELLUM_RUNTIME_FILE_H

#include "runtime/Result.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace vellum {

/// The first bytes of a regular file, `most` at most, and how many it has.
struct FileFront {
  std::string bytes;
  uint64_t size = 0;
};
Result<FileFront> readFileFront(const std::string &path, uint64_t most);

/// The contents of a regular file. Errors name the path.
Result<std::string> readFile(const std::string &path);

/// Replaces or makes the file at `path`, so that at every moment, through
/// crashes too, the path holds the old contents or the new: written beside it,
/// flushed to disk, renamed. A link keeps pointing where it does; a device or a
/// pipe is written to. Errors name the path and leave the old file.
Status writeFileAtomic(const std::string &path, std::string_view contents);

/// What the names of the files begin and end with that `writeFileAtomic` writes
/// before it renames them to `path`. A process that is killed leaves one
/// behind.
std::pair<std::string, std::string> temporaryNames(const std::string &path);

/// Appends a text to a file, which is made where there is none: whole, or where
/// that fails, as on a full disk, not at all. Errors name the path.
Status appendToFile(const std::string &path, std::string_view text);

/// Waits until what was written to the file at `path` is on the disk. Errors
/// name the path.
Status flushFile(const std::string &path);

} // namespace vellum

#endif // VELLUM_RUNTIME_FILE_H
