// RUN: vellum-opt %s -split-input-file -verify-diagnostics

func.func @linear_c1(%w: tensor<10x3xf32>) {
  // expected-error @+2 {{there must be at least one input}}
  // expected-error @+1 {{'vellum.linear' op failed to infer returned types}}
  %y = "vellum.linear"(%w) {operandSegmentSizes = array<i32: 0, 1, 0>} : (tensor<10x3xf32>) -> tensor<3xf32>
  return
}

// -----

func.func @linear_c1(%x: tensor<f32>, %r: tensor<4x2xf32>, %w: tensor<10x3xf32>,
                     %b: tensor<3xf32>) {
  // expected-error @+1 {{input must have at least 1 dimension, but got a scalar}}
  %y = vellum.linear %x, %r by %w bias %b
  return
}

// -----

func.func @linear_c2(%x: tensor<4x8xf32>, %r: tensor<5x2xf32>, %w: tensor<10x3xf32>,
                     %b: tensor<3xf32>) {
  // expected-error @+1 {{input must have the shape 4x2 (the first input's but for the width), but got 5x2}}
  %y = vellum.linear %x, %r by %w bias %b
  return
}

// -----

func.func @linear_c2(%x: tensor<4x8xf32>, %r: tensor<4x?xf32>, %w: tensor<10x3xf32>,
                     %b: tensor<3xf32>) {
  // expected-error @+1 {{input must have a known width, but got 4x?}}
  %y = vellum.linear %x, %r by %w bias %b
  return
}

// -----

func.func @linear_c3(%x: tensor<4x8xf32>, %r: tensor<4x2xf32>, %w: tensor<9x3xf32>,
                     %b: tensor<3xf32>) {
  // expected-error @+1 {{weight must have the shape 10x? (rows for the inputs' widths), but got 9x3}}
  %y = vellum.linear %x, %r by %w bias %b
  return
}

// -----

func.func @linear_c3(%x: tensor<4x8xf32>, %r: tensor<4x2xf32>, %w: tensor<10xf32>,
                     %b: tensor<3xf32>) {
  // expected-error @+1 {{weight must have the shape 10x? (rows for the inputs' widths), but got 10}}
  %y = vellum.linear %x, %r by %w bias %b
  return
}

// -----

func.func @linear_c4(%x: tensor<4x8xf32>, %r: tensor<4x2xf32>, %w: tensor<10x3xf32>,
                     %b: tensor<10xf32>) {
  // expected-error @+1 {{bias must have the shape 3 (the weight's columns), but got 10}}
  %y = vellum.linear %x, %r by %w bias %b
  return
}

// -----

func.func @linear_c5(%x: tensor<4x8xf32>, %r: tensor<4x2xf32>, %w: tensor<10x3xf32>,
                     %b: tensor<3xf64>) {
  // expected-error @+1 {{operands must have the same element type, but got 'f32' and 'f64'}}
  %y = vellum.linear %x, %r by %w bias %b
  return
}

// -----

func.func @wider_than_a_number(%a: tensor<9223372036854775807xf32>, %b: tensor<5xf32>, %w: tensor<7x5xf32>) -> tensor<5xf32> {
  // expected-error @+1 {{the inputs' widths add up to more than 9223372036854775807}}
  %y = vellum.linear %a, %b by %w
  return %y : tensor<5xf32>
}
