// RUN: vellum-opt %s --vellum-block-sums=block-bytes=4096 --canonicalize --split-input-file | FileCheck %s

// Two products and a sum that read the same rows run block by block of them,
// as many as fit, after both results are filled.
// CHECK-LABEL: func.func @gradients
// CHECK-SAME:    (%[[X:[^:]+]]: memref<?x8xf32>, %[[H:[^:]+]]: memref<?x4xf32>, %[[D:[^:]+]]: memref<?x16xf32>
// CHECK-COUNT-3: linalg.fill
// CHECK:         scf.for %[[I:.*]] = %c0 to %{{.*}} step %c64 {
// CHECK:           %[[COUNT:.*]] = arith.minui
// CHECK-DAG:       %[[XS:.*]] = memref.subview %[[X]][%[[I]], 0] [%[[COUNT]], 8] [1, 1]
// CHECK-DAG:       %[[DS:.*]] = memref.subview %[[D]][%[[I]], 0] [%[[COUNT]], 16] [1, 1]
// CHECK:           linalg.generic {{.*}} ins(%[[XS]], %[[DS]]
// CHECK:           linalg.generic {{.*}} ins(%{{.*}}, %{{.*}} : memref<?x4xf32{{.*}}memref<?x16xf32
// CHECK:           linalg.generic {{.*}} ins(%{{.*}} : memref<?x16xf32
// CHECK:         } {vellum.block_loop}
// CHECK-NOT:     linalg.generic
#a = affine_map<(m, n, k) -> (k, m)>
#b = affine_map<(m, n, k) -> (k, n)>
#c = affine_map<(m, n, k) -> (m, n)>
#d = affine_map<(n, k) -> (k, n)>
#e = affine_map<(n, k) -> (n)>
func.func @gradients(%x: memref<?x8xf32>, %h: memref<?x4xf32>, %d: memref<?x16xf32>) -> (memref<12x16xf32>, memref<16xf32>) {
  %zero = arith.constant 0.0 : f32
  %all = memref.alloc() : memref<12x16xf32>
  %first = memref.subview %all[0, 0] [8, 16] [1, 1] : memref<12x16xf32> to memref<8x16xf32, strided<[16, 1]>>
  %second = memref.subview %all[8, 0] [4, 16] [1, 1] : memref<12x16xf32> to memref<4x16xf32, strided<[16, 1], offset: 128>>
  linalg.fill ins(%zero : f32) outs(%first : memref<8x16xf32, strided<[16, 1]>>)
  linalg.generic {indexing_maps = [#a, #b, #c], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%x, %d : memref<?x8xf32>, memref<?x16xf32>) outs(%first : memref<8x16xf32, strided<[16, 1]>>) {
  ^bb0(%l: f32, %r: f32, %out: f32):
    %p = arith.mulf %l, %r : f32
    %s = arith.addf %out, %p : f32
    linalg.yield %s : f32
  }
  linalg.fill ins(%zero : f32) outs(%second : memref<4x16xf32, strided<[16, 1], offset: 128>>)
  linalg.generic {indexing_maps = [#a, #b, #c], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%h, %d : memref<?x4xf32>, memref<?x16xf32>) outs(%second : memref<4x16xf32, strided<[16, 1], offset: 128>>) {
  ^bb0(%l: f32, %r: f32, %out: f32):
    %p = arith.mulf %l, %r : f32
    %s = arith.addf %out, %p : f32
    linalg.yield %s : f32
  }
  %bias = memref.alloc() : memref<16xf32>
  linalg.fill ins(%zero : f32) outs(%bias : memref<16xf32>)
  linalg.generic {indexing_maps = [#d, #e], iterator_types = ["parallel", "reduction"]}
      ins(%d : memref<?x16xf32>) outs(%bias : memref<16xf32>) {
  ^bb0(%l: f32, %out: f32):
    %s = arith.addf %out, %l : f32
    linalg.yield %s : f32
  }
  return %all, %bias : memref<12x16xf32>, memref<16xf32>
}

// -----

// A sum that reads what the other one writes, and one into the same memory, wait
// for it.
// CHECK-LABEL: func.func @dependent
// CHECK-NOT:     scf.for
#d = affine_map<(n, k) -> (k, n)>
#e = affine_map<(n, k) -> (n)>
#f = affine_map<(n, k) -> (k)>
func.func @dependent(%d: memref<?x16xf32>, %bias: memref<16xf32>, %other: memref<16xf32>) {
  linalg.generic {indexing_maps = [#d, #e], iterator_types = ["parallel", "reduction"]}
      ins(%d : memref<?x16xf32>) outs(%bias : memref<16xf32>) {
  ^bb0(%l: f32, %out: f32):
    %s = arith.addf %out, %l : f32
    linalg.yield %s : f32
  }
  linalg.generic {indexing_maps = [#d, #e], iterator_types = ["parallel", "reduction"]}
      ins(%d : memref<?x16xf32>) outs(%bias : memref<16xf32>) {
  ^bb0(%l: f32, %out: f32):
    %s = arith.addf %out, %l : f32
    linalg.yield %s : f32
  }
  linalg.generic {indexing_maps = [#d, #e], iterator_types = ["parallel", "reduction"]}
      ins(%d : memref<?x16xf32>) outs(%other : memref<16xf32>) {
  ^bb0(%l: f32, %out: f32):
    %s = arith.addf %out, %l : f32
    linalg.yield %s : f32
  }
  return
}

// -----

// Results that would leave the cache between two blocks.
// CHECK-LABEL: func.func @large
// CHECK-NOT:     scf.for
#d = affine_map<(n, k) -> (k, n)>
#e = affine_map<(n, k) -> (n)>
func.func @large(%d: memref<?x1024xf32>) -> (memref<1024xf32>, memref<1024xf32>) {
  %first = memref.alloc() : memref<1024xf32>
  %second = memref.alloc() : memref<1024xf32>
  linalg.generic {indexing_maps = [#d, #e], iterator_types = ["parallel", "reduction"]}
      ins(%d : memref<?x1024xf32>) outs(%first : memref<1024xf32>) {
  ^bb0(%l: f32, %out: f32):
    %s = arith.addf %out, %l : f32
    linalg.yield %s : f32
  }
  linalg.generic {indexing_maps = [#d, #e], iterator_types = ["parallel", "reduction"]}
      ins(%d : memref<?x1024xf32>) outs(%second : memref<1024xf32>) {
  ^bb0(%l: f32, %out: f32):
    %s = arith.maximumf %out, %l : f32
    linalg.yield %s : f32
  }
  return %first, %second : memref<1024xf32>, memref<1024xf32>
}
