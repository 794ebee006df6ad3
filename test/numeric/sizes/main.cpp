//===- test/numeric/sizes/main.cpp - the vary-sizes tool ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "llvm/Support/InitLLVM.h"

#include "test/numeric/sizes/VarySizes.h"

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  return vellum::varySizes(llvm::ArrayRef<const char *>(argv + 1, argc - 1));
}
