// A step of training the copy task has two loops over time, forward and back:
// neither takes memory nor moves a value. Both are in the function for a tile of
// samples. No other loop is there yet. This is what vellum runs: vellum-opt knows
// more of the upstream dialects' interfaces, which hid that buffers stayed.
//
// RUN: vellum train %examples/ntm-copy/ntm-copy.mlir --print-after=bufferize --stop-after=bufferize \
// RUN:   | FileCheck %s --strict-whitespace --check-prefixes=CHECK,BACKWARD
//
// Nor in the compiler, which knows fewer dialects and interfaces than vellum-opt.
//
// RUN: vellum train %examples/ntm-copy/ntm-copy.mlir --print-after=bufferize --stop-after=bufferize \
// RUN:   | FileCheck %s --strict-whitespace --check-prefixes=CHECK,BACKWARD
//
// A piece of an input that is emitted has to be copied, which the check sees.
//
// RUN: vellum-opt %s --vellum-cpu-fuse --vellum-cpu-bufferize > %t.copies.mlir
// RUN: FileCheck %s --check-prefix=COPY < %t.copies.mlir
// RUN: not FileCheck %s --strict-whitespace < %t.copies.mlir

// CHECK:func.func private @train_step.body(
// BACKWARD:func.func private @train_step.body.tile(
// CHECK:{{^    scf.for .*$}}
// CHECK-NOT:{{memref.alloc|memref.copy|linalg.copy}}
// CHECK:{{^    [}]$}}
// BACKWARD:{{^    scf.for .*$}}
// BACKWARD-NOT:{{memref.alloc|memref.copy|linalg.copy}}
// BACKWARD:{{^    [}]$}}
// CHECK-NOT:scf.for

// COPY: scf.for
// COPY: memref.copy
func.func @train_step(%xs: tensor<?x4xf32>) -> tensor<?x6xf32> {
  %ys = vellum.scan for %x in %xs {
    %left = slice %x from 0 size 2
    %y = concat %left, %x
    yield emit %y
  }
  return %ys : tensor<?x6xf32>
}
