// RUN: vellum-opt %s --vellum-merge-loops | FileCheck %s

// CHECK: #[[$TURNED:.*]] = affine_map<(d0, d1) -> (d1, d0)>

#id = affine_map<(d0, d1) -> (d0, d1)>
#turned = affine_map<(d0, d1) -> (d1, d0)>
#row = affine_map<(d0, d1) -> (d0)>
#column = affine_map<(d0, d1) -> (d1)>
#bnm = affine_map<(b, n, m) -> (b, n, m)>
#bn = affine_map<(b, n, m) -> (b, n)>
#bm = affine_map<(b, n, m) -> (b, m)>
#x = affine_map<(b, o, i) -> (b, i)>
#w = affine_map<(b, o, i) -> (i, o)>
#y = affine_map<(b, o, i) -> (b, o)>
#map1 = {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
#map2 = {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]}
#sumRows = {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
#sumColumns = {indexing_maps = [#id, #column], iterator_types = ["reduction", "parallel"]}
#memory = {indexing_maps = [#bnm, #bnm, #bnm], iterator_types = ["parallel", "parallel", "parallel"]}
#norm = {indexing_maps = [#bnm, #bn], iterator_types = ["parallel", "parallel", "reduction"]}
#dot = {indexing_maps = [#bnm, #bm, #bn], iterator_types = ["parallel", "parallel", "reduction"]}
#outer = {indexing_maps = [#row, #id, #id], iterator_types = ["parallel", "parallel"]}
#product = {indexing_maps = [#x, #w, #y], iterator_types = ["parallel", "parallel", "reduction"]}

// A memory is written, and its words' norms and dot products with a key are
// summed from what was just computed.
// CHECK-LABEL: func.func @write
// CHECK-SAME:    (%[[M:[^:]+]]: {{.*}}, %[[U:[^:]+]]: {{.*}}, %[[KEY:[^:]+]]: tensor<?x5xf32>, %[[E:[^:]+]]: {{.*}}, %[[Z1:[^:]+]]: {{.*}}, %[[Z2:[^:]+]]: {{.*}})
// CHECK:         %[[R:.*]]:3 = linalg.generic {{.*}} iterator_types = ["parallel", "parallel", "reduction"]} ins(%[[M]], %[[U]], %[[KEY]] : {{.*}}) outs(%[[E]], %[[Z1]], %[[Z2]] :
// CHECK-NEXT:    ^bb0(%{{.*}}: f32, %{{.*}}: f32, %[[K:.*]]: f32, %{{.*}}: f32, %[[S1:.*]]: f32, %[[S2:.*]]: f32):
// CHECK-NEXT:      %[[N:.*]] = arith.subf
// CHECK-NEXT:      %[[SQUARE:.*]] = arith.mulf %[[N]], %[[N]]
// CHECK-NEXT:      %[[NORM:.*]] = arith.addf %[[S1]], %[[SQUARE]]
// CHECK-NEXT:      %[[PRODUCT:.*]] = arith.mulf %[[N]], %[[K]]
// CHECK-NEXT:      %[[DOT:.*]] = arith.addf %[[S2]], %[[PRODUCT]]
// CHECK-NEXT:      linalg.yield %[[N]], %[[NORM]], %[[DOT]]
// CHECK-NOT:     linalg.generic
// CHECK:         return %[[R]]#0, %[[R]]#1, %[[R]]#2
func.func @write(%m: tensor<?x8x5xf32>, %u: tensor<?x8x5xf32>, %key: tensor<?x5xf32>, %e: tensor<?x8x5xf32>, %z1: tensor<?x8xf32>, %z2: tensor<?x8xf32>)
    -> (tensor<?x8x5xf32>, tensor<?x8xf32>, tensor<?x8xf32>) {
  %n = linalg.generic #memory ins(%m, %u : tensor<?x8x5xf32>, tensor<?x8x5xf32>) outs(%e : tensor<?x8x5xf32>) {
  ^bb0(%p: f32, %q: f32, %o: f32):
    %0 = arith.subf %p, %q : f32
    linalg.yield %0 : f32
  } -> tensor<?x8x5xf32>
  %norm = linalg.generic #norm ins(%n : tensor<?x8x5xf32>) outs(%z1 : tensor<?x8xf32>) {
  ^bb0(%p: f32, %o: f32):
    %0 = arith.mulf %p, %p : f32
    %1 = arith.addf %o, %0 : f32
    linalg.yield %1 : f32
  } -> tensor<?x8xf32>
  %dot = linalg.generic #dot ins(%n, %key : tensor<?x8x5xf32>, tensor<?x5xf32>) outs(%z2 : tensor<?x8xf32>) {
  ^bb0(%p: f32, %q: f32, %o: f32):
    %0 = arith.mulf %p, %q : f32
    %1 = arith.addf %o, %0 : f32
    linalg.yield %1 : f32
  } -> tensor<?x8xf32>
  return %n, %norm, %dot : tensor<?x8x5xf32>, tensor<?x8xf32>, tensor<?x8xf32>
}

