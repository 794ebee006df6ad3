// RUN: vellum-opt %s --vellum-merge-equal | FileCheck %s

#id = affine_map<(d0) -> (d0)>
#loop = {indexing_maps = [#id, #id], iterator_types = ["parallel"]}

// Bodies that differ in a number stay apart, equal ones are one; nothing is left
// of what told them apart.
// CHECK-LABEL: func.func @bodies
// CHECK-NOT:     body_hash
// CHECK:         %[[TWO:.*]] = linalg.generic
// CHECK:         %[[THREE:.*]] = linalg.generic
// CHECK-NOT:     linalg.generic
// CHECK:         return %[[TWO]], %[[THREE]], %[[TWO]]
func.func @bodies(%x: tensor<8xf32>, %d: tensor<8xf32>)
    -> (tensor<8xf32>, tensor<8xf32>, tensor<8xf32>) {
  %a = linalg.generic #loop ins(%x : tensor<8xf32>) outs(%d : tensor<8xf32>) {
  ^bb0(%i: f32, %o: f32):
    %c = arith.constant 2.0 : f32
    %s = arith.addf %i, %c : f32
    linalg.yield %s : f32
  } -> tensor<8xf32>
  %b = linalg.generic #loop ins(%x : tensor<8xf32>) outs(%d : tensor<8xf32>) {
  ^bb0(%i: f32, %o: f32):
    %c = arith.constant 3.0 : f32
    %s = arith.addf %i, %c : f32
    linalg.yield %s : f32
  } -> tensor<8xf32>
  %e = linalg.generic #loop ins(%x : tensor<8xf32>) outs(%d : tensor<8xf32>) {
  ^bb0(%i: f32, %o: f32):
    %c = arith.constant 2.0 : f32
    %s = arith.addf %i, %c : f32
    linalg.yield %s : f32
  } -> tensor<8xf32>
  return %a, %b, %e : tensor<8xf32>, tensor<8xf32>, tensor<8xf32>
}
