// RUN: vellum-opt %s | vellum-opt | FileCheck %s

// CHECK-LABEL: @act
func.func @act(%x: tensor<4x16xf32>, %s0: tensor<4x10xf32>, %w: tensor<27x10xf32>,
               %wy: tensor<10x2xf32>, %wh: tensor<10x1xf32>)
    -> (tensor<4x10xf32>, tensor<4x2xf32>, tensor<4x1xf32>, tensor<4x1xf32>) {
  // CHECK: %{{.*}}:4 = vellum.ponder first %[[F:.*]] carry %[[S:.*]] = %{{.*}} cap 20 {
  // CHECK-NEXT: rnn_cell %{{.*}}, %[[F]] state %[[S]] by
  %s, %y, %cost, %steps = vellum.ponder first %flag carry %state = %s0 cap 20 {
    %s1 = rnn_cell %x, %flag state %state by %w
    %y1 = linear %s1 by %wy
    %h = linear %s1 by %wh
    %p = sigmoid %h
    // CHECK: yield %{{.*}} emit %{{.*}} halt %
    yield %s1 emit %y1 halt %p
  }
  return %s, %y, %cost, %steps
    : tensor<4x10xf32>, tensor<4x2xf32>, tensor<4x1xf32>, tensor<4x1xf32>
}

// Several states, no output, and two dimensions of samples.
// CHECK-LABEL: @states
func.func @states(%a0: tensor<?x3x10xf64>, %b0: tensor<?x3x2x5xf64>, %p: tensor<?x3x1xf64>)
    -> tensor<?x3x1xf64> {
  // CHECK: vellum.ponder first %{{.*}} carry %{{.*}} = %{{.*}}, %{{.*}} = %{{.*}} epsilon 0.125 cap 5 {
  %a, %b, %cost, %steps = vellum.ponder first %f carry %a = %a0, %b = %b0 epsilon 0.125 cap 5 {
    yield %a, %b halt %p
  }
  return %cost : tensor<?x3x1xf64>
}
