// RUN: vellum-opt %s --vellum-measure-memory --allow-unregistered-dialect --canonicalize | FileCheck %s

// Every buffer in whole lines of the cache: 64 bytes, and 4 T rounded up.
// CHECK-LABEL: func.func private @f.memory.body
// CHECK-SAME:    (%{{.*}}: !llvm.ptr, %[[T:[^:]+]]: index)
// CHECK-DAG:     %[[BYTES:.*]] = arith.muli %[[T]], %c4
// CHECK-DAG:     %[[UP:.*]] = arith.addi %[[BYTES]], %c63
// CHECK-DAG:     %[[LINES:.*]] = arith.divui %[[UP]], %c64
// CHECK-DAG:     %[[WHOLE:.*]] = arith.muli %[[LINES]], %c64
// CHECK:         %[[SUM:.*]] = arith.addi %[[WHOLE]], %c64
// CHECK:         return %c7, %[[SUM]]
func.func private @f.body(%context: !llvm.ptr, %t: index) {
  %a = memref.alloc() : memref<3xf32>
  %b = memref.alloc(%t) : memref<?xf32>
  "test.use"(%a, %b) : (memref<3xf32>, memref<?xf32>) -> ()
  return
}
func.func private @f.memory.body(%context: !llvm.ptr, %t: index) -> (index, index) {
  %saved = arith.constant 7 : index
  %unknown = arith.constant -1 : index
  return %saved, %unknown : index, index
}

// Tiles that run at the same time have memory of their own; a tile is full, at
// most. Memory of a time loop is taken once.
// CHECK-LABEL: func.func private @tiles.memory.body
// CHECK-SAME:    (%[[CONTEXT:[^:]+]]: !llvm.ptr, %[[ALL:[^:]+]]: index, %[[TILE:[^:]+]]: index)
// CHECK:         llvm.call @vellum_rt_threads(%[[CONTEXT]])
// CHECK-NOT:     scf.forall
// CHECK:         %[[BYTES:.*]] = arith.muli %[[TILE]], %c256
// CHECK:         arith.minui
// CHECK:         return
func.func private @tiles.body(%context: !llvm.ptr, %all: index, %tile: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.forall (%i) = (%c0) to (%all) step (%tile) {
    %left = arith.subi %all, %i : index
    %width = arith.minui %tile, %left : index
    scf.for %t = %c0 to %all step %c1 {
      %a = memref.alloc(%width) : memref<?x64xf32>
      "test.use"(%a) : (memref<?x64xf32>) -> ()
    }
  }
  return
}
func.func private @tiles.memory.body(%context: !llvm.ptr, %all: index, %tile: index) -> (index, index) {
  %unknown = arith.constant -1 : index
  return %unknown, %unknown : index, index
}

// One loop over tiles after the other uses the same memory: the larger counts.
// CHECK-LABEL: func.func private @loops.memory.body
// CHECK-SAME:    (%{{.*}}: !llvm.ptr, %[[ALL:[^:]+]]: index)
// CHECK-COUNT-2: arith.minui %[[ALL]],
// CHECK:         %[[TILES:.*]] = arith.maxui
// CHECK:         %[[SUM:.*]] = arith.muli %[[TILES]], %c192
// CHECK:         return %c-1, %[[SUM]]
func.func private @loops.body(%context: !llvm.ptr, %all: index) {
  scf.forall (%i) in (%all) {
    %a = memref.alloc() : memref<16xf32>
    %b = memref.alloc() : memref<32xf32>
    "test.use"(%a, %b) : (memref<16xf32>, memref<32xf32>) -> ()
  }
  scf.forall (%i) in (%all) {
    %a = memref.alloc() : memref<16xf32>
    "test.use"(%a) : (memref<16xf32>) -> ()
  }
  return
}
func.func private @loops.memory.body(%context: !llvm.ptr, %all: index) -> (index, index) {
  %unknown = arith.constant -1 : index
  return %unknown, %unknown : index, index
}

