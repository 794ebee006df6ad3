//===- dialect/MemoryOps.cpp - reading and writing memory, attention ------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialect/Shapes.h"
#include "dialect/Vellum.h"

using namespace mlir;
using namespace vellum;

using Types = SmallVectorImpl<Type>;
using OptionalLoc = std::optional<Location>;

//===----------------------------------------------------------------------===//
// memory_read, memory_write
//===----------------------------------------------------------------------===//

LogicalResult MemoryReadOp::inferReturnTypes(MLIRContext *, OptionalLoc loc,
                                             Adaptor op, Types &types) {
  // memory_read_c4
  if (failed(requireFloatTensors(loc, op.getOperands())))
    return failure();
  ArrayRef<int64_t> memory = shapeOf(op.getMemory());
  Shape weighting(shapeOf(op.getWeighting()));
  // memory_read_c1, memory_read_c2
  if (failed(unifyAccess(loc, weighting, memory, "weighting")))
    return failure();
  // memory_read_c3
  int64_t locations = memory[memory.size() - 2];
  if (failed(unifySize(loc, locations, weighting.back(), "weighting width",
                       "the memory's number of locations")))
    return failure();
  types.push_back(RankedTensorType::get(withLast(weighting, memory.back()),
                                        elementTypeOf(op.getMemory())));
  return success();
}

/// The erase and add vectors: the weighting's shape with words for locations.
static LogicalResult unifyWords(OptionalLoc loc, Shape &words,
                                MemoryWriteOp::Adaptor op) {
  StringRef reason = "the weighting's with a last dimension of M";
  if (op.getErase() &&
      failed(unifyShape(loc, words, shapeOf(op.getErase()), "erase", reason)))
    return failure();
  return unifyShape(loc, words, shapeOf(op.getAdd()), "add", reason);
}

LogicalResult MemoryWriteOp::inferReturnTypes(MLIRContext *, OptionalLoc loc,
                                              Adaptor op, Types &types) {
  // memory_write_c6
  if (failed(requireFloatTensors(loc, op.getOperands())))
    return failure();
  Shape memory(shapeOf(op.getMemory()));
  Shape weighting(shapeOf(op.getWeighting()));
  // memory_write_c1, memory_write_c2
  if (failed(unifyAccess(loc, weighting, memory, "weighting")))
    return failure();
  // memory_write_c3
  if (failed(unifySize(loc, memory[memory.size() - 2], weighting.back(),
                       "weighting width", "the memory's number of locations")))
    return failure();
  // memory_write_c4
  Shape words = withLast(weighting, memory.back());
  if (failed(unifyWords(loc, words, op)))
    return failure();
  // memory_write_c5
  bool hasHeads = weighting.size() == memory.size();
  if (hasHeads && ShapedType::isDynamic(words[words.size() - 2]))
    return emitOptionalError(
        loc, "the number of heads must be known, but got the weighting ",
        formatShape(weighting));
  llvm::copy(ArrayRef(words).take_front(memory.size() - 2), memory.begin());
  memory.back() = words.back();
  types.push_back(RankedTensorType::get(memory, elementTypeOf(op.getMemory())));
  return success();
}

//===----------------------------------------------------------------------===//
// attend
//===----------------------------------------------------------------------===//

namespace {
/// The sizes of an attention: `B x T x D` to `B x S x D` and `B x S x K`.
struct AttendSizes {
  Shape batch;
  /// Not there for a single query.
  std::optional<int64_t> queries;
  int64_t positions;
  int64_t keyWidth, valueWidth;

  /// Batch, time where there is one, then the given sizes.
  Shape queryShape(std::initializer_list<int64_t> inner) const {
    Shape shape(batch);
    if (queries)
      shape.push_back(*queries);
    shape.append(inner);
    return shape;
  }
};
} // namespace

/// Enters the batch dimensions of one operand.
static LogicalResult unifyBatch(OptionalLoc loc, Shape &batch,
                                ArrayRef<int64_t> shape, StringRef role) {
  return unifyShape(loc, batch, shape.take_front(batch.size()), role,
                    "the keys' batch dimensions");
}

static FailureOr<AttendSizes> attendSizes(OptionalLoc loc,
                                          AttendOp::Adaptor op) {
  ArrayRef<int64_t> query = shapeOf(op.getQuery()),
                    keys = shapeOf(op.getKeys()),
                    values = shapeOf(op.getValues());
  // attend_c1
  if (failed(requireDimensions(loc, keys, 2, "keys")))
    return failure();
  if (query.size() != keys.size() && query.size() + 1 != keys.size())
    return emitOptionalError(loc, "query must have the keys' rank, ",
                             keys.size(), ", or one less, but got ",
                             formatShape(query));
  if (values.size() != keys.size())
    return emitOptionalError(loc, "values must have the keys' rank, ",
                             keys.size(), ", but got ", formatShape(values));
  // attend_c2
  AttendSizes sizes;
  sizes.batch.assign(keys.begin(), keys.end() - 2);
  if (failed(unifyBatch(loc, sizes.batch, query, "the query's batch")) ||
      failed(unifyBatch(loc, sizes.batch, values, "the values' batch")))
    return failure();
  if (query.size() == keys.size())
    sizes.queries = query[query.size() - 2];
  // attend_c3
  sizes.keyWidth = keys.back();
  if (failed(unifySize(loc, sizes.keyWidth, query.back(), "query width",
                       "the keys' width")))
    return failure();
  // attend_c4
  sizes.positions = keys[keys.size() - 2];
  if (failed(unifySize(loc, sizes.positions, values[values.size() - 2],
                       "the values' number of positions",
                       "the keys' number of positions")))
    return failure();
  sizes.valueWidth = values.back();
  return sizes;
}

