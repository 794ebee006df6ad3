// RUN: vellum-opt %s --pass-pipeline='builtin.module(vellum-tile-batch{tile=4})' | FileCheck %s
// RUN: vellum-opt %s --pass-pipeline='builtin.module(vellum-tile-batch{cache-bytes=168},canonicalize)' | FileCheck %s --check-prefix=CACHE
// RUN: vellum-opt %s --pass-pipeline='builtin.module(vellum-tile-batch{largest=5},canonicalize)' | FileCheck %s --check-prefix=LARGEST

#bh = affine_map<(b, h) -> (b, h)>
#h = affine_map<(b, h) -> (h)>
#h1 = affine_map<(h) -> (h)>
#map = {indexing_maps = [#bh, #bh, #bh], iterator_types = ["parallel", "parallel"]}

// Forward, then in reverse over what the first scan kept: both in one tile. The
// gradient sums over the samples, after the tiles. Sizes are the argument's.
// CHECK-LABEL: func.func private @train
// CHECK-SAME:    (%{{[^:]+}}: !llvm.ptr, %[[MX:[^:]+]]: {{.*}}, %[[MOUT:[^:]+]]: memref<3xf32>)
// CHECK:         %[[XS:.*]] = bufferization.to_tensor %[[MX]]
// CHECK:         %[[T:.*]] = tensor.dim %[[XS]], %c0
// CHECK:         %[[B:.*]] = tensor.dim %[[XS]], %c1
// CHECK-DAG:     %[[FOUR:.*]] = arith.constant 4 : index
// CHECK-DAG:     %[[STACK:.*]] = memref.alloc(%[[T]], %[[B]]) : memref<?x?x3xf32>
// CHECK-DAG:     %[[GRADIENTS:.*]] = memref.alloc(%[[B]]) : memref<?x3xf32>
// CHECK:         scf.forall (%[[I:.*]]) = (0) to (%[[B]]) step (%[[FOUR]]) {
// CHECK:           %[[REST:.*]] = arith.subi %[[B]], %[[I]]
// CHECK:           %[[WIDTH:.*]] = arith.minui %[[FOUR]], %[[REST]]
// CHECK:           %[[STACKED:.*]] = memref.subview %[[STACK]][0, %[[I]], 0] [%[[T]], %[[WIDTH]], 3]
// CHECK:           %[[PLACE:.*]] = memref.subview %[[GRADIENTS]][%[[I]], 0] [%[[WIDTH]], 3]
// CHECK:           %[[X:.*]] = tensor.extract_slice %[[XS]][0, %[[I]], 0] [%{{.*}}, %[[WIDTH]], 3]
// CHECK:           %[[ES:.*]] = tensor.empty(%[[WIDTH]]) : tensor<?x3xf32>
// CHECK:           %[[S0:.*]] = linalg.fill {{.*}} outs(%[[ES]] :
// CHECK:           %[[FORWARD:.*]]:2 = vellum.scan for %{{.*}} in %[[X]] carry %{{.*}} = %[[S0]] {
// CHECK:             tensor.empty(%[[WIDTH]])
// CHECK:           %[[BACKWARD:.*]] = vellum.scan reverse for %{{.*}} in %[[FORWARD]]#1 carry %{{.*}} = %[[FORWARD]]#0 {
// CHECK:           materialize_in_destination %[[FORWARD]]#1 in restrict writable %[[STACKED]]
// CHECK:           materialize_in_destination %[[BACKWARD]] in restrict writable %[[PLACE]]
// CHECK:         }
// CHECK:         %[[HISTORY:.*]] = bufferization.to_tensor %[[STACK]] restrict
// CHECK:         %[[ALL:.*]] = bufferization.to_tensor %[[GRADIENTS]] restrict
// CHECK:         %[[SUM:.*]] = linalg.generic {{.*}} ["reduction", "parallel"]} ins(%[[ALL]] :
// CHECK:         materialize_in_destination %[[SUM]] in restrict writable %[[MOUT]]
// CHECK:         bufferization.to_buffer %[[HISTORY]]

