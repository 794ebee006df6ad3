// What is wrong with an access of memory is said at the op that makes it. A program that is wrong from the start is not
// checked further, which is a warning.
// RUN: vellum-opt %s --verify-memory --canonicalize -o /dev/null 2>&1 | FileCheck %s

#i = affine_map<(i, j) -> (i)>
#j = affine_map<(i, j) -> (j)>
#back = affine_map<(i) -> (3 - i)>
#id = affine_map<(i) -> (i)>

// CHECK:      accesses.mlir:[[@LINE+3]]:3: warning: @unwritten is not checked, as it has no results: 'linalg.exp' op reads word 0 of the buffer of 4 words, which nothing has written
func.func @unwritten(%y: memref<4xf32>) {
  %a = memref.alloc() : memref<4xf32>
  linalg.exp ins(%a : memref<4xf32>) outs(%y : memref<4xf32>)
  return
}

// A copy moves what is not there; its user is told.
// CHECK:      accesses.mlir:[[@LINE+5]]:3: warning: @copied {{.*}}: 'linalg.exp' op reads word 0
func.func @copied(%y: memref<4xf32>) {
  %a = memref.alloc() : memref<4xf32>
  %b = memref.alloc() : memref<4xf32>
  memref.copy %a, %b : memref<4xf32> to memref<4xf32>
  linalg.exp ins(%b : memref<4xf32>) outs(%y : memref<4xf32>)
  return
}

// CHECK:      accesses.mlir:[[@LINE+5]]:8: warning: @outside {{.*}}: 'memref.load' op index 4 lies outside a dimension of 3
func.func @outside(%x: memref<?xf32>, %i: index) -> f32 {
  %two = arith.constant 2 : index
  %j = arith.addi %i, %two : index
  // `?` is 3, an index 2.
  %0 = memref.load %x[%j] : memref<?xf32>
  return %0 : f32
}

// CHECK:      accesses.mlir:[[@LINE+2]]:8: warning: @beyond {{.*}}: 'memref.subview' op takes 3 from 2 by 1, outside a dimension of 4
func.func @beyond(%x: memref<4xf32>, %y: memref<3xf32>, %i: index) {
  %s = memref.subview %x[%i] [3] [1] : memref<4xf32> to memref<3xf32, strided<[1], offset: ?>>
  linalg.exp ins(%s : memref<3xf32, strided<[1], offset: ?>>) outs(%y : memref<3xf32>)
  return
}

// The order of the iterations would matter.
// CHECK:      accesses.mlir:[[@LINE+2]]:3: warning: @reversed {{.*}}: 'linalg.generic' op reads word {{.*}} of argument 0 in one iteration and writes it in another
func.func @reversed(%x: memref<4xf32>) {
  linalg.generic {indexing_maps = [#back, #id], iterator_types = ["parallel"]}
      ins(%x : memref<4xf32>) outs(%x : memref<4xf32>) {
  ^bb0(%in: f32, %old: f32):
    linalg.yield %in : f32
  }
  return
}

// CHECK:      accesses.mlir:[[@LINE+3]]:3: warning: @shifted {{.*}}: 'vellum_cpu.kernel' op 'shift' reads word 0 of argument 0 and writes another element there
func.func @shifted(%x: memref<4xf32>, %taps: memref<3xf32>) {
  %no = arith.constant 0 : i64
  vellum_cpu.kernel "shift" ins(%x, %taps : memref<4xf32>, memref<3xf32>) scalars(%no, %no) outs(%x : memref<4xf32>)
  return
}

// One tile reads what another one writes.
// CHECK:      accesses.mlir:[[@LINE+7]]:10: warning: @tiles {{.*}}: 'memref.load' op reads word 0 of argument 0, which another tile writes
func.func @tiles(%x: memref<4xf32>) {
  %c0 = arith.constant 0 : index
  %one = arith.constant 1.0 : f32
  scf.forall (%t) in (4) {
    // The first tile writes the word before.
    memref.store %one, %x[%t] : memref<4xf32>
    %0 = memref.load %x[%c0] : memref<4xf32>
    memref.store %0, %x[%t] : memref<4xf32>
  }
  return
}

// A tensor that is a view of memory is what was there when the view was made.
// CHECK:      accesses.mlir:[[@LINE+5]]:8: warning: @view {{.*}}: 'math.exp' op reads word 0 of argument 0, which holds 1, not {{.*}} as when the tensor became a view of it
func.func @view(%x: memref<4xf32>) -> tensor<4xf32> {
  %one = arith.constant 1.0 : f32
  %t = bufferization.to_tensor %x restrict : memref<4xf32> to tensor<4xf32>
  linalg.fill ins(%one : f32) outs(%x : memref<4xf32>)
  %0 = math.exp %t : tensor<4xf32>
  return %0 : tensor<4xf32>
}

// CHECK:      accesses.mlir:[[@LINE+2]]:3: warning: @kernel {{.*}}: 'vellum_cpu.kernel' op names the kernel 'nonesuch', whose meaning the interpreter does not know
func.func @kernel(%x: memref<4xf32>) {
  vellum_cpu.kernel "nonesuch" outs(%x : memref<4xf32>)
  return
}

// What is right is not spoken of.
// CHECK-NOT: @right
func.func @right(%x: memref<4xf32>, %y: memref<4xf32>) {
  linalg.exp ins(%x : memref<4xf32>) outs(%x : memref<4xf32>)
  vellum_cpu.kernel "softmax" ins(%x : memref<4xf32>) outs(%x : memref<4xf32>)
  memref.copy %x, %y : memref<4xf32> to memref<4xf32>
  return
}
