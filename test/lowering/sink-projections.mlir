// RUN: vellum-opt %s -vellum-sink-projections=cache-bytes=64 -canonicalize | FileCheck %s

// What the product is made of is carried, and so stacked at no cost; the bias is added after the scan too.
// CHECK-LABEL: func.func @output
// CHECK-SAME:    (%[[XS:[^:]+]]: tensor<?x?x8xf32>, %[[V:[^:]+]]: tensor<8x3xf32>, %[[B:[^:]+]]: tensor<3xf32>
// CHECK:         %[[SCAN:.*]]:2 = vellum.scan for %[[X:.*]] in %[[XS]] carry %[[H:.*]] = %{{.*}} {
// CHECK-NEXT:      %[[H1:.*]] = arith.addf %[[H]], %[[X]]
// CHECK-NEXT:      yield %[[H1]] emit %[[H1]]
// CHECK:         %[[YS:.*]] = vellum.contract "tbk,kn->tbn" %[[SCAN]]#1, %[[V]]
// CHECK:         %[[BIAS:.*]] = vellum.broadcast %[[B]] across [0, 1] like %[[YS]]
// CHECK:         %[[SUM:.*]] = arith.addf %[[YS]], %[[BIAS]]
// CHECK:         return %[[SUM]]
func.func @output(%xs: tensor<?x?x8xf32>, %v: tensor<8x3xf32>, %b: tensor<3xf32>, %h0: tensor<?x8xf32>) -> tensor<?x?x3xf32> {
  %last, %ys = vellum.scan for %x in %xs carry %h = %h0 {
    %h1 = arith.addf %h, %x : tensor<?x8xf32>
    %p = contract "bk,kn->bn" %h1, %v
    %bias = broadcast %b across [0] like %p
    %y = arith.addf %p, %bias : tensor<?x3xf32>
    yield %h1 emit %y
  }
  return %ys : tensor<?x?x3xf32>
}

// A value that is no larger than the product is stacked instead, a slice is there already, and the summand that is
// no product stays.
// CHECK-LABEL: func.func @sum
// CHECK-SAME:    (%[[XS:[^:]+]]: tensor<?x4x5xf32>, %[[V:[^:]+]]: tensor<5x5xf32>
// CHECK:         %[[SCAN:.*]]:3 = vellum.scan for %[[X:.*]] in %[[XS]] carry
// CHECK:           %[[T:.*]] = math.tanh
// CHECK:           %[[E:.*]] = math.exp
// CHECK:           yield %{{.*}} emit %[[E]], %[[T]]
// CHECK:         %[[P:.*]] = vellum.contract "tbk,kn->tbn" %[[XS]], %[[V]]
// CHECK:         %[[SUM:.*]] = arith.addf %[[SCAN]]#1, %[[P]]
// CHECK:         %[[Q:.*]] = vellum.contract "nk,tbk->tbn" %[[V]], %[[SCAN]]#2
// CHECK:         arith.addf %[[SUM]], %[[Q]]
func.func @sum(%xs: tensor<?x4x5xf32>, %v: tensor<5x5xf32>, %h0: tensor<4x5xf32>) -> (tensor<4x5xf32>, tensor<?x4x5xf32>) {
  %last, %ys = vellum.scan for %x in %xs carry %h = %h0 {
    %t = math.tanh %h : tensor<4x5xf32>
    %e = math.exp %t : tensor<4x5xf32>
    %p = contract "bk,kn->bn" %x, %v
    %q = contract "nk,bk->bn" %v, %t
    %pq = arith.addf %p, %q : tensor<4x5xf32>
    %y = arith.addf %pq, %e : tensor<4x5xf32>
    %h1 = arith.addf %h, %x : tensor<4x5xf32>
    yield %h1 emit %y
  }
  return %last, %ys : tensor<4x5xf32>, tensor<?x4x5xf32>
}

// In reverse, position t of a stack is still time t.
// CHECK-LABEL: func.func @reverse
// CHECK:         %[[SCAN:.*]]:2 = vellum.scan reverse
// CHECK:         %[[YS:.*]] = vellum.contract "tbn,kn->tbk" %[[SCAN]]#1, %{{.*}}
// CHECK:         return %[[YS]]
func.func @reverse(%ds: tensor<?x2x8xf32>, %w: tensor<3x8xf32>, %h0: tensor<2x8xf32>) -> tensor<?x2x3xf32> {
  %last, %ys = vellum.scan reverse for %d in %ds carry %h = %h0 {
    %g = arith.addf %h, %d : tensor<2x8xf32>
    %p = contract "bn,kn->bk" %g, %w
    yield %g emit %p
  }
  return %ys : tensor<?x2x3xf32>
}

// Left: a small weight, twice; a product that is carried as well; a stack of something wider; samples that end early.
// CHECK-LABEL: func.func @left
// CHECK-NOT:     vellum.contract
// CHECK:         return
func.func @left(%xs: tensor<?x2x4xf32>, %small: tensor<4x4xf32>, %v: tensor<4x9xf32>, %u: tensor<9x4xf32>, %h0: tensor<2x4xf32>,
                %lengths: tensor<2xi32>) -> (tensor<?x2x4xf32>, tensor<?x2x4xf32>, tensor<?x2x4xf32>, tensor<?x2x9xf32>) {
  %last, %as, %bs, %cs = vellum.scan for %x in %xs carry %h = %h0 {
    %a = contract "bk,kn->bn" %x, %small
    %wide = contract "bk,kn->bn" %h, %v
    %e = math.exp %wide : tensor<2x9xf32>
    %b = contract "bk,kn->bn" %e, %u
    %h1 = arith.addf %h, %a : tensor<2x4xf32>
    %c = contract "bk,kn->bn" %h1, %small
    %t = contract "bk,kn->bn" %h, %small
    %ct = arith.mulf %c, %t : tensor<2x4xf32>
    %d = contract "bk,kn->bn" %x, %small
    yield %b emit %d, %b, %ct
  }
  %end, %ys = vellum.scan for %x in %xs carry %h = %h0 lengths %lengths {
    %y = contract "bk,kn->bn" %x, %v
    yield %x emit %y
  }
  return %as, %bs, %cs, %ys : tensor<?x2x4xf32>, tensor<?x2x4xf32>, tensor<?x2x4xf32>, tensor<?x2x9xf32>
}
