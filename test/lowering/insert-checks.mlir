// RUN: vellum-opt %s --vellum-insert-checks --cse | FileCheck %s

// CHECK-LABEL: func.func @index
// CHECK-SAME:    (%[[X:[^:]+]]: tensor<4xf32>, %[[I:[^:]+]]: index)
// CHECK:         %[[INSIDE:.*]] = arith.cmpi ult, %[[I]], %{{.*}} : index
// CHECK:         vellum.require %[[INSIDE]], "'tensor.extract' op index {0} lies outside a dimension of 4"(%[[I]])
// CHECK:         tensor.extract
func.func @index(%x: tensor<4xf32>, %i: index) -> f32 {
  %y = tensor.extract %x[%i] : tensor<4xf32>
  return %y : f32
}

// What types, constants and equal values decide is not checked.
// CHECK-LABEL: func.func @known
// CHECK-NOT:     vellum.require
// CHECK:         return
func.func @known(%x: tensor<4xf32>, %d: tensor<?x3xf32>, %k: i64) -> (f32, tensor<?x3xf32>, tensor<?xf32>, i64, tensor<?x3xf32>) {
  %c3 = arith.constant 3 : index
  %c0 = arith.constant 0 : index
  %c7 = arith.constant 7 : i64
  %a = tensor.extract %x[%c3] : tensor<4xf32>
  %b = arith.addf %d, %d : tensor<?x3xf32>
  %n = tensor.dim %d, %c0 : tensor<?x3xf32>
  %c = tensor.extract_slice %b[0, 1] [%n, 1] [1, 1] : tensor<?x3xf32> to tensor<?xf32>
  %q = arith.divsi %k, %c7 : i64
  %w = arith.constant dense<1.0> : tensor<3x3xf32>
  %e = vellum.linear %d by %w
  return %a, %b, %c, %q, %e : f32, tensor<?x3xf32>, tensor<?xf32>, i64, tensor<?x3xf32>
}

// A rule is checked in its own words; a check before, and what follows from it,
// is not made again.
// CHECK-LABEL: func.func @once
// CHECK-SAME:    (%[[X:[^:]+]]: tensor<2x?xf32>, %[[Y:[^:]+]]: tensor<?x3xf32>)
// CHECK-DAG:     %[[N:.*]] = tensor.dim %[[X]], %{{.*}}
// CHECK-DAG:     %[[M:.*]] = tensor.dim %[[Y]], %{{.*}}
// CHECK:         %[[SAME:.*]] = arith.cmpi eq, %[[N]], %[[M]] : index
// CHECK:         vellum.require %[[SAME]], "dimensions with the letter 'b' must have the same size, but got {0} and {1}"(%[[N]], %[[M]])
// CHECK-NOT:     vellum.require
// CHECK:         return
func.func @once(%x: tensor<2x?xf32>, %y: tensor<?x3xf32>) -> (tensor<2x3xf32>, tensor<2x3xf32>, tensor<?x2xf32>) {
  %a = vellum.contract "ab,bc->ac" %x, %y
  %z = arith.negf %x : tensor<2x?xf32>
  %b = vellum.contract "ab,bc->ac" %z, %y
  %c1 = arith.constant 1 : index
  %n = tensor.dim %x, %c1 : tensor<2x?xf32>
  %s = tensor.extract_slice %y[0, 0] [%n, 2] [1, 1] : tensor<?x3xf32> to tensor<?x2xf32>
  return %a, %b, %s : tensor<2x3xf32>, tensor<2x3xf32>, tensor<?x2xf32>
}

// What no step changes is checked before the loop, and only if it has a step.
// CHECK-LABEL: func.func @before
// CHECK-SAME:    (%[[XS:[^:]+]]: tensor<?x2x?xf32>, %[[W:[^:]+]]: tensor<?x?xf32>,
// CHECK:         %[[SAME:.*]] = arith.cmpi eq, %{{.*}}, %{{.*}} : index
// CHECK:         %[[NONE:.*]] = arith.cmpi eq, %{{.*}}, %{{.*}} : index
// CHECK:         %[[OR:.*]] = arith.ori %[[SAME]], %[[NONE]] : i1
// CHECK:         vellum.require %[[OR]], "dimensions with the letter 'x' must have
// CHECK:         vellum.require %{{.*}}, "'vellum.scan' op a carried value must keep the shape 2x{0}, but got 2x{1}"
// CHECK:         vellum.scan
// CHECK-NOT:       require
// CHECK:           yield
func.func @before(%xs: tensor<?x2x?xf32>, %w: tensor<?x?xf32>, %h0: tensor<2x?xf32>) -> tensor<2x?xf32> {
  %h = vellum.scan for %x in %xs carry %h = %h0 {
    %h1 = vellum.contract "bx,xh->bh" %x, %w
    yield %h1
  }
  return %h : tensor<2x?xf32>
}

