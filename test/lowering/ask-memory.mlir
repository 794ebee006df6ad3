// RUN: vellum-opt %s --vellum-ask-memory --canonicalize | FileCheck %s

// A step saves what it emits, 16 bytes a sample, and the history of what it
// carries, as much again. Both are emitted, one of them twice.
// CHECK-LABEL: func.func @rnn.memory
// CHECK-SAME:    (%[[XS:[^:]+]]: tensor<?x?x4xf32>, %{{.*}}: tensor<?x4xf32>) -> (index, index) {
// CHECK-DAG:     %[[UNKNOWN:.*]] = arith.constant -1 : index
// CHECK-DAG:     %[[BATCH:.*]] = tensor.dim %[[XS]], %c1
// CHECK-DAG:     %[[EMITTED:.*]] = arith.muli %[[BATCH]], %c16
// CHECK-DAG:     %[[CARRIED:.*]] = arith.muli %{{.*}}, %c16
// CHECK-NOT:     vellum.scan
// CHECK:         %[[SUM:.*]] = arith.addi %[[EMITTED]], %[[CARRIED]]
// CHECK:         return %[[SUM]], %[[UNKNOWN]] : index, index
// CHECK-LABEL: func.func @rnn(
// CHECK:         vellum.scan
func.func @rnn(%xs: tensor<?x?x4xf32>, %h0: tensor<?x4xf32>) -> (tensor<?x?x4xf32>, tensor<?x?x4xf32>, tensor<?x?x4xf32>) {
  %last, %before, %after, %ys = vellum.scan for %x in %xs carry %h = %h0 {
    %h1 = arith.addf %h, %x : tensor<?x4xf32>
    yield %h1 emit %h, %h1, %x
  }
  return %before, %after, %ys : tensor<?x?x4xf32>, tensor<?x?x4xf32>, tensor<?x?x4xf32>
}

// A length that the function draws is drawn to know the memory; here no number
// needs it.
// CHECK-LABEL: func.func @drawn.memory
// CHECK-SAME:    -> (index, index) {
// CHECK-NOT:     vellum.random
// CHECK-DAG:     %[[EIGHT:.*]] = arith.constant 8 : index
// CHECK-DAG:     %[[UNKNOWN:.*]] = arith.constant -1 : index
// CHECK:         return %[[EIGHT]], %[[UNKNOWN]]
func.func @drawn(%key: i64) -> (i32 {vellum.name = "steps"}, tensor<?x2xf32>) {
  %drawn = vellum.random bits %key : tensor<i32>
  %number = tensor.extract %drawn[] : tensor<i32>
  %length = arith.index_castui %number : i32 to index
  %one = arith.constant dense<1.0> : tensor<2xf32>
  %ys = vellum.scan at %t length %length {
    yield emit %one
  }
  return %number, %ys : i32, tensor<?x2xf32>
}

// CHECK-LABEL: func.func @free.memory
// CHECK:         %[[ZERO:.*]] = arith.constant 0 : index
// CHECK:         return %[[ZERO]], %{{.*}}
func.func @free(%x: tensor<4xf32>) -> tensor<4xf32> {
  return %x : tensor<4xf32>
}

// CHECK-NOT: @own.memory
func.func private @own(%x: tensor<4xf32>) -> tensor<4xf32> {
  return %x : tensor<4xf32>
}