// Both read x, one of them with its dimensions in another order.
// CHECK-LABEL: func.func @same_input
// CHECK-SAME:    (%[[X:[^:]+]]: {{.*}}, %[[A:[^:]+]]: {{.*}}, %[[E:[^:]+]]: {{.*}}, %[[F:[^:]+]]: {{.*}})
// CHECK:         linalg.generic {indexing_maps = [#[[ID:.*]], #[[ID]], #[[ID]], #[[$TURNED]]], {{.*}} ins(%[[X]], %[[A]] : {{.*}}) outs(%[[E]], %[[F]] :
// CHECK-NEXT:    ^bb0(%[[P:.*]]: f32, %[[Q:.*]]: f32, %{{.*}}: f32, %{{.*}}: f32):
// CHECK-NEXT:      %[[R:.*]] = arith.subf %[[P]], %[[Q]]
// CHECK-NEXT:      %[[S:.*]] = math.exp %[[P]]
// CHECK-NEXT:      linalg.yield %[[R]], %[[S]]
// CHECK-NOT:     linalg.generic
func.func @same_input(%x: tensor<8x5xf32>, %a: tensor<8x5xf32>, %e: tensor<8x5xf32>, %f: tensor<5x8xf32>) -> (tensor<8x5xf32>, tensor<5x8xf32>) {
  %r = linalg.generic #map2 ins(%x, %a : tensor<8x5xf32>, tensor<8x5xf32>) outs(%e : tensor<8x5xf32>) {
  ^bb0(%p: f32, %q: f32, %o: f32):
    %0 = arith.subf %p, %q : f32
    linalg.yield %0 : f32
  } -> tensor<8x5xf32>
  %s = linalg.generic {indexing_maps = [#turned, #id], iterator_types = ["parallel", "parallel"]} ins(%x : tensor<8x5xf32>) outs(%f : tensor<5x8xf32>) {
  ^bb0(%p: f32, %o: f32):
    %0 = math.exp %p : f32
    linalg.yield %0 : f32
  } -> tensor<5x8xf32>
  return %r, %s : tensor<8x5xf32>, tensor<5x8xf32>
}

// What needs the first loop and stands between the two runs after both.
// CHECK-LABEL: func.func @dependent
// CHECK:         %[[R:.*]]:2 = linalg.generic {{.*}} iterator_types = ["parallel", "reduction"]}
// CHECK:         %[[PART:.*]] = tensor.extract_slice %[[R]]#0
// CHECK-NOT:     linalg.generic
// CHECK:         return %[[R]]#0, %[[R]]#1, %[[PART]]
func.func @dependent(%x: tensor<?x5xf32>, %n: index) -> (tensor<?x5xf32>, tensor<?xf32>, tensor<?x2xf32>) {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty(%n) : tensor<?x5xf32>
  %r = linalg.generic #map1 ins(%x : tensor<?x5xf32>) outs(%e : tensor<?x5xf32>) {
  ^bb0(%p: f32, %o: f32):
    %0 = math.exp %p : f32
    linalg.yield %0 : f32
  } -> tensor<?x5xf32>
  %part = tensor.extract_slice %r[0, 0] [%n, 2] [1, 1] : tensor<?x5xf32> to tensor<?x2xf32>
  %ez = tensor.empty(%n) : tensor<?xf32>
  %z = linalg.fill ins(%zero : f32) outs(%ez : tensor<?xf32>) -> tensor<?xf32>
  %s = linalg.generic #sumRows ins(%r : tensor<?x5xf32>) outs(%z : tensor<?xf32>) {
  ^bb0(%p: f32, %o: f32):
    %0 = arith.addf %o, %p : f32
    linalg.yield %0 : f32
  } -> tensor<?xf32>
  return %r, %s, %part : tensor<?x5xf32>, tensor<?xf32>, tensor<?x2xf32>
}

