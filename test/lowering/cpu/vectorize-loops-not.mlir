// RUN: vellum-opt %s --vellum-vectorize-loops --canonicalize | FileCheck %s

#id = affine_map<(i) -> (i)>
#ij = affine_map<(i, j) -> (i, j)>
#ji = affine_map<(i, j) -> (j, i)>

// A vector of i1 is packed, a memref of i1 is not.
// CHECK-LABEL: func.func @bits
// CHECK-NOT:     vector
// CHECK:         scf.for %[[I:.*]] =
// CHECK:           %[[BIT:.*]] = memref.load %{{.*}}[%[[I]]] : memref<32xi1>
// CHECK:           memref.store %[[BIT]], %{{.*}}[%[[I]]]
func.func @bits(%x: memref<32xi1>, %y: memref<32xi1>) {
  linalg.copy ins(%x : memref<32xi1>) outs(%y : memref<32xi1>)
  return
}

// Lanes beyond the end would divide zero by zero, which traps.
// CHECK-LABEL: func.func @quotient
// CHECK-NOT:     vector
// CHECK:         scf.for
// CHECK:           arith.divsi %{{.*}}, %{{.*}} : i32
func.func @quotient(%x: memref<5xi32>, %y: memref<5xi32>, %z: memref<5xi32>) {
  linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel"]}
      ins(%x, %y : memref<5xi32>, memref<5xi32>) outs(%z : memref<5xi32>) {
  ^bb0(%a: i32, %b: i32, %o: i32):
    %0 = arith.divsi %a, %b : i32
    linalg.yield %0 : i32
  }
  return
}

// Either dimension is strided on one side, and more is done than a copy.
// CHECK-LABEL: func.func @transposed
// CHECK-NOT:     vector
// CHECK:         scf.for %[[I:.*]] =
// CHECK:           scf.for %[[J:.*]] =
// CHECK:             %[[V:.*]] = memref.load %{{.*}}[%[[J]], %[[I]]]
// CHECK:             %[[MINUS:.*]] = arith.negf %[[V]]
// CHECK:             memref.store %[[MINUS]], %{{.*}}[%[[I]], %[[J]]]
func.func @transposed(%x: memref<8x4xf32>, %y: memref<4x8xf32>) {
  linalg.generic {indexing_maps = [#ji, #ij], iterator_types = ["parallel", "parallel"]}
      ins(%x : memref<8x4xf32>) outs(%y : memref<4x8xf32>) {
  ^bb0(%a: f32, %o: f32):
    %0 = arith.negf %a : f32
    linalg.yield %0 : f32
  }
  return
}

// A copy between layouts is a loop as well.
// CHECK-LABEL: func.func @copy
// CHECK-NOT:     memref.copy
// CHECK:         scf.for
// CHECK:           vector.load
// CHECK:           vector.store
// CHECK-NOT:     memref.copy
func.func @copy(%x: memref<4x8xf32>, %y: memref<4x8xf32, strided<[16, 1]>>) {
  memref.copy %x, %y : memref<4x8xf32> to memref<4x8xf32, strided<[16, 1]>>
  return
}
