// RUN: vellum-opt %s --vellum-choose-layouts | FileCheck %s

// CHECK-DAG: #[[$ID:.*]] = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
// CHECK-DAG: #[[$TURNED:.*]] = affine_map<(d0, d1, d2) -> (d0, d2, d1)>
// CHECK-DAG: #[[$STACK:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, d1, d3, d2)>

#bnm = affine_map<(b, n, m) -> (b, n, m)>
#bn = affine_map<(b, n, m) -> (b, n)>
#bm = affine_map<(b, n, m) -> (b, m)>
#dot = {indexing_maps = [#bnm, #bm, #bn], iterator_types = ["parallel", "parallel", "reduction"]}
#write = {indexing_maps = [#bnm, #bn, #bnm], iterator_types = ["parallel", "parallel", "parallel"]}

// 20 numbers would leave 12 lanes of 32 empty, 128 words leave none. What is
// carried, where it starts and its history keep one order.
// CHECK-LABEL: func.func @memory
// CHECK-SAME:    (%[[KEYS:[^:]+]]: {{.*}}, %[[B:[^:]+]]: index)
// CHECK:         %[[EMPTY:.*]] = tensor.empty(%[[B]]) : tensor<?x20x128xf32>
// CHECK:         %[[INIT:.*]] = linalg.fill {{.*}} outs(%[[EMPTY]] : tensor<?x20x128xf32>) -> tensor<?x20x128xf32>
// CHECK:         %[[SCAN:.*]]:3 = vellum.scan for %[[KEY:.*]] in %[[KEYS]] carry %[[M:.*]] = %[[INIT]] {
// CHECK:           linalg.generic {indexing_maps = [#[[$TURNED]], #{{[^,]*}}, #{{[^,]*}}], {{.*}} ins(%[[M]], %[[KEY]] : tensor<?x20x128xf32>, tensor<?x20xf32>) outs(%{{.*}} : tensor<?x128xf32>)
// CHECK:           %[[NEW:.*]] = tensor.empty(%[[B]]) : tensor<?x20x128xf32>
// CHECK:           %[[NEXT:.*]] = linalg.generic {indexing_maps = [#[[$TURNED]], #{{[^,]*}}, #[[$TURNED]]], {{.*}} outs(%[[NEW]] : tensor<?x20x128xf32>)
// CHECK:           yield %[[NEXT]] emit %[[M]]
// CHECK:         linalg.generic {indexing_maps = [#[[$STACK]], {{.*}} ins(%[[SCAN]]#1 : tensor<?x?x20x128xf32>)
func.func @memory(%keys: tensor<?x?x20xf32>, %b: index) -> (tensor<?x?x128xf32>, tensor<?x128xf32>) {
  %zero = arith.constant 0.0 : f32
  %e0 = tensor.empty(%b) : tensor<?x128x20xf32>
  %m0 = linalg.fill ins(%zero : f32) outs(%e0 : tensor<?x128x20xf32>) -> tensor<?x128x20xf32>
  %last, %history, %dots = vellum.scan for %key in %keys carry %m = %m0 {
    %es = tensor.empty(%b) : tensor<?x128xf32>
    %s = linalg.fill ins(%zero : f32) outs(%es : tensor<?x128xf32>) -> tensor<?x128xf32>
    %dot = linalg.generic #dot ins(%m, %key : tensor<?x128x20xf32>, tensor<?x20xf32>) outs(%s : tensor<?x128xf32>) {
    ^bb0(%p: f32, %q: f32, %o: f32):
      %0 = arith.mulf %p, %q : f32
      %1 = arith.addf %o, %0 : f32
      linalg.yield %1 : f32
    } -> tensor<?x128xf32>
    %e = tensor.empty(%b) : tensor<?x128x20xf32>
    %n = linalg.generic #write ins(%m, %dot : tensor<?x128x20xf32>, tensor<?x128xf32>) outs(%e : tensor<?x128x20xf32>) {
    ^bb0(%p: f32, %q: f32, %o: f32):
      %0 = arith.addf %p, %q : f32
      linalg.yield %0 : f32
    } -> tensor<?x128x20xf32>
    yield %n emit %m, %dot
  }
  %es = tensor.empty(%b) : tensor<?x128xf32>
  %s = linalg.fill ins(%zero : f32) outs(%es : tensor<?x128xf32>) -> tensor<?x128xf32>
  %sums = linalg.generic {indexing_maps = [affine_map<(t, b, n, m) -> (t, b, n, m)>, affine_map<(t, b, n, m) -> (b, n)>], iterator_types = ["reduction", "parallel", "parallel", "reduction"]}
      ins(%history : tensor<?x?x128x20xf32>) outs(%s : tensor<?x128xf32>) {
  ^bb0(%p: f32, %o: f32):
    %0 = arith.addf %o, %p : f32
    linalg.yield %0 : f32
  } -> tensor<?x128xf32>
  return %dots, %sums : tensor<?x?x128xf32>, tensor<?x128xf32>
}