// The scans carry 6 numbers per sample, counted three times: 72 of 168 bytes.
// CACHE-LABEL:   func.func private @train(
// CACHE-DAG:     %[[ONE:.*]] = arith.constant 1 : index
// CACHE-DAG:     %[[FITS:.*]] = arith.constant 2 : index
// CACHE:         %[[T:.*]] = llvm.call @vellum_rt_threads(%arg0)
// CACHE:         %[[THREADS:.*]] = arith.index_cast %[[T]]
// CACHE:         %[[EACH:.*]] = arith.ceildivui %[[B:.*]], %[[THREADS]]
// CACHE:         %[[SHARE:.*]] = arith.maxui %[[EACH]], %[[ONE]]
// CACHE:         %[[TILE:.*]] = arith.minui %[[SHARE]], %[[FITS]]
// CACHE:         scf.forall (%{{.*}}) = (0) to (%[[B]]) step (%[[TILE]])
// LARGEST-LABEL: func.func private @train(
// LARGEST-DAG:   %[[MOST:.*]] = arith.constant 5 : index
// LARGEST:       %[[TILE:.*]] = arith.minui %{{.*}}, %[[MOST]]
// LARGEST:       scf.forall {{.*}} step (%[[TILE]])
func.func private @train(%context: !llvm.ptr, %mx: memref<?x?x3xf32>, %mout: memref<3xf32>) -> memref<?x?x3xf32> {
  %zero = arith.constant 0.0 : f32
  %c1 = arith.constant 1 : index
  %xs = bufferization.to_tensor %mx restrict : memref<?x?x3xf32> to tensor<?x?x3xf32>
  %b = tensor.dim %xs, %c1 : tensor<?x?x3xf32>
  %e = tensor.empty(%b) : tensor<?x3xf32>
  %s0 = linalg.fill ins(%zero : f32) outs(%e : tensor<?x3xf32>) -> tensor<?x3xf32>
  %last, %history = vellum.scan for %x in %xs carry %s = %s0 {
    %d = tensor.empty(%b) : tensor<?x3xf32>
    %n = linalg.generic #map ins(%s, %x : tensor<?x3xf32>, tensor<?x3xf32>) outs(%d : tensor<?x3xf32>) {
    ^bb0(%p: f32, %q: f32, %o: f32):
      %0 = arith.addf %p, %q : f32
      linalg.yield %0 : f32
    } -> tensor<?x3xf32>
    yield %n emit %s
  }
  %first = vellum.scan reverse for %h in %history carry %g = %last {
    %d = tensor.empty(%b) : tensor<?x3xf32>
    %n = linalg.generic #map ins(%g, %h : tensor<?x3xf32>, tensor<?x3xf32>) outs(%d : tensor<?x3xf32>) {
    ^bb0(%p: f32, %q: f32, %o: f32):
      %0 = arith.mulf %p, %q : f32
      linalg.yield %0 : f32
    } -> tensor<?x3xf32>
    yield %n
  }
  %es = tensor.empty() : tensor<3xf32>
  %z = linalg.fill ins(%zero : f32) outs(%es : tensor<3xf32>) -> tensor<3xf32>
  %sum = linalg.generic {indexing_maps = [#bh, #h], iterator_types = ["reduction", "parallel"]} ins(%first : tensor<?x3xf32>) outs(%z : tensor<3xf32>) {
  ^bb0(%p: f32, %o: f32):
    %0 = arith.addf %o, %p : f32
    linalg.yield %0 : f32
  } -> tensor<3xf32>
  bufferization.materialize_in_destination %sum in restrict writable %mout : (tensor<3xf32>, memref<3xf32>) -> ()
  %r = bufferization.to_buffer %history : tensor<?x?x3xf32> to memref<?x?x3xf32>
  return %r : memref<?x?x3xf32>
}

