//===- runtime/Zip.h - zip archives -----------------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_RUNTIME_ZIP_H
#define VELLUM_RUNTIME_ZIP_H

#include "runtime/Result.h"

#include <string>
#include <string_view>
#include <vector>

namespace vellum {

/// A member of an archive, uncompressed.
struct ZipMember {
  std::string name;
  std::string contents;
};

/// Unpacks an archive with stored and deflated members, zip64 or not, in the
/// order of its directory. Refuses encryption, equal names, members that
/// overlap, and contents without the recorded size and CRC. Memory stays in
/// proportion to what the file really holds. Errors read
/// "path: member 'x': what at byte N".
Result<std::vector<ZipMember>> parseZip(std::string_view bytes,
                                        const std::string &path);

/// An archive with the members stored in the given order, dated 1980-01-01:
/// its bytes are a function of `members`. Refuses equal names and archives
/// that would need zip64.
Result<std::string> formatZip(const std::vector<ZipMember> &members);

} // namespace vellum

#endif // VELLUM_RUNTIME_ZIP_H
