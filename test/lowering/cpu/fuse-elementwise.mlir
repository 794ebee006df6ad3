// RUN: vellum-opt %s --vellum-fuse-elementwise | FileCheck %s

#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d1)>
#x = affine_map<(b, o, i) -> (b, i)>
#w = affine_map<(b, o, i) -> (i, o)>
#y = affine_map<(b, o, i) -> (b, o)>
#elementwise = {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
#rows = {indexing_maps = [#row, #id], iterator_types = ["parallel", "parallel"]}
#vector = {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]}
#binary = {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]}
#product = {indexing_maps = [#x, #w, #y], iterator_types = ["parallel", "parallel", "reduction"]}

// CHECK-LABEL: func.func @chain
// CHECK:         linalg.generic
// CHECK:           %[[SUM:.*]] = arith.addf
// CHECK-NEXT:      %[[EXP:.*]] = math.exp %[[SUM]]
// CHECK-NEXT:      linalg.yield %[[EXP]]
// CHECK-NOT:     linalg.generic
// CHECK:         return
func.func @chain(%x: tensor<4x3xf32>, %y: tensor<4x3xf32>) -> tensor<4x3xf32> {
  %e = tensor.empty() : tensor<4x3xf32>
  %s = linalg.generic #binary ins(%x, %y : tensor<4x3xf32>, tensor<4x3xf32>) outs(%e : tensor<4x3xf32>) {
  ^bb0(%p: f32, %q: f32, %o: f32):
    %0 = arith.addf %p, %q : f32
    linalg.yield %0 : f32
  } -> tensor<4x3xf32>
  %t = linalg.generic #elementwise ins(%s : tensor<4x3xf32>) outs(%e : tensor<4x3xf32>) {
  ^bb0(%p: f32, %o: f32):
    %0 = math.exp %p : f32
    linalg.yield %0 : f32
  } -> tensor<4x3xf32>
  return %t : tensor<4x3xf32>
}

// The bias is where the product starts; the addition and the zeros go. What the
// product reads is computed before, and the sum's reader runs after.
// CHECK-LABEL: func.func @bias
// CHECK-SAME:    (%[[X:[^:]+]]: {{.*}}, %[[W:[^:]+]]: {{.*}}, %[[BIAS:[^:]+]]: {{.*}})
// CHECK-NOT:     linalg.fill
// CHECK-DAG:     %[[ROWS:.*]] = linalg.generic {{.*}} ins(%[[BIAS]] :
// CHECK-DAG:     %[[E:.*]] = linalg.generic {{.*}} ins(%[[X]] :
// CHECK:         %[[P:.*]] = linalg.generic {{.*}} "reduction"]} ins(%[[E]], %[[W]] : {{.*}}) outs(%[[ROWS]] :
// CHECK:         linalg.generic {{.*}} ins(%[[P]] :
// CHECK-NEXT:    ^bb0
// CHECK-NEXT:      math.exp
// CHECK-NEXT:      linalg.yield
func.func @bias(%x: tensor<4x8xf32>, %w: tensor<8x3xf32>, %b: tensor<3xf32>) -> tensor<4x3xf32> {
  %zero = arith.constant 0.0 : f32
  %e8 = tensor.empty() : tensor<4x8xf32>
  %e = tensor.empty() : tensor<4x3xf32>
  %in = linalg.generic #elementwise ins(%x : tensor<4x8xf32>) outs(%e8 : tensor<4x8xf32>) {
  ^bb0(%p: f32, %o: f32):
    %0 = math.exp %p : f32
    linalg.yield %0 : f32
  } -> tensor<4x8xf32>
  %z = linalg.fill ins(%zero : f32) outs(%e : tensor<4x3xf32>) -> tensor<4x3xf32>
  %m = linalg.generic #product ins(%in, %w : tensor<4x8xf32>, tensor<8x3xf32>) outs(%z : tensor<4x3xf32>) {
  ^bb0(%p: f32, %q: f32, %o: f32):
    %0 = arith.mulf %p, %q : f32
    %1 = arith.addf %o, %0 : f32
    linalg.yield %1 : f32
  } -> tensor<4x3xf32>
  %r = linalg.generic #rows ins(%b : tensor<3xf32>) outs(%e : tensor<4x3xf32>) {
  ^bb0(%p: f32, %o: f32):
    linalg.yield %p : f32
  } -> tensor<4x3xf32>
  %s = linalg.generic #binary ins(%m, %r : tensor<4x3xf32>, tensor<4x3xf32>) outs(%e : tensor<4x3xf32>) {
  ^bb0(%p: f32, %q: f32, %o: f32):
    %0 = arith.addf %p, %q : f32
    linalg.yield %0 : f32
  } -> tensor<4x3xf32>
  %t = linalg.generic #elementwise ins(%s : tensor<4x3xf32>) outs(%e : tensor<4x3xf32>) {
  ^bb0(%p: f32, %o: f32):
    %0 = math.exp %p : f32
    linalg.yield %0 : f32
  } -> tensor<4x3xf32>
  return %t : tensor<4x3xf32>
}

