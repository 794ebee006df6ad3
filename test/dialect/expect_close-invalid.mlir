// RUN: vellum-opt %s -split-input-file -verify-diagnostics

func.func @expect_close_c1(%x: tensor<4xf32>, %y: tensor<5xf32>) {
  // expected-error @+1 {{actual value must have the shape 5 (the expected one's), but got 4}}
  vellum.expect_close %x, %y atol 0 rtol 0
  return
}

// -----

func.func @expect_close_c2(%x: tensor<4xf32>, %y: tensor<4xf64>) {
  // expected-error @+1 {{'vellum.expect_close' op operands must have the same numeric element type, but got 'f32' and 'f64'}}
  vellum.expect_close %x, %y atol 0 rtol 0
  return
}

// -----

func.func @expect_close_c3(%x: tensor<4xf32>) {
  // expected-error @+1 {{'vellum.expect_close' op tolerances must be finite and not negative, but got -1}}
  vellum.expect_close %x, %x atol -1 rtol 0
  return
}
