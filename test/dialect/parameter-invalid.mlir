// RUN: vellum-opt %s -split-input-file -verify-diagnostics

// expected-error @+1 {{'vellum.parameter' op type must be a tensor of floats with known dimensions, but got 'tensor<?x4xf32>'}}
vellum.parameter @parameter_c1 : tensor<?x4xf32> = zeros

// -----

// expected-error @+1 {{'vellum.parameter' op type must be a tensor of floats with known dimensions, but got 'tensor<4xi32>'}}
vellum.parameter @parameter_c1 : tensor<4xi32> = zeros

// -----

// expected-error @+1 {{'vellum.parameter' op uniform takes 1 or 2 numbers, but got 0}}
vellum.parameter @parameter_c2 : tensor<4xf32> = uniform

// -----

// expected-error @+1 {{'vellum.parameter' op zeros takes 0 numbers, but got 1}}
vellum.parameter @parameter_c2 : tensor<4xf32> = zeros(1)

// -----

// expected-error @+1 {{'vellum.parameter' op glorot needs two dimensions, but got 'tensor<4xf32>'}}
vellum.parameter @parameter_c3 : tensor<4xf32> = glorot

// -----

// expected-error @+1 {{'vellum.parameter' op identity needs two dimensions, but got 'tensor<4x4x4xf32>'}}
vellum.parameter @parameter_c3 : tensor<4x4x4xf32> = identity

// -----

// expected-error @+1 {{'vellum.parameter' op one_hot's position must lie within the last dimension of 'tensor<3x4xf32>', but got 4}}
vellum.parameter @parameter_c4 : tensor<3x4xf32> = one_hot(4)

// -----

// expected-error @+1 {{'vellum.parameter' op one_hot's position must lie within the last dimension of 'tensor<3x4xf32>', but got 0.5}}
vellum.parameter @parameter_c4 : tensor<3x4xf32> = one_hot(0.5)

// -----

// @parameter_c5
// expected-error @+1 {{'vellum.parameter' op initialiser's numbers must be finite, but got inf}}
"vellum.parameter"() {sym_name = "parameter_c5", type = tensor<4xf32>, init = 3 : i32,
                      init_args = array<f64: 0x7FF0000000000000>} : () -> ()
