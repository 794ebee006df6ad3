// RUN: vellum-opt %s --vellum-entry-points --canonicalize --split-input-file --verify-diagnostics | FileCheck %s

// Result 2 is written over argument 3, is described from it and not returned.
// CHECK-LABEL: func.func @f(
// CHECK-SAME:    %[[CONTEXT:[^:]+]]: !llvm.ptr, %[[IN:[^:]+]]: !llvm.ptr, %[[OUT:[^:]+]]: !llvm.ptr) -> i32
// CHECK-DAG:     %[[OK:.*]] = arith.constant 0 : i32
// CHECK:         %[[XP:.*]] = llvm.getelementptr %[[IN]][0, 0]
// CHECK:         %[[XDATA:.*]] = llvm.load %[[XP]] : !llvm.ptr -> !llvm.ptr
// CHECK:         %[[XSIZE:.*]] = llvm.getelementptr %[[IN]][0, 3, 0]
// CHECK:         %[[ROWS:.*]] = llvm.load %[[XSIZE]] : !llvm.ptr -> i64
// CHECK:         llvm.insertvalue %[[XDATA]], %{{.*}}[1]
// CHECK:         llvm.insertvalue %[[ROWS]], %{{.*}}[3, 0]
// CHECK:         %[[X:.*]] = builtin.unrealized_conversion_cast %{{.*}} to memref<?x4xf32>
// CHECK:         %[[N64:.*]] = llvm.load %{{.*}} : !llvm.ptr -> i64
// CHECK:         %[[N:.*]] = arith.index_cast %[[N64]] : i64 to index
// CHECK:         %[[BYTE:.*]] = llvm.load %{{.*}} : !llvm.ptr -> i8
// CHECK:         %[[BIT:.*]] = arith.trunci %[[BYTE]] : i8 to i1
// CHECK:         %[[WP:.*]] = llvm.getelementptr %[[IN]][3, 0]
// CHECK:         %[[WDATA:.*]] = llvm.load %[[WP]]
// CHECK:         %[[W:.*]] = builtin.unrealized_conversion_cast %{{.*}} to memref<4xf32>
// CHECK:         %[[R:.*]]:2 = call @f.body(%[[CONTEXT]], %[[X]], %[[N]], %[[BIT]], %[[W]])
// CHECK:         %[[YP:.*]] = llvm.getelementptr %[[OUT]][0, 0]
// CHECK:         llvm.store %{{.*}}, %[[YP]] : !llvm.ptr, !llvm.ptr
// CHECK:         %[[S:.*]] = memref.alloc() : memref<f32>
// CHECK:         memref.store %[[R]]#1, %[[S]][]
// CHECK:         memref.extract_aligned_pointer_as_index %[[W]]
// CHECK:         llvm.getelementptr %[[OUT]][2, 0]
// CHECK:         return %[[OK]]

// CHECK-LABEL: func.func private @f.body(
// CHECK-SAME:    %{{[^:]+}}: !llvm.ptr, %[[BX:[^:]+]]: memref<?x4xf32>, %{{[^:]+}}: index, %{{[^:]+}}: i1, %[[BW:[^:]+]]: memref<4xf32>) -> (memref<?x4xf32>, f32)
// CHECK:         %[[TX:.*]] = bufferization.to_tensor %[[BX]] restrict
// CHECK:         %[[TW:.*]] = bufferization.to_tensor %[[BW]] restrict
// CHECK:         %[[Y:.*]] = math.exp %[[TX]]
// CHECK:         %[[V:.*]] = math.exp %[[TW]]
// CHECK:         %[[YB:.*]] = bufferization.to_buffer %[[Y]] read_only
// CHECK:         materialize_in_destination %[[V]] in restrict writable %[[BW]]
// CHECK:         return %[[YB]], %{{.*}} : memref<?x4xf32>, f32
func.func @f(%x: tensor<?x4xf32>, %n: index, %b: i1, %w: tensor<4xf32>)
    -> (tensor<?x4xf32>, f32, tensor<4xf32> {vellum.inplace = 3 : i64}) {
  %c = arith.constant 1.0 : f32
  %y = math.exp %x : tensor<?x4xf32>
  %v = math.exp %w : tensor<4xf32>
  return %y, %c, %v : tensor<?x4xf32>, f32, tensor<4xf32>
}

