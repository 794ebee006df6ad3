// RUN: vellum-opt %s --vellum-pack-operands | FileCheck %s

// CHECK-DAG: #[[$LHS:.*]] = affine_map<(d0, d1, d2) -> (d0, d2)>
// CHECK-DAG: #[[$RHS:.*]] = affine_map<(d0, d1, d2) -> (d2, d1)>
// CHECK-DAG: #[[$DOT:.*]] = affine_map<(d0, d1, d2) -> (d1, d2)>
// CHECK-DAG: #[[$PANELS:.*]] = affine_map<(d0, d1, d2) -> (d1 floordiv 48, d2, d1 mod 48)>

#bk = affine_map<(b, n, k) -> (b, k)>
#kn = affine_map<(b, n, k) -> (k, n)>
#nk = affine_map<(b, n, k) -> (n, k)>
#bn = affine_map<(b, n, k) -> (b, n)>
#rows = {indexing_maps = [#bk, #kn, #bn], iterator_types = ["parallel", "parallel", "reduction"]}
#dots = {indexing_maps = [#bk, #nk, #bn], iterator_types = ["parallel", "parallel", "reduction"]}

// Rows of 92 numbers get cache lines of their own, before the scan. The backward
// step, whose dot products would be as short, reads a transposed copy; what it
// reads as long ones is left alone.
// CHECK-LABEL: func.func @heads
// CHECK-SAME:    %[[W:[^:]+]]: tensor<100x92xf32>, %[[U:[^:]+]]: tensor<100x400xf32>
// CHECK:         %[[E:.*]] = tensor.empty() : tensor<92x112xf32>
// CHECK:         %[[PLACE:.*]] = tensor.extract_slice %[[E]][0, 0] [92, 100] [1, 1]
// CHECK:         %[[TURNED:.*]] = vellum_cpu.kernel "transpose" ins(%[[W]] : tensor<100x92xf32>) outs(%[[PLACE]] : tensor<92x100xf32>)
// CHECK:         %[[F:.*]] = tensor.empty() : tensor<100x96xf32>
// CHECK:         %[[PLACE:.*]] = tensor.extract_slice %[[F]][0, 0] [100, 92] [1, 1]
// CHECK:         %[[PADDED:.*]] = vellum_cpu.kernel "copy" ins(%[[W]] : tensor<100x92xf32>) outs(%[[PLACE]] : tensor<100x92xf32>)
// CHECK-NOT:     vellum_cpu.kernel
// CHECK:         vellum.scan for %[[X:[^ ]+]] in
// CHECK:           linalg.generic {indexing_maps = [#[[$LHS]], #[[$RHS]], #{{.*}}], {{.*}} ins(%[[X]], %[[PADDED]] :
// CHECK:           linalg.generic {indexing_maps = [#[[$LHS]], #[[$RHS]], #{{.*}}], {{.*}} ins(%{{.*}}, %[[TURNED]] : tensor<?x92xf32>, tensor<92x100xf32>)
// CHECK:           linalg.generic {indexing_maps = [#[[$LHS]], #[[$DOT]], #{{.*}}], {{.*}} ins(%{{.*}}, %[[U]] :
func.func @heads(%w: tensor<100x92xf32>, %u: tensor<100x400xf32>, %xs: tensor<?x?x100xf32>, %gs: tensor<?x?x400xf32>,
    %p0: tensor<?x92xf32>, %q0: tensor<?x100xf32>) -> tensor<?x?x100xf32> {
  %ys = vellum.scan for %x in %xs, %g in %gs {
    %p = linalg.generic #rows ins(%x, %w : tensor<?x100xf32>, tensor<100x92xf32>) outs(%p0 : tensor<?x92xf32>) {
    ^bb0(%l: f32, %r: f32, %c: f32):
      %0 = arith.mulf %l, %r : f32
      %1 = arith.addf %c, %0 : f32
      linalg.yield %1 : f32
    } -> tensor<?x92xf32>
    %q = linalg.generic #dots ins(%p, %w : tensor<?x92xf32>, tensor<100x92xf32>) outs(%q0 : tensor<?x100xf32>) {
    ^bb0(%l: f32, %r: f32, %c: f32):
      %0 = arith.mulf %l, %r : f32
      %1 = arith.addf %c, %0 : f32
      linalg.yield %1 : f32
    } -> tensor<?x100xf32>
    %s = linalg.generic #dots ins(%g, %u : tensor<?x400xf32>, tensor<100x400xf32>) outs(%q : tensor<?x100xf32>) {
    ^bb0(%l: f32, %r: f32, %c: f32):
      %0 = arith.mulf %l, %r : f32
      %1 = arith.addf %c, %0 : f32
      linalg.yield %1 : f32
    } -> tensor<?x100xf32>
    yield emit %s
  }
  return %ys : tensor<?x?x100xf32>
}

