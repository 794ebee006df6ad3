// RUN: vellum check %s --entry=constant_bounds
// RUN: vellum check %s --entry=run_time_bounds
// RUN: vellum check %s --entry=steps_of_two
// RUN: vellum check %s --entry=no_step
// RUN: vellum check %s --entry=triangle
// RUN: vellum check %s --entry=several
// RUN: vellum check %s --entry=rows
// RUN: vellum check %s --entry=taken
// RUN: vellum check %s --entry=not_taken
// RUN: vellum check %s --entry=outside
// RUN: vellum check %s --entry=each_step
// RUN: vellum check %s --entry=scan_in_branch
// RUN: vellum check %s --entry=loop_in_branch
// RUN: vellum check %s --entry=branch_in_loop
// RUN: vellum check %s --entry=of_any_size
// RUN: vellum check %s --entry=thinks
// RUN: vellum check %s --entry=maximum
// RUN: vellum check %s --entry=each_step --target=x86-64-v2
// RUN: vellum check %s --entry=triangle --target=x86-64-v2
// RUN: vellum check %s --entry=each_step --threads=2
// RUN: vellum check %s --entry=nan_not_taken
// RUN: vellum check %s --entry=nan_not_taken --target=x86-64-v2

// Gradients of counted loops and branches: in f64 against differences, and compiled against f64.

vellum.parameter @w : tensor<4x4xf32> = normal(0.5)
vellum.parameter @b : tensor<4xf32> = normal(0.5)

func.func private @layer(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %w = vellum.use @w
  %b = vellum.use @b
  %y = vellum.linear %x by %w bias %b
  %z = math.tanh %y : tensor<?x4xf32>
  return %z : tensor<?x4xf32>
}

func.func @constant_bounds(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %y = scf.for %i = %c0 to %c3 step %c1 iter_args(%h = %x) -> tensor<?x4xf32> {
    %g = func.call @layer(%h) : (tensor<?x4xf32>) -> tensor<?x4xf32>
    scf.yield %g : tensor<?x4xf32>
  }
  return %y : tensor<?x4xf32>
}

// As many steps as there are rows.
func.func @run_time_bounds(%x: tensor<?x4xf32>, %n: tensor<?xf32>, %s: f32) -> (tensor<?x4xf32>, f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %steps = tensor.dim %n, %c0 : tensor<?xf32>
  %y:2 = scf.for %i = %c0 to %steps step %c1 iter_args(%h = %x, %a = %s) -> (tensor<?x4xf32>, f32) {
    %g = func.call @layer(%h) : (tensor<?x4xf32>) -> tensor<?x4xf32>
    %k = arith.index_cast %i : index to i32
    %f = arith.sitofp %k : i32 to f32
    %m = arith.mulf %f, %a : f32
    %v = tensor.extract %n[%i] : tensor<?xf32>
    %p = arith.addf %m, %v : f32
    %q = math.sin %p : f32
    scf.yield %g, %q : tensor<?x4xf32>, f32
  }
  return %y#0, %y#1 : tensor<?x4xf32>, f32
}

// From 1 by 2 to below 8: rows 1, 3, 5, 7 of what is captured.
func.func @steps_of_two(%x: tensor<3xf32>, %rows: tensor<8x3xf32>) -> tensor<3xf32> {
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c0 = arith.constant 0 : index
  %n = tensor.dim %rows, %c0 : tensor<8x3xf32>
  %y = scf.for %i = %c1 to %n step %c2 iter_args(%h = %x) -> tensor<3xf32> {
    %row = tensor.extract_slice %rows[%i, 0] [1, 3] [1, 1] : tensor<8x3xf32> to tensor<3xf32>
    %p = arith.mulf %h, %row : tensor<3xf32>
    %q = math.sin %p : tensor<3xf32>
    scf.yield %q : tensor<3xf32>
  }
  return %y : tensor<3xf32>
}

// It ends before it begins: the cotangent passes by.
func.func @no_step(%x: tensor<?x4xf32>, %v: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %c1 = arith.constant 1 : index
  %c0 = arith.constant 0 : index
  %m2 = arith.constant -2 : index
  %n = tensor.dim %x, %c0 : tensor<?x4xf32>
  %to = arith.subi %m2, %n : index
  %y = scf.for %i = %c0 to %to step %c1 iter_args(%h = %x) -> tensor<?x4xf32> {
    %g = arith.mulf %h, %v : tensor<?x4xf32>
    scf.yield %g : tensor<?x4xf32>
  }
  %z = math.sin %y : tensor<?x4xf32>
  return %z : tensor<?x4xf32>
}

