//===- lowering/CheckOperations.cpp - what a model consists of ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowering/CheckModel.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "mlir/IR/TypeUtilities.h"

#include "dialect/ModelOps.h"
#include "dialect/Vellum.h"
#include "runtime/Abi.h"

using namespace mlir;
using namespace vellum;

//===----------------------------------------------------------------------===//
// Types
//===----------------------------------------------------------------------===//

static bool isNumber(Type type) {
  if (isa<Float16Type, BFloat16Type, Float32Type, Float64Type, IndexType>(type))
    return true;
  auto integer = dyn_cast<IntegerType>(type);
  return integer && integer.isSignless() &&
         llvm::is_contained({1, 8, 16, 32, 64}, integer.getWidth());
}

static LogicalResult checkType(Operation *op, Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!isNumber(tensor ? tensor.getElementType() : type))
    return op->emitError("a model's values are f16, bf16, f32, f64, i1, i8, "
                         "i16, i32, i64, index and tensors of them, but got ")
           << type;
  if (!tensor)
    return success();
  if (tensor.getEncoding())
    return op->emitError("a model's tensors have no encoding, but got ")
           << type;
  if (tensor.getRank() > VELLUM_MAX_RANK)
    return op->emitError("a model's tensors have at most ")
           << VELLUM_MAX_RANK << " dimensions, but got " << tensor.getRank();
  return success();
}

static LogicalResult checkTypes(Operation *op, TypeRange types) {
  for (Type type : types)
    if (failed(checkType(op, type)))
      return failure();
  return success();
}

//===----------------------------------------------------------------------===//
// Attributes
//===----------------------------------------------------------------------===//

/// Elements that are kept beside the text: they are there, and as many as the
/// type says.
static LogicalResult checkResource(Operation *op,
                                   DenseResourceElementsAttr elements) {
  const AsmResourceBlob *blob = elements.getRawHandle().getBlob();
  if (!blob)
    return op->emitError("the resource '")
           << elements.getRawHandle().getKey()
           << "' is not among the file's 'dialect_resources'";
  auto type = cast<ShapedType>(elements.getType());
  if (failed(checkType(op, type)))
    return failure();
  const Type element = type.getElementType();
  const unsigned bits =
      element.isIndex() ? 64 : element.getIntOrFloatBitWidth();
  const uint64_t bytes = llvm::divideCeil(bits, 8);
  uint64_t wanted = bytes;
  for (int64_t size : type.getShape())
    wanted = llvm::SaturatingMultiply<uint64_t>(wanted, std::abs(size));
  if (type.hasStaticShape() && blob->getData().size() == wanted)
    return success();
  return op->emitError("the resource '")
         << elements.getRawHandle().getKey() << "' must hold " << wanted
         << " bytes for " << type << ", but got " << blob->getData().size();
}

static LogicalResult checkAttribute(Operation *op, Attribute attribute) {
  if (!attribute)
    return success();
  if (auto array = dyn_cast<ArrayAttr>(attribute))
    return success(llvm::all_of(array, [&](Attribute each) {
      return succeeded(checkAttribute(op, each));
    }));
  if (auto elements = dyn_cast<DenseResourceElementsAttr>(attribute))
    return checkResource(op, elements);
  if (auto typed = dyn_cast<TypeAttr>(attribute)) {
    auto function = dyn_cast<FunctionType>(typed.getValue());
    return function ? success(succeeded(checkTypes(op, function.getInputs())) &&
                              succeeded(checkTypes(op, function.getResults())))
                    : checkType(op, typed.getValue());
  }
  if (auto elements = dyn_cast<DenseElementsAttr>(attribute))
    return checkType(op, elements.getType());
  // A dictionary has the settings of a recipe, which its verifier knows.
  if (isa<StringAttr, IntegerAttr, FloatAttr, UnitAttr, FlatSymbolRefAttr,
          DenseArrayAttr, AffineMapAttr, DictionaryAttr>(attribute) ||
      isa<VellumDialect, arith::ArithDialect, linalg::LinalgDialect>(
          attribute.getDialect()))
    return success();
  return op->emitError("'") << op->getName()
                            << "' has an attribute of a kind that a model may "
                               "not use";
}

