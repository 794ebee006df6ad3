// RUN: vellum-opt %s --vellum-lower-scan --canonicalize --cse --split-input-file --verify-diagnostics | FileCheck %s

// Scalars are carried in registers; what is emitted goes to its stack.
// CHECK-LABEL: func.func @scalar
// CHECK-SAME:    (%{{.*}}, %[[K0:[^:]+]]: i64)
// CHECK:         %[[STACK:.*]] = memref.alloc(%[[T:.*]]) : memref<?x4xf32>
// CHECK:         %[[K:.*]] = scf.for %[[I:.*]] = %{{.*}} iter_args(%[[S:.*]] = %[[K0]]) -> (i64)
// CHECK:           %[[SLOT:.*]] = memref.subview %[[STACK]][%[[I]], 0]
// CHECK:           %[[N:.*]] = arith.addi %[[S]]
// CHECK:           %[[Y:.*]] = math.exp
// CHECK:           materialize_in_destination %[[Y]] in restrict writable %[[SLOT]]
// CHECK:           scf.yield %[[N]]
// CHECK:         %[[ALL:.*]] = bufferization.to_tensor %[[STACK]]
// CHECK:         return %[[K]], %[[ALL]]
func.func @scalar(%xs: tensor<?x4xf32>, %k0: i64) -> (i64, tensor<?x4xf32>) {
  %one = arith.constant 1 : i64
  %k, %all = vellum.scan for %x in %xs carry %s = %k0 {
    %n = arith.addi %s, %one : i64
    %y = math.exp %x : tensor<4xf32>
    yield %n emit %y
  }
  return %k, %all : i64, tensor<?x4xf32>
}

// An inner scan's stack is as long as what it runs over; the outer stack's
// memory is taken before either loop.
// CHECK-LABEL: func.func @nested
// CHECK-SAME:    (%[[XS:[^:]+]]: {{.*}})
// CHECK-DAG:     %[[T:.*]] = tensor.dim %[[XS]], %c0
// CHECK-DAG:     %[[U:.*]] = tensor.dim %[[XS]], %c1
// CHECK:         memref.alloc(%[[T]], %[[U]]) : memref<?x?x4xf32>
// CHECK:         scf.for
// CHECK:           scf.for
func.func @nested(%xs: tensor<?x?x4xf32>) -> tensor<?x?x4xf32> {
  %ys = vellum.scan for %x in %xs {
    %zs = scan for %a in %x {
      %b = math.exp %a : tensor<4xf32>
      yield emit %b
    }
    yield emit %zs
  }
  return %ys : tensor<?x?x4xf32>
}

// A quotient is computed before the loop by a divisor that is not 0 there
// either: the loop may take no step.
// CHECK-LABEL: func.func @quotient
// CHECK-SAME:    (%{{.*}}: tensor<?xf32>, %[[N:[^:]+]]: index, %[[M:[^:]+]]: index)
// CHECK:         %[[DIVISOR:.*]] = arith.maxui %[[M]], %c1
// CHECK:         %[[SIZE:.*]] = arith.divui %[[N]], %[[DIVISOR]]
// CHECK:         memref.alloc(%{{.*}}, %[[SIZE]]) : memref<?x?xf32>
func.func @quotient(%xs: tensor<?xf32>, %n: index, %m: index) -> tensor<?x?xf32> {
  %zero = arith.constant 0.0 : f32
  %ys = vellum.scan for %x in %xs {
    %size = arith.divui %n, %m : index
    %y = tensor.splat %zero[%size] : tensor<?xf32>
    yield emit %y
  }
  return %ys : tensor<?x?xf32>
}

// What is padded is longer by that.
// CHECK-LABEL: func.func @padded
// CHECK-DAG:     %[[U:.*]] = tensor.dim %{{.*}}, %c1
// CHECK:         %[[SUM:.*]] = arith.addi %[[U]], %c3
// CHECK:         memref.alloc(%{{.*}}, %[[SUM]]) : memref<?x?xf32>
func.func @padded(%xs: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %zero = arith.constant 0.0 : f32
  %ys = vellum.scan for %x in %xs {
    %y = tensor.pad %x low[1] high[2] {
    ^bb0(%i: index):
      tensor.yield %zero : f32
    } : tensor<?xf32> to tensor<?xf32>
    yield emit %y
  }
  return %ys : tensor<?x?xf32>
}

// A concatenation is as long as its parts together.
// CHECK-LABEL: func.func @joined
// CHECK-SAME:    (%[[XS:[^:]+]]: {{.*}}, %[[Y:[^:]+]]: tensor<3xf32>)
// CHECK-DAG:     %[[U:.*]] = tensor.dim %[[XS]], %c1
// CHECK:         %[[SUM:.*]] = arith.addi %[[U]], %c3
// CHECK:         memref.alloc(%{{.*}}, %[[SUM]]) : memref<?x?xf32>
// CHECK:         scf.for
func.func @joined(%xs: tensor<?x?xf32>, %y: tensor<3xf32>) -> tensor<?x?xf32> {
  %ys = vellum.scan for %x in %xs {
    %both = tensor.concat dim(0) %x, %y : (tensor<?xf32>, tensor<3xf32>) -> tensor<?xf32>
    yield emit %both
  }
  return %ys : tensor<?x?xf32>
}

// -----

func.func @unknown(%xs: tensor<?x4xf32>, %ns: tensor<?xindex>) -> tensor<?x?xf32> {
  // expected-error @below {{emits a value whose size in dimension 0 is not known before the loop starts}}
  %ys = vellum.scan for %x in %xs, %n in %ns {
    %m = tensor.extract %n[] : tensor<index>
    %y = tensor.empty(%m) : tensor<?xf32>
    yield emit %y
  }
  return %ys : tensor<?x?xf32>
}
