// RUN: vellum-opt %s | vellum-opt | FileCheck %s

vellum.parameter @w : tensor<3x4xf32> = glorot

// CHECK-LABEL: @above
func.func @above() -> tensor<3x4xf32> {
  // CHECK: vellum.use @w{{$}}
  %w = vellum.use @w
  return %w : tensor<3x4xf32>
}

// Where the declaration follows, the type is written.
// CHECK-LABEL: @below
func.func @below() -> tensor<5xf32> {
  // CHECK: vellum.use @late : tensor<5xf32>
  %w = vellum.use @late : tensor<5xf32>
  return %w : tensor<5xf32>
}

vellum.parameter @late : tensor<5xf32> = zeros
