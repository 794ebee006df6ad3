//===- dialect/interpreter/Initializers.cpp - how parameters start --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialect/interpreter/Initializers.h"

#include <cmath>

using namespace mlir;
using namespace vellum;
using namespace vellum::interpreter;

/// The argument at `i`, or `otherwise` where there are fewer.
static double argument(ParameterOp parameter, size_t i, double otherwise) {
  const ArrayRef<double> arguments = parameter.getInitArgs();
  return i < arguments.size() ? arguments[i] : otherwise;
}

/// Kind and numbers.
static Initializer describe(ParameterOp parameter) {
  const auto make = [](Initializer::Kind kind, double first, double second) {
    Initializer result;
    result.kind = kind;
    result.first = first;
    result.second = second;
    return result;
  };
  const double first = argument(parameter, 0, 1);
  switch (parameter.getInit()) {
  case InitKind::Zeros:
    return make(Initializer::Constant, 0, 0);
  case InitKind::Constant:
    return make(Initializer::Constant, first, 0);
  case InitKind::Uniform:
    return parameter.getInitArgs().size() == 1
               ? make(Initializer::Uniform, -first, first)
               : make(Initializer::Uniform, first, argument(parameter, 1, 1));
  case InitKind::Normal:
    return make(Initializer::Normal, first, 0);
  case InitKind::Glorot: {
    const ArrayRef<int64_t> shape = parameter.getTensorType().getShape();
    const double range = first * std::sqrt(6.0 / double(shape[0] + shape[1]));
    return make(Initializer::Uniform, -range, range);
  }
  case InitKind::Orthogonal:
    return make(Initializer::Orthogonal, first, 0);
  case InitKind::Identity:
    return make(Initializer::Identity, 0, 0);
  case InitKind::OneHot:
    return make(Initializer::OneHot, first, argument(parameter, 1, 1));
  }
  llvm_unreachable("all initialisers are handled");
}

Initializer interpreter::initializerOf(ParameterOp parameter) {
  Initializer result = describe(parameter);
  const ArrayRef<int64_t> shape = parameter.getTensorType().getShape();
  result.columns = shape.empty() ? 1 : shape.back();
  result.rows = shape.empty() ? 1 : elementCount(shape.drop_back());
  return result;
}

Array interpreter::initialParameter(ParameterOp parameter, uint64_t seed) {
  const StringRef name = parameter.getSymName();
  Array result = Array::zeros(parameter.getTensorType().getShape());
  initialize(initializerOf(parameter),
             initializerKey(seed, hashName(name.data(), name.size())),
             result.floats.data());
  return result;
}
