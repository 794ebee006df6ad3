// RUN: vellum-opt %s --vellum-lower-kernels --canonicalize --cse | FileCheck %s

// The last leading dimension is the kernel's rows, a loop runs over the others.
// CHECK-LABEL: func.func @softmax
// CHECK-SAME:    (%[[X:[^:]+]]: {{.*}}, %[[Y:[^:]+]]: {{.*}})
// CHECK-DAG:     %[[ROWS:.*]] = arith.constant 4 : i64
// CHECK-DAG:     %[[WIDTH:.*]] = arith.constant 8 : i64
// CHECK-DAG:     %[[GAP:.*]] = arith.constant 16 : i64
// CHECK:         scf.for %[[I:.*]] =
// CHECK:           llvm.call @vl_softmax(%[[ROWS]], %[[WIDTH]], %{{.*}}, %[[WIDTH]], %{{.*}}, %[[GAP]])
// CHECK-NOT:     vellum_cpu.kernel
func.func @softmax(%x: memref<2x4x8xf32>, %y: memref<2x4x8xf32, strided<[64, 16, 1]>>) {
  vellum_cpu.kernel "softmax" ins(%x : memref<2x4x8xf32>) outs(%y : memref<2x4x8xf32, strided<[64, 16, 1]>>)
  return
}

// CHECK-LABEL: func.func @single
// CHECK-DAG:     %[[ONE:.*]] = arith.constant 1 : i64
// CHECK-DAG:     %[[WIDTH:.*]] = arith.constant 8 : i64
// CHECK-NOT:     scf.for
// CHECK:         llvm.call @vl_softmax(%[[ONE]], %[[WIDTH]],
func.func @single(%x: memref<8xf32>, %y: memref<8xf32>) {
  vellum_cpu.kernel "softmax" ins(%x : memref<8xf32>) outs(%y : memref<8xf32>)
  return
}

// CHECK-LABEL: func.func @shift
// CHECK-SAME:    %[[CORRELATE:[^:]+]]: i64, %[[CLAMP:[^:]+]]: i64)
// CHECK-DAG:     %[[ROWS:.*]] = arith.constant 4 : i64
// CHECK-DAG:     %[[WIDTH:.*]] = arith.constant 8 : i64
// CHECK-DAG:     %[[TAPS:.*]] = arith.constant 3 : i64
// CHECK:         llvm.call @vl_shift(%[[ROWS]], %[[WIDTH]], %[[TAPS]], %{{.*}}, %[[WIDTH]], %{{.*}}, %[[TAPS]], %{{.*}}, %[[WIDTH]], %[[CORRELATE]], %[[CLAMP]])
// CHECK:         llvm.call @vl_shift_taps(%[[ROWS]], %[[WIDTH]], %[[TAPS]],
func.func @shift(%x: memref<4x8xf32>, %s: memref<4x3xf32>, %y: memref<4x8xf32>, %correlate: i64, %clamp: i64) {
  vellum_cpu.kernel "shift" ins(%x, %s : memref<4x8xf32>, memref<4x3xf32>) scalars(%correlate, %clamp) outs(%y : memref<4x8xf32>)
  vellum_cpu.kernel "shift_taps" ins(%y, %x : memref<4x8xf32>, memref<4x8xf32>) scalars(%correlate, %clamp) outs(%s : memref<4x3xf32>)
  return
}

// Numbers are counted, except that each row of a permutation is one.
// CHECK-LABEL: func.func @random
// CHECK-SAME:    (%[[N:[^:]+]]: {{.*}}, %{{.*}}: {{.*}}, %[[KEY:[^:]+]]: i64, %[[STREAM:[^:]+]]: i64)
// CHECK-DAG:     %[[EIGHT:.*]] = arith.constant 8 : i64
// CHECK-DAG:     %[[FOUR:.*]] = arith.constant 4 : i64
// CHECK:         %[[COUNT:.*]] = arith.muli %{{.*}}, %{{.*}} : index
// CHECK:         %[[COUNT64:.*]] = arith.index_cast %[[COUNT]]
// CHECK:         llvm.call @vl_random_normal(%[[COUNT64]], %[[KEY]], %[[STREAM]],
// CHECK:         llvm.call @vl_random_permutation(%[[FOUR]], %[[EIGHT]], %[[KEY]], %[[STREAM]],
func.func @random(%n: memref<?x8xf32>, %p: memref<4x8xi32>, %key: i64, %stream: i64) {
  vellum_cpu.kernel "random_normal" scalars(%key, %stream) outs(%n : memref<?x8xf32>)
  vellum_cpu.kernel "random_permutation" scalars(%key, %stream) outs(%p : memref<4x8xi32>)
  return
}

// Rows and columns of what is packed, each with its stride, and the panels' width.
// CHECK-LABEL: func.func @panels
// CHECK-DAG:     %[[ONE:.*]] = arith.constant 1 : i64
// CHECK-DAG:     %[[FIVE:.*]] = arith.constant 5 : i64
// CHECK-DAG:     %[[WIDTH:.*]] = arith.constant 48 : i64
// CHECK-DAG:     %[[GAP:.*]] = arith.constant 64 : i64
// CHECK-DAG:     %[[ROWS:.*]] = arith.constant 60 : i64
// CHECK:         llvm.call @vl_pack_panels(%[[FIVE]], %[[ROWS]], %{{.*}}, %[[GAP]], %[[ONE]], %[[WIDTH]], %{{.*}})
// CHECK:         llvm.call @vl_pack_panels(%[[ROWS]], %[[FIVE]], %{{.*}}, %[[ONE]], %[[GAP]], %[[WIDTH]], %{{.*}})
func.func @panels(%w: memref<5x60xf32, strided<[64, 1]>>, %p: memref<2x5x48xf32>, %q: memref<1x60x48xf32>) {
  vellum_cpu.kernel "pack_panels" ins(%w : memref<5x60xf32, strided<[64, 1]>>) outs(%p : memref<2x5x48xf32>)
  vellum_cpu.kernel "pack_panels_transposed" ins(%w : memref<5x60xf32, strided<[64, 1]>>) outs(%q : memref<1x60x48xf32>)
  return
}