// Samples need each other within the step.
// CHECK-LABEL: func.func private @mixed
// CHECK-NOT:     scf.forall
// CHECK:         vellum.scan
// CHECK-NOT:     scf.forall
// CHECK:         return
func.func private @mixed(%context: !llvm.ptr, %mx: memref<?x?x3xf32>, %ms: memref<?x3xf32>) -> memref<?x3xf32> {
  %zero = arith.constant 0.0 : f32
  %c1 = arith.constant 1 : index
  %xs = bufferization.to_tensor %mx restrict : memref<?x?x3xf32> to tensor<?x?x3xf32>
  %s0 = bufferization.to_tensor %ms restrict : memref<?x3xf32> to tensor<?x3xf32>
  %b = tensor.dim %xs, %c1 : tensor<?x?x3xf32>
  %last = vellum.scan for %x in %xs carry %s = %s0 {
    %es = tensor.empty() : tensor<3xf32>
    %z = linalg.fill ins(%zero : f32) outs(%es : tensor<3xf32>) -> tensor<3xf32>
    %sum = linalg.generic {indexing_maps = [#bh, #h], iterator_types = ["reduction", "parallel"]} ins(%s : tensor<?x3xf32>) outs(%z : tensor<3xf32>) {
    ^bb0(%p: f32, %o: f32):
      %0 = arith.addf %o, %p : f32
      linalg.yield %0 : f32
    } -> tensor<3xf32>
    %d = tensor.empty(%b) : tensor<?x3xf32>
    %n = linalg.generic {indexing_maps = [#bh, #h, #bh], iterator_types = ["parallel", "parallel"]} ins(%x, %sum : tensor<?x3xf32>, tensor<3xf32>) outs(%d : tensor<?x3xf32>) {
    ^bb0(%p: f32, %q: f32, %o: f32):
      %0 = arith.mulf %p, %q : f32
      linalg.yield %0 : f32
    } -> tensor<?x3xf32>
    yield %n
  }
  %r = bufferization.to_buffer %last : tensor<?x3xf32> to memref<?x3xf32>
  return %r : memref<?x3xf32>
}

// A batch of six starts from constants, each tile from some of them.
// CHECK-LABEL: func.func private @constants
// CHECK:         %[[S0:.*]] = arith.constant dense<
// CHECK:         %[[MEMORY:.*]] = memref.alloc() : memref<6x3xf32>
// CHECK:         scf.forall (%[[I:.*]]) = (0) to
// CHECK:           %[[WIDTH:.*]] = arith.minui
// CHECK:           %[[PLACE:.*]] = memref.subview %[[MEMORY]][%[[I]], 0] [%[[WIDTH]], 3]
// CHECK:           %[[X:.*]] = tensor.extract_slice %{{.*}}[0, %[[I]], 0] [%{{.*}}, %[[WIDTH]], 3]
// CHECK:           %[[S:.*]] = tensor.extract_slice %[[S0]][%[[I]], 0] [%[[WIDTH]], 3] [1, 1] : tensor<6x3xf32> to tensor<?x3xf32>
// CHECK:           %[[LAST:.*]] = vellum.scan for %{{.*}} in %[[X]] carry %{{.*}} = %[[S]] {
// CHECK:             tensor.empty(%[[WIDTH]]) : tensor<?x3xf32>
// CHECK:           materialize_in_destination %[[LAST]] in restrict writable %[[PLACE]]
// CHECK:         }
// CHECK:         bufferization.to_tensor %[[MEMORY]] restrict : memref<6x3xf32> to tensor<6x3xf32>
// CACHE-LABEL:   func.func private @constants(
// CACHE-DAG:     %[[ALL:.*]] = arith.constant 6 : index
// CACHE:         arith.ceildivui %[[ALL]], %{{.*}}
// CACHE:         %[[TILE:.*]] = arith.minui
// CACHE:         scf.forall (%{{.*}}) = (0) to (6) step (%[[TILE]])
func.func private @constants(%context: !llvm.ptr, %mx: memref<?x6x3xf32>) -> memref<6x3xf32> {
  %xs = bufferization.to_tensor %mx restrict : memref<?x6x3xf32> to tensor<?x6x3xf32>
  %s0 = arith.constant dense<[[0.0, 1.0, 2.0], [1.0, 2.0, 3.0], [2.0, 3.0, 4.0], [3.0, 4.0, 5.0], [4.0, 5.0, 6.0], [5.0, 6.0, 7.0]]> : tensor<6x3xf32>
  %last = vellum.scan for %x in %xs carry %s = %s0 {
    %d = tensor.empty() : tensor<6x3xf32>
    %n = linalg.generic #map ins(%s, %x : tensor<6x3xf32>, tensor<6x3xf32>) outs(%d : tensor<6x3xf32>) {
    ^bb0(%p: f32, %q: f32, %o: f32):
      %0 = arith.addf %p, %q : f32
      linalg.yield %0 : f32
    } -> tensor<6x3xf32>
    yield %n
  }
  %r = bufferization.to_buffer %last : tensor<6x3xf32> to memref<6x3xf32>
  return %r : memref<6x3xf32>
}

// Without a context as the first argument there is nobody to ask for threads.
// CHECK-LABEL: func.func private @plain
// CHECK-NOT:     scf.forall
// CHECK:         return
func.func private @plain(%xs: tensor<?x6x3xf32>, %s0: tensor<6x3xf32>) -> tensor<6x3xf32> {
  %last = vellum.scan for %x in %xs carry %s = %s0 {
    %d = tensor.empty() : tensor<6x3xf32>
    %n = linalg.generic #map ins(%s, %x : tensor<6x3xf32>, tensor<6x3xf32>) outs(%d : tensor<6x3xf32>) {
    ^bb0(%p: f32, %q: f32, %o: f32):
      %0 = arith.addf %p, %q : f32
      linalg.yield %0 : f32
    } -> tensor<6x3xf32>
    yield %n
  }
  return %last : tensor<6x3xf32>
}