// Loops of a few elements cost more than what they do.
// CHECK-LABEL: func.func @tiny
// CHECK:         linalg.generic
// CHECK:           math.exp
// CHECK-NEXT:      math.sqrt
// CHECK-NOT:     linalg.generic
func.func @tiny(%x: tensor<?x1xf32>, %y: tensor<?x1xf32>, %n: index) -> (tensor<?x1xf32>, tensor<?x1xf32>) {
  %e = tensor.empty(%n) : tensor<?x1xf32>
  %r = linalg.generic #map1 ins(%x : tensor<?x1xf32>) outs(%e : tensor<?x1xf32>) {
  ^bb0(%p: f32, %o: f32):
    %0 = math.exp %p : f32
    linalg.yield %0 : f32
  } -> tensor<?x1xf32>
  %s = linalg.generic #map1 ins(%y : tensor<?x1xf32>) outs(%e : tensor<?x1xf32>) {
  ^bb0(%p: f32, %o: f32):
    %0 = math.sqrt %p : f32
    linalg.yield %0 : f32
  } -> tensor<?x1xf32>
  return %r, %s : tensor<?x1xf32>, tensor<?x1xf32>
}

// Nothing shared, and long.
// CHECK-LABEL: func.func @unrelated
// CHECK:         linalg.generic
// CHECK:           math.exp
// CHECK-NEXT:      linalg.yield
// CHECK:         linalg.generic
// CHECK:           math.sqrt
func.func @unrelated(%x: tensor<8x5xf32>, %y: tensor<8x5xf32>, %e: tensor<8x5xf32>) -> (tensor<8x5xf32>, tensor<8x5xf32>) {
  %r = linalg.generic #map1 ins(%x : tensor<8x5xf32>) outs(%e : tensor<8x5xf32>) {
  ^bb0(%p: f32, %o: f32):
    %0 = math.exp %p : f32
    linalg.yield %0 : f32
  } -> tensor<8x5xf32>
  %s = linalg.generic #map1 ins(%y : tensor<8x5xf32>) outs(%e : tensor<8x5xf32>) {
  ^bb0(%p: f32, %o: f32):
    %0 = math.sqrt %p : f32
    linalg.yield %0 : f32
  } -> tensor<8x5xf32>
  return %r, %s : tensor<8x5xf32>, tensor<8x5xf32>
}

// Both read x, one of them in loops over more.
// CHECK-LABEL: func.func @domains
// CHECK:         linalg.generic
// CHECK:           math.exp
// CHECK-NEXT:      linalg.yield
// CHECK:         linalg.generic
// CHECK:           arith.mulf
func.func @domains(%x: tensor<8xf32>, %a: tensor<8x5xf32>, %e: tensor<8xf32>, %f: tensor<8x5xf32>) -> (tensor<8xf32>, tensor<8x5xf32>) {
  %r = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]} ins(%x : tensor<8xf32>) outs(%e : tensor<8xf32>) {
  ^bb0(%p: f32, %o: f32):
    %0 = math.exp %p : f32
    linalg.yield %0 : f32
  } -> tensor<8xf32>
  %s = linalg.generic #outer ins(%x, %a : tensor<8xf32>, tensor<8x5xf32>) outs(%f : tensor<8x5xf32>) {
  ^bb0(%p: f32, %q: f32, %o: f32):
    %0 = arith.mulf %p, %q : f32
    linalg.yield %0 : f32
  } -> tensor<8x5xf32>
  return %r, %s : tensor<8xf32>, tensor<8x5xf32>
}