// Step i of the outer loop takes i steps of the inner one, the last of i + 1 numbers.
func.func @triangle(%x: tensor<?x4xf32>, %v: tensor<5xf32>) -> (tensor<?x4xf32>, f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c5 = arith.constant 5 : index
  %zero = arith.constant 0.0 : f32
  %y:2 = scf.for %i = %c0 to %c5 step %c1 iter_args(%h = %x, %s = %zero) -> (tensor<?x4xf32>, f32) {
    %g = scf.for %j = %c0 to %i step %c1 iter_args(%a = %h) -> tensor<?x4xf32> {
      %t = math.sin %a : tensor<?x4xf32>
      %u = arith.mulf %t, %x : tensor<?x4xf32>
      scf.yield %u : tensor<?x4xf32>
    }
    %n = arith.addi %i, %c1 : index
    %few = tensor.extract_slice %v[0] [%n] [1] : tensor<5xf32> to tensor<?xf32>
    %e = math.exp %few : tensor<?xf32>
    %sum = vellum.reduce sum %e over [0]
    %number = tensor.extract %sum[] : tensor<f32>
    %next = arith.addf %s, %number : f32
    scf.yield %g, %next : tensor<?x4xf32>, f32
  }
  return %y#0, %y#1 : tensor<?x4xf32>, f32
}

// Two tensors that change places, a number, an integer and a flag.
func.func @several(%x: tensor<?x3xf32>, %y: tensor<?x3xf32>, %s: f32) -> tensor<?x3xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %no = arith.constant false
  %k0 = arith.constant 1 : i64
  %n = tensor.dim %x, %c0 : tensor<?x3xf32>
  %r:5 = scf.for %i = %c0 to %c4 step %c1 iter_args(%a = %x, %b = %y, %f = %s, %k = %k0, %odd = %no)
      -> (tensor<?x3xf32>, tensor<?x3xf32>, f32, i64, i1) {
    %fs = tensor.splat %f[%n] : tensor<?x3xf32>
    %p = arith.mulf %a, %fs : tensor<?x3xf32>
    %q = math.sin %p : tensor<?x3xf32>
    %m = arith.sitofp %k : i64 to f32
    %g = arith.divf %f, %m : f32
    %h = math.cos %g : f32
    %w = arith.select %odd, %h, %g : f32
    %k1 = arith.addi %k, %k : i64
    %yes = arith.constant true
    %even = arith.xori %odd, %yes : i1
    scf.yield %b, %q, %w, %k1, %even : tensor<?x3xf32>, tensor<?x3xf32>, f32, i64, i1
  }
  %z = arith.addf %r#0, %r#1 : tensor<?x3xf32>
  return %z : tensor<?x3xf32>
}

// Rows computed and put in place one by one.
func.func @rows(%x: tensor<6x3xf32>) -> tensor<6x3xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c6 = arith.constant 6 : index
  %y = scf.for %i = %c1 to %c6 step %c1 iter_args(%h = %x) -> tensor<6x3xf32> {
    %j = arith.subi %i, %c1 : index
    %before = tensor.extract_slice %h[%j, 0] [1, 3] [1, 1] : tensor<6x3xf32> to tensor<3xf32>
    %own = tensor.extract_slice %h[%i, 0] [1, 3] [1, 1] : tensor<6x3xf32> to tensor<3xf32>
    %s = math.sin %before : tensor<3xf32>
    %p = arith.mulf %s, %own : tensor<3xf32>
    %next = tensor.insert_slice %p into %h[%i, 0] [1, 3] [1, 1] : tensor<3xf32> into tensor<6x3xf32>
    scf.yield %next : tensor<6x3xf32>
  }
  return %y : tensor<6x3xf32>
}

func.func private @branch(%x: tensor<?x4xf32>, %c: i1) -> tensor<?x4xf32> {
  %y = scf.if %c -> tensor<?x4xf32> {
    %a = func.call @layer(%x) : (tensor<?x4xf32>) -> tensor<?x4xf32>
    %b = func.call @layer(%a) : (tensor<?x4xf32>) -> tensor<?x4xf32>
    scf.yield %b : tensor<?x4xf32>
  } else {
    %a = math.sin %x : tensor<?x4xf32>
    %b = arith.mulf %a, %x : tensor<?x4xf32>
    scf.yield %b : tensor<?x4xf32>
  }
  return %y : tensor<?x4xf32>
}

func.func private @isPositive(%x: tensor<?x4xf32>) -> i1 {
  %zero = arith.constant 0.0 : f32
  %square = arith.mulf %x, %x : tensor<?x4xf32>
  %sum = vellum.reduce sum %square over [0, 1]
  %number = tensor.extract %sum[] : tensor<f32>
  %c = arith.cmpf ogt, %number, %zero : f32
  return %c : i1
}

