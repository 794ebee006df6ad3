//===- runtime/Tensor.cpp - tensors in host memory ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/Tensor.h"

#include <cstring>
#include <new>

namespace vellum {

int64_t byteSize(DType dtype) {
  switch (dtype) {
  case DType::I1:
  case DType::I8:
    return 1;
  case DType::F32:
  case DType::I32:
    return 4;
  case DType::F64:
  case DType::I64:
    return 8;
  }
  return 0;
}

const char *name(DType dtype) {
  switch (dtype) {
  case DType::F32:
    return "f32";
  case DType::F64:
    return "f64";
  case DType::I1:
    return "i1";
  case DType::I8:
    return "i8";
  case DType::I32:
    return "i32";
  case DType::I64:
    return "i64";
  }
  return "?";
}

int64_t checkedNumElements(const std::vector<int64_t> &shape) {
  // Zeros first: [0, 2^62, 2^62] is an empty tensor, in whatever order.
  bool empty = false;
  for (int64_t size : shape) {
    if (size < 0)
      return -1;
    empty |= size == 0;
  }
  if (empty)
    return 0;
  int64_t product = 1;
  for (int64_t size : shape)
    if (__builtin_mul_overflow(product, size, &product) ||
        product > INT64_MAX / 8)
      return -1;
  return product;
}

static constexpr size_t kAlignment = 64;

AlignedBytes::AlignedBytes(size_t size) : count(size) {
  if (size == 0)
    return;
  const size_t rounded = (size + kAlignment - 1) / kAlignment * kAlignment;
  bytes = static_cast<std::byte *>(
      ::operator new(rounded, std::align_val_t{kAlignment}));
  std::memset(bytes, 0, rounded);
}

AlignedBytes::AlignedBytes(const AlignedBytes &other)
    : AlignedBytes(other.count) {
  if (count)
    std::memcpy(bytes, other.bytes, count);
}

AlignedBytes::~AlignedBytes() {
  ::operator delete(bytes, std::align_val_t{kAlignment});
}

Tensor Tensor::zeros(DType dtype, std::vector<int64_t> shape) {
  const int64_t count = checkedNumElements(shape);
  assert(count >= 0 && "a shape too large to address");
  Tensor t;
  t.dtype = dtype;
  t.shape = std::move(shape);
  t.storage =
      AlignedBytes(static_cast<size_t>(count * vellum::byteSize(dtype)));
  return t;
}

int64_t Tensor::numElements() const { return checkedNumElements(shape); }

int64_t Tensor::byteSize() const {
  return numElements() * vellum::byteSize(dtype);
}

std::string Tensor::typeName() const {
  std::string text = std::string(name(dtype)) + "[";
  for (size_t i = 0; i < shape.size(); ++i)
    text += (i ? "x" : "") + std::to_string(shape[i]);
  return text + "]";
}

bool Tensor::operator==(const Tensor &other) const {
  return dtype == other.dtype && shape == other.shape &&
         storage.size() == other.storage.size() &&
         (storage.size() == 0 ||
          std::memcmp(raw(), other.raw(), storage.size()) == 0);
}

} // namespace vellum
