//===- test/dialect/interpreter/CoverageTest.cpp - every op has a meaning -===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialect/interpreter/Evaluation.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

#include <gtest/gtest.h>

#include "dialect/ModelOps.h"

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

/// Every op of the dialect is on the list of what a model may use, and every op
/// on the list is one of a dialect and has a meaning, but for those that are
/// declarations or end a block.
TEST(Coverage, OfModelOps) {
  mlir::MLIRContext context(mlir::MLIRContext::Threading::DISABLED);
  context.loadDialect<VellumDialect, mlir::arith::ArithDialect,
                      mlir::func::FuncDialect, mlir::linalg::LinalgDialect,
                      mlir::math::MathDialect, mlir::scf::SCFDialect,
                      mlir::tensor::TensorDialect>();
  for (mlir::RegisteredOperationName name :
       context.getRegisteredOperationsByDialect("vellum"))
    EXPECT_TRUE(findModelOp(name.getStringRef())) << name.getStringRef().str();
  for (const ModelOp &op : modelOps()) {
    auto name = mlir::RegisteredOperationName::lookup(op.name, &context);
    ASSERT_TRUE(name) << op.name.str();
    const bool isRun = Evaluators::all().lookup(*name) ||
                       name->hasInterface<mlir::linalg::LinalgOp>();
    const bool isPart = name->hasTrait<mlir::OpTrait::IsTerminator>() ||
                        name->hasInterface<mlir::SymbolOpInterface>() ||
                        op.name == TrainingOp::getOperationName();
    EXPECT_NE(isRun, isPart) << op.name.str();
  }
}

} // namespace