func.func @taken(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %c = call @isPositive(%x) : (tensor<?x4xf32>) -> i1
  %y = call @branch(%x, %c) : (tensor<?x4xf32>, i1) -> tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}

func.func @not_taken(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %yes = arith.constant true
  %c = call @isPositive(%x) : (tensor<?x4xf32>) -> i1
  %not = arith.xori %c, %yes : i1
  %y = call @branch(%x, %not) : (tensor<?x4xf32>, i1) -> tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}

// Values from outside, handed out as they are, twice, and both ways.
func.func @outside(%x: tensor<?x4xf32>, %y: tensor<?x4xf32>, %s: f32) -> (tensor<?x4xf32>, f32) {
  %c = call @isPositive(%x) : (tensor<?x4xf32>) -> i1
  %r:3 = scf.if %c -> (tensor<?x4xf32>, tensor<?x4xf32>, f32) {
    %t = math.exp %s : f32
    scf.yield %x, %x, %t : tensor<?x4xf32>, tensor<?x4xf32>, f32
  } else {
    scf.yield %x, %y, %s : tensor<?x4xf32>, tensor<?x4xf32>, f32
  }
  %z = arith.mulf %r#0, %r#1 : tensor<?x4xf32>
  return %z, %r#2 : tensor<?x4xf32>, f32
}

// In a scan: the steps go either way by their data, of which no cotangent comes.
func.func @each_step(%xs: tensor<7x?x4xf32>, %h0: tensor<?x4xf32>) -> (tensor<?x4xf32>, tensor<7x?x4xf32>) {
  %c0 = arith.constant 0 : index
  %c2 = arith.constant 2 : index
  %last, %all = vellum.scan at %t for %x in %xs carry %h = %h0 {
    %rest = arith.remui %t, %c2 : index
    %even = arith.cmpi eq, %rest, %c0 : index
    %a = arith.addf %x, %h : tensor<?x4xf32>
    %y = func.call @branch(%a, %even) : (tensor<?x4xf32>, i1) -> tensor<?x4xf32>
    yield %y emit %a
  }
  return %last, %all : tensor<?x4xf32>, tensor<7x?x4xf32>
}

func.func @scan_in_branch(%xs: tensor<5x?x4xf32>, %h0: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %c = call @isPositive(%h0) : (tensor<?x4xf32>) -> i1
  %y = scf.if %c -> tensor<?x4xf32> {
    %last, %all = vellum.scan for %x in %xs carry %h = %h0 {
      %a = arith.addf %x, %h : tensor<?x4xf32>
      %g = func.call @layer(%a) : (tensor<?x4xf32>) -> tensor<?x4xf32>
      vellum.yield %g emit %a
    }
    %sum = vellum.reduce mean %all over [0]
    %z = arith.mulf %sum, %last : tensor<?x4xf32>
    scf.yield %z : tensor<?x4xf32>
  } else {
    scf.yield %h0 : tensor<?x4xf32>
  }
  return %y : tensor<?x4xf32>
}

func.func @loop_in_branch(%x: tensor<?x4xf32>, %v: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c = call @isPositive(%x) : (tensor<?x4xf32>) -> i1
  %n = tensor.dim %x, %c0 : tensor<?x4xf32>
  %y = scf.if %c -> tensor<?x4xf32> {
    %z = scf.for %i = %c0 to %n step %c1 iter_args(%h = %x) -> tensor<?x4xf32> {
      %p = arith.mulf %h, %v : tensor<?x4xf32>
      %q = math.sin %p : tensor<?x4xf32>
      scf.yield %q : tensor<?x4xf32>
    }
    scf.yield %z : tensor<?x4xf32>
  } else {
    scf.yield %v : tensor<?x4xf32>
  }
  return %y : tensor<?x4xf32>
}

func.func @branch_in_loop(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c5 = arith.constant 5 : index
  %y = scf.for %i = %c0 to %c5 step %c2 iter_args(%h = %x) -> tensor<?x4xf32> {
    %first = arith.cmpi eq, %i, %c2 : index
    %g = func.call @branch(%h, %first) : (tensor<?x4xf32>, i1) -> tensor<?x4xf32>
    scf.yield %g : tensor<?x4xf32>
  }
  return %y : tensor<?x4xf32>
}

