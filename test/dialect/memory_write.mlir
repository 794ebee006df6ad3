// RUN: vellum-opt %s | vellum-opt | FileCheck %s

// CHECK-LABEL: @erase_add
func.func @erase_add(%m: tensor<?x128x20xf32>, %w: tensor<4x128xf32>,
                     %e: tensor<4x20xf32>, %a: tensor<4x20xf32>) -> tensor<4x128x20xf32> {
  // CHECK: vellum.memory_write %{{.*}} at %{{.*}} erase %{{.*}} add %
  %m1 = vellum.memory_write %m at %w erase %e add %a
  // CHECK: vellum.memory_write %{{.*}} at %arg1 add %
  %m2 = vellum.memory_write %m1 at %w add %a
  return %m2 : tensor<4x128x20xf32>
}

// CHECK-LABEL: @heads
func.func @heads(%m: tensor<?x?x?xf32>, %w: tensor<4x2x128xf32>,
                 %e: tensor<4x2x?xf32>, %a: tensor<4x2x20xf32>) -> tensor<4x128x20xf32> {
  // CHECK: add %{{.*}} sequential
  %m1 = vellum.memory_write %m at %w erase %e add %a sequential
  return %m1 : tensor<4x128x20xf32>
}
