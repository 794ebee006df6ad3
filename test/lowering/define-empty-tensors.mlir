// RUN: vellum-opt %s -vellum-define-empty-tensors | FileCheck %s

// CHECK-LABEL: func @returned
// CHECK: %[[ZERO:.*]] = arith.constant 0.0
// CHECK: %[[ZEROS:.*]] = tensor.splat %[[ZERO]][%{{.*}}] : tensor<?x4xf32>
// CHECK: return %[[ZEROS]]
func.func @returned(%n: index) -> tensor<?x4xf32> {
  %0 = tensor.empty(%n) : tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}

// CHECK-LABEL: func @partly_written
// CHECK-NOT: tensor.empty
func.func @partly_written(%x: tensor<2xi32>) -> tensor<4xi32> {
  %0 = tensor.empty() : tensor<4xi32>
  %1 = tensor.insert_slice %x into %0[1] [2] [1] : tensor<2xi32> into tensor<4xi32>
  return %1 : tensor<4xi32>
}

// CHECK-LABEL: func @filled
// CHECK: tensor.empty
func.func @filled(%a: f32) -> tensor<4xf32> {
  %0 = tensor.empty() : tensor<4xf32>
  %1 = linalg.fill ins(%a : f32) outs(%0 : tensor<4xf32>) -> tensor<4xf32>
  return %1 : tensor<4xf32>
}

// CHECK-LABEL: func @summed_into
// CHECK-NOT: tensor.empty
func.func @summed_into(%x: tensor<4x3xf32>) -> tensor<4xf32> {
  %0 = tensor.empty() : tensor<4xf32>
  %1 = linalg.reduce { arith.addf } ins(%x : tensor<4x3xf32>) outs(%0 : tensor<4xf32>) dimensions = [1]
  return %1 : tensor<4xf32>
}

// Writes a diagonal.
// CHECK-LABEL: func @diagonal
// CHECK-NOT: tensor.empty
func.func @diagonal(%x: tensor<4xf32>) -> tensor<4x4xf32> {
  %0 = tensor.empty() : tensor<4x4xf32>
  %1 = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i, i)>], iterator_types = ["parallel"]}
      ins(%x : tensor<4xf32>) outs(%0 : tensor<4x4xf32>) {
  ^bb0(%a: f32, %b: f32):
    linalg.yield %a : f32
  } -> tensor<4x4xf32>
  return %1 : tensor<4x4xf32>
}
