// RUN: vellum-opt %s -split-input-file -verify-diagnostics

func.func @yield_c1(%x: tensor<3x4xf32>) {
  // expected-error @+1 {{'vellum.yield' op must end the body of a scan or a ponder}}
  vellum.yield %x
}

// -----

func.func @yield_c2(%x: tensor<3x4xf32>, %p: tensor<4x1xf32>) {
  vellum.scan for %s in %x {
    // expected-error @+1 {{'vellum.yield' op may have 'halt' in a ponder only}}
    yield halt %p
  }
  return
}
