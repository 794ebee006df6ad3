// RUN: vellum-opt %s -split-input-file -verify-diagnostics

func.func @attend_c1(%q: tensor<8xf32>, %k: tensor<4x12x8xf32>, %v: tensor<4x12x6xf32>) {
  // expected-error @+1 {{query must have the keys' rank, 3, or one less, but got 8}}
  %c = vellum.attend %q to %k, %v
  return
}

// -----

func.func @attend_c1(%q: tensor<4x5x8xf32>, %k: tensor<4x12x8xf32>, %v: tensor<4x2x12x6xf32>) {
  // expected-error @+1 {{values must have the keys' rank, 3, but got 4x2x12x6}}
  %c = vellum.attend %q to %k, %v
  return
}

// -----

func.func @attend_c2(%q: tensor<3x5x8xf32>, %k: tensor<4x12x8xf32>, %v: tensor<4x12x6xf32>) {
  // expected-error @+1 {{the query's batch must have the shape 4 (the keys' batch dimensions), but got 3}}
  %c = vellum.attend %q to %k, %v
  return
}

// -----

func.func @attend_c2(%q: tensor<4x5x8xf32>, %k: tensor<4x12x8xf32>, %v: tensor<3x12x6xf32>) {
  // expected-error @+1 {{the values' batch must have the shape 4 (the keys' batch dimensions), but got 3}}
  %c = vellum.attend %q to %k, %v
  return
}

// -----

func.func @attend_c3(%q: tensor<4x5x9xf32>, %k: tensor<4x12x8xf32>, %v: tensor<4x12x6xf32>) {
  // expected-error @+1 {{query width must equal the keys' width 8, but got 9}}
  %c = vellum.attend %q to %k, %v
  return
}

// -----

func.func @attend_c4(%q: tensor<4x5x8xf32>, %k: tensor<4x12x8xf32>, %v: tensor<4x13x6xf32>) {
  // expected-error @+1 {{the values' number of positions must equal the keys' number of positions 12, but got 13}}
  %c = vellum.attend %q to %k, %v
  return
}

// -----

func.func @attend_c5(%q: tensor<4x5x8xf32>, %k: tensor<4x12x8xf32>, %v: tensor<4x12x6xf32>) {
  // expected-error @+1 {{score additive needs 'by', but got none}}
  %c = vellum.attend %q to %k, %v score additive
  return
}

// -----

func.func @attend_c5(%q: tensor<4x5x8xf32>, %k: tensor<4x12x8xf32>, %v: tensor<4x12x6xf32>,
                     %va: tensor<8xf32>) {
  // expected-error @+1 {{score dot takes no 'by', but got one}}
  %c = vellum.attend %q to %k, %v score dot by %va
  return
}

// -----

func.func @attend_c5(%q: tensor<4x5x8xf32>, %k: tensor<4x12x8xf32>, %v: tensor<4x12x6xf32>,
                     %va: tensor<9xf32>) {
  // expected-error @+1 {{'by' must have the shape 8 (the query's width), but got 9}}
  %c = vellum.attend %q to %k, %v score additive by %va
  return
}

// -----

func.func @attend_c6(%q: tensor<4x5x8xf32>, %k: tensor<4x12x8xf32>, %v: tensor<4x12x6xf32>) {
  // expected-error @+1 {{score cosine needs 'strength', but got none}}
  %c = vellum.attend %q to %k, %v score cosine
  return
}

// -----

func.func @attend_c6(%q: tensor<4x5x8xf32>, %k: tensor<4x12x8xf32>, %v: tensor<4x12x6xf32>,
                     %b: tensor<4x5x1xf32>) {
  // expected-error @+1 {{score scaled_dot takes no 'strength', but got one}}
  %c = vellum.attend %q to %k, %v strength %b
  return
}

// -----

func.func @attend_c6(%q: tensor<4x5x8xf32>, %k: tensor<4x12x8xf32>, %v: tensor<4x12x6xf32>,
                     %b: tensor<4x1xf32>) {
  // expected-error @+1 {{strength must have the shape 4x5x1 (the query's with a last dimension of 1), but got 4x1}}
  %c = vellum.attend %q to %k, %v score cosine strength %b
  return
}

// -----

func.func @attend_c7(%q: tensor<4x5x8xf32>, %k: tensor<4x12x8xf32>, %v: tensor<4x12x6xf32>,
                     %m: tensor<4x5xi1>) {
  // expected-error @+1 {{mask must have the shape 4x12 (the keys' positions) or 4x5x12 (the weighting's), but got 4x5}}
  %c = vellum.attend %q to %k, %v mask %m
  return
}

// -----

func.func @attend_c8(%q: tensor<4x5x8xf32>, %k: tensor<4x12x8xf32>, %v: tensor<4x12x6xf32>) {
  // expected-error @+1 {{the number of heads must be positive and divide the widths 8 and 6, but got 4}}
  %c = vellum.attend %q to %k, %v heads 4
  return
}

// -----

func.func @attend_c8(%q: tensor<4x5x8xf32>, %k: tensor<4x12x8xf32>, %v: tensor<4x12x6xf32>) {
  // expected-error @+1 {{the number of heads must be positive and divide the widths 8 and 6, but got 0}}
  %c = vellum.attend %q to %k, %v heads 0
  return
}

// -----

func.func @attend_c9(%q: tensor<4x8xf32>, %k: tensor<4x12x8xf32>, %v: tensor<4x12x6xf32>) {
  // expected-error @+1 {{'causal' needs a query with a time dimension, but got 4x8}}
  %c = vellum.attend %q to %k, %v causal
  return
}

// -----

func.func @attend_c10(%q: tensor<4x5x8xf64>, %k: tensor<4x12x8xf32>, %v: tensor<4x12x6xf32>) {
  // expected-error @+1 {{operands must have the same element type, but got 'f64' and 'f32'}}
  %c = vellum.attend %q to %k, %v
  return
}
