// RUN: vellum-opt %s | vellum-opt | FileCheck %s

// CHECK-LABEL: @two_inputs
func.func @two_inputs(%x: tensor<?x5x8xf32>, %r: tensor<4x?x2xf32>, %w: tensor<10x3xf32>,
                      %b: tensor<3xf32>) -> tensor<4x5x3xf32> {
  // CHECK: vellum.linear %{{.*}}, %{{.*}} by %{{.*}} bias %
  %y = vellum.linear %x, %r by %w bias %b
  return %y : tensor<4x5x3xf32>
}

// CHECK-LABEL: @no_bias
func.func @no_bias(%x: tensor<8xf32>, %w: tensor<?x?xf32>) -> tensor<?xf32> {
  // CHECK: vellum.linear %{{.*}} by %{{[^ ]*$}}
  %y = vellum.linear %x by %w
  return %y : tensor<?xf32>
}
