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

// Equal bodies in equal bodies, of which the inner read what only the outer hold.
// CHECK-LABEL: func.func @nested
// CHECK:         %[[A:.*]] = scf.for
// CHECK-NOT:     scf.for
// CHECK:         return %[[A]], %[[A]]
func.func @nested(%x: tensor<4xf32>, %n: index) -> (tensor<4xf32>, tensor<4xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %a = scf.for %i = %c0 to %n step %c1 iter_args(%h = %x) -> tensor<4xf32> {
    %c = arith.cmpi ne, %i, %c0 : index
    %r = scf.if %c -> tensor<4xf32> {
      %t = math.tanh %h : tensor<4xf32>
      scf.yield %t : tensor<4xf32>
    } else {
      scf.yield %h : tensor<4xf32>
    }
    scf.yield %r : tensor<4xf32>
  }
  %b = scf.for %i = %c0 to %n step %c1 iter_args(%h = %x) -> tensor<4xf32> {
    %c = arith.cmpi ne, %i, %c0 : index
    %r = scf.if %c -> tensor<4xf32> {
      %t = math.tanh %h : tensor<4xf32>
      scf.yield %t : tensor<4xf32>
    } else {
      scf.yield %h : tensor<4xf32>
    }
    scf.yield %r : tensor<4xf32>
  }
  return %a, %b : tensor<4xf32>, tensor<4xf32>
}
