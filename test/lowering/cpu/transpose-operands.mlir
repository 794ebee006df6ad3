// RUN: vellum-opt %s --vellum-transpose-operands --canonicalize | FileCheck %s

#qh = affine_map<(b, h, i, j, k) -> (b, i, h, k)>
#kh = affine_map<(b, h, i, j, k) -> (b, j, h, k)>
#sh = affine_map<(b, h, i, j, k) -> (b, h, i, j)>
#bij = affine_map<(b, i, j, k) -> (b, i, j)>

#q = affine_map<(b, i, j, k) -> (b, i, k)>
#k = affine_map<(b, i, j, k) -> (b, j, k)>

// Scores of attention: short dot products of two sequences read a transposed
// copy. The heads' dimension, between the keys' two, comes first in it.
// CHECK-LABEL: func.func @scores
// CHECK-SAME:    (%{{[^:]+}}: {{.*}}, %[[K:[^:]+]]: memref<?x?x4x64xf32>
// CHECK:         %[[MEMORY:.*]] = memref.alloc(%{{.*}}, %{{.*}}) : memref<?x4x64x?xf32>
// CHECK:         %[[COPY:.*]] = memref.subview %[[MEMORY]]
// CHECK:         %[[ROWS:.*]] = memref.transpose %[[K]] (d0, d1, d2, d3) -> (d0, d2, d1, d3)
// CHECK:         vellum_cpu.kernel "transpose" ins(%[[ROWS]] : {{.*}}) outs(%[[COPY]] :
// CHECK:         linalg.generic {{.*}} ins(%{{.*}}, %[[COPY]] : memref<?x?x4x64xf32>, memref<?x4x64x?xf32
func.func @scores(%q: memref<?x?x4x64xf32>, %k: memref<?x?x4x64xf32>, %s: memref<?x4x?x?xf32>) {
  linalg.generic {indexing_maps = [#qh, #kh, #sh], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]}
      ins(%q, %k : memref<?x?x4x64xf32>, memref<?x?x4x64xf32>) outs(%s : memref<?x4x?x?xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %p = arith.mulf %a, %b : f32
    %sum = arith.addf %c, %p : f32
    linalg.yield %sum : f32
  }
  return
}

// A few columns, or long dot products, do not repay it.
// CHECK-LABEL: func.func @few
// CHECK-NOT:     memref.alloc
// CHECK-LABEL: func.func @long
// CHECK-NOT:     memref.alloc
func.func @few(%q: memref<?x?x64xf32>, %k: memref<?x4x64xf32>, %s: memref<?x?x4xf32>) {
  linalg.generic {indexing_maps = [#q, #k, #bij], iterator_types = ["parallel", "parallel", "parallel", "reduction"]}
      ins(%q, %k : memref<?x?x64xf32>, memref<?x4x64xf32>) outs(%s : memref<?x?x4xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %p = arith.mulf %a, %b : f32
    %sum = arith.addf %c, %p : f32
    linalg.yield %sum : f32
  }
  return
}

func.func @long(%q: memref<?x?x256xf32>, %k: memref<?x?x256xf32>, %s: memref<?x?x?xf32>) {
  linalg.generic {indexing_maps = [#q, #k, #bij], iterator_types = ["parallel", "parallel", "parallel", "reduction"]}
      ins(%q, %k : memref<?x?x256xf32>, memref<?x?x256xf32>) outs(%s : memref<?x?x?xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %p = arith.mulf %a, %b : f32
    %sum = arith.addf %c, %p : f32
    linalg.yield %sum : f32
  }
  return
}

// In a loop over time the same operand is read again and again: it has its copy
// already, or is not worth one.
// CHECK-LABEL: func.func @repeated
// CHECK-NOT:     memref.alloc
func.func @repeated(%n: index, %q: memref<?x?x64xf32>, %k: memref<?x?x64xf32>, %s: memref<?x?x?xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %t = %c0 to %n step %c1 {
    linalg.generic {indexing_maps = [#q, #k, #bij], iterator_types = ["parallel", "parallel", "parallel", "reduction"]}
        ins(%q, %k : memref<?x?x64xf32>, memref<?x?x64xf32>) outs(%s : memref<?x?x?xf32>) {
    ^bb0(%a: f32, %b: f32, %c: f32):
      %p = arith.mulf %a, %b : f32
      %sum = arith.addf %c, %p : f32
      linalg.yield %sum : f32
    }
  }
  return
}
