// RUN: vellum check %s --entry=reads --verify-memory
// RUN: vellum check %s --entry=addresses --verify-memory
// RUN: vellum check %s --entry=writes --verify-memory
// RUN: vellum check %s --entry=machine --verify-memory
// RUN: vellum check %s --entry=large_machine
// RUN: vellum check %s --entry=backwards --verify-memory
// RUN: vellum check %s --entry=ragged --verify-memory
// RUN: vellum check %s --entry=nested --verify-memory
// RUN: vellum check %s --entry=several --verify-memory
// RUN: vellum check %s --entry=thinks --verify-memory
// RUN: vellum check %s --entry=attends --verify-memory
// RUN: vellum check %s --entry=recurrent --verify-memory
// RUN: vellum check %s --entry=shapes --verify-memory
// RUN: vellum check %s --entry=machine --target=x86-64-v2 --verify-memory

// Gradients of small models: in f64 against differences, and compiled against f64.

vellum.parameter @w : tensor<12x20xf32> = normal(0.5)
vellum.parameter @b : tensor<20xf32> = normal(0.5)
vellum.parameter @square : tensor<9x5xf32> = normal(0.5)
vellum.parameter @one : tensor<5x1xf32> = normal(0.5)
vellum.parameter @control : tensor<7x16xf32> = normal(0.5)
vellum.parameter @heads : tensor<19x76xf32> = normal(0.2)

func.func @reads(%m: tensor<?x13x4xf32>, %x: tensor<?x13xf32>, %k: tensor<?x2x4xf32>, %beta: tensor<?x2x1xf32>) -> tensor<f32> {
  %w = vellum.softmax %x
  %r = vellum.memory_read %m at %w
  %c = vellum.content_address %k in %m strength %beta
  %d = vellum.content_address %k in %m strength %beta similarity dot
  %rs = vellum.memory_read %m at %c
  %ds = vellum.memory_read %m at %d
  %sum = arith.addf %rs, %ds : tensor<?x2x4xf32>
  %one = vellum.reduce sum %sum over [1]
  %y = arith.mulf %r, %one : tensor<?x4xf32>
  %l = vellum.reduce sum %y over [0, 1]
  return %l : tensor<f32>
}

func.func @addresses(%x: tensor<?x13xf32>, %p: tensor<?x13xf32>, %g: tensor<?x1xf32>, %s: tensor<?x3xf32>,
                     %t: tensor<?x5xf32>, %n: tensor<?x1xf32>, %v: tensor<?x13xf32>) -> tensor<f32> {
  %wc = vellum.softmax %x
  %wp = vellum.softmax %p
  %gate = vellum.sigmoid %g
  %wg = vellum.interpolate_address %wc with %wp gate %gate
  %shift = vellum.softmax %s
  %ws = vellum.shift_address %wg by %shift
  %far = vellum.softmax %t
  %wf = vellum.shift_address %ws by %far correlate
  %wl = vellum.shift_address %wf by %shift clamp
  %gamma = vellum.oneplus %n
  %w = vellum.sharpen_address %wl power %gamma
  %y = arith.mulf %w, %v : tensor<?x13xf32>
  %l = vellum.reduce sum %y over [0, 1]
  return %l : tensor<f32>
}

func.func @writes(%m: tensor<?x7x4xf32>, %w: tensor<?x2x7xf32>, %e: tensor<?x2x4xf32>, %a: tensor<?x2x4xf32>) -> tensor<f32> {
  %m1 = vellum.memory_write %m at %w erase %e add %a
  %m2 = vellum.memory_write %m1 at %w add %a sequential
  %m3 = vellum.memory_write %m2 at %w erase %e add %a sequential
  %y = arith.mulf %m3, %m1 : tensor<?x7x4xf32>
  %l = vellum.reduce mean %y over [0, 1, 2]
  return %l : tensor<f32>
}

