func.func @f(%x: tensor<?xf32>, %y: tensor<?x0xf32>) -> tensor<?x0xf32> {
  %z = vellum.broadcast %x across [0] like %y
  return %z : tensor<?x0xf32>
}
