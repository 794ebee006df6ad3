// Scans over a static number of steps, STEPS of them, with a policy: forward, backwards with lengths, one in another.

func.func @inputs() -> (tensor<STEPSx4x3xf32> {vellum.name = "xs"}, tensor<4x3xf32> {vellum.name = "h"},
                        tensor<4xi32> {vellum.name = "n"}) {
  %key = arith.constant 5 : i64
  %steps = arith.constant STEPS : index
  %c4 = arith.constant 4 : index
  %c3 = arith.constant 3 : index
  %x = vellum.random uniform %key stream 1 (%steps, %c4, %c3) : tensor<?x?x?xf32>
  %xs = tensor.cast %x : tensor<?x?x?xf32> to tensor<STEPSx4x3xf32>
  %s = vellum.random uniform %key stream 2 (%c4, %c3) : tensor<?x?xf32>
  %h = tensor.cast %s : tensor<?x?xf32> to tensor<4x3xf32>
  %n = arith.constant dense<[2, 3, 0, 1]> : tensor<4xi32>
  return %xs, %h, %n : tensor<STEPSx4x3xf32>, tensor<4x3xf32>, tensor<4xi32>
}

func.func @f(%xs: tensor<STEPSx4x3xf32>, %h: tensor<4x3xf32>, %n: tensor<4xi32>)
    -> (tensor<4x3xf32>, tensor<STEPSx4x3xf32>, tensor<4x3xf32>) {
  %a = vellum.scan for %x in %xs carry %s = %h POLICY {
    %p = arith.mulf %x, %s : tensor<4x3xf32>
    %t = math.tanh %p : tensor<4x3xf32>
    yield %t
  }
  %b, %ys = vellum.scan reverse for %x in %xs carry %s = %a lengths %n POLICY {
    %p = arith.addf %x, %s : tensor<4x3xf32>
    %t = math.log %p : tensor<4x3xf32>
    yield %t emit %p
  }
  %c3 = arith.constant 3 : index
  %c = vellum.scan for %x in %xs carry %s = %h POLICY {
    %u = scan carry %v = %s length %c3 POLICY {
      %p = arith.mulf %x, %v : tensor<4x3xf32>
      %t = math.sin %p : tensor<4x3xf32>
      yield %t
    }
    yield %u
  }
  return %b, %ys, %c : tensor<4x3xf32>, tensor<STEPSx4x3xf32>, tensor<4x3xf32>
}
