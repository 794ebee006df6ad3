// RUN: vellum-opt %s | vellum-opt | FileCheck %s

// CHECK-LABEL: @losses
func.func @losses(%x: tensor<?x8xf32>, %z: tensor<4x8xf32>, %m: tensor<4x1xf32>,
                  %n: tensor<4x8xf32>)
    -> (tensor<f32>, tensor<f32>, tensor<4x8xf32>) {
  // CHECK: vellum.sigmoid_cross_entropy %{{.*}} against %{{[^ ]*$}}
  %mean = vellum.sigmoid_cross_entropy %x against %z
  // CHECK: against %{{.*}} mask %{{.*}} reduce sum
  %sum = vellum.sigmoid_cross_entropy %x against %z mask %m reduce sum
  // CHECK: reduce none
  %each = vellum.sigmoid_cross_entropy %x against %z mask %n reduce none
  return %mean, %sum, %each : tensor<f32>, tensor<f32>, tensor<4x8xf32>
}
