// RUN: vellum-opt %s --vellum-lower-scan --canonicalize --cse | FileCheck %s

// Two slots alternate where nobody reads the history.
// CHECK-LABEL: func.func @two_slots
// CHECK-SAME:    (%[[XS:[^:]+]]: {{.*}}, %[[C0:[^:]+]]: {{.*}})
// CHECK:         %[[T:.*]] = tensor.dim %[[XS]]
// CHECK:         %[[SLOTS:.*]] = memref.alloc() : memref<2x4xf32>
// CHECK:         %[[FIRST:.*]] = memref.subview %[[SLOTS]][0, 0]
// CHECK:         bufferization.materialize_in_destination %[[C0]] in restrict writable %[[FIRST]]
// CHECK:         scf.for %[[I:.*]] = %{{.*}} to %[[T]]
// CHECK-NOT:       iter_args
// CHECK:           %[[X:.*]] = tensor.extract_slice %[[XS]][%[[I]], 0] [1, 4]
// CHECK:           %[[FROM:.*]] = arith.remui %[[I]], %{{.*}}
// CHECK:           %[[OLD:.*]] = memref.subview %[[SLOTS]][%[[FROM]], 0]
// CHECK:           %[[C:.*]] = bufferization.to_tensor %[[OLD]] restrict
// CHECK:           %[[NEXT:.*]] = arith.addi %[[I]]
// CHECK:           %[[TO:.*]] = arith.remui %[[NEXT]]
// CHECK:           %[[NEW:.*]] = memref.subview %[[SLOTS]][%[[TO]], 0]
// CHECK:           %[[SUM:.*]] = arith.addf %[[C]], %[[X]]
// CHECK:           bufferization.materialize_in_destination %[[SUM]] in restrict writable %[[NEW]]
// CHECK:         }
// CHECK:         %[[LAST:.*]] = arith.remui %[[T]]
// CHECK:         %[[END:.*]] = memref.subview %[[SLOTS]][%[[LAST]], 0]
// CHECK:         bufferization.to_tensor %[[END]]
func.func @two_slots(%xs: tensor<?x4xf32>, %c0: tensor<4xf32>) -> tensor<4xf32> {
  %c = vellum.scan for %x in %xs carry %s = %c0 {
    %n = arith.addf %s, %x : tensor<4xf32>
    yield %n
  }
  return %c : tensor<4xf32>
}

// The emitted stack is the carry's slots, without the initial value.
// CHECK-LABEL: func.func @after
// CHECK:         %[[T:.*]] = tensor.dim
// CHECK:         %[[NEXT:.*]] = arith.addi %[[T]], %{{.*}}
// CHECK:         %[[COUNT:.*]] = arith.maxui %[[NEXT]], %{{.*}}
// CHECK:         %[[SLOTS:.*]] = memref.alloc(%[[COUNT]]) : memref<?x4xf32>
// CHECK-NOT:     memref.alloc
// CHECK:         scf.for %[[I:.*]] =
// CHECK:           %[[OLD:.*]] = memref.subview %[[SLOTS]][%[[I]], 0]
// CHECK:           bufferization.to_tensor %[[OLD]]
// CHECK:           %[[NEXT:.*]] = arith.addi %[[I]]
// CHECK:           %[[NEW:.*]] = memref.subview %[[SLOTS]][%[[NEXT]], 0]
// CHECK:           materialize_in_destination %{{.*}} in restrict writable %[[NEW]]
// CHECK-NOT:       materialize_in_destination
// CHECK:         }
// CHECK:         %[[STACK:.*]] = memref.subview %[[SLOTS]][1, 0] [%[[T]], 4]
// CHECK:         %[[CAST:.*]] = memref.cast %[[STACK]]
// CHECK:         %[[ALL:.*]] = bufferization.to_tensor %[[CAST]]
// CHECK:         return %[[ALL]]
func.func @after(%xs: tensor<?x4xf32>, %c0: tensor<4xf32>) -> tensor<?x4xf32> {
  %c, %all = vellum.scan for %x in %xs carry %s = %c0 {
    %n = arith.addf %s, %x : tensor<4xf32>
    yield %n emit %n
  }
  return %all : tensor<?x4xf32>
}