// A size keeps its value where dimensions move.
// CHECK-LABEL: func.func @sizes
// CHECK:         %[[M:.*]] = linalg.fill {{.*}} -> tensor<?x?x128xf32>
// CHECK:         %[[TWO:.*]] = arith.constant 2 : index
// CHECK:         %[[WORDS:.*]] = tensor.dim %[[M]], %[[TWO]]
// CHECK:         %[[ONE:.*]] = arith.constant 1 : index
// CHECK:         %[[NUMBERS:.*]] = tensor.dim %[[M]], %[[ONE]]
// CHECK:         return %{{.*}}, %[[WORDS]], %[[NUMBERS]]
func.func @sizes(%keys: tensor<?x20xf32>, %b: index, %n: index) -> (tensor<?x128xf32>, index, index) {
  %zero = arith.constant 0.0 : f32
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %e0 = tensor.empty(%b, %n) : tensor<?x128x?xf32>
  %m = linalg.fill ins(%zero : f32) outs(%e0 : tensor<?x128x?xf32>) -> tensor<?x128x?xf32>
  %es = tensor.empty(%b) : tensor<?x128xf32>
  %s = linalg.fill ins(%zero : f32) outs(%es : tensor<?x128xf32>) -> tensor<?x128xf32>
  %dot = linalg.generic #dot ins(%m, %keys : tensor<?x128x?xf32>, tensor<?x20xf32>) outs(%s : tensor<?x128xf32>) {
  ^bb0(%p: f32, %q: f32, %o: f32):
    %0 = arith.mulf %p, %q : f32
    %1 = arith.addf %o, %0 : f32
    linalg.yield %1 : f32
  } -> tensor<?x128xf32>
  %d1 = tensor.dim %m, %c1 : tensor<?x128x?xf32>
  %d2 = tensor.dim %m, %c2 : tensor<?x128x?xf32>
  return %dot, %d1, %d2 : tensor<?x128xf32>, index, index
}

// The caller expects the order that the type has.
// CHECK-LABEL: func.func @returned
// CHECK-NOT:     #[[$TURNED]]
// CHECK:         vellum.scan
// CHECK:           linalg.generic {indexing_maps = [#[[$ID]],
// CHECK-SAME:      ins(%{{.*}}, %{{.*}} : tensor<?x128x20xf32>, tensor<?x20xf32>)
func.func @returned(%keys: tensor<?x?x20xf32>, %b: index, %s: tensor<?x128xf32>) -> (tensor<?x128x20xf32>, tensor<?x?x128xf32>) {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty(%b) : tensor<?x128x20xf32>
  %m0 = linalg.fill ins(%zero : f32) outs(%e : tensor<?x128x20xf32>) -> tensor<?x128x20xf32>
  %last, %dots = vellum.scan for %key in %keys carry %m = %m0 {
    %dot = linalg.generic #dot ins(%m, %key : tensor<?x128x20xf32>, tensor<?x20xf32>) outs(%s : tensor<?x128xf32>) {
    ^bb0(%p: f32, %q: f32, %o: f32):
      %0 = arith.mulf %p, %q : f32
      %1 = arith.addf %o, %0 : f32
      linalg.yield %1 : f32
    } -> tensor<?x128xf32>
    yield %m emit %dot
  }
  return %last, %dots : tensor<?x128x20xf32>, tensor<?x?x128xf32>
}

