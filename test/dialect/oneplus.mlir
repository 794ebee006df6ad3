// RUN: vellum-opt %s | vellum-opt | FileCheck %s

// Tensors, and the scalars and vectors that they are lowered to.
// CHECK-LABEL: @elementwise
func.func @elementwise(%x: tensor<?x8xf32>, %s: f64, %v: vector<8xf32>)
    -> (tensor<?x8xf32>, f64, vector<8xf32>) {
  // CHECK: vellum.oneplus %{{.*}}
  %a = vellum.oneplus %x
  %b = vellum.oneplus %s
  %c = vellum.oneplus %v
  return %a, %b, %c : tensor<?x8xf32>, f64, vector<8xf32>
}
