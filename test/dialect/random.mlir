// RUN: vellum-opt %s | vellum-opt | FileCheck %s

// CHECK-LABEL: @random
func.func @random(%key: i64, %t: index, %b: index) -> tensor<?x?x8xf32> {
  // CHECK: vellum.random bits %{{.*}} : tensor<16xi32>
  %bits = vellum.random bits %key : tensor<16xi32>
  // CHECK: vellum.random permutation %{{.*}} stream 2 : tensor<4x16xi32>
  %order = vellum.random permutation %key stream 2 : tensor<4x16xi32>
  // CHECK: vellum.random normal %{{.*}} : tensor<f64>
  %n = vellum.random normal %key : tensor<f64>
  // CHECK: vellum.random uniform %{{.*}} stream 1(%{{.*}}, %{{.*}}) : tensor<?x?x8xf32>
  %u = vellum.random uniform %key stream 1 (%t, %b) : tensor<?x?x8xf32>
  return %u : tensor<?x?x8xf32>
}
