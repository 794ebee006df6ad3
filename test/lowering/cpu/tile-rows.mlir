// RUN: vellum-opt %s --pass-pipeline='builtin.module(func.func(vellum-tile-rows{rows=4}),canonicalize,cse)' | FileCheck %s
// RUN: vellum-opt %s --pass-pipeline='builtin.module(func.func(vellum-tile-rows{cache-bytes=98304}),canonicalize,cse)' | FileCheck %s --check-prefix=CACHE

#query = affine_map<(b, q, k, f) -> (b, q, f)>
#key = affine_map<(b, q, k, f) -> (b, k, f)>
#score = affine_map<(b, q, k, f) -> (b, q, k)>
#sum = {indexing_maps = [#query, #key, #score], iterator_types = ["parallel", "parallel", "parallel", "reduction"]}
#mix = {indexing_maps = [#score, #key, #query], iterator_types = ["parallel", "parallel", "reduction", "parallel"]}
#gather = {indexing_maps = [#score, #query, #key], iterator_types = ["parallel", "reduction", "parallel", "parallel"]}

// Nothing is summed over rows: blocks of rows are tiles of their own. Rows of
// the scores are an odd number of cache lines apart, as are those of the keys'
// transposed copy, which all blocks share.
// CHECK-LABEL: func.func private @forward
// CHECK-SAME:    (%{{[^:]+}}: !llvm.ptr, %[[Q:[^:]+]]: tensor<?x?x8xf32>, %[[K:[^:]+]]: tensor<?x?x8xf32>)
// CHECK-DAG:     %[[B:.*]] = tensor.dim %[[Q]], %c0
// CHECK-DAG:     %[[ROWS:.*]] = tensor.dim %[[Q]], %c1
// CHECK-DAG:     %[[COLUMNS:.*]] = tensor.dim %[[K]], %c1
// CHECK-DAG:     %[[KB:.*]] = tensor.dim %[[K]], %c0
// CHECK:         %[[LINES:.*]] = arith.ceildivui %[[COLUMNS]], %c16
// CHECK:         %[[ODD:.*]] = arith.ori %[[LINES]], %c1
// CHECK:         %[[PITCH:.*]] = arith.muli %[[ODD]], %c16
// CHECK:         memref.alloc(%[[KB]], %[[PITCH]]) : memref<?x8x?xf32>
// CHECK:         scf.forall (%{{.*}}) in (%[[KB]]) {
// CHECK:           vellum_cpu.kernel "transpose"
// CHECK:         %[[TURNED:.*]] = bufferization.to_tensor
// CHECK:         %[[OUT:.*]] = memref.alloc(%[[B]], %[[ROWS]]) : memref<?x?x8xf32>
// CHECK:         %[[BLOCKS:.*]] = arith.ceildivui %[[ROWS]], %c4
// CHECK:         %[[TILES:.*]] = arith.muli %[[B]], %[[BLOCKS]]
// CHECK:         scf.forall (%[[TILE:.*]]) in (%[[TILES]]) {
// CHECK:           %[[NUMBER:.*]] = arith.remui %[[TILE]], %[[BLOCKS]]
// CHECK:           %[[FIRST:.*]] = arith.muli %[[NUMBER]], %c4
// CHECK:           %[[REST:.*]] = arith.subi %[[ROWS]], %[[FIRST]]
// CHECK:           %[[WIDTH:.*]] = arith.minui %[[REST]], %c4
// CHECK:           %[[SAMPLE:.*]] = arith.divui %[[TILE]], %[[BLOCKS]]
// CHECK:           memref.alloc(%[[PITCH]]) : memref<1x4x?xf32>
// CHECK:           %[[ROWSOFQ:.*]] = tensor.extract_slice %[[Q]][%[[SAMPLE]], %[[FIRST]], 0] [1, %[[WIDTH]], 8]
// CHECK:           %[[KEYS:.*]] = tensor.extract_slice %[[TURNED]][%[[SAMPLE]], 0, 0] [1, 8, %[[COLUMNS]]]
// CHECK:           %[[S:.*]] = linalg.generic {{.*}} ins(%[[ROWSOFQ]], %[[KEYS]] : tensor<1x?x8xf32>, tensor<1x8x?xf32>)
// CHECK:           %[[P:.*]] = vellum_cpu.kernel "softmax" ins(%[[S]] : tensor<1x?x?xf32>)
// CHECK:           %[[VALUES:.*]] = tensor.extract_slice %[[K]][%[[SAMPLE]], 0, 0] [1, %[[COLUMNS]], 8]
// CHECK:           %[[PLACE:.*]] = memref.subview %[[OUT]][%[[SAMPLE]], %[[FIRST]], 0] [1, %[[WIDTH]], 8]
// CHECK:           %[[TO:.*]] = bufferization.to_tensor %[[PLACE]] restrict writable
// CHECK:           %[[ZEROS:.*]] = linalg.fill {{.*}} outs(%[[TO]]
// CHECK:           %[[Y:.*]] = linalg.generic {{.*}} ins(%[[P]], %[[VALUES]] : {{.*}}) outs(%[[ZEROS]]
// CHECK:           materialize_in_destination %[[Y]] in restrict writable %{{.*}}
// CHECK:         }
// CHECK:         %[[WHOLE:.*]] = bufferization.to_tensor %[[OUT]] restrict
// CHECK:         return %[[WHOLE]]

