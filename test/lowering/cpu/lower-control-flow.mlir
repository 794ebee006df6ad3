// RUN: vellum-opt %s --vellum-lower-control-flow | FileCheck %s
// RUN: vellum-opt %s --vellum-lower-control-flow >%t.mlir
// RUN: vellum-opt %s --convert-scf-to-cf | diff %t.mlir -

// Loops in a row and in one another become blocks in the order of the text,
// whichever is lowered first: what upstream's pass makes.

// CHECK-LABEL: func.func @loops
// CHECK-NOT:     scf
// CHECK:         cf.br ^bb1(
// CHECK:       ^bb1(
// CHECK:         call @first
// CHECK:         call @second
// CHECK:         cf.cond_br %{{.*}}, ^[[YES:.*]], ^[[NO:.*]]
// CHECK:         call @third
// CHECK:         return
func.func @loops(%n: index, %c: i1) -> index {
  %0 = arith.constant 0 : index
  %1 = arith.constant 1 : index
  scf.for %i = %0 to %n step %1 {
    func.call @first(%i) : (index) -> ()
    scf.for %j = %0 to %i step %1 {
      func.call @second(%j) : (index) -> ()
    }
    scf.if %c {
      func.call @second(%i) : (index) -> ()
    }
  }
  %last = scf.for %i = %0 to %n step %1 iter_args(%x = %0) -> index {
    scf.if %c {
      func.call @third(%x) : (index) -> ()
    }
    scf.yield %i : index
  }
  return %last : index
}

func.func private @first(index)
func.func private @second(index)
func.func private @third(index)
