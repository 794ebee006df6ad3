// RUN: vellum-opt %s | vellum-opt | FileCheck %s

// CHECK-LABEL: @cell
func.func @cell(%x: tensor<?x8xf32>, %r: tensor<4x2xf32>, %h: tensor<?x10xf32>,
                %c: tensor<?x10xf32>, %w: tensor<20x40xf32>, %b: tensor<40xf32>)
    -> (tensor<4x10xf32>, tensor<4x10xf32>) {
  // CHECK: vellum.lstm_cell %{{.*}}, %{{.*}} state %{{.*}}, %{{.*}} by %{{.*}} bias %{{[^ ]*$}}
  %h1, %c1 = vellum.lstm_cell %x, %r state %h, %c by %w bias %b
  // CHECK: by %{{.*}} forget_bias 1{{$}}
  %h2, %c2 = vellum.lstm_cell %x, %r state %h1, %c1 by %w forget_bias 1
  return %h2, %c2 : tensor<4x10xf32>, tensor<4x10xf32>
}
