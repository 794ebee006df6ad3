// A recurrent network whose input weights are too large for the cache.
vellum.parameter @w : tensor<1040x520xf32> = glorot
vellum.training loss @loss optimizer sgd {learning_rate = 0.1}

func.func @loss(%x: tensor<?x?x520xf32>, %target: tensor<?x520xf32>) -> (tensor<f32> {vellum.name = "loss"}) {
  %one = arith.constant 1 : index
  %zero = arith.constant 0.0 : f32
  %batch = tensor.dim %x, %one : tensor<?x?x520xf32>
  %w = vellum.use @w
  %h0 = tensor.splat %zero[%batch] : tensor<?x520xf32>
  %last = vellum.scan for %xt in %x carry %h = %h0 {
    %p = linear %xt, %h by %w
    %h1 = math.tanh %p : tensor<?x520xf32>
    yield %h1
  }
  %e = arith.subf %last, %target : tensor<?x520xf32>
  %square = arith.mulf %e, %e : tensor<?x520xf32>
  %mean = vellum.reduce mean %square over [0, 1]
  return %mean : tensor<f32>
}