// One set of sums is complete after each row, the other after the last.
// CHECK-LABEL: func.func @sums
// CHECK:         linalg.generic {{.*}} ["parallel", "reduction"]}
// CHECK:         linalg.generic {{.*}} ["reduction", "parallel"]}
func.func @sums(%x: tensor<8x5xf32>, %r0: tensor<8xf32>, %s0: tensor<5xf32>) -> (tensor<8xf32>, tensor<5xf32>) {
  %r = linalg.generic #sumRows ins(%x : tensor<8x5xf32>) outs(%r0 : tensor<8xf32>) {
  ^bb0(%p: f32, %o: f32):
    %0 = arith.addf %o, %p : f32
    linalg.yield %0 : f32
  } -> tensor<8xf32>
  %s = linalg.generic #sumColumns ins(%x : tensor<8x5xf32>) outs(%s0 : tensor<5xf32>) {
  ^bb0(%p: f32, %o: f32):
    %0 = arith.addf %o, %p : f32
    linalg.yield %0 : f32
  } -> tensor<5xf32>
  return %r, %s : tensor<8xf32>, tensor<5xf32>
}

// Over a large memory they share a sweep all the same, for each sample.
// CHECK-LABEL: func.func @sums_of_large
// CHECK:         %[[R:.*]]:3 = linalg.generic {{.*}}iterator_types = ["parallel", "reduction", "reduction"]}
// CHECK-NOT:     linalg.generic
// CHECK:         return %[[R]]#0, %[[R]]#1, %[[R]]#2
func.func @sums_of_large(%x: tensor<?x32x512xf32>, %e: tensor<?x32x512xf32>, %r0: tensor<?x32xf32>, %s0: tensor<?x512xf32>) -> (tensor<?x32x512xf32>, tensor<?x32xf32>, tensor<?x512xf32>) {
  %m:2 = linalg.generic {indexing_maps = [#bnm, #bnm, #bn], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%x : tensor<?x32x512xf32>) outs(%e, %r0 : tensor<?x32x512xf32>, tensor<?x32xf32>) {
  ^bb0(%p: f32, %old: f32, %o: f32):
    %0 = math.sqrt %p : f32
    %1 = arith.addf %o, %p : f32
    linalg.yield %0, %1 : f32, f32
  } -> (tensor<?x32x512xf32>, tensor<?x32xf32>)
  %s = linalg.generic {indexing_maps = [#bnm, #bm], iterator_types = ["parallel", "reduction", "parallel"]}
      ins(%m#0 : tensor<?x32x512xf32>) outs(%s0 : tensor<?x512xf32>) {
  ^bb0(%p: f32, %o: f32):
    %0 = arith.addf %o, %p : f32
    linalg.yield %0 : f32
  } -> tensor<?x512xf32>
  return %m#0, %m#1, %s : tensor<?x32x512xf32>, tensor<?x32xf32>, tensor<?x512xf32>
}

// The second loop needs sums that are complete only after the first.
// CHECK-LABEL: func.func @sum_used
// CHECK:         linalg.generic
// CHECK:           arith.addf
// CHECK-NEXT:      linalg.yield
// CHECK:         linalg.generic
// CHECK:           arith.mulf
func.func @sum_used(%x: tensor<8x5xf32>, %r0: tensor<8xf32>, %e: tensor<8x5xf32>) -> tensor<8x5xf32> {
  %r = linalg.generic #sumRows ins(%x : tensor<8x5xf32>) outs(%r0 : tensor<8xf32>) {
  ^bb0(%p: f32, %o: f32):
    %0 = arith.addf %o, %p : f32
    linalg.yield %0 : f32
  } -> tensor<8xf32>
  %s = linalg.generic #outer ins(%r, %x : tensor<8xf32>, tensor<8x5xf32>) outs(%e : tensor<8x5xf32>) {
  ^bb0(%p: f32, %q: f32, %o: f32):
    %0 = arith.mulf %p, %q : f32
    linalg.yield %0 : f32
  } -> tensor<8x5xf32>
  return %s : tensor<8x5xf32>
}

// A kernel between the two needs the one and is needed by the other.
// CHECK-LABEL: func.func @path
// CHECK:         linalg.generic
// CHECK:         vellum_cpu.kernel
// CHECK:         linalg.generic
func.func @path(%x: tensor<8x5xf32>, %e: tensor<8x5xf32>, %f: tensor<8x5xf32>) -> tensor<8x5xf32> {
  %r = linalg.generic #map1 ins(%x : tensor<8x5xf32>) outs(%e : tensor<8x5xf32>) {
  ^bb0(%p: f32, %o: f32):
    %0 = math.exp %p : f32
    linalg.yield %0 : f32
  } -> tensor<8x5xf32>
  %k = vellum_cpu.kernel "softmax" ins(%r : tensor<8x5xf32>) outs(%f : tensor<8x5xf32>) -> tensor<8x5xf32>
  %s = linalg.generic #map2 ins(%x, %k : tensor<8x5xf32>, tensor<8x5xf32>) outs(%e : tensor<8x5xf32>) {
  ^bb0(%p: f32, %q: f32, %o: f32):
    %0 = arith.mulf %p, %q : f32
    linalg.yield %0 : f32
  } -> tensor<8x5xf32>
  return %s : tensor<8x5xf32>
}

