// RUN: vellum-opt %s | vellum-opt | FileCheck %s

// CHECK-LABEL: @transpose
func.func @transpose(%g: tensor<4x128xf32>, %s: tensor<4x3xf32>) -> tensor<4x128xf32> {
  // CHECK: vellum.shift_address_transpose %{{.*}} by %{{.*}} correlate
  %r = vellum.shift_address_transpose %g by %s correlate
  return %r : tensor<4x128xf32>
}
