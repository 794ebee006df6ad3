//===- runtime/Result.h - a value or an error message -----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Errors without exceptions: a function that can fail returns Result<T>, or
/// Status where there is no value.
///
//===----------------------------------------------------------------------===//

#ifndef VELLUM_RUNTIME_RESULT_H
#define VELLUM_RUNTIME_RESULT_H

#include <cassert>
#include <optional>
#include <string>
#include <utility>

namespace vellum {

/// A message that says what is wrong: lower case, no full stop.
struct Error {
  std::string message;
};

/// A T or an Error. True when there is a value.
template <class T> class [[nodiscard]] Result {
public:
  Result(T value) : value(std::move(value)) {}
  Result(Error error) : message(std::move(error.message)) {}

  explicit operator bool() const { return value.has_value(); }

  T &operator*() {
    assert(value && "a Result without a value");
    return *value;
  }
  const T &operator*() const {
    assert(value && "a Result without a value");
    return *value;
  }
  T *operator->() { return &**this; }
  const T *operator->() const { return &**this; }

  /// The error message; empty when there is a value.
  const std::string &error() const { return message; }

  /// The error, to pass on from a function with another value type.
  Error takeError() { return {std::move(message)}; }

private:
  std::optional<T> value;
  std::string message;
};

/// Success or an Error. True on success.
class [[nodiscard]] Status {
public:
  Status() = default;
  Status(Error error) : failure(std::move(error.message)) {}

  explicit operator bool() const { return !failure; }

  /// The error message; empty on success.
  const std::string &error() const {
    static const std::string none;
    return failure ? *failure : none;
  }

  Error takeError() { return {failure ? std::move(*failure) : ""}; }

private:
  std::optional<std::string> failure;
};

} // namespace vellum

#endif // VELLUM_RUNTIME_RESULT_H
