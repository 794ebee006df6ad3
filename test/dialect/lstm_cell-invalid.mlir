// RUN: vellum-opt %s -split-input-file -verify-diagnostics

func.func @lstm_cell_c1(%h: tensor<4x10xf32>, %w: tensor<10x40xf32>) {
  // expected-error @+2 {{there must be at least one input}}
  // expected-error @+1 {{'vellum.lstm_cell' op failed to infer returned types}}
  %y:2 = "vellum.lstm_cell"(%h, %h, %w) {operandSegmentSizes = array<i32: 0, 1, 1, 1, 0>}
    : (tensor<4x10xf32>, tensor<4x10xf32>, tensor<10x40xf32>) -> (tensor<4x10xf32>, tensor<4x10xf32>)
  return
}

// -----

func.func @lstm_cell_c2(%x: tensor<5x8xf32>, %h: tensor<4x10xf32>, %c: tensor<4x10xf32>,
                        %w: tensor<18x40xf32>, %b: tensor<40xf32>) {
  // expected-error @+1 {{state must have the shape 5x10 (the first input's but for the width), but got 4x10}}
  %h1, %c1 = vellum.lstm_cell %x state %h, %c by %w bias %b
  return
}

// -----

func.func @lstm_cell_c2(%x: tensor<4x8xf32>, %h: tensor<4x?xf32>, %c: tensor<4x10xf32>,
                        %w: tensor<18x40xf32>, %b: tensor<40xf32>) {
  // expected-error @+1 {{state must have a known width, but got 4x?}}
  %h1, %c1 = vellum.lstm_cell %x state %h, %c by %w bias %b
  return
}

// -----

func.func @lstm_cell_c3(%x: tensor<4x8xf32>, %h: tensor<4x10xf32>, %c: tensor<4x11xf32>,
                        %w: tensor<18x40xf32>, %b: tensor<40xf32>) {
  // expected-error @+1 {{cell state must have the shape 4x10 (the hidden state's), but got 4x11}}
  %h1, %c1 = vellum.lstm_cell %x state %h, %c by %w bias %b
  return
}

// -----

func.func @lstm_cell_c4(%x: tensor<4x8xf32>, %h: tensor<4x10xf32>, %c: tensor<4x10xf32>,
                        %w: tensor<18x30xf32>, %b: tensor<40xf32>) {
  // expected-error @+1 {{weight must have the shape 18x40 (the widths of inputs and state by 4 gates), but got 18x30}}
  %h1, %c1 = vellum.lstm_cell %x state %h, %c by %w bias %b
  return
}

// -----

func.func @lstm_cell_c5(%x: tensor<4x8xf32>, %h: tensor<4x10xf32>, %c: tensor<4x10xf32>,
                        %w: tensor<18x40xf32>, %b: tensor<10xf32>) {
  // expected-error @+1 {{bias must have the shape 40 (the weight's columns), but got 10}}
  %h1, %c1 = vellum.lstm_cell %x state %h, %c by %w bias %b
  return
}

// -----

func.func @lstm_cell_c6(%x: tensor<4x8xf32>, %h: tensor<4x10xf32>, %c: tensor<4x10xf64>,
                        %w: tensor<18x40xf32>, %b: tensor<40xf32>) {
  // expected-error @+1 {{operands must have the same element type, but got 'f32' and 'f64'}}
  %h1, %c1 = vellum.lstm_cell %x state %h, %c by %w bias %b
  return
}
