//===- runtime/artefact/ArtefactLibrary.cpp - embedded bitcode ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/artefact/ArtefactLibrary.h"

// Defined by the assembly file that CMakeLists.txt writes.
extern "C" const char vellum_artefact_bitcode[], vellum_artefact_bitcode_end[];

std::string_view vellum::artefactBitcode() {
  return {vellum_artefact_bitcode,
          static_cast<size_t>(vellum_artefact_bitcode_end -
                              vellum_artefact_bitcode)};
}
