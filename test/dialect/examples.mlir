// The examples of the op descriptions, as they stand there.
//
// RUN: vellum-opt %s -split-input-file -o /dev/null

func.func @content_address(%key: tensor<4x20xf32>, %memory: tensor<4x128x20xf32>,
                           %beta: tensor<4x1xf32>) {
  %w = vellum.content_address %key in %memory strength %beta
  return
}

// -----

func.func @interpolate_address(%wc: tensor<4x128xf32>, %previous: tensor<4x128xf32>,
                               %g: tensor<4x1xf32>) {
  %wg = vellum.interpolate_address %wc with %previous gate %g
  return
}

// -----

func.func @shift_address(%wg: tensor<4x128xf32>, %s: tensor<4x3xf32>) {
  %ws = vellum.shift_address %wg by %s
  return
}

// -----

func.func @shift_address_transpose(%g: tensor<4x128xf32>, %s: tensor<4x3xf32>) {
  %dw = vellum.shift_address_transpose %g by %s
  return
}

// -----

func.func @shift_address_taps(%g: tensor<4x128xf32>, %w: tensor<4x128xf32>) {
  %ds = vellum.shift_address_taps %g, %w taps 3
  return
}

// -----

func.func @sharpen_address(%ws: tensor<4x128xf32>, %gamma: tensor<4x1xf32>) {
  %w = vellum.sharpen_address %ws power %gamma
  return
}

// -----

func.func @address(%k: tensor<4x20xf32>, %m: tensor<4x128x20xf32>, %b: tensor<4x1xf32>,
                   %g: tensor<4x1xf32>, %s: tensor<4x3xf32>, %y: tensor<4x1xf32>,
                   %w0: tensor<4x128xf32>) {
  %w = vellum.address %k in %m strength %b gate %g shift %s power %y from %w0
  return
}

// -----

func.func @scan(%xs: tensor<?x4x8xf32>, %h0: tensor<4x10xf32>, %w: tensor<18x10xf32>,
                %b: tensor<10xf32>) {
  %last, %ys = vellum.scan for %x in %xs carry %h = %h0 {
    %h1 = rnn_cell %x state %h by %w bias %b
    yield %h1 emit %h1
  }
  return
}

// -----

func.func @ponder(%x: tensor<4x16xf32>, %s0: tensor<4x10xf32>, %w: tensor<27x10xf32>,
                  %b: tensor<10xf32>, %wy: tensor<10x2xf32>, %by: tensor<2xf32>,
                  %wh: tensor<10x1xf32>, %bh: tensor<1xf32>) {
  %s, %y, %cost, %steps = vellum.ponder first %flag carry %state = %s0 cap 20 {
    %s1 = rnn_cell %x, %flag state %state by %w bias %b
    %y1 = linear %s1 by %wy bias %by
    %h = linear %s1 by %wh bias %bh
    %p = sigmoid %h
    yield %s1 emit %y1 halt %p
  }
  return
}

// -----

func.func @yield(%xs: tensor<?x4xf32>, %h0: tensor<4xf32>, %c0: tensor<4xf32>) {
  %0:3 = vellum.scan for %x in %xs carry %h = %h0, %c = %c0 {
    %h1 = arith.addf %h, %x : tensor<4xf32>
    %c1 = arith.mulf %c, %x : tensor<4xf32>
    %y = arith.addf %h1, %c1 : tensor<4xf32>
    vellum.yield %h1, %c1 emit %y
  }
  return
}

// -----

func.func @probe(%w: tensor<4x128xf32>) {
  vellum.probe "read_weighting" %w
  return
}

func.func @require() {
  %even = arith.constant true
  %n = arith.constant 4 : index
  vellum.require %even, "the number of words must be even, but got {0}" (%n)
  return
}

// -----

func.func @linear(%x: tensor<4x8xf32>, %r: tensor<4x2xf32>, %w: tensor<10x3xf32>,
                  %b: tensor<3xf32>) {
  %y = vellum.linear %x, %r by %w bias %b
  return
}

// -----

func.func @lstm_cell(%x: tensor<4x8xf32>, %r: tensor<4x2xf32>, %h: tensor<4x10xf32>,
                     %c: tensor<4x10xf32>, %w: tensor<20x40xf32>, %b: tensor<40xf32>) {
  %h1, %c1 = vellum.lstm_cell %x, %r state %h, %c by %w bias %b
  return
}

// -----

func.func @rnn_cell(%x: tensor<4x8xf32>, %h: tensor<4x10xf32>, %w: tensor<18x10xf32>,
                    %b: tensor<10xf32>) {
  %h1 = vellum.rnn_cell %x state %h by %w bias %b
  return
}

