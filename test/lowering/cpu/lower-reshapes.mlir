// RUN: vellum-opt %s --vellum-lower-reshapes | FileCheck %s

// CHECK-LABEL: func.func @several
// CHECK-SAME:    (%[[X:[^:]+]]: memref<4x?xf32>, %[[N:[^:]+]]: index, %[[M:[^:]+]]: index)
// CHECK:         %[[BASE:[^,]*]], %{{.*}}, %{{.*}}, %[[STRIDES:.*]]:2 = memref.extract_strided_metadata %[[X]]
// CHECK:         %[[ROW:.*]] = arith.muli %[[M]], %{{.*}} : index
// CHECK:         memref.reinterpret_cast %[[BASE]] to offset: [0], sizes: [4, %[[N]], %[[M]], 2], strides: [%{{.*}}, %{{.*}}, 2, 1]
func.func @several(%x: memref<4x?xf32>, %n: index, %m: index) -> memref<4x?x?x2xf32> {
  %y = memref.expand_shape %x [[0], [1, 2, 3]] output_shape [4, %n, %m, 2] : memref<4x?xf32> into memref<4x?x?x2xf32>
  return %y : memref<4x?x?x2xf32>
}

// CHECK-LABEL: func.func @one
// CHECK:         memref.expand_shape
func.func @one(%x: memref<?xf32>, %n: index) -> memref<?x3xf32> {
  %y = memref.expand_shape %x [[0, 1]] output_shape [%n, 3] : memref<?xf32> into memref<?x3xf32>
  return %y : memref<?x3xf32>
}