// The state before each step and after it: T + 1 rows for both, of which tiles
// write the first once.
// CHECK-LABEL: func.func private @histories
// CHECK:         %[[XS:.*]] = bufferization.to_tensor
// CHECK:         %[[T:.*]] = tensor.dim %[[XS]], %c0
// CHECK:         %[[B:.*]] = tensor.dim %[[XS]], %c1
// CHECK:         %[[MORE:.*]] = arith.addi %[[T]], %{{.*}}
// CHECK:         %[[BOTH:.*]] = memref.alloc(%[[MORE]], %[[B]]) : memref<?x?x3xf32>
// CHECK:         %[[FIRST:.*]] = memref.subview %[[BOTH]][0, 0, 0] [1, %{{.*}}, 3]
// CHECK:         %[[BEFORE:.*]] = memref.subview %[[BOTH]][0, 0, 0] [%[[T]], %{{.*}}, 3]
// CHECK:         %[[AFTER:.*]] = memref.subview %[[BOTH]][1, 0, 0] [%[[T]], %{{.*}}, 3]
// CHECK:         scf.forall (%[[I:.*]]) =
// CHECK:           %[[TO:.*]] = memref.subview %[[FIRST]][0, %[[I]], 0]
// CHECK:           %[[ALSO:.*]] = memref.subview %[[AFTER]][0, %[[I]], 0]
// CHECK:           %[[S0:.*]] = linalg.fill
// CHECK:           %[[SCAN:.*]]:3 = vellum.scan {{.*}} carry %{{.*}} = %[[S0]]
// CHECK:           %[[ROW:.*]] = memref.subview %[[TO]][0, 0, 0] [1, %{{.*}}, 3] {{.*}} to memref<?x3xf32,
// CHECK:           materialize_in_destination %[[S0]] in restrict writable %[[ROW]]
// CHECK:           materialize_in_destination %[[SCAN]]#2 in restrict writable %[[ALSO]]
// CHECK:         to_tensor %[[BEFORE]] restrict
// CHECK:         to_tensor %[[AFTER]] restrict
func.func private @histories(%context: !llvm.ptr, %mx: memref<?x?x3xf32>) -> (memref<?x?x3xf32>, memref<?x?x3xf32>) {
  %zero = arith.constant 0.0 : f32
  %c1 = arith.constant 1 : index
  %xs = bufferization.to_tensor %mx restrict : memref<?x?x3xf32> to tensor<?x?x3xf32>
  %b = tensor.dim %xs, %c1 : tensor<?x?x3xf32>
  %e = tensor.empty(%b) : tensor<?x3xf32>
  %s0 = linalg.fill ins(%zero : f32) outs(%e : tensor<?x3xf32>) -> tensor<?x3xf32>
  %last, %before, %after = vellum.scan for %x in %xs carry %s = %s0 {
    %d = tensor.empty(%b) : tensor<?x3xf32>
    %n = linalg.generic #map ins(%s, %x : tensor<?x3xf32>, tensor<?x3xf32>) outs(%d : tensor<?x3xf32>) {
    ^bb0(%p: f32, %q: f32, %o: f32):
      %0 = arith.addf %p, %q : f32
      linalg.yield %0 : f32
    } -> tensor<?x3xf32>
    yield %n emit %s, %n
  }
  %m = bufferization.to_buffer %before : tensor<?x?x3xf32> to memref<?x?x3xf32>
  %n = bufferization.to_buffer %after : tensor<?x?x3xf32> to memref<?x?x3xf32>
  return %m, %n : memref<?x?x3xf32>, memref<?x?x3xf32>
}

