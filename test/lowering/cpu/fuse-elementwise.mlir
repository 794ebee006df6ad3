// RUN: vellum-opt %s --vellum-fuse-elementwise | FileCheck %s

#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d1)>
#x = affine_map<(b, o, i) -> (b, i)>
#w = affine_map<(b, o, i) -> (i, o)>
#y = affine_map<(b, o, i) -> (b, o)>
#elementwise = {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
#rows = {indexing_maps = [#row, #id], iterator_types = ["parallel", "parallel"]}
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
