// RUN: vellum-opt %s --vellum-lower-products --canonicalize | FileCheck %s

#x = affine_map<(i, j, k) -> (i, k)>
#xt = affine_map<(i, j, k) -> (k, i)>
#w = affine_map<(i, j, k) -> (k, j)>
#wt = affine_map<(i, j, k) -> (j, k)>
#y = affine_map<(i, j, k) -> (i, j)>
#yt = affine_map<(i, j, k) -> (j, i)>
#loops = ["parallel", "parallel", "reduction"]

// Rows of the right operand lie side by side. The zeros need not be written:
// the last argument says that nothing is added to.
// CHECK-LABEL: func.func @nn
// CHECK-DAG:     %[[NOT:.*]] = arith.constant 0 : i64
// CHECK-DAG:     %[[ONE:.*]] = arith.constant 1 : i64
// CHECK-DAG:     %[[THREE:.*]] = arith.constant 3 : i64
// CHECK-DAG:     %[[FOUR:.*]] = arith.constant 4 : i64
// CHECK-DAG:     %[[EIGHT:.*]] = arith.constant 8 : i64
// CHECK-NOT:     linalg
// CHECK:         llvm.call @vl_gemm_nn(%[[FOUR]], %[[THREE]], %[[EIGHT]], %{{.*}}, %[[EIGHT]], %[[ONE]], %{{.*}}, %[[THREE]], %{{.*}}, %[[THREE]], %[[NOT]])
// CHECK-NOT:     linalg
func.func @nn(%x: memref<4x8xf32>, %w: memref<8x3xf32>, %y: memref<4x3xf32>) {
  %zero = arith.constant 0.0 : f32
  linalg.fill ins(%zero : f32) outs(%y : memref<4x3xf32>)
  linalg.generic {indexing_maps = [#x, #w, #y], iterator_types = #loops}
      ins(%x, %w : memref<4x8xf32>, memref<8x3xf32>) outs(%y : memref<4x3xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %c, %p : f32
    linalg.yield %s : f32
  }
  return
}

// Without a fill the product adds to what is there; rows of both are dotted.
// CHECK-LABEL: func.func @nt
// CHECK-DAG:     %[[ADD:.*]] = arith.constant 1 : i64
// CHECK-DAG:     %[[ROWS:.*]] = arith.constant 4 : i64
// CHECK:         llvm.call @vl_gemm_nt(%[[ROWS]], {{.*}}, %[[ADD]])
func.func @nt(%x: memref<4x8xf32>, %w: memref<3x8xf32>, %y: memref<4x3xf32>) {
  linalg.generic {indexing_maps = [#x, #wt, #y], iterator_types = #loops}
      ins(%x, %w : memref<4x8xf32>, memref<3x8xf32>) outs(%y : memref<4x3xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %p = arith.mulf %b, %a : f32
    %s = arith.addf %p, %c : f32
    linalg.yield %s : f32
  }
  return
}

// A transposed result is the product of the operands exchanged: 3 rows, 4
// columns.
// CHECK-LABEL: func.func @exchanged
// CHECK-DAG:     %[[THREE:.*]] = arith.constant 3 : i64
// CHECK-DAG:     %[[FOUR:.*]] = arith.constant 4 : i64
// CHECK:         llvm.call @vl_gemm_nn(%[[THREE]], %[[FOUR]],
func.func @exchanged(%x: memref<8x4xf32>, %w: memref<3x8xf32>, %y: memref<3x4xf32>) {
  linalg.generic {indexing_maps = [#xt, #wt, #yt], iterator_types = #loops}
      ins(%x, %w : memref<8x4xf32>, memref<3x8xf32>) outs(%y : memref<3x4xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %c, %p : f32
    linalg.yield %s : f32
  }
  return
}

// No kernel fits where no operand's rows lie side by side in the right way.
// CHECK-LABEL: func.func @any
// CHECK:         llvm.call @vl_gemm_any
func.func @any(%x: memref<8x4xf32>, %w: memref<3x8xf32>, %y: memref<4x3xf32>) {
  linalg.generic {indexing_maps = [#xt, #wt, #y], iterator_types = #loops}
      ins(%x, %w : memref<8x4xf32>, memref<3x8xf32>) outs(%y : memref<4x3xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %c, %p : f32
    linalg.yield %s : f32
  }
  return
}

// Other elements than f32 are left to loops.
// CHECK-LABEL: func.func @double
// CHECK:         linalg.generic
func.func @double(%x: memref<4x8xf64>, %w: memref<8x3xf64>, %y: memref<4x3xf64>) {
  linalg.generic {indexing_maps = [#x, #w, #y], iterator_types = #loops}
      ins(%x, %w : memref<4x8xf64>, memref<8x3xf64>) outs(%y : memref<4x3xf64>) {
  ^bb0(%a: f64, %b: f64, %c: f64):
    %p = arith.mulf %a, %b : f64
    %s = arith.addf %c, %p : f64
    linalg.yield %s : f64
  }
  return
}

// Zeros of the left operand hide the right one: a kernel computes the product where that is finite, and a loop that
// looks at each factor where it is not.
// CHECK-LABEL: func.func @excluding
// CHECK-SAME:    (%[[X:[^:]+]]: {{.*}}, %[[W:[^:]+]]: {{.*}}, %[[Y:[^:]+]]: {{.*}})
// CHECK:         %[[FLAG:.*]] = memref.alloca() : memref<f32>
// CHECK:         memref.store %{{.*}}, %[[FLAG]]
// CHECK:         linalg.generic {{.*}} ins(%[[W]] : {{.*}}) outs(%[[FLAG]]
// CHECK:         %[[SUM:.*]] = memref.load %[[FLAG]]
// CHECK:         %[[PLAIN:.*]] = arith.cmpf oeq, %[[SUM]],
// CHECK:         scf.if %[[PLAIN]] {
// CHECK-NOT:       linalg
// CHECK:           llvm.call @vl_gemm_nn
// CHECK:         } else {
// CHECK:           linalg.fill
// CHECK:           linalg.generic {{.*}} ins(%[[X]], %[[W]]
// CHECK:             arith.select
// CHECK:         }
func.func @excluding(%x: memref<4x8xf32>, %w: memref<8x3xf32>, %y: memref<4x3xf32>) {
  %zero = arith.constant 0.0 : f32
  linalg.fill ins(%zero : f32) outs(%y : memref<4x3xf32>)
  linalg.generic {indexing_maps = [#x, #w, #y], iterator_types = #loops}
      ins(%x, %w : memref<4x8xf32>, memref<8x3xf32>) outs(%y : memref<4x3xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %is = arith.cmpf une, %a, %zero : f32
    %seen = arith.select %is, %b, %zero : f32
    %p = arith.mulf %a, %seen : f32
    %s = arith.addf %c, %p : f32
    linalg.yield %s : f32
  }
  return
}
