// RUN: vellum test %s --backend=interpreter
// RUN: vellum test %s --target=x86-64-v2 --verify-memory
// RUN: %if x86-64-v3 %{ vellum test %s --target=x86-64-v3 %}
// RUN: %if x86-64-v4 %{ vellum test %s --target=x86-64-v4 %}
//
// With static sizes as well.
//
// RUN: sed 's/?x/3x/g; s/\[1, %%n, /[1, 3, /; s/\[%%n, /[3, /; s/splat %%zero\[%%n\]/splat %%zero/' %s > %t.static.mlir
// RUN: vellum test %t.static.mlir

// States whose next value takes several ops to write: what a step needs of the old state must not be overwritten by the
// first of them. Each step runs in a scan and, for comparison, three times without one.

func.func private @batch() -> tensor<?x4xf32> {
  %x = arith.constant dense<[[1.0, -2.0, 0.5, 3.0], [0.25, 1.5, -1.0, 2.0], [-0.5, 4.0, 1.0, -3.0]]> : tensor<3x4xf32>
  %any = tensor.cast %x : tensor<3x4xf32> to tensor<?x4xf32>
  return %any : tensor<?x4xf32>
}

func.func private @sequence() -> tensor<3x?x2x2xf32> {
  %x = arith.constant dense<[[[[1.0, 2.0], [3.0, -1.0]], [[0.5, 1.0], [2.0, 0.0]], [[-1.0, 2.0], [0.5, 0.25]]],
                             [[[0.0, 1.5], [-2.0, 1.0]], [[1.0, 3.0], [0.5, -0.5]], [[2.0, -1.0], [1.0, 1.0]]],
                             [[[-1.0, 0.5], [1.0, 2.0]], [[0.0, 2.0], [-1.5, 1.0]], [[1.0, 0.5], [-0.5, 2.0]]]]> : tensor<3x3x2x2xf32>
  %any = tensor.cast %x : tensor<3x3x2x2xf32> to tensor<3x?x2x2xf32>
  return %any : tensor<3x?x2x2xf32>
}

func.func private @weights() -> tensor<2x2xf32> {
  %w = arith.constant dense<[[0.5, -1.0], [2.0, 0.25]]> : tensor<2x2xf32>
  return %w : tensor<2x2xf32>
}

func.func private @step(%xs: tensor<3x?x2x2xf32>, %t: index) -> tensor<?x2x2xf32> {
  %c1 = arith.constant 1 : index
  %n = tensor.dim %xs, %c1 : tensor<3x?x2x2xf32>
  %x = tensor.extract_slice %xs[%t, 0, 0, 0] [1, %n, 2, 2] [1, 1, 1, 1] : tensor<3x?x2x2xf32> to tensor<?x2x2xf32>
  return %x : tensor<?x2x2xf32>
}

// The sum of some words and a product of what the state has become; the state moves on by two.
func.func private @words(%h: tensor<?x4xf32>, %x: tensor<?x2x2xf32>) -> tensor<?x4xf32> {
  %w = func.call @weights() : () -> tensor<2x2xf32>
  %a, %b = vellum.split %h into [2, 2]
  %sum = vellum.reduce sum %x over [1]
  %n = arith.negf %b : tensor<?x2xf32>
  %k = vellum.linear %n by %w
  %m = arith.addf %sum, %k : tensor<?x2xf32>
  %next = vellum.concat %m, %a
  return %next : tensor<?x4xf32>
}

