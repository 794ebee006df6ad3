//===- lowering/checkpoint/MemoryFunction.cpp - @f.memory -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowering/checkpoint/MemoryFunction.h"

#include "mlir/IR/Operation.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;
using namespace vellum;

void vellum::pruneUnused(Block &block) {
  for (Operation &op : llvm::make_early_inc_range(
           llvm::drop_begin(llvm::reverse(block.getOperations())))) {
    if (op.use_empty())
      op.erase();
    else if (!isMemoryEffectFree(&op))
      return;
  }
}
