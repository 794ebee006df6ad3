// RUN: vellum-opt %s | vellum-opt | FileCheck %s

// CHECK-LABEL: @concat
func.func @concat(%x: tensor<?x8xf32>, %r: tensor<4x2xf32>, %i: tensor<3x?xi1>)
    -> (tensor<4x10xf32>, tensor<6x?xi1>) {
  // CHECK: vellum.concat %{{.*}}, %{{[^ ]*$}}
  %a = vellum.concat %x, %r
  // CHECK: vellum.concat %{{.*}}, %{{.*}} dim 0
  %b = vellum.concat %i, %i dim 0
  return %a, %b : tensor<4x10xf32>, tensor<6x?xi1>
}