func.func @scans_words() {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %h0 = func.call @batch() : () -> tensor<?x4xf32>
  %xs = func.call @sequence() : () -> tensor<3x?x2x2xf32>
  %x0 = func.call @step(%xs, %c0) : (tensor<3x?x2x2xf32>, index) -> tensor<?x2x2xf32>
  %x1 = func.call @step(%xs, %c1) : (tensor<3x?x2x2xf32>, index) -> tensor<?x2x2xf32>
  %x2 = func.call @step(%xs, %c2) : (tensor<3x?x2x2xf32>, index) -> tensor<?x2x2xf32>
  %h1 = func.call @words(%h0, %x0) : (tensor<?x4xf32>, tensor<?x2x2xf32>) -> tensor<?x4xf32>
  %h2 = func.call @words(%h1, %x1) : (tensor<?x4xf32>, tensor<?x2x2xf32>) -> tensor<?x4xf32>
  %h3 = func.call @words(%h2, %x2) : (tensor<?x4xf32>, tensor<?x2x2xf32>) -> tensor<?x4xf32>
  %last = vellum.scan for %x in %xs carry %h = %h0 {
    %next = func.call @words(%h, %x) : (tensor<?x4xf32>, tensor<?x2x2xf32>) -> tensor<?x4xf32>
    yield %next
  }
  vellum.expect_close %last, %h3 atol 1e-6 rtol 1e-6
  %same, %befores = vellum.scan for %x in %xs carry %h = %h0 {
    %next = func.call @words(%h, %x) : (tensor<?x4xf32>, tensor<?x2x2xf32>) -> tensor<?x4xf32>
    yield %next emit %h
  }
  vellum.expect_close %same, %h3 atol 1e-6 rtol 1e-6
  %n = tensor.dim %h0, %c0 : tensor<?x4xf32>
  %before = tensor.extract_slice %befores[2, 0, 0] [1, %n, 4] [1, 1, 1] : tensor<3x?x4xf32> to tensor<?x4xf32>
  vellum.expect_close %before, %h2 atol 1e-6 rtol 1e-6
  %g1 = func.call @words(%h0, %x2) : (tensor<?x4xf32>, tensor<?x2x2xf32>) -> tensor<?x4xf32>
  %g2 = func.call @words(%g1, %x1) : (tensor<?x4xf32>, tensor<?x2x2xf32>) -> tensor<?x4xf32>
  %back, %others = vellum.scan reverse for %x in %xs carry %h = %h0 {
    %next = func.call @words(%h, %x) : (tensor<?x4xf32>, tensor<?x2x2xf32>) -> tensor<?x4xf32>
    %seen = math.tanh %h : tensor<?x4xf32>
    yield %next emit %seen
  }
  %seen = tensor.extract_slice %others[0, 0, 0] [1, %n, 4] [1, 1, 1] : tensor<3x?x4xf32> to tensor<?x4xf32>
  %expected = math.tanh %g2 : tensor<?x4xf32>
  vellum.expect_close %seen, %expected atol 1e-6 rtol 1e-6
  return
}

// Each half from the other.
func.func private @halves(%h: tensor<?x4xf32>, %x: tensor<?x2x2xf32>) -> tensor<?x4xf32> {
  %w = func.call @weights() : () -> tensor<2x2xf32>
  %a, %b = vellum.split %h into [2, 2]
  %p = vellum.linear %b by %w
  %q = vellum.linear %a by %w
  %next = vellum.concat %p, %q
  return %next : tensor<?x4xf32>
}

func.func @scans_halves() {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %h0 = func.call @batch() : () -> tensor<?x4xf32>
  %xs = func.call @sequence() : () -> tensor<3x?x2x2xf32>
  %x0 = func.call @step(%xs, %c0) : (tensor<3x?x2x2xf32>, index) -> tensor<?x2x2xf32>
  %x1 = func.call @step(%xs, %c1) : (tensor<3x?x2x2xf32>, index) -> tensor<?x2x2xf32>
  %x2 = func.call @step(%xs, %c2) : (tensor<3x?x2x2xf32>, index) -> tensor<?x2x2xf32>
  %h1 = func.call @halves(%h0, %x0) : (tensor<?x4xf32>, tensor<?x2x2xf32>) -> tensor<?x4xf32>
  %h2 = func.call @halves(%h1, %x1) : (tensor<?x4xf32>, tensor<?x2x2xf32>) -> tensor<?x4xf32>
  %h3 = func.call @halves(%h2, %x2) : (tensor<?x4xf32>, tensor<?x2x2xf32>) -> tensor<?x4xf32>
  %last = vellum.scan for %x in %xs carry %h = %h0 {
    %next = func.call @halves(%h, %x) : (tensor<?x4xf32>, tensor<?x2x2xf32>) -> tensor<?x4xf32>
    yield %next
  }
  vellum.expect_close %last, %h3 atol 1e-6 rtol 1e-6
  %same, %befores = vellum.scan for %x in %xs carry %h = %h0 {
    %next = func.call @halves(%h, %x) : (tensor<?x4xf32>, tensor<?x2x2xf32>) -> tensor<?x4xf32>
    yield %next emit %h
  }
  vellum.expect_close %same, %h3 atol 1e-6 rtol 1e-6
  %n = tensor.dim %h0, %c0 : tensor<?x4xf32>
  %before = tensor.extract_slice %befores[2, 0, 0] [1, %n, 4] [1, 1, 1] : tensor<3x?x4xf32> to tensor<?x4xf32>
  vellum.expect_close %before, %h2 atol 1e-6 rtol 1e-6
  %g1 = func.call @halves(%h0, %x2) : (tensor<?x4xf32>, tensor<?x2x2xf32>) -> tensor<?x4xf32>
  %g2 = func.call @halves(%g1, %x1) : (tensor<?x4xf32>, tensor<?x2x2xf32>) -> tensor<?x4xf32>
  %back, %others = vellum.scan reverse for %x in %xs carry %h = %h0 {
    %next = func.call @halves(%h, %x) : (tensor<?x4xf32>, tensor<?x2x2xf32>) -> tensor<?x4xf32>
    %seen = math.tanh %h : tensor<?x4xf32>
    yield %next emit %seen
  }
  %seen = tensor.extract_slice %others[0, 0, 0] [1, %n, 4] [1, 1, 1] : tensor<3x?x4xf32> to tensor<?x4xf32>
  %expected = math.tanh %g2 : tensor<?x4xf32>
  vellum.expect_close %seen, %expected atol 1e-6 rtol 1e-6
  return
}

