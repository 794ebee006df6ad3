// RUN: vellum-opt %s -split-input-file -verify-diagnostics

func.func @stop_gradient_c1(%x: f32) {
  // expected-error @+1 {{operands must be ranked tensors, but got 'f32'}}
  %y = vellum.stop_gradient %x
  return
}
