// Products of sequences, which the compiler gives copies to read: heads of attention, and pairs of
// words that are compared without a softmax.
vellum.parameter @w : tensor<32x32xf32> = glorot
vellum.training loss @loss optimizer adam {learning_rate = 0.01}

func.func @loss(%xs: tensor<?x?x32xf32>) -> tensor<f32> {
  %w = vellum.use @w
  %k = vellum.linear %xs by %w
  %y = vellum.attend %xs to %k, %k heads 2
  %pairs = vellum.contract "btd,bsd->bts" %y, %k
  %square = arith.mulf %pairs, %pairs : tensor<?x?x?xf32>
  %loss = vellum.reduce mean %square over [0, 1, 2]
  return %loss : tensor<f32>
}

func.func @batch(%size: index, %words: index) -> (tensor<?x?x32xf32> {vellum.name = "xs"}) {
  %key = arith.constant 3 : i64
  %xs = vellum.random uniform %key (%size, %words) : tensor<?x?x32xf32>
  return %xs : tensor<?x?x32xf32>
}
