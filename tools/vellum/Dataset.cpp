//===- tools/vellum/Dataset.cpp - batches from a file ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/vellum/Dataset.h"

#include "mlir/IR/BuiltinTypes.h"
#include "llvm/Support/xxhash.h"

#include <cstring>

#include "runtime/Npz.h"
#include "runtime/Philox.h"
#include "tools/vellum/Report.h"
#include "tools/vellum/Values.h"

using namespace mlir;
using namespace vellum;

/// The stream that orders of batches are drawn from.
static constexpr uint64_t kOrderStream = 1;

/// The type of an array of batches.
static Type withBatches(Type type) {
  SmallVector<int64_t> shape{ShapedType::kDynamic};
  Type element = type;
  if (auto tensor = dyn_cast<RankedTensorType>(type)) {
    llvm::append_range(shape, tensor.getShape());
    element = tensor.getElementType();
  }
  return RankedTensorType::get(shape, element);
}

/// Takes the array of this name; an error where there is none.
static FailureOr<Tensor> find(std::vector<NamedTensor> &tensors, StringRef name,
                              StringRef function, StringRef path) {
  for (NamedTensor &each : tensors)
    if (each.name == name)
      return std::move(each.tensor);
  return reportError(path + ": has no array '" + name +
                     "', which is an argument of @" + function);
}

/// Whether a value of this type may be of any number of samples.
static bool leavesSizesOpen(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor && !tensor.hasStaticShape();
}

/// The error of an array that is none of batches.
static LogicalResult reportArray(const Port &port, const Tensor &tensor,
                                 StringRef path) {
  const std::string array = (path + ": array '" + port.name + "' must ").str();
  if (!hasType(tensor, port.type))
    return reportError(array + "hold batches of type " + describe(port.type) +
                       ", one per index of a further dimension in front, but "
                       "got " +
                       describe(tensor));
  return reportError(
      array + "have a further dimension in front, with a batch of type " +
      describe(port.type) + " per index, but got " + describe(tensor) +
      "; in NumPy, stack([a, b, c]) makes one "
      "of three batches, and x[None] one of all of x");
}

/// Compares the number of an array's batches with that of those before.
LogicalResult Dataset::count(const Array &array, StringRef path) {
  const int64_t batches = array.tensor.shape[0];
  if (!counted.empty() && batches != numBatches)
    return reportError(path + ": array '" + array.name + "' has " +
                       Twine(batches) + " batches, but '" + counted + "' has " +
                       Twine(numBatches));
  counted = array.name;
  numBatches = batches;
  return success();
}

/// Appends an array for this port.
LogicalResult Dataset::add(const Port &port, Tensor tensor, StringRef path) {
  const bool isStack = hasType(tensor, withBatches(port.type));
  if (!isStack && (!hasType(tensor, port.type) || leavesSizesOpen(port.type)))
    return reportArray(port, tensor, path);
  if (isStack && tensor.shape[0] == 0)
    return reportError(path + ": array '" + port.name + "' has no batches");
  if (isStack && tensor.shape[0] == 1)
    tensor.shape.erase(tensor.shape.begin());
  const bool hasBatches = hasType(tensor, withBatches(port.type));
  arrays.push_back({std::move(tensor), port.name, hasBatches});
  return hasBatches ? count(arrays.back(), path) : success();
}

uint64_t Dataset::hash() const {
  std::string text;
  llvm::raw_string_ostream os(text);
  for (const Array &array : arrays) {
    const auto *bytes =
        reinterpret_cast<const uint8_t *>(array.tensor.storage.data());
    os << array.name << ' ' << describe(array.tensor) << ' '
       << llvm::xxh3_64bits(ArrayRef(bytes, array.tensor.storage.size()))
       << '\n';
  }
  return llvm::xxh3_64bits(text);
}

FailureOr<Dataset> Dataset::read(const std::string &path, StringRef function,
                                 ArrayRef<Port> ports, int64_t seed) {
  Result<std::vector<NamedTensor>> tensors = readNpz(path);
  if (!tensors)
    return reportError(tensors.error());
  Dataset data;
  data.seed = static_cast<uint64_t>(seed);
  for (const Port &port : ports) {
    FailureOr<Tensor> tensor = find(*tensors, port.name, function, path);
    if (failed(tensor) || failed(data.add(port, std::move(*tensor), path)))
      return failure();
  }
  return data;
}

void Dataset::shuffle(int64_t wanted) {
  if (epoch == wanted)
    return;
  epoch = wanted;
  order.resize(numBatches);
  philoxPermutation(philoxFold(seed, epoch), kOrderStream, 0, numBatches,
                    order.data());
}

void Dataset::placeFixed(llvm::MutableArrayRef<Tensor> arguments) {
  for (auto [array, argument] : llvm::zip(arrays, arguments))
    if (!array.hasBatches)
      argument = array.tensor;
  isFixedPlaced = true;
}

void Dataset::place(int64_t step, llvm::MutableArrayRef<Tensor> arguments) {
  if (!isFixedPlaced)
    placeFixed(arguments);
  shuffle(step / numBatches);
  const size_t index = order[step % numBatches];
  for (auto [array, argument] : llvm::zip(arrays, arguments)) {
    if (!array.hasBatches)
      continue;
    const std::vector<int64_t> &shape = array.tensor.shape;
    argument =
        Tensor::zeros(array.tensor.dtype, {shape.begin() + 1, shape.end()});
    const size_t size = argument.storage.size();
    if (size > 0)
      std::memcpy(argument.raw(), array.tensor.storage.data() + index * size,
                  size);
  }
}
