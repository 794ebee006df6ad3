// RUN: vellum-opt %s | vellum-opt | FileCheck %s

// CHECK-LABEL: @like
func.func @like(%bias: tensor<8xf32>, %gate: tensor<?x1xi1>, %x: tensor<4x8xf64>)
    -> (tensor<4x8xf32>, tensor<4x8xi1>) {
  // CHECK: vellum.broadcast %{{.*}} across [0] like %
  %a = vellum.broadcast %bias across [0] like %x
  // CHECK: vellum.broadcast %{{.*}} like %
  %b = vellum.broadcast %gate like %x
  return %a, %b : tensor<4x8xf32>, tensor<4x8xi1>
}

// A size that is a constant is a static one.
// CHECK-LABEL: @by
func.func @by(%start: tensor<8xf32>, %n: index) -> tensor<?x8x3xf32> {
  %c3 = arith.constant 3 : index
  // CHECK: vellum.broadcast %{{.*}} across [0, 2] by %{{.*}}, %
  %h = vellum.broadcast %start across [0, 2] by %n, %c3
  return %h : tensor<?x8x3xf32>
}
