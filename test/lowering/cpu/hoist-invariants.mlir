// RUN: vellum-opt %s --vellum-hoist-invariants | FileCheck %s

#mn = affine_map<(m, n) -> (m, n)>
#m = affine_map<(m, n) -> (m)>
#n = affine_map<(m, n) -> (n)>

// The row `a b` is wanted for each of 20 words, whose loop is outside.
// CHECK-LABEL: func.func @row_for_all_words
// CHECK-SAME:    (%[[X:.*]]: memref<20x128xf32>, %[[A:.*]]: memref<128xf32>, %[[B:.*]]: memref<128xf32>, %[[Y:.*]]: memref<20xf32>)
// CHECK:         %[[ROW:.*]] = memref.alloca() {alignment = 64 : i64} : memref<128xf32>
// CHECK:         linalg.generic {{.*}}iterator_types = ["parallel"]} ins(%[[A]], %[[B]] : {{.*}}) outs(%[[ROW]] :
// CHECK-NEXT:    ^bb0(%[[P:.*]]: f32, %[[Q:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:      %[[PQ:.*]] = arith.mulf %[[P]], %[[Q]]
// CHECK-NEXT:      %[[MINUS:.*]] = arith.negf %[[PQ]]
// CHECK-NEXT:      linalg.yield %[[MINUS]]
// CHECK:         linalg.generic {{.*}}iterator_types = ["parallel", "reduction"]} ins(%[[X]], %[[A]], %[[B]], %[[ROW]] : {{.*}}) outs(%[[Y]] :
// CHECK-NEXT:    ^bb0(%[[V:.*]]: f32, %{{.*}}: f32, %{{.*}}: f32, %[[R:.*]]: f32, %[[SUM:.*]]: f32):
// CHECK-NEXT:      %[[VR:.*]] = arith.mulf %[[V]], %[[R]]
// CHECK-NEXT:      arith.addf %[[SUM]], %[[VR]]
func.func @row_for_all_words(%x: memref<20x128xf32>, %a: memref<128xf32>, %b: memref<128xf32>, %y: memref<20xf32>) {
  linalg.generic {indexing_maps = [#mn, #n, #n, #m], iterator_types = ["parallel", "reduction"]}
      ins(%x, %a, %b : memref<20x128xf32>, memref<128xf32>, memref<128xf32>) outs(%y : memref<20xf32>) {
  ^bb0(%v: f32, %p: f32, %q: f32, %sum: f32):
    %0 = arith.mulf %p, %q : f32
    %1 = arith.negf %0 : f32
    %2 = arith.mulf %v, %1 : f32
    %3 = arith.addf %sum, %2 : f32
    linalg.yield %3 : f32
  }
  return
}

// Here vectors run over the words' numbers, n, and each strip of them passes
// all m: what depends on m is the same for all eight strips. The constant goes
// along.
// CHECK-LABEL: func.func @number_for_all_strips
// CHECK-SAME:    (%[[X:.*]]: memref<20x128xf32>, %[[A:.*]]: memref<20xf32>, %[[Y:.*]]: memref<128xf32>)
// CHECK:         %[[KEPT:.*]] = memref.alloca() {{.*}} : memref<20xf32>
// CHECK:         linalg.generic {{.*}} ins(%[[A]] : memref<20xf32>) outs(%[[KEPT]] :
// CHECK-NEXT:    ^bb0(%[[P:.*]]: f32, %{{.*}}: f32):
// CHECK:           %[[NEXT:.*]] = arith.addf %[[P]], %{{.*}}
// CHECK-NEXT:      linalg.yield %[[NEXT]]
// CHECK:         linalg.generic {{.*}} ins(%[[X]], %[[A]], %[[KEPT]] :
func.func @number_for_all_strips(%x: memref<20x128xf32>, %a: memref<20xf32>, %y: memref<128xf32>) {
  linalg.generic {indexing_maps = [#mn, #m, #n], iterator_types = ["reduction", "parallel"]}
      ins(%x, %a : memref<20x128xf32>, memref<20xf32>) outs(%y : memref<128xf32>) {
  ^bb0(%v: f32, %p: f32, %sum: f32):
    %one = arith.constant 1.0 : f32
    %0 = arith.addf %p, %one : f32
    %1 = arith.mulf %v, %0 : f32
    %2 = arith.addf %sum, %1 : f32
    linalg.yield %2 : f32
  }
  return
}

// What depends on the outermost loop alone is computed once per turn anyway;
// what depends on both has no loop of its own; two turns are too few; a row of
// unknown length has no place on the stack; and a sum changes from turn to turn.
// CHECK-LABEL: func.func @stays
// CHECK-NOT:     alloca
// CHECK-COUNT-5: linalg.generic
// CHECK-NOT:     linalg.generic
func.func @stays(%x: memref<20x128xf32>, %a: memref<20xf32>, %y: memref<20x128xf32>,
                 %x2: memref<2x128xf32>, %b: memref<128xf32>, %y2: memref<2x128xf32>,
                 %xd: memref<20x?xf32>, %bd: memref<?xf32>, %yd: memref<20x?xf32>, %s: memref<128xf32>) {
  linalg.generic {indexing_maps = [#mn, #m, #mn], iterator_types = ["parallel", "parallel"]}
      ins(%x, %a : memref<20x128xf32>, memref<20xf32>) outs(%y : memref<20x128xf32>) {
  ^bb0(%v: f32, %p: f32, %o: f32):
    %0 = arith.mulf %p, %p : f32
    %1 = arith.mulf %v, %0 : f32
    linalg.yield %1 : f32
  }
  linalg.generic {indexing_maps = [#mn, #m, #mn], iterator_types = ["parallel", "parallel"]}
      ins(%x, %a : memref<20x128xf32>, memref<20xf32>) outs(%y : memref<20x128xf32>) {
  ^bb0(%v: f32, %p: f32, %o: f32):
    %0 = arith.mulf %v, %p : f32
    %1 = arith.mulf %v, %0 : f32
    linalg.yield %1 : f32
  }
  linalg.generic {indexing_maps = [#mn, #n, #mn], iterator_types = ["parallel", "parallel"]}
      ins(%x2, %b : memref<2x128xf32>, memref<128xf32>) outs(%y2 : memref<2x128xf32>) {
  ^bb0(%v: f32, %p: f32, %o: f32):
    %0 = arith.mulf %p, %p : f32
    %1 = arith.mulf %v, %0 : f32
    linalg.yield %1 : f32
  }
  linalg.generic {indexing_maps = [#mn, #n, #mn], iterator_types = ["parallel", "parallel"]}
      ins(%xd, %bd : memref<20x?xf32>, memref<?xf32>) outs(%yd : memref<20x?xf32>) {
  ^bb0(%v: f32, %p: f32, %o: f32):
    %0 = arith.mulf %p, %p : f32
    %1 = arith.mulf %v, %0 : f32
    linalg.yield %1 : f32
  }
  linalg.generic {indexing_maps = [#mn, #n], iterator_types = ["reduction", "parallel"]}
      ins(%x : memref<20x128xf32>) outs(%s : memref<128xf32>) {
  ^bb0(%v: f32, %o: f32):
    %0 = arith.addf %o, %v : f32
    linalg.yield %0 : f32
  }
  return
}

// A product that a sum of the nest adds is rounded with it, and so stays; with
// it what else depends on it. A sum that moves takes its product along.
// CHECK-LABEL: func.func @added
// CHECK:         linalg.generic {{.*}}iterator_types = ["parallel"]}
// CHECK:           %[[PP:.*]] = arith.mulf %[[P:.*]], %[[P]]
// CHECK-NEXT:      %[[MOVED:.*]] = arith.addf %[[PP]], %[[P]]
// CHECK-NEXT:      linalg.yield %[[MOVED]]
// CHECK:         linalg.generic {{.*}}iterator_types = ["parallel", "parallel"]}
// CHECK-NEXT:    ^bb0(%[[V:.*]]: f32, %[[A:[^:]*]]: f32, %[[B:[^:]*]]: f32, %[[ROW:[^:]*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:      %[[AB:.*]] = arith.mulf %[[A]], %[[B]]
// CHECK-NEXT:      %[[SUM:.*]] = arith.addf %[[V]], %[[AB]]
// CHECK-NEXT:      %[[EXP:.*]] = math.exp %[[AB]]
// CHECK-NEXT:      arith.mulf %[[SUM]], %[[EXP]]
func.func @added(%x: memref<20x128xf32>, %a: memref<128xf32>, %b: memref<128xf32>, %y: memref<20x128xf32>) {
  linalg.generic {indexing_maps = [#mn, #n, #n, #mn], iterator_types = ["parallel", "parallel"]}
      ins(%x, %a, %b : memref<20x128xf32>, memref<128xf32>, memref<128xf32>) outs(%y : memref<20x128xf32>) {
  ^bb0(%v: f32, %p: f32, %q: f32, %o: f32):
    %pq = arith.mulf %p, %q : f32
    %pp = arith.mulf %p, %p : f32
    %moved = arith.addf %pp, %p : f32
    %sum = arith.addf %v, %pq : f32
    %exp = math.exp %pq : f32
    %0 = arith.mulf %sum, %exp : f32
    %1 = arith.mulf %0, %moved : f32
    linalg.yield %1 : f32
  }
  return
}
