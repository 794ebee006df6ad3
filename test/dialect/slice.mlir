// RUN: vellum-opt %s | vellum-opt | FileCheck %s

// CHECK-LABEL: @slice
func.func @slice(%p: tensor<?x46xf32>, %q: tensor<6x?xi32>)
    -> (tensor<?x20xf32>, tensor<2x?xi32>) {
  // CHECK: vellum.slice %{{.*}} from 26 size 20{{$}}
  %a = vellum.slice %p from 26 size 20
  // CHECK: vellum.slice %{{.*}} from 1 size 2 dim 0
  %b = vellum.slice %q from 1 size 2 dim 0
  return %a, %b : tensor<?x20xf32>, tensor<2x?xi32>
}
