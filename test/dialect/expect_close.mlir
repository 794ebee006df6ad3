// RUN: vellum-opt %s | vellum-opt | FileCheck %s

// CHECK-LABEL: @close
func.func @close(%y: tensor<?x8xf32>, %z: tensor<4x8xf32>, %i: tensor<3xi32>) {
  // CHECK: vellum.expect_close %{{.*}}, %{{.*}} atol 1.0e-06 rtol 1.0e-05{{$}}
  vellum.expect_close %y, %z atol 1e-6 rtol 1e-5
  // CHECK: atol 0 rtol 0 nan_equal
  vellum.expect_close %i, %i atol 0 rtol 0 nan_equal
  return
}
