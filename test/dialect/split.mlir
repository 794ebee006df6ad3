// RUN: vellum-opt %s | vellum-opt | FileCheck %s

// CHECK-LABEL: @split
func.func @split(%p: tensor<?x22xf32>) -> (tensor<?x20xf32>, tensor<?x1xf32>) {
  // CHECK: %{{.*}}:3 = vellum.split %{{.*}} into [20, 1, 1]
  %key, %strength, %gate = vellum.split %p into [20, 1, 1]
  return %key, %gate : tensor<?x20xf32>, tensor<?x1xf32>
}
