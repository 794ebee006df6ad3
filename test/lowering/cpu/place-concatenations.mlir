// RUN: vellum-opt %s --vellum-place-concatenations --canonicalize | FileCheck %s

// The parts exist before their producers do.
// CHECK-LABEL: func.func @memory
// CHECK-SAME:    (%[[X:[^:]+]]: {{.*}}, %[[Y:[^:]+]]: {{.*}}, %[[N:[^:]+]]: index)
// CHECK:         %[[ALL:.*]] = memref.alloc(%[[N]]) : memref<?x6xf32>
// CHECK-DAG:     %[[RIGHT:.*]] = memref.subview %[[ALL]][0, 4] [%[[N]], 2]
// CHECK-DAG:     %[[LEFT:.*]] = memref.subview %[[ALL]][0, 0] [%[[N]], 4]
// CHECK:         %[[E:.*]] = math.exp %[[X]]
// CHECK:         materialize_in_destination %[[E]] in restrict writable %[[LEFT]]
// CHECK:         materialize_in_destination %[[Y]] in restrict writable %[[RIGHT]]
// CHECK:         %[[WHOLE:.*]] = bufferization.to_tensor %[[ALL]] restrict
// CHECK-NOT:     tensor.insert_slice
// CHECK:         return %[[WHOLE]]
func.func @memory(%x: tensor<?x4xf32>, %y: tensor<?x2xf32>, %n: index) -> tensor<?x6xf32> {
  %empty = tensor.empty(%n) : tensor<?x6xf32>
  %e = math.exp %x : tensor<?x4xf32>
  %p = tensor.insert_slice %e into %empty[0, 0] [%n, 4] [1, 1] : tensor<?x4xf32> into tensor<?x6xf32>
  %q = tensor.insert_slice %y into %p[0, 4] [%n, 2] [1, 1] : tensor<?x2xf32> into tensor<?x6xf32>
  return %q : tensor<?x6xf32>
}

// CHECK-LABEL: func.func @slot
// CHECK-SAME:    (%[[X:[^:]+]]: {{.*}}, %[[Y:[^:]+]]: {{.*}}, %[[STACK:[^:]+]]: {{.*}}, %[[I:[^:]+]]: index)
// CHECK-NOT:     memref.alloc
// CHECK:         %[[SLOT:.*]] = memref.subview %[[STACK]][%[[I]], 0]
// CHECK-DAG:     %[[RIGHT:.*]] = memref.subview %[[SLOT]][4] [2]
// CHECK-DAG:     %[[LEFT:.*]] = memref.subview %[[SLOT]][0] [4]
// CHECK:         materialize_in_destination %[[X]] in restrict writable %[[LEFT]]
// CHECK:         materialize_in_destination %[[Y]] in restrict writable %[[RIGHT]]
// CHECK-NOT:     materialize_in_destination
// CHECK:         return
func.func @slot(%x: tensor<4xf32>, %y: tensor<2xf32>, %stack: memref<8x6xf32>, %i: index) {
  %slot = memref.subview %stack[%i, 0] [1, 6] [1, 1] : memref<8x6xf32> to memref<6xf32, strided<[1], offset: ?>>
  %empty = tensor.empty() : tensor<6xf32>
  %p = tensor.insert_slice %x into %empty[0] [4] [1] : tensor<4xf32> into tensor<6xf32>
  %q = tensor.insert_slice %y into %p[4] [2] [1] : tensor<2xf32> into tensor<6xf32>
  bufferization.materialize_in_destination %q in restrict writable %slot
      : (tensor<6xf32>, memref<6xf32, strided<[1], offset: ?>>) -> ()
  return
}

// A slot whose type does not say what the tensor's says, which is read again.
// CHECK-LABEL: func.func @cast
// CHECK-SAME:    (%[[X:[^:]+]]: {{.*}}, %[[Y:[^:]+]]: {{.*}}, %[[SLOT:[^:]+]]: memref<?xf32>)
// CHECK-DAG:     materialize_in_destination %[[X]]
// CHECK-DAG:     materialize_in_destination %[[Y]]
// CHECK:         %[[TENSOR:.*]] = bufferization.to_tensor %[[SLOT]] restrict
// CHECK:         %[[CAST:.*]] = tensor.cast %[[TENSOR]] : tensor<?xf32> to tensor<6xf32>
// CHECK:         return %[[CAST]]
func.func @cast(%x: tensor<4xf32>, %y: tensor<2xf32>, %slot: memref<?xf32>) -> tensor<6xf32> {
  %empty = tensor.empty() : tensor<6xf32>
  %p = tensor.insert_slice %x into %empty[0] [4] [1] : tensor<4xf32> into tensor<6xf32>
  %q = tensor.insert_slice %y into %p[4] [2] [1] : tensor<2xf32> into tensor<6xf32>
  bufferization.materialize_in_destination %q in restrict writable %slot : (tensor<6xf32>, memref<?xf32>) -> ()
  return %q : tensor<6xf32>
}

