// RUN: vellum-opt %s --vellum-join-sample-loops --split-input-file | FileCheck %s

#row = affine_map<(d0, d1) -> (d0, d1)>
#weights = affine_map<(d0, d1) -> (d1)>
#a = affine_map<(d0, d1, d2) -> (d0, d2)>
#b = affine_map<(d0, d1, d2) -> (d2, d1)>
#c = affine_map<(d0, d1, d2) -> (d0, d1)>

// Two loops and a kernel become one loop over samples; what only lives in a
// sample's turn is kept for one. Views of the sample lose their first dimension
// except where a kernel wants rows.
// CHECK-LABEL: func @chain(
// CHECK-SAME: %[[SIZE:.*]]: index, %[[STEPS:.*]]: index
// CHECK: %[[STACK:.*]] = memref.alloc(%[[STEPS]], %[[SIZE]]) : memref<?x?x16xf32>
// CHECK: scf.for %[[T:.*]] = {{.*}} to %[[STEPS]]
// CHECK: %[[SMALL:.*]] = memref.alloc() : memref<1x16xf32>
// CHECK: scf.for %[[S:.*]] = %{{.*}} to %[[SIZE]]
// CHECK: %[[X:.*]] = memref.subview %{{.*}}[%[[S]], 0] [1, 16] [1, 1] : {{.*}} to memref<16xf32
// CHECK: %[[Y:.*]] = memref.subview %[[SMALL]][0, 0] [1, 16] [1, 1] : {{.*}} to memref<16xf32
// CHECK: linalg.generic {{.*}} ins(%[[X]], %{{.*}} : {{.*}}) outs(%[[Y]] :
// CHECK: %[[ROWS:.*]] = memref.subview %[[SMALL]][0, 0] [1, 16] [1, 1] : {{.*}} to memref<1x16xf32
// CHECK: vellum_cpu.kernel "softmax" ins(%[[ROWS]] :
// CHECK-NOT: linalg.generic
// CHECK: return
func.func @chain(%size: index, %steps: index, %xs: memref<?x?x16xf32>, %bias: memref<16xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %stack = memref.alloc(%steps, %size) : memref<?x?x16xf32>
  scf.for %t = %c0 to %steps step %c1 {
    %x = memref.subview %xs[%t, 0, 0] [1, %size, 16] [1, 1, 1]
      : memref<?x?x16xf32> to memref<?x16xf32, strided<[16, 1], offset: ?>>
    %y = memref.alloc(%size) : memref<?x16xf32>
    linalg.generic {indexing_maps = [#row, #weights, #row], iterator_types = ["parallel", "parallel"]}
        ins(%x, %bias : memref<?x16xf32, strided<[16, 1], offset: ?>>, memref<16xf32>)
        outs(%y : memref<?x16xf32>) {
    ^bb0(%in: f32, %w: f32, %out: f32):
      %sum = arith.addf %in, %w : f32
      linalg.yield %sum : f32
    }
    %slot = memref.subview %stack[%t, 0, 0] [1, %size, 16] [1, 1, 1]
      : memref<?x?x16xf32> to memref<?x16xf32, strided<[16, 1], offset: ?>>
    vellum_cpu.kernel "softmax" ins(%y : memref<?x16xf32>)
      outs(%slot : memref<?x16xf32, strided<[16, 1], offset: ?>>)
  }
  return
}

// -----

#row = affine_map<(d0, d1) -> (d0, d1)>
#a = affine_map<(d0, d1, d2) -> (d0, d2)>
#b = affine_map<(d0, d1, d2) -> (d2, d1)>
#c = affine_map<(d0, d1, d2) -> (d0, d1)>

// A matrix product wants all samples: it stays between two such loops, and what
// it reads or starts from is kept for all.
// CHECK-LABEL: func @around_product(
// CHECK: scf.for
// CHECK: %[[LEFT:.*]] = memref.alloc(%{{.*}}) : memref<?x16xf32>
// CHECK: %[[SUM:.*]] = memref.alloc(%{{.*}}) : memref<?x4xf32>
// CHECK: scf.for
// CHECK: linalg.generic {{.*}}iterator_types = ["parallel"]}
// CHECK: linalg.generic {{.*}}iterator_types = ["parallel"]}
// CHECK: linalg.fill ins(%{{.*}} : f32) outs(%{{.*}} : memref<4xf32,
// CHECK: linalg.generic {{.*}} ins(%[[LEFT]], %{{.*}} : {{.*}}) outs(%[[SUM]] : memref<?x4xf32>)
// CHECK: scf.for
// CHECK: linalg.generic
// CHECK: linalg.generic
func.func @around_product(%size: index, %steps: index, %weights: memref<16x4xf32>,
                          %m: memref<?x16xf32>, %o: memref<?x4xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f32
  %x = memref.subview %m[0, 0] [%size, 16] [1, 1] : memref<?x16xf32> to memref<?x16xf32, strided<[16, 1]>>
  %out = memref.subview %o[0, 0] [%size, 4] [1, 1] : memref<?x4xf32> to memref<?x4xf32, strided<[4, 1]>>
  scf.for %t = %c0 to %steps step %c1 {
    %left = memref.alloc(%size) : memref<?x16xf32>
    linalg.generic {indexing_maps = [#row, #row], iterator_types = ["parallel", "parallel"]}
        ins(%x : memref<?x16xf32, strided<[16, 1]>>) outs(%left : memref<?x16xf32>) {
    ^bb0(%in: f32, %old: f32):
      %y = math.exp %in : f32
      linalg.yield %y : f32
    }
    linalg.generic {indexing_maps = [#row, #row], iterator_types = ["parallel", "parallel"]}
        ins(%left : memref<?x16xf32>) outs(%x : memref<?x16xf32, strided<[16, 1]>>) {
    ^bb0(%in: f32, %old: f32):
      %y = math.absf %in : f32
      linalg.yield %y : f32
    }
    %sum = memref.alloc(%size) : memref<?x4xf32>
    linalg.fill ins(%zero : f32) outs(%sum : memref<?x4xf32>)
    linalg.generic {indexing_maps = [#a, #b, #c], iterator_types = ["parallel", "parallel", "reduction"]}
        ins(%left, %weights : memref<?x16xf32>, memref<16x4xf32>) outs(%sum : memref<?x4xf32>) {
    ^bb0(%l: f32, %w: f32, %acc: f32):
      %p = arith.mulf %l, %w : f32
      %s = arith.addf %acc, %p : f32
      linalg.yield %s : f32
    }
    linalg.generic {indexing_maps = [#row, #row], iterator_types = ["parallel", "parallel"]}
        ins(%sum : memref<?x4xf32>) outs(%out : memref<?x4xf32, strided<[4, 1]>>) {
    ^bb0(%in: f32, %old: f32):
      %y = math.tanh %in : f32
      linalg.yield %y : f32
    }
    linalg.generic {indexing_maps = [#row, #row], iterator_types = ["parallel", "parallel"]}
        ins(%out : memref<?x4xf32, strided<[4, 1]>>) outs(%sum : memref<?x4xf32>) {
    ^bb0(%in: f32, %old: f32):
      %y = math.exp %in : f32
      linalg.yield %y : f32
    }
  }
  return
}

// -----

#row = affine_map<(d0, d1) -> (d0, d1)>
#all = affine_map<(d0, d1, d2) -> (d2, d1)>
#sum = affine_map<(d0, d1, d2) -> (d0, d1)>

// A loop that reads all samples of what the one before wrote cannot run sample
// by sample with it.
// CHECK-LABEL: func @mixes_samples(
// CHECK: scf.for
// CHECK-NOT: scf.for
// CHECK: return
func.func @mixes_samples(%size: index, %steps: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %x = memref.alloc(%size) : memref<?x16xf32>
  %y = memref.alloc(%size) : memref<?x16xf32>
  scf.for %t = %c0 to %steps step %c1 {
    linalg.generic {indexing_maps = [#row, #row], iterator_types = ["parallel", "parallel"]}
        ins(%y : memref<?x16xf32>) outs(%x : memref<?x16xf32>) {
    ^bb0(%in: f32, %old: f32):
      %z = math.exp %in : f32
      linalg.yield %z : f32
    }
    linalg.generic {indexing_maps = [#all, #sum], iterator_types = ["parallel", "parallel", "reduction"]}
        ins(%x : memref<?x16xf32>) outs(%y : memref<?x16xf32>) {
    ^bb0(%in: f32, %acc: f32):
      %z = arith.addf %in, %acc : f32
      linalg.yield %z : f32
    }
  }
  return
}

// -----

#row = affine_map<(d0, d1) -> (d0, d1)>

// Parts of one buffer that begin at different samples do not meet sample by
// sample; and a time loop is no loop over samples, so the stack it fills stays.
// CHECK-LABEL: func @other_samples(
// CHECK-SAME: %[[SIZE:.*]]: index, %[[STEPS:.*]]: index
// CHECK: memref.alloc(%[[STEPS]]) : memref<?x16xf32>
// CHECK: scf.for
// CHECK-NOT: scf.for
// CHECK: return
func.func @other_samples(%size: index, %steps: index, %m: memref<?x16xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %stack = memref.alloc(%steps) : memref<?x16xf32>
  %x = memref.subview %m[0, 0] [%size, 16] [1, 1] : memref<?x16xf32> to memref<?x16xf32, strided<[16, 1]>>
  %y = memref.subview %m[1, 0] [%size, 16] [1, 1] : memref<?x16xf32> to memref<?x16xf32, strided<[16, 1], offset: 16>>
  scf.for %t = %c0 to %steps step %c1 {
    linalg.generic {indexing_maps = [#row, #row], iterator_types = ["parallel", "parallel"]}
        ins(%x : memref<?x16xf32, strided<[16, 1]>>) outs(%y : memref<?x16xf32, strided<[16, 1], offset: 16>>) {
    ^bb0(%in: f32, %old: f32):
      %z = math.exp %in : f32
      linalg.yield %z : f32
    }
    linalg.generic {indexing_maps = [#row, #row], iterator_types = ["parallel", "parallel"]}
        ins(%y : memref<?x16xf32, strided<[16, 1], offset: 16>>) outs(%x : memref<?x16xf32, strided<[16, 1]>>) {
    ^bb0(%in: f32, %old: f32):
      %z = math.absf %in : f32
      linalg.yield %z : f32
    }
    %slot = memref.subview %stack[%t, 0] [1, 16] [1, 1] : memref<?x16xf32> to memref<16xf32, strided<[1], offset: ?>>
    %first = memref.subview %m[0, 0] [1, 16] [1, 1] : memref<?x16xf32> to memref<16xf32, strided<[1]>>
    memref.copy %first, %slot : memref<16xf32, strided<[1]>> to memref<16xf32, strided<[1], offset: ?>>
  }
  return
}

// -----

// Memory that is written and never read goes.
// CHECK-LABEL: func @dead_stores(
// CHECK-NOT: linalg.fill
// CHECK: return
func.func @dead_stores(%size: index) {
  %zero = arith.constant 0.0 : f32
  %x = memref.alloc(%size) : memref<?x16xf32>
  linalg.fill ins(%zero : f32) outs(%x : memref<?x16xf32>)
  return
}

// -----

#row = affine_map<(d0, d1) -> (d0, d1)>

// The second loop reads the sample after the one that the first writes. That both are in one buffer is hidden from neither by
// another shape.
// CHECK-LABEL: func @next_sample(
// CHECK: scf.for
// CHECK-NOT: scf.for
// CHECK: return
func.func @next_sample(%size: index, %steps: index, %xs: memref<?x4xf32>, %ys: memref<?x4xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %n = arith.subi %size, %c1 : index
  %h = memref.alloc(%size) : memref<?x8xf32>
  scf.for %t = %c0 to %steps step %c1 {
    %halves = memref.expand_shape %h [[0], [1, 2]] output_shape [%size, 2, 4] : memref<?x8xf32> into memref<?x2x4xf32>
    %written = memref.subview %halves[0, 0, 0] [%n, 1, 4] [1, 1, 1]
      : memref<?x2x4xf32> to memref<?x4xf32, strided<[8, 1]>>
    %read = memref.subview %h[1, 0] [%n, 4] [1, 1] : memref<?x8xf32> to memref<?x4xf32, strided<[8, 1], offset: 8>>
    %x = memref.subview %xs[0, 0] [%n, 4] [1, 1] : memref<?x4xf32> to memref<?x4xf32, strided<[4, 1]>>
    %y = memref.subview %ys[0, 0] [%n, 4] [1, 1] : memref<?x4xf32> to memref<?x4xf32, strided<[4, 1]>>
    linalg.generic {indexing_maps = [#row, #row], iterator_types = ["parallel", "parallel"]}
        ins(%x : memref<?x4xf32, strided<[4, 1]>>) outs(%written : memref<?x4xf32, strided<[8, 1]>>) {
    ^bb0(%in: f32, %out: f32):
      %0 = math.exp %in : f32
      linalg.yield %0 : f32
    }
    linalg.generic {indexing_maps = [#row, #row], iterator_types = ["parallel", "parallel"]}
        ins(%read : memref<?x4xf32, strided<[8, 1], offset: 8>>) outs(%y : memref<?x4xf32, strided<[4, 1]>>) {
    ^bb0(%in: f32, %out: f32):
      %0 = math.exp %in : f32
      linalg.yield %0 : f32
    }
  }
  return
}
