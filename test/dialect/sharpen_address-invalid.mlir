// RUN: vellum-opt %s -split-input-file -verify-diagnostics

func.func @sharpen_address_c1(%w: tensor<4x128xf32>, %y: tensor<4x128xf32>) {
  // expected-error @+1 {{power must have the shape 4x1 (the weighting's with a last dimension of 1), but got 4x128}}
  %r = vellum.sharpen_address %w power %y
  return
}

// -----

func.func @sharpen_address_c2(%w: tensor<4x128xf32>, %y: tensor<4x1xf32>) {
  // expected-error @+1 {{epsilon must be positive, but got 0}}
  %r = vellum.sharpen_address %w power %y epsilon 0
  return
}

// -----

func.func @sharpen_address_c3(%w: tensor<4x128xf32>, %y: tensor<4x1xf64>) {
  // expected-error @+1 {{operands must have the same element type, but got 'f32' and 'f64'}}
  %r = vellum.sharpen_address %w power %y
  return
}