// Half of it is read by itself, and what is inserted into zeros is no
// concatenation: both stay.
// CHECK-LABEL: func.func @others
// CHECK-NOT:     memref.alloc
// CHECK-COUNT-3: tensor.insert_slice
func.func @others(%x: tensor<4xf32>, %y: tensor<2xf32>) -> (tensor<6xf32>, tensor<6xf32>, tensor<6xf32>) {
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<6xf32>
  %zeros = linalg.fill ins(%zero : f32) outs(%empty : tensor<6xf32>) -> tensor<6xf32>
  %p = tensor.insert_slice %x into %empty[0] [4] [1] : tensor<4xf32> into tensor<6xf32>
  %q = tensor.insert_slice %y into %p[4] [2] [1] : tensor<2xf32> into tensor<6xf32>
  %r = tensor.insert_slice %x into %zeros[1] [4] [1] : tensor<4xf32> into tensor<6xf32>
  return %p, %q, %r : tensor<6xf32>, tensor<6xf32>, tensor<6xf32>
}

// The slot is made after the concatenation: it moves up.
// CHECK-LABEL: func.func @moved
// CHECK-SAME:    (%[[X:[^:]+]]: {{.*}}, %[[Y:[^:]+]]: {{.*}})
// CHECK:         %[[ALL:.*]] = memref.alloc() : memref<2x6xf32>
// CHECK:         %[[SLOT:.*]] = memref.subview %[[ALL]][0, 0] [1, 6]
// CHECK-DAG:     %[[RIGHT:.*]] = memref.subview %[[SLOT]][4] [2]
// CHECK-DAG:     %[[LEFT:.*]] = memref.subview %[[SLOT]][0] [4]
// CHECK:         materialize_in_destination %[[X]] in restrict writable %[[LEFT]]
// CHECK:         materialize_in_destination %[[Y]] in restrict writable %[[RIGHT]]
// CHECK-NOT:     materialize_in_destination
// CHECK:         return %[[ALL]]
func.func @moved(%x: tensor<4xf32>, %y: tensor<2xf32>) -> memref<2x6xf32> {
  %empty = tensor.empty() : tensor<6xf32>
  %p = tensor.insert_slice %x into %empty[0] [4] [1] : tensor<4xf32> into tensor<6xf32>
  %q = tensor.insert_slice %y into %p[4] [2] [1] : tensor<2xf32> into tensor<6xf32>
  %all = memref.alloc() : memref<2x6xf32>
  %slot = memref.subview %all[0, 0] [1, 6] [1, 1] : memref<2x6xf32> to memref<6xf32, strided<[1]>>
  bufferization.materialize_in_destination %q in restrict writable %slot : (tensor<6xf32>, memref<6xf32, strided<[1]>>) -> ()
  return %all : memref<2x6xf32>
}

// A piece comes from the slot itself, and in the second function others read the slot in between: new memory, and a copy.
// CHECK-LABEL: func.func @own_piece
// CHECK-SAME:    %[[SLOT:[^:]+]]: memref<6xf32>
// CHECK:         %[[ALL:.*]] = memref.alloc() : memref<6xf32>
// CHECK:         %[[WHOLE:.*]] = bufferization.to_tensor %[[ALL]]
// CHECK:         materialize_in_destination %[[WHOLE]] in restrict writable %[[SLOT]]
func.func @own_piece(%slot: memref<6xf32>, %x: tensor<2xf32>) {
  %old = bufferization.to_tensor %slot restrict : memref<6xf32> to tensor<6xf32>
  %kept = tensor.extract_slice %old[0] [4] [1] : tensor<6xf32> to tensor<4xf32>
  %empty = tensor.empty() : tensor<6xf32>
  %p = tensor.insert_slice %x into %empty[0] [2] [1] : tensor<2xf32> into tensor<6xf32>
  %q = tensor.insert_slice %kept into %p[2] [4] [1] : tensor<4xf32> into tensor<6xf32>
  bufferization.materialize_in_destination %q in restrict writable %slot : (tensor<6xf32>, memref<6xf32>) -> ()
  return
}

// CHECK-LABEL: func.func @read_later
// CHECK-SAME:    %[[SLOT:[^:]+]]: memref<6xf32>
// CHECK:         %[[ALL:.*]] = memref.alloc() : memref<6xf32>
// CHECK:         %[[WHOLE:.*]] = bufferization.to_tensor %[[ALL]]
// CHECK:         math.exp
// CHECK:         materialize_in_destination %[[WHOLE]] in restrict writable %[[SLOT]]
func.func @read_later(%slot: memref<6xf32>, %x: tensor<4xf32>, %y: tensor<2xf32>) -> tensor<6xf32> {
  %old = bufferization.to_tensor %slot restrict : memref<6xf32> to tensor<6xf32>
  %empty = tensor.empty() : tensor<6xf32>
  %p = tensor.insert_slice %x into %empty[0] [4] [1] : tensor<4xf32> into tensor<6xf32>
  %q = tensor.insert_slice %y into %p[4] [2] [1] : tensor<2xf32> into tensor<6xf32>
  %e = math.exp %old : tensor<6xf32>
  bufferization.materialize_in_destination %q in restrict writable %slot : (tensor<6xf32>, memref<6xf32>) -> ()
  return %e : tensor<6xf32>
}
