// RUN: vellum-opt %s -split-input-file -verify-diagnostics

func.func @sigmoid_cross_entropy_c1(%x: tensor<4x8xf32>, %z: tensor<4x9xf32>) {
  // expected-error @+1 {{targets must have the shape 4x8 (the logits'), but got 4x9}}
  %l = vellum.sigmoid_cross_entropy %x against %z
  return
}

// -----

func.func @sigmoid_cross_entropy_c2(%x: tensor<4x8xf32>, %z: tensor<4x8xf32>, %m: tensor<4xf32>) {
  // expected-error @+1 {{mask must have the shape 4x8 (the logits', or a last dimension of 1), but got 4}}
  %l = vellum.sigmoid_cross_entropy %x against %z mask %m
  return
}

// -----

func.func @sigmoid_cross_entropy_c2(%x: tensor<4x8xf32>, %z: tensor<4x8xf32>,
                                    %m: tensor<5x1xf32>) {
  // expected-error @+1 {{mask must have the shape 4x1 (the logits', or a last dimension of 1), but got 5x1}}
  %l = vellum.sigmoid_cross_entropy %x against %z mask %m
  return
}

// -----

func.func @sigmoid_cross_entropy_c2_i2(%x: tensor<?x8xf32>, %z: tensor<?x8xf32>, %m: tensor<?x?xf32>) {
  // expected-error @+1 {{mask must have a known last dimension, 8 or 1, but got ?x?}}
  %l = vellum.sigmoid_cross_entropy %x against %z mask %m
  return
}

// -----

func.func @sigmoid_cross_entropy_c3(%x: tensor<4x8xf32>, %z: tensor<4x8xf64>) {
  // expected-error @+1 {{operands must have the same element type, but got 'f32' and 'f64'}}
  %l = vellum.sigmoid_cross_entropy %x against %z
  return
}
