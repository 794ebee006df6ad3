// RUN: vellum-opt %s --vellum-checkpoint-scans --canonicalize --cse --split-input-file --verify-diagnostics | FileCheck %s
// RUN: vellum-opt %s --vellum-checkpoint-scans="memory=1000 cuts=1" --canonicalize --cse --split-input-file --verify-diagnostics | FileCheck %s --check-prefix=ONCE

// The forward scan keeps the carried value at the beginning of each segment, and
// what others read of it; the reverse one computes a segment's steps again.
// CHECK-LABEL: func.func @every
// CHECK-SAME:    (%[[XS:[^:]+]]: tensor<?x4xf32>, %[[C0:[^:]+]]: tensor<4xf32>, %[[D0:[^:]+]]: tensor<4xf32>)
// CHECK:         %[[T:.*]] = tensor.dim %[[XS]], %c0
// CHECK:         %[[YS:.*]] = tensor.empty(%[[T]])
// CHECK:         %[[UP:.*]] = arith.addi %[[T]], %c7
// CHECK:         %[[COUNT:.*]] = arith.divui %[[UP]], %c8
// CHECK:         %[[F:.*]]:3 = vellum.scan at %[[S:.*]] carry %[[C:.*]] = %[[C0]], %[[Y:.*]] = %[[YS]] length %[[COUNT]] {
// CHECK:           %[[FROM:.*]] = arith.muli %[[S]], %c8
// CHECK:           %[[LEFT:.*]] = arith.subi %[[T]], %[[FROM]]
// CHECK:           %[[SIZE:.*]] = arith.minui %[[LEFT]], %c8
// CHECK:           %[[PART:.*]] = tensor.extract_slice %[[XS]][%[[FROM]], 0] [%[[SIZE]], 4] [1, 1]
// CHECK:           %[[STEPS:.*]]:2 = scan for %{{.*}} in %[[PART]] carry %{{.*}} = %[[C]] {
// CHECK:             yield %[[H1:.*]] emit %[[H1]]
// CHECK:           %[[Y1:.*]] = tensor.insert_slice %[[STEPS]]#1 into %[[Y]][%[[FROM]], 0] [%[[SIZE]], 4] [1, 1]
// CHECK:           yield %[[STEPS]]#0, %[[Y1]] emit %[[C]]
// CHECK:         %[[R:.*]]:2 = vellum.scan reverse at %{{.*}} for %[[START:.*]] in %[[F]]#2 carry %[[D:.*]] = %[[D0]], %{{.*}} = %[[YS]] {
// CHECK:           %[[AGAIN:[^:]+]]:2 = scan for %{{.*}} in %[[PART2:.*]] carry %{{.*}} = %[[START]] {
// CHECK:             yield %{{.*}} emit %{{.*}}
// CHECK:           scan reverse for %{{.*}} in %[[PART2]], %{{.*}} in %[[AGAIN]]#1 carry %{{.*}} = %[[D]] {
// CHECK:         return %[[R]]#0, %[[F]]#1, %[[R]]#1
func.func @every(%xs: tensor<?x4xf32>, %c0: tensor<4xf32>, %d0: tensor<4xf32>)
    -> (tensor<4xf32>, tensor<?x4xf32>, tensor<?x4xf32>) {
  %c, %ys, %as = vellum.scan for %x in %xs carry %h = %c0 checkpoint every 8 {
    %a = math.tanh %h : tensor<4xf32>
    %h1 = arith.addf %x, %a : tensor<4xf32>
    yield %h1 emit %h1, %a
  }
  %d, %dxs = vellum.scan reverse for %x in %xs, %a in %as carry %g = %d0 {
    %g1 = arith.mulf %g, %a : tensor<4xf32>
    %dx = arith.mulf %g1, %x : tensor<4xf32>
    yield %g1 emit %dx
  }
  return %d, %ys, %dxs : tensor<4xf32>, tensor<?x4xf32>, tensor<?x4xf32>
}

// -----

// A policy stands before the program's budget.
// ONCE-LABEL: func.func @all
// ONCE-NOT:     tensor.extract_slice
// ONCE:         return
// CHECK-LABEL: func.func @all
func.func @all(%xs: tensor<?x4xf32>, %d0: tensor<4xf32>) -> tensor<4xf32> {
  %as = vellum.scan for %x in %xs checkpoint all {
    %a = math.tanh %x : tensor<4xf32>
    yield emit %a
  }
  %d = vellum.scan reverse for %a in %as carry %g = %d0 {
    %g1 = arith.mulf %g, %a : tensor<4xf32>
    yield %g1
  }
  return %d : tensor<4xf32>
}