// A contiguous tensor of these sizes has strides that only a run tells, and a view may be taken for one: it is copied
// where its rows are apart.
// CHECK-LABEL: func.func @view(
// CHECK:         %[[R:.*]] = call @view.body
// CHECK:         memref.extract_strided_metadata %[[R]]
// CHECK:         %[[DATA:.*]] = scf.if %{{.*}} -> (!llvm.ptr) {
// CHECK:         } else {
// CHECK:           %[[COPY:.*]] = memref.alloc(%{{.*}}, %{{.*}}) : memref<?x?xf32>
// CHECK:           memref.copy %[[R]], %[[COPY]]
// CHECK:         }
// CHECK:         llvm.store %[[DATA]]
// CHECK-LABEL: func.func private @view.body(
// CHECK-SAME:    -> memref<?x?xf32, strided<[?, ?], offset: ?>>
func.func @view(%x: tensor<?x?xf32>) -> tensor<?x?xf32> {
  return %x : tensor<?x?xf32>
}

// What is returned, or written over another argument, and is an argument's old value is copied before that is written over.
// CHECK-LABEL: func.func private @exchange.body
// CHECK-SAME:    (%{{.*}}: !llvm.ptr, %[[A:.*]]: memref<4xf32>, %[[B:.*]]: memref<4xf32>, %[[C:.*]]: memref<4xf32>)
// CHECK-DAG:     %[[OLD:.*]] = bufferization.to_tensor %[[A]]
// CHECK-DAG:     %[[OTHER:.*]] = bufferization.to_tensor %[[B]]
// CHECK-DAG:     %[[SAME:.*]] = bufferization.to_tensor %[[C]]
// CHECK:         %[[FIRST:.*]] = bufferization.alloc_tensor() copy(%[[OTHER]])
// CHECK:         %[[SECOND:.*]] = bufferization.alloc_tensor() copy(%[[OLD]])
// CHECK:         %[[THIRD:.*]] = bufferization.alloc_tensor() copy(%[[OLD]])
// CHECK:         materialize_in_destination %[[FIRST]] in restrict writable %[[A]]
// CHECK:         materialize_in_destination %[[SECOND]] in restrict writable %[[B]]
// CHECK:         materialize_in_destination %[[SAME]] in restrict writable %[[C]]
// CHECK:         bufferization.to_buffer %[[THIRD]]
func.func @exchange(%a: tensor<4xf32>, %b: tensor<4xf32>, %c: tensor<4xf32>)
    -> (tensor<4xf32> {vellum.inplace = 0 : i64}, tensor<4xf32> {vellum.inplace = 1 : i64},
        tensor<4xf32> {vellum.inplace = 2 : i64}, tensor<4xf32>) {
  return %b, %a, %c, %a : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
}

// A private function has no entry point.
// CHECK-LABEL: func.func private @helper
// CHECK-SAME:    (%{{.*}}: tensor<4xf32>) -> tensor<4xf32>
// CHECK-NOT:   @helper.body
func.func private @helper(%x: tensor<4xf32>) -> tensor<4xf32> {
  return %x : tensor<4xf32>
}

// -----

// expected-error @below {{the C interface has no type for 'tensor<4xbf16>'}}
func.func @element(%x: tensor<4xbf16>) {
  return
}

// -----

// expected-error @below {{the C interface has no type for 'tensor<1x1x1x1x1x1x1x1x2xf32>'}}
func.func @rank(%x: tensor<1x1x1x1x1x1x1x1x2xf32>) {
  return
}
