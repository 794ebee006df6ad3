// RUN: vellum check %s --entry=maxima --target=x86-64-v2 --verify-memory
// RUN: %if x86-64-v3 %{ vellum check %s --entry=maxima --target=x86-64-v3 %}
// RUN: %if x86-64-v4 %{ vellum check %s --entry=maxima --target=x86-64-v4 %}
// RUN: vellum check %s --entry=chosen --target=x86-64-v2 --verify-memory
// RUN: %if x86-64-v3 %{ vellum check %s --entry=chosen --target=x86-64-v3 %}
// RUN: %if x86-64-v4 %{ vellum check %s --entry=chosen --target=x86-64-v4 %}
// RUN: vellum check %s --entry=clipped --target=x86-64-v2 --verify-memory
// RUN: %if x86-64-v3 %{ vellum check %s --entry=clipped --target=x86-64-v3 %}
// RUN: %if x86-64-v4 %{ vellum check %s --entry=clipped --target=x86-64-v4 %}
// RUN: vellum check %s --entry=written --target=x86-64-v2 --verify-memory
// RUN: %if x86-64-v3 %{ vellum check %s --entry=written --target=x86-64-v3 %}
// RUN: %if x86-64-v4 %{ vellum check %s --entry=written --target=x86-64-v4 %}
// RUN: vellum check %s --entry=powers --target=x86-64-v2 --verify-memory
// RUN: %if x86-64-v3 %{ vellum check %s --entry=powers --target=x86-64-v3 %}
// RUN: %if x86-64-v4 %{ vellum check %s --entry=powers --target=x86-64-v4 %}
// RUN: vellum check %s --entry=read --target=x86-64-v2 --verify-memory
// RUN: %if x86-64-v3 %{ vellum check %s --entry=read --target=x86-64-v3 %}
// RUN: %if x86-64-v4 %{ vellum check %s --entry=read --target=x86-64-v4 %}
// RUN: vellum check %s --entry=masked --target=x86-64-v2 --verify-memory
// RUN: %if x86-64-v3 %{ vellum check %s --entry=masked --target=x86-64-v3 %}
// RUN: %if x86-64-v4 %{ vellum check %s --entry=masked --target=x86-64-v4 %}

// Gradients that compare numbers which the reverse pass computes again, where one loop may contract a multiplication
// and an addition and another loop may not: the maximum's cotangent must arrive somewhere all the same.

func.func @maxima(%xs: tensor<3x9x11xf32>, %b: tensor<9x11xf32>, %c: tensor<9x11xf32>, %d: tensor<3x9xf32>) -> tensor<f32> {
  %last, %ys = vellum.scan for %x in %xs carry %h = %c {
    %p = arith.mulf %x, %b : tensor<9x11xf32>
    %u = arith.mulf %h, %x : tensor<9x11xf32>
    %q = arith.addf %p, %u : tensor<9x11xf32>
    %y = reduce max %q over [1]
    %n = math.tanh %q : tensor<9x11xf32>
    yield %n emit %y
  }
  %w = arith.mulf %ys, %d : tensor<3x9xf32>
  %l = vellum.reduce sum %w over [0, 1]
  return %l : tensor<f32>
}

// A mask by comparison with the maximum.
func.func @chosen(%xs: tensor<3x9x11xf32>, %b: tensor<9x11xf32>, %c: tensor<9x11xf32>) -> tensor<f32> {
  %zeros = arith.constant dense<0.0> : tensor<9x11xf32>
  %last, %ys = vellum.scan for %x in %xs carry %h = %c {
    %p = arith.mulf %x, %b : tensor<9x11xf32>
    %u = arith.mulf %h, %x : tensor<9x11xf32>
    %q = arith.addf %p, %u : tensor<9x11xf32>
    %m = reduce max %q over [1] keep
    %top = broadcast %m like %q
    %is = arith.cmpf oeq, %q, %top : tensor<9x11xf32>
    %s = arith.mulf %q, %x : tensor<9x11xf32>
    %y = arith.select %is, %s, %zeros : tensor<9x11xi1>, tensor<9x11xf32>
    %n = math.tanh %q : tensor<9x11xf32>
    yield %n emit %y
  }
  %w = arith.mulf %ys, %ys : tensor<3x9x11xf32>
  %l = vellum.reduce sum %w over [0, 1, 2]
  return %l : tensor<f32>
}

