//===- test/numeric/sizes/VarySizes.h - right for every size? ---*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_TEST_NUMERIC_SIZES_VARYSIZES_H
#define VELLUM_TEST_NUMERIC_SIZES_VARYSIZES_H

#include "llvm/ADT/ArrayRef.h"

namespace vellum {

/// The tool; returns the exit status.
int varySizes(llvm::ArrayRef<const char *> arguments);

} // namespace vellum

#endif // VELLUM_TEST_NUMERIC_SIZES_VARYSIZES_H
