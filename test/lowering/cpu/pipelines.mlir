// What each named pipeline runs, in order.
//
// RUN: vellum-opt %s --vellum-cpu-fuse --dump-pass-pipeline 2>&1 >/dev/null | FileCheck %s --check-prefixes=START,FUSE,END
// RUN: vellum-opt %s --vellum-cpu-bufferize --dump-pass-pipeline 2>&1 >/dev/null | FileCheck %s --check-prefixes=START,TILES,BUFFERIZE,END
// RUN: vellum-opt %s --vellum-cpu-schedule=memory=5000000 --dump-pass-pipeline 2>&1 >/dev/null | FileCheck %s --check-prefixes=START,TILES,SCHEDULE,END
// RUN: vellum-opt %s --vellum-cpu-llvm --dump-pass-pipeline 2>&1 >/dev/null | FileCheck %s --check-prefixes=START,LLVM,WIDE,END
// RUN: vellum-opt %s --vellum-cpu=lanes=8 --dump-pass-pipeline 2>&1 >/dev/null | FileCheck %s --check-prefixes=START,FUSE,TILES,BUFFERIZE,LLVM,NARROW,END

// START: builtin.module(

// FUSE-NEXT: vellum-check-compiles
// FUSE-NEXT: vellum-decompose
// FUSE-NEXT: func.func(
// FUSE-NEXT:   vellum-fold-empty
// FUSE-NEXT: )
// FUSE-NEXT: vellum-join-pads
// FUSE-NEXT: canonicalize
// FUSE-NEXT: vellum-merge-equal
// FUSE-NEXT: vellum-hoist-projections{cache-bytes=524288}
// FUSE-NEXT: vellum-sink-projections{cache-bytes=524288}
// FUSE-NEXT: func.func(
// FUSE-NEXT:   vellum-lower-to-linalg
// FUSE-NEXT:   vellum-fold-empty
// FUSE-NEXT:   canonicalize
// FUSE-NEXT:   vellum-merge-equal
// FUSE-NEXT:   vellum-fuse-elementwise
// FUSE-NEXT:   canonicalize
// FUSE-NEXT:   vellum-merge-equal
// FUSE-NEXT:   vellum-merge-loops
// FUSE-NEXT:   vellum-private-destinations
// FUSE-NEXT:   vellum-choose-layouts
// FUSE-NEXT:   vellum-pack-operands
// FUSE-NEXT:   canonicalize
// FUSE-NEXT:   vellum-merge-equal
// FUSE-NEXT: )

// TILES-NEXT: vellum-entry-points
// TILES-NEXT: vellum-tile-batch
// TILES-NEXT: canonicalize
// TILES-NEXT: vellum-merge-equal
// SCHEDULE-NEXT: vellum-checkpoint-scans{{.*}}memory=5000000
// BUFFERIZE-NEXT: vellum-checkpoint-scans{{.*}}memory=0
// BUFFERIZE-NEXT: func.func(
// BUFFERIZE-NEXT:   vellum-lower-scan
// BUFFERIZE-NEXT: )
// BUFFERIZE-NEXT: resolve-ranked-shaped-type-result-dims
// BUFFERIZE-NEXT: canonicalize{{.*}}top-down=true
// BUFFERIZE-NEXT: vellum-merge-equal
// BUFFERIZE-NEXT: func.func(
// BUFFERIZE-NEXT:   vellum-tile-rows
// BUFFERIZE-NEXT: )
// BUFFERIZE-NEXT: canonicalize
// BUFFERIZE-NEXT: vellum-merge-equal
// BUFFERIZE-NEXT: vellum-place-concatenations
// BUFFERIZE-NEXT: vellum-private-destinations
// BUFFERIZE-NEXT: vellum-place-results
// BUFFERIZE-NEXT: one-shot-bufferize{{.* }}bufferize-function-boundaries=false{{ .* }}copy-before-write=false
// BUFFERIZE-NEXT: canonicalize
// BUFFERIZE-NEXT: vellum-merge-equal
// BUFFERIZE-NEXT: vellum-join-sample-loops
// BUFFERIZE-NEXT: vellum-gather-rows
// BUFFERIZE-NEXT: vellum-transpose-operands
// BUFFERIZE-NEXT: vellum-place-temporaries
// BUFFERIZE-NEXT: vellum-reuse-buffers
// BUFFERIZE-NEXT: vellum-leave-branches
// BUFFERIZE-NEXT: vellum-measure-memory
// BUFFERIZE-NEXT: vellum-outline-tiles
// BUFFERIZE-NEXT: loop-invariant-code-motion
// BUFFERIZE-NEXT: func.func(
// BUFFERIZE-NEXT:   vellum-hoist-buffers
// BUFFERIZE-NEXT:   vellum-allocate-first
// BUFFERIZE-NEXT: )
// BUFFERIZE-NEXT: canonicalize
// BUFFERIZE-NEXT: vellum-merge-equal

// LLVM-NEXT: vellum-lower-products
// LLVM-NEXT: vellum-hoist-invariants
// WIDE-NEXT:   vellum-vectorize-loops{{[{]}}fma=true lanes=16{{[}]}}
// NARROW-NEXT: vellum-vectorize-loops{{[{]}}fma=true lanes=8{{[}]}}
// LLVM-NEXT: vellum-define-divisions
// LLVM-NEXT: vellum-define-ranges
// LLVM-NEXT: vellum-lower-functions
// LLVM-NEXT: vellum-lower-kernels
// LLVM-NEXT: vellum-use-arena
// LLVM-NEXT: vellum-lower-checks
// LLVM-NEXT: vellum-lower-reshapes
// LLVM-NEXT: canonicalize
// LLVM-NEXT: vellum-merge-equal
// LLVM-NEXT: expand-strided-metadata
// LLVM-NEXT: lower-affine
// LLVM-NEXT: canonicalize
// LLVM-NEXT: vellum-merge-equal
// LLVM-NEXT: loop-invariant-code-motion
// LLVM-NEXT: convert-vector-to-llvm
// LLVM-NEXT: vellum-lower-control-flow
// LLVM-NEXT: convert-math-to-llvm
// LLVM-NEXT: convert-math-to-libm
// LLVM-NEXT: convert-arith-to-llvm
// LLVM-NEXT: convert-index-to-llvm
// LLVM-NEXT: finalize-memref-to-llvm
// LLVM-NEXT: convert-func-to-llvm
// LLVM-NEXT: convert-cf-to-llvm
// LLVM-NEXT: reconcile-unrealized-casts

// END-NEXT: {{^[)]$}}

module {}
