// RUN: vellum-opt %s --vellum-place-temporaries --canonicalize --cse | FileCheck %s

#ij = affine_map<(i, j) -> (i, j)>
#ji = affine_map<(i, j) -> (j, i)>
#i = affine_map<(i, j) -> (i)>
#map = {indexing_maps = [#ij, #ij], iterator_types = ["parallel", "parallel"]}
#sum = {indexing_maps = [#ij, #i], iterator_types = ["parallel", "reduction"]}

// What is summed before it is scaled into %y is computed in %y.
// CHECK-LABEL: func.func @result
// CHECK-SAME:    (%[[X:.*]]: memref<8x4xf32>, %[[Y:.*]]: memref<8x4xf32>, %[[S:.*]]: memref<8xf32>)
// CHECK-NOT:     memref.alloc
// CHECK:         linalg.exp ins(%[[X]] : {{.*}}) outs(%[[Y]] :
// CHECK:         linalg.generic {{.*}} ins(%[[Y]] : {{.*}}) outs(%[[S]] :
// CHECK:         linalg.generic {{.*}} ins(%[[Y]], %[[S]] : {{.*}}) outs(%[[Y]] :
func.func @result(%x: memref<8x4xf32>, %y: memref<8x4xf32>, %s: memref<8xf32>) {
  %t = memref.alloc() : memref<8x4xf32>
  linalg.exp ins(%x : memref<8x4xf32>) outs(%t : memref<8x4xf32>)
  linalg.generic #sum ins(%t : memref<8x4xf32>) outs(%s : memref<8xf32>) {
  ^bb0(%in: f32, %acc: f32):
    %0 = arith.addf %acc, %in : f32
    linalg.yield %0 : f32
  }
  linalg.generic {indexing_maps = [#ij, #i, #ij], iterator_types = ["parallel", "parallel"]}
      ins(%t, %s : memref<8x4xf32>, memref<8xf32>) outs(%y : memref<8x4xf32>) {
  ^bb0(%a: f32, %b: f32, %old: f32):
    %0 = arith.mulf %a, %b : f32
    linalg.yield %0 : f32
  }
  return
}

// In a loop over time: the first op replaces the elements of the only slot that
// it reads, each by its own.
// CHECK-LABEL: func.func @only_slot
// CHECK-SAME:    %{{.*}}: memref<8x4xf32>, %[[SLOT:.*]]: memref<1x8x4xf32>
// CHECK-NOT:     memref.alloc
// CHECK:         %[[V:.*]] = memref.subview %[[SLOT]]
// CHECK:         linalg.generic {{.*}} ins(%{{.*}}, %[[V]] : {{.*}}) outs(%[[V]] :
// CHECK:         linalg.generic {{.*}} ins(%{{.*}} : {{.*}}) outs(%{{.*}} :
func.func @only_slot(%x: memref<8x4xf32>, %slot: memref<1x8x4xf32>, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %t = memref.alloc() : memref<8x4xf32>
  scf.for %i = %c0 to %n step %c1 {
    %before = memref.subview %slot[0, 0, 0] [1, 8, 4] [1, 1, 1] : memref<1x8x4xf32> to memref<8x4xf32, strided<[4, 1]>>
    linalg.generic {indexing_maps = [#ij, #ij, #ij], iterator_types = ["parallel", "parallel"]}
        ins(%x, %before : memref<8x4xf32>, memref<8x4xf32, strided<[4, 1]>>) outs(%t : memref<8x4xf32>) {
    ^bb0(%a: f32, %b: f32, %old: f32):
      %0 = arith.addf %a, %b : f32
      linalg.yield %0 : f32
    }
    %after = memref.subview %slot[0, 0, 0] [1, 8, 4] [1, 1, 1] : memref<1x8x4xf32> to memref<8x4xf32, strided<[4, 1]>>
    linalg.generic #map ins(%t : memref<8x4xf32>) outs(%after : memref<8x4xf32, strided<[4, 1]>>) {
    ^bb0(%a: f32, %old: f32):
      %0 = math.tanh %a : f32
      linalg.yield %0 : f32
    }
  }
  return
}

// With slots that take turns, the temporary is in the next one while the other
// is still read.
// CHECK-LABEL: func.func @next_slot
// CHECK-NOT:     memref.alloc
// CHECK:         scf.for
// CHECK:           %[[THIS:.*]] = memref.subview
// CHECK:           %[[NEXT:.*]] = memref.subview
// CHECK:           linalg.exp ins(%[[THIS]] : {{.*}}) outs(%[[NEXT]] :
// CHECK:           linalg.add ins(%[[NEXT]], %[[THIS]] :
// CHECK:           linalg.generic {{.*}} ins(%[[NEXT]] : {{.*}}) outs(%[[NEXT]] :
func.func @next_slot(%slots: memref<2x8x4xf32>, %y: memref<8x4xf32>, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %t = memref.alloc() : memref<8x4xf32>
  scf.for %i = %c0 to %n step %c1 {
    %turn = arith.remui %i, %c2 : index
    %this = memref.subview %slots[%turn, 0, 0] [1, 8, 4] [1, 1, 1] : memref<2x8x4xf32> to memref<8x4xf32, strided<[4, 1], offset: ?>>
    linalg.exp ins(%this : memref<8x4xf32, strided<[4, 1], offset: ?>>) outs(%t : memref<8x4xf32>)
    linalg.add ins(%t, %this : memref<8x4xf32>, memref<8x4xf32, strided<[4, 1], offset: ?>>) outs(%y : memref<8x4xf32>)
    %after = arith.addi %i, %c1 : index
    %next_turn = arith.remui %after, %c2 : index
    %next = memref.subview %slots[%next_turn, 0, 0] [1, 8, 4] [1, 1, 1] : memref<2x8x4xf32> to memref<8x4xf32, strided<[4, 1], offset: ?>>
    linalg.generic #map ins(%t : memref<8x4xf32>) outs(%next : memref<8x4xf32, strided<[4, 1], offset: ?>>) {
    ^bb0(%a: f32, %old: f32):
      %0 = math.tanh %a : f32
      linalg.yield %0 : f32
    }
  }
  return
}

// A copy at the end goes, with the temporary.
// CHECK-LABEL: func.func @copied
// CHECK-SAME:    (%[[X:.*]]: memref<8x4xf32>)
// CHECK:         %[[STACK:.*]] = memref.alloc() : memref<3x8x4xf32>
// CHECK:         %[[FIRST:.*]] = memref.subview %[[STACK]]
// CHECK:         linalg.exp ins(%[[X]] : {{.*}}) outs(%[[FIRST]] :
// CHECK-NEXT:    linalg.log ins(%[[FIRST]] :
// CHECK-NOT:     memref.copy
func.func @copied(%x: memref<8x4xf32>) {
  %t = memref.alloc() : memref<8x4xf32>
  linalg.exp ins(%x : memref<8x4xf32>) outs(%t : memref<8x4xf32>)
  %stack = memref.alloc() : memref<3x8x4xf32>
  %first = memref.subview %stack[0, 0, 0] [1, 8, 4] [1, 1, 1] : memref<3x8x4xf32> to memref<8x4xf32, strided<[4, 1]>>
  memref.copy %t, %first : memref<8x4xf32> to memref<8x4xf32, strided<[4, 1]>>
  linalg.log ins(%first : memref<8x4xf32, strided<[4, 1]>>) outs(%x : memref<8x4xf32>)
  return
}

// Each of these temporaries stays: the place is read meanwhile; the last op
// reads other elements than it writes; the elements have another type; the
// kernel wants its row in one piece.
// CHECK-LABEL: func.func @not_free
// CHECK:         memref.alloc()
func.func @not_free(%x: memref<8x4xf32>, %y: memref<8x4xf32>) {
  %t = memref.alloc() : memref<8x4xf32>
  linalg.exp ins(%x : memref<8x4xf32>) outs(%t : memref<8x4xf32>)
  linalg.log ins(%y : memref<8x4xf32>) outs(%x : memref<8x4xf32>)
  linalg.generic #map ins(%t : memref<8x4xf32>) outs(%y : memref<8x4xf32>) {
  ^bb0(%a: f32, %old: f32):
    %0 = math.tanh %a : f32
    linalg.yield %0 : f32
  }
  return
}

