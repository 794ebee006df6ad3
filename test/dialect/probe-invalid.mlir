// RUN: vellum-opt %s -split-input-file -verify-diagnostics

func.func @probe_c1(%x: tensor<4xf32>) {
  // expected-error @+1 {{'vellum.probe' op name must not be empty, but got ""}}
  vellum.probe "" %x
  return
}