// Three pieces, of which one is a part of the old state and one computed from all of it.
func.func private @thirds(%h: tensor<?x4xf32>, %x: tensor<?x2x2xf32>) -> tensor<?x4xf32> {
  %a, %b, %c = vellum.split %h into [1, 2, 1]
  %e = math.tanh %h : tensor<?x4xf32>
  %first = vellum.slice %e from 3 size 1
  %f = vellum.reduce sum %x over [1]
  %mean = vellum.slice %f from 0 size 1
  %g = arith.addf %mean, %a : tensor<?x1xf32>
  %next = vellum.concat %first, %b, %g
  return %next : tensor<?x4xf32>
}

func.func @scans_thirds() {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %h0 = func.call @batch() : () -> tensor<?x4xf32>
  %xs = func.call @sequence() : () -> tensor<3x?x2x2xf32>
  %x0 = func.call @step(%xs, %c0) : (tensor<3x?x2x2xf32>, index) -> tensor<?x2x2xf32>
  %x1 = func.call @step(%xs, %c1) : (tensor<3x?x2x2xf32>, index) -> tensor<?x2x2xf32>
  %x2 = func.call @step(%xs, %c2) : (tensor<3x?x2x2xf32>, index) -> tensor<?x2x2xf32>
  %h1 = func.call @thirds(%h0, %x0) : (tensor<?x4xf32>, tensor<?x2x2xf32>) -> tensor<?x4xf32>
  %h2 = func.call @thirds(%h1, %x1) : (tensor<?x4xf32>, tensor<?x2x2xf32>) -> tensor<?x4xf32>
  %h3 = func.call @thirds(%h2, %x2) : (tensor<?x4xf32>, tensor<?x2x2xf32>) -> tensor<?x4xf32>
  %last = vellum.scan for %x in %xs carry %h = %h0 {
    %next = func.call @thirds(%h, %x) : (tensor<?x4xf32>, tensor<?x2x2xf32>) -> tensor<?x4xf32>
    yield %next
  }
  vellum.expect_close %last, %h3 atol 1e-6 rtol 1e-6
  %same, %befores = vellum.scan for %x in %xs carry %h = %h0 {
    %next = func.call @thirds(%h, %x) : (tensor<?x4xf32>, tensor<?x2x2xf32>) -> tensor<?x4xf32>
    yield %next emit %h
  }
  vellum.expect_close %same, %h3 atol 1e-6 rtol 1e-6
  %n = tensor.dim %h0, %c0 : tensor<?x4xf32>
  %before = tensor.extract_slice %befores[2, 0, 0] [1, %n, 4] [1, 1, 1] : tensor<3x?x4xf32> to tensor<?x4xf32>
  vellum.expect_close %before, %h2 atol 1e-6 rtol 1e-6
  %g1 = func.call @thirds(%h0, %x2) : (tensor<?x4xf32>, tensor<?x2x2xf32>) -> tensor<?x4xf32>
  %g2 = func.call @thirds(%g1, %x1) : (tensor<?x4xf32>, tensor<?x2x2xf32>) -> tensor<?x4xf32>
  %back, %others = vellum.scan reverse for %x in %xs carry %h = %h0 {
    %next = func.call @thirds(%h, %x) : (tensor<?x4xf32>, tensor<?x2x2xf32>) -> tensor<?x4xf32>
    %seen = math.tanh %h : tensor<?x4xf32>
    yield %next emit %seen
  }
  %seen = tensor.extract_slice %others[0, 0, 0] [1, %n, 4] [1, 1, 1] : tensor<3x?x4xf32> to tensor<?x4xf32>
  %expected = math.tanh %g2 : tensor<?x4xf32>
  vellum.expect_close %seen, %expected atol 1e-6 rtol 1e-6
  return
}

