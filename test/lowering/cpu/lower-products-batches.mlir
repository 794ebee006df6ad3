// RUN: vellum-opt %s --vellum-lower-products --canonicalize | FileCheck %s

#bik = affine_map<(b, i, j, k) -> (b, i, k)>
#bkj = affine_map<(b, i, j, k) -> (b, k, j)>
#bij = affine_map<(b, i, j, k) -> (b, i, j)>

// A loop over what both operands and the result share.
// CHECK-LABEL: func.func @batches
// CHECK-SAME:    (%[[X:[^:]+]]: {{.*}}, %{{.*}}: {{.*}}, %{{.*}}: {{.*}})
// CHECK:         %{{.*}}, %{{.*}}, %[[SIZES:.*]]:3, %{{.*}} = memref.extract_strided_metadata %[[X]]
// CHECK:         scf.for %[[I:.*]] = %{{.*}} to %[[SIZES]]#0
// CHECK:           %[[OFFSET:.*]] = arith.muli %[[I]], %{{.*}}
// CHECK:           arith.addi %{{.*}}, %[[OFFSET]]
// CHECK:           llvm.call @vl_gemm_nn
// CHECK-NOT:     scf.for
func.func @batches(%x: memref<?x4x8xf32>, %w: memref<?x8x3xf32>, %y: memref<?x4x3xf32>) {
  linalg.generic {indexing_maps = [#bik, #bkj, #bij], iterator_types = ["parallel", "parallel", "parallel", "reduction"]}
      ins(%x, %w : memref<?x4x8xf32>, memref<?x8x3xf32>) outs(%y : memref<?x4x3xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %c, %p : f32
    linalg.yield %s : f32
  }
  return
}

#tbk = affine_map<(k, n, t, b) -> (t, b, k)>
#tbn = affine_map<(k, n, t, b) -> (t, b, n)>
#kn = affine_map<(k, n, t, b) -> (k, n)>

// Time and batch follow each other without a gap: one product over both.
// CHECK-LABEL: func.func @joined
// CHECK-SAME:    (%[[XS:[^:]+]]: {{.*}}, %{{.*}}: {{.*}}, %{{.*}}: {{.*}})
// CHECK-NOT:     scf.for
// CHECK:         %{{.*}}, %{{.*}}, %[[SIZES:.*]]:3, %{{.*}} = memref.extract_strided_metadata %[[XS]]
// CHECK:         %[[ALL:.*]] = arith.muli %[[SIZES]]#0, %[[SIZES]]#1
// CHECK:         %[[ALL64:.*]] = arith.index_cast %[[ALL]]
// CHECK:         llvm.call @vl_gemm_nn(%{{.*}}, %{{.*}}, %[[ALL64]],
func.func @joined(%xs: memref<?x?x3xf32>, %ds: memref<?x?x2xf32>, %dw: memref<3x2xf32>) {
  linalg.generic {indexing_maps = [#tbk, #tbn, #kn], iterator_types = ["parallel", "parallel", "reduction", "reduction"]}
      ins(%xs, %ds : memref<?x?x3xf32>, memref<?x?x2xf32>) outs(%dw : memref<3x2xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %c, %p : f32
    linalg.yield %s : f32
  }
  return
}

// All but the first of a buffer's rows follow each other as all of them do.
// CHECK-LABEL: func.func @later_rows
// CHECK-NOT:     scf.for
// CHECK:         llvm.call @vl_gemm_nn
func.func @later_rows(%steps: index, %more: index, %batch: index, %ds: memref<?x?x2xf32>, %dw: memref<3x2xf32>) {
  %stack = memref.alloc(%more, %batch) : memref<?x?x3xf32>
  %xs = memref.subview %stack[1, 0, 0] [%steps, %batch, 3] [1, 1, 1]
    : memref<?x?x3xf32> to memref<?x?x3xf32, strided<[?, 3, 1], offset: ?>>
  linalg.generic {indexing_maps = [#tbk, #tbn, #kn], iterator_types = ["parallel", "parallel", "reduction", "reduction"]}
      ins(%xs, %ds : memref<?x?x3xf32, strided<[?, 3, 1], offset: ?>>, memref<?x?x2xf32>) outs(%dw : memref<3x2xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %c, %p : f32
    linalg.yield %s : f32
  }
  return
}

// Some samples of each step do not.
// CHECK-LABEL: func.func @some_samples
// CHECK:         scf.for
// CHECK:           llvm.call @vl_gemm_nn
func.func @some_samples(%steps: index, %batch: index, %some: index, %ds: memref<?x?x2xf32>, %dw: memref<3x2xf32>) {
  %stack = memref.alloc(%steps, %batch) : memref<?x?x3xf32>
  %xs = memref.subview %stack[0, 0, 0] [%steps, %some, 3] [1, 1, 1]
    : memref<?x?x3xf32> to memref<?x?x3xf32, strided<[?, 3, 1]>>
  linalg.generic {indexing_maps = [#tbk, #tbn, #kn], iterator_types = ["parallel", "parallel", "reduction", "reduction"]}
      ins(%xs, %ds : memref<?x?x3xf32, strided<[?, 3, 1]>>, memref<?x?x2xf32>) outs(%dw : memref<3x2xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %c, %p : f32
    linalg.yield %s : f32
  }
  return
}

// Rows with gaps between batches are summed in a loop, which needs its zeros.
// CHECK-LABEL: func.func @gaps
// CHECK:         linalg.fill
// CHECK:         scf.for
// CHECK:           llvm.call @vl_gemm_nn
func.func @gaps(%xs: memref<5x4x3xf32, strided<[24, 3, 1]>>, %ds: memref<5x4x2xf32>, %dw: memref<3x2xf32>) {
  %zero = arith.constant 0.0 : f32
  linalg.fill ins(%zero : f32) outs(%dw : memref<3x2xf32>)
  linalg.generic {indexing_maps = [#tbk, #tbn, #kn], iterator_types = ["parallel", "parallel", "reduction", "reduction"]}
      ins(%xs, %ds : memref<5x4x3xf32, strided<[24, 3, 1]>>, memref<5x4x2xf32>) outs(%dw : memref<3x2xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %c, %p : f32
    linalg.yield %s : f32
  }
  return
}