// What the step decides is checked in it.
// CHECK-LABEL: func.func @within
// CHECK:         vellum.scan at %[[T:.*]] carry
// CHECK:           %[[INSIDE:.*]] = arith.cmpi ult, %[[T]], %{{.*}} : index
// CHECK:           require %[[INSIDE]]{{.*$}}
// CHECK:           tensor.extract
func.func @within(%x: tensor<?xf32>, %n: index, %h0: tensor<f32>) -> tensor<f32> {
  %h = vellum.scan at %t carry %h = %h0 length %n {
    %v = tensor.extract %x[%t] : tensor<?xf32>
    %s = tensor.from_elements %v : tensor<f32>
    %h1 = arith.addf %h, %s : tensor<f32>
    yield %h1
  }
  return %h : tensor<f32>
}

// In the body of a structured op too; no element is read before its check.
// CHECK-LABEL: func.func @rows
// CHECK:         linalg.generic
// CHECK:           %[[J:.*]] = arith.index_cast
// CHECK:           %[[INSIDE:.*]] = arith.cmpi ult, %[[J]], %{{.*}} : index
// CHECK-NEXT:      vellum.require %[[INSIDE]]{{.*$}}
// CHECK-NEXT:      tensor.extract
func.func @rows(%x: tensor<?xf32>, %i: tensor<4xi32>, %e: tensor<4xf32>) -> tensor<4xf32> {
  %r = linalg.generic {
    indexing_maps = [affine_map<(a) -> (a)>, affine_map<(a) -> (a)>],
    iterator_types = ["parallel"]
  } ins(%i : tensor<4xi32>) outs(%e : tensor<4xf32>) {
  ^bb0(%k: i32, %o: f32):
    %j = arith.index_cast %k : i32 to index
    %v = tensor.extract %x[%j] : tensor<?xf32>
    linalg.yield %v : f32
  } -> tensor<4xf32>
  return %r : tensor<4xf32>
}

// A loop's step is positive, and what it carries keeps its sizes. What no step changes is checked before it, and holds
// where there is none.
// CHECK-LABEL: func.func @counted
// CHECK-SAME:    %[[X:[^:]+]]: tensor<?xf32>, %[[TO:[^:]+]]: index, %[[N:[^:]+]]: index
// CHECK:         %[[POSITIVE:.*]] = arith.cmpi sgt, %[[N]], %{{.*}} : index
// CHECK-NEXT:    vellum.require %[[POSITIVE]], "'scf.for' op needs a positive step, but got {0}"(%[[N]])
// CHECK:         %[[SAME:.*]] = arith.cmpi eq, %{{.*}} : index
// CHECK:         %[[NONE:.*]] = arith.cmpi sle, %[[TO]], %{{.*}} : index
// CHECK:         %[[HOLDS:.*]] = arith.ori %[[SAME]], %[[NONE]]
// CHECK-NEXT:    vellum.require %[[HOLDS]], "'scf.for' op a carried value must keep the shape {0}, but got 3"
// CHECK-NEXT:    scf.for
// CHECK-NOT:       vellum.require
func.func @counted(%x: tensor<?xf32>, %to: index, %n: index) -> tensor<?xf32> {
  %c0 = arith.constant 0 : index
  %y = scf.for %i = %c0 to %to step %n iter_args(%h = %x) -> tensor<?xf32> {
    %z = arith.constant dense<1.0> : tensor<3xf32>
    %g = tensor.cast %z : tensor<3xf32> to tensor<?xf32>
    scf.yield %g : tensor<?xf32>
  }
  return %y : tensor<?xf32>
}

// Sizes that must be the same, and also a number that another operand has.
// CHECK-LABEL: func.func @same_and_known
// CHECK-SAME:    (%[[A:[^:]+]]: tensor<2x?x5xf32>, %[[B:[^:]+]]: tensor<2x?x5xf32>
// CHECK-DAG:     %[[M:.*]] = tensor.dim %[[A]], %c1
// CHECK-DAG:     %[[N:.*]] = tensor.dim %[[B]], %c1
// CHECK:         arith.cmpi eq, %[[M]], %[[N]]
// CHECK:         "previous weighting must have the shape 2x{0}x5 (the weighting's), but got 2x{1}x5"
// CHECK:         %[[C4:.*]] = arith.constant 4 : index
// CHECK:         arith.cmpi eq, %[[M]], %[[C4]]
// CHECK:         "gate must have the shape 2x{0}x1 (the weighting's with a last dimension of 1), but got 2x4x1"
func.func @same_and_known(%a: tensor<2x?x5xf32>, %b: tensor<2x?x5xf32>, %g: tensor<2x4x1xf32>) -> tensor<2x4x5xf32> {
  %y = vellum.interpolate_address %a with %b gate %g
  return %y : tensor<2x4x5xf32>
}

// CHECK-LABEL: func.func @same_and_nothing
// CHECK-COUNT-2: vellum.require
// CHECK-NOT:     vellum.require
// CHECK:         return
func.func @same_and_nothing(%a: tensor<?x2xf32>, %b: tensor<?x2xf32>, %none: tensor<0x2xf32>) -> tensor<0x6xf32> {
  %y = vellum.concat %a, %b, %none dim 1
  return %y : tensor<0x6xf32>
}
