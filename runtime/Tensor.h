//===- runtime/Tensor.h - tensors in host memory ----------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// A dense row-major tensor that owns its memory.
///
//===----------------------------------------------------------------------===//

#ifndef VELLUM_RUNTIME_TENSOR_H
#define VELLUM_RUNTIME_TENSOR_H

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace vellum {

/// Element types. The numbers are part of the ABI (Abi.h). I1 takes a byte
/// that is 0 or 1.
enum class DType : int32_t { F32, F64, I1, I8, I32, I64 };

/// Bytes per element: 1, 4 or 8.
int64_t byteSize(DType dtype);

/// "f32", "f64", "i1", "i8", "i32" or "i64".
const char *name(DType dtype);

/// The DType that stores T; bool stands for I1.
template <class T> constexpr DType dtypeOf() {
  if constexpr (std::is_same_v<T, float>)
    return DType::F32;
  else if constexpr (std::is_same_v<T, double>)
    return DType::F64;
  else if constexpr (std::is_same_v<T, bool>)
    return DType::I1;
  else if constexpr (std::is_same_v<T, int8_t>)
    return DType::I8;
  else if constexpr (std::is_same_v<T, int32_t>)
    return DType::I32;
  else {
    static_assert(std::is_same_v<T, int64_t>, "no tensor has this type");
    return DType::I64;
  }
}

/// The product of the sizes; -1 if one is negative or the product, or that
/// many 8-byte elements, exceeds int64_t.
int64_t checkedNumElements(const std::vector<int64_t> &shape);

/// Bytes at a 64-byte-aligned address, zeroed when made. Copies are deep.
class AlignedBytes {
public:
  AlignedBytes() = default;
  explicit AlignedBytes(size_t size);
  AlignedBytes(const AlignedBytes &other);
  AlignedBytes(AlignedBytes &&other) noexcept
      : bytes(std::exchange(other.bytes, nullptr)),
        count(std::exchange(other.count, 0)) {}
  AlignedBytes &operator=(AlignedBytes other) noexcept {
    std::swap(bytes, other.bytes);
    std::swap(count, other.count);
    return *this;
  }
  ~AlignedBytes();

  std::byte *data() { return bytes; }
  const std::byte *data() const { return bytes; }
  size_t size() const { return count; }

private:
  std::byte *bytes = nullptr;
  size_t count = 0;
};

/// A dense row-major tensor. Rank 0 is a scalar, with one element.
struct Tensor {
  DType dtype = DType::F32;
  std::vector<int64_t> shape = {0};
  AlignedBytes storage;

  /// A tensor of zeros. The sizes must pass checkedNumElements.
  static Tensor zeros(DType dtype, std::vector<int64_t> shape);

  /// A tensor of `values`, which must be as many as `shape` says.
  template <class T>
  static Tensor of(std::vector<int64_t> shape, const std::vector<T> &values) {
    Tensor t = zeros(dtypeOf<T>(), std::move(shape));
    assert(t.numElements() == static_cast<int64_t>(values.size()) &&
           "as many values as elements");
    for (size_t i = 0; i < values.size(); ++i)
      t.data<T>()[i] = values[i];
    return t;
  }

  int64_t rank() const { return static_cast<int64_t>(shape.size()); }
  int64_t numElements() const;
  int64_t byteSize() const;

  template <class T> T *data() {
    assert(dtype == dtypeOf<T>() && "a tensor of another type");
    return reinterpret_cast<T *>(storage.data());
  }
  template <class T> const T *data() const {
    assert(dtype == dtypeOf<T>() && "a tensor of another type");
    return reinterpret_cast<const T *>(storage.data());
  }
  void *raw() { return storage.data(); }
  const void *raw() const { return storage.data(); }

  /// For example "f32[8x128x20]"; "f32[]" is a scalar.
  std::string typeName() const;

  /// Equal type, shape and bits: NaNs may be equal, 0 and -0 are not.
  bool operator==(const Tensor &other) const;
  bool operator!=(const Tensor &other) const { return !(*this == other); }
};

/// A tensor with the name it has in a file.
struct NamedTensor {
  std::string name;
  Tensor tensor;
};

} // namespace vellum

#endif // VELLUM_RUNTIME_TENSOR_H
