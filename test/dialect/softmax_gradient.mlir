// RUN: vellum-opt %s | vellum-opt | FileCheck %s

// CHECK-LABEL: @softmax_gradient
func.func @softmax_gradient(%dy: tensor<4x?xf32>, %y: tensor<?x8xf32>) -> tensor<4x8xf32> {
  // CHECK: vellum.softmax_gradient %{{.*}} at %
  %dx = vellum.softmax_gradient %dy at %y
  return %dx : tensor<4x8xf32>
}