// As many samples as a type says, beside a size that it does not say: in a tile
// neither is known before it runs.
// CHECK-LABEL: func.func private @fixed
// CHECK:         %[[N:.*]] = tensor.dim %{{.*}}, %c2 :
// CHECK:         tensor.empty(%[[N]]) : tensor<8x?xf32>
// CHECK:         scf.forall
// CHECK:           %[[WIDTH:.*]] = arith.minui
// CHECK:           tensor.empty(%[[WIDTH]], %[[N]]) : tensor<?x?xf32>
// CHECK:           vellum.scan for
// CHECK:             tensor.empty(%[[WIDTH]], %[[N]]) : tensor<?x?xf32>
func.func private @fixed(%context: !llvm.ptr, %mx: memref<?x8x?xf32>, %mout: memref<8x?xf32>) {
  %zero = arith.constant 0.0 : f32
  %c2 = arith.constant 2 : index
  %xs = bufferization.to_tensor %mx restrict : memref<?x8x?xf32> to tensor<?x8x?xf32>
  %n = tensor.dim %xs, %c2 : tensor<?x8x?xf32>
  %e = tensor.empty(%n) : tensor<8x?xf32>
  %s0 = linalg.fill ins(%zero : f32) outs(%e : tensor<8x?xf32>) -> tensor<8x?xf32>
  %last = vellum.scan for %x in %xs carry %s = %s0 {
    %e1 = tensor.empty(%n) : tensor<8x?xf32>
    %s1 = linalg.generic #map ins(%x, %s : tensor<8x?xf32>, tensor<8x?xf32>) outs(%e1 : tensor<8x?xf32>) {
    ^bb0(%a: f32, %b: f32, %o: f32):
      %sum = arith.addf %a, %b : f32
      linalg.yield %sum : f32
    } -> tensor<8x?xf32>
    yield %s1
  }
  bufferization.materialize_in_destination %last in restrict writable %mout : (tensor<8x?xf32>, memref<8x?xf32>) -> ()
  return
}

// A size that nothing else tells stays as it is, whoever asks for it.
// CHECK-LABEL: func.func private @own_size
// CHECK:         %[[FLAT:.*]] = tensor.collapse_shape
// CHECK:         %[[N:.*]] = tensor.dim %[[FLAT]], %c0
// CHECK:         vellum.require %{{.*}}, "has a size of {0}"(%[[N]])
// CHECK:         scf.forall
func.func private @own_size(%context: !llvm.ptr, %mx: memref<?x?x3xf32>, %my: memref<?x3xf32>, %ms: memref<?x3xf32>) -> memref<?x3xf32> {
  %c0 = arith.constant 0 : index
  %xs = bufferization.to_tensor %mx restrict : memref<?x?x3xf32> to tensor<?x?x3xf32>
  %y = bufferization.to_tensor %my restrict : memref<?x3xf32> to tensor<?x3xf32>
  %s0 = bufferization.to_tensor %ms restrict : memref<?x3xf32> to tensor<?x3xf32>
  %flat = tensor.collapse_shape %y [[0, 1]] : tensor<?x3xf32> into tensor<?xf32>
  %n = tensor.dim %flat, %c0 : tensor<?xf32>
  %some = arith.cmpi sgt, %n, %c0 : index
  vellum.require %some, "has a size of {0}"(%n)
  %last = vellum.scan for %x in %xs carry %s = %s0 {
    %s1 = linalg.generic #map ins(%x, %s : tensor<?x3xf32>, tensor<?x3xf32>) outs(%s : tensor<?x3xf32>) {
    ^bb0(%a: f32, %b: f32, %o: f32):
      %sum = arith.addf %a, %b : f32
      linalg.yield %sum : f32
    } -> tensor<?x3xf32>
    yield %s1
  }
  %m = bufferization.to_buffer %last : tensor<?x3xf32> to memref<?x3xf32>
  return %m : memref<?x3xf32>
}

