// RUN: vellum-opt %s --vellum-lower-to-linalg --canonicalize | FileCheck %s

// CHECK-DAG: #[[$IK:.*]] = affine_map<(d0, d1, d2) -> (d0, d2)>
// CHECK-DAG: #[[$KJ:.*]] = affine_map<(d0, d1, d2) -> (d2, d1)>
// CHECK-DAG: #[[$IJ:.*]] = affine_map<(d0, d1, d2) -> (d0, d1)>
// CHECK-DAG: #[[$FIRST:.*]] = affine_map<(d0, d1) -> (0, d1)>

// A product starts from zeros; its loops run over the result, then the sum.
// CHECK-LABEL: func.func @product
// CHECK-SAME:    (%[[A:[^:]+]]: {{.*}}, %[[B:[^:]+]]: {{.*}})
// CHECK:         %[[N:.*]] = tensor.dim %[[A]]
// CHECK:         %[[EMPTY:.*]] = tensor.empty(%[[N]]) : tensor<?x4xf32>
// CHECK:         %[[ZEROS:.*]] = linalg.fill ins(%{{.*}}) outs(%[[EMPTY]]
// CHECK:         linalg.generic {indexing_maps = [#[[$IK]], #[[$KJ]], #[[$IJ]]], iterator_types = ["parallel", "parallel", "reduction"]}
// CHECK-SAME:      ins(%[[A]], %[[B]] : {{.*}}) outs(%[[ZEROS]]
// CHECK:         ^bb0(%[[X:.*]]: f32, %[[Y:.*]]: f32, %[[C:.*]]: f32):
// CHECK:           %[[P:.*]] = arith.mulf %[[X]], %[[Y]]
// CHECK:           arith.addf %[[C]], %[[P]]
func.func @product(%a: tensor<?x8xf32>, %b: tensor<8x4xf32>) -> tensor<?x4xf32> {
  %y = vellum.contract "ik,kj->ij" %a, %b
  return %y : tensor<?x4xf32>
}

// Without a sum nothing has to be cleared.
// CHECK-LABEL: func.func @outer
// CHECK-NOT:     linalg.fill
// CHECK:         linalg.generic {{.*}} iterator_types = ["parallel", "parallel"]
// CHECK-NOT:     arith.addf
func.func @outer(%a: tensor<3xf32>, %b: tensor<4xf32>) -> tensor<3x4xf32> {
  %y = vellum.contract "i,j->ij" %a, %b
  return %y : tensor<3x4xf32>
}

// CHECK-LABEL: func.func @elementwise
// CHECK:         %[[E:.*]] = linalg.generic
// CHECK:           math.exp %{{.*}} : f32
// CHECK:         linalg.generic {{.*}} ins(%[[E]]
// CHECK:           vellum.sigmoid %{{.*}}
// CHECK-NOT:     stop_gradient
func.func @elementwise(%a: tensor<4xf32>) -> tensor<4xf32> {
  %y = math.exp %a : tensor<4xf32>
  %z = vellum.stop_gradient %y
  %s = vellum.sigmoid %z
  return %s : tensor<4xf32>
}

// CHECK-LABEL: func.func @reductions
// CHECK:         linalg.generic {{.*}} iterator_types = ["parallel", "reduction"]
// CHECK:           arith.maximumf
// CHECK:         linalg.generic {{.*}} iterator_types = ["reduction", "parallel"]
// CHECK:           arith.addf
// CHECK:         linalg.generic {{.*}} iterator_types = ["reduction", "reduction"]
// CHECK:           arith.addf
// CHECK:           arith.divf
func.func @reductions(%a: tensor<?x4xf32>) -> (tensor<?xf32>, tensor<1x4xf32>, tensor<f32>) {
  %m = vellum.reduce max %a over [1]
  %s = vellum.reduce sum %a over [0] keep
  %e = vellum.reduce mean %a over [0, 1]
  return %m, %s, %e : tensor<?xf32>, tensor<1x4xf32>, tensor<f32>
}

// A dimension of size 1 is read at position 0.
// CHECK-LABEL: func.func @stretched
// CHECK:         linalg.generic {indexing_maps = [#[[$FIRST]], #{{.*}}]
func.func @stretched(%a: tensor<1x4xf32>, %like: tensor<3x4xf32>) -> tensor<3x4xf32> {
  %y = vellum.broadcast %a like %like
  return %y : tensor<3x4xf32>
}

// CHECK-LABEL: func.func @shapes
// CHECK-SAME:    (%[[X:[^:]+]]: {{.*}}, %[[Y:[^:]+]]: {{.*}})
// CHECK:         tensor.extract_slice %[[X]][0, 2] [3, 3] [1, 1]
// CHECK:         %[[ZEROS:.*]] = linalg.fill
// CHECK:         tensor.insert_slice %[[Y]] into %[[ZEROS]][0, 1] [3, 2] [1, 1]
// CHECK:         %[[EMPTY:.*]] = tensor.empty() : tensor<3x10xf32>
// CHECK:         %[[LEFT:.*]] = tensor.insert_slice %[[X]] into %[[EMPTY]][0, 0] [3, 8] [1, 1]
// CHECK:         tensor.insert_slice %[[Y]] into %[[LEFT]][0, 8] [3, 2] [1, 1]
func.func @shapes(%x: tensor<3x8xf32>, %y: tensor<3x2xf32>)
    -> (tensor<3x3xf32>, tensor<3x5xf32>, tensor<3x10xf32>) {
  %a = vellum.slice %x from 2 size 3
  %b = vellum.pad %y at 1 to 5
  %c = vellum.concat %x, %y
  return %a, %b, %c : tensor<3x3xf32>, tensor<3x5xf32>, tensor<3x10xf32>
}

// Zeros of an operand hide the other.
// CHECK-LABEL: func.func @excluding
// CHECK:         ^bb0(%[[X:.*]]: f32, %[[Y:.*]]: f32, %[[C:.*]]: f32):
// CHECK:           %[[IS:.*]] = arith.cmpf une, %[[X]], %{{.*}} : f32
// CHECK:           %[[SEEN:.*]] = arith.select %[[IS]], %[[Y]], %{{.*}} : f32
// CHECK:           %[[P:.*]] = arith.mulf %[[X]], %[[SEEN]]
// CHECK:           arith.addf %[[C]], %[[P]]
func.func @excluding(%a: tensor<?x8xf32>, %b: tensor<8x4xf32>) -> tensor<?x4xf32> {
  %y = vellum.contract "ik,kj->ij" %a, %b excluding lhs
  return %y : tensor<?x4xf32>
}