// An argument is nobody's to overwrite: the sum stays.
// CHECK-LABEL: func.func @argument
// CHECK:         linalg.fill
// CHECK:         linalg.generic {{.*}} ins(%{{.*}}, %{{.*}} : tensor<4x3xf32>, tensor<4x3xf32>)
func.func @argument(%x: tensor<4x8xf32>, %w: tensor<8x3xf32>, %b: tensor<4x3xf32>) -> tensor<4x3xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<4x3xf32>
  %z = linalg.fill ins(%zero : f32) outs(%e : tensor<4x3xf32>) -> tensor<4x3xf32>
  %m = linalg.generic #product ins(%x, %w : tensor<4x8xf32>, tensor<8x3xf32>) outs(%z : tensor<4x3xf32>) {
  ^bb0(%p: f32, %q: f32, %o: f32):
    %0 = arith.mulf %p, %q : f32
    %1 = arith.addf %o, %0 : f32
    linalg.yield %1 : f32
  } -> tensor<4x3xf32>
  %s = linalg.generic #binary ins(%m, %b : tensor<4x3xf32>, tensor<4x3xf32>) outs(%e : tensor<4x3xf32>) {
  ^bb0(%p: f32, %q: f32, %o: f32):
    %0 = arith.addf %p, %q : f32
    linalg.yield %0 : f32
  } -> tensor<4x3xf32>
  return %s : tensor<4x3xf32>
}

// Each slice of an elementwise result is computed from slices of its operands,
// within the loop that uses it.
// CHECK-LABEL: func.func @slices
// CHECK-SAME:    (%[[X:[^:]+]]: {{.*}}, %[[B:[^:]+]]: {{.*}})
// CHECK-DAG:     %[[X2:.*]] = tensor.extract_slice %[[X]][0, 0] [4, 2]
// CHECK-DAG:     %[[B2:.*]] = tensor.extract_slice %[[B]][0] [2]
// CHECK:         linalg.generic {{.*}} ins(%[[X2]], %[[B2]] :
// CHECK:           arith.addf
// CHECK-NEXT:      math.exp
// CHECK:         linalg.generic
// CHECK:           arith.addf
// CHECK-NEXT:      math.sqrt
// CHECK-NOT:     linalg.generic
// CHECK:         return
func.func @slices(%x: tensor<4x6xf32>, %b: tensor<6xf32>) -> (tensor<4x2xf32>, tensor<4x4xf32>) {
  %e = tensor.empty() : tensor<4x6xf32>
  %s = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]} ins(%x, %b : tensor<4x6xf32>, tensor<6xf32>) outs(%e : tensor<4x6xf32>) {
  ^bb0(%p: f32, %q: f32, %o: f32):
    %0 = arith.addf %p, %q : f32
    linalg.yield %0 : f32
  } -> tensor<4x6xf32>
  %left = tensor.extract_slice %s[0, 0] [4, 2] [1, 1] : tensor<4x6xf32> to tensor<4x2xf32>
  %right = tensor.extract_slice %s[0, 2] [4, 4] [1, 1] : tensor<4x6xf32> to tensor<4x4xf32>
  %e2 = tensor.empty() : tensor<4x2xf32>
  %e4 = tensor.empty() : tensor<4x4xf32>
  %l = linalg.generic #elementwise ins(%left : tensor<4x2xf32>) outs(%e2 : tensor<4x2xf32>) {
  ^bb0(%p: f32, %o: f32):
    %0 = math.exp %p : f32
    linalg.yield %0 : f32
  } -> tensor<4x2xf32>
  %r = linalg.generic #elementwise ins(%right : tensor<4x4xf32>) outs(%e4 : tensor<4x4xf32>) {
  ^bb0(%p: f32, %o: f32):
    %0 = math.sqrt %p : f32
    linalg.yield %0 : f32
  } -> tensor<4x4xf32>
  return %l, %r : tensor<4x2xf32>, tensor<4x4xf32>
}

