// What passes on whole programs say of their decisions, and where. Without a filter they say nothing.
//
// DEFINE: %{remarks} = --remarks-filter='motion|memory' --remark-format=emitRemark 2>&1 >/dev/null
// RUN: vellum-opt %s -vellum-hoist-projections=cache-bytes=64 %{remarks} | FileCheck %s --check-prefix=HOIST
// RUN: vellum-opt %s -vellum-sink-projections=cache-bytes=64 %{remarks} | FileCheck %s --check-prefix=SINK
// RUN: vellum-opt %s -vellum-sink-accumulators %{remarks} | FileCheck %s --check-prefix=SUM
// RUN: vellum-opt %s -vellum-differentiate=functions=kept %{remarks} | FileCheck %s --check-prefix=KEEP
// RUN: vellum-opt %s -vellum-hoist-projections -vellum-sink-projections 2>&1 >/dev/null | count 0

func.func @inputs(%xs: tensor<?x2x5xf32>, %large: tensor<5x4xf32>, %small: tensor<5x2xf32>, %h0: tensor<2x4xf32>, %g0: tensor<2x2xf32>)
    -> (tensor<2x4xf32>, tensor<2x2xf32>) {
  %h1, %g1 = vellum.scan for %x in %xs carry %h = %h0, %g = %g0 {
    // HOIST: [[@LINE+1]]:10: remark: [Passed] hoist-projections | Category:motion | Remark="its product with an input leaves the loop: 80 B of weights are read once, not at each step"
    %p = contract "bk,kn->bn" %x, %large
    // HOIST: [[@LINE+1]]:10: remark: [Missed] hoist-projections | Category:motion | Remark="its product with an input stays in the loop, as its 40 B of weights stay in the cache"
    %q = contract "bk,kn->bn" %x, %small
    %ph = arith.mulf %p, %h : tensor<2x4xf32>
    %qg = arith.mulf %q, %g : tensor<2x2xf32>
    yield %ph, %qg
  }
  return %h1, %g1 : tensor<2x4xf32>, tensor<2x2xf32>
}

func.func @outputs(%xs: tensor<?x2x5xf32>, %v: tensor<5x4xf32>, %small: tensor<5x2xf32>, %h0: tensor<2x5xf32>)
    -> (tensor<?x2x4xf32>, tensor<?x2x2xf32>, tensor<?x2x4xf32>) {
  %h1, %as, %bs, %cs = vellum.scan for %x in %xs carry %h = %h0 {
    %n = arith.mulf %h, %x : tensor<2x5xf32>
    // SINK: [[@LINE+1]]:10: remark: [Passed] sink-projections | Category:motion | Remark="its product, which is only stacked, leaves the loop: 80 B of weights are read once, not at each step"
    %a = contract "bk,kn->bn" %n, %v
    // SINK: [[@LINE+1]]:10: remark: [Missed] sink-projections | Category:motion | Remark="its product, which is only stacked, stays in the loop, as its 40 B of weights stay in the cache"
    %b = contract "bk,kn->bn" %n, %small
    %e = math.exp %x : tensor<2x5xf32>
    // SINK: [[@LINE+1]]:10: remark: [Missed] sink-projections | Category:motion | Remark="its product, which is only stacked, stays in the loop, as its operand is larger and kept for nothing else"
    %c = contract "bk,kn->bn" %e, %v
    yield %n emit %a, %b, %c
  }
  return %as, %bs, %cs : tensor<?x2x4xf32>, tensor<?x2x2xf32>, tensor<?x2x4xf32>
}

func.func @sums(%xs: tensor<?x2x5xf32>, %c0: tensor<5x5xf32>, %d0: tensor<2x5xf32>) -> (tensor<5x5xf32>, tensor<2x5xf32>) {
  %c1, %d1 = vellum.scan for %x in %xs carry %c = %c0, %d = %d0 {
    // SUM: [[@LINE+1]]:10: remark: [Passed] sink-accumulators | Category:motion | Remark="what it adds to a gradient at each step is summed in one operation after the loop"
    %p = contract "bk,bn->kn" %x, %x
    %cp = arith.addf %c, %p : tensor<5x5xf32>
    %e = math.exp %x : tensor<2x5xf32>
    // SUM: [[@LINE+1]]:11: remark: [Missed] sink-accumulators | Category:motion | Remark="what it adds to a carried value at each step is added in the loop, as it is neither a product nor a sum"
    %de = arith.addf %d, %e : tensor<2x5xf32>
    yield %cp, %de
  }
  return %c1, %d1 : tensor<5x5xf32>, tensor<2x5xf32>
}

func.func @kept(%xs: tensor<?x?x5xf32>, %h0: tensor<?x5xf32>) -> tensor<?x5xf32> {
  %h1 = vellum.scan for %x in %xs carry %h = %h0 {
    // KEEP-DAG: [[@LINE+1]]:10: remark: [Analysis] differentiate | Category:memory | {{.*}}BytesKeptPerStep=20{{.*}}"keeps 20 B per sample of each step for the backward pass"
    %t = math.tanh %h : tensor<?x5xf32>
    // KEEP-DAG: [[@LINE+1]]:10: remark: [Analysis] differentiate | Category:memory | Remark="computed again in the backward pass"
    %s = arith.addf %t, %x : tensor<?x5xf32>
    %m = arith.mulf %s, %t : tensor<?x5xf32>
    %n = arith.mulf %s, %m : tensor<?x5xf32>
    yield %n
  }
  return %h1 : tensor<?x5xf32>
}
