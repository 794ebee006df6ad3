// RUN: vellum-opt %s -split-input-file -verify-diagnostics

func.func @reduce_c1(%x: tensor<4x8xf32>) {
  // expected-error @+1 {{'over' must be increasing and lie within rank 2, but got [1, 0]}}
  %y = vellum.reduce sum %x over [1, 0]
  return
}

// -----

func.func @reduce_c1(%x: tensor<4x8xf32>) {
  // expected-error @+1 {{'over' must be increasing and lie within rank 2, but got [2]}}
  %y = vellum.reduce sum %x over [2]
  return
}

// -----

func.func @reduce_c2(%x: tensor<4x8xi32>) {
  // expected-error @+1 {{operands must be ranked tensors of floats, but got 'tensor<4x8xi32>'}}
  %y = vellum.reduce sum %x over [0]
  return
}
