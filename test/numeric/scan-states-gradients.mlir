// RUN: vellum check %s --entry=parts --verify-memory
// RUN: vellum check %s --entry=projections --verify-memory
// RUN: vellum check %s --entry=memories --verify-memory
// RUN: vellum check %s --entry=projections --target=x86-64-v2 --verify-memory
// RUN: sed 's/?x/3x/g; s/\[%%n, /[3, /' %s > %t.static.mlir
// RUN: vellum check %t.static.mlir --entry=parts --verify-memory
// RUN: vellum check %t.static.mlir --entry=projections --verify-memory
// RUN: vellum check %t.static.mlir --entry=memories --verify-memory
// RUN: vellum check %s --entry=turned --input last=3 --input back=-1 --threads=2

// Gradients where a state, or the cotangent of one, takes several ops to write: in f64 against differences, and compiled
// against f64.

// Each part of the state from the other, next to an insertion into the negative of one.
func.func @parts(%xs: tensor<4x?x2xf32>, %h0: tensor<?x4xf32>, %w: tensor<2x2xf32>, %v: tensor<2x2xf32>) -> tensor<f32> {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %h0, %c0 : tensor<?x4xf32>
  %last, %states = vellum.scan for %x in %xs carry %h = %h0 {
    %a, %b = split %h into [2, 2]
    %p = linear %b by %w
    %t = math.tanh %a : tensor<?x2xf32>
    %q = linear %t by %v
    %y = arith.addf %q, %x : tensor<?x2xf32>
    %first = slice %b from 1 size 1
    %z = tensor.insert_slice %first into %y[0, 0] [%n, 1] [1, 1] : tensor<?x1xf32> into tensor<?x2xf32>
    %s = arith.mulf %p, %y : tensor<?x2xf32>
    %r = math.tanh %s : tensor<?x2xf32>
    %next = concat %r, %z
    yield %next emit %r
  }
  %f = vellum.scan reverse for %x in %xs carry %h = %last {
    %a, %b, %c = split %h into [1, 2, 1]
    %one = slice %x from 1 size 1
    %sin = math.tanh %a : tensor<?x1xf32>
    %next = concat %one, %sin, %b
    yield %next
  }
  %square = arith.mulf %last, %f : tensor<?x4xf32>
  %l = vellum.reduce sum %square over [0, 1]
  %ss = vellum.reduce sum %states over [0, 1, 2]
  %sum = arith.addf %l, %ss : tensor<f32>
  return %sum : tensor<f32>
}

// The state goes through one projection to the output and through another to the next state; the sum of words and a product.
func.func @projections(%xs: tensor<4x?x3x2xf32>, %h0: tensor<?x2xf32>, %w: tensor<2x2xf32>, %v: tensor<2x2xf32>) -> tensor<f32> {
  %last, %ys = vellum.scan for %x in %xs carry %h = %h0 {
    %a = linear %h by %w
    %next = math.tanh %a : tensor<?x2xf32>
    %y = linear %h by %v
    yield %next emit %y
  }
  %end = vellum.scan reverse for %x in %xs, %y in %ys carry %h = %last {
    %mean = reduce mean %x over [1]
    %g = arith.mulf %h, %y : tensor<?x2xf32>
    %k = linear %g by %w
    %s = arith.addf %mean, %k : tensor<?x2xf32>
    %next = math.tanh %s : tensor<?x2xf32>
    yield %next
  }
  %square = arith.mulf %end, %last : tensor<?x2xf32>
  %l = vellum.reduce sum %square over [0, 1]
  return %l : tensor<f32>
}

// One state holds the other as it was before the step, spread over its words.
func.func @memories(%xs: tensor<4x?x2xf32>, %h0: tensor<?x2xf32>, %m0: tensor<?x3x2xf32>, %w: tensor<2x2xf32>) -> tensor<f32> {
  %m, %h = vellum.scan for %x in %xs carry %m = %m0, %h = %h0 {
    %k = linear %h by %w
    %sum = reduce sum %m over [1]
    %s = arith.addf %sum, %k : tensor<?x2xf32>
    %next = math.tanh %s : tensor<?x2xf32>
    %b = broadcast %h across [1] like %m
    yield %b, %next
  }
  %t = math.tanh %m : tensor<?x3x2xf32>
  %l = vellum.reduce sum %t over [0, 1, 2]
  %q = arith.mulf %h, %h : tensor<?x2xf32>
  %ls = vellum.reduce sum %q over [0, 1]
  %sum = arith.addf %l, %ls : tensor<f32>
  return %sum : tensor<f32>
}

// Each step turns the samples of its state round: none of them runs alone.
func.func @turned(%xs: tensor<3x4xf32>, %h0: tensor<4xf32>, %last: index, %back: index) -> tensor<4xf32> {
  %h = vellum.scan for %x in %xs carry %h = %h0 {
    %turned = tensor.extract_slice %h[%last] [4] [%back] : tensor<4xf32> to tensor<4xf32>
    %product = arith.mulf %turned, %x : tensor<4xf32>
    %next = math.tanh %product : tensor<4xf32>
    yield %next
  }
  return %h : tensor<4xf32>
}
