// The examples of the op descriptions, each in a function with what it needs.
// RUN: vellum-opt %s --verify-roundtrip -o /dev/null
// RUN: %python %source/tools/scripts/check-style examples

vellum.parameter @w : tensor<129x400xf32> = glorot
vellum.parameter @memory : tensor<128x20xf32> = uniform(0.1) frozen

vellum.training loss @loss data @copy_task batch 1 steps 50000
  optimizer graves_rmsprop {learning_rate = 1.0e-4} clip norm 10.0

func.func @copy_task(%key: i64) -> tensor<f32> {
  %zero = arith.constant dense<0.0> : tensor<f32>
  return %zero : tensor<f32>
}

func.func @loss(%x: tensor<f32>) -> tensor<f32> {
  return %x : tensor<f32>
}

func.func @use() {
  %w = vellum.use @w
  return
}

func.func @content_address(%key: tensor<?x20xf32>, %memory: tensor<?x128x20xf32>,
                           %beta: tensor<?x1xf32>) {
  %w = vellum.content_address %key in %memory strength %beta
  return
}

func.func @interpolate_address(%wc: tensor<?x128xf32>, %previous: tensor<?x128xf32>,
                               %g: tensor<?x1xf32>) {
  %wg = vellum.interpolate_address %wc with %previous gate %g
  return
}

func.func @shift_address(%wg: tensor<?x128xf32>, %s: tensor<?x3xf32>) {
  %ws = vellum.shift_address %wg by %s
  return
}

func.func @shift_address_transpose(%g: tensor<?x128xf32>, %s: tensor<?x3xf32>) {
  %dw = vellum.shift_address_transpose %g by %s
  return
}

func.func @shift_address_taps(%g: tensor<?x128xf32>, %w: tensor<?x128xf32>) {
  %ds = vellum.shift_address_taps %g, %w taps 3
  return
}

func.func @sharpen_address(%ws: tensor<?x128xf32>, %gamma: tensor<?x1xf32>) {
  %w = vellum.sharpen_address %ws power %gamma
  return
}

func.func @address(%k: tensor<?x20xf32>, %m: tensor<?x128x20xf32>, %b: tensor<?x1xf32>,
                   %g: tensor<?x1xf32>, %s: tensor<?x3xf32>, %y: tensor<?x1xf32>,
                   %w0: tensor<?x128xf32>) {
  %w = vellum.address %k in %m strength %b gate %g shift %s power %y from %w0
  return
}

func.func @memory_read(%memory: tensor<?x128x20xf32>, %w: tensor<?x128xf32>) {
  %r = vellum.memory_read %memory at %w
  return
}

func.func @memory_write(%m: tensor<?x128x20xf32>, %w: tensor<?x128xf32>,
                        %e: tensor<?x20xf32>, %a: tensor<?x20xf32>) {
  %m1 = vellum.memory_write %m at %w erase %e add %a
  %m2 = vellum.memory_write %m at %w add %a
  return
}

func.func @attend(%q: tensor<2x5x16xf32>, %k: tensor<2x5x16xf32>, %v: tensor<2x5x8xf32>,
                  %va: tensor<16xf32>, %m: tensor<2x5x5xi1>) {
  %c = vellum.attend %q to %k, %v causal
  %d, %w = vellum.attend %q to %k, %v score additive by %va mask %m weighting
  return
}

func.func @scan(%xs: tensor<?x?x9xf32>, %h0: tensor<?x16xf32>, %w: tensor<25x16xf32>,
                %b: tensor<16xf32>) {
  %last, %ys = vellum.scan for %x in %xs carry %h = %h0 {
    %h1 = rnn_cell %x state %h by %w bias %b
    yield %h1 emit %h1
  }
  return
}

func.func @yield(%xs: tensor<?x?x8xf32>, %h0: tensor<?x16xf32>, %c0: tensor<?x16xf32>,
                 %w: tensor<24x64xf32>) {
  %h, %c, %ys = vellum.scan for %x in %xs carry %h = %h0, %c = %c0 {
    %h1, %c1 = lstm_cell %x state %h, %c by %w
    %y = softplus %h1
    vellum.yield %h1, %c1 emit %y
  }
  return
}

