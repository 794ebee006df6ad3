//===- runtime/Safetensors.h - .safetensors files ---------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The safetensors format: a 64-bit header length, a JSON header, raw
/// little-endian data. Read strictly: the tensors must fill the data without
/// gaps or overlaps, and nothing unknown may stand in the header. Types: F32,
/// F64, BOOL, I8, I32, I64.
///
//===----------------------------------------------------------------------===//

#ifndef VELLUM_RUNTIME_SAFETENSORS_H
#define VELLUM_RUNTIME_SAFETENSORS_H

#include "runtime/Result.h"
#include "runtime/Tensor.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vellum {

/// The name under which the metadata stand, which no tensor can have.
constexpr std::string_view kMetadataName = "__metadata__";

/// The contents of a .safetensors file.
struct SafetensorsFile {
  /// In the order of the header.
  std::vector<NamedTensor> tensors;
  /// The strings of __metadata__, in order.
  std::vector<std::pair<std::string, std::string>> metadata;
};

/// Reads the file's bytes. Errors read "path: member 'x': what at byte N".
Result<SafetensorsFile> parseSafetensors(std::string_view bytes,
                                         const std::string &path);

/// The bytes of a file with the tensors in the given order: a function of its
/// argument alone. Refuses equal names and names that are not UTF-8.
Result<std::string> formatSafetensors(const SafetensorsFile &file);

/// parseSafetensors on the file at `path`.
Result<SafetensorsFile> readSafetensors(const std::string &path);

/// Writes formatSafetensors to `path`, atomically.
Status writeSafetensors(const std::string &path, const SafetensorsFile &file);

} // namespace vellum

#endif // VELLUM_RUNTIME_SAFETENSORS_H
