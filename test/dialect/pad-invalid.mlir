// RUN: vellum-opt %s -split-input-file -verify-diagnostics

func.func @pad_c1(%x: tensor<4x8xf32>) {
  // expected-error @+1 {{'dim' must lie within rank 2, but got 2}}
  %y = vellum.pad %x at 0 to 10 dim 2
  return
}

// -----

func.func @pad_c2(%x: tensor<4x8xf32>) {
  // expected-error @+1 {{an operand of known size must fit into 10, but got 8 at 3}}
  %y = vellum.pad %x at 3 to 10
  return
}

// -----

func.func @pad_c2(%x: tensor<4x?xf32>) {
  // expected-error @+1 {{an operand of known size must fit into 10, but got ? at 3}}
  %y = vellum.pad %x at 3 to 10
  return
}

// -----

func.func @pad_c3(%x: tensor<4x8xi32>) {
  // expected-error @+1 {{operands must be ranked tensors of floats, but got 'tensor<4x8xi32>'}}
  %y = vellum.pad %x at 0 to 10
  return
}
