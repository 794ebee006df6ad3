// RUN: vellum-opt %s -split-input-file -verify-diagnostics

func.func @concat_c1() {
  // expected-error @+2 {{there must be at least one operand}}
  // expected-error @+1 {{'vellum.concat' op failed to infer returned types}}
  %y = "vellum.concat"() : () -> tensor<4x8xf32>
  return
}

// -----

func.func @concat_c1(%x: tensor<4x8xf32>) {
  // expected-error @+1 {{'dim' must lie within rank 2, but got 2}}
  %y = vellum.concat %x, %x dim 2
  return
}

// -----

func.func @concat_c2(%x: tensor<4x8xf32>, %z: tensor<5x8xf32>) {
  // expected-error @+1 {{every operand must have the shape 4x8 (the first one's but for the joined dimension), but got 5x8}}
  %y = vellum.concat %x, %z
  return
}

// -----

func.func @concat_c2(%x: tensor<4x8xf32>, %z: tensor<4xf32>) {
  // expected-error @+1 {{every operand must have the shape 4x8 (the first one's but for the joined dimension), but got 4}}
  %y = vellum.concat %x, %z
  return
}

// -----

func.func @concat_c2(%x: tensor<4x8xf32>, %z: tensor<4x8xf64>) {
  // expected-error @+1 {{operands must have the same element type, but got 'f32' and 'f64'}}
  %y = vellum.concat %x, %z
  return
}

// -----

func.func @concat_c3(%x: tensor<4x8xf32>, %z: tensor<4x?xf32>) {
  // expected-error @+1 {{the joined dimension must have a known size, but got 4x?}}
  %y = vellum.concat %x, %z
  return
}

// -----

func.func @longer_than_a_number(%x: tensor<9223372036854775807xf32>, %y: tensor<5xf32>) -> tensor<4xf32> {
  // expected-error @+1 {{the joined dimensions add up to more than 9223372036854775807}}
  %z = vellum.concat %x, %y dim 0
  return %z : tensor<4xf32>
}