// One of the users wants the whole, so it is there to be sliced.
// CHECK-LABEL: func.func @whole
// CHECK:         %[[S:.*]] = linalg.generic
// CHECK:         %[[LEFT:.*]] = tensor.extract_slice %[[S]]
// CHECK:         return %[[S]], %[[LEFT]]
func.func @whole(%x: tensor<4x6xf32>) -> (tensor<4x6xf32>, tensor<4x2xf32>) {
  %e = tensor.empty() : tensor<4x6xf32>
  %s = linalg.generic #elementwise ins(%x : tensor<4x6xf32>) outs(%e : tensor<4x6xf32>) {
  ^bb0(%p: f32, %o: f32):
    %0 = math.exp %p : f32
    linalg.yield %0 : f32
  } -> tensor<4x6xf32>
  %left = tensor.extract_slice %s[0, 0] [4, 2] [1, 1] : tensor<4x6xf32> to tensor<4x2xf32>
  return %s, %left : tensor<4x6xf32>, tensor<4x2xf32>
}

// Two loops that use a product of two tensors compute it each: cheaper than
// writing and reading it.
// CHECK-LABEL: func.func @cheap
// CHECK:         linalg.generic
// CHECK:           arith.mulf
// CHECK-NEXT:      math.exp
// CHECK:         linalg.generic
// CHECK:           arith.mulf
// CHECK-NEXT:      math.sqrt
// CHECK-NOT:     linalg.generic
// CHECK:         return
func.func @cheap(%x: tensor<4x3xf32>, %y: tensor<4x3xf32>) -> (tensor<4x3xf32>, tensor<4x3xf32>) {
  %e = tensor.empty() : tensor<4x3xf32>
  %s = linalg.generic #binary ins(%x, %y : tensor<4x3xf32>, tensor<4x3xf32>) outs(%e : tensor<4x3xf32>) {
  ^bb0(%p: f32, %q: f32, %o: f32):
    %0 = arith.mulf %p, %q : f32
    linalg.yield %0 : f32
  } -> tensor<4x3xf32>
  %t = linalg.generic #elementwise ins(%s : tensor<4x3xf32>) outs(%e : tensor<4x3xf32>) {
  ^bb0(%p: f32, %o: f32):
    %0 = math.exp %p : f32
    linalg.yield %0 : f32
  } -> tensor<4x3xf32>
  %u = linalg.generic #elementwise ins(%s : tensor<4x3xf32>) outs(%e : tensor<4x3xf32>) {
  ^bb0(%p: f32, %o: f32):
    %0 = math.sqrt %p : f32
    linalg.yield %0 : f32
  } -> tensor<4x3xf32>
  return %t, %u : tensor<4x3xf32>, tensor<4x3xf32>
}

