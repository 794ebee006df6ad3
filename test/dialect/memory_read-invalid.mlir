// RUN: vellum-opt %s -split-input-file -verify-diagnostics

func.func @memory_read_c1(%m: tensor<4x128x20xf32>, %w: tensor<128xf32>) {
  // expected-error @+1 {{weighting must have rank 2 (one head) or 3 (heads) for a memory of rank 3, but got 128}}
  %r = vellum.memory_read %m at %w
  return
}

// -----

func.func @memory_read_c2(%m: tensor<4x128x20xf32>, %w: tensor<5x128xf32>) {
  // expected-error @+1 {{weighting must have the memory's batch dimensions, 4, but got 5}}
  %r = vellum.memory_read %m at %w
  return
}

// -----

func.func @memory_read_c3(%m: tensor<4x128x20xf32>, %w: tensor<4x64xf32>) {
  // expected-error @+1 {{weighting width must equal the memory's number of locations 128, but got 64}}
  %r = vellum.memory_read %m at %w
  return
}

// -----

func.func @memory_read_c4(%m: tensor<4x128x20xf32>, %w: tensor<4x128xf64>) {
  // expected-error @+1 {{operands must have the same element type, but got 'f32' and 'f64'}}
  %r = vellum.memory_read %m at %w
  return
}
