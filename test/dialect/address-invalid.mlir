// RUN: vellum-opt %s -split-input-file -verify-diagnostics

func.func @address_c1(%k: tensor<20xf32>, %m: tensor<4x128x20xf32>, %b: tensor<4x1xf32>,
                      %g: tensor<4x1xf32>, %s: tensor<4x3xf32>, %y: tensor<4x1xf32>,
                      %w0: tensor<4x128xf32>) {
  // expected-error @+1 {{key must have rank 2 (one head) or 3 (heads) for a memory of rank 3, but got 20}}
  %w = vellum.address %k in %m strength %b gate %g shift %s power %y from %w0
  return
}

// -----

func.func @address_c2(%k: tensor<4x20xf32>, %m: tensor<3x128x20xf32>, %b: tensor<4x1xf32>,
                      %g: tensor<4x1xf32>, %s: tensor<4x3xf32>, %y: tensor<4x1xf32>,
                      %w0: tensor<4x128xf32>) {
  // expected-error @+1 {{key must have the memory's batch dimensions, 3, but got 4}}
  %w = vellum.address %k in %m strength %b gate %g shift %s power %y from %w0
  return
}

// -----

func.func @address_c3(%k: tensor<4x16xf32>, %m: tensor<4x128x20xf32>, %b: tensor<4x1xf32>,
                      %g: tensor<4x1xf32>, %s: tensor<4x3xf32>, %y: tensor<4x1xf32>,
                      %w0: tensor<4x128xf32>) {
  // expected-error @+1 {{key width must equal the memory's word width 20, but got 16}}
  %w = vellum.address %k in %m strength %b gate %g shift %s power %y from %w0
  return
}

// -----

func.func @address_c4(%k: tensor<4x20xf32>, %m: tensor<4x128x20xf32>, %b: tensor<4x1xf32>,
                      %g: tensor<4x2xf32>, %s: tensor<4x3xf32>, %y: tensor<4x1xf32>,
                      %w0: tensor<4x128xf32>) {
  // expected-error @+1 {{gate must have the shape 4x1 (the key's with a last dimension of 1), but got 4x2}}
  %w = vellum.address %k in %m strength %b gate %g shift %s power %y from %w0
  return
}

// -----

func.func @address_c4(%k: tensor<4x20xf32>, %m: tensor<4x128x20xf32>, %b: tensor<4x1xf32>,
                      %g: tensor<4x1xf32>, %s: tensor<4x3xf32>, %y: tensor<5x1xf32>,
                      %w0: tensor<4x128xf32>) {
  // expected-error @+1 {{power must have the shape 4x1 (the key's with a last dimension of 1), but got 5x1}}
  %w = vellum.address %k in %m strength %b gate %g shift %s power %y from %w0
  return
}

// -----

func.func @address_c5(%k: tensor<4x20xf32>, %m: tensor<4x128x20xf32>, %b: tensor<4x1xf32>,
                      %g: tensor<4x1xf32>, %s: tensor<4x3xf32>, %y: tensor<4x1xf32>,
                      %w0: tensor<4x64xf32>) {
  // expected-error @+1 {{previous weighting must have the shape 4x128 (the key's with a last dimension of N), but got 4x64}}
  %w = vellum.address %k in %m strength %b gate %g shift %s power %y from %w0
  return
}

// -----

func.func @address_c6(%k: tensor<4x20xf32>, %m: tensor<4x128x20xf32>, %b: tensor<4x1xf32>,
                      %g: tensor<4x1xf32>, %s: tensor<4x4xf32>, %y: tensor<4x1xf32>,
                      %w0: tensor<4x128xf32>) {
  // expected-error @+1 {{the number of taps must be known, positive and odd, but got 4}}
  %w = vellum.address %k in %m strength %b gate %g shift %s power %y from %w0
  return
}

// -----

func.func @address_c7(%k: tensor<4x20xf32>, %m: tensor<4x128x20xf32>, %b: tensor<4x1xf32>,
                      %g: tensor<4x1xf32>, %s: tensor<4x3xf32>, %y: tensor<4x1xf32>,
                      %w0: tensor<4x128xf32>) {
  // expected-error @+1 {{epsilon must not be negative, but got -1}}
  %w = vellum.address %k in %m strength %b gate %g shift %s power %y from %w0 epsilon -1
  return
}

// -----

func.func @address_c8(%k: tensor<4x20xf32>, %m: tensor<4x128x20xf32>, %b: tensor<4x1xf32>,
                      %g: tensor<4x1xf32>, %s: tensor<4x3xf32>, %y: tensor<4x1xf32>,
                      %w0: tensor<4x128xf64>) {
  // expected-error @+1 {{operands must have the same element type, but got 'f32' and 'f64'}}
  %w = vellum.address %k in %m strength %b gate %g shift %s power %y from %w0
  return
}
