// RUN: vellum-opt %s -split-input-file -verify-diagnostics

func.func @softmax_gradient_c1(%d: tensor<4x8xf32>, %y: tensor<4x9xf32>) {
  // expected-error @+1 {{cotangent must have the shape 4x9 (the softmax's), but got 4x8}}
  %x = vellum.softmax_gradient %d at %y
  return
}

// -----

func.func @softmax_gradient_c1(%d: tensor<f32>, %y: tensor<f32>) {
  // expected-error @+1 {{softmax must have at least 1 dimension, but got a scalar}}
  %x = vellum.softmax_gradient %d at %y
  return
}

// -----

func.func @softmax_gradient_c2(%d: tensor<4x8xf32>, %y: tensor<4x8xf64>) {
  // expected-error @+1 {{operands must have the same element type, but got 'f32' and 'f64'}}
  %x = vellum.softmax_gradient %d at %y
  return
}
