// RUN: vellum-opt %s | vellum-opt | FileCheck %s

// CHECK-LABEL: @shift
func.func @shift(%w: tensor<?x128xf32>, %s: tensor<4x3xf32>) -> tensor<4x128xf32> {
  // CHECK: vellum.shift_address %{{.*}} by %{{[^ ]*$}}
  %r = vellum.shift_address %w by %s
  return %r : tensor<4x128xf32>
}

// CHECK-LABEL: @flags
func.func @flags(%w: tensor<2x4x?xf32>, %s: tensor<2x4x5xf32>) -> tensor<2x4x?xf32> {
  // CHECK: vellum.shift_address %{{.*}} by %{{.*}} correlate clamp
  %r = vellum.shift_address %w by %s correlate clamp
  return %r : tensor<2x4x?xf32>
}
