//===- test/dialect/interpreter/CoverageTest.cpp - every op has a meaning -===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialect/interpreter/Evaluation.h"

#include "mlir/IR/MLIRContext.h"

#include <gtest/gtest.h>

using namespace vellum;
using namespace vellum::interpreter;

namespace {

/// All ops but the declarations, which are not run, and the terminator, which
/// the op around it reads.
TEST(Coverage, IsComplete) {
  mlir::MLIRContext context(mlir::MLIRContext::Threading::DISABLED);
  context.loadDialect<VellumDialect>();
  llvm::SmallVector<std::string> unknown;
  for (mlir::RegisteredOperationName name :
       context.getRegisteredOperationsByDialect("vellum"))
    if (!Evaluators::all().lookup(name))
      unknown.push_back(name.getStringRef().str());
  llvm::sort(unknown);
  EXPECT_EQ(unknown,
            (llvm::SmallVector<std::string>{
                "vellum.parameter", "vellum.training", "vellum.yield"}));
}

} // namespace
