// RUN: vellum-opt %s --vellum-outline-tiles --split-input-file --verify-diagnostics | FileCheck %s

// Threads get the captured values as words: of a memref its base and what its
// type leaves open, of a float its bits. Constants they make themselves. The tile's memory is that of its own context.
// CHECK-LABEL: func.func @f(
// CHECK-SAME:    %[[CONTEXT:[^:]+]]: !llvm.ptr, %[[M:[^:]+]]: memref<?x4xf32>, %[[PART:[^:]+]]: {{.*}}, %[[ALL:[^:]+]]: index, %[[SCALE:[^:]+]]: f32, %[[KEY:[^:]+]]: i64)
// CHECK-NOT:     scf.forall
// CHECK-DAG:     %[[ALL64:.*]] = arith.index_cast %[[ALL]]
// CHECK-DAG:     %{{.*}}, %[[START:.*]], %{{.*}}, %{{.*}} = memref.extract_strided_metadata %[[PART]]
// CHECK-DAG:     %[[START64:.*]] = arith.index_cast %[[START]]
// CHECK-DAG:     %[[BITS:.*]] = arith.bitcast %[[SCALE]] : f32 to i32
// CHECK-DAG:     %[[BITS64:.*]] = arith.extui %[[BITS]]
// CHECK-DAG:     %[[BASE:.*]] = memref.extract_aligned_pointer_as_index %[[M]]
// CHECK-DAG:     %[[BASE64:.*]] = arith.index_cast %[[BASE]]
// CHECK-DAG:     %[[COUNT:.*]] = arith.ceildivui %[[ALL]], %{{.*}}
// CHECK-DAG:     %[[COUNT64:.*]] = arith.index_cast %[[COUNT]]
// CHECK:         %[[SEVEN:.*]] = arith.constant 7 : i64
// CHECK:         %[[WORDS:.*]] = llvm.alloca %[[SEVEN]] x i64
// CHECK-DAG:     llvm.store %[[ALL64]]
// CHECK-DAG:     llvm.store %[[KEY]]
// CHECK-DAG:     llvm.store %[[START64]]
// CHECK-DAG:     llvm.store %[[BITS64]]
// CHECK-DAG:     llvm.store %[[BASE64]]
// CHECK:         %[[BODY:.*]] = constant @f.tile
// CHECK:         %[[ADDRESS:.*]] = builtin.unrealized_conversion_cast %[[BODY]]
// CHECK:         llvm.call @vellum_rt_tiles(%[[CONTEXT]], %[[COUNT64]], %[[ADDRESS]], %[[WORDS]])
// CHECK-NEXT:    return

// CHECK-LABEL: func.func private @f.tile(
// CHECK-SAME:    %[[OWN:[^:]+]]: !llvm.ptr, %[[NUMBER:[^:]+]]: i64, %[[CAPTURED:[^:]+]]: !llvm.ptr)
// CHECK:         %[[WORD0:.*]] = llvm.getelementptr %[[CAPTURED]][0]
// CHECK:         %[[ALL64:.*]] = llvm.load %[[WORD0]]
// CHECK:         %[[ALL:.*]] = arith.index_cast %[[ALL64]]
// CHECK:         %[[WORD1:.*]] = llvm.getelementptr %[[CAPTURED]][1]
// CHECK:         %[[KEY:.*]] = llvm.load %[[WORD1]]
// CHECK:         %[[WORD3:.*]] = llvm.getelementptr %[[CAPTURED]][3]
// CHECK:         %[[START64:.*]] = llvm.load %[[WORD3]]
// CHECK:         %[[START:.*]] = arith.index_cast %[[START64]]
// CHECK:         %[[PART:.*]] = memref.reinterpret_cast %{{.*}} to offset: [%[[START]]], sizes: [3], strides: [1]
// CHECK:         %[[SCALE:.*]] = arith.bitcast %{{.*}} : i32 to f32
// CHECK:         %[[STRIDED:.*]] = memref.reinterpret_cast %{{.*}} to offset: [0], sizes: [%{{.*}}, 4], strides: [4, 1]
// CHECK:         %[[M:.*]] = memref.cast %[[STRIDED]] : {{.*}} to memref<?x4xf32>
// CHECK:         %[[TILE:.*]] = arith.index_cast %[[NUMBER]]
// CHECK:         %[[I:.*]] = arith.muli %[[TILE]], %{{.*}}
// CHECK:         arith.subi %[[ALL]], %[[I]]
// CHECK:         llvm.call @vellum_rt_alloc(%[[OWN]], %[[KEY]], %{{.*}})
// CHECK:         %[[V:.*]] = memref.load %[[PART]]
// CHECK:         %[[S:.*]] = arith.mulf %[[V]], %[[SCALE]]
// CHECK:         memref.store %[[S]], %[[M]][%[[I]],
// CHECK:         return
func.func @f(%context: !llvm.ptr, %m: memref<?x4xf32>, %part: memref<3xf32, strided<[1], offset: ?>>, %all: index, %scale: f32, %key: i64) {
  %c0 = arith.constant 0 : index
  %c2 = arith.constant 2 : index
  scf.forall (%i) = (0) to (%all) step (2) {
    %rest = arith.subi %all, %i : index
    %width = arith.minui %c2, %rest : index
    %place = llvm.mlir.zero : !llvm.ptr
    %p = llvm.call @vellum_rt_alloc(%context, %key, %place) : (!llvm.ptr, i64, !llvm.ptr) -> !llvm.ptr
    %v = memref.load %part[%width] : memref<3xf32, strided<[1], offset: ?>>
    %s = arith.mulf %v, %scale : f32
    memref.store %s, %m[%i, %c0] : memref<?x4xf32>
  }
  return
}
llvm.func @vellum_rt_alloc(!llvm.ptr, i64, !llvm.ptr) -> !llvm.ptr

// Each loop has a function of its own.
// CHECK-LABEL: func.func @two(
// CHECK:         constant @two.tile :
// CHECK:         constant @two.tile1 :
// CHECK-DAG:   func.func private @two.tile(
// CHECK-DAG:   func.func private @two.tile1(
func.func @two(%context: !llvm.ptr, %m: memref<8xf32>, %step: index) {
  %one = arith.constant 1.0 : f32
  scf.forall (%i) = (0) to (8) step (4) {
    memref.store %one, %m[%i] : memref<8xf32>
  }
  scf.forall (%i) = (0) to (8) step (%step) {
    memref.store %one, %m[%i] : memref<8xf32>
  }
  return
}

// Numbers of any width are words.
// CHECK-LABEL: func.func @widths
// CHECK:         arith.extui %{{.*}} : i1 to i64
// CHECK:         %[[BITS:.*]] = arith.bitcast %{{.*}} : f64 to i64
// CHECK-LABEL: func.func private @widths.tile
// CHECK:         arith.trunci %{{.*}} : i64 to i1
// CHECK:         arith.bitcast %{{.*}} : i64 to f64
func.func @widths(%context: !llvm.ptr, %m: memref<8xf64>, %bit: i1, %x: f64, %y: memref<8xi1>) {
  scf.forall (%i) = (0) to (8) step (4) {
    memref.store %bit, %y[%i] : memref<8xi1>
    memref.store %x, %m[%i] : memref<8xf64>
  }
  return
}

// -----

func.func @unsupported(%context: !llvm.ptr, %m: memref<8xi128>, %wide: i128) {
  // expected-error @below {{cannot hand a 'i128' to another thread}}
  scf.forall (%i) = (0) to (8) step (4) {
    memref.store %wide, %m[%i] : memref<8xi128>
  }
  return
}
