//===- lowering/cpu/EntryPoints.cpp - the C ABI of public functions -------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowering/buffers/MemoryAccesses.h"
#include "lowering/cpu/CpuPasses.h"
#include "lowering/cpu/Descriptors.h"
#include "lowering/cpu/KernelCalls.h"
#include "lowering/cpu/MemoryParts.h"
#include "runtime/Abi.h"

namespace vellum {
#define GEN_PASS_DEF_ENTRYPOINTS
#include "lowering/cpu/CpuPasses.h.inc"
} // namespace vellum

#define DEBUG_TYPE "vellum-entry-points"

using namespace mlir;
using namespace vellum;
using namespace vellum::cpu;

/// The ABI's number of an element type, if it has one.
static std::optional<int32_t> dtypeOf(Type type) {
  if (type.isF32())
    return VELLUM_F32;
  if (type.isF64())
    return VELLUM_F64;
  if (type.isInteger(1))
    return VELLUM_I1;
  if (type.isInteger(8))
    return VELLUM_I8;
  if (type.isInteger(32))
    return VELLUM_I32;
  if (type.isInteger(64) || type.isIndex())
    return VELLUM_I64;
  return std::nullopt;
}

static MemRefType memrefOf(RankedTensorType type) {
  return MemRefType::get(type.getShape(), type.getElementType());
}

/// What a result is in. Where its strides are sizes that only a run tells, the
/// type leaves them open: a contiguous type would have them open as well, and
/// then bufferization takes any view for one of this type, without a copy.
static MemRefType memrefOfResult(RankedTensorType type) {
  MemRefType contiguous = memrefOf(type);
  if (type.getRank() == 0 ||
      ShapedType::isStaticShape(type.getShape().drop_front()))
    return contiguous;
  const int64_t open = ShapedType::kDynamic;
  auto layout = StridedLayoutAttr::get(
      type.getContext(), open, SmallVector<int64_t>(type.getRank(), open));
  return MemRefType::get(type.getShape(), type.getElementType(), layout);
}

//===----------------------------------------------------------------------===//
// The body on memrefs
//===----------------------------------------------------------------------===//

namespace {
/// One public function on its way to the ABI.
class EntryPoint {
public:
  EntryPoint(func::FuncOp function, OpBuilder &b)
      : function(function), b(b), loc(function.getLoc()),
        pointer(LLVM::LLVMPointerType::get(b.getContext())) {}

  LogicalResult run();

private:
  LogicalResult checkTypes();
  /// The argument that result `i` is written over, or -1.
  int64_t inplace(unsigned i) {
    auto attribute =
        function.getResultAttrOfType<IntegerAttr>(i, "vellum.inplace");
    return attribute ? attribute.getInt() : -1;
  }
  func::FuncOp buildBody();
  bool isOverwritten(Value value, func::FuncOp body, int64_t except);
  void finish(func::FuncOp body);
  void buildWrapper(func::FuncOp body);
  Value field(Value tensors, unsigned number, ArrayRef<LLVM::GEPArg> path);
  Value loadI64(Value tensors, unsigned number, int64_t dim);
  Value unpack(Value inputs, unsigned number, Type type);
  void pack(Value context, Value outputs, unsigned number, Value result);
  Value isContiguous(const Strided &data);
  Value contiguousPointer(const Strided &data, Value memref);
  void packHeader(Value outputs, unsigned number, Value data, Type element,
                  ArrayRef<Value> sizes);
  Value i64(int64_t value) {
    return arith::ConstantOp::create(b, loc, b.getI64IntegerAttr(value));
  }

  func::FuncOp function;
  OpBuilder &b;
  Location loc;
  Type pointer;
};
} // namespace

LogicalResult EntryPoint::checkTypes() {
  auto supported = [](Type type) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    return dtypeOf(getElementTypeOrSelf(type)) &&
           (!tensor || tensor.getRank() <= VELLUM_MAX_RANK);
  };
  for (Type type : llvm::concat<const Type>(function.getArgumentTypes(),
                                            function.getResultTypes()))
    if (!supported(type))
      return function.emitError("the C interface has no type for ") << type;
  return success();
}

/// Moves the function into `@name.body(context, memrefs…)`.
func::FuncOp EntryPoint::buildBody() {
  SmallVector<Type> inputs{pointer}, results;
  for (Type type : function.getArgumentTypes()) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    inputs.push_back(tensor ? Type(memrefOf(tensor)) : type);
  }
  for (auto [i, type] : llvm::enumerate(function.getResultTypes())) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    if (inplace(i) < 0)
      results.push_back(tensor ? Type(memrefOfResult(tensor)) : type);
  }
  b.setInsertionPoint(function);
  auto body = func::FuncOp::create(b, loc, (function.getName() + ".body").str(),
                                   b.getFunctionType(inputs, results));
  body.setPrivate();
  body.getBody().takeBody(function.getBody());
  Block &entry = body.getBody().front();
  entry.insertArgument(0u, pointer, loc);
  b.setInsertionPointToStart(&entry);
  for (BlockArgument argument : entry.getArguments().drop_front()) {
    auto type = dyn_cast<RankedTensorType>(argument.getType());
    if (!type)
      continue;
    argument.setType(memrefOf(type));
    auto tensor = bufferization::ToTensorOp::create(b, loc, type, argument,
                                                    /*restrict=*/true,
                                                    /*writable=*/false);
    argument.replaceAllUsesExcept(tensor, tensor);
  }
  finish(body);
  return body;
}