// A small Turing machine: the memory and the weighting are carried, the weighting shifts onto itself.
func.func @machine(%xs: tensor<?x?x3xf32>, %m0: tensor<?x5x4xf32>, %l0: tensor<?x5xf32>) -> tensor<f32> {
  %control = vellum.use @control
  %w0 = vellum.softmax %l0
  %c0 = arith.constant 0 : index
  %b = tensor.dim %m0, %c0 : tensor<?x5x4xf32>
  %zero = arith.constant 0.0 : f32
  %r0 = tensor.splat %zero[%b] : tensor<?x4xf32>
  %m, %w, %r, %rs = vellum.scan for %x in %xs carry %m = %m0, %w = %w0, %r = %r0 {
    %p = linear %x, %r by %control
    %key, %beta, %gate, %shift, %gamma, %add, %rest = split %p into [4, 1, 1, 3, 1, 4, 2]
    %b1 = softplus %beta
    %g1 = sigmoid %gate
    %s1 = softmax %shift
    %y1 = oneplus %gamma
    %w1 = address %key in %m strength %b1 gate %g1 shift %s1 power %y1 from %w
    %e1 = sigmoid %add
    %m1 = memory_write %m at %w1 erase %e1 add %add
    %r1 = memory_read %m1 at %w1
    yield %m1, %w1, %r1 emit %r1
  }
  %a = vellum.reduce sum %rs over [0, 1, 2]
  %c = vellum.reduce sum %m over [0, 1, 2]
  %square = arith.mulf %a, %c : tensor<f32>
  return %square : tensor<f32>
}

// One whose memory, of 65 KiB, is swept once for sums over its words and over their numbers.
func.func @large_machine(%xs: tensor<?x?x3xf32>, %m0: tensor<?x1040x16xf32>, %l0: tensor<?x1040xf32>) -> tensor<f32> {
  %heads = vellum.use @heads
  %w0 = vellum.softmax %l0
  %c0 = arith.constant 0 : index
  %b = tensor.dim %m0, %c0 : tensor<?x1040x16xf32>
  %zero = arith.constant 0.0 : f32
  %r0 = tensor.splat %zero[%b] : tensor<?x16xf32>
  %m, %w, %v, %r, %rs = vellum.scan for %x in %xs carry %m = %m0, %w = %w0, %v = %w0, %r = %r0 {
    %p = linear %x, %r by %heads
    %k1, %b1, %g1, %s1, %y1, %add, %erase, %k2, %b2, %g2, %s2, %y2 = split %p into [16, 1, 1, 3, 1, 16, 16, 16, 1, 1, 3, 1]
    %beta1 = softplus %b1
    %gate1 = sigmoid %g1
    %shift1 = softmax %s1
    %power1 = oneplus %y1
    %w1 = address %k1 in %m strength %beta1 gate %gate1 shift %shift1 power %power1 from %w
    %e1 = sigmoid %erase
    %m1 = memory_write %m at %w1 erase %e1 add %add
    %beta2 = softplus %b2
    %gate2 = sigmoid %g2
    %shift2 = softmax %s2
    %power2 = oneplus %y2
    %v1 = address %k2 in %m1 strength %beta2 gate %gate2 shift %shift2 power %power2 from %v
    %r1 = memory_read %m1 at %v1
    yield %m1, %w1, %v1, %r1 emit %r1
  }
  %a = vellum.reduce sum %rs over [0, 1, 2]
  %c = vellum.reduce mean %m over [0, 1, 2]
  %l = arith.mulf %a, %c : tensor<f32>
  return %l : tensor<f32>
}

// Final values and stacks, before and after the step, from the last step to the first.
func.func @backwards(%xs: tensor<?x?x4xf32>, %h0: tensor<?x5xf32>) -> tensor<f32> {
  %w = vellum.use @square
  %h, %hs, %gs, %inputs = vellum.scan reverse for %x in %xs carry %h = %h0 {
    %h1 = rnn_cell %x state %h by %w
    yield %h1 emit %h, %h1, %x
  }
  %q, %qs = vellum.scan for %a in %hs, %g in %gs carry %q = %h {
    %p = arith.mulf %a, %q : tensor<?x5xf32>
    %q1 = arith.addf %p, %g : tensor<?x5xf32>
    yield %q1 emit %p
  }
  %l = vellum.reduce mean %qs over [0, 1, 2]
  %m = vellum.reduce sum %q over [0, 1]
  %n = vellum.reduce sum %inputs over [0, 1, 2]
  %lm = arith.mulf %l, %m : tensor<f32>
  %s = arith.addf %lm, %n : tensor<f32>
  return %s : tensor<f32>
}

