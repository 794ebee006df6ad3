// RUN: vellum-opt %s --vellum-lower-scan --canonicalize --cse --split-input-file | FileCheck %s

// One slot serves where each element is read before it is written: through a
// view, by an earlier op, and by the one that writes it.
// CHECK-LABEL: func.func @overwritten
// CHECK:         %[[H:.*]] = memref.alloc() : memref<1x8192xf32>
// CHECK-NOT:     memref.alloc
// CHECK:         scf.for
// CHECK-NOT:       arith.remui
// CHECK:           materialize_in_destination
#id = affine_map<(d0) -> (d0)>
func.func @overwritten(%xs: tensor<?x8192xf32>, %h0: tensor<8192xf32>) -> tensor<8192xf32> {
  %last = vellum.scan for %x in %xs carry %h = %h0 {
    %part = tensor.extract_slice %h[0] [1] [1] : tensor<8192xf32> to tensor<1xf32>
    %first = math.tanh %part : tensor<1xf32>
    %zero = arith.constant 0 : index
    %scale = tensor.extract %first[%zero] : tensor<1xf32>
    %empty = tensor.empty() : tensor<8192xf32>
    %h1 = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel"]}
        ins(%x, %h : tensor<8192xf32>, tensor<8192xf32>) outs(%empty : tensor<8192xf32>) {
    ^bb0(%a: f32, %b: f32, %out: f32):
      %c = arith.mulf %b, %scale : f32
      %d = arith.addf %a, %c : f32
      linalg.yield %d : f32
    } -> tensor<8192xf32>
    yield %h1
  }
  return %last : tensor<8192xf32>
}

// -----

