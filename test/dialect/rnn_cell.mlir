// RUN: vellum-opt %s | vellum-opt | FileCheck %s

// CHECK-LABEL: @cell
func.func @cell(%x: tensor<4x8xf32>, %h: tensor<?x10xf32>, %w: tensor<18x10xf32>,
                %b: tensor<10xf32>) -> tensor<4x10xf32> {
  // CHECK: vellum.rnn_cell %{{.*}} state %{{.*}} by %{{.*}} bias %{{[^ ]*$}}
  %h1 = vellum.rnn_cell %x state %h by %w bias %b
  // CHECK: vellum.rnn_cell %{{.*}} state %{{.*}} by %{{.*}} activation relu
  %h2 = vellum.rnn_cell %x state %h1 by %w activation relu
  return %h2 : tensor<4x10xf32>
}