func.func @ragged(%xs: tensor<3x3x4xf32>, %h0: tensor<3x5xf32>) -> tensor<f32> {
  %lengths = arith.constant dense<[0, 2, 3]> : tensor<3xi32>
  %w = vellum.use @square
  %h, %hs = vellum.scan for %x in %xs carry %h = %h0 lengths %lengths {
    %h1 = rnn_cell %x state %h by %w activation sigmoid
    yield %h1 emit %h1
  }
  %g, %gs = vellum.scan reverse for %x in %xs carry %g = %h lengths %lengths {
    %g1 = rnn_cell %x state %g by %w
    yield %g1 emit %g
  }
  %y = arith.mulf %hs, %gs : tensor<3x3x5xf32>
  %l = vellum.reduce sum %y over [0, 1, 2]
  %m = vellum.reduce sum %g over [0, 1]
  %s = arith.addf %l, %m : tensor<f32>
  return %s : tensor<f32>
}

func.func @nested(%xs: tensor<?x?x2x4xf32>, %h0: tensor<2x5xf32>) -> tensor<f32> {
  %w = vellum.use @square
  %h, %ys = vellum.scan for %x in %xs carry %h = %h0 {
    %r, %rs = scan reverse for %y in %x carry %r = %h {
      %r1 = rnn_cell %y state %r by %w
      %s = arith.mulf %r1, %h : tensor<2x5xf32>
      yield %s emit %r1
    }
    %top = reduce mean %rs over [0]
    yield %r emit %top
  }
  %a = vellum.reduce sum %ys over [0, 1, 2]
  %b = vellum.reduce sum %h over [0, 1]
  %l = arith.mulf %a, %b : tensor<f32>
  return %l : tensor<f32>
}

// Values change places, one passes through, a number counts the steps.
func.func @several(%a0: tensor<?x5xf32>, %b0: tensor<?x5xf32>, %p0: tensor<?x5xf32>, %xs: tensor<?x?x5xf32>) -> tensor<f32> {
  %i0 = arith.constant 1 : index
  %a, %b, %p, %i, %ys = vellum.scan at %t for %x in %xs carry %a = %a0, %b = %b0, %p = %p0, %i = %i0 {
    %i1 = arith.addi %i, %t : index
    %n = arith.index_cast %i1 : index to i64
    %f = arith.sitofp %n : i64 to f32
    %c0 = arith.constant 0 : index
    %batch = tensor.dim %x, %c0 : tensor<?x5xf32>
    %fs = tensor.splat %f[%batch] : tensor<?x5xf32>
    %u = arith.mulf %a, %p : tensor<?x5xf32>
    %v = math.tanh %u : tensor<?x5xf32>
    %y = arith.mulf %v, %fs : tensor<?x5xf32>
    %z = arith.addf %b, %x : tensor<?x5xf32>
    yield %z, %v, %p, %i1 emit %y
  }
  %s = arith.mulf %a, %b : tensor<?x5xf32>
  %q = arith.mulf %s, %p : tensor<?x5xf32>
  %l = vellum.reduce sum %q over [0, 1]
  %m = vellum.reduce sum %ys over [0, 1, 2]
  %sum = arith.addf %l, %m : tensor<f32>
  return %sum : tensor<f32>
}