/// True if `value` is an argument, or a view of one, that a result is written
/// over; the one whose value after the call it is, whole, counts for nothing.
bool EntryPoint::isOverwritten(Value value, func::FuncOp body, int64_t except) {
  Value whole = value;
  while (Operation *op = value.getDefiningOp()) {
    if (auto tensor = dyn_cast<bufferization::ToTensorOp>(op))
      value = tensor.getBuffer();
    else if (isTensorView(op))
      value = op->getOperand(0);
    else
      return false;
  }
  auto argument = dyn_cast<BlockArgument>(value);
  if (!argument || argument.getOwner() != &body.getBody().front())
    return false;
  const int64_t number = argument.getArgNumber() - 1;
  const bool isOwn =
      number == except && whole.getDefiningOp<bufferization::ToTensorOp>();
  return !isOwn &&
         llvm::any_of(llvm::seq(function.getNumResults()),
                      [&](unsigned i) { return inplace(i) == number; });
}

/// Results written over arguments go there; the others are returned as memrefs.
/// What is an argument's old value is copied before it is written over.
void EntryPoint::finish(func::FuncOp body) {
  auto returned = cast<func::ReturnOp>(body.getBody().front().getTerminator());
  b.setInsertionPoint(returned);
  for (auto [i, operand] : llvm::enumerate(returned->getOpOperands()))
    if (isOverwritten(operand.get(), body, inplace(i)))
      operand.set(bufferization::AllocTensorOp::create(
          b, loc, cast<RankedTensorType>(operand.get().getType()), ValueRange(),
          /*copy=*/operand.get()));
  SmallVector<Value> results;
  for (auto [i, value] : llvm::enumerate(returned.getOperands())) {
    if (int64_t argument = inplace(i); argument >= 0) {
      cpu::writeTo(b, loc, value, body.getArgument(argument + 1));
    } else if (auto type = dyn_cast<RankedTensorType>(value.getType())) {
      results.push_back(bufferization::ToBufferOp::create(
          b, loc, memrefOfResult(type), value, /*read_only=*/true));
    } else {
      results.push_back(value);
    }
  }
  func::ReturnOp::create(b, returned.getLoc(), results);
  returned.erase();
}

//===----------------------------------------------------------------------===//
// The wrapper on VellumTensor
//===----------------------------------------------------------------------===//

/// `struct VellumTensor` of runtime/Abi.h.
static Type tensorStruct(MLIRContext *context) {
  Type pointer = LLVM::LLVMPointerType::get(context);
  Type i32 = IntegerType::get(context, 32), i64 = IntegerType::get(context, 64);
  return LLVM::LLVMStructType::getLiteral(
      context,
      {pointer, i32, i32, LLVM::LLVMArrayType::get(i64, VELLUM_MAX_RANK)});
}

/// The address of a field of tensor `number`.
Value EntryPoint::field(Value tensors, unsigned number,
                        ArrayRef<LLVM::GEPArg> path) {
  SmallVector<LLVM::GEPArg> indices{int32_t(number)};
  llvm::append_range(indices, path);
  return LLVM::GEPOp::create(b, loc, pointer, tensorStruct(b.getContext()),
                             tensors, indices);
}

Value EntryPoint::loadI64(Value tensors, unsigned number, int64_t dim) {
  return LLVM::LoadOp::create(b, loc, b.getI64Type(),
                              field(tensors, number, {3, int32_t(dim)}));
}

/// The memref or scalar that input `number` holds.
Value EntryPoint::unpack(Value inputs, unsigned number, Type type) {
  Value data =
      LLVM::LoadOp::create(b, loc, pointer, field(inputs, number, {0}));
  if (auto memref = dyn_cast<MemRefType>(type)) {
    SmallVector<Value> sizes;
    for (auto [dim, size] : llvm::enumerate(memref.getShape()))
      sizes.push_back(ShapedType::isDynamic(size) ? loadI64(inputs, number, dim)
                                                  : i64(size));
    return describe(b, loc, memref, data, sizes);
  }
  if (type.isIndex())
    return arith::IndexCastOp::create(
        b, loc, type, LLVM::LoadOp::create(b, loc, b.getI64Type(), data));
  if (!type.isInteger(1))
    return LLVM::LoadOp::create(b, loc, type, data);
  Value byte = LLVM::LoadOp::create(b, loc, b.getI8Type(), data);
  return arith::TruncIOp::create(b, loc, type, byte);
}