// The old value is read after the new one is written, and at other places: two
// slots each.
// CHECK-LABEL: func.func @kept
// CHECK-COUNT-2: memref.alloc() : memref<2x8192xf32>
// CHECK:         scf.for
#id = affine_map<(d0) -> (d0)>
#back = affine_map<(d0) -> (8191 - d0)>
func.func @kept(%xs: tensor<?x8192xf32>, %h0: tensor<8192xf32>) -> (tensor<8192xf32>, tensor<8192xf32>) {
  %last:2 = vellum.scan for %x in %xs carry %h = %h0, %g = %h0 {
    %empty = tensor.empty() : tensor<8192xf32>
    %h1 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
        ins(%x : tensor<8192xf32>) outs(%empty : tensor<8192xf32>) {
    ^bb0(%a: f32, %out: f32):
      %b = math.tanh %a : f32
      linalg.yield %b : f32
    } -> tensor<8192xf32>
    %g1 = linalg.generic {indexing_maps = [#id, #back, #id], iterator_types = ["parallel"]}
        ins(%h, %g : tensor<8192xf32>, tensor<8192xf32>) outs(%empty : tensor<8192xf32>) {
    ^bb0(%a: f32, %b: f32, %out: f32):
      %c = arith.addf %a, %b : f32
      linalg.yield %c : f32
    } -> tensor<8192xf32>
    yield %h1, %g1
  }
  return %last#0, %last#1 : tensor<8192xf32>, tensor<8192xf32>
}

// -----

// Small values have two slots, which is faster.
// CHECK-LABEL: func.func @small
// CHECK:         memref.alloc() : memref<2x4096xf32>
func.func @small(%xs: tensor<?x4096xf32>, %h0: tensor<4096xf32>) -> tensor<4096xf32> {
  %last = vellum.scan for %x in %xs carry %h = %h0 {
    %empty = tensor.empty() : tensor<4096xf32>
    %h1 = linalg.add ins(%x, %h : tensor<4096xf32>, tensor<4096xf32>) outs(%empty : tensor<4096xf32>) -> tensor<4096xf32>
    yield %h1
  }
  return %last : tensor<4096xf32>
}

// -----

// A small value has one slot where the step is done with it before it writes the
// next, and two where one op reads and writes it.
// CHECK-LABEL: func.func @small
// CHECK:         memref.alloc() : memref<1x8xf32>
// CHECK:         memref.alloc() : memref<2x8xf32>
// CHECK:         scf.for
#id = affine_map<(d0) -> (d0)>
func.func @small(%xs: tensor<?x8xf32>, %h0: tensor<8xf32>) -> (tensor<8xf32>, tensor<8xf32>) {
  %last:2 = vellum.scan for %x in %xs carry %h = %h0, %g = %h0 {
    %empty = tensor.empty() : tensor<8xf32>
    %t = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel"]}
        ins(%x, %h : tensor<8xf32>, tensor<8xf32>) outs(%empty : tensor<8xf32>) {
    ^bb0(%a: f32, %b: f32, %out: f32):
      %c = arith.addf %a, %b : f32
      linalg.yield %c : f32
    } -> tensor<8xf32>
    %h1 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
        ins(%t : tensor<8xf32>) outs(%empty : tensor<8xf32>) {
    ^bb0(%a: f32, %out: f32):
      %b = math.tanh %a : f32
      linalg.yield %b : f32
    } -> tensor<8xf32>
    %g1 = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel"]}
        ins(%x, %g : tensor<8xf32>, tensor<8xf32>) outs(%empty : tensor<8xf32>) {
    ^bb0(%a: f32, %b: f32, %out: f32):
      %c = arith.mulf %a, %b : f32
      linalg.yield %c : f32
    } -> tensor<8xf32>
    yield %h1, %g1
  }
  return %last#0, %last#1 : tensor<8xf32>, tensor<8xf32>
}

// -----

// The next value is a product added to what another product left: the first one writes to the slot before the other has
// read the old value.
// CHECK-LABEL: func.func @added
// CHECK:         memref.alloc() : memref<2x4x4xf32>
// CHECK:         scf.for
#lhs = affine_map<(i, j, k) -> (i, k)>
#rhs = affine_map<(i, j, k) -> (k, j)>
#out = affine_map<(i, j, k) -> (i, j)>
func.func @added(%xs: tensor<?x4x4xf32>, %h0: tensor<4x4xf32>, %w: tensor<4x4xf32>) -> tensor<4x4xf32> {
  %last = vellum.scan for %x in %xs carry %h = %h0 {
    %zero = arith.constant 0.0 : f32
    %empty = tensor.empty() : tensor<4x4xf32>
    %zeros = linalg.fill ins(%zero : f32) outs(%empty : tensor<4x4xf32>) -> tensor<4x4xf32>
    %p = linalg.matmul ins(%x, %w : tensor<4x4xf32>, tensor<4x4xf32>) outs(%zeros : tensor<4x4xf32>) -> tensor<4x4xf32>
    %e = linalg.exp ins(%h : tensor<4x4xf32>) outs(%empty : tensor<4x4xf32>) -> tensor<4x4xf32>
    %h1 = linalg.matmul ins(%e, %w : tensor<4x4xf32>, tensor<4x4xf32>) outs(%p : tensor<4x4xf32>) -> tensor<4x4xf32>
    yield %h1
  }
  return %last : tensor<4x4xf32>
}

// -----

// The same, of which all but the fill stand after the last that reads the old value: the zeros are made where they are used.
// CHECK-LABEL: func.func @filled
// CHECK:         memref.alloc() : memref<1x4x4xf32>
// CHECK:         scf.for
func.func @filled(%xs: tensor<?x4x4xf32>, %h0: tensor<4x4xf32>, %w: tensor<4x4xf32>) -> tensor<4x4xf32> {
  %last = vellum.scan for %x in %xs carry %h = %h0 {
    %zero = arith.constant 0.0 : f32
    %empty = tensor.empty() : tensor<4x4xf32>
    %zeros = linalg.fill ins(%zero : f32) outs(%empty : tensor<4x4xf32>) -> tensor<4x4xf32>
    %e = linalg.exp ins(%h : tensor<4x4xf32>) outs(%empty : tensor<4x4xf32>) -> tensor<4x4xf32>
    %p = linalg.matmul ins(%x, %w : tensor<4x4xf32>, tensor<4x4xf32>) outs(%zeros : tensor<4x4xf32>) -> tensor<4x4xf32>
    %h1 = linalg.matmul ins(%e, %w : tensor<4x4xf32>, tensor<4x4xf32>) outs(%p : tensor<4x4xf32>) -> tensor<4x4xf32>
    yield %h1
  }
  return %last : tensor<4x4xf32>
}

// -----

// A concatenation begins with the op that computes its first piece.
// CHECK-LABEL: func.func @halves
// CHECK:         memref.alloc() : memref<2x8xf32>
// CHECK:         scf.for
func.func @halves(%xs: tensor<?x1xf32>, %h0: tensor<8xf32>) -> tensor<8xf32> {
  %last = vellum.scan for %x in %xs carry %h = %h0 {
    %a = tensor.extract_slice %h[0] [4] [1] : tensor<8xf32> to tensor<4xf32>
    %b = tensor.extract_slice %h[4] [4] [1] : tensor<8xf32> to tensor<4xf32>
    %e0 = tensor.empty() : tensor<4xf32>
    %e1 = tensor.empty() : tensor<4xf32>
    %p = linalg.exp ins(%b : tensor<4xf32>) outs(%e0 : tensor<4xf32>) -> tensor<4xf32>
    %q = linalg.exp ins(%a : tensor<4xf32>) outs(%e1 : tensor<4xf32>) -> tensor<4xf32>
    %both = tensor.empty() : tensor<8xf32>
    %l = tensor.insert_slice %p into %both[0] [4] [1] : tensor<4xf32> into tensor<8xf32>
    %h1 = tensor.insert_slice %q into %l[4] [4] [1] : tensor<4xf32> into tensor<8xf32>
    yield %h1
  }
  return %last : tensor<8xf32>
}

// -----

// What a memory takes in is the state before the step: it is written to its place before the only slot of the state is.
// CHECK-LABEL: func.func @taken_in
// CHECK:         %[[MEMORY:.*]] = memref.alloc() : memref<4x8xf32>
// CHECK:         memref.alloc() : memref<1x8xf32>
// CHECK:         scf.for
// CHECK-DAG:       %[[ROW:.*]] = memref.subview %[[MEMORY]]
// CHECK-DAG:       %[[H:.*]] = bufferization.to_tensor
// CHECK:           materialize_in_destination %[[H]] in restrict writable %[[ROW]]
// CHECK:           linalg.tanh
// CHECK:           materialize_in_destination
func.func @taken_in(%xs: tensor<?x8xf32>, %m0: tensor<4x8xf32>, %h0: tensor<8xf32>, %at: index) -> (tensor<4x8xf32>, tensor<8xf32>) {
  %last:2 = vellum.scan for %x in %xs carry %m = %m0, %h = %h0 {
    %m1 = tensor.insert_slice %h into %m[%at, 0] [1, 8] [1, 1] : tensor<8xf32> into tensor<4x8xf32>
    %e0 = tensor.empty() : tensor<8xf32>
    %e1 = tensor.empty() : tensor<8xf32>
    %a = linalg.add ins(%x, %h : tensor<8xf32>, tensor<8xf32>) outs(%e0 : tensor<8xf32>) -> tensor<8xf32>
    %h1 = linalg.tanh ins(%a : tensor<8xf32>) outs(%e1 : tensor<8xf32>) -> tensor<8xf32>
    yield %m1, %h1
  }
  return %last#0, %last#1 : tensor<4x8xf32>, tensor<8xf32>
}

// -----

// A branch hands the old value on, and what it gives is read after the new one is written: two slots.
// CHECK-LABEL: func.func @handed_on
// CHECK:         memref.alloc() : memref<2x8192xf32>
#id = affine_map<(d0) -> (d0)>
func.func @handed_on(%xs: tensor<?x8192xf32>, %h0: tensor<8192xf32>, %c: i1) -> (tensor<8192xf32>, tensor<?x8192xf32>) {
  %last, %all = vellum.scan for %x in %xs carry %h = %h0 {
    %now = scf.if %c -> tensor<8192xf32> {
      scf.yield %h : tensor<8192xf32>
    } else {
      scf.yield %x : tensor<8192xf32>
    }
    %empty = tensor.empty() : tensor<8192xf32>
    %h1 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
        ins(%x : tensor<8192xf32>) outs(%empty : tensor<8192xf32>) {
    ^bb0(%a: f32, %out: f32):
      %b = math.tanh %a : f32
      linalg.yield %b : f32
    } -> tensor<8192xf32>
    yield %h1 emit %now
  }
  return %last, %all : tensor<8192xf32>, tensor<?x8192xf32>
}