func.func @ponder(%x: tensor<?x8xf32>, %s0: tensor<?x16xf32>, %w: tensor<25x16xf32>,
                  %b: tensor<16xf32>, %wy: tensor<16x4xf32>, %by: tensor<4xf32>,
                  %wh: tensor<16x1xf32>, %bh: tensor<1xf32>) {
  %s, %y, %cost, %steps = vellum.ponder first %flag carry %state = %s0 cap 20 {
    %s1 = rnn_cell %x, %flag state %state by %w bias %b
    %y1 = linear %s1 by %wy bias %by
    %h = linear %s1 by %wh bias %bh
    %p = sigmoid %h
    yield %s1 emit %y1 halt %p
  }
  return
}

func.func @probe(%w: tensor<?x128xf32>) {
  vellum.probe "read_weighting" %w
  return
}

func.func @require() {
  %even = arith.constant true
  %n = arith.constant 4 : index
  vellum.require %even, "the number of words must be even, but got {0}" (%n)
  return
}

func.func @linear(%x: tensor<?x9xf32>, %r: tensor<?x20xf32>, %w: tensor<29x8xf32>,
                  %b: tensor<8xf32>) {
  %y = vellum.linear %x, %r by %w bias %b
  return
}

func.func @lstm_cell(%x: tensor<?x9xf32>, %r: tensor<?x20xf32>, %h: tensor<?x100xf32>,
                     %c: tensor<?x100xf32>, %w: tensor<129x400xf32>, %b: tensor<400xf32>) {
  %h1, %c1 = vellum.lstm_cell %x, %r state %h, %c by %w bias %b
  return
}

func.func @rnn_cell(%x: tensor<?x9xf32>, %h: tensor<?x16xf32>, %w: tensor<25x16xf32>,
                    %b: tensor<16xf32>) {
  %h1 = vellum.rnn_cell %x state %h by %w bias %b
  return
}

func.func @sigmoid_cross_entropy(%logits: tensor<?x?x8xf32>, %targets: tensor<?x?x8xf32>,
                                 %m: tensor<?x?x1xf32>) {
  %loss = vellum.sigmoid_cross_entropy %logits against %targets mask %m
  return
}

func.func @random(%key: i64, %t: index, %b: index) {
  %u = vellum.random uniform %key stream 1 (%t, %b) : tensor<?x?x8xf32>
  return
}

func.func @contract(%a: tensor<?x4xf32>, %b: tensor<4x5xf32>, %weights: tensor<?x7xf32>, %values: tensor<7x3xf32>) {
  %c = vellum.contract "bk,kn->bn" %a, %b
  %r = vellum.contract "bs,sk->bk" %weights, %values excluding lhs
  return
}

func.func @broadcast(%start: tensor<16xf32>, %batch: index, %bias: tensor<8xf32>,
                     %x: tensor<?x8xf32>) {
  %h0 = vellum.broadcast %start across [0] by %batch
  %bb = vellum.broadcast %bias across [0] like %x
  return
}

func.func @reduce(%x: tensor<?x8xf32>) {
  %loss = vellum.reduce mean %x over [0, 1]
  return
}

func.func @softmax(%scores: tensor<?x8xf32>, %allowed: tensor<?x8xi1>) {
  %w = vellum.softmax %scores
  %v = vellum.softmax %scores mask %allowed
  return
}

func.func @softmax_gradient(%dy: tensor<?x8xf32>, %y: tensor<?x8xf32>) {
  %dx = vellum.softmax_gradient %dy at %y
  return
}

func.func @nonlinearities(%x: tensor<?x1xf32>) {
  %g = vellum.sigmoid %x
  %beta = vellum.softplus %x
  %gamma = vellum.oneplus %x
  return
}

func.func @slice(%p: tensor<?x46xf32>) {
  %key = vellum.slice %p from 0 size 20
  return
}

func.func @pad(%dkey: tensor<?x20xf32>) {
  %d = vellum.pad %dkey at 0 to 46
  return
}

func.func @split(%p: tensor<?x22xf32>) {
  %key, %strength, %gate = vellum.split %p into [20, 1, 1]
  return
}

func.func @concat(%x: tensor<?x9xf32>, %r: tensor<?x20xf32>) {
  %xr = vellum.concat %x, %r
  return
}

func.func @stop_gradient(%a: tensor<?x8xf32>) {
  %b = vellum.stop_gradient %a
  return
}

func.func @expect_close(%y: tensor<4xf32>, %expected: tensor<4xf32>) {
  vellum.expect_close %y, %expected atol 1e-6 rtol 1e-5
  return
}