// A size that the function reads from memory is read here too.
// CHECK-LABEL: func.func private @drawn.memory.body
// CHECK:         %[[A:.*]] = memref.alloc() : memref<index>
// CHECK-NEXT:    "test.draw"(%[[A]])
// CHECK-NEXT:    %[[T:.*]] = memref.load %[[A]][]
// CHECK-NOT:     memref.alloc
// CHECK:         arith.muli %[[T]], %c64
func.func private @drawn.body(%context: !llvm.ptr) {
  %a = memref.alloc() : memref<index>
  "test.draw"(%a) : (memref<index>) -> ()
  %t = memref.load %a[] : memref<index>
  %b = memref.alloc(%t) : memref<?x16xf32>
  "test.use"(%b) : (memref<?x16xf32>) -> ()
  return
}
func.func private @drawn.memory.body(%context: !llvm.ptr) -> (index, index) {
  %unknown = arith.constant -1 : index
  return %unknown, %unknown : index, index
}

// The size of a buffer is the size that it was taken with.
// CHECK-LABEL: func.func private @like.memory.body
// CHECK-SAME:    (%{{.*}}: !llvm.ptr, %[[T:[^:]+]]: index)
// CHECK-NOT:     memref
// CHECK:         arith.muli %[[T]], %c4
// CHECK-NOT:     memref
// CHECK:         return
func.func private @like.body(%context: !llvm.ptr, %t: index) {
  %c0 = arith.constant 0 : index
  %a = memref.alloc(%t) : memref<?xf32>
  %size = memref.dim %a, %c0 : memref<?xf32>
  %b = memref.alloc(%size) : memref<?xf32>
  "test.use"(%a, %b) : (memref<?xf32>, memref<?xf32>) -> ()
  return
}
func.func private @like.memory.body(%context: !llvm.ptr, %t: index) -> (index, index) {
  %unknown = arith.constant -1 : index
  return %unknown, %unknown : index, index
}

// How often such a loop runs, nobody knows.
// CHECK-LABEL: func.func private @while.memory.body
// CHECK:         return %c-1, %c-1
func.func private @while.body(%context: !llvm.ptr, %go: i1) {
  scf.while : () -> () {
    %a = memref.alloc() : memref<4xf32>
    "test.use"(%a) : (memref<4xf32>) -> ()
    scf.condition(%go)
  } do {
    scf.yield
  }
  return
}
func.func private @while.memory.body(%context: !llvm.ptr, %go: i1) -> (index, index) {
  %unknown = arith.constant -1 : index
  return %unknown, %unknown : index, index
}

// A size that a tile computes with numbers that are no sizes, constants among them.
// CHECK-LABEL: func.func private @roots.memory.body
// CHECK-SAME:    (%{{.*}}: !llvm.ptr, %[[ALL:[^:]+]]: index)
// CHECK:         %[[ROOT:.*]] = math.sqrt
// CHECK:         arith.mulf %[[ROOT]], %{{.*}} : f64
// CHECK:         return
func.func private @roots.body(%context: !llvm.ptr, %all: index) {
  scf.forall (%i) in (%all) {
    %two = arith.constant 2.0 : f64
    %n = arith.index_cast %all : index to i64
    %f = arith.sitofp %n : i64 to f64
    %root = math.sqrt %f : f64
    %twice = arith.mulf %root, %two : f64
    %k = arith.fptosi %twice : f64 to i64
    %size = arith.index_cast %k : i64 to index
    %a = memref.alloc(%size) : memref<?xf32>
    "test.use"(%a) : (memref<?xf32>) -> ()
  }
  return
}
func.func private @roots.memory.body(%context: !llvm.ptr, %all: index) -> (index, index) {
  %unknown = arith.constant -1 : index
  return %unknown, %unknown : index, index
}
