// RUN: vellum-opt %s --vellum-lower-scan --canonicalize --cse --split-input-file | FileCheck %s

// Slices that steps insert are written to one buffer, which is never copied.
// CHECK-LABEL: func.func @insert
// CHECK-SAME:    (%[[XS:[^:]+]]: {{.*}})
// CHECK:         %[[ALL:.*]] = memref.alloc(%[[N:.*]]) : memref<?x4xf32>
// CHECK:         scf.for %[[T:.*]] =
// CHECK:           %[[Y:.*]] = math.tanh
// CHECK:           %[[AT:.*]] = arith.muli %[[T]], %c2
// CHECK:           %[[PART:.*]] = memref.subview %[[ALL]][%[[AT]], 0] [2, 4] [1, 1]
// CHECK:           materialize_in_destination %[[Y]] in restrict writable %[[PART]]
// CHECK-NOT:       materialize_in_destination
// CHECK:         %[[RESULT:.*]] = bufferization.to_tensor %[[ALL]]
// CHECK:         return %[[RESULT]]
func.func @insert(%xs: tensor<?x2x4xf32>, %n: index) -> tensor<?x4xf32> {
  %two = arith.constant 2 : index
  %empty = tensor.empty(%n) : tensor<?x4xf32>
  %all = vellum.scan at %t for %x in %xs carry %ys = %empty {
    %y = math.tanh %x : tensor<2x4xf32>
    %at = arith.muli %t, %two : index
    %ys1 = tensor.insert_slice %y into %ys[%at, 0] [2, 4] [1, 1] : tensor<2x4xf32> into tensor<?x4xf32>
    yield %ys1
  }
  return %all : tensor<?x4xf32>
}

// -----

// Memory that the result goes to anyway is written by the steps. All of them
// run, though nothing is left that asks for the result.
// CHECK-LABEL: func.func @destination
// CHECK:         %[[MEMORY:.*]] = memref.alloc(%{{.*}}) : memref<?x4xf32>
// CHECK-NOT:     memref.alloc
// CHECK:         %[[STEPS:.*]] = tensor.dim %{{.*}}, %c0
// CHECK:         scf.for %[[T:.*]] = %c0 to %[[STEPS]] step
// CHECK:           memref.subview %[[MEMORY]][%[[T]], 0] [1, 4] [1, 1]
// CHECK-NOT:     materialize_in_destination {{.*}} %[[MEMORY]]
// CHECK:         return
func.func @destination(%xs: tensor<?x1x4xf32>, %n: index) -> memref<?x4xf32> {
  %memory = memref.alloc(%n) : memref<?x4xf32>
  %empty = tensor.empty(%n) : tensor<?x4xf32>
  %all = vellum.scan at %t for %x in %xs carry %ys = %empty {
    %y = math.tanh %x : tensor<1x4xf32>
    %ys1 = tensor.insert_slice %y into %ys[%t, 0] [1, 4] [1, 1] : tensor<1x4xf32> into tensor<?x4xf32>
    yield %ys1
  }
  bufferization.materialize_in_destination %all in restrict writable %memory : (tensor<?x4xf32>, memref<?x4xf32>) -> ()
  return %memory : memref<?x4xf32>
}

// -----

// Where only the values before each step are read, the last step is not run.
// CHECK-LABEL: func.func @before
// CHECK:         %[[STEPS:.*]] = tensor.dim %{{.*}}, %c0
// CHECK:         %[[SOME:.*]] = arith.maxui %[[STEPS]], %c1
// CHECK:         %[[LESS:.*]] = arith.subi %[[SOME]], %c1
// CHECK:         scf.for %{{.*}} = %c0 to %[[LESS]] step
func.func @before(%xs: tensor<?x4xf32>, %h0: tensor<4xf32>) -> tensor<?x4xf32> {
  %last, %hs = vellum.scan for %x in %xs carry %h = %h0 {
    %h1 = arith.addf %h, %x : tensor<4xf32>
    yield %h1 emit %h
  }
  return %hs : tensor<?x4xf32>
}

// -----

// A segment may be shorter than the others: its memory has room for a full one,
// so that it is taken before the loop over segments.
// CHECK-LABEL: func.func @room
// CHECK-SAME:    %[[K:[^:]+]]: index)
// CHECK:         scf.for
// CHECK:           %[[SIZE:.*]] = arith.minui
// CHECK:           %[[ROOM:.*]] = memref.alloc(%[[K]]) : memref<?x4xf32>
// CHECK:           scf.for %{{.*}} = %c0 to %[[SIZE]] step
// CHECK:           memref.subview %[[ROOM]][0, 0] [%[[SIZE]], 4] [1, 1]
func.func @room(%xs: tensor<?x4xf32>, %d0: tensor<4xf32>, %count: index, %k: index) -> tensor<4xf32> {
  %zero = arith.constant 0 : index
  %steps = tensor.dim %xs, %zero : tensor<?x4xf32>
  %last = vellum.scan at %s carry %d = %d0 length %count {
    %from = arith.muli %s, %k : index
    %left = arith.subi %steps, %from : index
    %size = arith.minui %k, %left : index
    %part = tensor.extract_slice %xs[%from, 0] [%size, 4] [1, 1] : tensor<?x4xf32> to tensor<?x4xf32>
    %as = scan for %x in %part {
      %a = math.tanh %x : tensor<4xf32>
      yield emit %a
    }
    %d1 = scan reverse for %a in %as carry %g = %d {
      %g1 = arith.mulf %g, %a : tensor<4xf32>
      yield %g1
    }
    yield %d1
  }
  return %last : tensor<4xf32>
}