// A shift register: what is kept lies where the next state is written.
func.func private @shifted(%h: tensor<?x4xf32>, %x: tensor<?x2x2xf32>) -> tensor<?x4xf32> {
  %sum = vellum.reduce sum %x over [1]
  %new = vellum.slice %sum from 0 size 1
  %kept = vellum.slice %h from 0 size 3
  %next = vellum.concat %new, %kept
  return %next : tensor<?x4xf32>
}

func.func @scans_shifted() {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %h0 = func.call @batch() : () -> tensor<?x4xf32>
  %xs = func.call @sequence() : () -> tensor<3x?x2x2xf32>
  %x0 = func.call @step(%xs, %c0) : (tensor<3x?x2x2xf32>, index) -> tensor<?x2x2xf32>
  %x1 = func.call @step(%xs, %c1) : (tensor<3x?x2x2xf32>, index) -> tensor<?x2x2xf32>
  %x2 = func.call @step(%xs, %c2) : (tensor<3x?x2x2xf32>, index) -> tensor<?x2x2xf32>
  %h1 = func.call @shifted(%h0, %x0) : (tensor<?x4xf32>, tensor<?x2x2xf32>) -> tensor<?x4xf32>
  %h2 = func.call @shifted(%h1, %x1) : (tensor<?x4xf32>, tensor<?x2x2xf32>) -> tensor<?x4xf32>
  %h3 = func.call @shifted(%h2, %x2) : (tensor<?x4xf32>, tensor<?x2x2xf32>) -> tensor<?x4xf32>
  %last = vellum.scan for %x in %xs carry %h = %h0 {
    %next = func.call @shifted(%h, %x) : (tensor<?x4xf32>, tensor<?x2x2xf32>) -> tensor<?x4xf32>
    yield %next
  }
  vellum.expect_close %last, %h3 atol 1e-6 rtol 1e-6
  %same, %befores = vellum.scan for %x in %xs carry %h = %h0 {
    %next = func.call @shifted(%h, %x) : (tensor<?x4xf32>, tensor<?x2x2xf32>) -> tensor<?x4xf32>
    yield %next emit %h
  }
  vellum.expect_close %same, %h3 atol 1e-6 rtol 1e-6
  %n = tensor.dim %h0, %c0 : tensor<?x4xf32>
  %before = tensor.extract_slice %befores[2, 0, 0] [1, %n, 4] [1, 1, 1] : tensor<3x?x4xf32> to tensor<?x4xf32>
  vellum.expect_close %before, %h2 atol 1e-6 rtol 1e-6
  %g1 = func.call @shifted(%h0, %x2) : (tensor<?x4xf32>, tensor<?x2x2xf32>) -> tensor<?x4xf32>
  %g2 = func.call @shifted(%g1, %x1) : (tensor<?x4xf32>, tensor<?x2x2xf32>) -> tensor<?x4xf32>
  %back, %others = vellum.scan reverse for %x in %xs carry %h = %h0 {
    %next = func.call @shifted(%h, %x) : (tensor<?x4xf32>, tensor<?x2x2xf32>) -> tensor<?x4xf32>
    %seen = math.tanh %h : tensor<?x4xf32>
    yield %next emit %seen
  }
  %seen = tensor.extract_slice %others[0, 0, 0] [1, %n, 4] [1, 1, 1] : tensor<3x?x4xf32> to tensor<?x4xf32>
  %expected = math.tanh %g2 : tensor<?x4xf32>
  vellum.expect_close %seen, %expected atol 1e-6 rtol 1e-6
  return
}

// Products of the old state and of what it has become, in one sum.
func.func private @projections(%h: tensor<?x4xf32>, %x: tensor<?x2x2xf32>) -> tensor<?x4xf32> {
  %w = func.call @weights() : () -> tensor<2x2xf32>
  %a, %b = vellum.split %h into [2, 2]
  %t = math.tanh %a : tensor<?x2xf32>
  %p = vellum.linear %t by %w
  %q = vellum.linear %b by %w
  %r = vellum.linear %a by %w
  %pq = arith.addf %p, %q : tensor<?x2xf32>
  %sum = arith.addf %pq, %r : tensor<?x2xf32>
  %next = vellum.concat %sum, %t
  return %next : tensor<?x4xf32>
}

