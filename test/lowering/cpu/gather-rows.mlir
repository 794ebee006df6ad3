// RUN: vellum-opt %s --vellum-gather-rows | FileCheck %s
// RUN: vellum-opt %s --vellum-gather-rows --vellum-lower-products | FileCheck %s --check-prefix=CALL

#x = affine_map<(t, b, n, k) -> (t, b, k)>
#w = affine_map<(t, b, n, k) -> (k, n)>
#y = affine_map<(t, b, n, k) -> (t, b, n)>
#product = {indexing_maps = [#x, #w, #y], iterator_types = ["parallel", "parallel", "parallel", "reduction"]}

// The rows of a tile of samples lie apart: they are put side by side, so that
// one call multiplies all of them.
// CHECK-LABEL: func.func @gathered
// CHECK-SAME:    (%[[X:[^:]+]]: memref<?x2x3xf32, strided<[60, 3, 1], offset: ?>>
// CHECK:         %[[STEPS:.*]] = memref.dim %[[X]], %c0
// CHECK:         %[[ROWS:.*]] = memref.alloc(%[[STEPS]]) : memref<?x2x3xf32>
// CHECK:         linalg.generic {{.*}} ins(%[[X]] {{.*}} outs(%[[ROWS]]
// CHECK:         linalg.generic {{.*}} ins(%[[ROWS]], %{{.*}} outs(%{{.*}} : memref<?x2x5xf32>)
// CALL-LABEL:  func.func @gathered
// CALL-NOT:      scf.for
// CALL:          llvm.call @vl_gemm_nn
// CALL-NOT:      llvm.call
// CALL-LABEL:  func.func @together
func.func @gathered(%x: memref<?x2x3xf32, strided<[60, 3, 1], offset: ?>>, %w: memref<3x5xf32>, %y: memref<?x2x5xf32>) {
  linalg.generic #product
      ins(%x, %w : memref<?x2x3xf32, strided<[60, 3, 1], offset: ?>>, memref<3x5xf32>) outs(%y : memref<?x2x5xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %c, %p : f32
    linalg.yield %s : f32
  }
  return
}

// Rows without gaps, a result in pieces, and a product that a loop repeats.
// CHECK-LABEL: func.func @together
// CHECK-NOT:     memref.alloc
// CHECK-LABEL: func.func @result_apart
// CHECK-NOT:     memref.alloc
// CHECK-LABEL: func.func @repeated
// CHECK-NOT:     memref.alloc
func.func @together(%x: memref<?x2x3xf32>, %w: memref<3x5xf32>, %y: memref<?x2x5xf32>) {
  linalg.generic #product ins(%x, %w : memref<?x2x3xf32>, memref<3x5xf32>) outs(%y : memref<?x2x5xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %c, %p : f32
    linalg.yield %s : f32
  }
  return
}

func.func @result_apart(%x: memref<?x2x3xf32, strided<[60, 3, 1], offset: ?>>, %w: memref<3x5xf32>,
                        %y: memref<?x2x5xf32, strided<[90, 5, 1], offset: ?>>) {
  linalg.generic #product ins(%x, %w : memref<?x2x3xf32, strided<[60, 3, 1], offset: ?>>, memref<3x5xf32>)
      outs(%y : memref<?x2x5xf32, strided<[90, 5, 1], offset: ?>>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %c, %p : f32
    linalg.yield %s : f32
  }
  return
}

func.func @repeated(%steps: index, %x: memref<?x2x3xf32, strided<[60, 3, 1], offset: ?>>, %w: memref<3x5xf32>,
                    %y: memref<?x2x5xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %t = %c0 to %steps step %c1 {
    linalg.generic #product ins(%x, %w : memref<?x2x3xf32, strided<[60, 3, 1], offset: ?>>, memref<3x5xf32>)
        outs(%y : memref<?x2x5xf32>) {
    ^bb0(%a: f32, %b: f32, %c: f32):
      %p = arith.mulf %a, %b : f32
      %s = arith.addf %c, %p : f32
      linalg.yield %s : f32
    }
  }
  return
}
