// RUN: vellum-opt %s -vellum-sink-accumulators | FileCheck %s

// A slice of an input is read from the input itself, another value is emitted
// once, and both products become one over time and batch.
// CHECK-LABEL: func.func @products
// CHECK-SAME:    (%[[XS:[^:]+]]: tensor<?x4x3xf32>, %[[DS:[^:]+]]: tensor<?x4x2xf32>, %[[C:[^:]+]]: tensor<3x2xf32>)
// CHECK:         %[[ES:.*]] = vellum.scan for %{{.*}} in %[[XS]], %[[D:.*]] in %[[DS]] {
// CHECK-NEXT:      %[[E:.*]] = math.exp %[[D]]
// CHECK-NEXT:      yield emit %[[E]]
// CHECK:         %[[P:.*]] = vellum.contract "tbk,tbn->kn" %[[XS]], %[[ES]]
// CHECK:         %[[S:.*]] = arith.addf %[[C]], %[[P]]
// CHECK:         %[[Q:.*]] = vellum.contract "tbk,tbn->kn" %[[XS]], %[[DS]]
// CHECK:         %[[R:.*]] = arith.addf %[[S]], %[[Q]]
// CHECK:         %[[B:.*]] = vellum.reduce sum %[[ES]] over [0, 1]
// CHECK:         return %[[R]], %[[B]]
func.func @products(%xs: tensor<?x4x3xf32>, %ds: tensor<?x4x2xf32>, %c0: tensor<3x2xf32>)
    -> (tensor<3x2xf32>, tensor<2xf32>) {
  %zero = arith.constant dense<0.0> : tensor<2xf32>
  %dw, %db = vellum.scan for %x in %xs, %d in %ds carry %c = %c0, %b = %zero {
    %e = math.exp %d : tensor<4x2xf32>
    %p = contract "bk,bn->kn" %x, %e
    %q = contract "bk,bn->kn" %x, %d
    %pq = arith.addf %p, %q : tensor<3x2xf32>
    %c1 = arith.addf %c, %pq : tensor<3x2xf32>
    %s = reduce sum %e over [0]
    %b1 = arith.addf %s, %b : tensor<2xf32>
    yield %c1, %b1
  }
  return %dw, %db : tensor<3x2xf32>, tensor<2xf32>
}

// With one factor fixed, the other is summed first.
// CHECK-LABEL: func.func @fixed_factor
// CHECK-SAME:    (%[[XS:[^:]+]]: tensor<?x4x3xf32>, %[[W:[^:]+]]: tensor<3x2xf32>)
// CHECK:         %[[SUM:.*]] = vellum.reduce sum %[[XS]] over [0]
// CHECK:         %[[P:.*]] = vellum.contract "bk,kn->bn" %[[SUM]], %[[W]]
// CHECK:         return %[[P]]
func.func @fixed_factor(%xs: tensor<?x4x3xf32>, %w: tensor<3x2xf32>) -> tensor<4x2xf32> {
  %zero = arith.constant dense<0.0> : tensor<4x2xf32>
  %y = vellum.scan for %x in %xs carry %c = %zero {
    %p = contract "bk,kn->bn" %x, %w
    %c1 = arith.addf %c, %p : tensor<4x2xf32>
    yield %c1
  }
  return %y : tensor<4x2xf32>
}

// The summand that is no product stays in the loop; a value that is read in the
// body stays altogether, and so does one that adds the same at every step.
// CHECK-LABEL: func.func @left
// CHECK:         %[[L:.*]]:4 = vellum.scan for %[[X:.*]] in %[[XS:.*]] carry %[[C:.*]] = %{{.*}}, %[[R:.*]] = %{{.*}}, %[[I:.*]] = %{{.*}}
// CHECK-DAG:       %[[T:.*]] = math.tanh %[[X]]
// CHECK-DAG:       %[[C1:.*]] = arith.addf %[[C]], %[[T]]
// CHECK:           yield %[[C1]],
// CHECK:         %[[P:.*]] = vellum.contract "tij,tjk->ik" %[[XS]], %[[XS]]
// CHECK:         arith.addf %[[L]]#0, %[[P]]
func.func @left(%xs: tensor<?x3x3xf32>, %a: tensor<3x3xf32>)
    -> (tensor<3x3xf32>, tensor<3x3xf32>, tensor<3x3xf32>, tensor<?x3x3xf32>) {
  %u, %v, %w, %ys = vellum.scan for %x in %xs carry %c = %a, %r = %a, %i = %a {
    %t = math.tanh %x : tensor<3x3xf32>
    %p = contract "ij,jk->ik" %x, %x
    %ct = arith.addf %c, %t : tensor<3x3xf32>
    %c1 = arith.addf %ct, %p : tensor<3x3xf32>
    %q = contract "ij,jk->ik" %x, %r
    %r1 = arith.addf %r, %q : tensor<3x3xf32>
    %f = contract "ij,jk->ik" %a, %a
    %i1 = arith.addf %i, %f : tensor<3x3xf32>
    yield %c1, %r1, %i1 emit %t
  }
  return %u, %v, %w, %ys : tensor<3x3xf32>, tensor<3x3xf32>, tensor<3x3xf32>, tensor<?x3x3xf32>
}