func.func @scans_projections() {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %h0 = func.call @batch() : () -> tensor<?x4xf32>
  %xs = func.call @sequence() : () -> tensor<3x?x2x2xf32>
  %x0 = func.call @step(%xs, %c0) : (tensor<3x?x2x2xf32>, index) -> tensor<?x2x2xf32>
  %x1 = func.call @step(%xs, %c1) : (tensor<3x?x2x2xf32>, index) -> tensor<?x2x2xf32>
  %x2 = func.call @step(%xs, %c2) : (tensor<3x?x2x2xf32>, index) -> tensor<?x2x2xf32>
  %h1 = func.call @projections(%h0, %x0) : (tensor<?x4xf32>, tensor<?x2x2xf32>) -> tensor<?x4xf32>
  %h2 = func.call @projections(%h1, %x1) : (tensor<?x4xf32>, tensor<?x2x2xf32>) -> tensor<?x4xf32>
  %h3 = func.call @projections(%h2, %x2) : (tensor<?x4xf32>, tensor<?x2x2xf32>) -> tensor<?x4xf32>
  %last = vellum.scan for %x in %xs carry %h = %h0 {
    %next = func.call @projections(%h, %x) : (tensor<?x4xf32>, tensor<?x2x2xf32>) -> tensor<?x4xf32>
    yield %next
  }
  vellum.expect_close %last, %h3 atol 1e-6 rtol 1e-6
  %same, %befores = vellum.scan for %x in %xs carry %h = %h0 {
    %next = func.call @projections(%h, %x) : (tensor<?x4xf32>, tensor<?x2x2xf32>) -> tensor<?x4xf32>
    yield %next emit %h
  }
  vellum.expect_close %same, %h3 atol 1e-6 rtol 1e-6
  %n = tensor.dim %h0, %c0 : tensor<?x4xf32>
  %before = tensor.extract_slice %befores[2, 0, 0] [1, %n, 4] [1, 1, 1] : tensor<3x?x4xf32> to tensor<?x4xf32>
  vellum.expect_close %before, %h2 atol 1e-6 rtol 1e-6
  %g1 = func.call @projections(%h0, %x2) : (tensor<?x4xf32>, tensor<?x2x2xf32>) -> tensor<?x4xf32>
  %g2 = func.call @projections(%g1, %x1) : (tensor<?x4xf32>, tensor<?x2x2xf32>) -> tensor<?x4xf32>
  %back, %others = vellum.scan reverse for %x in %xs carry %h = %h0 {
    %next = func.call @projections(%h, %x) : (tensor<?x4xf32>, tensor<?x2x2xf32>) -> tensor<?x4xf32>
    %seen = math.tanh %h : tensor<?x4xf32>
    yield %next emit %seen
  }
  %seen = tensor.extract_slice %others[0, 0, 0] [1, %n, 4] [1, 1, 1] : tensor<3x?x4xf32> to tensor<?x4xf32>
  %expected = math.tanh %g2 : tensor<?x4xf32>
  vellum.expect_close %seen, %expected atol 1e-6 rtol 1e-6
  return
}

// Parts are overwritten one after the other, in part by the old state, and the last one overlaps.
func.func private @inserted(%h: tensor<?x4xf32>, %x: tensor<?x2x2xf32>) -> tensor<?x4xf32> {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %h, %c0 : tensor<?x4xf32>
  %sum = vellum.reduce sum %x over [1]
  %a, %b = vellum.split %h into [2, 2]
  %left = tensor.insert_slice %b into %h[0, 0] [%n, 2] [1, 1] : tensor<?x2xf32> into tensor<?x4xf32>
  %t = math.tanh %a : tensor<?x2xf32>
  %right = tensor.insert_slice %t into %left[0, 2] [%n, 2] [1, 1] : tensor<?x2xf32> into tensor<?x4xf32>
  %both = arith.addf %sum, %b : tensor<?x2xf32>
  %next = tensor.insert_slice %both into %right[0, 1] [%n, 2] [1, 1] : tensor<?x2xf32> into tensor<?x4xf32>
  return %next : tensor<?x4xf32>
}

