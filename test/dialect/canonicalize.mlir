// RUN: vellum-opt %s -canonicalize | FileCheck %s

// CHECK-LABEL: @identities
// CHECK-SAME: (%[[X:.*]]: tensor<4x8xf32>)
func.func @identities(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // CHECK-NEXT: return %[[X]]
  %a = vellum.slice %x from 0 size 8
  %b = vellum.pad %a at 0 to 8
  %c = vellum.concat %b
  %d = vellum.reduce max %c over []
  %e = vellum.broadcast %d like %x
  %f = vellum.pad %e at 3 to 20
  %g = vellum.slice %f from 3 size 8
  return %g : tensor<4x8xf32>
}

// CHECK-LABEL: @slice_of_slice
// CHECK-SAME: (%[[X:.*]]: tensor<4x8xf32>)
func.func @slice_of_slice(%x: tensor<4x8xf32>) -> (tensor<4x2xf32>, tensor<1x5xf32>) {
  // CHECK-DAG: vellum.slice %[[X]] from 3 size 2
  %a = vellum.slice %x from 2 size 5
  %b = vellum.slice %a from 1 size 2
  // Another dimension is another matter.
  // CHECK-DAG: %[[A:.*]] = vellum.slice %[[X]] from 2 size 5
  // CHECK-DAG: vellum.slice %[[A]] from 1 size 1 dim 0
  %c = vellum.slice %a from 1 size 1 dim 0
  return %b, %c : tensor<4x2xf32>, tensor<1x5xf32>
}

// The dimension that is not known may be 1.
// CHECK-LABEL: @may_stretch
func.func @may_stretch(%x: tensor<?x8xf32>, %y: tensor<?x8xf32>) -> tensor<?x8xf32> {
  // CHECK: vellum.broadcast
  %a = vellum.broadcast %x like %y
  return %a : tensor<?x8xf32>
}
