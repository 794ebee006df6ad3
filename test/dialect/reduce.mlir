// RUN: vellum-opt %s | vellum-opt | FileCheck %s

// CHECK-LABEL: @reduce
func.func @reduce(%x: tensor<?x3x4xf32>)
    -> (tensor<f32>, tensor<?x1x4xf32>, tensor<?x3xf32>, tensor<?x3x4xf32>) {
  // CHECK: vellum.reduce mean %{{.*}} over [0, 1, 2]
  %mean = vellum.reduce mean %x over [0, 1, 2]
  // CHECK: vellum.reduce sum %{{.*}} over [1] keep
  %sum = vellum.reduce sum %x over [1] keep
  // CHECK: vellum.reduce max %{{.*}} over [2]
  %max = vellum.reduce max %x over [2]
  %all = vellum.reduce sum %x over []
  return %mean, %sum, %max, %all
    : tensor<f32>, tensor<?x1x4xf32>, tensor<?x3xf32>, tensor<?x3x4xf32>
}