// Emitted before the step, the stack lacks the last value instead.
// CHECK-LABEL: func.func @before
// CHECK:         %[[SLOTS:.*]] = memref.alloc(%{{.*}}) : memref<?x4xf32>
// CHECK-NOT:     memref.alloc
// CHECK:         scf.for
// CHECK:         }
// CHECK:         memref.subview %[[SLOTS]][0, 0] [%{{.*}}, 4]
func.func @before(%xs: tensor<?x4xf32>, %c0: tensor<4xf32>) -> tensor<?x4xf32> {
  %c, %all = vellum.scan for %x in %xs carry %s = %c0 {
    %n = arith.addf %s, %x : tensor<4xf32>
    yield %n emit %s
  }
  return %all : tensor<?x4xf32>
}

// In reverse the slots fill from the end, in the order of time.
// CHECK-LABEL: func.func @reverse
// CHECK:         %[[T:.*]] = tensor.dim
// CHECK:         %[[SLOTS:.*]] = memref.alloc(%{{.*}}) : memref<?x4xf32>
// CHECK:         %[[FIRST:.*]] = memref.subview %[[SLOTS]][%[[T]], 0]
// CHECK:         materialize_in_destination %{{.*}} in restrict writable %[[FIRST]]
// CHECK:         scf.for %[[I:.*]] =
// CHECK:           %[[LAST:.*]] = arith.subi %[[T]], %{{.*}}
// CHECK:           %[[AT:.*]] = arith.subi %[[LAST]], %[[I]]
// CHECK:           %[[FROM:.*]] = arith.addi %[[AT]]
// CHECK:           memref.subview %[[SLOTS]][%[[FROM]], 0]
// CHECK:           %[[NEW:.*]] = memref.subview %[[SLOTS]][%[[AT]], 0]
// CHECK:           materialize_in_destination %{{.*}} in restrict writable %[[NEW]]
// CHECK:         }
// CHECK:         memref.subview %[[SLOTS]][0, 0] [1, 4]
// CHECK:         memref.subview %[[SLOTS]][1, 0] [%[[T]], 4]
func.func @reverse(%xs: tensor<?x4xf32>, %c0: tensor<4xf32>) -> (tensor<4xf32>, tensor<?x4xf32>) {
  %c, %all = vellum.scan reverse for %x in %xs carry %s = %c0 {
    %n = arith.addf %s, %x : tensor<4xf32>
    yield %n emit %s
  }
  return %c, %all : tensor<4xf32>, tensor<?x4xf32>
}

// Rows of a matrix that lie whole pages apart get a line between them; others
// do not, nor do the rows of a batch, of which products read all as one.
// CHECK-LABEL: func.func @pages
// CHECK-DAG:     memref.alloc(%{{.*}}, %{{.*}}) : memref<?x?x32x1040xf32>
// CHECK-DAG:     memref.alloc(%{{.*}}, %{{.*}}) : memref<?x?x32x1000xf32>
// CHECK-DAG:     memref.alloc(%{{.*}}, %{{.*}}) : memref<?x?x1024xf32>
// CHECK:         scf.for
// CHECK:           memref.subview {{.*}} : memref<?x?x32x1024xf32, strided<[?, 33280, 1040, 1]>>
func.func @pages(%xs: tensor<?x?x32x1024xf32>, %ys: tensor<?x?x32x1000xf32>, %zs: tensor<?x?x1024xf32>)
    -> (tensor<?x?x32x1024xf32>, tensor<?x?x32x1000xf32>, tensor<?x?x1024xf32>) {
  %a, %b, %c = vellum.scan for %x in %xs, %y in %ys, %z in %zs {
    %x1 = arith.addf %x, %x : tensor<?x32x1024xf32>
    %y1 = arith.addf %y, %y : tensor<?x32x1000xf32>
    %z1 = arith.addf %z, %z : tensor<?x1024xf32>
    yield emit %x1, %y1, %z1
  }
  return %a, %b, %c : tensor<?x?x32x1024xf32>, tensor<?x?x32x1000xf32>, tensor<?x?x1024xf32>
}
