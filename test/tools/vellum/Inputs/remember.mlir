// A memory of 32 x 16 numbers, addressed by content, written and read in every step.
vellum.parameter @w : tensor<24x48xf32> = glorot
vellum.parameter @v : tensor<16x8xf32> = glorot
vellum.parameter @m : tensor<32x16xf32> = uniform(0.5) frozen
vellum.training loss @loss optimizer adam {learning_rate = 0.01}

func.func @loss(%xs: tensor<?x?x8xf32>) -> tensor<f32> {
  %one = arith.constant 1 : index
  %zero = arith.constant 0.0 : f32
  %w = vellum.use @w
  %v = vellum.use @v
  %m = vellum.use @m
  %batch = tensor.dim %xs, %one : tensor<?x?x8xf32>
  %ones = arith.constant 1.0 : f32
  %strength = tensor.splat %ones[%batch] : tensor<?x1xf32>
  %r0 = tensor.splat %zero[%batch] : tensor<?x16xf32>
  %m0 = vellum.broadcast %m across [0] by %batch
  %last:2, %ys = vellum.scan for %x in %xs carry %c = %m0, %r = %r0 {
    %p = linear %x, %r by %w
    %key, %erase, %add = split %p into [16, 16, 16]
    %keep = sigmoid %erase
    %at = content_address %key in %c strength %strength
    %c1 = memory_write %c at %at erase %keep add %add
    %r1 = memory_read %c1 at %at
    %y = linear %r1 by %v
    yield %c1, %r1 emit %y
  }
  %e = arith.subf %ys, %xs : tensor<?x?x8xf32>
  %square = arith.mulf %e, %e : tensor<?x?x8xf32>
  %sequences = vellum.reduce sum %square over [0, 2]
  %loss = vellum.reduce mean %sequences over [0]
  return %loss : tensor<f32>
}

func.func @batch(%steps: index, %size: index) -> (tensor<?x?x8xf32> {vellum.name = "xs"}) {
  %key = arith.constant 3 : i64
  %xs = vellum.random uniform %key (%steps, %size) : tensor<?x?x8xf32>
  return %xs : tensor<?x?x8xf32>
}

// One batch for every step of training.
func.func @batches(%steps: index, %size: index) -> (tensor<1x?x?x8xf32> {vellum.name = "xs"}) {
  %xs = call @batch(%steps, %size) : (index, index) -> tensor<?x?x8xf32>
  %unit = arith.constant 1 : index
  %one = vellum.broadcast %xs across [0] by %unit
  return %one : tensor<1x?x?x8xf32>
}