// Products of matrices have a kernel.
// CHECK-LABEL: func.func @products
// CHECK:         %[[R:.*]] = linalg.generic
// CHECK:         %[[S:.*]] = linalg.generic
// CHECK:         return %[[R]], %[[S]]
func.func @products(%x: tensor<4x8xf32>, %w: tensor<8x3xf32>, %v: tensor<8x3xf32>, %r0: tensor<4x3xf32>, %s0: tensor<4x3xf32>) -> (tensor<4x3xf32>, tensor<4x3xf32>) {
  %r = linalg.generic #product ins(%x, %w : tensor<4x8xf32>, tensor<8x3xf32>) outs(%r0 : tensor<4x3xf32>) {
  ^bb0(%p: f32, %q: f32, %o: f32):
    %0 = arith.mulf %p, %q : f32
    %1 = arith.addf %o, %0 : f32
    linalg.yield %1 : f32
  } -> tensor<4x3xf32>
  %s = linalg.generic #product ins(%x, %v : tensor<4x8xf32>, tensor<8x3xf32>) outs(%s0 : tensor<4x3xf32>) {
  ^bb0(%p: f32, %q: f32, %o: f32):
    %0 = arith.mulf %p, %q : f32
    %1 = arith.addf %o, %0 : f32
    linalg.yield %1 : f32
  } -> tensor<4x3xf32>
  return %r, %s : tensor<4x3xf32>, tensor<4x3xf32>
}

// A sum over everything would leave nothing that runs in parallel.
// CHECK-LABEL: func.func @stays_parallel
// CHECK:         %[[R:.*]] = linalg.generic
// CHECK:         %[[S:.*]] = linalg.generic {{.*}}["reduction", "reduction"]
// CHECK:         return %[[R]], %[[S]]
func.func @stays_parallel(%x: tensor<8x5xf32>, %e: tensor<8x5xf32>, %z: tensor<f32>) -> (tensor<8x5xf32>, tensor<f32>) {
  %r = linalg.generic #map1 ins(%x : tensor<8x5xf32>) outs(%e : tensor<8x5xf32>) {
  ^bb0(%p: f32, %o: f32):
    %0 = math.exp %p : f32
    linalg.yield %0 : f32
  } -> tensor<8x5xf32>
  %s = linalg.generic {indexing_maps = [affine_map<(a, b) -> (a, b)>, affine_map<(a, b) -> ()>],
                       iterator_types = ["reduction", "reduction"]}
      ins(%x : tensor<8x5xf32>) outs(%z : tensor<f32>) {
  ^bb0(%p: f32, %o: f32):
    %0 = arith.addf %o, %p : f32
    linalg.yield %0 : f32
  } -> tensor<f32>
  return %r, %s : tensor<8x5xf32>, tensor<f32>
}
