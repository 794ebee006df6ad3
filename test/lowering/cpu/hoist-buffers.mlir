// RUN: vellum-opt %s --pass-pipeline='builtin.module(func.func(vellum-hoist-buffers))' | FileCheck %s

// CHECK-LABEL: func.func @loop
// CHECK:         memref.alloc
// CHECK:         scf.for
func.func @loop(%n: index, %out: memref<4xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c0 to %n step %c1 {
    %m = memref.alloc() : memref<4xf32>
    memref.copy %m, %out : memref<4xf32> to memref<4xf32>
  }
  return
}

// CHECK-LABEL: func.func @none
// CHECK-NEXT:    %[[M:.*]] = memref.alloc
// CHECK-NEXT:    return %[[M]]
func.func @none() -> memref<4xf32> {
  %m = memref.alloc() : memref<4xf32>
  return %m : memref<4xf32>
}
