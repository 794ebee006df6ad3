//===- test/runtime/TensorTest.cpp - tensors in host memory ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/Tensor.h"

#include <cmath>
#include <gtest/gtest.h>

using namespace vellum;

TEST(Tensor, OwnsAlignedZeros) {
  const Tensor t = Tensor::zeros(DType::I64, {3, 5});
  EXPECT_EQ(t.numElements(), 15);
  EXPECT_EQ(t.byteSize(), 120);
  EXPECT_EQ(t.typeName(), "i64[3x5]");
  EXPECT_EQ(reinterpret_cast<uintptr_t>(t.raw()) % 64, 0u);
  for (int i = 0; i < 15; ++i)
    EXPECT_EQ(t.data<int64_t>()[i], 0);
}

TEST(Tensor, ScalarsAndEmptyOnes) {
  EXPECT_EQ(Tensor::zeros(DType::F32, {}).numElements(), 1);
  EXPECT_EQ(Tensor::zeros(DType::F32, {}).typeName(), "f32[]");
  EXPECT_EQ(Tensor::zeros(DType::F32, {4, 0}).byteSize(), 0);
  EXPECT_EQ(Tensor().numElements(), 0);
}

TEST(Tensor, CopiesAreDeep) {
  Tensor a = Tensor::of<float>({2}, {1, 2});
  Tensor b = a;
  EXPECT_EQ(a, b);
  b.data<float>()[0] = 3;
  EXPECT_NE(a, b);
  const void *memory = b.raw();
  const Tensor c = std::move(b);
  EXPECT_EQ(c.raw(), memory);
  a = c;
  EXPECT_EQ(a, c);
}

TEST(Tensor, EqualityIsOfBits) {
  EXPECT_NE(Tensor::of<float>({1}, {0.0f}), Tensor::of<float>({1}, {-0.0f}));
  EXPECT_EQ(Tensor::of<float>({1}, {NAN}), Tensor::of<float>({1}, {NAN}));
  EXPECT_NE(Tensor::zeros(DType::F32, {2, 3}),
            Tensor::zeros(DType::F32, {3, 2}));
  EXPECT_NE(Tensor::zeros(DType::F32, {2}), Tensor::zeros(DType::I32, {2}));
}

TEST(Tensor, ChecksSizes) {
  const int64_t big = int64_t(1) << 40;
  EXPECT_EQ(checkedNumElements({big, big}), -1);
  EXPECT_EQ(checkedNumElements({big, big, 0}), 0);
  EXPECT_EQ(checkedNumElements({0, -1}), -1);
  EXPECT_EQ(checkedNumElements({INT64_MAX}), -1);
}