// Eight columns are one chain of multiply-adds, a hundred long: dot products are
// better. Twenty short rows need no lines of their own.
// CHECK-LABEL: func.func @output
// CHECK-SAME:    %[[W:[^:]+]]: tensor<100x8xf32>, %[[V:[^:]+]]: tensor<100x20xf32>
// CHECK:         %[[TURNED:.*]] = vellum_cpu.kernel "transpose" ins(%[[W]] : tensor<100x8xf32>) outs(%{{.*}} : tensor<8x100xf32>)
// CHECK:         vellum.scan for %[[X:[^ ]+]] in
// CHECK:           linalg.generic {indexing_maps = [#[[$LHS]], #[[$DOT]], #{{.*}}], {{.*}} ins(%[[X]], %[[TURNED]] :
// CHECK:           linalg.generic {indexing_maps = [#[[$LHS]], #[[$RHS]], #{{.*}}], {{.*}} ins(%[[X]], %[[V]] :
func.func @output(%w: tensor<100x8xf32>, %v: tensor<100x20xf32>, %xs: tensor<?x?x100xf32>,
    %p0: tensor<?x8xf32>, %q0: tensor<?x20xf32>) -> (tensor<?x?x8xf32>, tensor<?x?x20xf32>) {
  %ps, %qs = vellum.scan for %x in %xs {
    %p = linalg.generic #rows ins(%x, %w : tensor<?x100xf32>, tensor<100x8xf32>) outs(%p0 : tensor<?x8xf32>) {
    ^bb0(%l: f32, %r: f32, %c: f32):
      %0 = arith.mulf %l, %r : f32
      %1 = arith.addf %c, %0 : f32
      linalg.yield %1 : f32
    } -> tensor<?x8xf32>
    %q = linalg.generic #rows ins(%x, %v : tensor<?x100xf32>, tensor<100x20xf32>) outs(%q0 : tensor<?x20xf32>) {
    ^bb0(%l: f32, %r: f32, %c: f32):
      %0 = arith.mulf %l, %r : f32
      %1 = arith.addf %c, %0 : f32
      linalg.yield %1 : f32
    } -> tensor<?x20xf32>
    yield emit %p, %q
  }
  return %ps, %qs : tensor<?x?x8xf32>, tensor<?x?x20xf32>
}

// Rows that are pages apart would evict each other.
// CHECK-LABEL: func.func @pages
// CHECK-SAME:    %[[W:[^:]+]]: tensor<64x1024xf32>
// CHECK:         %[[E:.*]] = tensor.empty() : tensor<64x1040xf32>
// CHECK:         %[[PLACE:.*]] = tensor.extract_slice %[[E]][0, 0] [64, 1024] [1, 1]
// CHECK:         vellum_cpu.kernel "copy" ins(%[[W]] : tensor<64x1024xf32>) outs(%[[PLACE]] :
func.func @pages(%w: tensor<64x1024xf32>, %xs: tensor<?x?x64xf32>, %p0: tensor<?x1024xf32>) -> tensor<?x?x1024xf32> {
  %ps = vellum.scan for %x in %xs {
    %p = linalg.generic #rows ins(%x, %w : tensor<?x64xf32>, tensor<64x1024xf32>) outs(%p0 : tensor<?x1024xf32>) {
    ^bb0(%l: f32, %r: f32, %c: f32):
      %0 = arith.mulf %l, %r : f32
      %1 = arith.addf %c, %0 : f32
      linalg.yield %1 : f32
    } -> tensor<?x1024xf32>
    yield emit %p
  }
  return %ps : tensor<?x?x1024xf32>
}

