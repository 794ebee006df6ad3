// RUN: vellum-opt %s --vellum-place-results --split-input-file | FileCheck %s
// RUN: vellum-opt %s --vellum-place-results --one-shot-bufferize --split-input-file | FileCheck %s --check-prefix=BUFFERS

// The exponentials are computed in the slot that they go to.
// CHECK-LABEL: func.func @placed
// CHECK-SAME:    %[[X:[^:]*]]: {{.*}}, %[[SLOT:[^:]*]]: memref<8xf32>
// CHECK:         %[[PLACE:.*]] = bufferization.to_tensor %[[SLOT]] restrict writable
// CHECK:         linalg.exp {{.*}} outs(%[[PLACE]] :
// BUFFERS-LABEL: func.func @placed
// BUFFERS-NOT:     memref.alloc
// BUFFERS:         linalg.exp
func.func @placed(%x: memref<8xf32>, %slot: memref<8xf32>) {
  %in = bufferization.to_tensor %x restrict : memref<8xf32> to tensor<8xf32>
  %empty = tensor.empty() : tensor<8xf32>
  %y = linalg.exp ins(%in : tensor<8xf32>) outs(%empty : tensor<8xf32>) -> tensor<8xf32>
  bufferization.materialize_in_destination %y in restrict writable %slot : (tensor<8xf32>, memref<8xf32>) -> ()
  return
}

// -----

// What is in the slot is read by the op that replaces it, element by element.
// CHECK-LABEL: func.func @replaced
// CHECK-SAME:    %[[SLOT:[^:]*]]: memref<8xf32>
// CHECK-DAG:     %[[PLACE:.*]] = bufferization.to_tensor %[[SLOT]] restrict writable
// CHECK-DAG:     %[[OLD:.*]] = bufferization.to_tensor %[[SLOT]] restrict :
// CHECK:         linalg.generic {{.*}} ins(%[[OLD]] : {{.*}}) outs(%[[PLACE]] :
#id = affine_map<(i) -> (i)>
func.func @replaced(%slot: memref<8xf32>) {
  %old = bufferization.to_tensor %slot restrict : memref<8xf32> to tensor<8xf32>
  %empty = tensor.empty() : tensor<8xf32>
  %y = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%old : tensor<8xf32>) outs(%empty : tensor<8xf32>) {
  ^bb0(%a: f32, %out: f32):
    %b = math.tanh %a : f32
    linalg.yield %b : f32
  } -> tensor<8xf32>
  bufferization.materialize_in_destination %y in restrict writable %slot : (tensor<8xf32>, memref<8xf32>) -> ()
  return
}

// -----

