// RUN: vellum-opt %s | vellum-opt | FileCheck %s

// CHECK-LABEL: @stop
func.func @stop(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
  // CHECK: vellum.stop_gradient %
  %y = vellum.stop_gradient %x
  return %y : tensor<?x8xf32>
}
