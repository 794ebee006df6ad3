// RUN: vellum check %s --entry=smooth
// RUN: vellum check %s --entry=pairs
// RUN: vellum check %s --entry=bodies
// RUN: vellum check %s --entry=smooth --target=x86-64-v2
// RUN: vellum check %s --entry=pairs --target=x86-64-v2

// Gradients of elementary functions: in f64 against differences, and compiled against f64. `%x` is made a number in
// (-0.9, 0.9), `%z` one above 1.2.

func.func private @inside(%x: tensor<?x5xf32>) -> tensor<?x5xf32> {
  %t = math.tanh %x : tensor<?x5xf32>
  %c = arith.constant dense<0.9> : tensor<f32>
  %b = vellum.broadcast %c across [0, 1] like %t
  %y = arith.mulf %t, %b : tensor<?x5xf32>
  return %y : tensor<?x5xf32>
}

func.func private @above(%x: tensor<?x5xf32>) -> tensor<?x5xf32> {
  %s = vellum.softplus %x
  %c = arith.constant dense<1.2> : tensor<f32>
  %b = vellum.broadcast %c across [0, 1] like %s
  %y = arith.addf %s, %b : tensor<?x5xf32>
  return %y : tensor<?x5xf32>
}

func.func @smooth(%p: tensor<?x5xf32>, %q: tensor<?x5xf32>) -> tensor<f32> {
  %x = call @inside(%p) : (tensor<?x5xf32>) -> tensor<?x5xf32>
  %z = call @above(%q) : (tensor<?x5xf32>) -> tensor<?x5xf32>
  %erf = math.erf %x : tensor<?x5xf32>
  %erfc = math.erfc %z : tensor<?x5xf32>
  %sinh = math.sinh %x : tensor<?x5xf32>
  %cosh = math.cosh %x : tensor<?x5xf32>
  %asinh = math.asinh %x : tensor<?x5xf32>
  %acosh = math.acosh %z : tensor<?x5xf32>
  %atanh = math.atanh %x : tensor<?x5xf32>
  %asin = math.asin %x : tensor<?x5xf32>
  %acos = math.acos %x : tensor<?x5xf32>
  %atan = math.atan %z : tensor<?x5xf32>
  %cbrt = math.cbrt %z : tensor<?x5xf32>
  %tan = math.tan %x : tensor<?x5xf32>
  %exp2 = math.exp2 %x : tensor<?x5xf32>
  %log2 = math.log2 %z : tensor<?x5xf32>
  %log10 = math.log10 %z : tensor<?x5xf32>
  %all = vellum.concat %erf, %erfc, %sinh, %cosh, %asinh, %acosh, %atanh, %asin, %acos, %atan, %cbrt, %tan, %exp2, %log2, %log10
  %l = vellum.reduce sum %all over [0, 1]
  return %l : tensor<f32>
}

func.func @pairs(%p: tensor<?x5xf32>, %q: tensor<?x5xf32>, %r: tensor<?x5xf32>) -> tensor<f32> {
  %x = call @inside(%p) : (tensor<?x5xf32>) -> tensor<?x5xf32>
  %z = call @above(%q) : (tensor<?x5xf32>) -> tensor<?x5xf32>
  %atan2 = math.atan2 %p, %q : tensor<?x5xf32>
  %copysign = math.copysign %p, %q : tensor<?x5xf32>
  %clampf = math.clampf %p to [%q, %r] : tensor<?x5xf32>
  %maxnumf = arith.maxnumf %p, %q : tensor<?x5xf32>
  %minnumf = arith.minnumf %q, %r : tensor<?x5xf32>
  // Less than 1 by more than 1.
  %remf = arith.remf %x, %z : tensor<?x5xf32>
  %n = arith.constant dense<[[-2, 3, 0, 1, 7]]> : tensor<1x5xi32>
  %m = vellum.broadcast %n like %p
  %fpowi = math.fpowi %z, %m : tensor<?x5xf32>, tensor<?x5xi32>
  %all = vellum.concat %atan2, %copysign, %clampf, %maxnumf, %minnumf, %remf, %fpowi
  %l = vellum.reduce sum %all over [0, 1]
  return %l : tensor<f32>
}

// In the steps of a scan and of a ponder, on tensors of rank 0 and numbers.
func.func @bodies(%xs: tensor<?x4x3xf32>, %u: tensor<f32>) -> tensor<f32> {
  %h0 = arith.constant dense<0.5> : tensor<4x3xf32>
  %e = math.erf %u : tensor<f32>
  %s = tensor.extract %e[] : tensor<f32>
  %g = math.asinh %s : f32
  %gain = tensor.splat %g : tensor<4x3xf32>
  %last, %ys = vellum.scan for %x in %xs carry %h = %h0 {
    %a = math.asinh %x : tensor<4x3xf32>
    %b = arith.mulf %a, %gain : tensor<4x3xf32>
    %c = arith.addf %b, %h : tensor<4x3xf32>
    %h1 = math.erf %c : tensor<4x3xf32>
    %y = math.cosh %c : tensor<4x3xf32>
    yield %h1 emit %y
  }
  %state, %out, %cost, %steps = vellum.ponder first %flag carry %h = %last cap 3 {
    %next = math.sinh %h : tensor<4x3xf32>
    %r = math.erfc %next : tensor<4x3xf32>
    %halt = slice %r from 0 size 1
    %p = sigmoid %halt
    yield %next emit %r halt %p
  }
  %y = vellum.reduce sum %ys over [0, 1, 2]
  %o = vellum.reduce sum %out over [0, 1]
  %l = arith.addf %y, %o : tensor<f32>
  return %l : tensor<f32>
}
