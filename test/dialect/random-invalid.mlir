// RUN: vellum-opt %s -split-input-file -verify-diagnostics

func.func @random_c1(%k: i64) {
  // expected-error @+1 {{'vellum.random' op bits must have the element type i32, but got 'f32'}}
  %u = vellum.random bits %k : tensor<4xf32>
  return
}

// -----

func.func @random_c1(%k: i64) {
  // expected-error @+1 {{'vellum.random' op normal must have the element type f32 or f64, but got 'f16'}}
  %u = vellum.random normal %k : tensor<4xf16>
  return
}

// -----

func.func @random_c2(%k: i64, %n: index) {
  // expected-error @+1 {{'vellum.random' op must have one size for each dynamic dimension of 'tensor<4xf32>', but got 1}}
  %u = vellum.random normal %k (%n) : tensor<4xf32>
  return
}

// -----

func.func @random_c3(%k: i64) {
  // expected-error @+1 {{'vellum.random' op permutation must have at least one dimension, but got a scalar}}
  %u = vellum.random permutation %k : tensor<i32>
  return
}
