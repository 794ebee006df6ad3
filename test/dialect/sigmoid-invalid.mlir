// RUN: vellum-opt %s -split-input-file -verify-diagnostics

func.func @sigmoid_c1(%x: tensor<4xf32>) {
  // expected-error @+1 {{'vellum.sigmoid' op requires the same type for all operands and results}}
  %y = "vellum.sigmoid"(%x) : (tensor<4xf32>) -> tensor<4xf64>
  return
}

// -----

func.func @sigmoid_c1(%x: tensor<4xi32>) {
  // expected-error @+1 {{'vellum.sigmoid' op operand #0 must be float, or tensor or vector of floats, but got 'tensor<4xi32>'}}
  %y = vellum.sigmoid %x
  return
}
