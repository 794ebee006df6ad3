// RUN: vellum-opt %s | vellum-opt | FileCheck %s

// CHECK-LABEL: @sharpen
func.func @sharpen(%w: tensor<?x128xf32>, %gamma: tensor<4x1xf32>) -> tensor<4x128xf32> {
  // CHECK: vellum.sharpen_address %{{.*}} power %{{[^ ]*$}}
  %r = vellum.sharpen_address %w power %gamma
  // CHECK: epsilon 1.0e-04
  %q = vellum.sharpen_address %r power %gamma epsilon 1e-4
  return %q : tensor<4x128xf32>
}
