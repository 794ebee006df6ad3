//===- lowering/cpu/LowerKernels.cpp - calls of the device library --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Arith/Utils/Utils.h"

#include "lowering/cpu/CpuPasses.h"
#include "lowering/cpu/KernelCalls.h"

namespace vellum {
#define GEN_PASS_DEF_LOWERKERNELS
#include "lowering/cpu/CpuPasses.h.inc"
} // namespace vellum

#define DEBUG_TYPE "vellum-lower-kernels"

using namespace mlir;
using namespace vellum;
using namespace vellum::cpu;

namespace {
/// Calls a kernel that works on rows: all operands have the same leading
/// dimensions, of which the last is handed to the kernel as `rows`.
class RowKernel {
public:
  RowKernel(KernelOp op, OpBuilder &b) : op(op), b(b), loc(op.getLoc()) {
    for (Value operand :
         llvm::concat<Value>(SmallVector<Value>(op.getInputs()),
                             SmallVector<Value>(op.getOutputs())))
      operands.emplace_back(b, loc, operand);
    rank = operands[0].sizes.size();
  }
  void run();

private:
  /// The sizes of the last dimension that the kernel wants, in order: those of
  /// a row, and for shifts the number of taps.
  SmallVector<OpFoldResult> widths() {
    SmallVector<OpFoldResult> result{operands[0].sizes.back()};
    if (op.getName() == "shift_taps")
      result.push_back(operands.back().sizes.back());
    else if (op.getName().starts_with("shift"))
      result.push_back(operands[1].sizes.back());
    return result;
  }

  KernelOp op;
  OpBuilder &b;
  Location loc;
  SmallVector<Strided> operands;
  size_t rank;
};
} // namespace

void RowKernel::run() {
  int64_t loops = std::max<int64_t>(0, int64_t(rank) - 2);
  ArrayRef<OpFoldResult> sizes = operands[0].sizes;
  SmallVector<int64_t> dims = llvm::to_vector(llvm::seq<int64_t>(loops));
  bool single = rank == 1;
  buildLoops(b, loc, sizes.take_front(loops), [&](OpBuilder &, ValueRange at) {
    OpFoldResult one = b.getIndexAttr(1);
    SmallVector<Value> arguments{asI64(b, loc, single ? one : sizes[rank - 2])};
    for (OpFoldResult width : widths())
      arguments.push_back(asI64(b, loc, width));
    for (const Strided &operand : operands) {
      arguments.push_back(
          operand.pointer(b, loc, dims, SmallVector<Value>(at)));
      arguments.push_back(
          asI64(b, loc, single ? one : operand.strides[rank - 2]));
    }
    llvm::append_range(arguments, op.getScalars());
    callKernel(b, loc, op.getName(), arguments);
  });
}

/// Random numbers fill the whole of a contiguous output.
static void callRandom(KernelOp op, OpBuilder &b) {
  Location loc = op.getLoc();
  Strided out(b, loc, op.getOutputs()[0]);
  bool rows = op.getName() == "random_permutation";
  Value count = arith::ConstantIndexOp::create(b, loc, 1);
  for (OpFoldResult size : ArrayRef(out.sizes).drop_back(rows))
    count = b.createOrFold<arith::MulIOp>(
        loc, count, getValueOrCreateConstantIndexOp(b, loc, size));
  SmallVector<Value> arguments{count};
  if (rows)
    arguments.push_back(asI64(b, loc, out.sizes.back()));
  llvm::append_range(arguments, op.getScalars());
  arguments.push_back(out.pointer(b, loc));
  callKernel(b, loc, op.getName(), arguments);
}

/// Weights, or with `transposed` their transpose, to panels of columns.
static void callPackPanels(KernelOp op, bool transposed, OpBuilder &b) {
  Location loc = op.getLoc();
  Strided from(b, loc, op.getInputs()[0]), to(b, loc, op.getOutputs()[0]);
  if (transposed) {
    std::swap(from.sizes[0], from.sizes[1]);
    std::swap(from.strides[0], from.strides[1]);
  }
  callKernel(b, loc, "pack_panels",
             {asI64(b, loc, from.sizes[0]), asI64(b, loc, from.sizes[1]),
              from.pointer(b, loc), asI64(b, loc, from.strides[0]),
              asI64(b, loc, from.strides[1]), asI64(b, loc, to.sizes[2]),
              to.pointer(b, loc)});
}

namespace {
struct LowerKernels : vellum::impl::LowerKernelsBase<LowerKernels> {
  void runOnOperation() override {
    SmallVector<KernelOp> kernels;
    getOperation()->walk([&](KernelOp op) { kernels.push_back(op); });
    OpBuilder builder(&getContext());
    for (KernelOp op : kernels) {
      builder.setInsertionPoint(op);
      if (op.getName().starts_with("random_"))
        callRandom(op, builder);
      else if (op.getName().starts_with("pack_panels"))
        callPackPanels(op, op.getName().ends_with("_transposed"), builder);
      else
        RowKernel(op, builder).run();
      op.erase();
    }
  }
};
} // namespace
