// RUN: vellum-opt %s -split-input-file -verify-diagnostics

func.func @shift_address_taps_c1(%g: tensor<4x128xf32>, %w: tensor<4x64xf32>) {
  // expected-error @+1 {{cotangent must have the shape 4x64 (the weighting's), but got 4x128}}
  %r = vellum.shift_address_taps %g, %w taps 3
  return
}

// -----

func.func @shift_address_taps_c2(%g: tensor<4x128xf32>, %w: tensor<4x128xf32>) {
  // expected-error @+1 {{the number of taps must be known, positive and odd, but got 4}}
  %r = vellum.shift_address_taps %g, %w taps 4
  return
}

// -----

func.func @shift_address_taps_c3(%g: tensor<4x128xf32>, %w: tensor<4x128xf64>) {
  // expected-error @+1 {{operands must have the same element type, but got 'f32' and 'f64'}}
  %r = vellum.shift_address_taps %g, %w taps 3
  return
}
