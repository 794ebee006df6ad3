// RUN: vellum-opt %s -split-input-file -verify-diagnostics

func.func @slice_c1(%x: tensor<4x8xf32>) {
  // expected-error @+1 {{'dim' must lie within rank 2, but got 2}}
  %y = vellum.slice %x from 0 size 1 dim 2
  return
}

// -----

func.func @slice_c1(%x: tensor<4x8xf32>) {
  // expected-error @+1 {{'dim' must lie within rank 2, but got -3}}
  %y = vellum.slice %x from 0 size 1 dim -3
  return
}

// -----

func.func @slice_c2(%x: tensor<4x8xf32>) {
  // expected-error @+1 {{the range must lie within a dimension of known size, but got 3 from 6 of 8}}
  %y = vellum.slice %x from 6 size 3
  return
}

// -----

func.func @slice_c2(%x: tensor<4x?xf32>) {
  // expected-error @+1 {{the range must lie within a dimension of known size, but got 3 from 6 of ?}}
  %y = vellum.slice %x from 6 size 3
  return
}

// -----

// No wrapping round.
func.func @slice_c2(%x: tensor<4x8xf32>) {
  // expected-error @+1 {{the range must lie within a dimension of known size, but got 3 from 9223372036854775807 of 8}}
  %y = vellum.slice %x from 9223372036854775807 size 3
  return
}

// -----

func.func @slice_c3(%x: f32) {
  // expected-error @+1 {{operands must be ranked tensors, but got 'f32'}}
  %y = vellum.slice %x from 0 size 1
  return
}

// -----

func.func @slice_c2(%x: tensor<4xf32>) {
  // expected-error @+1 {{known size, but got -9223372036854775808 from 0 of 4}}
  %y = vellum.slice %x from 0 size -9223372036854775808
  return
}