// What slices the memory knows nothing of other orders.
// CHECK-LABEL: func.func @sliced
// CHECK:         linalg.generic {indexing_maps = [#[[$ID]],
// CHECK:         tensor.extract_slice %{{.*}} : tensor<4x128x20xf32> to tensor<4x1x20xf32>
func.func @sliced(%keys: tensor<4x20xf32>, %s: tensor<4x128xf32>) -> (tensor<4x128xf32>, tensor<4x1x20xf32>) {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<4x128x20xf32>
  %m = linalg.fill ins(%zero : f32) outs(%e : tensor<4x128x20xf32>) -> tensor<4x128x20xf32>
  %dot = linalg.generic #dot ins(%m, %keys : tensor<4x128x20xf32>, tensor<4x20xf32>) outs(%s : tensor<4x128xf32>) {
  ^bb0(%p: f32, %q: f32, %o: f32):
    %0 = arith.mulf %p, %q : f32
    %1 = arith.addf %o, %0 : f32
    linalg.yield %1 : f32
  } -> tensor<4x128xf32>
  %word = tensor.extract_slice %m[0, 0, 0] [4, 1, 20] [1, 1, 1] : tensor<4x128x20xf32> to tensor<4x1x20xf32>
  return %dot, %word : tensor<4x128xf32>, tensor<4x1x20xf32>
}

// Words of 128 numbers fill their vectors already, and 20 words would not.
// CHECK-LABEL: func.func @long_words
// CHECK:         linalg.generic {{.*}} outs(%{{.*}} : tensor<4x20x128xf32>)
// CHECK:         linalg.generic {indexing_maps = [#[[$ID]], {{.*}} ins(%{{.*}}, %{{.*}} : tensor<4x20x128xf32>, tensor<4x20xf32>)
func.func @long_words(%a: tensor<4x20xf32>, %b: tensor<4x128xf32>, %s: tensor<4x128xf32>) -> tensor<4x128xf32> {
  %e = tensor.empty() : tensor<4x20x128xf32>
  %m = linalg.generic {indexing_maps = [#bn, #bm, #bnm], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%a, %b : tensor<4x20xf32>, tensor<4x128xf32>) outs(%e : tensor<4x20x128xf32>) {
  ^bb0(%p: f32, %q: f32, %o: f32):
    %0 = arith.addf %p, %q : f32
    linalg.yield %0 : f32
  } -> tensor<4x20x128xf32>
  %read = linalg.generic {indexing_maps = [#bnm, #bn, #bm], iterator_types = ["parallel", "reduction", "parallel"]}
      ins(%m, %a : tensor<4x20x128xf32>, tensor<4x20xf32>) outs(%s : tensor<4x128xf32>) {
  ^bb0(%p: f32, %q: f32, %o: f32):
    %0 = arith.mulf %p, %q : f32
    %1 = arith.addf %o, %0 : f32
    linalg.yield %1 : f32
  } -> tensor<4x128xf32>
  return %read : tensor<4x128xf32>
}

// A memory of no locations costs nothing in any layout.
// CHECK-LABEL: func.func @nothing
// CHECK:         linalg.generic {{.*}} outs(%{{.*}} : tensor<4x0x20xf32>)
func.func @nothing(%a: tensor<4x0xf32>, %b: tensor<4x20xf32>, %s: tensor<4x20xf32>) -> tensor<4x20xf32> {
  %e = tensor.empty() : tensor<4x0x20xf32>
  %m = linalg.generic {indexing_maps = [#bn, #bm, #bnm], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%a, %b : tensor<4x0xf32>, tensor<4x20xf32>) outs(%e : tensor<4x0x20xf32>) {
  ^bb0(%p: f32, %q: f32, %o: f32):
    %0 = arith.addf %p, %q : f32
    linalg.yield %0 : f32
  } -> tensor<4x0x20xf32>
  %read = linalg.generic {indexing_maps = [#bnm, #bn, #bm], iterator_types = ["parallel", "reduction", "parallel"]}
      ins(%m, %a : tensor<4x0x20xf32>, tensor<4x0xf32>) outs(%s : tensor<4x20xf32>) {
  ^bb0(%p: f32, %q: f32, %o: f32):
    %0 = arith.mulf %p, %q : f32
    %1 = arith.addf %o, %0 : f32
    linalg.yield %1 : f32
  } -> tensor<4x20xf32>
  return %read : tensor<4x20xf32>
}
