// RUN: vellum-opt %s -vellum-expose-probes -split-input-file -verify-diagnostics | FileCheck %s

// CHECK-LABEL: func.func @f
// CHECK-SAME:    -> (tensor<4xf32>, tensor<4xf32> {vellum.probe = "whole"},
// CHECK-SAME:        tensor<?x?x4xf32> {vellum.probe = "inner"},
// CHECK-SAME:        tensor<?x4xf32> {vellum.expect_close = {atol = 2.500000e-01 : f64, rtol = 5.000000e-01 : f64}},
// CHECK-SAME:        tensor<?x4xf32> {vellum.expected})
// CHECK-NOT:   vellum.probe
// CHECK:       %[[OUTER:.*]]:4 = vellum.scan for %{{.*}} in %[[XS:.*]] carry
// CHECK:         %[[INNER:.*]]:2 = scan for %{{.*}} in %[[XS]] carry
// CHECK:           yield %[[P:.*]] emit %[[P]]
// CHECK:         yield %[[INNER]]#0 emit %[[INNER]]#1, %[[INNER]]#0, %{{.*}}
// CHECK:       return %[[OUTER]]#0, %{{.*}}, %[[OUTER]]#1, %[[OUTER]]#2, %[[OUTER]]#3
func.func @f(%xs: tensor<?x4xf32>, %a: tensor<4xf32>) -> tensor<4xf32> {
  vellum.probe "whole" %a
  %last = vellum.scan for %x in %xs carry %h = %a {
    %g = scan for %z in %xs carry %i = %h {
      %p = arith.mulf %i, %z : tensor<4xf32>
      probe "inner" %p
      yield %p
    }
    expect_close %g, %x atol 0.25 rtol 0.5
    yield %g
  }
  return %last : tensor<4xf32>
}

// -----

// A counted loop becomes a scan, whose steps are stacked.
// CHECK-LABEL: func.func @counted
// CHECK-SAME:    -> (tensor<4xf32>, tensor<3x4xf32> {vellum.probe = "step"})
// CHECK:         %[[S:.*]]:2 = vellum.scan carry %{{.*}} length %{{.*}} {
// CHECK:           yield %[[P:.*]] emit %[[P]]
// CHECK:         return %[[S]]#0, %[[S]]#1
func.func @counted(%a: tensor<4xf32>) -> tensor<4xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %y = scf.for %i = %c0 to %c3 step %c1 iter_args(%h = %a) -> tensor<4xf32> {
    %g = math.tanh %h : tensor<4xf32>
    vellum.probe "step" %g
    scf.yield %g : tensor<4xf32>
  }
  return %y : tensor<4xf32>
}

// -----

func.func @branch(%a: tensor<4xf32>, %c: i1) -> tensor<4xf32> {
  %y = scf.if %c -> tensor<4xf32> {
    // expected-error @+1 {{cannot be recorded from the body of 'scf.if'; mark a result of it, or a value of the loop around it}}
    vellum.probe "inside" %a
    scf.yield %a : tensor<4xf32>
  } else {
    scf.yield %a : tensor<4xf32>
  }
  return %y : tensor<4xf32>
}

// -----

func.func @adaptive(%s0: tensor<3x2xf32>) -> tensor<3x2xf32> {
  %s, %cost, %steps = vellum.ponder first %flag carry %state = %s0 cap 7 {
    %h = sigmoid %flag
    // expected-error @+1 {{cannot be recorded from the body of 'vellum.ponder'; mark a result of it, or a value of the loop around it}}
    probe "halting" %h
    yield %state halt %h
  }
  return %s : tensor<3x2xf32>
}