// A step that turns the samples round needs all of them.
// CHECK-LABEL: func.func private @turned
// CHECK-NOT:     scf.forall
// CHECK:         return
func.func private @turned(%context: !llvm.ptr, %mx: memref<?x?x3xf32>, %ms: memref<?x3xf32>, %last: index, %back: index) -> memref<?x3xf32> {
  %c0 = arith.constant 0 : index
  %xs = bufferization.to_tensor %mx restrict : memref<?x?x3xf32> to tensor<?x?x3xf32>
  %s0 = bufferization.to_tensor %ms restrict : memref<?x3xf32> to tensor<?x3xf32>
  %n = tensor.dim %s0, %c0 : tensor<?x3xf32>
  %result = vellum.scan for %x in %xs carry %s = %s0 {
    %turned = tensor.extract_slice %s[%last, 0] [%n, 3] [%back, 1] : tensor<?x3xf32> to tensor<?x3xf32>
    %s1 = linalg.generic #map ins(%x, %turned : tensor<?x3xf32>, tensor<?x3xf32>) outs(%s : tensor<?x3xf32>) {
    ^bb0(%a: f32, %b: f32, %o: f32):
      %sum = arith.addf %a, %b : f32
      linalg.yield %sum : f32
    } -> tensor<?x3xf32>
    yield %s1
  }
  %m = bufferization.to_buffer %result : tensor<?x3xf32> to memref<?x3xf32>
  return %m : memref<?x3xf32>
}

// Steps are no samples, though there are as many of both.
// CHECK-LABEL: func.func private @steps
// CHECK-NOT:     scf.forall
// CHECK:         return
func.func private @steps(%context: !llvm.ptr, %mx: memref<?x?x3xf32>, %ms: memref<?x3xf32>, %mk: memref<3xf32>) -> memref<?x3xf32> {
  %c1 = arith.constant 1 : index
  %xs = bufferization.to_tensor %mx restrict : memref<?x?x3xf32> to tensor<?x?x3xf32>
  %s0 = bufferization.to_tensor %ms restrict : memref<?x3xf32> to tensor<?x3xf32>
  %k0 = bufferization.to_tensor %mk restrict : memref<3xf32> to tensor<3xf32>
  %n = tensor.dim %xs, %c1 : tensor<?x?x3xf32>
  %result = vellum.scan for %x in %xs carry %s = %s0 {
    %last, %all = vellum.scan carry %k = %k0 length %n {
      %d = tensor.empty() : tensor<3xf32>
      %twice = linalg.generic {indexing_maps = [#h1, #h1], iterator_types = ["parallel"]}
          ins(%k : tensor<3xf32>) outs(%d : tensor<3xf32>) {
      ^bb0(%a: f32, %o: f32):
        %sum = arith.addf %a, %a : f32
        linalg.yield %sum : f32
      } -> tensor<3xf32>
      yield %twice emit %twice
    }
    %s1 = linalg.generic #map ins(%x, %all : tensor<?x3xf32>, tensor<?x3xf32>) outs(%s : tensor<?x3xf32>) {
    ^bb0(%a: f32, %b: f32, %o: f32):
      %sum = arith.addf %a, %b : f32
      linalg.yield %sum : f32
    } -> tensor<?x3xf32>
    yield %s1
  }
  %m = bufferization.to_buffer %result : tensor<?x3xf32> to memref<?x3xf32>
  return %m : memref<?x3xf32>
}

// What asks for a size within a loop means that of all samples, in a tile too.
// CHECK-LABEL: func.func private @asks
// CHECK:         %[[B:.*]] = tensor.dim %{{.*}}, %c1 : tensor<?x?x3xf32>
// CHECK:         scf.forall
// CHECK:           vellum.scan
// CHECK-NOT:         tensor.dim
// CHECK:             %[[SAME:.*]] = arith.cmpi eq, %[[B]], %{{.*}} : index
// CHECK:             require %[[SAME]]
func.func private @asks(%context: !llvm.ptr, %mx: memref<?x?x3xf32>, %ms: memref<?x3xf32>, %other: index) -> memref<?x3xf32> {
  %c0 = arith.constant 0 : index
  %xs = bufferization.to_tensor %mx restrict : memref<?x?x3xf32> to tensor<?x?x3xf32>
  %s0 = bufferization.to_tensor %ms restrict : memref<?x3xf32> to tensor<?x3xf32>
  %result = vellum.scan for %x in %xs carry %s = %s0 {
    %n = tensor.dim %s0, %c0 : tensor<?x3xf32>
    %same = arith.cmpi eq, %n, %other : index
    require %same, "must be {0}"(%other)
    %s1 = linalg.generic #map ins(%x, %s0 : tensor<?x3xf32>, tensor<?x3xf32>) outs(%s : tensor<?x3xf32>) {
    ^bb0(%a: f32, %b: f32, %o: f32):
      %sum = arith.addf %a, %b : f32
      linalg.yield %sum : f32
    } -> tensor<?x3xf32>
    yield %s1
  }
  %m = bufferization.to_buffer %result : tensor<?x3xf32> to memref<?x3xf32>
  return %m : memref<?x3xf32>
}

