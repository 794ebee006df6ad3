// RUN: vellum-opt %s -split-input-file -verify-diagnostics

func.func @split_c1(%x: tensor<4x?xf32>) {
  // expected-error @+1 {{operand must have a last dimension of known size, but got 4x?}}
  %a, %b = vellum.split %x into [1, 2]
  return
}

// -----

func.func @split_c1(%x: tensor<f32>) {
  // expected-error @+1 {{operand must have a last dimension of known size, but got a scalar}}
  %a = vellum.split %x into [1]
  return
}

// -----

func.func @split_c2(%x: tensor<4x8xf32>) {
  // expected-error @+1 {{sizes must be positive and add up to the last dimension, 8, but got [6, 1]}}
  %a, %b = vellum.split %x into [6, 1]
  return
}

// -----

func.func @split_c2(%x: tensor<4x8xf32>) {
  // expected-error @+1 {{sizes must be positive and add up to the last dimension, 8, but got [9, -1]}}
  %a, %b = vellum.split %x into [9, -1]
  return
}
