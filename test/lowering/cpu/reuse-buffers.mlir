// RUN: vellum-opt %s --vellum-reuse-buffers | FileCheck %s

#id = affine_map<(i) -> (i)>
#ij = affine_map<(i, j) -> (i, j)>
#ji = affine_map<(i, j) -> (j, i)>
#i = affine_map<(i, j) -> (i)>

func.func private @elsewhere(memref<8xf32>)

// A chain of elementwise loops and a softmax works in place.
// CHECK-LABEL: func.func @chain
// CHECK-SAME:    (%[[X:.*]]: memref<1x8xf32>, %[[Y:.*]]: memref<1x8xf32>)
// CHECK:         %[[A:.*]] = memref.alloc() : memref<1x8xf32>
// CHECK-NOT:     memref.alloc
// CHECK:         linalg.exp ins(%[[X]] : {{.*}}) outs(%[[A]] :
// CHECK:         linalg.generic {{.*}} ins(%[[A]] : {{.*}}) outs(%[[A]] :
// CHECK:         vellum_cpu.kernel "softmax" ins(%[[A]] : {{.*}}) outs(%[[A]] :
// CHECK:         linalg.log ins(%[[A]] : {{.*}}) outs(%[[Y]] :
func.func @chain(%x: memref<1x8xf32>, %y: memref<1x8xf32>) {
  %a = memref.alloc() : memref<1x8xf32>
  %b = memref.alloc() : memref<1x8xf32>
  %c = memref.alloc() : memref<1x8xf32>
  linalg.exp ins(%x : memref<1x8xf32>) outs(%a : memref<1x8xf32>)
  linalg.generic {indexing_maps = [#ij, #ij], iterator_types = ["parallel", "parallel"]}
      ins(%a : memref<1x8xf32>) outs(%b : memref<1x8xf32>) {
  ^bb0(%in: f32, %old: f32):
    %t = math.tanh %in : f32
    linalg.yield %t : f32
  }
  vellum_cpu.kernel "softmax" ins(%b : memref<1x8xf32>) outs(%c : memref<1x8xf32>)
  linalg.log ins(%c : memref<1x8xf32>) outs(%y : memref<1x8xf32>)
  return
}

// An op that reads other elements than it writes needs both. The third takes
// the memory of the first, which is free by then, although it stands before it.
// CHECK-LABEL: func.func @transposed
// CHECK-SAME:    (%[[X:.*]]: memref<8x8xf32>, %[[Y:.*]]: memref<8x8xf32>)
// CHECK:         %[[A:.*]] = memref.alloc() : memref<8x8xf32>
// CHECK:         %[[B:.*]] = memref.alloc() : memref<8x8xf32>
// CHECK-NOT:     memref.alloc
// CHECK:         linalg.exp ins(%[[X]] : {{.*}}) outs(%[[A]] :
// CHECK:         linalg.generic {{.*}} ins(%[[A]] : {{.*}}) outs(%[[B]] :
// CHECK:         linalg.generic {{.*}} ins(%[[B]] : {{.*}}) outs(%[[A]] :
// CHECK:         linalg.log ins(%[[A]] : {{.*}}) outs(%[[Y]] :
func.func @transposed(%x: memref<8x8xf32>, %y: memref<8x8xf32>) {
  %c = memref.alloc() : memref<8x8xf32>
  %a = memref.alloc() : memref<8x8xf32>
  %b = memref.alloc() : memref<8x8xf32>
  linalg.exp ins(%x : memref<8x8xf32>) outs(%a : memref<8x8xf32>)
  linalg.generic {indexing_maps = [#ji, #ij], iterator_types = ["parallel", "parallel"]}
      ins(%a : memref<8x8xf32>) outs(%b : memref<8x8xf32>) {
  ^bb0(%in: f32, %old: f32):
    linalg.yield %in : f32
  }
  linalg.generic {indexing_maps = [#ji, #ij], iterator_types = ["parallel", "parallel"]}
      ins(%b : memref<8x8xf32>) outs(%c : memref<8x8xf32>) {
  ^bb0(%in: f32, %old: f32):
    linalg.yield %in : f32
  }
  linalg.log ins(%c : memref<8x8xf32>) outs(%y : memref<8x8xf32>)
  return
}

// What is read later, has another type, other sizes or another user keeps its
// memory.
// CHECK-LABEL: func.func @apart
// CHECK-COUNT-6: memref.alloc
// CHECK:         return
func.func @apart(%x: memref<8xf32>, %n: index, %m: index) {
  %read_later = memref.alloc() : memref<8xf32>
  %beside = memref.alloc() : memref<8xf32>
  %longer = memref.alloc() : memref<9xf32>
  %of_n = memref.alloc(%n) : memref<?xf32>
  %of_m = memref.alloc(%m) : memref<?xf32>
  %given_away = memref.alloc() : memref<8xf32>
  %zero = arith.constant 0.0 : f32
  linalg.exp ins(%x : memref<8xf32>) outs(%read_later : memref<8xf32>)
  linalg.exp ins(%read_later : memref<8xf32>) outs(%beside : memref<8xf32>)
  linalg.mul ins(%beside, %read_later : memref<8xf32>, memref<8xf32>) outs(%x : memref<8xf32>)
  linalg.fill ins(%zero : f32) outs(%longer : memref<9xf32>)
  linalg.fill ins(%zero : f32) outs(%of_n : memref<?xf32>)
  linalg.fill ins(%zero : f32) outs(%of_m : memref<?xf32>)
  linalg.fill ins(%zero : f32) outs(%given_away : memref<8xf32>)
  func.call @elsewhere(%given_away) : (memref<8xf32>) -> ()
  return
}

// In a loop, memory from outside counts as free where each turn begins by
// writing all of it; memory that a turn adds to holds something meanwhile.
// CHECK-LABEL: func.func @turns
// CHECK:         %[[A:.*]] = memref.alloc() : memref<1x8xf32>
// CHECK:         %[[TOTAL:.*]] = memref.alloc() : memref<1x8xf32>
// CHECK-NOT:     memref.alloc
// CHECK:         scf.for
// CHECK:           %[[ROW:.*]] = memref.subview %[[A]]
// CHECK:           linalg.exp {{.*}} outs(%[[ROW]] :
// CHECK:           %[[SUM:.*]] = memref.subview %[[TOTAL]]
// CHECK:           linalg.add ins(%[[ROW]], %[[SUM]] : {{.*}}) outs(%[[SUM]] :
// CHECK:           linalg.log {{.*}} outs(%[[A]] :
// CHECK:           linalg.exp ins(%[[A]] :
func.func @turns(%x: memref<8xf32>, %y: memref<1x8xf32>, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %a = memref.alloc() : memref<1x8xf32>
  %total = memref.alloc() : memref<1x8xf32>
  %b = memref.alloc() : memref<1x8xf32>
  scf.for %t = %c0 to %n step %c1 {
    %row = memref.subview %a[0, 0] [1, 8] [1, 1] : memref<1x8xf32> to memref<8xf32, strided<[1]>>
    linalg.exp ins(%x : memref<8xf32>) outs(%row : memref<8xf32, strided<[1]>>)
    %sum = memref.subview %total[0, 0] [1, 8] [1, 1] : memref<1x8xf32> to memref<8xf32, strided<[1]>>
    linalg.add ins(%row, %sum : memref<8xf32, strided<[1]>>, memref<8xf32, strided<[1]>>)
        outs(%sum : memref<8xf32, strided<[1]>>)
    linalg.log ins(%y : memref<1x8xf32>) outs(%b : memref<1x8xf32>)
    linalg.exp ins(%b : memref<1x8xf32>) outs(%y : memref<1x8xf32>)
  }
  return
}

// What a loop reads is in use during all of its turns.
// CHECK-LABEL: func.func @whole_loop
// CHECK:         %[[A:.*]] = memref.alloc() : memref<8xf32>
// CHECK:         %[[B:.*]] = memref.alloc() : memref<8xf32>
// CHECK:         linalg.exp {{.*}} outs(%[[A]] :
// CHECK:         scf.for
// CHECK:           linalg.exp ins(%[[A]] :
// CHECK:           linalg.log {{.*}} outs(%[[B]] :
func.func @whole_loop(%x: memref<8xf32>, %y: memref<8xf32>, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %a = memref.alloc() : memref<8xf32>
  %b = memref.alloc() : memref<8xf32>
  linalg.exp ins(%x : memref<8xf32>) outs(%a : memref<8xf32>)
  scf.for %t = %c0 to %n step %c1 {
    linalg.exp ins(%a : memref<8xf32>) outs(%y : memref<8xf32>)
    linalg.log ins(%x : memref<8xf32>) outs(%b : memref<8xf32>)
    linalg.exp ins(%b : memref<8xf32>) outs(%x : memref<8xf32>)
  }
  return
}

// Only part of the memory is written first: the rest may be from the turn
// before.
// CHECK-LABEL: func.func @partly_written
// CHECK-COUNT-2: memref.alloc
func.func @partly_written(%x: memref<4xf32>, %y: memref<8xf32>, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %a = memref.alloc() : memref<8xf32>
  %b = memref.alloc() : memref<8xf32>
  scf.for %t = %c0 to %n step %c1 {
    linalg.log ins(%y : memref<8xf32>) outs(%b : memref<8xf32>)
    linalg.exp ins(%b : memref<8xf32>) outs(%y : memref<8xf32>)
    %part = memref.subview %a[0] [4] [1] : memref<8xf32> to memref<4xf32, strided<[1]>>
    linalg.exp ins(%x : memref<4xf32>) outs(%part : memref<4xf32, strided<[1]>>)
    linalg.exp ins(%a : memref<8xf32>) outs(%y : memref<8xf32>)
  }
  return
}
