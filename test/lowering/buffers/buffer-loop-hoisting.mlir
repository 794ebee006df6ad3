// What we rely on upstream's passes for: memory leaves a loop, what is written to it does not; and it stays where it is handed
// to the next iteration, which still reads it when it writes its own.
//
// RUN: vellum-opt %s --pass-pipeline='builtin.module(loop-invariant-code-motion,func.func(buffer-loop-hoisting))' | FileCheck %s

// CHECK-LABEL: func.func @written
// CHECK:         memref.alloc
// CHECK:         scf.for
// CHECK-NEXT:      linalg.fill
// CHECK-NEXT:      linalg.add
func.func @written(%n: index, %out: memref<8xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f32
  scf.for %i = %c0 to %n step %c1 {
    %new = memref.alloc() : memref<8xf32>
    linalg.fill ins(%zero : f32) outs(%new : memref<8xf32>)
    linalg.add ins(%new, %out : memref<8xf32>, memref<8xf32>) outs(%new : memref<8xf32>)
    memref.copy %new, %out : memref<8xf32> to memref<8xf32>
  }
  return
}

// CHECK-LABEL: func.func @handed_on
// CHECK-NOT:     memref.alloc
// CHECK:         scf.for
// CHECK-NOT:     memref.alloc
// CHECK:         scf.for
// CHECK:           memref.alloc
func.func @handed_on(%init: memref<8xf32>, %n: index, %out: memref<8xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %last = scf.for %i = %c0 to %n step %c1 iter_args(%m = %init) -> (memref<8xf32>) {
    %inner = scf.for %j = %c0 to %n step %c1 iter_args(%k = %m) -> (memref<8xf32>) {
      %new = memref.alloc() : memref<8xf32>
      linalg.exp ins(%k : memref<8xf32>) outs(%new : memref<8xf32>)
      scf.yield %new : memref<8xf32>
    }
    scf.yield %inner : memref<8xf32>
  }
  memref.copy %last, %out : memref<8xf32> to memref<8xf32>
  return
}
