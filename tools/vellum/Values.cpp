//===- tools/vellum/Values.cpp - tensors against types --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/vellum/Values.h"

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

#include <algorithm>
#include <cmath>

using namespace mlir;
using namespace vellum;

//===----------------------------------------------------------------------===//
// Types
//===----------------------------------------------------------------------===//

std::optional<DType> vellum::dtypeOf(Type type) {
  Type element = getElementTypeOrSelf(type);
  if (element.isF32())
    return DType::F32;
  if (element.isF64())
    return DType::F64;
  if (element.isInteger(1))
    return DType::I1;
  if (element.isInteger(8))
    return DType::I8;
  if (element.isInteger(32))
    return DType::I32;
  if (element.isInteger(64) || element.isIndex())
    return DType::I64;
  return std::nullopt;
}

bool vellum::hasType(const Tensor &tensor, Type type) {
  if (dtypeOf(type) != tensor.dtype)
    return false;
  auto shaped = dyn_cast<RankedTensorType>(type);
  if (!shaped)
    return tensor.rank() == 0;
  return shaped.getRank() == tensor.rank() &&
         succeeded(verifyCompatibleShape(shaped.getShape(), tensor.shape));
}

static const char *numpyName(DType dtype) {
  switch (dtype) {
  case DType::F32:
    return "float32";
  case DType::F64:
    return "float64";
  case DType::I1:
    return "bool";
  case DType::I8:
    return "int8";
  case DType::I32:
    return "int32";
  case DType::I64:
    return "int64";
  }
  llvm_unreachable("unknown element type");
}

std::string vellum::describe(const Tensor &tensor) {
  std::string text = numpyName(tensor.dtype);
  if (tensor.rank() == 0)
    return text + " scalar";
  llvm::raw_string_ostream os(text);
  os << " of shape ";
  llvm::interleave(tensor.shape, os, "x");
  return text;
}

std::string vellum::describe(Type type) {
  std::string text;
  llvm::raw_string_ostream(text) << type;
  return text;
}

//===----------------------------------------------------------------------===//
// Elements
//===----------------------------------------------------------------------===//

double vellum::elementAt(const Tensor &tensor, int64_t i) {
  switch (tensor.dtype) {
  case DType::F32:
    return tensor.data<float>()[i];
  case DType::F64:
    return tensor.data<double>()[i];
  case DType::I1:
    return tensor.data<bool>()[i];
  case DType::I8:
    return tensor.data<int8_t>()[i];
  case DType::I32:
    return tensor.data<int32_t>()[i];
  case DType::I64:
    return static_cast<double>(tensor.data<int64_t>()[i]);
  }
  llvm_unreachable("unknown element type");
}

void vellum::setElement(Tensor &tensor, int64_t i, double number) {
  switch (tensor.dtype) {
  case DType::F32:
    tensor.data<float>()[i] = static_cast<float>(number);
    return;
  case DType::F64:
    tensor.data<double>()[i] = number;
    return;
  case DType::I1:
    tensor.data<bool>()[i] = number != 0;
    return;
  case DType::I8:
    tensor.data<int8_t>()[i] = static_cast<int8_t>(number);
    return;
  case DType::I32:
    tensor.data<int32_t>()[i] = static_cast<int32_t>(number);
    return;
  case DType::I64:
    tensor.data<int64_t>()[i] = static_cast<int64_t>(number);
    return;
  }
}

/// The integer that `text` denotes, if it fits in `bytes` bytes.
static std::optional<int64_t> parseInteger(StringRef text, int64_t bytes) {
  int64_t number = 0;
  if (text.getAsInteger(0, number) ||
      !llvm::isIntN(static_cast<unsigned>(8 * bytes), number))
    return std::nullopt;
  return number;
}

std::optional<Tensor> vellum::parseScalar(StringRef text, Type type) {
  std::optional<DType> dtype = dtypeOf(type);
  auto shaped = dyn_cast<RankedTensorType>(type);
  if (!dtype || (shaped && shaped.getRank() != 0))
    return std::nullopt;
  Tensor tensor = Tensor::zeros(*dtype, {});
  if (*dtype == DType::F32 || *dtype == DType::F64) {
    double number = 0;
    if (text.getAsDouble(number))
      return std::nullopt;
    setElement(tensor, 0, number);
    return tensor;
  }
  if (*dtype == DType::I1 && (text == "true" || text == "false")) {
    tensor.data<bool>()[0] = text == "true";
    return tensor;
  }
  auto number = parseInteger(text, byteSize(*dtype));
  if (!number || (*dtype == DType::I1 && *number != 0 && *number != 1))
    return std::nullopt;
  if (*dtype == DType::I64)
    tensor.data<int64_t>()[0] = *number;
  else
    setElement(tensor, 0, static_cast<double>(*number));
  return tensor;
}

//===----------------------------------------------------------------------===//
// Printing
//===----------------------------------------------------------------------===//

static bool isFloat(const Tensor &tensor) {
  return tensor.dtype == DType::F32 || tensor.dtype == DType::F64;
}

static void printElement(llvm::raw_ostream &os, const Tensor &tensor,
                         int64_t i) {
  if (tensor.dtype == DType::I64)
    os << tensor.data<int64_t>()[i];
  else if (isFloat(tensor))
    os << llvm::format("%.7g", elementAt(tensor, i));
  else
    os << static_cast<int64_t>(elementAt(tensor, i));
}

/// Rows of the last dimension in brackets, as many as that of the others.
static void printElements(llvm::raw_ostream &os, const Tensor &tensor,
                          int64_t dim, int64_t &next) {
  if (dim == tensor.rank())
    return printElement(os, tensor, next++);
  os << '[';
  for (int64_t i = 0; i < tensor.shape[dim]; ++i) {
    if (i > 0)
      os << ", ";
    printElements(os, tensor, dim + 1, next);
  }
  os << ']';
}

/// How many empty rows a tensor without elements has, which its shape does not
/// bound; `most` where there are more.
static int64_t countEmptyRows(const Tensor &tensor, int64_t most) {
  int64_t rows = 1;
  for (int64_t size : tensor.shape) {
    if (size == 0)
      break;
    if (size > most / rows)
      return most;
    rows *= size;
  }
  return rows;
}

static void printSummary(llvm::raw_ostream &os, const Tensor &tensor) {
  constexpr int64_t kShown = 8;
  for (int64_t i = 0; i < kShown; ++i) {
    printElement(os, tensor, i);
    os << ", ";
  }
  const int64_t size = tensor.numElements();
  double sum = 0, least = INFINITY, most = -INFINITY;
  for (int64_t i = 0; i < size; ++i) {
    const double x = elementAt(tensor, i);
    sum += x;
    // NaN must not hide behind comparisons.
    least = std::isnan(x) ? x : std::min(least, x);
    most = std::isnan(x) ? x : std::max(most, x);
  }
  os << llvm::format("...  mean %.7g, least %.7g, greatest %.7g", sum / size,
                     least, most);
}

void vellum::print(llvm::raw_ostream &os, StringRef name,
                   const Tensor &tensor) {
  constexpr int64_t kMostPrinted = 64;
  os << name << ": " << describe(tensor) << '\n' << "  ";
  int64_t next = 0;
  const bool isEmpty = tensor.numElements() == 0;
  if (isEmpty && countEmptyRows(tensor, kMostPrinted) == kMostPrinted)
    os << "no elements";
  else if (tensor.numElements() <= kMostPrinted)
    printElements(os, tensor, 0, next);
  else
    printSummary(os, tensor);
  os << '\n';
}
