// RUN: vellum-opt %s -split-input-file -verify-diagnostics

func.func @softmax_c1(%x: tensor<f32>) {
  // expected-error @+1 {{operand must have at least 1 dimension, but got a scalar}}
  %y = vellum.softmax %x
  return
}

// -----

func.func @softmax_c2(%x: tensor<4x8xf32>, %m: tensor<4x9xi1>) {
  // expected-error @+1 {{mask must have the shape 4x8 (the operand's), but got 4x9}}
  %y = vellum.softmax %x mask %m
  return
}

// -----

func.func @softmax_c3(%x: tensor<4x8xi32>) {
  // expected-error @+1 {{operands must be ranked tensors of floats, but got 'tensor<4x8xi32>'}}
  %y = vellum.softmax %x
  return
}

// -----

func.func @softmax_c3(%x: tensor<4x8xf32>, %m: tensor<4x8xf32>) {
  // expected-error @+1 {{'vellum.softmax' op operand #1 must be tensor of 1-bit signless integer values, but got 'tensor<4x8xf32>'}}
  %y = vellum.softmax %x mask %m
  return
}
