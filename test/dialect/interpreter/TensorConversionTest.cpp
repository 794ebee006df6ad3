//===- test/dialect/interpreter/TensorConversionTest.cpp - conversions ----===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialect/interpreter/TensorConversion.h"

#include "test/dialect/interpreter/Program.h"

using namespace vellum;
using namespace vellum::interpreter;

namespace {

TEST(TensorConversion, WidensNumbers) {
  expectFloats(fromTensor(Tensor::of<float>({2}, {0.1f, -2})), {2},
               {double(0.1f), -2}, 0);
  expectFloats(fromTensor(Tensor::of<double>({}, {0.1})), {}, {0.1}, 0);
  expectIntegers(fromTensor(Tensor::of<int8_t>({2, 1}, {-128, 127})), {2, 1},
                 {-128, 127});
  expectIntegers(fromTensor(Tensor::of<bool>({2}, {true, false})), {2}, {1, 0});
  expectFloats(fromTensor(Tensor::zeros(DType::F32, {0, 3})), {0, 3}, {});
}

TEST(TensorConversion, GoesBack) {
  const Tensor tensors[] = {Tensor::of<float>({2}, {0.1f, -2}),
                            Tensor::of<double>({1, 1}, {0.1}),
                            Tensor::of<bool>({3}, {true, false, true}),
                            Tensor::of<int8_t>({2}, {-1, 7}),
                            Tensor::of<int32_t>({}, {-5}),
                            Tensor::of<int64_t>({1}, {int64_t(1) << 40})};
  for (const Tensor &tensor : tensors)
    EXPECT_EQ(toTensor(fromTensor(tensor), tensor.dtype), tensor)
        << tensor.typeName();
}

TEST(TensorConversion, RoundsAndWraps) {
  EXPECT_EQ(*toTensor(Array::scalar(0.1), DType::F32).data<float>(), 0.1f);
  EXPECT_EQ(*toTensor(Array::integer(300), DType::I8).data<int8_t>(), 44);
  EXPECT_EQ(*toTensor(Array::integer(-1), DType::I1).data<bool>(), true);
  EXPECT_EQ(*toTensor(Array::integer(2), DType::I1).data<bool>(), false);
}

} // namespace