// A size within a loop is not that of what the loop stacks, which is known later.
// CHECK-LABEL: func.func private @stacked
// CHECK:         vellum.scan
// CHECK:           %[[N:.*]] = tensor.dim
// CHECK:           tensor.empty(%[[N]])
// CHECK:         scf.forall
func.func private @stacked(%context: !llvm.ptr, %mx: memref<?x?x3xf32>, %ms: memref<?x3xf32>, %mp: memref<?xf32>, %mq: memref<?xf32>, %c: i1) -> (memref<?x3xf32>, memref<?x?xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %xs = bufferization.to_tensor %mx restrict : memref<?x?x3xf32> to tensor<?x?x3xf32>
  %s0 = bufferization.to_tensor %ms restrict : memref<?x3xf32> to tensor<?x3xf32>
  %p = bufferization.to_tensor %mp restrict : memref<?xf32> to tensor<?xf32>
  %q = bufferization.to_tensor %mq restrict : memref<?xf32> to tensor<?xf32>
  %steps = tensor.dim %xs, %c0 : tensor<?x?x3xf32>
  %k0 = arith.constant 0 : index
  %k, %all = vellum.scan carry %k = %k0 length %steps {
    %either = scf.if %c -> tensor<?xf32> {
      scf.yield %p : tensor<?xf32>
    } else {
      scf.yield %q : tensor<?xf32>
    }
    %n = tensor.dim %either, %c0 : tensor<?xf32>
    %d = tensor.empty(%n) : tensor<?xf32>
    %twice = linalg.generic {indexing_maps = [#h1, #h1], iterator_types = ["parallel"]}
        ins(%either : tensor<?xf32>) outs(%d : tensor<?xf32>) {
    ^bb0(%a: f32, %o: f32):
      %sum = arith.addf %a, %a : f32
      linalg.yield %sum : f32
    } -> tensor<?xf32>
    yield %k emit %twice
  }
  %width = tensor.dim %all, %c1 : tensor<?x?xf32>
  %fits = arith.cmpi sge, %width, %c0 : index
  vellum.require %fits, "has a size of {0}"(%width)
  %result = vellum.scan for %x in %xs carry %s = %s0 {
    %s1 = linalg.generic #map ins(%x, %s : tensor<?x3xf32>, tensor<?x3xf32>) outs(%s : tensor<?x3xf32>) {
    ^bb0(%a: f32, %b: f32, %o: f32):
      %sum = arith.addf %a, %b : f32
      linalg.yield %sum : f32
    } -> tensor<?x3xf32>
    yield %s1
  }
  %m = bufferization.to_buffer %result : tensor<?x3xf32> to memref<?x3xf32>
  %w = bufferization.to_buffer %all : tensor<?x?xf32> to memref<?x?xf32>
  return %m, %w : memref<?x3xf32>, memref<?x?xf32>
}