// Weights that leave the cache between two steps are read as panels of columns, in the backward step as panels of
// their rows. A part of them that is taken in the loop is taken before it.
// CHECK-LABEL: func.func @panels
// CHECK-SAME:    %[[ALL:[^:]+]]: tensor<600x1000xf32>
// CHECK:         %[[W:.*]] = tensor.extract_slice %[[ALL]][300, 0] [300, 1000] [1, 1]
// CHECK:         %[[E:.*]] = tensor.empty() : tensor<7x1000x48xf32>
// CHECK:         %[[TURNED:.*]] = vellum_cpu.kernel "pack_panels_transposed" ins(%[[W]] : {{.*}}) outs(%[[E]] : tensor<7x1000x48xf32>)
// CHECK:         %[[F:.*]] = tensor.empty() : tensor<21x300x48xf32>
// CHECK:         %[[PANELS:.*]] = vellum_cpu.kernel "pack_panels" ins(%[[W]] : {{.*}}) outs(%[[F]] : tensor<21x300x48xf32>)
// CHECK-NOT:     vellum_cpu.kernel
// CHECK:         vellum.scan for %[[X:[^ ]+]] in
// CHECK-NOT:       tensor.extract_slice
// CHECK:           %[[P:.*]] = linalg.generic {indexing_maps = [#[[$LHS]], #[[$PANELS]], #{{.*}}], {{.*}} ins(%[[X]], %[[PANELS]] : tensor<?x300xf32>, tensor<21x300x48xf32>)
// CHECK:           linalg.generic {indexing_maps = [#[[$LHS]], #[[$PANELS]], #{{.*}}], {{.*}} ins(%[[P]], %[[TURNED]] : tensor<?x1000xf32>, tensor<7x1000x48xf32>)
func.func @panels(%all: tensor<600x1000xf32>, %xs: tensor<?x?x300xf32>, %p0: tensor<?x1000xf32>, %q0: tensor<?x300xf32>) -> tensor<?x?x300xf32> {
  %qs = vellum.scan for %x in %xs {
    %w = tensor.extract_slice %all[300, 0] [300, 1000] [1, 1] : tensor<600x1000xf32> to tensor<300x1000xf32>
    %p = linalg.generic #rows ins(%x, %w : tensor<?x300xf32>, tensor<300x1000xf32>) outs(%p0 : tensor<?x1000xf32>) {
    ^bb0(%l: f32, %r: f32, %c: f32):
      %0 = arith.mulf %l, %r : f32
      %1 = arith.addf %c, %0 : f32
      linalg.yield %1 : f32
    } -> tensor<?x1000xf32>
    %q = linalg.generic #dots ins(%p, %w : tensor<?x1000xf32>, tensor<300x1000xf32>) outs(%q0 : tensor<?x300xf32>) {
    ^bb0(%l: f32, %r: f32, %c: f32):
      %0 = arith.mulf %l, %r : f32
      %1 = arith.addf %c, %0 : f32
      linalg.yield %1 : f32
    } -> tensor<?x300xf32>
    yield emit %q
  }
  return %qs : tensor<?x?x300xf32>
}

// What changes from step to step, or is used once, is not copied.
// CHECK-LABEL: func.func @not
// CHECK-NOT:     vellum_cpu.kernel
func.func @not(%ws: tensor<?x100x92xf32>, %w: tensor<100x92xf32>, %x: tensor<?x100xf32>, %p0: tensor<?x92xf32>)
    -> (tensor<?x?x92xf32>, tensor<?x92xf32>) {
  %ps = vellum.scan for %step in %ws {
    %p = linalg.generic #rows ins(%x, %step : tensor<?x100xf32>, tensor<100x92xf32>) outs(%p0 : tensor<?x92xf32>) {
    ^bb0(%l: f32, %r: f32, %c: f32):
      %0 = arith.mulf %l, %r : f32
      %1 = arith.addf %c, %0 : f32
      linalg.yield %1 : f32
    } -> tensor<?x92xf32>
    yield emit %p
  }
  %q = linalg.generic #rows ins(%x, %w : tensor<?x100xf32>, tensor<100x92xf32>) outs(%p0 : tensor<?x92xf32>) {
  ^bb0(%l: f32, %r: f32, %c: f32):
    %0 = arith.mulf %l, %r : f32
    %1 = arith.addf %c, %0 : f32
    linalg.yield %1 : f32
  } -> tensor<?x92xf32>
  return %ps, %q : tensor<?x?x92xf32>, tensor<?x92xf32>
}