// A function of each of 64 columns would be computed again in every row.
// CHECK-LABEL: func.func @long
// CHECK:         %[[S:.*]] = linalg.generic {{.*}} outs(%{{.*}} : tensor<64xf32>)
// CHECK:           math.exp
// CHECK:         linalg.generic {{.*}} ins(%[[S]], %{{.*}} :
func.func @long(%x: tensor<64xf32>, %y: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %ex = tensor.empty() : tensor<64xf32>
  %e = tensor.empty() : tensor<4x64xf32>
  %s = linalg.generic #vector ins(%x : tensor<64xf32>) outs(%ex : tensor<64xf32>) {
  ^bb0(%p: f32, %o: f32):
    %0 = math.exp %p : f32
    %1 = math.sqrt %0 : f32
    linalg.yield %1 : f32
  } -> tensor<64xf32>
  %t = linalg.generic {indexing_maps = [#row, #id, #id], iterator_types = ["parallel", "parallel"]} ins(%s, %y : tensor<64xf32>, tensor<4x64xf32>) outs(%e : tensor<4x64xf32>) {
  ^bb0(%p: f32, %q: f32, %o: f32):
    %0 = arith.mulf %p, %q : f32
    linalg.yield %0 : f32
  } -> tensor<4x64xf32>
  return %t : tensor<4x64xf32>
}

// Plain arithmetic for 8 columns takes less time than a loop of its own.
// CHECK-LABEL: func.func @short
// CHECK:         linalg.generic
// CHECK:           arith.addf
// CHECK-NEXT:      arith.mulf
// CHECK-NEXT:      arith.mulf
// CHECK-NOT:     linalg.generic
// CHECK:         return
func.func @short(%x: tensor<8xf32>, %y: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %ex = tensor.empty() : tensor<8xf32>
  %e = tensor.empty() : tensor<4x8xf32>
  %s = linalg.generic #vector ins(%x : tensor<8xf32>) outs(%ex : tensor<8xf32>) {
  ^bb0(%p: f32, %o: f32):
    %0 = arith.addf %p, %p : f32
    %1 = arith.mulf %0, %0 : f32
    linalg.yield %1 : f32
  } -> tensor<8xf32>
  %t = linalg.generic {indexing_maps = [#row, #id, #id], iterator_types = ["parallel", "parallel"]} ins(%s, %y : tensor<8xf32>, tensor<4x8xf32>) outs(%e : tensor<4x8xf32>) {
  ^bb0(%p: f32, %q: f32, %o: f32):
    %0 = arith.mulf %p, %q : f32
    linalg.yield %0 : f32
  } -> tensor<4x8xf32>
  return %t : tensor<4x8xf32>
}

// A function does not: the erase vector of a memory of 16384 words of 32 numbers
// would take most of a step if every word computed it.
// CHECK-LABEL: func.func @function
// CHECK:         %[[S:.*]] = linalg.generic {{.*}} outs(%{{.*}} : tensor<8xf32>)
// CHECK:           math.exp
// CHECK:         linalg.generic {{.*}} ins(%[[S]], %{{.*}} :
func.func @function(%x: tensor<8xf32>, %y: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %ex = tensor.empty() : tensor<8xf32>
  %e = tensor.empty() : tensor<4x8xf32>
  %s = linalg.generic #vector ins(%x : tensor<8xf32>) outs(%ex : tensor<8xf32>) {
  ^bb0(%p: f32, %o: f32):
    %0 = math.exp %p : f32
    linalg.yield %0 : f32
  } -> tensor<8xf32>
  %t = linalg.generic {indexing_maps = [#row, #id, #id], iterator_types = ["parallel", "parallel"]} ins(%s, %y : tensor<8xf32>, tensor<4x8xf32>) outs(%e : tensor<4x8xf32>) {
  ^bb0(%p: f32, %q: f32, %o: f32):
    %0 = arith.mulf %p, %q : f32
    linalg.yield %0 : f32
  } -> tensor<4x8xf32>
  return %t : tensor<4x8xf32>
}

