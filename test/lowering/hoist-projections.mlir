// RUN: vellum-opt %s -vellum-hoist-projections=cache-bytes=64 | FileCheck %s

// The product leaves with its weight.
// CHECK-LABEL: func.func @input
// CHECK-SAME:    (%[[XS:[^:]+]]: tensor<?x?x3xf32>, %[[W:[^:]+]]: tensor<11x8xf32>, %[[H0:[^:]+]]: tensor<?x8xf32>)
// CHECK-DAG:     %[[WX:.*]] = vellum.slice %[[W]] from 0 size 3 dim 0
// CHECK:         %[[PS:.*]] = vellum.contract "tbk,kn->tbn" %[[XS]], %[[WX]]
// CHECK:         vellum.scan for %{{.*}} in %[[XS]], %[[P:.*]] in %[[PS]] carry %[[H:.*]] = %[[H0]] {
// CHECK:           %[[Q:.*]] = contract "bk,kn->bn" %[[H]], %{{.*}}
// CHECK-NEXT:      %[[S:.*]] = arith.addf %[[P]], %[[Q]]
// CHECK-NEXT:      yield %[[S]]
func.func @input(%xs: tensor<?x?x3xf32>, %w: tensor<11x8xf32>, %h0: tensor<?x8xf32>) -> tensor<?x8xf32> {
  %last = vellum.scan for %x in %xs carry %h = %h0 {
    %wx = slice %w from 0 size 3 dim 0
    %wh = slice %w from 3 size 8 dim 0
    %p = contract "bk,kn->bn" %x, %wx
    %q = contract "bk,kn->bn" %h, %wh
    %s = arith.addf %p, %q : tensor<?x8xf32>
    yield %s
  }
  return %last : tensor<?x8xf32>
}

// A sum of several: the row moves behind each product in turn, and before the bias.
// CHECK-LABEL: func.func @last_summand
// CHECK:         vellum.scan for %{{.*}} in %{{.*}}, %[[P:.*]] in %{{.*}} carry %[[G:.*]] = %{{.*}}, %[[H:.*]] = %{{.*}} {
// CHECK:           %[[Q:.*]] = contract "bk,kn->bn" %[[G]], %[[U:.*]]
// CHECK:           %[[R:.*]] = contract "bk,kn->bn" %[[H]], %[[U]]
// CHECK:           %[[QR:.*]] = arith.addf %[[Q]], %[[R]]
// CHECK:           %[[SUM:.*]] = arith.addf %[[QR]], %[[P]]
// CHECK:           arith.addf %[[SUM]], %{{.*}}
func.func @last_summand(%xs: tensor<?x4x8xf32>, %w: tensor<8x8xf32>, %u: tensor<8x8xf32>, %b: tensor<4x8xf32>, %h0: tensor<4x8xf32>)
    -> tensor<4x8xf32> {
  %g1, %h1 = vellum.scan for %x in %xs carry %g = %h0, %h = %h0 {
    %p = contract "bk,kn->bn" %x, %w
    %q = contract "bk,kn->bn" %g, %u
    %pq = arith.addf %p, %q : tensor<4x8xf32>
    %r = contract "bk,kn->bn" %h, %u
    %pqr = arith.addf %r, %pq : tensor<4x8xf32>
    %s = arith.addf %pqr, %b : tensor<4x8xf32>
    yield %h, %s
  }
  return %h1 : tensor<4x8xf32>
}

// A backward scan's weight is transposed, here on the left; time runs the other way.
// CHECK-LABEL: func.func @reverse
// CHECK-SAME:    (%[[DS:[^:]+]]: tensor<?x2x8xf32>, %[[W:[^:]+]]: tensor<3x8xf32>
// CHECK:         %[[PS:.*]] = vellum.contract "kn,tbn->tbk" %[[W]], %[[DS]]
// CHECK:         vellum.scan reverse for %{{.*}} in %[[DS]], %[[P:.*]] in %[[PS]]
// CHECK-NOT:       contract
// CHECK:           arith.addf %{{.*}}, %[[P]]
func.func @reverse(%ds: tensor<?x2x8xf32>, %w: tensor<3x8xf32>, %h0: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %last = vellum.scan reverse for %d in %ds carry %h = %h0 {
    %p = contract "kn,bn->bk" %w, %d
    %s = arith.addf %h, %p : tensor<2x3xf32>
    yield %s
  }
  return %last : tensor<2x3xf32>
}

// The weight is small, but there are 32 terms for the one row of a step.
// CHECK-LABEL: func.func @one_row
// CHECK:         vellum.contract "tbk,kn->tbn"
func.func @one_row(%xs: tensor<?x1x32xbf16>, %w: tensor<32x1xbf16>, %h0: tensor<1x1xbf16>) -> tensor<1x1xbf16> {
  %last = vellum.scan for %x in %xs carry %h = %h0 {
    %p = contract "bk,kn->bn" %x, %w
    %s = arith.mulf %h, %p : tensor<1x1xbf16>
    yield %s
  }
  return %last : tensor<1x1xbf16>
}

// The weight stays in the cache; what it is multiplied by is not an input's slice; the weight is another at each
// step; a step is a scan of its own.
// CHECK-LABEL: func.func @left
// CHECK-NOT:     vellum.contract
// CHECK:         return
func.func @left(%xs: tensor<?x2x4xf32>, %ws: tensor<?x9x4xf32>, %small: tensor<4x4xf32>, %v: tensor<4x9xf32>, %h0: tensor<2x4xf32>)
    -> (tensor<2x4xf32>, tensor<2x4xf32>) {
  %last = vellum.scan for %x in %xs, %w in %ws carry %h = %h0 {
    %p = contract "bk,kn->bn" %x, %small
    %t = math.tanh %x : tensor<2x4xf32>
    %q = contract "bk,kn->bn" %t, %v
    %r = contract "bk,kn->bn" %q, %w
    %pr = arith.addf %p, %r : tensor<2x4xf32>
    %s = arith.addf %h, %pr : tensor<2x4xf32>
    yield %s
  }
  %outer = vellum.scan for %x in %xs carry %h = %h0 {
    %q = contract "bk,kn->bn" %x, %v
    %inner = scan for %w in %ws carry %g = %h {
      %t = math.tanh %w : tensor<9x4xf32>
      %r = contract "bk,kn->bn" %q, %t
      yield %r
    }
    yield %inner
  }
  return %last, %outer : tensor<2x4xf32>, tensor<2x4xf32>
}
