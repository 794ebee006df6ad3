// RUN: vellum-opt %s | vellum-opt | FileCheck %s

// One head; the result is B x N.
// CHECK-LABEL: @one_head
func.func @one_head(%key: tensor<4x20xf32>, %memory: tensor<4x128x20xf32>,
                    %beta: tensor<4x1xf32>) -> tensor<4x128xf32> {
  // CHECK: vellum.content_address %{{.*}} in %{{.*}} strength %{{.*}}{{$}}
  %w = vellum.content_address %key in %memory strength %beta
  return %w : tensor<4x128xf32>
}

// Several heads, and no batch: the batch is whatever stands before N x M.
// CHECK-LABEL: @heads
func.func @heads(%key: tensor<3x20xf32>, %memory: tensor<128x20xf32>,
                 %beta: tensor<3x1xf32>) -> tensor<3x128xf32> {
  // CHECK: similarity dot epsilon
  %w = vellum.content_address %key in %memory strength %beta similarity dot epsilon 0
  return %w : tensor<3x128xf32>
}

// What one operand does not know another one may.
// CHECK-LABEL: @unknown_sizes
func.func @unknown_sizes(%key: tensor<?x?x20xf64>, %memory: tensor<?x128x?xf64>,
                         %beta: tensor<4x3x1xf64>) -> tensor<4x3x128xf64> {
  %w = vellum.content_address %key in %memory strength %beta
  return %w : tensor<4x3x128xf64>
}