// Read at other places than it is written.
// CHECK-LABEL: func.func @reversed
// CHECK-NOT:     writable :
// BUFFERS-LABEL: func.func @reversed
// BUFFERS:         %[[Y:.*]] = memref.alloc
// BUFFERS:         linalg.generic {{.*}} outs(%[[Y]] :
// BUFFERS:         memref.copy %[[Y]]
#id = affine_map<(i) -> (i)>
#back = affine_map<(i) -> (7 - i)>
func.func @reversed(%slot: memref<8xf32>) {
  %old = bufferization.to_tensor %slot restrict : memref<8xf32> to tensor<8xf32>
  %empty = tensor.empty() : tensor<8xf32>
  %y = linalg.generic {indexing_maps = [#back, #id], iterator_types = ["parallel"]}
      ins(%old : tensor<8xf32>) outs(%empty : tensor<8xf32>) {
  ^bb0(%a: f32, %out: f32):
    linalg.yield %a : f32
  } -> tensor<8xf32>
  bufferization.materialize_in_destination %y in restrict writable %slot : (tensor<8xf32>, memref<8xf32>) -> ()
  return
}

// -----

// The op that ends the chain is not the first that writes to the slot: a fill is, which stands before another reader of the
// old value.
// CHECK-LABEL: func.func @chain
// CHECK-NOT:     writable :
// BUFFERS-LABEL: func.func @chain
// BUFFERS-SAME:    %{{[^:]*}}: {{.*}}, %[[SLOT:[^:]*]]: memref<8xf32>
// BUFFERS:         linalg.fill {{.*}} outs(%[[Y:.*]] :
// BUFFERS:         linalg.exp ins(%[[SLOT]]
// BUFFERS:         memref.copy %[[Y]], %[[SLOT]]
#id = affine_map<(i) -> (i)>
func.func @chain(%x: memref<8xf32>, %slot: memref<8xf32>) {
  %zero = arith.constant 0.0 : f32
  %old = bufferization.to_tensor %slot restrict : memref<8xf32> to tensor<8xf32>
  %in = bufferization.to_tensor %x restrict : memref<8xf32> to tensor<8xf32>
  %empty = tensor.empty() : tensor<8xf32>
  %zeros = linalg.fill ins(%zero : f32) outs(%empty : tensor<8xf32>) -> tensor<8xf32>
  %other = tensor.empty() : tensor<8xf32>
  %e = linalg.exp ins(%old : tensor<8xf32>) outs(%other : tensor<8xf32>) -> tensor<8xf32>
  %y = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel"]}
      ins(%in, %e : tensor<8xf32>, tensor<8xf32>) outs(%zeros : tensor<8xf32>) {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %0 = arith.mulf %a, %b : f32
    %1 = arith.addf %out, %0 : f32
    linalg.yield %1 : f32
  } -> tensor<8xf32>
  bufferization.materialize_in_destination %y in restrict writable %slot : (tensor<8xf32>, memref<8xf32>) -> ()
  return
}

// -----

// What stands in a part before the insertion into it goes to another part afterwards: only the latter is computed in its place.
// CHECK-LABEL: func.func @interim
// CHECK-SAME:    %[[ALL:[^:]*]]: memref<8xf32>
// CHECK:         %[[RIGHT:.*]] = memref.subview %[[ALL]][4]
// CHECK:         %[[PLACE:.*]] = bufferization.to_tensor %[[RIGHT]] restrict writable
// CHECK:         linalg.exp {{.*}} outs(%[[PLACE]] :
// BUFFERS-LABEL: func.func @interim
// BUFFERS:         linalg.exp
// BUFFERS:         memref.alloc
func.func @interim(%all: memref<8xf32>, %x: memref<4xf32>, %p: memref<1xf32>) {
  %left = memref.subview %all[0] [4] [1] : memref<8xf32> to memref<4xf32, strided<[1]>>
  %right = memref.subview %all[4] [4] [1] : memref<8xf32> to memref<4xf32, strided<[1], offset: 4>>
  %in = bufferization.to_tensor %x restrict : memref<4xf32> to tensor<4xf32>
  %part = bufferization.to_tensor %p restrict : memref<1xf32> to tensor<1xf32>
  %empty = tensor.empty() : tensor<4xf32>
  %y = linalg.exp ins(%in : tensor<4xf32>) outs(%empty : tensor<4xf32>) -> tensor<4xf32>
  %z = tensor.insert_slice %part into %y[0] [1] [1] : tensor<1xf32> into tensor<4xf32>
  bufferization.materialize_in_destination %z in restrict writable %left : (tensor<4xf32>, memref<4xf32, strided<[1]>>) -> ()
  bufferization.materialize_in_destination %y in restrict writable %right : (tensor<4xf32>, memref<4xf32, strided<[1], offset: 4>>) -> ()
  return
}

// -----

// Others write to a part that overlaps, before it is written.
// CHECK-LABEL: func.func @overlapping
// CHECK-NOT:     writable :
func.func @overlapping(%all: memref<8xf32>, %x: memref<4xf32>) {
  %left = memref.subview %all[0] [4] [1] : memref<8xf32> to memref<4xf32, strided<[1]>>
  %middle = memref.subview %all[3] [4] [1] : memref<8xf32> to memref<4xf32, strided<[1], offset: 3>>
  %in = bufferization.to_tensor %x restrict : memref<4xf32> to tensor<4xf32>
  %empty = tensor.empty() : tensor<4xf32>
  %y = linalg.exp ins(%in : tensor<4xf32>) outs(%empty : tensor<4xf32>) -> tensor<4xf32>
  bufferization.materialize_in_destination %in in restrict writable %left : (tensor<4xf32>, memref<4xf32, strided<[1]>>) -> ()
  bufferization.materialize_in_destination %y in restrict writable %middle : (tensor<4xf32>, memref<4xf32, strided<[1], offset: 3>>) -> ()
  return
}

// -----

// A loop overwrites the first slot before the value is copied from there to the second.
// CHECK-LABEL: func.func @left_behind
// CHECK-SAME:    %[[A:[^:]*]]: memref<8xf32>, %[[B:[^:]*]]: memref<8xf32>
// CHECK-NOT:     to_tensor %[[A]] restrict writable
// CHECK:         %[[PLACE:.*]] = bufferization.to_tensor %[[B]] restrict writable
// CHECK:         linalg.exp {{.*}} outs(%[[PLACE]] :
func.func @left_behind(%a: memref<8xf32>, %b: memref<8xf32>, %x: memref<8xf32>, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %in = bufferization.to_tensor %x restrict : memref<8xf32> to tensor<8xf32>
  %empty = tensor.empty() : tensor<8xf32>
  %y = linalg.exp ins(%in : tensor<8xf32>) outs(%empty : tensor<8xf32>) -> tensor<8xf32>
  bufferization.materialize_in_destination %y in restrict writable %a : (tensor<8xf32>, memref<8xf32>) -> ()
  scf.for %i = %c0 to %n step %c1 {
    bufferization.materialize_in_destination %in in restrict writable %a : (tensor<8xf32>, memref<8xf32>) -> ()
  }
  bufferization.materialize_in_destination %y in restrict writable %b : (tensor<8xf32>, memref<8xf32>) -> ()
  return
}

// -----

// The value is kept in its place, and the insertion after that is the last that uses the tensor: it must not write there.
// CHECK-LABEL: func.func @kept
// CHECK-SAME:    %[[SLOT:[^:]*]]: memref<8xf32>
// CHECK-NOT:     to_tensor %[[SLOT]] restrict writable
// CHECK:         return
// BUFFERS-LABEL: func.func @kept
// BUFFERS:         linalg.exp {{.*}} outs(%[[Y:.*]] :
// BUFFERS:         memref.copy %[[Y]], %{{.*}}
// BUFFERS:         memref.subview %[[Y]]
func.func @kept(%slot: memref<8xf32>, %x: memref<8xf32>, %p: memref<1xf32>, %out: memref<8xf32>) {
  %in = bufferization.to_tensor %x restrict : memref<8xf32> to tensor<8xf32>
  %part = bufferization.to_tensor %p restrict : memref<1xf32> to tensor<1xf32>
  %empty = tensor.empty() : tensor<8xf32>
  %y = linalg.exp ins(%in : tensor<8xf32>) outs(%empty : tensor<8xf32>) -> tensor<8xf32>
  bufferization.materialize_in_destination %y in restrict writable %slot : (tensor<8xf32>, memref<8xf32>) -> ()
  %z = tensor.insert_slice %part into %y[0] [1] [1] : tensor<1xf32> into tensor<8xf32>
  %e = tensor.empty() : tensor<8xf32>
  %s = linalg.exp ins(%z : tensor<8xf32>) outs(%e : tensor<8xf32>) -> tensor<8xf32>
  bufferization.materialize_in_destination %s in restrict writable %out : (tensor<8xf32>, memref<8xf32>) -> ()
  return
}

// -----

// Slots that take turns, steps of a stack, and parts whose sizes are known at run time only: what is read is elsewhere.
// CHECK-LABEL: func.func @apart
// CHECK-COUNT-3: restrict writable :
func.func @apart(%two: memref<2x8xf32>, %all: memref<?x8xf32>, %row: memref<?xf32>, %n: index, %k: index, %m: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %end = arith.addi %k, %m : index
  scf.for %i = %c0 to %n step %c1 {
    %next = arith.addi %i, %c1 : index
    %here = arith.remui %i, %c2 : index
    %there = arith.remui %next, %c2 : index
    %a = memref.subview %two[%here, 0] [1, 8] [1, 1] : memref<2x8xf32> to memref<8xf32, strided<[1], offset: ?>>
    %b = memref.subview %two[%there, 0] [1, 8] [1, 1] : memref<2x8xf32> to memref<8xf32, strided<[1], offset: ?>>
    %c = memref.subview %all[%i, 0] [1, 8] [1, 1] : memref<?x8xf32> to memref<8xf32, strided<[1], offset: ?>>
    %d = memref.subview %all[%next, 0] [1, 8] [1, 1] : memref<?x8xf32> to memref<8xf32, strided<[1], offset: ?>>
    %old = bufferization.to_tensor %a restrict : memref<8xf32, strided<[1], offset: ?>> to tensor<8xf32>
    %before = bufferization.to_tensor %c restrict : memref<8xf32, strided<[1], offset: ?>> to tensor<8xf32>
    %e0 = tensor.empty() : tensor<8xf32>
    %e1 = tensor.empty() : tensor<8xf32>
    %y = linalg.exp ins(%old : tensor<8xf32>) outs(%e0 : tensor<8xf32>) -> tensor<8xf32>
    %z = linalg.add ins(%before, %old : tensor<8xf32>, tensor<8xf32>) outs(%e1 : tensor<8xf32>) -> tensor<8xf32>
    bufferization.materialize_in_destination %y in restrict writable %b : (tensor<8xf32>, memref<8xf32, strided<[1], offset: ?>>) -> ()
    bufferization.materialize_in_destination %z in restrict writable %d : (tensor<8xf32>, memref<8xf32, strided<[1], offset: ?>>) -> ()
  }
  %left = memref.subview %row[%k] [%m] [1] : memref<?xf32> to memref<?xf32, strided<[1], offset: ?>>
  %right = memref.subview %row[%end] [%m] [1] : memref<?xf32> to memref<?xf32, strided<[1], offset: ?>>
  %old = bufferization.to_tensor %left restrict : memref<?xf32, strided<[1], offset: ?>> to tensor<?xf32>
  %e2 = tensor.empty(%m) : tensor<?xf32>
  %w = linalg.exp ins(%old : tensor<?xf32>) outs(%e2 : tensor<?xf32>) -> tensor<?xf32>
  bufferization.materialize_in_destination %w in restrict writable %right : (tensor<?xf32>, memref<?xf32, strided<[1], offset: ?>>) -> ()
  return
}
