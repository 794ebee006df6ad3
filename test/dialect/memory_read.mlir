// RUN: vellum-opt %s | vellum-opt | FileCheck %s

// CHECK-LABEL: @one_head
func.func @one_head(%m: tensor<?x128x20xf32>, %w: tensor<4x128xf32>) -> tensor<4x20xf32> {
  // CHECK: vellum.memory_read %{{.*}} at %
  %r = vellum.memory_read %m at %w
  return %r : tensor<4x20xf32>
}

// CHECK-LABEL: @heads
func.func @heads(%m: tensor<4x128x?xf32>, %w: tensor<?x3x128xf32>) -> tensor<4x3x?xf32> {
  %r = vellum.memory_read %m at %w
  return %r : tensor<4x3x?xf32>
}
