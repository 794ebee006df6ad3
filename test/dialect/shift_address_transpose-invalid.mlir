// RUN: vellum-opt %s -split-input-file -verify-diagnostics

func.func @shift_address_transpose_c1(%g: tensor<4x128xf32>, %s: tensor<5x3xf32>) {
  // expected-error @+1 {{shift must have the shape 4x3 (the cotangent's but for the taps), but got 5x3}}
  %r = vellum.shift_address_transpose %g by %s
  return
}

// -----

func.func @shift_address_transpose_c2(%g: tensor<4x128xf32>, %s: tensor<4x2xf32>) {
  // expected-error @+1 {{the number of taps must be known, positive and odd, but got 2}}
  %r = vellum.shift_address_transpose %g by %s
  return
}

// -----

func.func @shift_address_transpose_c2(%g: tensor<4x128xf32>, %s: tensor<4x?xf32>) {
  // expected-error @+1 {{the number of taps must be known, positive and odd, but got ?}}
  %r = vellum.shift_address_transpose %g by %s
  return
}

// -----

func.func @shift_address_transpose_c3(%g: tensor<4x128xf32>, %s: tensor<4x3xf16>) {
  // expected-error @+1 {{operands must have the same element type, but got 'f32' and 'f16'}}
  %r = vellum.shift_address_transpose %g by %s
  return
}
