// RUN: vellum-opt %s -split-input-file -verify-diagnostics

// With the type written, the symbol is looked up.
vellum.parameter @memory : tensor<4xf32> = zeros
func.func @use_c1() {
  // expected-error @+1 {{'vellum.use' op unknown parameter @memry; did you mean @memory?}}
  %m = vellum.use @memry : tensor<4xf32>
  return
}

// -----

// A function is no parameter.
func.func @use_c1() {
  // expected-error @+1 {{'vellum.use' op unknown parameter @use_c1}}
  %m = vellum.use @use_c1 : tensor<4xf32>
  return
}

// -----

// Without it, the parser says as much.
vellum.parameter @memory : tensor<4xf32> = zeros
func.func @use_c1() {
  // expected-error @+1 {{custom op 'vellum.use' unknown parameter @memry; did you mean @memory?}}
  %m = vellum.use @memry
  return
}

// -----

func.func @use_c1() {
  // expected-error @+1 {{custom op 'vellum.use' unknown parameter @weights; where the declaration follows, the use needs a type}}
  %m = vellum.use @weights
  return
}

// -----

vellum.parameter @memory : tensor<4xf32> = zeros
func.func @use_c2() {
  // expected-error @+1 {{'vellum.use' op type must be that of the parameter, 'tensor<4xf32>', but got 'tensor<5xf32>'}}
  %m = vellum.use @memory : tensor<5xf32>
  return
}
