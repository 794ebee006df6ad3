// RUN: vellum-opt %s -vellum-erase-probes | FileCheck %s

// CHECK-LABEL: func.func @f
// CHECK-NOT:   probe
// CHECK-NOT:   expect_close
// CHECK:       return
func.func @f(%xs: tensor<?x4xf32>, %a: tensor<4xf32>) -> tensor<4xf32> {
  vellum.probe "whole" %a
  vellum.expect_close %a, %a atol 0.0 rtol 0.0
  %last = vellum.scan for %x in %xs carry %h = %a {
    probe "step" %x
    yield %h
  }
  return %last : tensor<4xf32>
}
