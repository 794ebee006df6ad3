// RUN: vellum-opt %s -split-input-file -verify-diagnostics

func.func @rnn_cell_c1(%h: tensor<4x10xf32>, %w: tensor<10x10xf32>) {
  // expected-error @+2 {{there must be at least one input}}
  // expected-error @+1 {{'vellum.rnn_cell' op failed to infer returned types}}
  %y = "vellum.rnn_cell"(%h, %w) {operandSegmentSizes = array<i32: 0, 1, 1, 0>}
    : (tensor<4x10xf32>, tensor<10x10xf32>) -> tensor<4x10xf32>
  return
}

// -----

func.func @rnn_cell_c2(%x: tensor<4x8xf32>, %h: tensor<5x10xf32>, %w: tensor<18x10xf32>,
                       %b: tensor<10xf32>) {
  // expected-error @+1 {{state must have the shape 4x10 (the first input's but for the width), but got 5x10}}
  %h1 = vellum.rnn_cell %x state %h by %w bias %b
  return
}

// -----

func.func @rnn_cell_c3(%x: tensor<4x8xf32>, %h: tensor<4x10xf32>, %w: tensor<17x10xf32>,
                       %b: tensor<10xf32>) {
  // expected-error @+1 {{weight must have the shape 18x10 (the widths of inputs and state by the state's), but got 17x10}}
  %h1 = vellum.rnn_cell %x state %h by %w bias %b
  return
}

// -----

func.func @rnn_cell_c4(%x: tensor<4x8xf32>, %h: tensor<4x10xf32>, %w: tensor<18x10xf32>,
                       %b: tensor<18xf32>) {
  // expected-error @+1 {{bias must have the shape 10 (the weight's columns), but got 18}}
  %h1 = vellum.rnn_cell %x state %h by %w bias %b
  return
}

// -----

func.func @rnn_cell_c5(%x: tensor<4x8xf32>, %h: tensor<4x10xf32>, %w: tensor<18x10xf64>,
                       %b: tensor<10xf32>) {
  // expected-error @+1 {{operands must have the same element type, but got 'f32' and 'f64'}}
  %h1 = vellum.rnn_cell %x state %h by %w bias %b
  return
}
