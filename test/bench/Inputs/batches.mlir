// Batches for small models.
func.func @ntm(%key: i64) -> (tensor<5x2x9xf32> {vellum.name = "x"}, tensor<5x2x8xf32> {vellum.name = "target"},
    tensor<5x2x1xf32> {vellum.name = "mask"}) {
  %x = vellum.random uniform %key stream 1 : tensor<5x2x9xf32>
  %target = vellum.random uniform %key stream 2 : tensor<5x2x8xf32>
  %mask = vellum.random uniform %key stream 3 : tensor<5x2x1xf32>
  return %x, %target, %mask : tensor<5x2x9xf32>, tensor<5x2x8xf32>, tensor<5x2x1xf32>
}

// Of models with 6 features: two sequences of five steps, or five of two.
func.func @sequence(%key: i64) -> (tensor<5x2x6xf32> {vellum.name = "x"}, tensor<5x2x6xf32> {vellum.name = "target"}) {
  %x = vellum.random normal %key stream 1 : tensor<5x2x6xf32>
  %target = vellum.random normal %key stream 2 : tensor<5x2x6xf32>
  return %x, %target : tensor<5x2x6xf32>, tensor<5x2x6xf32>
}

// Five rows, and seven to be written over them.
func.func @table() -> (tensor<5x20xf32> {vellum.name = "table"}, tensor<7x20xf32> {vellum.name = "rows"}) {
  %column = arith.constant dense<[0.0, 1.0, 2.0, 3.0, 4.0]> : tensor<5xf32>
  %others = arith.constant dense<[10.0, 11.0, 12.0, 13.0, 14.0, 15.0, 16.0]> : tensor<7xf32>
  %n = arith.constant 20 : index
  %table = vellum.broadcast %column across [1] by %n
  %rows = vellum.broadcast %others across [1] by %n
  return %table, %rows : tensor<5x20xf32>, tensor<7x20xf32>
}
