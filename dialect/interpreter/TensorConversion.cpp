//===- dialect/interpreter/TensorConversion.cpp - to and from the runtime -===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialect/interpreter/TensorConversion.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/ErrorHandling.h"

using namespace vellum;
using namespace vellum::interpreter;

/// Calls `f` with a zero of the C++ type that stores this element type.
template <typename F> static void withStorageType(DType dtype, F f) {
  switch (dtype) {
  case DType::F32:
    return f(float());
  case DType::F64:
    return f(double());
  case DType::I1:
    return f(bool());
  case DType::I8:
    return f(int8_t());
  case DType::I32:
    return f(int32_t());
  case DType::I64:
    return f(int64_t());
  }
  llvm_unreachable("all element types are handled");
}

/// The element type of the array that holds numbers of type T.
template <typename T>
using Widened =
    std::conditional_t<std::is_floating_point_v<T>, double, int64_t>;

Array interpreter::fromTensor(const Tensor &tensor) {
  Array array;
  withStorageType(tensor.dtype, [&](auto zero) {
    using T = decltype(zero);
    array =
        Array::zeros(tensor.shape,
                     std::is_floating_point_v<T> ? Kind::Float : Kind::Integer);
    const T *from = tensor.data<T>();
    std::copy(from, from + array.size(), array.elements<Widened<T>>().begin());
  });
  return array;
}

Tensor interpreter::toTensor(const Array &array, DType dtype) {
  Tensor tensor =
      Tensor::zeros(dtype, {array.shape.begin(), array.shape.end()});
  withStorageType(dtype, [&](auto zero) {
    using T = decltype(zero);
    // An odd number is a true i1; a conversion to bool would take any.
    llvm::transform(array.elements<Widened<T>>(), tensor.data<T>(), [](auto x) {
      if constexpr (std::is_same_v<T, bool>)
        return (x & 1) != 0;
      else
        return static_cast<T>(x);
    });
  });
  return tensor;
}