// What a row makes: 8 numbers and twice as many as there are columns. Blocks are
// whole tiles of 24 rows.
// CACHE-LABEL: func.func private @forward
// CACHE:         %[[COLUMNS:.*]] = tensor.dim %arg2, %c1
// CACHE:         %[[SCORES:.*]] = arith.muli %[[COLUMNS]], %c4
// CACHE:         %[[BOTH:.*]] = arith.addi %[[SCORES]], %[[SCORES]]
// CACHE:         %[[ALL:.*]] = arith.addi %[[BOTH]], %c32
// CACHE:         %[[BYTES:.*]] = arith.maxui %[[ALL]], %c1
// CACHE:         %[[FITS:.*]] = arith.divui %c98304, %[[BYTES]]
// CACHE:         %[[SOME:.*]] = arith.divui %[[FITS]], %c24
// CACHE:         %[[HEIGHTS:.*]] = arith.maxui %[[SOME]], %c1
// CACHE:         arith.muli %[[HEIGHTS]], %c24
func.func private @forward(%context: !llvm.ptr, %q: tensor<?x?x8xf32>, %k: tensor<?x?x8xf32>) -> tensor<?x?x8xf32> {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %b = tensor.dim %q, %c0 : tensor<?x?x8xf32>
  %t = tensor.dim %q, %c1 : tensor<?x?x8xf32>
  %u = tensor.dim %k, %c1 : tensor<?x?x8xf32>
  %e = tensor.empty(%b, %t, %u) : tensor<?x?x?xf32>
  %s0 = linalg.fill ins(%zero : f32) outs(%e : tensor<?x?x?xf32>) -> tensor<?x?x?xf32>
  %s = linalg.generic #sum ins(%q, %k : tensor<?x?x8xf32>, tensor<?x?x8xf32>) outs(%s0 : tensor<?x?x?xf32>) {
  ^bb0(%x: f32, %y: f32, %z: f32):
    %m = arith.mulf %x, %y : f32
    %a = arith.addf %z, %m : f32
    linalg.yield %a : f32
  } -> tensor<?x?x?xf32>
  %p = vellum_cpu.kernel "softmax" ins(%s : tensor<?x?x?xf32>) outs(%e : tensor<?x?x?xf32>) -> tensor<?x?x?xf32>
  %f = tensor.empty(%b, %t) : tensor<?x?x8xf32>
  %y0 = linalg.fill ins(%zero : f32) outs(%f : tensor<?x?x8xf32>) -> tensor<?x?x8xf32>
  %r = linalg.generic #mix ins(%p, %k : tensor<?x?x?xf32>, tensor<?x?x8xf32>) outs(%y0 : tensor<?x?x8xf32>) {
  ^bb0(%x: f32, %y: f32, %z: f32):
    %m = arith.mulf %x, %y : f32
    %a = arith.addf %z, %m : f32
    linalg.yield %a : f32
  } -> tensor<?x?x8xf32>
  return %r : tensor<?x?x8xf32>
}

