// RUN: vellum-opt %s -vellum-join-pads | FileCheck %s

// Pieces are put in order, the gap between them is zeros, other terms are added.
// CHECK-LABEL: func.func @gap
// CHECK-SAME:    (%[[X:[^:]+]]: {{.*}}, %[[Y:[^:]+]]: {{.*}}, %[[Z:[^:]+]]: {{.*}})
// CHECK-DAG:     %[[TWO:.*]] = arith.constant 2 : index
// CHECK-DAG:     %[[ZERO:.*]] = arith.constant dense<0.000000e+00> : tensor<f32>
// CHECK:         %[[N:.*]] = tensor.dim %[[X]]
// CHECK:         %[[GAP:.*]] = vellum.broadcast %[[ZERO]] across [0, 1] by %[[N]], %[[TWO]]
// CHECK:         %[[ALL:.*]] = vellum.concat %[[X]], %[[GAP]], %[[Y]] dim 1
// CHECK:         %[[SUM:.*]] = arith.addf %[[ALL]], %[[Z]]
// CHECK:         return %[[SUM]]
func.func @gap(%x: tensor<?x2xf32>, %y: tensor<?x1xf32>, %z: tensor<?x5xf32>) -> tensor<?x5xf32> {
  %a = vellum.pad %y at 4 to 5
  %b = vellum.pad %x at 0 to 5
  %s = arith.addf %a, %z : tensor<?x5xf32>
  %t = arith.addf %s, %b : tensor<?x5xf32>
  return %t : tensor<?x5xf32>
}

// Pieces that fill the whole leave no gap.
// CHECK-LABEL: func.func @whole
// CHECK-SAME:    (%[[X:[^:]+]]: {{.*}}, %[[Y:[^:]+]]: {{.*}})
// CHECK-NEXT:    %[[ALL:.*]] = vellum.concat %[[X]], %[[Y]] dim 0
// CHECK-NEXT:    return %[[ALL]]
func.func @whole(%x: tensor<2x3xf32>, %y: tensor<1x3xf32>) -> tensor<3x3xf32> {
  %a = vellum.pad %x at 0 to 3 dim 0
  %b = vellum.pad %y at 2 to 3 dim 0
  %s = arith.addf %a, %b : tensor<3x3xf32>
  return %s : tensor<3x3xf32>
}

// CHECK-LABEL: func.func @overlap
// CHECK-NOT:     vellum.concat
// CHECK:         arith.addf
func.func @overlap(%x: tensor<4x2xf32>, %y: tensor<4x2xf32>) -> tensor<4x5xf32> {
  %a = vellum.pad %x at 0 to 5
  %b = vellum.pad %y at 1 to 5
  %s = arith.addf %a, %b : tensor<4x5xf32>
  return %s : tensor<4x5xf32>
}

// CHECK-LABEL: func.func @axes
// CHECK-NOT:     vellum.concat
// CHECK:         arith.addf
func.func @axes(%x: tensor<4x2xf32>, %y: tensor<2x5xf32>) -> tensor<4x5xf32> {
  %a = vellum.pad %x at 0 to 5
  %b = vellum.pad %y at 2 to 4 dim 0
  %s = arith.addf %a, %b : tensor<4x5xf32>
  return %s : tensor<4x5xf32>
}
