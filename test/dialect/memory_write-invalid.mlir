// RUN: vellum-opt %s -split-input-file -verify-diagnostics

func.func @memory_write_c1(%m: tensor<4x128x20xf32>, %w: tensor<128xf32>, %e: tensor<4x20xf32>,
                           %a: tensor<4x20xf32>) {
  // expected-error @+1 {{weighting must have rank 2 (one head) or 3 (heads) for a memory of rank 3, but got 128}}
  %r = vellum.memory_write %m at %w erase %e add %a
  return
}

// -----

func.func @memory_write_c2(%m: tensor<4x128x20xf32>, %w: tensor<5x128xf32>,
                           %e: tensor<4x20xf32>, %a: tensor<4x20xf32>) {
  // expected-error @+1 {{weighting must have the memory's batch dimensions, 4, but got 5}}
  %r = vellum.memory_write %m at %w erase %e add %a
  return
}

// -----

func.func @memory_write_c3(%m: tensor<4x128x20xf32>, %w: tensor<4x64xf32>, %e: tensor<4x20xf32>,
                           %a: tensor<4x20xf32>) {
  // expected-error @+1 {{weighting width must equal the memory's number of locations 128, but got 64}}
  %r = vellum.memory_write %m at %w erase %e add %a
  return
}

// -----

func.func @memory_write_c4(%m: tensor<4x128x20xf32>, %w: tensor<4x128xf32>,
                           %e: tensor<4x16xf32>, %a: tensor<4x20xf32>) {
  // expected-error @+1 {{erase must have the shape 4x20 (the weighting's with a last dimension of M), but got 4x16}}
  %r = vellum.memory_write %m at %w erase %e add %a
  return
}

// -----

func.func @memory_write_c4(%m: tensor<4x128x20xf32>, %w: tensor<4x128xf32>,
                           %e: tensor<4x20xf32>, %a: tensor<4x2x20xf32>) {
  // expected-error @+1 {{add must have the shape 4x20 (the weighting's with a last dimension of M), but got 4x2x20}}
  %r = vellum.memory_write %m at %w erase %e add %a
  return
}

// -----

func.func @memory_write_c5(%m: tensor<4x128x20xf32>, %w: tensor<4x?x128xf32>,
                           %e: tensor<4x?x20xf32>, %a: tensor<4x?x20xf32>) {
  // expected-error @+1 {{the number of heads must be known, but got the weighting 4x?x128}}
  %r = vellum.memory_write %m at %w erase %e add %a
  return
}

// -----

func.func @memory_write_c6(%m: tensor<4x128x20xf32>, %w: tensor<4x128xf32>,
                           %e: tensor<4x20xf32>, %a: tensor<4x20xf64>) {
  // expected-error @+1 {{operands must have the same element type, but got 'f32' and 'f64'}}
  %r = vellum.memory_write %m at %w erase %e add %a
  return
}
