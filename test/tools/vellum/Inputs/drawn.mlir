// A sum of as many numbers as the key says.
func.func @drawn(%key: i64) -> tensor<f32> {
  %ten = arith.constant 10 : index
  %bits = vellum.random bits %key : tensor<i32>
  %bit = tensor.extract %bits[] : tensor<i32>
  %number = arith.index_castui %bit : i32 to index
  %count = arith.remui %number, %ten : index
  %x = vellum.random uniform %key (%count) : tensor<?xf32>
  %sum = vellum.reduce sum %x over [0]
  return %sum : tensor<f32>
}
