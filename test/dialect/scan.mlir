// RUN: vellum-opt %s | vellum-opt | FileCheck %s

// Inputs, carried values and stacks; the body's ops need no prefix.
// CHECK-LABEL: @rnn
func.func @rnn(%xs: tensor<?x4x8xf32>, %h0: tensor<4x10xf32>, %w: tensor<18x10xf32>)
    -> (tensor<4x10xf32>, tensor<?x4x10xf32>) {
  // CHECK: %{{.*}}:2 = vellum.scan for %[[X:.*]] in %{{.*}} carry %[[H:.*]] = %{{.*}} {
  // CHECK-NEXT: %[[H1:.*]] = rnn_cell %[[X]] state %[[H]] by %
  // CHECK-NEXT: yield %[[H1]] emit %[[H1]]
  // CHECK-NEXT: }
  %last, %hs = vellum.scan for %x in %xs carry %h = %h0 {
    %h1 = rnn_cell %x state %h by %w
    yield %h1 emit %h1
  }
  return %last, %hs : tensor<4x10xf32>, tensor<?x4x10xf32>
}

// The inputs agree on T where they know it, and scalars are carried too.
// CHECK-LABEL: @two
func.func @two(%xs: tensor<?x8xf32>, %ys: tensor<5x8xi1>, %n0: index, %s0: tensor<8xf32>)
    -> (index, tensor<8xf32>, tensor<5x8xi1>) {
  // CHECK: vellum.scan reverse at %[[T:.*]] for %{{.*}} in %{{.*}}, %{{.*}} in %{{.*}} carry %{{.*}} = %{{.*}}, %{{.*}} = %{{.*}} {
  %n, %s, %zs = vellum.scan reverse at %t for %x in %xs, %y in %ys
      carry %n = %n0, %s = %s0 {
    // CHECK: arith.addi %{{.*}}, %[[T]] : index
    %n1 = arith.addi %n, %t : index
    %s1 = arith.addf %s, %x : tensor<8xf32>
    yield %n1, %s1 emit %y
  }
  return %n, %s, %zs : index, tensor<8xf32>, tensor<5x8xi1>
}

// Without inputs `length` is the number of steps, static if it is a constant.
// CHECK-LABEL: @length
func.func @length(%n: index, %h: tensor<4xf32>) -> (tensor<?x4xf32>, tensor<3x4xf32>) {
  // CHECK: vellum.scan length %
  // CHECK-NEXT: yield emit %
  %a = vellum.scan length %n {
    yield emit %h
  }
  %c3 = arith.constant 3 : index
  %b = vellum.scan length %c3 {
    yield emit %h
  }
  return %a, %b : tensor<?x4xf32>, tensor<3x4xf32>
}

// CHECK-LABEL: @ragged
func.func @ragged(%xs: tensor<?x4x8xf32>, %h0: tensor<4x8xf32>, %len: tensor<4xi32>)
    -> tensor<4x8xf32> {
  // CHECK: vellum.scan for %{{.*}} in %{{.*}} carry %{{.*}} = %{{.*}} lengths %{{.*}} attributes {note = "kept"} {
  %h = vellum.scan for %x in %xs carry %h = %h0 lengths %len attributes {note = "kept"} {
    %h1 = arith.addf %h, %x : tensor<4x8xf32>
    yield %h1
  }
  return %h : tensor<4x8xf32>
}

// A nested scan sees the outer one's values; both bodies have a step number.
// CHECK-LABEL: @nested
func.func @nested(%xs: tensor<3x5x8xf32>, %s0: tensor<8xf32>) -> tensor<8xf32> {
  %s = vellum.scan at %t for %x in %xs carry %s = %s0 {
    // CHECK: = scan at %
    %r = scan at %u for %y in %x carry %r = %s {
      %i = arith.addi %t, %u : index
      %c = arith.index_cast %i : index to i64
      %f = arith.sitofp %c : i64 to f32
      %a = tensor.splat %f : tensor<8xf32>
      %b = arith.addf %a, %y : tensor<8xf32>
      %r1 = arith.addf %r, %b : tensor<8xf32>
      yield %r1
    }
    yield %r
  }
  return %s : tensor<8xf32>
}

// The yielded value may know less than the carried one.
// CHECK-LABEL: @less_static
func.func @less_static(%xs: tensor<3x4xf32>, %s0: tensor<4xf32>) -> tensor<4xf32> {
  %s = vellum.scan for %x in %xs carry %s = %s0 {
    %y = tensor.cast %x : tensor<4xf32> to tensor<?xf32>
    yield %y
  }
  return %s : tensor<4xf32>
}

// Result types that inference would not find are written at the end.
// CHECK-LABEL: @written_types
func.func @written_types(%xs: tensor<?x4xf32>) -> tensor<7x4xf32> {
  // CHECK: yield emit
  // CHECK-NEXT: } : tensor<7x4xf32>
  %ys = vellum.scan for %x in %xs {
    yield emit %x
  } : tensor<7x4xf32>
  return %ys : tensor<7x4xf32>
}

// What a gradient keeps.
// CHECK-LABEL: @policies
func.func @policies(%xs: tensor<?x8xf32>, %s0: tensor<8xf32>) -> (tensor<8xf32>, tensor<8xf32>, tensor<8xf32>) {
  // CHECK: vellum.scan for %{{.*}} carry %{{.*}} = %{{.*}} checkpoint all {
  %a = vellum.scan for %x in %xs carry %s = %s0 checkpoint all {
    %s1 = arith.addf %s, %x : tensor<8xf32>
    yield %s1
  }
  // CHECK: vellum.scan reverse for %{{.*}} carry %{{.*}} = %{{.*}} checkpoint every 8 {
  %b = vellum.scan reverse for %x in %xs carry %s = %s0 checkpoint every 8 {
    %s1 = arith.addf %s, %x : tensor<8xf32>
    yield %s1
  }
  // CHECK: vellum.scan for %{{.*}} carry %{{.*}} = %{{.*}} checkpoint within 5000000 {
  %c = vellum.scan for %x in %xs carry %s = %s0 checkpoint within 5000000 {
    %s1 = arith.addf %s, %x : tensor<8xf32>
    yield %s1
  }
  return %a, %b, %c : tensor<8xf32>, tensor<8xf32>, tensor<8xf32>
}
