//===- test/lowering/checkpoint/Pair.h - a pair of scans --------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_TEST_LOWERING_CHECKPOINT_PAIR_H
#define VELLUM_TEST_LOWERING_CHECKPOINT_PAIR_H

#include <gtest/gtest.h>

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Parser/Parser.h"

#include "dialect/interpreter/Interpreter.h"
#include "lowering/checkpoint/ScanPair.h"
#include "lowering/checkpoint/SegmentPair.h"
#include "lowering/checkpoint/SegmentPlan.h"

namespace vellum::test {

/// `@f`, a scan that carries B x 16 numbers and saves B x 4 of them for the
/// scan that runs back: 64 B and 16 B bytes.
inline constexpr llvm::StringLiteral pairText = R"(
  func.func @f(%xs: tensor<?x?x16xf32>, %c0: tensor<?x16xf32>,
               %d0: tensor<?x4xf32>)
      -> (tensor<?x16xf32>, tensor<?x?x16xf32>, tensor<?x4xf32>,
          tensor<?x?x4xf32>) {
    %one = arith.constant 1 : index
    %batch = tensor.dim %xs, %one : tensor<?x?x16xf32>
    %c, %ys, %as = vellum.scan for %x in %xs carry %h = %c0 {
      %h1 = arith.mulf %h, %x : tensor<?x16xf32>
      %h2 = arith.addf %h1, %x : tensor<?x16xf32>
      %a = tensor.extract_slice %h1[0, 2] [%batch, 4] [1, 1]
        : tensor<?x16xf32> to tensor<?x4xf32>
      yield %h2 emit %h2, %a
    }
    %d, %dxs = vellum.scan reverse at %t for %a in %as carry %g = %d0 {
      %integer = arith.index_cast %t : index to i32
      %number = arith.sitofp %integer : i32 to f32
      %step = tensor.splat %number[%batch] : tensor<?x4xf32>
      %g1 = arith.mulf %g, %a : tensor<?x4xf32>
      %g2 = arith.addf %g1, %step : tensor<?x4xf32>
      yield %g2 emit %g1
    }
    return %c, %ys, %d, %dxs : tensor<?x16xf32>, tensor<?x?x16xf32>,
                               tensor<?x4xf32>, tensor<?x?x4xf32>
  })";

/// The pair in `@f`.
class Pair {
public:
  Pair() {
    context.loadDialect<VellumDialect, mlir::arith::ArithDialect,
                        mlir::func::FuncDialect, mlir::math::MathDialect,
                        mlir::tensor::TensorDialect>();
    module = mlir::parseSourceString<mlir::ModuleOp>(pairText, &context);
    function = module->lookupSymbol<mlir::func::FuncOp>("f");
  }

  ScanPair find() {
    auto pairs = findScanPairs(function.getBody().front());
    EXPECT_EQ(pairs.size(), 1u);
    return pairs.front();
  }

  /// Runs the function on numbers that depend on their place.
  llvm::SmallVector<interpreter::Array> run(int64_t steps, int64_t batch) {
    EXPECT_TRUE(succeeded(mlir::verify(*module)));
    auto results = interpreter::interpret(
        function, {numbers({steps, batch, 16}), numbers({batch, 16}),
                   numbers({batch, 4})});
    EXPECT_TRUE(succeeded(results));
    return succeeded(results) ? *results
                              : llvm::SmallVector<interpreter::Array>();
  }

  mlir::MLIRContext context;
  mlir::OwningOpRef<mlir::ModuleOp> module;
  mlir::func::FuncOp function;

private:
  static interpreter::Array numbers(std::vector<int64_t> shape) {
    int64_t count = 1;
    for (int64_t size : shape)
      count *= size;
    std::vector<double> values;
    for (int64_t i = 0; i < count; ++i)
      values.push_back(0.25 + 0.125 * (i * 7 % 11));
    return interpreter::Array::ofFloats(shape, values);
  }
};

} // namespace vellum::test

#endif // VELLUM_TEST_LOWERING_CHECKPOINT_PAIR_H
