// A pass that is wrong is named, with the op that reads another value than before, the word, what it holds, and who has
// written both.
// DEFINE: %{passes} =
// DEFINE: %{break} = not vellum-opt %s --split-input-file --verify-memory \
// DEFINE:   --load-pass-plugin=%breaking_passes --pass-pipeline='builtin.module(func.func(canonicalize,%{passes},cse))'

// REDEFINE: %{passes} = test-share-buffers
// RUN: %{break} -o /dev/null 2>&1 | FileCheck %s --check-prefix=SHARE --implicit-check-not=error:
// REDEFINE: %{passes} = test-work-in-place
// RUN: %{break} -o /dev/null 2>&1 | FileCheck %s --check-prefix=PLACE --implicit-check-not=error:
// REDEFINE: %{passes} = test-drop-fills
// RUN: %{break} -o /dev/null 2>&1 | FileCheck %s --check-prefix=FILL --implicit-check-not=error:

// Passes that are right are left in peace.
// RUN: vellum-opt %s --split-input-file --verify-memory -canonicalize -cse -loop-invariant-code-motion \
// RUN:   -buffer-loop-hoisting -vellum-reuse-buffers -o /dev/null 2>&1 | count 0

#i = affine_map<(i) -> (i)>
#j = affine_map<(i) -> (3 - i)>

// Both operands are in the first buffer, of which the second op has been the last to write.
// SHARE: memory-check.mlir:[[@LINE+16]]:3: error: after 'test-share-buffers', which follows 'canonicalize': 'linalg.generic' reads word 3 of the buffer of 4 words, which holds {{.*}}, not {{.*}} as before
// SHARE: memory-check.mlir:[[@LINE+14]]:3: note: 'linalg.exp' has written it
// SHARE: memory-check.mlir:[[@LINE+12]]:3: note: what it read before was written by 'linalg.abs'
// SHARE: memory-check.mlir:[[@LINE+8]]:8: note: the buffer is taken here

// PLACE: memory-check.mlir:[[@LINE+11]]:3: error: after 'test-work-in-place'{{.*}} op reads word {{[0-3]}} of the buffer of 4 words in one iteration and writes it in another

// FILL: memory-check.mlir:[[@LINE+17]]:3: error: after 'test-drop-fills'{{.*}}: 'linalg.reduce' op reads word 0 of the buffer of 1 words, which nothing has written
// FILL: memory-check.mlir:[[@LINE+5]]:10: note: the buffer is taken here

func.func @f(%x: memref<4xf32>, %y: memref<4xf32>) -> memref<f32> {
  %a = memref.alloc() : memref<4xf32>
  %b = memref.alloc() : memref<4xf32>
  %sum = memref.alloc() : memref<f32>
  linalg.abs ins(%x : memref<4xf32>) outs(%a : memref<4xf32>)
  linalg.exp ins(%x : memref<4xf32>) outs(%b : memref<4xf32>)
  linalg.generic {indexing_maps = [#j, #i, #i], iterator_types = ["parallel"]}
      ins(%a, %b : memref<4xf32>, memref<4xf32>) outs(%y : memref<4xf32>) {
  ^bb0(%p: f32, %q: f32, %old: f32):
    %d = arith.subf %p, %q : f32
    linalg.yield %d : f32
  }
  %zero = arith.constant 0.0 : f32
  linalg.fill ins(%zero : f32) outs(%sum : memref<f32>)
  linalg.reduce ins(%y : memref<4xf32>) outs(%sum : memref<f32>) dimensions = [0]
    (%in: f32, %acc: f32) {
      %s = arith.addf %in, %acc : f32
      linalg.yield %s : f32
    }
  return %sum : memref<f32>
}
