// A Neural Turing Machine (Graves, Wayne and Danihelka 2014) learns to copy: it sees vectors of
// 8 bits and a delimiter, then gives the vectors back. 128 words of 20 numbers, an LSTM of 100.
!input = tensor<?x?x9xf32> // time x batch x channel; channel 8 is the delimiter's
!bits = tensor<?x?x8xf32>
!mask = tensor<?x?x1xf32>
vellum.parameter @lstm : tensor<129x400xf32> = glorot
vellum.parameter @lstm_bias : tensor<400xf32> = zeros
vellum.parameter @heads : tensor<100x92xf32> = glorot
// Number 21 is the write gate: at first it stays near 0.1, and writing moves by location.
vellum.parameter @heads_bias : tensor<92xf32> = one_hot(21, -6.0)
vellum.parameter @output : tensor<120x8xf32> = glorot
vellum.parameter @output_bias : tensor<8xf32> = zeros
// All words start equal, so the first weighting must not be: it is on location 0.
vellum.parameter @memory : tensor<128x20xf32> = constant(1.0e-6) frozen
vellum.parameter @start : tensor<128xf32> = one_hot(0) frozen
vellum.training loss @loss data @copy_task batch 1 steps 20000
  optimizer graves_rmsprop {learning_rate = 3.0e-4} clip norm 10.0

func.func @ntm(%xs: !input) -> (!bits {vellum.name = "logits"}) {
  %one = arith.constant 1 : index
  %zero = arith.constant 0.0 : f32
  %batch = tensor.dim %xs, %one : !input
  %lstm = vellum.use @lstm
  %lstm_bias = vellum.use @lstm_bias
  %heads = vellum.use @heads
  %heads_bias = vellum.use @heads_bias
  %output = vellum.use @output
  %output_bias = vellum.use @output_bias
  %memory = vellum.use @memory
  %start = vellum.use @start
  %s0 = tensor.splat %zero[%batch] : tensor<?x100xf32>
  %m0 = vellum.broadcast %memory across [0] by %batch
  %w0 = vellum.broadcast %start across [0] by %batch
  %r0 = vellum.memory_read %m0 at %w0
  %last:6, %logits = vellum.scan for %x in %xs
      carry %h = %s0, %c = %s0, %m = %m0, %r = %r0, %ww = %w0, %wr = %w0 {
    %h1, %c1 = lstm_cell %x, %r state %h, %c by %lstm bias %lstm_bias
    %p = linear %h1 by %heads bias %heads_bias
    %kw, %bw, %gw, %sw, %yw, %ew, %add, %kr, %br, %gr, %sr, %yr =
      split %p into [20, 1, 1, 3, 1, 20, 20, 20, 1, 1, 3, 1]
    %strength_w = softplus %bw
    %gate_w = sigmoid %gw
    %shift_w = softmax %sw
    %power_w = oneplus %yw
    %ww1 = address %kw in %m strength %strength_w gate %gate_w shift %shift_w power %power_w from %ww
    %erase = sigmoid %ew
    %m1 = memory_write %m at %ww1 erase %erase add %add
    %strength_r = softplus %br
    %gate_r = sigmoid %gr
    %shift_r = softmax %sr
    %power_r = oneplus %yr
    %wr1 = address %kr in %m1 strength %strength_r gate %gate_r shift %shift_r power %power_r from %wr
    %r1 = memory_read %m1 at %wr1
    probe "write" %ww1
    probe "read" %wr1
    %y = linear %h1, %r1 by %output bias %output_bias
    yield %h1, %c1, %m1, %r1, %ww1, %wr1 emit %y
  }
  return %logits : !bits
}

// The loss of a sequence in nats, and in bits.
func.func @loss(%x: !input, %target: !bits, %mask: !mask)
    -> (tensor<f32> {vellum.name = "loss"}, tensor<f32> {vellum.name = "bits"}) {
  %logits = call @ntm(%x) : (!input) -> !bits
  %each = vellum.sigmoid_cross_entropy %logits against %target mask %mask reduce none
  %sequences = vellum.reduce sum %each over [0, 2]
  %loss = vellum.reduce mean %sequences over [0]
  %ln2 = arith.constant dense<0.693147181> : tensor<f32>
  %bits = arith.divf %loss, %ln2 : tensor<f32>
  return %loss, %bits : tensor<f32>, tensor<f32>
}

// Vectors, the delimiter, then silence as long as the vectors, which are the target there.
func.func @task(%key: i64, %batch: index, %length: index) -> (!input, !bits, !mask) {
  %one = arith.constant 1 : index
  %on = arith.constant 1.0 : f32
  %off = arith.constant 0.0 : f32
  %recall = arith.addi %length, %one : index
  %steps = arith.addi %recall, %length : index
  %coins = vellum.random uniform %key (%length, %batch) : !bits
  %vectors = math.round %coins : !bits
  %silence = tensor.splat %off[%steps, %batch] : !input
  %x0 = tensor.insert_slice %vectors into %silence[0, 0, 0] [%length, %batch, 8] [1, 1, 1] : !bits into !input
  %delimiters = tensor.splat %on[%batch] : tensor<?xf32>
  %x = tensor.insert_slice %delimiters into %x0[%length, 0, 8] [1, %batch, 1] [1, 1, 1] : tensor<?xf32> into !input
  %y0 = tensor.insert_slice %vectors into %silence[%recall, 0, 0] [%length, %batch, 8] [1, 1, 1] : !bits into !input
  %marks = tensor.splat %on[%length, %batch] : !mask
  %y = tensor.insert_slice %marks into %y0[%recall, 0, 8] [%length, %batch, 1] [1, 1, 1] : !mask into !input
  %target, %mask = vellum.split %y into [8, 1]
  return %x, %target, %mask : !input, !bits, !mask
}

// A batch for training: the key draws a length from 1 to 20.
func.func @copy_task(%key: i64, %batch: index) -> (!input, !bits, !mask) {
  %one = arith.constant 1 : index
  %twenty = arith.constant 20 : index
  %drawn = vellum.random bits %key stream 1 : tensor<i32>
  %number = tensor.extract %drawn[] : tensor<i32>
  %index = arith.index_castui %number : i32 to index
  %below = arith.remui %index, %twenty : index
  %length = arith.addi %below, %one : index
  %x, %target, %mask = call @task(%key, %batch, %length) : (i64, index, index) -> (!input, !bits, !mask)
  return %x, %target, %mask : !input, !bits, !mask
}

// Fresh sequences of one length: what is shown, what comes back, how many bits are wrong.
func.func @recall(%key: i64, %batch: index, %length: index) -> (!input {vellum.name = "input"},
    !bits {vellum.name = "target"}, !bits {vellum.name = "output"}, tensor<f32> {vellum.name = "wrong"}) {
  %x, %target, %mask = call @task(%key, %batch, %length) : (i64, index, index) -> (!input, !bits, !mask)
  %logits = call @ntm(%x) : (!input) -> !bits
  %output = vellum.sigmoid %logits
  %answer = math.round %output : !bits
  %difference = arith.subf %answer, %target : !bits
  %miss = math.absf %difference : !bits
  %misses = vellum.reduce sum %miss over [2] keep
  %counted = arith.mulf %misses, %mask : !mask
  %wrong = vellum.reduce sum %counted over [0, 1, 2]
  return %x, %target, %output, %wrong : !input, !bits, !bits, tensor<f32>
}