/// An operand that one score takes and the others do not.
static LogicalResult checkScoreOperand(OptionalLoc loc, AttendOp::Adaptor op,
                                       AttendScore score, Value operand,
                                       StringRef keyword) {
  bool wanted = op.getScore() == score;
  if (wanted == static_cast<bool>(operand))
    return success();
  return emitOptionalError(loc, "score ", stringifyAttendScore(op.getScore()),
                           wanted ? " needs '" : " takes no '", keyword,
                           wanted ? "', but got none" : "', but got one");
}

static LogicalResult checkScoreOperands(OptionalLoc loc, AttendOp::Adaptor op,
                                        AttendSizes &sizes) {
  // attend_c5
  if (failed(checkScoreOperand(loc, op, AttendScore::Additive, op.getAdditive(),
                               "by")))
    return failure();
  Shape vector{sizes.keyWidth};
  if (op.getAdditive() &&
      failed(unifyShape(loc, vector, shapeOf(op.getAdditive()), "'by'",
                        "the query's width")))
    return failure();
  // attend_c6
  if (failed(checkScoreOperand(loc, op, AttendScore::Cosine, op.getStrength(),
                               "strength")))
    return failure();
  Shape strength = sizes.queryShape({1});
  if (op.getStrength() &&
      failed(unifyShape(loc, strength, shapeOf(op.getStrength()), "strength",
                        "the query's with a last dimension of 1")))
    return failure();
  return success();
}

static LogicalResult checkMask(OptionalLoc loc, AttendOp::Adaptor op,
                               const AttendSizes &sizes) {
  if (!op.getMask())
    return success();
  if (failed(requireTensors(loc, op.getMask())))
    return failure();
  ArrayRef<int64_t> mask = shapeOf(op.getMask());
  Shape ofKeys(sizes.batch), ofWeighting = sizes.queryShape({sizes.positions});
  ofKeys.push_back(sizes.positions);
  // attend_c7
  for (const Shape &shape : {ofKeys, ofWeighting})
    if (mask.size() == shape.size() &&
        llvm::all_of_zip(mask, shape, areCompatibleSizes))
      return success();
  return emitOptionalError(loc, "mask must have the shape ",
                           formatShape(ofKeys), " (the keys' positions) or ",
                           formatShape(ofWeighting),
                           " (the weighting's), but got ", formatShape(mask));
}

static LogicalResult checkHeads(OptionalLoc loc, AttendOp::Adaptor op,
                                const AttendSizes &sizes) {
  int64_t heads = op.getHeads();
  auto divides = [heads](int64_t width) {
    return heads == 1 || (!ShapedType::isDynamic(width) && width % heads == 0);
  };
  // attend_c8
  if (heads < 1 || !divides(sizes.keyWidth) || !divides(sizes.valueWidth))
    return emitOptionalError(
        loc, "the number of heads must be positive and divide the widths ",
        formatSize(sizes.keyWidth), " and ", formatSize(sizes.valueWidth),
        ", but got ", heads);
  // attend_c9
  if (op.getCausal() && !sizes.queries)
    return emitOptionalError(loc,
                             "'causal' needs a query with a time "
                             "dimension, but got ",
                             formatShape(shapeOf(op.getQuery())));
  return success();
}

LogicalResult AttendOp::inferReturnTypes(MLIRContext *, OptionalLoc loc,
                                         Adaptor op, Types &types) {
  SmallVector<Value> floats{op.getQuery(), op.getKeys(), op.getValues()};
  for (Value optional : {op.getAdditive(), op.getStrength()})
    if (optional)
      floats.push_back(optional);
  // attend_c10
  if (failed(requireFloatTensors(loc, floats)))
    return failure();
  FailureOr<AttendSizes> sizes = attendSizes(loc, op);
  if (failed(sizes) || failed(checkScoreOperands(loc, op, *sizes)) ||
      failed(checkMask(loc, op, *sizes)) || failed(checkHeads(loc, op, *sizes)))
    return failure();
  Type element = elementTypeOf(op.getQuery());
  types.push_back(
      RankedTensorType::get(sizes->queryShape({sizes->valueWidth}), element));
  if (!op.getWithWeighting())
    return success();
  Shape weighting = sizes->queryShape({sizes->positions});
  if (op.getHeads() > 1)
    weighting.insert(weighting.begin() + sizes->batch.size(), op.getHeads());
  types.push_back(RankedTensorType::get(weighting, element));
  return success();
}