func.func @scans_inserted() {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %h0 = func.call @batch() : () -> tensor<?x4xf32>
  %xs = func.call @sequence() : () -> tensor<3x?x2x2xf32>
  %x0 = func.call @step(%xs, %c0) : (tensor<3x?x2x2xf32>, index) -> tensor<?x2x2xf32>
  %x1 = func.call @step(%xs, %c1) : (tensor<3x?x2x2xf32>, index) -> tensor<?x2x2xf32>
  %x2 = func.call @step(%xs, %c2) : (tensor<3x?x2x2xf32>, index) -> tensor<?x2x2xf32>
  %h1 = func.call @inserted(%h0, %x0) : (tensor<?x4xf32>, tensor<?x2x2xf32>) -> tensor<?x4xf32>
  %h2 = func.call @inserted(%h1, %x1) : (tensor<?x4xf32>, tensor<?x2x2xf32>) -> tensor<?x4xf32>
  %h3 = func.call @inserted(%h2, %x2) : (tensor<?x4xf32>, tensor<?x2x2xf32>) -> tensor<?x4xf32>
  %last = vellum.scan for %x in %xs carry %h = %h0 {
    %next = func.call @inserted(%h, %x) : (tensor<?x4xf32>, tensor<?x2x2xf32>) -> tensor<?x4xf32>
    yield %next
  }
  vellum.expect_close %last, %h3 atol 1e-6 rtol 1e-6
  %same, %befores = vellum.scan for %x in %xs carry %h = %h0 {
    %next = func.call @inserted(%h, %x) : (tensor<?x4xf32>, tensor<?x2x2xf32>) -> tensor<?x4xf32>
    yield %next emit %h
  }
  vellum.expect_close %same, %h3 atol 1e-6 rtol 1e-6
  %n = tensor.dim %h0, %c0 : tensor<?x4xf32>
  %before = tensor.extract_slice %befores[2, 0, 0] [1, %n, 4] [1, 1, 1] : tensor<3x?x4xf32> to tensor<?x4xf32>
  vellum.expect_close %before, %h2 atol 1e-6 rtol 1e-6
  %g1 = func.call @inserted(%h0, %x2) : (tensor<?x4xf32>, tensor<?x2x2xf32>) -> tensor<?x4xf32>
  %g2 = func.call @inserted(%g1, %x1) : (tensor<?x4xf32>, tensor<?x2x2xf32>) -> tensor<?x4xf32>
  %back, %others = vellum.scan reverse for %x in %xs carry %h = %h0 {
    %next = func.call @inserted(%h, %x) : (tensor<?x4xf32>, tensor<?x2x2xf32>) -> tensor<?x4xf32>
    %seen = math.tanh %h : tensor<?x4xf32>
    yield %next emit %seen
  }
  %seen = tensor.extract_slice %others[0, 0, 0] [1, %n, 4] [1, 1, 1] : tensor<3x?x4xf32> to tensor<?x4xf32>
  %expected = math.tanh %g2 : tensor<?x4xf32>
  vellum.expect_close %seen, %expected atol 1e-6 rtol 1e-6
  return
}

// What is inserted into a value stands beside the value, and over a concatenation.
func.func private @beside(%h: tensor<?x4xf32>, %x: tensor<?x2x2xf32>) -> tensor<?x4xf32> {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %h, %c0 : tensor<?x4xf32>
  %a, %b = vellum.split %h into [2, 2]
  %y = arith.negf %b : tensor<?x2xf32>
  %first = vellum.slice %a from 1 size 1
  %z = tensor.insert_slice %first into %y[0, 0] [%n, 1] [1, 1] : tensor<?x1xf32> into tensor<?x2xf32>
  %beside = vellum.concat %z, %y
  %sum = vellum.reduce sum %x over [1]
  %over = math.tanh %sum : tensor<?x2xf32>
  %next = tensor.insert_slice %over into %beside[0, 1] [%n, 2] [1, 1] : tensor<?x2xf32> into tensor<?x4xf32>
  return %next : tensor<?x4xf32>
}

func.func @scans_beside() {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %h0 = func.call @batch() : () -> tensor<?x4xf32>
  %xs = func.call @sequence() : () -> tensor<3x?x2x2xf32>
  %x0 = func.call @step(%xs, %c0) : (tensor<3x?x2x2xf32>, index) -> tensor<?x2x2xf32>
  %x1 = func.call @step(%xs, %c1) : (tensor<3x?x2x2xf32>, index) -> tensor<?x2x2xf32>
  %x2 = func.call @step(%xs, %c2) : (tensor<3x?x2x2xf32>, index) -> tensor<?x2x2xf32>
  %h1 = func.call @beside(%h0, %x0) : (tensor<?x4xf32>, tensor<?x2x2xf32>) -> tensor<?x4xf32>
  %h2 = func.call @beside(%h1, %x1) : (tensor<?x4xf32>, tensor<?x2x2xf32>) -> tensor<?x4xf32>
  %h3 = func.call @beside(%h2, %x2) : (tensor<?x4xf32>, tensor<?x2x2xf32>) -> tensor<?x4xf32>
  %last = vellum.scan for %x in %xs carry %h = %h0 {
    %next = func.call @beside(%h, %x) : (tensor<?x4xf32>, tensor<?x2x2xf32>) -> tensor<?x4xf32>
    yield %next
  }
  vellum.expect_close %last, %h3 atol 1e-6 rtol 1e-6
  %same, %befores = vellum.scan for %x in %xs carry %h = %h0 {
    %next = func.call @beside(%h, %x) : (tensor<?x4xf32>, tensor<?x2x2xf32>) -> tensor<?x4xf32>
    yield %next emit %h
  }
  vellum.expect_close %same, %h3 atol 1e-6 rtol 1e-6
  %n = tensor.dim %h0, %c0 : tensor<?x4xf32>
  %before = tensor.extract_slice %befores[2, 0, 0] [1, %n, 4] [1, 1, 1] : tensor<3x?x4xf32> to tensor<?x4xf32>
  vellum.expect_close %before, %h2 atol 1e-6 rtol 1e-6
  %g1 = func.call @beside(%h0, %x2) : (tensor<?x4xf32>, tensor<?x2x2xf32>) -> tensor<?x4xf32>
  %g2 = func.call @beside(%g1, %x1) : (tensor<?x4xf32>, tensor<?x2x2xf32>) -> tensor<?x4xf32>
  %back, %others = vellum.scan reverse for %x in %xs carry %h = %h0 {
    %next = func.call @beside(%h, %x) : (tensor<?x4xf32>, tensor<?x2x2xf32>) -> tensor<?x4xf32>
    %seen = math.tanh %h : tensor<?x4xf32>
    yield %next emit %seen
  }
  %seen = tensor.extract_slice %others[0, 0, 0] [1, %n, 4] [1, 1, 1] : tensor<3x?x4xf32> to tensor<?x4xf32>
  %expected = math.tanh %g2 : tensor<?x4xf32>
  vellum.expect_close %seen, %expected atol 1e-6 rtol 1e-6
  return
}