// CHECK-LABEL: func.func @other_elements
// CHECK:         memref.alloc()
func.func @other_elements(%x: memref<8x8xf32>, %y: memref<8x8xf32>) {
  %t = memref.alloc() : memref<8x8xf32>
  linalg.exp ins(%x : memref<8x8xf32>) outs(%t : memref<8x8xf32>)
  linalg.generic {indexing_maps = [#ji, #ij], iterator_types = ["parallel", "parallel"]}
      ins(%t : memref<8x8xf32>) outs(%y : memref<8x8xf32>) {
  ^bb0(%a: f32, %old: f32):
    linalg.yield %a : f32
  }
  return
}

// CHECK-LABEL: func.func @other_type
// CHECK:         memref.alloc()
func.func @other_type(%x: memref<8x4xf32>, %y: memref<8x4xf32>) {
  %zero = arith.constant 0.0 : f32
  %one = arith.constant 1.0 : f32
  %t = memref.alloc() : memref<8x4xi1>
  linalg.generic #map ins(%x : memref<8x4xf32>) outs(%t : memref<8x4xi1>) {
  ^bb0(%a: f32, %old: i1):
    %0 = arith.cmpf ogt, %a, %zero : f32
    linalg.yield %0 : i1
  }
  linalg.generic #map ins(%t : memref<8x4xi1>) outs(%y : memref<8x4xf32>) {
  ^bb0(%a: i1, %old: f32):
    %0 = arith.select %a, %one, %zero : f32
    linalg.yield %0 : f32
  }
  return
}