/// True for what an operation of another dialect is by the value of this
/// attribute. The others are wishes and promises: which library to call, what
/// will not overflow, what is no NaN. Compiled code could do anything where a
/// promise is broken.
static bool isMeaning(Operation *op, NamedAttribute attribute) {
  const StringRef name = attribute.getName();
  if (auto flags = dyn_cast<arith::FastMathFlagsAttr>(attribute.getValue()))
    return flags.getValue() == arith::FastMathFlags::none;
  if (auto flags =
          dyn_cast<arith::IntegerOverflowFlagsAttr>(attribute.getValue()))
    return flags.getValue() == arith::IntegerOverflowFlags::none;
  if (isa<arith::ArithDialect, math::MathDialect>(op->getDialect()))
    return name == "value" || name == "predicate";
  if (isa<linalg::LinalgDialect>(op->getDialect()))
    return llvm::is_contained({"indexing_maps", "iterator_types", "dim",
                               "dimensions", "permutation",
                               "operandSegmentSizes"},
                              name);
  if (isa<func::FuncDialect>(op->getDialect()))
    return llvm::is_contained({"sym_name", "function_type", "sym_visibility",
                               "arg_attrs", "res_attrs", "callee"},
                              name);
  return true;
}

static InFlightDiagnostic refuseAttribute(Operation *op, StringRef name) {
  return op->emitError("'") << op->getName() << "' has the attribute '" << name
                            << "', which a model may not use";
}

/// Of arguments or results: each may have a name.
static LogicalResult checkValueAttributes(Operation *op, Attribute all) {
  for (Attribute each : cast<ArrayAttr>(all)) {
    auto attributes = dyn_cast<DictionaryAttr>(each);
    if (!attributes)
      return op->emitError("'")
             << op->getName() << "' must have lists of attributes, but got "
             << each;
    for (NamedAttribute attribute : attributes)
      if (attribute.getName() != "vellum.name" ||
          !isa<StringAttr>(attribute.getValue()))
        return refuseAttribute(op, attribute.getName());
  }
  return success();
}

static LogicalResult checkAttributes(Operation *op) {
  for (NamedAttribute attribute : op->getDiscardableAttrs())
    return refuseAttribute(op, attribute.getName());
  auto inherent =
      dyn_cast_or_null<DictionaryAttr>(op->getPropertiesAsAttribute());
  if (!inherent)
    return success();
  for (NamedAttribute attribute : inherent) {
    if (!isMeaning(op, attribute))
      return refuseAttribute(op, attribute.getName());
    const bool isOfValues = isa<func::FuncDialect>(op->getDialect()) &&
                            attribute.getName().getValue().ends_with("_attrs");
    if (failed(isOfValues ? checkValueAttributes(op, attribute.getValue())
                          : checkAttribute(op, attribute.getValue())))
      return failure();
  }
  return success();
}

//===----------------------------------------------------------------------===//
// Operations
//===----------------------------------------------------------------------===//

static LogicalResult checkRegions(Operation *op) {
  for (Region &region : op->getRegions()) {
    if (region.getBlocks().size() > 1)
      return op->emitError("'")
             << op->getName() << "' has " << region.getBlocks().size()
             << " blocks, but a model has no jumps between blocks; "
                "'arith.select', 'scf.if' and 'vellum.scan' take their place";
    for (Block &block : region)
      if (failed(checkTypes(op, block.getArgumentTypes())))
        return failure();
  }
  return success();
}

/// Declarations stand in the module, and all else in a function.
static LogicalResult checkPlace(Operation *op) {
  const bool isDeclaration = isa<func::FuncOp, ParameterOp, TrainingOp>(op);
  if (isDeclaration == isa<ModuleOp>(op->getParentOp()))
    return success();
  return op->emitError("'")
         << op->getName() << "' must stand "
         << (isDeclaration ? "outside of functions" : "in a function");
}

static LogicalResult checkOperation(Operation *op) {
  if (!findModelOp(op->getName().getStringRef()))
    return op->emitError(describeForeignOp(op->getName().getStringRef()));
  return success(succeeded(checkPlace(op)) &&
                 succeeded(checkTypes(op, op->getResultTypes())) &&
                 succeeded(checkRegions(op)) && succeeded(checkAttributes(op)));
}

LogicalResult vellum::checkOperations(ModuleOp module) {
  if (failed(checkAttributes(module)))
    return failure();
  return failure(module.getBodyRegion()
                     .walk<WalkOrder::PreOrder>([](Operation *op) {
                       return WalkResult(checkOperation(op));
                     })
                     .wasInterrupted());
}
