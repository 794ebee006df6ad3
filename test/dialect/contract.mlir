// RUN: vellum-opt %s | vellum-opt | FileCheck %s

// CHECK-LABEL: @product
func.func @product(%a: tensor<?x3xf32>, %b: tensor<3x4xf32>) -> tensor<?x4xf32> {
  // CHECK: vellum.contract "bk,kn->bn" %{{.*}}, %
  %c = vellum.contract "bk,kn->bn" %a, %b
  return %c : tensor<?x4xf32>
}

// Letters known in one operand alone, batches, outer and inner products.
// CHECK-LABEL: @more
func.func @more(%a: tensor<?x3xf32>, %b: tensor<5x3xf32>, %v: tensor<7xf32>)
    -> (tensor<5xf32>, tensor<3x5x7xf32>, tensor<f32>) {
  %inner = vellum.contract "bk,bk->b" %a, %b
  %outer = vellum.contract "bk,n->kbn" %b, %v
  %dot = vellum.contract "n,n->" %v, %v
  return %inner, %outer, %dot : tensor<5xf32>, tensor<3x5x7xf32>, tensor<f32>
}

// CHECK-LABEL: @excluding
func.func @excluding(%w: tensor<?x3xf32>, %v: tensor<3x4xf32>) -> (tensor<?x4xf32>, tensor<4x?xf32>, tensor<?x4xf32>) {
  // CHECK: vellum.contract "bs,sk->bk" %{{.*}}, %{{.*}} excluding lhs
  %a = vellum.contract "bs,sk->bk" %w, %v excluding lhs
  // CHECK: vellum.contract "sk,bs->kb" %{{.*}}, %{{.*}} excluding rhs
  %b = vellum.contract "sk,bs->kb" %v, %w excluding rhs
  // CHECK: vellum.contract "bs,sk->bk" %{{.*}}, %{{.*}} excluding both
  %c = vellum.contract "bs,sk->bk" %w, %v excluding both
  return %a, %b, %c : tensor<?x4xf32>, tensor<4x?xf32>, tensor<?x4xf32>
}