// CHECK-LABEL: func.func @in_one_piece
// CHECK:         memref.alloc()
func.func @in_one_piece(%key: i64, %y: memref<8x4xf32, strided<[9, 1]>>) {
  %t = memref.alloc() : memref<8x4xf32>
  vellum_cpu.kernel "random_uniform" scalars(%key) outs(%t : memref<8x4xf32>)
  linalg.generic #map ins(%t : memref<8x4xf32>) outs(%y : memref<8x4xf32, strided<[9, 1]>>) {
  ^bb0(%a: f32, %old: f32):
    %0 = math.tanh %a : f32
    linalg.yield %0 : f32
  }
  return
}

// A view of all elements in another order is not the buffer: what is written to
// it would come to other places of the target.
// CHECK-LABEL: func.func @backwards
// CHECK:         memref.alloc()
func.func @backwards(%x: memref<4xf32>, %y: memref<4xf32>, %last: index, %back: index) {
  %t = memref.alloc() : memref<4xf32>
  %v = memref.subview %t[%last] [4] [%back] : memref<4xf32> to memref<4xf32, strided<[?], offset: ?>>
  memref.copy %x, %v : memref<4xf32> to memref<4xf32, strided<[?], offset: ?>>
  linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
      ins(%t : memref<4xf32>) outs(%y : memref<4xf32>) {
  ^bb0(%a: f32, %old: f32):
    %0 = math.tanh %a : f32
    linalg.yield %0 : f32
  }
  return
}

// One that begins where it may is: it begins with the first.
// CHECK-LABEL: func.func @all
// CHECK-NOT:     memref.alloc()
// CHECK:         return
func.func @all(%x: memref<1x4xf32, strided<[4, 1], offset: ?>>, %y: memref<1x4xf32>, %i: index) {
  %t = memref.alloc() : memref<1x4xf32>
  %v = memref.subview %t[%i, 0] [1, 4] [1, 1] : memref<1x4xf32> to memref<1x4xf32, strided<[4, 1], offset: ?>>
  memref.copy %x, %v : memref<1x4xf32, strided<[4, 1], offset: ?>> to memref<1x4xf32, strided<[4, 1], offset: ?>>
  linalg.generic #map ins(%t : memref<1x4xf32>) outs(%y : memref<1x4xf32>) {
  ^bb0(%a: f32, %old: f32):
    %0 = math.tanh %a : f32
    linalg.yield %0 : f32
  }
  return
}