// A single number's is moved out of the loop later.
// CHECK-LABEL: func.func @number
// CHECK:         linalg.generic
// CHECK:           math.exp
// CHECK-NEXT:      arith.mulf
// CHECK-NOT:     linalg.generic
// CHECK:         return
func.func @number(%x: tensor<1xf32>, %y: tensor<4x1xf32>) -> tensor<4x1xf32> {
  %ex = tensor.empty() : tensor<1xf32>
  %e = tensor.empty() : tensor<4x1xf32>
  %s = linalg.generic #vector ins(%x : tensor<1xf32>) outs(%ex : tensor<1xf32>) {
  ^bb0(%p: f32, %o: f32):
    %0 = math.exp %p : f32
    linalg.yield %0 : f32
  } -> tensor<1xf32>
  %t = linalg.generic {indexing_maps = [#row, #id, #id], iterator_types = ["parallel", "parallel"]} ins(%s, %y : tensor<1xf32>, tensor<4x1xf32>) outs(%e : tensor<4x1xf32>) {
  ^bb0(%p: f32, %q: f32, %o: f32):
    %0 = arith.mulf %p, %q : f32
    linalg.yield %0 : f32
  } -> tensor<4x1xf32>
  return %t : tensor<4x1xf32>
}

#pairs = affine_map<(q, k, f) -> (q, k, f)>
#feature = affine_map<(q, k, f) -> (f)>
#pair = affine_map<(q, k, f) -> (q, k)>