// The keys' gradient sums over rows: a tile is a sample, and its blocks follow
// each other. The sum over samples stays outside and reads what they wrote.
// CHECK-LABEL: func.func private @sums
// CHECK:         %[[SCORES:.*]] = memref.subview %{{.*}}[0, 0, 0]
// CHECK:         %[[KEYS:.*]] = memref.alloc({{.*}}) : memref<?x?x8xf32>
// CHECK:         scf.forall (%[[SAMPLE:.*]]) in (%{{.*}}) {
// CHECK:           %[[MINE:.*]] = memref.subview %[[KEYS]][%[[SAMPLE]], 0, 0]
// CHECK:           %[[START:.*]] = linalg.fill
// CHECK:           %[[TOTAL:.*]] = scf.for %[[FIRST:.*]] = %c0 to %{{.*}} step %{{.*}} iter_args(%[[SUM:.*]] = %[[START]]) -> (tensor<1x?x8xf32>) {
// CHECK:             %[[PLACE:.*]] = memref.subview %[[SCORES]][%[[SAMPLE]], %[[FIRST]], 0]
// CHECK:             %[[P:.*]] = vellum_cpu.kernel "softmax"
// CHECK:             %[[NEXT:.*]] = linalg.generic {{.*}} ins(%[[P]], {{.*}} outs(%[[SUM]] :
// CHECK:             materialize_in_destination %[[P]] in restrict writable %[[PLACE]]
// CHECK:             scf.yield %[[NEXT]]
// CHECK:           }
// CHECK:           materialize_in_destination %[[TOTAL]] in restrict writable %[[MINE]]
// CHECK:         }
// CHECK:         linalg.generic {{.*}} ["reduction", "reduction", "reduction"]}
func.func private @sums(%context: !llvm.ptr, %s: tensor<?x?x?xf32>, %d: tensor<?x?x8xf32>, %b: index, %t: index, %u: index) -> (tensor<?x?x8xf32>, tensor<f32>) {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty(%b, %t, %u) : tensor<?x?x?xf32>
  %p = vellum_cpu.kernel "softmax" ins(%s : tensor<?x?x?xf32>) outs(%e : tensor<?x?x?xf32>) -> tensor<?x?x?xf32>
  %f = tensor.empty(%b, %u) : tensor<?x?x8xf32>
  %y0 = linalg.fill ins(%zero : f32) outs(%f : tensor<?x?x8xf32>) -> tensor<?x?x8xf32>
  %r = linalg.generic #gather ins(%p, %d : tensor<?x?x?xf32>, tensor<?x?x8xf32>) outs(%y0 : tensor<?x?x8xf32>) {
  ^bb0(%x: f32, %y: f32, %z: f32):
    %m = arith.mulf %x, %y : f32
    %a = arith.addf %z, %m : f32
    linalg.yield %a : f32
  } -> tensor<?x?x8xf32>
  %g = tensor.empty() : tensor<f32>
  %n0 = linalg.fill ins(%zero : f32) outs(%g : tensor<f32>) -> tensor<f32>
  %n = linalg.generic {indexing_maps = [affine_map<(i, j, k) -> (i, j, k)>, affine_map<(i, j, k) -> ()>], iterator_types = ["reduction", "reduction", "reduction"]}
    ins(%p : tensor<?x?x?xf32>) outs(%n0 : tensor<f32>) {
  ^bb0(%x: f32, %z: f32):
    %a = arith.addf %z, %x : f32
    linalg.yield %a : f32
  } -> tensor<f32>
  return %r, %n : tensor<?x?x8xf32>, tensor<f32>
}

// A softmax over the classes of each sample has a product with weights only.
// CHECK-LABEL: func.func private @classes
// CHECK-NOT:     scf.forall
// CHECK:         return
func.func private @classes(%context: !llvm.ptr, %x: tensor<?x?x8xf32>, %w: tensor<8x5xf32>, %b: index, %t: index) -> tensor<?x?x5xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty(%b, %t) : tensor<?x?x5xf32>
  %s0 = linalg.fill ins(%zero : f32) outs(%e : tensor<?x?x5xf32>) -> tensor<?x?x5xf32>
  %s = linalg.generic {indexing_maps = [affine_map<(b, t, c, f) -> (b, t, f)>, affine_map<(b, t, c, f) -> (f, c)>, affine_map<(b, t, c, f) -> (b, t, c)>],
                       iterator_types = ["parallel", "parallel", "parallel", "reduction"]}
    ins(%x, %w : tensor<?x?x8xf32>, tensor<8x5xf32>) outs(%s0 : tensor<?x?x5xf32>) {
  ^bb0(%i: f32, %j: f32, %z: f32):
    %m = arith.mulf %i, %j : f32
    %a = arith.addf %z, %m : f32
    linalg.yield %a : f32
  } -> tensor<?x?x5xf32>
  %p = vellum_cpu.kernel "softmax" ins(%s : tensor<?x?x5xf32>) outs(%e : tensor<?x?x5xf32>) -> tensor<?x?x5xf32>
  return %p : tensor<?x?x5xf32>
}

#hquery = affine_map<(b, h, q, k, f) -> (b, q, h, f)>
#hkey = affine_map<(b, h, q, k, f) -> (b, k, h, f)>
#hscore = affine_map<(b, h, q, k, f) -> (b, h, q, k)>
#hsum = {indexing_maps = [#hquery, #hkey, #hscore], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]}
#hmix = {indexing_maps = [#hscore, #hkey, #hquery], iterator_types = ["parallel", "parallel", "parallel", "reduction", "parallel"]}

