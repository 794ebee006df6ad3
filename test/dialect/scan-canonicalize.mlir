// RUN: vellum-opt %s -canonicalize -split-input-file | FileCheck %s

// A value handed on as it came is its initial value, inside and after.
// CHECK-LABEL: @constant_carry
// CHECK-SAME: (%[[XS:.*]]: tensor<?x4xf32>, %[[H0:.*]]: tensor<4xf32>, %[[W:.*]]: tensor<4xf32>)
func.func @constant_carry(%xs: tensor<?x4xf32>, %h0: tensor<4xf32>, %w: tensor<4xf32>)
    -> (tensor<4xf32>, tensor<4xf32>) {
  // CHECK: %[[H:.*]] = vellum.scan for %[[X:.*]] in %[[XS]] carry %[[HC:.*]] = %[[H0]] {
  // CHECK-NEXT: %[[A:.*]] = arith.mulf %[[HC]], %[[W]]
  // CHECK-NEXT: %[[B:.*]] = arith.addf %[[A]], %[[X]]
  // CHECK-NEXT: yield %[[B]]
  // CHECK: return %[[H]], %[[W]]
  %h, %v = vellum.scan for %x in %xs carry %h = %h0, %v = %w {
    %a = arith.mulf %h, %v : tensor<4xf32>
    %b = arith.addf %a, %x : tensor<4xf32>
    yield %b, %v
  }
  return %h, %v : tensor<4xf32>, tensor<4xf32>
}

// -----

// Two values that only each other read, though they change at every step.
// CHECK-LABEL: @dead_cycle
func.func @dead_cycle(%xs: tensor<?x4xf32>, %h0: tensor<4xf32>) -> tensor<4xf32> {
  // CHECK: vellum.scan for %{{.*}} in %{{.*}} carry %{{[a-z0-9_]*}} = %{{[a-z0-9]*}} {
  // CHECK-NEXT: arith.addf
  // CHECK-NEXT: yield
  %h, %a, %b = vellum.scan for %x in %xs carry %h = %h0, %a = %h0, %b = %h0 {
    %h1 = arith.addf %h, %x : tensor<4xf32>
    %a1 = arith.mulf %a, %b : tensor<4xf32>
    %b1 = arith.addf %a, %x : tensor<4xf32>
    yield %h1, %a1, %b1
  }
  return %h : tensor<4xf32>
}

// -----

// A nested region keeps alive what it reads.
// CHECK-LABEL: @read_in_nested_scan
func.func @read_in_nested_scan(%xs: tensor<?x4xf32>, %h0: tensor<4xf32>) -> tensor<?x2x4xf32> {
  // CHECK: vellum.scan for %{{.*}} in %{{.*}} carry %{{.*}} = %{{.*}} {
  %c2 = arith.constant 2 : index
  %h, %ys = vellum.scan for %x in %xs carry %h = %h0 {
    %h1 = arith.addf %h, %x : tensor<4xf32>
    %y = scan length %c2 {
      yield emit %h
    }
    yield %h1 emit %y
  }
  return %ys : tensor<?x2x4xf32>
}

// -----

// Stacks that nobody reads, and the one of an input's own slices; inputs that
// are not read, and the same one twice.
// CHECK-LABEL: @stacks_and_inputs
// CHECK-SAME: (%[[XS:.*]]: tensor<?x4xf32>, %[[YS:.*]]: tensor<?x4xf32>)
func.func @stacks_and_inputs(%xs: tensor<?x4xf32>, %ys: tensor<?x4xf32>)
    -> (tensor<?x4xf32>, tensor<?x4xf32>, tensor<?x4xf32>) {
  // CHECK: %[[S:.*]] = vellum.scan for %[[X:.*]] in %[[XS]] {
  // CHECK-NEXT: %[[B:.*]] = arith.mulf %[[X]], %[[X]]
  // CHECK-NEXT: yield emit %[[B]]
  // CHECK: return %[[S]], %[[S]], %[[XS]]
  %0:4 = vellum.scan for %x in %xs, %y in %ys, %z in %xs {
    %a = arith.addf %x, %y : tensor<4xf32>
    %b = arith.mulf %x, %z : tensor<4xf32>
    yield emit %b, %a, %b, %x
  }
  return %0#0, %0#2, %0#3 : tensor<?x4xf32>, tensor<?x4xf32>, tensor<?x4xf32>
}

// -----

// T is the inputs' first dimension, so one stays though nobody reads it.
// CHECK-LABEL: @last_input
func.func @last_input(%xs: tensor<?x4xf32>, %ys: tensor<?x4xf32>, %y: tensor<3xf32>)
    -> tensor<?x3xf32> {
  // CHECK: vellum.scan for %{{[a-z0-9]*}} in %{{[a-z0-9]*}} {
  %s = vellum.scan for %a in %xs, %b in %ys {
    yield emit %y
  }
  return %s : tensor<?x3xf32>
}

// -----

// Ragged samples leave zeros in the stack, so it is not the input.
// CHECK-LABEL: @ragged_stack
func.func @ragged_stack(%xs: tensor<?x4xf32>, %n: tensor<4xi32>) -> tensor<?x4xf32> {
  // CHECK: %[[S:.*]] = vellum.scan
  // CHECK: return %[[S]]
  %s = vellum.scan for %x in %xs lengths %n {
    yield emit %x
  }
  return %s : tensor<?x4xf32>
}

// -----

// What is probed is needed, and so is what it depends on.
// CHECK-LABEL: @probed
func.func @probed(%xs: tensor<?x4xf32>, %h0: tensor<4xf32>) {
  // CHECK: vellum.scan for %{{.*}} in %{{.*}} carry
  // CHECK: probe "h"
  %h = vellum.scan for %x in %xs carry %h = %h0 {
    %h1 = arith.addf %h, %x : tensor<4xf32>
    probe "h" %h
    yield %h1
  }
  return
}

// -----

// Without any effect the scan itself goes.
// CHECK-LABEL: @unused
func.func @unused(%xs: tensor<?x4xf32>, %h0: tensor<4xf32>) {
  // CHECK-NEXT: return
  %h = vellum.scan for %x in %xs carry %h = %h0 {
    yield %x
  }
  return
}