// -----

func.func @sigmoid_cross_entropy(%logits: tensor<4x8xf32>, %targets: tensor<4x8xf32>,
                                 %m: tensor<4x1xf32>) {
  %loss = vellum.sigmoid_cross_entropy %logits against %targets mask %m
  return
}

// -----

func.func @memory_read(%memory: tensor<4x128x20xf32>, %w: tensor<4x128xf32>) {
  %r = vellum.memory_read %memory at %w
  return
}

// -----

func.func @memory_write(%m: tensor<4x128x20xf32>, %w: tensor<4x128xf32>, %e: tensor<4x20xf32>,
                        %a: tensor<4x20xf32>) {
  %m1 = vellum.memory_write %m at %w erase %e add %a
  %m2 = vellum.memory_write %m at %w add %a
  return
}

// -----

func.func @attend(%q: tensor<4x5x8xf32>, %k: tensor<4x12x8xf32>, %v: tensor<4x12x6xf32>,
                  %va: tensor<8xf32>, %m: tensor<4x12xi1>) {
  %c = vellum.attend %q to %k, %v causal
  %d, %w = vellum.attend %q to %k, %v score additive by %va mask %m weighting
  return
}

// -----

vellum.parameter @w : tensor<129x400xf32> = glorot
vellum.parameter @memory : tensor<128x20xf32> = uniform(0.1) frozen

// -----

vellum.parameter @w : tensor<129x400xf32> = glorot

func.func @use() {
  %w = vellum.use @w
  return
}

// -----

func.func @random(%key: i64, %t: index, %b: index) {
  %u = vellum.random uniform %key stream 1 (%t, %b) : tensor<?x?x8xf32>
  return
}

// -----

func.func private @loss(tensor<?x?x8xf32>) -> tensor<f32>
func.func private @copy_task(i64, index) -> tensor<?x?x8xf32>

vellum.training loss @loss data @copy_task batch 1 steps 50000
  optimizer graves_rmsprop {learning_rate = 1.0e-4} clip norm 10.0

// -----

func.func @contract(%a: tensor<2x3xf32>, %b: tensor<3x4xf32>, %weights: tensor<2x7xf32>, %values: tensor<7x3xf32>) {
  %c = vellum.contract "bk,kn->bn" %a, %b
  %r = vellum.contract "bs,sk->bk" %weights, %values excluding lhs
  return
}

// -----

func.func @broadcast(%start: tensor<8xf32>, %batch: index, %bias: tensor<8xf32>,
                     %x: tensor<4x8xf32>) {
  %h0 = vellum.broadcast %start across [0] by %batch
  %bb = vellum.broadcast %bias across [0] like %x
  return
}

// -----

func.func @reduce(%x: tensor<4x8xf32>) {
  %loss = vellum.reduce mean %x over [0, 1]
  return
}

// -----

func.func @softmax(%scores: tensor<4x8xf32>, %allowed: tensor<4x8xi1>) {
  %w = vellum.softmax %scores
  %v = vellum.softmax %scores mask %allowed
  return
}

// -----

func.func @softmax_gradient(%dy: tensor<4x8xf32>, %y: tensor<4x8xf32>) {
  %dx = vellum.softmax_gradient %dy at %y
  return
}

// -----

func.func @sigmoid(%x: tensor<4x8xf32>) {
  %g = vellum.sigmoid %x
  return
}

// -----

func.func @softplus(%x: tensor<4x8xf32>) {
  %beta = vellum.softplus %x
  return
}

// -----

func.func @oneplus(%x: tensor<4x8xf32>) {
  %gamma = vellum.oneplus %x
  return
}

// -----

func.func @slice(%p: tensor<4x46xf32>) {
  %key = vellum.slice %p from 0 size 20
  return
}

// -----

func.func @pad(%dkey: tensor<4x20xf32>) {
  %d = vellum.pad %dkey at 0 to 46
  return
}

// -----

func.func @split(%p: tensor<4x22xf32>) {
  %key, %strength, %gate = vellum.split %p into [20, 1, 1]
  return
}

// -----

func.func @concat(%x: tensor<4x8xf32>, %r: tensor<4x2xf32>) {
  %xr = vellum.concat %x, %r
  return
}

// -----

func.func @stop_gradient(%a: tensor<4x8xf32>) {
  %b = vellum.stop_gradient %a
  return
}

// -----

func.func @expect_close(%y: tensor<4xf32>, %expected: tensor<4xf32>) {
  vellum.expect_close %y, %expected atol 1e-6 rtol 1e-5
  return
}
