// RUN: vellum-opt %s --vellum-allocate-first | FileCheck %s

// What is allocated behind a write to an argument comes before it, unless its
// size is not known there.
// CHECK-LABEL: func.func @step
// CHECK:         linalg.fill {{.*}} outs(%{{.*}} : memref<?xf32>)
// CHECK:         memref.alloc() : memref<4xf32>
// CHECK-NEXT:    linalg.fill {{.*}} outs(%arg0 : memref<4xf32>)
// CHECK:         memref.load
// CHECK:         memref.alloc(%{{.*}}) : memref<?xf32>
func.func @step(%arg0: memref<4xf32>, %n: index, %sizes: memref<index>) {
  %zero = arith.constant 0.0 : f32
  %a = memref.alloc(%n) : memref<?xf32>
  linalg.fill ins(%zero : f32) outs(%a : memref<?xf32>)
  linalg.fill ins(%zero : f32) outs(%arg0 : memref<4xf32>)
  %b = memref.alloc() : memref<4xf32>
  linalg.fill ins(%zero : f32) outs(%b : memref<4xf32>)
  %m = memref.load %sizes[] : memref<index>
  %c = memref.alloc(%m) : memref<?xf32>
  linalg.fill ins(%zero : f32) outs(%c : memref<?xf32>)
  return
}
