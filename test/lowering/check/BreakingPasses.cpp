//===- test/lowering/check/BreakingPasses.cpp - passes that are wrong -----===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A plugin of vellum-opt with the mistakes that the check of memory is to find.
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Pass/Pass.h"
#include "mlir/Tools/Plugins/PassPlugin.h"

using namespace mlir;

namespace {
/// Lets all buffers of one type share memory, whoever is still to read them.
struct ShareBuffers : PassWrapper<ShareBuffers, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(ShareBuffers)
  StringRef getArgument() const override { return "test-share-buffers"; }
  StringRef getDescription() const override {
    return "a mistake: all buffers of one type become the first";
  }

  void runOnOperation() override {
    DenseMap<Type, memref::AllocOp> first;
    for (auto buffer :
         llvm::make_early_inc_range(getOperation().getOps<memref::AllocOp>())) {
      memref::AllocOp &kept = first[buffer.getType()];
      if (!kept) {
        kept = buffer;
        continue;
      }
      buffer.replaceAllUsesWith(kept.getResult());
      buffer.erase();
    }
  }
};

/// Writes what goes to a new buffer over the first operand instead.
struct WorkInPlace : PassWrapper<WorkInPlace, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(WorkInPlace)
  StringRef getArgument() const override { return "test-work-in-place"; }
  StringRef getDescription() const override {
    return "a mistake: loops write over what they read, in any order";
  }

  void runOnOperation() override {
    getOperation().walk([](linalg::GenericOp op) {
      op.getDpsInits()[0].replaceAllUsesWith(op.getDpsInputs()[0]);
    });
  }
};

/// Forgets to fill memory.
struct DropFills : PassWrapper<DropFills, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(DropFills)
  StringRef getArgument() const override { return "test-drop-fills"; }
  StringRef getDescription() const override {
    return "a mistake: fills of memory vanish";
  }

  void runOnOperation() override {
    getOperation().walk([](linalg::FillOp op) { op.erase(); });
  }
};
} // namespace

extern "C" LLVM_ATTRIBUTE_WEAK PassPluginLibraryInfo mlirGetPassPluginInfo() {
  return {MLIR_PLUGIN_API_VERSION, "BreakingPasses", "1", [] {
            PassRegistration<ShareBuffers>();
            PassRegistration<WorkInPlace>();
            PassRegistration<DropFills>();
          }};
}
