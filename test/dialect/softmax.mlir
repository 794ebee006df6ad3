// RUN: vellum-opt %s | vellum-opt | FileCheck %s

// CHECK-LABEL: @softmax
func.func @softmax(%x: tensor<?x8xf32>, %mask: tensor<4x8xi1>)
    -> (tensor<?x8xf32>, tensor<4x8xf32>) {
  // CHECK: vellum.softmax %{{[^ ]*$}}
  %a = vellum.softmax %x
  // CHECK: vellum.softmax %{{.*}} mask %
  %b = vellum.softmax %x mask %mask
  return %a, %b : tensor<?x8xf32>, tensor<4x8xf32>
}
