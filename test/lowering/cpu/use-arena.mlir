// RUN: vellum-opt %s --vellum-use-arena --canonicalize --split-input-file --verify-diagnostics | FileCheck %s

// The error of an allocation names its place, here that of this text.
// CHECK:       llvm.func @vellum_rt_alloc(!llvm.ptr, i64, !llvm.ptr) -> !llvm.ptr
// CHECK-LABEL: func.func @loop
// CHECK-SAME:    (%[[CONTEXT:[^:]+]]: !llvm.ptr, %{{.*}}: index, %[[N:[^:]+]]: index)
// CHECK-DAG:     %[[ROW:.*]] = arith.constant 16 : i64
// CHECK-DAG:     %[[PLACE:.*]] = llvm.mlir.addressof @vellum.text.
// CHECK:         scf.for
// CHECK:           %[[N64:.*]] = arith.index_cast %[[N]]
// CHECK:           %[[PRODUCT:.*]] = arith.muli %[[N64]], %[[ROW]]
// CHECK:           %[[WIDE:.*]] = arith.mulf %{{.*}}, %{{.*}} : f64
// CHECK:           %[[FITS:.*]] = arith.cmpf olt, %[[WIDE]], %{{.*}} : f64
// CHECK:           %[[BYTES:.*]] = arith.select %[[FITS]], %[[PRODUCT]], %{{.*}} : i64
// CHECK:           %[[MEMORY:.*]] = llvm.call @vellum_rt_alloc(%[[CONTEXT]], %[[BYTES]], %[[PLACE]])
// CHECK:           llvm.insertvalue %[[MEMORY]], %{{.*}}[1]
// CHECK:           %[[SIZED:.*]] = llvm.insertvalue %[[N64]], %{{.*}}[3, 0]
// CHECK:           llvm.insertvalue %{{.*}}, %[[SIZED]][4, 0]
// CHECK:           %[[BUFFER:.*]] = builtin.unrealized_conversion_cast %{{.*}} to memref<?x4xf32>
// CHECK:           memref.store %{{.*}}, %[[BUFFER]]
// CHECK-NOT:     memref.alloc
func.func @loop(%context: !llvm.ptr, %t: index, %n: index) {
  %0 = arith.constant 0 : index
  %1 = arith.constant 1 : index
  %one = arith.constant 1.0 : f32
  scf.for %i = %0 to %t step %1 {
    %a = memref.alloc(%n) : memref<?x4xf32>
    memref.store %one, %a[%i, %0] : memref<?x4xf32>
  }
  return
}

// A bit takes a byte, an index eight.
// CHECK-LABEL: func.func @elements
// CHECK-DAG:     %[[THREE:.*]] = arith.constant 3 : i64
// CHECK-DAG:     %[[MANY:.*]] = arith.constant 24 : i64
// CHECK:         llvm.call @vellum_rt_alloc(%{{.*}}, %[[THREE]], %{{.*}})
// CHECK:         llvm.call @vellum_rt_alloc(%{{.*}}, %[[MANY]], %{{.*}})
func.func @elements(%context: !llvm.ptr) -> (memref<3xi1>, memref<3xindex>) {
  %bits = memref.alloc() : memref<3xi1>
  %numbers = memref.alloc() : memref<3xindex>
  return %bits, %numbers : memref<3xi1>, memref<3xindex>
}

// -----

// expected-error @below {{allocates memory, but its first argument is no context}}
func.func @without_context() -> memref<4xf32> {
  %a = memref.alloc() : memref<4xf32>
  return %a : memref<4xf32>
}
