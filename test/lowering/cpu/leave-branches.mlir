// RUN: vellum-opt %s --vellum-leave-branches --allow-unregistered-dialect | FileCheck %s

// CHECK-LABEL: func.func @known
// CHECK-SAME:    %[[X:[^:]+]]: memref<?xf32>
// CHECK:         scf.for
// CHECK:           %[[N:.*]] = memref.dim %[[X]]
// CHECK:           %[[M:.*]] = arith.addi %[[N]]
// CHECK-DAG:       memref.alloc(%[[M]]) : memref<?xf32>
// CHECK-DAG:       memref.alloc() : memref<4xf32>
// CHECK:           scf.if
// CHECK-NOT:         memref.alloc
func.func @known(%x: memref<?xf32>, %c: i1, %d: i1) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  scf.for %i = %c0 to %c8 step %c1 {
    scf.if %c {
      scf.if %d {
        %n = memref.dim %x, %c0 : memref<?xf32>
        %m = arith.addi %n, %c1 : index
        %y = memref.alloc(%m) : memref<?xf32>
        "test.use"(%y) : (memref<?xf32>) -> ()
      }
    } else {
      %z = memref.alloc() : memref<4xf32>
      "test.use"(%z) : (memref<4xf32>) -> ()
    }
  }
  return
}

// A number is a size if other memory is taken with it; any other may be what the branch is there for.
// CHECK-LABEL: func.func @numbers
// CHECK-SAME:    index, %[[SIZE:[^:]+]]: index
// CHECK:         memref.alloc(%[[SIZE]])
// CHECK:         memref.alloc(%[[SIZE]])
// CHECK-NEXT:    scf.if
// CHECK-NEXT:      memref.alloc(
func.func @numbers(%number: index, %size: index, %c: i1) {
  %x = memref.alloc(%size) : memref<?xf32>
  "test.use"(%x) : (memref<?xf32>) -> ()
  scf.if %c {
    %y = memref.alloc(%number) : memref<?xf32>
    %z = memref.alloc(%size) : memref<?xf32>
    "test.use"(%y, %z) : (memref<?xf32>, memref<?xf32>) -> ()
  }
  return
}