void EntryPoint::packHeader(Value outputs, unsigned number, Value data,
                            Type element, ArrayRef<Value> sizes) {
  auto i32 = [&](int32_t value) {
    return arith::ConstantOp::create(b, loc, b.getI32IntegerAttr(value));
  };
  LLVM::StoreOp::create(b, loc, data, field(outputs, number, {0}));
  LLVM::StoreOp::create(b, loc, i32(*dtypeOf(element)),
                        field(outputs, number, {1}));
  LLVM::StoreOp::create(b, loc, i32(sizes.size()), field(outputs, number, {2}));
  for (auto [dim, size] : llvm::enumerate(sizes))
    LLVM::StoreOp::create(b, loc, size,
                          field(outputs, number, {3, int32_t(dim)}));
}

/// True if the elements lie one after the other. The stride of a dimension of
/// size 1 is no matter.
Value EntryPoint::isContiguous(const Strided &data) {
  Value all, expected = i64(1);
  for (int64_t dim = data.sizes.size() - 1; dim >= 0; --dim) {
    Value size = asI64(b, loc, data.sizes[dim]);
    auto equals = [&](Value value, Value wanted) -> Value {
      return arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, value,
                                   wanted);
    };
    Value fits = arith::OrIOp::create(
        b, loc, equals(size, i64(1)),
        equals(asI64(b, loc, data.strides[dim]), expected));
    all = all ? arith::AndIOp::create(b, loc, all, fits).getResult() : fits;
    expected = arith::MulIOp::create(b, loc, expected, size);
  }
  return all;
}

/// Where the elements of `memref` lie one after the other: there or, for a view
/// whose rows are apart, in a copy.
Value EntryPoint::contiguousPointer(const Strided &data, Value memref) {
  auto type = cast<MemRefType>(memref.getType());
  if (type.getLayout().isIdentity())
    return data.pointer(b, loc);
  auto choice = scf::IfOp::create(b, loc, TypeRange{pointer},
                                  isContiguous(data), /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(choice.thenBlock());
  scf::YieldOp::create(b, loc, data.pointer(b, loc));
  b.setInsertionPointToStart(choice.elseBlock());
  Value copy = takeMemory(b, loc, type.getElementType(), data.sizes,
                          /*spread=*/false);
  memref::CopyOp::create(b, loc, memref, copy);
  scf::YieldOp::create(b, loc, Strided(b, loc, copy).pointer(b, loc));
  return choice.getResult(0);
}

/// Describes a result as output `number`; scalars go to memory of the arena.
void EntryPoint::pack(Value context, Value outputs, unsigned number,
                      Value result) {
  auto type = dyn_cast<MemRefType>(result.getType());
  if (!type) {
    Type element = result.getType();
    auto place = memref::AllocOp::create(
        b, loc,
        MemRefType::get({}, element.isIndex() ? b.getI64Type() : element));
    if (element.isIndex())
      result = arith::IndexCastOp::create(b, loc, b.getI64Type(), result);
    memref::StoreOp::create(b, loc, result, place);
    result = place;
    type = cast<MemRefType>(result.getType());
  }
  Strided data(b, loc, result);
  SmallVector<Value> sizes;
  for (OpFoldResult size : data.sizes)
    sizes.push_back(asI64(b, loc, size));
  packHeader(outputs, number, contiguousPointer(data, result),
             type.getElementType(), sizes);
}

/// Builds `i32 @name(context, inputs, outputs)` around the body.
void EntryPoint::buildWrapper(func::FuncOp body) {
  std::string name = function.getName().str();
  b.setInsertionPoint(body);
  auto wrapper = func::FuncOp::create(
      b, loc, name + ".entry",
      b.getFunctionType({pointer, pointer, pointer}, {b.getI32Type()}));
  Block *entry = wrapper.addEntryBlock();
  b.setInsertionPointToStart(entry);
  Value context = entry->getArgument(0), inputs = entry->getArgument(1),
        outputs = entry->getArgument(2);
  SmallVector<Value> arguments{context};
  for (auto [i, type] : llvm::enumerate(body.getArgumentTypes().drop_front()))
    arguments.push_back(unpack(inputs, i, type));
  auto call = func::CallOp::create(b, loc, body, arguments);
  auto next = call.result_begin();
  for (unsigned i = 0; i < function.getNumResults(); ++i) {
    int64_t argument = inplace(i);
    pack(context, outputs, i,
         argument >= 0 ? arguments[argument + 1] : Value(*next++));
  }
  func::ReturnOp::create(
      b, loc,
      ValueRange{arith::ConstantOp::create(b, loc, b.getI32IntegerAttr(0))});
  function.erase();
  wrapper.setName(name);
}

LogicalResult EntryPoint::run() {
  if (failed(checkTypes()))
    return failure();
  func::FuncOp body = buildBody();
  buildWrapper(body);
  return success();
}

namespace {
struct EntryPoints : vellum::impl::EntryPointsBase<EntryPoints> {
  void runOnOperation() override {
    OpBuilder builder(&getContext());
    SmallVector<func::FuncOp> functions;
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (function.isPublic() && !function.isDeclaration())
        functions.push_back(function);
    for (func::FuncOp function : functions)
      if (failed(EntryPoint(function, builder).run()))
        return signalPassFailure();
  }
};
} // namespace