// A memory that takes in the state as it was before the step, whole, at a place that moves; and one that takes in the broadcast
// of it. The states themselves change place.
func.func @memories() {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %h0 = func.call @batch() : () -> tensor<?x4xf32>
  %xs = func.call @sequence() : () -> tensor<3x?x2x2xf32>
  %n = tensor.dim %h0, %c0 : tensor<?x4xf32>
  %zero = arith.constant 0.0 : f32
  %m0 = tensor.splat %zero[%n] : tensor<3x?x4xf32>
  %g0 = arith.negf %h0 : tensor<?x4xf32>
  %m, %b, %h, %g, %t = vellum.scan for %x in %xs carry %m = %m0, %b = %m0, %h = %h0, %g = %g0, %t = %c0 {
    %m1 = tensor.insert_slice %h into %m[%t, 0, 0] [1, %n, 4] [1, 1, 1] : tensor<?x4xf32> into tensor<3x?x4xf32>
    %b1 = broadcast %h across [0] like %m
    %h1 = math.tanh %g : tensor<?x4xf32>
    %t1 = arith.addi %t, %c1 : index
    yield %m1, %b1, %h1, %h, %t1
  }
  %h1 = math.tanh %g0 : tensor<?x4xf32>
  %h2 = math.tanh %h0 : tensor<?x4xf32>
  %h3 = math.tanh %h1 : tensor<?x4xf32>
  vellum.expect_close %h, %h3 atol 1e-6 rtol 1e-6
  vellum.expect_close %g, %h2 atol 1e-6 rtol 1e-6
  %b2 = vellum.broadcast %h2 across [0] like %m0
  vellum.expect_close %b, %b2 atol 1e-6 rtol 1e-6
  %e0 = tensor.insert_slice %h0 into %m0[0, 0, 0] [1, %n, 4] [1, 1, 1] : tensor<?x4xf32> into tensor<3x?x4xf32>
  %e1 = tensor.insert_slice %h1 into %e0[1, 0, 0] [1, %n, 4] [1, 1, 1] : tensor<?x4xf32> into tensor<3x?x4xf32>
  %e2 = tensor.insert_slice %h2 into %e1[2, 0, 0] [1, %n, 4] [1, 1, 1] : tensor<?x4xf32> into tensor<3x?x4xf32>
  vellum.expect_close %m, %e2 atol 1e-6 rtol 1e-6
  return
}

