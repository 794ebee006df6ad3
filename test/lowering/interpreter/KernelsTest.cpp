//===- test/lowering/interpreter/KernelsTest.cpp - kernels have a meaning -===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowering/interpreter/Machine.h"

#include <gtest/gtest.h>

using namespace vellum;
using namespace vellum::interpreter;

namespace {

/// The kernels of the device library that programs name. Products are linalg
/// until after bufferisation.
TEST(Kernels, AllAreKnown) {
  llvm::SmallVector<llvm::StringRef> names{
#define VELLUM_KERNEL(NAME, LETTERS) #NAME,
#include "runtime/device/Kernels.def"
  };
  ASSERT_GT(names.size(), 10u);
  for (llvm::StringRef name : names) {
    ASSERT_TRUE(name.consume_front("vl_"));
    EXPECT_EQ(hasMeaning(name), !name.starts_with("gemm_")) << name.str();
  }
}

TEST(Kernels, PanelsHaveZerosBehindTheLastColumn) {
  const Array weights = Array::ofFloats({2, 3}, {1, 2, 3, 4, 5, 6});
  const Array panels = *evaluateKernel("pack_panels", weights, {}, {2, 2, 2});
  EXPECT_EQ(llvm::ArrayRef<double>(panels.floats),
            llvm::ArrayRef<double>({1, 2, 4, 5, 3, 0, 6, 0}));
}

} // namespace
