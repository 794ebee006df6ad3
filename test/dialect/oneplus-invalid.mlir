// RUN: vellum-opt %s -split-input-file -verify-diagnostics

func.func @oneplus_c1(%x: tensor<4xf32>) {
  // expected-error @+1 {{'vellum.oneplus' op requires the same type for all operands and results}}
  %y = "vellum.oneplus"(%x) : (tensor<4xf32>) -> tensor<4xf64>
  return
}

// -----

func.func @oneplus_c1(%x: tensor<4xi32>) {
  // expected-error @+1 {{'vellum.oneplus' op operand #0 must be float, or tensor or vector of floats, but got 'tensor<4xi32>'}}
  %y = vellum.oneplus %x
  return
}
