// RUN: vellum-opt %s -split-input-file -verify-diagnostics

func.func @broadcast_c1(%x: tensor<8xf32>, %l: tensor<4x8xf32>, %n: index) {
  // expected-error @+1 {{exactly one of 'like' and 'by' must be given, but got both}}
  %y = vellum.broadcast %x across [0] like %l by %n
  return
}

// -----

func.func @broadcast_c1(%x: tensor<8xf32>) {
  // expected-error @+1 {{exactly one of 'like' and 'by' must be given, but got neither}}
  %y = vellum.broadcast %x across [0]
  return
}

// -----

func.func @broadcast_c2(%x: tensor<8xf32>, %n: index) {
  // expected-error @+1 {{'across' must be increasing and lie within rank 2, but got [2]}}
  %y = vellum.broadcast %x across [2] by %n
  return
}

// -----

func.func @broadcast_c2(%x: tensor<8xf32>, %l: tensor<8x4x5xf32>) {
  // expected-error @+1 {{'across' must be increasing and lie within rank 3, but got [2, 1]}}
  %y = vellum.broadcast %x across [2, 1] like %l
  return
}

// -----

func.func @broadcast_c3(%x: tensor<8xf32>, %l: tensor<4x5x8xf32>) {
  // expected-error @+1 {{'like' must have the operand's rank plus the inserted dimensions, 2, but got 4x5x8}}
  %y = vellum.broadcast %x across [0] like %l
  return
}

// -----

func.func @broadcast_c4(%x: tensor<8xf32>, %l: tensor<4x9xf32>) {
  // expected-error @+1 {{dimension 1 must be 1 or that of 'like', 9, but got 8}}
  %y = vellum.broadcast %x across [0] like %l
  return
}

// -----

func.func @broadcast_c5(%x: tensor<8xf32>, %n: index) {
  // expected-error @+1 {{'by' must give one size for each inserted dimension, 1, but got 2}}
  %y = vellum.broadcast %x across [0] by %n, %n
  return
}

// -----

func.func @broadcast_c6(%x: f32, %l: tensor<4x9xf32>) {
  // expected-error @+1 {{operands must be ranked tensors, but got 'f32'}}
  %y = vellum.broadcast %x across [0, 1] like %l
  return
}