// The branches make values of sizes of their own, within a step as well.
func.func @of_any_size(%x: tensor<?xf32>, %v: tensor<4x?xf32>) -> (tensor<?xf32>, tensor<f32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant dense<0.0> : tensor<f32>
  %n = tensor.dim %x, %c0 : tensor<?xf32>
  %few = arith.minui %n, %c1 : index
  %some = arith.cmpi ne, %n, %c0 : index
  %y = scf.if %some -> tensor<?xf32> {
    %s = tensor.extract_slice %x[0] [%few] [1] : tensor<?xf32> to tensor<?xf32>
    %e = math.exp %s : tensor<?xf32>
    scf.yield %e : tensor<?xf32>
  } else {
    scf.yield %x : tensor<?xf32>
  }
  %sum = vellum.scan at %t for %row in %v carry %s = %zero {
    %even = arith.cmpi eq, %t, %c1 : index
    %part = scf.if %even -> tensor<?xf32> {
      %p = tensor.extract_slice %row[0] [%few] [1] : tensor<?xf32> to tensor<?xf32>
      %e = math.exp %p : tensor<?xf32>
      scf.yield %e : tensor<?xf32>
    } else {
      %e = math.sin %row : tensor<?xf32>
      scf.yield %e : tensor<?xf32>
    }
    %square = arith.mulf %part, %part : tensor<?xf32>
    %r = vellum.reduce sum %square over [0]
    %s1 = arith.addf %s, %r : tensor<f32>
    yield %s1
  }
  return %y, %sum : tensor<?xf32>, tensor<f32>
}

func.func @thinks(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %half = arith.constant 0.5 : f32
  %s, %cost, %steps = vellum.ponder first %first carry %state = %x cap 4 {
    %flag = tensor.extract %first[%c0, %c0] : tensor<?x1xf32>
    %is_first = arith.cmpf ogt, %flag, %half : f32
    %a = func.call @branch(%state, %is_first) : (tensor<?x4xf32>, i1) -> tensor<?x4xf32>
    %b = scf.for %i = %c0 to %c2 step %c1 iter_args(%h = %a) -> tensor<?x4xf32> {
      %t = math.sin %h : tensor<?x4xf32>
      scf.yield %t : tensor<?x4xf32>
    }
    %z = vellum.slice %b from 0 size 1
    %q = arith.mulf %z, %z : tensor<?x1xf32>
    %p = vellum.sigmoid %q
    yield %b halt %p
  }
  return %s : tensor<?x4xf32>
}

// Which is greater is known as it was, in whatever loop it is computed again.
func.func @maximum(%xs: tensor<4x?x4xf32>, %a: tensor<?x4xf32>, %b: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %c0 = arith.constant 0 : index
  %c2 = arith.constant 2 : index
  %last = vellum.scan at %t for %x in %xs carry %h = %a {
    %even = arith.cmpi ult, %t, %c2 : index
    %y = scf.if %even -> tensor<?x4xf32> {
      %p = arith.mulf %h, %x : tensor<?x4xf32>
      %q = arith.mulf %b, %x : tensor<?x4xf32>
      %s = arith.addf %p, %q : tensor<?x4xf32>
      %r = arith.addf %q, %h : tensor<?x4xf32>
      %m = arith.maximumf %s, %r : tensor<?x4xf32>
      scf.yield %m : tensor<?x4xf32>
    } else {
      scf.yield %h : tensor<?x4xf32>
    }
    yield %y
  }
  return %last : tensor<?x4xf32>
}

// What is not taken would be NaN, and so would all that depends on it: at each step, and outside.
func.func @nan_not_taken(%xs: tensor<4x?x4xf32>, %a: tensor<?x4xf32>) -> (tensor<?x4xf32>, tensor<?x4xf32>) {
  %c0 = arith.constant 0 : index
  %c9 = arith.constant 9 : index
  %ten = arith.constant 10.0 : f32
  %n = tensor.dim %a, %c0 : tensor<?x4xf32>
  %far = tensor.splat %ten[%n] : tensor<?x4xf32>
  %last = vellum.scan at %t for %x in %xs carry %h = %a {
    %late = arith.cmpi ugt, %t, %c9 : index
    %y = scf.if %late -> tensor<?x4xf32> {
      %p = arith.subf %h, %far : tensor<?x4xf32>
      %q = math.log %p : tensor<?x4xf32>
      %r = arith.mulf %q, %x : tensor<?x4xf32>
      scf.yield %r : tensor<?x4xf32>
    } else {
      %p = arith.mulf %h, %x : tensor<?x4xf32>
      %q = math.sin %p : tensor<?x4xf32>
      scf.yield %q : tensor<?x4xf32>
    }
    yield %y
  }
  %c = call @isPositive(%a) : (tensor<?x4xf32>) -> i1
  %z = scf.if %c -> tensor<?x4xf32> {
    %s = math.sin %a : tensor<?x4xf32>
    scf.yield %s : tensor<?x4xf32>
  } else {
    %p = arith.subf %a, %far : tensor<?x4xf32>
    %q = math.sqrt %p : tensor<?x4xf32>
    scf.yield %q : tensor<?x4xf32>
  }
  return %last, %z : tensor<?x4xf32>, tensor<?x4xf32>
}
