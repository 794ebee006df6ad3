// What does not compile is refused with what to write instead; test/dialect/model-ops.test does so for all operations.
//
// RUN: vellum-opt %s -vellum-check-compiles -split-input-file -verify-diagnostics

func.func @sum(%x: tensor<3xf64>) -> tensor<3xf64> {
  %y = arith.addf %x, %x : tensor<3xf64>
  return %y : tensor<3xf64>
}

// -----

func.func @loop(%x: tensor<3xf32>, %n: index) -> tensor<3xf32> {
  // expected-error @below {{'scf.while' op does not compile; write 'vellum.scan', 'vellum.ponder' or 'scf.for' instead; '--backend=interpreter' runs it}}
  %y = scf.while (%a = %x) : (tensor<3xf32>) -> tensor<3xf32> {
    %go = arith.constant false
    scf.condition(%go) %a : tensor<3xf32>
  } do {
  ^bb0(%a: tensor<3xf32>):
    scf.yield %a : tensor<3xf32>
  }
  return %y : tensor<3xf32>
}

// -----

func.func @double(%x: tensor<3xf64>) -> tensor<3xf64> {
  // expected-error @below {{'vellum.softmax' op on the CPU works on f32, but got 'f64'}}
  %y = vellum.softmax %x
  return %y : tensor<3xf64>
}

// -----

func.func @short(%x: tensor<3xf32>) -> tensor<3xbf16> {
  // expected-error @below {{'arith.truncf' op does not compile on bf16; write f32}}
  %y = arith.truncf %x : tensor<3xf32> to tensor<3xbf16>
  return %y : tensor<3xbf16>
}
