// Functions of given tensors, without parameters of their own.
func.func @scale(%x: tensor<?x3xf32>, %by: f32) -> tensor<?x3xf32> {
  %rank0 = tensor.from_elements %by : tensor<f32>
  %all = vellum.broadcast %rank0 across [0, 1] like %x
  %scaled = arith.mulf %x, %all : tensor<?x3xf32>
  return %scaled : tensor<?x3xf32>
}

func.func @read(%memory: tensor<?x?x4xf32>, %weighting: tensor<?x?xf32>)
    -> tensor<?x4xf32> {
  %r = vellum.memory_read %memory at %weighting
  return %r : tensor<?x4xf32>
}

func.func @numbers() -> (tensor<2x3xf32>, tensor<i1>, tensor<3xi32>, tensor<200xf32>) {
  %matrix = arith.constant dense<[[1.0, 2.5, -3.0], [0.0, 1.0e-9, 1.0e9]]> : tensor<2x3xf32>
  %flag = arith.constant dense<true> : tensor<i1>
  %counts = arith.constant dense<[1, -2, 3]> : tensor<3xi32>
  %many = arith.constant dense<0.5> : tensor<200xf32>
  return %matrix, %flag, %counts, %many
    : tensor<2x3xf32>, tensor<i1>, tensor<3xi32>, tensor<200xf32>
}

func.func @noise(%key: i64) -> tensor<100xf32> {
  %x = vellum.random normal %key : tensor<100xf32>
  return %x : tensor<100xf32>
}

func.func @wide() -> tensor<2x4xf32> {
  %x = arith.constant dense<1.0> : tensor<2x4xf32>
  return %x : tensor<2x4xf32>
}

func.func @corners() -> tensor<3x2xf32> {
  %x = arith.constant dense<[[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]]> : tensor<3x2xf32>
  return %x : tensor<3x2xf32>
}

func.func @double() -> tensor<2x3xf64> {
  %x = arith.constant dense<1.0> : tensor<2x3xf64>
  return %x : tensor<2x3xf64>
}

func.func @halves(%x: tensor<2xf16>) -> tensor<2xf16> {
  return %x : tensor<2xf16>
}

func.func @two() -> tensor<2xf32> {
  %a = arith.constant dense<[3.0, 4.0]> : tensor<2xf32>
  return %a : tensor<2xf32>
}

func.func @pair(%a: tensor<2xf32>)
    -> (tensor<2xf32> {vellum.name = "first"}, tensor<2xf32>, tensor<1xf32>) {
  %0:2 = vellum.split %a into [1, 1]
  %b = vellum.concat %0#1, %0#0
  return %b, %a, %0#0 : tensor<2xf32>, tensor<2xf32>, tensor<1xf32>
}
