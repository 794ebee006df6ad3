// RUN: vellum-opt %s | vellum-opt | FileCheck %s

// CHECK-LABEL: @taps
func.func @taps(%g: tensor<?x128xf32>, %w: tensor<4x128xf32>) -> tensor<4x5xf32> {
  // CHECK: vellum.shift_address_taps %{{.*}}, %{{.*}} taps 5 clamp
  %r = vellum.shift_address_taps %g, %w taps 5 clamp
  return %r : tensor<4x5xf32>
}