// What all blocks of a head multiply with is copied once, on all threads: keys
// with their columns as rows, an odd number of lines apart, and values with rows
// that follow each other.
// CHECK-LABEL: func.func private @heads
// CHECK-SAME:    (%{{[^:]+}}: !llvm.ptr, %{{[^:]+}}: {{.*}}, %[[K:[^:]+]]: tensor<?x?x4x8xf32>, %[[V:[^:]+]]: tensor<?x?x4x8xf32>)
// CHECK:         memref.alloc(%{{.*}}, %{{.*}}) : memref<?x4x8x?xf32>
// CHECK:         scf.forall (%[[HEAD:.*]]) in
// CHECK:           %[[H:.*]] = arith.remui %[[HEAD]], %c4
// CHECK:           %[[B:.*]] = arith.divui %[[HEAD]], %c4
// CHECK:           %[[KEYS:.*]] = tensor.extract_slice %[[K]][%[[B]], 0, %[[H]], 0] [1, %{{.*}}, 1, 8] [1, 1, 1, 1] : tensor<?x?x4x8xf32> to tensor<?x8xf32>
// CHECK:           vellum_cpu.kernel "transpose" ins(%[[KEYS]] : tensor<?x8xf32>) outs(%{{.*}} : tensor<8x?xf32>)
// CHECK:         %[[COLUMNS:.*]] = bufferization.to_tensor {{.*}} to tensor<?x4x8x?xf32>
// CHECK:         memref.alloc(%{{.*}}, %{{.*}}) : memref<?x4x?x8xf32>
// CHECK:         scf.forall
// CHECK:           vellum_cpu.kernel "copy" ins(%{{.*}} : tensor<?x8xf32>) outs(%{{.*}} : tensor<?x8xf32>)
// CHECK:         %[[VALUES:.*]] = bufferization.to_tensor {{.*}} to tensor<?x4x?x8xf32>
// CHECK:         scf.forall
// CHECK:           %[[OFHEAD:.*]] = tensor.extract_slice %[[COLUMNS]][%{{.*}}, %{{.*}}, 0, 0] [1, 1, 8, %{{.*}}]
// CHECK:           linalg.generic {{.*}} ins(%{{.*}}, %[[OFHEAD]] :
// CHECK:           vellum_cpu.kernel "softmax"
// CHECK:           %[[READ:.*]] = tensor.extract_slice %[[VALUES]][%{{.*}}, %{{.*}}, 0, 0] [1, 1, %{{.*}}, 8]
// CHECK:           linalg.generic {{.*}} ins(%{{.*}}, %[[READ]] :
func.func private @heads(%context: !llvm.ptr, %q: tensor<?x?x4x8xf32>, %k: tensor<?x?x4x8xf32>, %v: tensor<?x?x4x8xf32>) -> tensor<?x?x4x8xf32> {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %b = tensor.dim %q, %c0 : tensor<?x?x4x8xf32>
  %t = tensor.dim %q, %c1 : tensor<?x?x4x8xf32>
  %u = tensor.dim %k, %c1 : tensor<?x?x4x8xf32>
  %e = tensor.empty(%b, %t, %u) : tensor<?x4x?x?xf32>
  %s0 = linalg.fill ins(%zero : f32) outs(%e : tensor<?x4x?x?xf32>) -> tensor<?x4x?x?xf32>
  %s = linalg.generic #hsum ins(%q, %k : tensor<?x?x4x8xf32>, tensor<?x?x4x8xf32>) outs(%s0 : tensor<?x4x?x?xf32>) {
  ^bb0(%x: f32, %y: f32, %z: f32):
    %m = arith.mulf %x, %y : f32
    %a = arith.addf %z, %m : f32
    linalg.yield %a : f32
  } -> tensor<?x4x?x?xf32>
  %p = vellum_cpu.kernel "softmax" ins(%s : tensor<?x4x?x?xf32>) outs(%e : tensor<?x4x?x?xf32>) -> tensor<?x4x?x?xf32>
  %f = tensor.empty(%b, %t) : tensor<?x?x4x8xf32>
  %y0 = linalg.fill ins(%zero : f32) outs(%f : tensor<?x?x4x8xf32>) -> tensor<?x?x4x8xf32>
  %r = linalg.generic #hmix ins(%p, %v : tensor<?x4x?x?xf32>, tensor<?x?x4x8xf32>) outs(%y0 : tensor<?x?x4x8xf32>) {
  ^bb0(%x: f32, %y: f32, %z: f32):
    %m = arith.mulf %x, %y : f32
    %a = arith.addf %z, %m : f32
    linalg.yield %a : f32
  } -> tensor<?x?x4x8xf32>
  return %r : tensor<?x?x4x8xf32>
}