func.func @clipped(%xs: tensor<3x9x11xf32>, %b: tensor<9x11xf32>, %c: tensor<9x11xf32>) -> tensor<f32> {
  %low = arith.constant dense<-0.3> : tensor<9x11xf32>
  %last, %ys = vellum.scan for %x in %xs carry %h = %c {
    %p = arith.mulf %x, %b : tensor<9x11xf32>
    %u = arith.mulf %h, %x : tensor<9x11xf32>
    %q = arith.addf %p, %u : tensor<9x11xf32>
    %r = arith.subf %u, %p : tensor<9x11xf32>
    %above = arith.maximumf %q, %low : tensor<9x11xf32>
    %both = arith.minimumf %above, %r : tensor<9x11xf32>
    %size = math.absf %q : tensor<9x11xf32>
    %y = arith.mulf %both, %size : tensor<9x11xf32>
    %n = math.tanh %y : tensor<9x11xf32>
    yield %n emit %y
  }
  %w = arith.mulf %ys, %xs : tensor<3x9x11xf32>
  %l = vellum.reduce sum %w over [0, 1, 2]
  return %l : tensor<f32>
}

// The largest number of each location, after a write that erases and adds.
func.func @written(%ws: tensor<3x5x7xf32>, %e: tensor<5x4xf32>, %a: tensor<5x4xf32>, %m0: tensor<5x7x4xf32>) -> tensor<f32> {
  %last, %ys = vellum.scan for %w in %ws carry %m = %m0 {
    %m1 = memory_write %m at %w erase %e add %a
    %y = reduce max %m1 over [2]
    %n = math.tanh %m1 : tensor<5x7x4xf32>
    yield %n emit %y
  }
  %s = arith.mulf %ys, %ws : tensor<3x5x7xf32>
  %l = vellum.reduce sum %s over [0, 1, 2]
  return %l : tensor<f32>
}

// Squares and cubes, of which a loop by element marks what is finite.
func.func @powers(%x: tensor<31x5x3xf32>) -> (tensor<31x3xf32>, tensor<31x5x3xi1>) {
  %p = arith.mulf %x, %x : tensor<31x5x3xf32>
  %u = arith.mulf %x, %p : tensor<31x5x3xf32>
  %q = arith.addf %p, %u : tensor<31x5x3xf32>
  %y = vellum.reduce max %q over [1]
  %finite = math.isfinite %u : tensor<31x5x3xf32>
  return %y, %finite : tensor<31x3xf32>, tensor<31x5x3xi1>
}

// The product that the compared sum adds is read by another loop, too.
func.func @read(%x: tensor<3x17xf32>, %b: tensor<3x17xf32>, %h: tensor<3x17xf32>) -> (tensor<3xf32>, tensor<3x17xf32>) {
  %p = arith.mulf %x, %b : tensor<3x17xf32>
  %q = arith.addf %p, %h : tensor<3x17xf32>
  %o = arith.mulf %p, %h : tensor<3x17xf32>
  %y = vellum.reduce max %q over [1]
  return %y, %o : tensor<3xf32>, tensor<3x17xf32>
}

// So it is in each step, which marks where its own maximum is.
func.func @masked(%xs: tensor<7x3x17xf32>, %b: tensor<3x17xf32>, %c: tensor<3x17xf32>) -> tensor<7x3x17xf32> {
  %zeros = arith.constant dense<0.0> : tensor<3x17xf32>
  %last, %ys = vellum.scan for %x in %xs carry %h = %c {
    %p = arith.mulf %x, %b : tensor<3x17xf32>
    %q = arith.addf %p, %h : tensor<3x17xf32>
    %o = arith.mulf %p, %h : tensor<3x17xf32>
    %m = reduce max %q over [1] keep
    %top = broadcast %m like %q
    %is = arith.cmpf oeq, %q, %top : tensor<3x17xf32>
    %s = arith.mulf %q, %x : tensor<3x17xf32>
    %y = arith.select %is, %s, %zeros : tensor<3x17xi1>, tensor<3x17xf32>
    %n = math.tanh %o : tensor<3x17xf32>
    yield %n emit %y
  }
  return %ys : tensor<7x3x17xf32>
}