func.func @thinks(%xs: tensor<?x?x3xf32>, %s0: tensor<?x5xf32>) -> tensor<f32> {
  %w = vellum.use @square
  %out = vellum.use @one
  %s, %ys, %costs = vellum.scan for %x in %xs carry %start = %s0 {
    %last, %y, %cost, %steps = ponder first %flag carry %state = %start cap 6 {
      %s1 = rnn_cell %x, %flag state %state by %w
      %o = linear %s1 by %out
      %p = sigmoid %o
      yield %s1 emit %o halt %p
    }
    yield %last emit %y, %cost
  }
  %a = vellum.reduce sum %ys over [0, 1, 2]
  %b = vellum.reduce mean %costs over [0, 1, 2]
  %c = vellum.reduce sum %s over [0, 1]
  %ac = arith.mulf %a, %c : tensor<f32>
  %l = arith.addf %ac, %b : tensor<f32>
  return %l : tensor<f32>
}

func.func @attends(%q: tensor<?x5x4xf32>, %k: tensor<?x7x4xf32>, %v: tensor<?x7x6xf32>, %va: tensor<4xf32>, %beta: tensor<?x5x1xf32>,
                   %m: tensor<?x7xf32>) -> tensor<f32> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %b = tensor.dim %q, %c0 : tensor<?x5x4xf32>
  %zeros = tensor.splat %zero[%b] : tensor<?x7xf32>
  %mask = arith.cmpf ogt, %m, %zeros : tensor<?x7xf32>
  %r0 = vellum.attend %q to %k, %v causal
  %r1 = vellum.attend %q to %k, %v score dot mask %mask heads 2
  %r2, %w2 = vellum.attend %q to %k, %v score additive by %va mask %mask weighting
  %r3 = vellum.attend %q to %k, %v score cosine strength %beta
  %s0 = arith.mulf %r0, %r1 : tensor<?x5x6xf32>
  %s1 = arith.mulf %r2, %r3 : tensor<?x5x6xf32>
  %s = arith.addf %s0, %s1 : tensor<?x5x6xf32>
  %top = vellum.reduce max %w2 over [1, 2]
  %l = vellum.reduce sum %s over [0, 1, 2]
  %t = vellum.reduce sum %top over [0]
  %y = arith.addf %l, %t : tensor<f32>
  return %y : tensor<f32>
}

func.func @recurrent(%xs: tensor<?x?x3xf32>, %ys: tensor<?x?x4xf32>, %h0: tensor<?x5xf32>, %c0: tensor<?x5xf32>,
                     %z: tensor<?x?x5xf32>) -> tensor<f32> {
  %w = vellum.use @w
  %b = vellum.use @b
  %h, %c, %hs = vellum.scan for %x in %xs, %y in %ys carry %h = %h0, %c = %c0 {
    %h1, %c1 = lstm_cell %x, %y state %h, %c by %w bias %b forget_bias 1.0
    yield %h1, %c1 emit %h1
  }
  %target = vellum.sigmoid %z
  %l = vellum.sigmoid_cross_entropy %hs against %target
  %m = vellum.reduce sum %c over [0, 1]
  %s = arith.addf %l, %m : tensor<f32>
  return %s : tensor<f32>
}

func.func @shapes(%x: tensor<?x13xf32>, %y: tensor<?x1xf32>) -> tensor<f32> {
  %a = vellum.slice %x from 3 size 5
  %p = vellum.pad %a at 2 to 13
  %c = vellum.concat %a, %y, %a
  %d = vellum.slice %c from 1 size 7
  %e, %f = vellum.split %d into [3, 4]
  %g = vellum.broadcast %y like %x
  %h = arith.mulf %g, %p : tensor<?x13xf32>
  %j = arith.mulf %h, %x : tensor<?x13xf32>
  %k = math.exp %j : tensor<?x13xf32>
  %m = vellum.reduce max %k over [1] keep
  %n = vellum.reduce mean %e over [1] keep
  %o = vellum.reduce sum %f over [1] keep
  %q = arith.mulf %m, %n : tensor<?x1xf32>
  %r = arith.mulf %q, %o : tensor<?x1xf32>
  %l = vellum.reduce sum %r over [0, 1]
  return %l : tensor<f32>
}
