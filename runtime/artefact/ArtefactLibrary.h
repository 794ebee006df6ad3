//===- runtime/artefact/ArtefactLibrary.h - embedded bitcode ----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_RUNTIME_ARTEFACT_ARTEFACTLIBRARY_H
#define VELLUM_RUNTIME_ARTEFACT_ARTEFACTLIBRARY_H

#include <string_view>

namespace vellum {

/// An LLVM module, 16-byte-aligned, with the functions of Artefact.h and the
/// services of Symbols.def. It needs the C library.
std::string_view artefactBitcode();

} // namespace vellum

#endif // VELLUM_RUNTIME_ARTEFACT_ARTEFACTLIBRARY_H
