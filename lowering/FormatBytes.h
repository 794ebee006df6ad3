//===- lowering/FormatBytes.h - how sizes of memory are written -*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_LOWERING_FORMATBYTES_H
#define VELLUM_LOWERING_FORMATBYTES_H

#include <string>

namespace vellum {

/// What occupies memory, in three digits with a binary prefix: "80 B",
/// "1.56 KiB", "28.1 MiB". Users see no other form; rates such as GB/s have
/// decimal prefixes, as those of operations per second.
std::string formatBytes(double bytes);

} // namespace vellum

#endif // VELLUM_LOWERING_FORMATBYTES_H
