// RUN: vellum-opt %s -split-input-file -verify-diagnostics

func.func @content_address_c1(%key: tensor<4x2x1x20xf32>, %memory: tensor<4x128x20xf32>,
                              %beta: tensor<4x1xf32>) {
  // expected-error @+1 {{key must have rank 2 (one head) or 3 (heads) for a memory of rank 3, but got 4x2x1x20}}
  %w = vellum.content_address %key in %memory strength %beta
  return
}

// -----

// A memory has locations and words.
func.func @content_address_c1(%key: tensor<20xf32>, %memory: tensor<20xf32>,
                              %beta: tensor<1xf32>) {
  // expected-error @+1 {{memory must have at least 2 dimensions, but got 20}}
  %w = vellum.content_address %key in %memory strength %beta
  return
}

// -----

func.func @content_address_c2(%key: tensor<5x20xf32>, %memory: tensor<4x128x20xf32>,
                              %beta: tensor<5x1xf32>) {
  // expected-error @+1 {{key must have the memory's batch dimensions, 4, but got 5}}
  %w = vellum.content_address %key in %memory strength %beta
  return
}

// -----

func.func @content_address_c3(%key: tensor<4x16xf32>, %memory: tensor<4x128x20xf32>,
                              %beta: tensor<4x1xf32>) {
  // expected-error @+1 {{key width must equal the memory's word width 20, but got 16}}
  %w = vellum.content_address %key in %memory strength %beta
  return
}

// -----

func.func @content_address_c4(%key: tensor<4x20xf32>, %memory: tensor<4x128x20xf32>,
                              %beta: tensor<4x2xf32>) {
  // expected-error @+1 {{strength must have the shape 4x1 (the key's with a last dimension of 1), but got 4x2}}
  %w = vellum.content_address %key in %memory strength %beta
  return
}

// -----

func.func @content_address_c5(%key: tensor<4x20xf32>, %memory: tensor<4x128x20xf32>,
                              %beta: tensor<4x1xf32>) {
  // expected-error @+1 {{epsilon must not be negative, but got -0.5}}
  %w = vellum.content_address %key in %memory strength %beta epsilon -0.5
  return
}

// -----

func.func @content_address_c6(%key: tensor<4x20xf64>, %memory: tensor<4x128x20xf32>,
                              %beta: tensor<4x1xf32>) {
  // expected-error @+1 {{operands must have the same element type, but got 'f64' and 'f32'}}
  %w = vellum.content_address %key in %memory strength %beta
  return
}

// -----

func.func @content_address_c6(%key: tensor<4x20xi32>, %memory: tensor<4x128x20xf32>,
                              %beta: tensor<4x1xf32>) {
  // expected-error @+1 {{operands must be ranked tensors of floats, but got 'tensor<4x20xi32>'}}
  %w = vellum.content_address %key in %memory strength %beta
  return
}