// The rows of a product with a vector are made where they are summed up: the
// hidden layers of additive attention are never in memory.
// CHECK-LABEL: func.func @additive
// CHECK:         %[[ZEROS:.*]] = linalg.fill
// CHECK:         linalg.generic {{.*}} "reduction"]} ins(%{{.*}}, %{{.*}} : tensor<4x8x6xf32>, tensor<6xf32>) outs(%[[ZEROS]] :
// CHECK:           %[[H:.*]] = math.tanh
// CHECK-NEXT:      %[[P:.*]] = arith.mulf %[[H]],
// CHECK-NEXT:      arith.addf %{{.*}}, %[[P]]
// CHECK-NOT:     linalg.generic
// CHECK:         return
func.func @additive(%x: tensor<4x8x6xf32>, %v: tensor<6xf32>) -> tensor<4x8xf32> {
  %zero = arith.constant 0.0 : f32
  %ex = tensor.empty() : tensor<4x8x6xf32>
  %e = tensor.empty() : tensor<4x8xf32>
  %h = linalg.generic {indexing_maps = [#pairs, #pairs], iterator_types = ["parallel", "parallel", "parallel"]} ins(%x : tensor<4x8x6xf32>) outs(%ex : tensor<4x8x6xf32>) {
  ^bb0(%p: f32, %o: f32):
    %0 = math.tanh %p : f32
    linalg.yield %0 : f32
  } -> tensor<4x8x6xf32>
  %z = linalg.fill ins(%zero : f32) outs(%e : tensor<4x8xf32>) -> tensor<4x8xf32>
  %s = linalg.generic {indexing_maps = [#pairs, #feature, #pair], iterator_types = ["parallel", "parallel", "reduction"]} ins(%h, %v : tensor<4x8x6xf32>, tensor<6xf32>) outs(%z : tensor<4x8xf32>) {
  ^bb0(%p: f32, %q: f32, %o: f32):
    %0 = arith.mulf %p, %q : f32
    %1 = arith.addf %o, %0 : f32
    linalg.yield %1 : f32
  } -> tensor<4x8xf32>
  return %s : tensor<4x8xf32>
}

// Rows that are only copied are not: in the loop of the sum they would be read
// in an order that has no vectors.
// CHECK-LABEL: func.func @copied
// CHECK:         %[[ROWS:.*]] = linalg.generic {{.*}} ins(%{{.*}} : tensor<6x8xf32>)
// CHECK:         linalg.generic {{.*}} "reduction"]} ins(%[[ROWS]], %{{.*}} : tensor<4x8x6xf32>, tensor<6xf32>)
// CHECK:         return
func.func @copied(%x: tensor<6x8xf32>, %v: tensor<6xf32>) -> tensor<4x8xf32> {
  %zero = arith.constant 0.0 : f32
  %ex = tensor.empty() : tensor<4x8x6xf32>
  %e = tensor.empty() : tensor<4x8xf32>
  %h = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d2, d1)>, #pairs], iterator_types = ["parallel", "parallel", "parallel"]} ins(%x : tensor<6x8xf32>) outs(%ex : tensor<4x8x6xf32>) {
  ^bb0(%p: f32, %o: f32):
    linalg.yield %p : f32
  } -> tensor<4x8x6xf32>
  %z = linalg.fill ins(%zero : f32) outs(%e : tensor<4x8xf32>) -> tensor<4x8xf32>
  %s = linalg.generic {indexing_maps = [#pairs, #feature, #pair], iterator_types = ["parallel", "parallel", "reduction"]} ins(%h, %v : tensor<4x8x6xf32>, tensor<6xf32>) outs(%z : tensor<4x8xf32>) {
  ^bb0(%p: f32, %q: f32, %o: f32):
    %0 = arith.mulf %p, %q : f32
    %1 = arith.addf %o, %0 : f32
    linalg.yield %1 : f32
  } -> tensor<4x8xf32>
  return %s : tensor<4x8xf32>
}

// A sum computes the product that it adds, although a matrix product reads that
// too, which keeps it in memory: so it rounds the same wherever it is computed.
// And where sums are compared, each is computed once.
// CHECK-LABEL: func.func @added_product
// CHECK-SAME:    (%[[X:[^:]+]]: {{.*}}, %[[Y:[^:]+]]: {{.*}}, %{{.*}}: {{.*}})
// CHECK:         %[[P:.*]] = linalg.generic {{.*}} ins(%[[X]], %[[Y]] :
// CHECK:           arith.mulf
// CHECK-NEXT:      linalg.yield
// CHECK:         %[[S:.*]] = linalg.generic {{.*}} ins({{.*}}%[[X]], %[[Y]]{{.*}}:
// CHECK:           %[[OWN:.*]] = arith.mulf
// CHECK-NEXT:      %[[SUM:.*]] = arith.addf %{{.*}}, %[[OWN]]
// CHECK-NEXT:      linalg.yield %[[SUM]]
// CHECK:         linalg.generic {{.*}} "reduction"]} ins(%[[P]],
// CHECK:         linalg.generic {{.*}} ins(%[[S]], %[[X]] :
// CHECK-NEXT:    ^bb0
// CHECK-NEXT:      arith.maximumf
// CHECK:         linalg.generic {{.*}} ins(%[[S]], %[[Y]] :
// CHECK-NEXT:    ^bb0
// CHECK-NEXT:      arith.maximumf
func.func @added_product(%x: tensor<4x3xf32>, %y: tensor<4x3xf32>, %w: tensor<3x3xf32>) -> (tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>) {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<4x3xf32>
  %p = linalg.generic #binary ins(%x, %y : tensor<4x3xf32>, tensor<4x3xf32>) outs(%e : tensor<4x3xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %0 = arith.mulf %a, %b : f32
    linalg.yield %0 : f32
  } -> tensor<4x3xf32>
  %s = linalg.generic #binary ins(%x, %p : tensor<4x3xf32>, tensor<4x3xf32>) outs(%e : tensor<4x3xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %0 = arith.addf %a, %b : f32
    linalg.yield %0 : f32
  } -> tensor<4x3xf32>
  %z = linalg.fill ins(%zero : f32) outs(%e : tensor<4x3xf32>) -> tensor<4x3xf32>
  %m = linalg.generic #product ins(%p, %w : tensor<4x3xf32>, tensor<3x3xf32>) outs(%z : tensor<4x3xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %0 = arith.mulf %a, %b : f32
    %1 = arith.addf %o, %0 : f32
    linalg.yield %1 : f32
  } -> tensor<4x3xf32>
  %t = linalg.generic #binary ins(%s, %x : tensor<4x3xf32>, tensor<4x3xf32>) outs(%e : tensor<4x3xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %0 = arith.maximumf %a, %b : f32
    linalg.yield %0 : f32
  } -> tensor<4x3xf32>
  %u = linalg.generic #binary ins(%s, %y : tensor<4x3xf32>, tensor<4x3xf32>) outs(%e : tensor<4x3xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %0 = arith.maximumf %a, %b : f32
    linalg.yield %0 : f32
  } -> tensor<4x3xf32>
  return %m, %t, %u : tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>
}