// Two scans begin with one computed value, which the first of them leaves behind; another with a concatenation that others read
// too.
func.func @beginnings() {
  %h0 = func.call @batch() : () -> tensor<?x4xf32>
  %xs = func.call @sequence() : () -> tensor<3x?x2x2xf32>
  %t0 = math.tanh %h0 : tensor<?x4xf32>
  %left, %right = vellum.split %h0 into [1, 3]
  %start = vellum.concat %right, %left
  %one = vellum.scan for %x in %xs carry %h = %t0 {
    %next = arith.addf %h, %h : tensor<?x4xf32>
    yield %next
  }
  %two = vellum.scan for %x in %xs carry %h = %t0 {
    %next = arith.mulf %h, %h : tensor<?x4xf32>
    yield %next
  }
  %three = vellum.scan for %x in %xs carry %h = %start {
    %next = arith.addf %h, %h : tensor<?x4xf32>
    yield %next
  }
  %four, %befores = vellum.scan reverse for %x in %xs carry %h = %start {
    %next = arith.mulf %h, %h : tensor<?x4xf32>
    yield %next emit %h
  }
  %t1 = arith.addf %t0, %t0 : tensor<?x4xf32>
  %t2 = arith.addf %t1, %t1 : tensor<?x4xf32>
  %t3 = arith.addf %t2, %t2 : tensor<?x4xf32>
  vellum.expect_close %one, %t3 atol 1e-6 rtol 1e-6
  %q1 = arith.mulf %t0, %t0 : tensor<?x4xf32>
  %q2 = arith.mulf %q1, %q1 : tensor<?x4xf32>
  %q3 = arith.mulf %q2, %q2 : tensor<?x4xf32>
  vellum.expect_close %two, %q3 atol 1e-6 rtol 1e-6
  %a, %b, %c, %d = vellum.split %h0 into [1, 1, 1, 1]
  %s0 = vellum.concat %b, %c, %d, %a
  vellum.expect_close %start, %s0 atol 0 rtol 0
  %s1 = arith.addf %s0, %s0 : tensor<?x4xf32>
  %s2 = arith.addf %s1, %s1 : tensor<?x4xf32>
  %s3 = arith.addf %s2, %s2 : tensor<?x4xf32>
  vellum.expect_close %three, %s3 atol 1e-6 rtol 1e-6
  %p1 = arith.mulf %s0, %s0 : tensor<?x4xf32>
  %p2 = arith.mulf %p1, %p1 : tensor<?x4xf32>
  %p3 = arith.mulf %p2, %p2 : tensor<?x4xf32>
  vellum.expect_close %four, %p3 atol 1e-6 rtol 1e-6
  return
}

// Nothing but the sum of words and a product of the state's negative; of the state itself; and the product's operand as a state
// of its own.
func.func private @sum(%h: tensor<?x2xf32>, %x: tensor<?x2x2xf32>) -> (tensor<?x2xf32>, tensor<?x2xf32>) {
  %w = func.call @weights() : () -> tensor<2x2xf32>
  %sum = vellum.reduce sum %x over [1]
  %n = arith.negf %h : tensor<?x2xf32>
  %k = vellum.linear %n by %w
  %next = arith.addf %sum, %k : tensor<?x2xf32>
  return %next, %n : tensor<?x2xf32>, tensor<?x2xf32>
}

func.func @sums() {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %all = func.call @batch() : () -> tensor<?x4xf32>
  %h0 = vellum.slice %all from 1 size 2
  %xs = func.call @sequence() : () -> tensor<3x?x2x2xf32>
  %x0 = func.call @step(%xs, %c0) : (tensor<3x?x2x2xf32>, index) -> tensor<?x2x2xf32>
  %x1 = func.call @step(%xs, %c1) : (tensor<3x?x2x2xf32>, index) -> tensor<?x2x2xf32>
  %x2 = func.call @step(%xs, %c2) : (tensor<3x?x2x2xf32>, index) -> tensor<?x2x2xf32>
  %h1, %n0 = func.call @sum(%h0, %x0) : (tensor<?x2xf32>, tensor<?x2x2xf32>) -> (tensor<?x2xf32>, tensor<?x2xf32>)
  %h2, %n1 = func.call @sum(%h1, %x1) : (tensor<?x2xf32>, tensor<?x2x2xf32>) -> (tensor<?x2xf32>, tensor<?x2xf32>)
  %h3, %n2 = func.call @sum(%h2, %x2) : (tensor<?x2xf32>, tensor<?x2x2xf32>) -> (tensor<?x2xf32>, tensor<?x2xf32>)
  %last = vellum.scan for %x in %xs carry %h = %h0 {
    %next, %n = func.call @sum(%h, %x) : (tensor<?x2xf32>, tensor<?x2x2xf32>) -> (tensor<?x2xf32>, tensor<?x2xf32>)
    yield %next
  }
  vellum.expect_close %last, %h3 atol 1e-6 rtol 1e-6
  %same, %negative = vellum.scan for %x in %xs carry %h = %h0, %g = %h0 {
    %next, %n = func.call @sum(%h, %x) : (tensor<?x2xf32>, tensor<?x2x2xf32>) -> (tensor<?x2xf32>, tensor<?x2xf32>)
    yield %next, %n
  }
  vellum.expect_close %same, %h3 atol 1e-6 rtol 1e-6
  vellum.expect_close %negative, %n2 atol 1e-6 rtol 1e-6
  return
}
