// One attention layer of four heads over a sequence with padding, and its gradient.
!sequence = tensor<?x?x16xf32> // batch x time x feature

vellum.parameter @query : tensor<16x16xf32> = glorot
vellum.parameter @key : tensor<16x16xf32> = glorot
vellum.parameter @value : tensor<16x16xf32> = glorot
vellum.parameter @output : tensor<16x16xf32> = glorot

// Each position reads the positions up to its own that the mask allows.
func.func @attend(%x: !sequence, %mask: tensor<?x?xi1>)
    -> (!sequence {vellum.name = "context"}, tensor<?x4x?x?xf32> {vellum.name = "weighting"}) {
  %query = vellum.use @query
  %key = vellum.use @key
  %value = vellum.use @value
  %output = vellum.use @output
  %q = vellum.linear %x by %query
  %k = vellum.linear %x by %key
  %v = vellum.linear %x by %value
  %heard, %weighting = vellum.attend %q to %k, %v mask %mask causal heads 4 weighting
  %context = vellum.linear %heard by %output
  return %context, %weighting : !sequence, tensor<?x4x?x?xf32>
}

// Half the mean square of the context, so that there is something to differentiate.
func.func @loss(%x: !sequence, %mask: tensor<?x?xi1>) -> (tensor<f32> {vellum.name = "loss"}) {
  %context, %weighting = call @attend(%x, %mask)
    : (!sequence, tensor<?x?xi1>) -> (!sequence, tensor<?x4x?x?xf32>)
  %square = arith.mulf %context, %context : !sequence
  %mean = vellum.reduce mean %square over [0, 1, 2]
  %half = arith.constant dense<0.5> : tensor<f32>
  %loss = arith.mulf %half, %mean : tensor<f32>
  return %loss : tensor<f32>
}

// Two sequences of up to six positions, the second of four: what inputs.npz holds.
func.func @inputs(%key: i64)
    -> (tensor<2x6x16xf32> {vellum.name = "x"}, tensor<2x6xi1> {vellum.name = "mask"}) {
  %x = vellum.random normal %key : tensor<2x6x16xf32>
  %mask = arith.constant dense<[[1, 1, 1, 1, 1, 1], [1, 1, 1, 1, 0, 0]]> : tensor<2x6xi1>
  return %x, %mask : tensor<2x6x16xf32>, tensor<2x6xi1>
}
