// RUN: vellum-opt %s -loop-invariant-code-motion | FileCheck %s

vellum.parameter @w : tensor<4xf32> = zeros

// Upstream's pass sees a scan as a loop.
// CHECK-LABEL: @hoisted
func.func @hoisted(%xs: tensor<?x4xf32>, %h0: tensor<4xf32>) -> tensor<4xf32> {
  // CHECK: vellum.use @w
  // CHECK: vellum.sigmoid
  // CHECK: vellum.scan
  // CHECK-NEXT: arith.addf
  // CHECK-NEXT: yield
  %h = vellum.scan for %x in %xs carry %h = %h0 {
    %w = use @w
    %s = sigmoid %w
    %h1 = arith.addf %h, %s : tensor<4xf32>
    yield %h1
  }
  return %h : tensor<4xf32>
}
