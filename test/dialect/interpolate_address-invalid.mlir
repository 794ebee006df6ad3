// RUN: vellum-opt %s -split-input-file -verify-diagnostics

func.func @interpolate_address_c1(%w: tensor<4x128xf32>, %p: tensor<4x64xf32>,
                                  %g: tensor<4x1xf32>) {
  // expected-error @+1 {{previous weighting must have the shape 4x128 (the weighting's), but got 4x64}}
  %r = vellum.interpolate_address %w with %p gate %g
  return
}

// -----

func.func @interpolate_address_c2(%w: tensor<4x128xf32>, %p: tensor<4x128xf32>,
                                  %g: tensor<4xf32>) {
  // expected-error @+1 {{gate must have the shape 4x1 (the weighting's with a last dimension of 1), but got 4}}
  %r = vellum.interpolate_address %w with %p gate %g
  return
}

// -----

func.func @interpolate_address_c3(%w: tensor<4x128xf32>, %p: tensor<4x128xf64>,
                                  %g: tensor<4x1xf32>) {
  // expected-error @+1 {{operands must have the same element type, but got 'f32' and 'f64'}}
  %r = vellum.interpolate_address %w with %p gate %g
  return
}