// -----

// With 64 bytes of state, 16 saved per step and 100 steps, segments of 20 take
// the least. Nothing is done without a budget.
// ONCE-LABEL: func.func @budget
// ONCE:         %[[F:.*]]:2 = vellum.scan at %{{.*}} carry %{{.*}} = %{{.*}} length %c5
// ONCE:           tensor.extract_slice %{{.*}}[%{{.*}}, 0] [%{{.*}}, 16]
// ONCE:         vellum.scan reverse at %{{.*}} for %{{.*}} in %[[F]]#1
// ONCE:           scan for
// ONCE:           scan reverse for
// ONCE:         return
// CHECK-LABEL: func.func @budget
// CHECK-NOT:     scan at
func.func @budget(%xs: tensor<100x16xf32>, %c0: tensor<16xf32>, %d0: tensor<4xf32>) -> (tensor<16xf32>, tensor<4xf32>) {
  %c, %as = vellum.scan for %x in %xs carry %h = %c0 {
    %h1 = arith.addf %h, %x : tensor<16xf32>
    %a = tensor.extract_slice %h1[0] [4] [1] : tensor<16xf32> to tensor<4xf32>
    yield %h1 emit %a
  }
  %d = vellum.scan reverse for %a in %as carry %g = %d0 {
    %g1 = arith.mulf %g, %a : tensor<4xf32>
    yield %g1
  }
  return %c, %d : tensor<16xf32>, tensor<4xf32>
}

// -----

// Within its own number of bytes, a scan is cut once if that is enough, which
// the program finds out.
// CHECK-LABEL: func.func @within
// CHECK:         %[[FITS:.*]] = arith.cmpi ule
// CHECK:         %[[OUTER:.*]] = arith.select %[[FITS]]
// CHECK:         vellum.scan at
// CHECK:         vellum.scan reverse at
// CHECK:           scan at
// CHECK:             scan for
// CHECK:           scan reverse at
// CHECK:             scan for
// CHECK:             scan reverse for
func.func @within(%xs: tensor<?x4xf32>, %c0: tensor<4xf32>, %d0: tensor<4xf32>) -> tensor<4xf32> {
  %c, %as = vellum.scan for %x in %xs carry %h = %c0 checkpoint within 1000 {
    %a = math.tanh %h : tensor<4xf32>
    %h1 = arith.addf %x, %a : tensor<4xf32>
    yield %h1 emit %a
  }
  %d = vellum.scan reverse for %a in %as carry %g = %d0 {
    %g1 = arith.mulf %g, %a : tensor<4xf32>
    yield %g1
  }
  return %d : tensor<4xf32>
}

// -----

// What is read otherwise than step by step cannot be computed when its turn
// comes.
// ONCE-LABEL: func.func @read
// ONCE-NOT:     tensor.extract_slice
func.func @read(%xs: tensor<?x4xf32>, %d0: tensor<4xf32>) -> (tensor<4xf32>, tensor<?x4xf32>) {
  %as = vellum.scan for %x in %xs {
    %a = math.tanh %x : tensor<4xf32>
    yield emit %a
  }
  %d = vellum.scan reverse for %a in %as carry %g = %d0 {
    %g1 = arith.mulf %g, %a : tensor<4xf32>
    yield %g1
  }
  return %d, %as : tensor<4xf32>, tensor<?x4xf32>
}

// -----

// A policy has nothing to do without a backward pass.
// CHECK-LABEL: func.func @forward
// CHECK-NOT:     tensor.extract_slice
// CHECK:         return
// ONCE-LABEL: func.func @forward
func.func @forward(%xs: tensor<?x4xf32>, %c0: tensor<4xf32>) -> tensor<4xf32> {
  %c = vellum.scan for %x in %xs carry %h = %c0 checkpoint every 8 {
    %a = math.tanh %h : tensor<4xf32>
    %h1 = arith.addf %x, %a : tensor<4xf32>
    yield %h1
  }
  return %c : tensor<4xf32>
}
