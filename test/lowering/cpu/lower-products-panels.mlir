// RUN: vellum-opt %s --vellum-lower-products --canonicalize | FileCheck %s

#x = affine_map<(i, j, k) -> (i, k)>
#xt = affine_map<(i, j, k) -> (k, i)>
#panels = affine_map<(i, j, k) -> (j floordiv 48, k, j mod 48)>
#y = affine_map<(i, j, k) -> (i, j)>
#loops = ["parallel", "parallel", "reduction"]

// Rows, columns and terms; the zeros need not be written.
// CHECK-LABEL: func.func @rows
// CHECK-DAG:     %[[NOT:.*]] = arith.constant 0 : i64
// CHECK-DAG:     %[[ONE:.*]] = arith.constant 1 : i64
// CHECK-DAG:     %[[FOUR:.*]] = arith.constant 4 : i64
// CHECK-DAG:     %[[EIGHT:.*]] = arith.constant 8 : i64
// CHECK-DAG:     %[[WIDTH:.*]] = arith.constant 48 : i64
// CHECK-DAG:     %[[COLUMNS:.*]] = arith.constant 60 : i64
// CHECK-NOT:     linalg
// CHECK:         llvm.call @vl_gemm_panels(%[[FOUR]], %[[COLUMNS]], %[[EIGHT]], %{{.*}}, %[[EIGHT]], %[[ONE]], %{{.*}}, %[[WIDTH]], %{{.*}}, %[[COLUMNS]], %[[NOT]])
// CHECK-NOT:     linalg
func.func @rows(%x: memref<4x8xf32>, %w: memref<2x8x48xf32>, %y: memref<4x60xf32>) {
  %zero = arith.constant 0.0 : f32
  linalg.fill ins(%zero : f32) outs(%y : memref<4x60xf32>)
  linalg.generic {indexing_maps = [#x, #panels, #y], iterator_types = #loops}
      ins(%x, %w : memref<4x8xf32>, memref<2x8x48xf32>) outs(%y : memref<4x60xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %c, %p : f32
    linalg.yield %s : f32
  }
  return
}

// Weights on the left, columns of the other operand, a result that is added to.
// CHECK-LABEL: func.func @left
// CHECK-DAG:     %[[ADD:.*]] = arith.constant 1 : i64
// CHECK-DAG:     %[[FOUR:.*]] = arith.constant 4 : i64
// CHECK:         llvm.call @vl_gemm_panels(%[[FOUR]], %{{.*}}, %{{.*}}, %{{.*}}, %[[ADD]], %[[FOUR]], %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}, %[[ADD]])
func.func @left(%x: memref<8x4xf32>, %w: memref<2x8x48xf32>, %y: memref<4x60xf32>) {
  linalg.generic {indexing_maps = [#panels, #xt, #y], iterator_types = #loops}
      ins(%w, %x : memref<2x8x48xf32>, memref<8x4xf32>) outs(%y : memref<4x60xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %c, %p : f32
    linalg.yield %s : f32
  }
  return
}

// One vector is one row.
// CHECK-LABEL: func.func @vector
// CHECK-DAG:     %[[ONE:.*]] = arith.constant 1 : i64
// CHECK-DAG:     %[[COLUMNS:.*]] = arith.constant 60 : i64
// CHECK:         llvm.call @vl_gemm_panels(%[[ONE]], %[[COLUMNS]],
func.func @vector(%x: memref<8xf32>, %w: memref<2x8x48xf32>, %y: memref<60xf32>) {
  linalg.generic {indexing_maps = [affine_map<(j, k) -> (k)>, affine_map<(j, k) -> (j floordiv 48, k, j mod 48)>,
                                   affine_map<(j, k) -> (j)>], iterator_types = ["parallel", "reduction"]}
      ins(%x, %w : memref<8xf32>, memref<2x8x48xf32>) outs(%y : memref<60xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %c, %p : f32
    linalg.yield %s : f32
  }
  return
}

// Columns that lie apart are computed panel after panel, at most 48 at a time.
// CHECK-LABEL: func.func @apart
// CHECK:         scf.for %[[I:.*]] = %{{.*}} to %[[PANELS:c2[^ ]*]] step
// CHECK:           %[[FIRST:.*]] = arith.muli %[[I]], %[[WIDTH:.*]] : index
// CHECK:           %[[REST:.*]] = arith.subi %{{.*}}, %[[FIRST]] : index
// CHECK:           arith.minsi %[[REST]], %[[WIDTH]] : index
// CHECK:           llvm.call @vl_gemm_any
func.func @apart(%x: memref<4x8xf32>, %w: memref<2x8x48xf32>, %y: memref<4x60xf32, strided<[120, 2]>>) {
  linalg.generic {indexing_maps = [#x, #panels, #y], iterator_types = #loops}
      ins(%x, %w : memref<4x8xf32>, memref<2x8x48xf32>) outs(%y : memref<4x60xf32, strided<[120, 2]>>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %c, %p : f32
    linalg.yield %s : f32
  }
  return
}
