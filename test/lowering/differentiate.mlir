// RUN: vellum-opt %s -vellum-differentiate | FileCheck %s
// RUN: vellum-opt %s -vellum-differentiate="functions=loop keep-costly=false" | FileCheck %s --check-prefix=CARRIES
// RUN: vellum-opt %s -vellum-differentiate="functions=product wrt=1" | FileCheck %s --check-prefix=WRT

// The arguments, a cotangent per float result; the results, a cotangent per
// float argument. What is frozen has none, what is not used a zero one.
// CHECK-LABEL: func.func @product.gradient
// CHECK-SAME:    (%[[X:[^:]+]]: tensor<4x3xf32>, %[[W:[^:]+]]: tensor<3x2xf32>, %[[N:[^:]+]]: tensor<?xf32>, %{{[^:]+}}: index, %[[F:[^:]+]]: tensor<2xf32> {vellum.frozen}, %[[DY:[^:]+]]: tensor<4x2xf32>)
// CHECK-SAME:    -> (tensor<4x2xf32>, index, tensor<4x3xf32>, tensor<3x2xf32>, tensor<?xf32>)
// CHECK-DAG:     %[[Y:.*]] = vellum.contract "bk,kn->bn" %[[X]], %[[W]]
// CHECK-DAG:     %[[DX:.*]] = vellum.contract "bn,kn->bk" %[[DY]], %[[W]]
// CHECK-DAG:     %[[DW:.*]] = vellum.contract "bk,bn->kn" %[[X]], %[[DY]]
// CHECK-DAG:     %[[DN:.*]] = vellum.broadcast %{{.*}} across [0] like %[[N]]
// CHECK:         return %[[Y]], %{{.*}}, %[[DX]], %[[DW]], %[[DN]]
// WRT-LABEL:   func.func @product.gradient
// WRT-SAME:      -> (tensor<4x2xf32>, index, tensor<3x2xf32>)
func.func @product(%x: tensor<4x3xf32>, %w: tensor<3x2xf32>, %n: tensor<?xf32>,
                   %i: index, %f: tensor<2xf32> {vellum.frozen}) -> (tensor<4x2xf32>, index) {
  %y = vellum.contract "bk,kn->bn" %x, %w
  return %y, %i : tensor<4x2xf32>, index
}

// Contributions are summed; no cotangent flows through `stop_gradient`.
// CHECK-LABEL: func.func @stopped.gradient
// CHECK-SAME:    (%[[X:[^:]+]]: tensor<3xf32>, %[[DY:[^:]+]]: tensor<3xf32>)
// CHECK:         %[[S:.*]] = vellum.stop_gradient %[[X]]
// CHECK:         %[[DX:.*]] = arith.mulf %[[DY]], %[[S]]
// CHECK-NEXT:    return %{{.*}}, %[[DX]]
func.func @stopped(%x: tensor<3xf32>) -> tensor<3xf32> {
  %s = vellum.stop_gradient %x
  %y = arith.mulf %x, %s : tensor<3xf32>
  return %y : tensor<3xf32>
}

// The forward scan emits the carried value and the costly result; what is
// elementwise is computed again. With `keep-costly` off the sigmoid is, too.
// CHECK-LABEL: func.func @loop.gradient
// CHECK-SAME:    (%[[XS:[^:]+]]: tensor<?x2xf32>, %[[A:[^:]+]]: tensor<2xf32>, %[[D:[^:]+]]: tensor<2xf32>)
// CHECK:         %[[F:.*]]:3 = vellum.scan for %[[X:.*]] in %[[XS]] carry %[[H:.*]] = %[[A]]
// CHECK:           %[[SUM:.*]] = arith.addf %[[H]], %[[X]]
// CHECK:           %[[G:.*]] = sigmoid %[[SUM]]
// CHECK:           yield %{{.*}} emit %[[H]], %[[G]]
// CHECK:         %[[R:.*]]:2 = vellum.scan reverse for %{{.*}} in %[[F]]#1, %{{.*}} in %[[F]]#2 carry %[[DH:.*]] = %[[D]]
// CHECK-NOT:       sigmoid
// CHECK:           yield %{{.*}} emit %{{.*}}
// CHECK:         return %[[F]]#0, %[[R]]#1, %[[R]]#0
// CARRIES-LABEL: func.func @loop.gradient
// CARRIES:       yield %{{.*}} emit %{{[^,]*$}}
// CARRIES:       vellum.scan reverse
// CARRIES:         sigmoid
func.func @loop(%xs: tensor<?x2xf32>, %a: tensor<2xf32>) -> tensor<2xf32> {
  %last = vellum.scan for %x in %xs carry %h = %a {
    %sum = arith.addf %h, %x : tensor<2xf32>
    %g = sigmoid %sum
    %h1 = arith.mulf %g, %h : tensor<2xf32>
    yield %h1
  }
  return %last : tensor<2xf32>
}

// Nothing to differentiate: passed over.
// CHECK-NOT: @integers.gradient
func.func @integers(%x: tensor<2xi32>) -> tensor<2xi32> {
  return %x : tensor<2xi32>
}

// A comparison falls to the side that it fell to in the forward pass: it is kept, since the sum of two products may be
// rounded differently when it is computed again. One addition of what is there has the same bits again.
// CHECK-LABEL: func.func @sides.gradient
// CHECK:         vellum.scan for
// CHECK:           %[[IS:.*]] = arith.cmpf oeq
// CHECK:           yield %{{.*}} emit {{.*}}%[[IS]]
// CHECK:         vellum.scan reverse for
// CHECK-NOT:       arith.cmpf oeq
// CHECK:           arith.cmpf ogt
// CHECK:         return
func.func @sides(%xs: tensor<?x2xf32>, %a: tensor<2xf32>) -> tensor<2xf32> {
  %zeros = arith.constant dense<0.0> : tensor<2xf32>
  %last = vellum.scan for %x in %xs carry %h = %a {
    %p = arith.mulf %x, %a : tensor<2xf32>
    %q = arith.mulf %h, %a : tensor<2xf32>
    %s = arith.addf %p, %q : tensor<2xf32>
    %is = arith.cmpf oeq, %s, %a : tensor<2xf32>
    %one = arith.select %is, %x, %h : tensor<2xi1>, tensor<2xf32>
    %sum = arith.addf %x, %h : tensor<2xf32>
    %above = arith.cmpf ogt, %sum, %zeros : tensor<2xf32>
    %other = arith.select %above, %one, %zeros : tensor<2xi1>, tensor<2xf32>
    yield %other
  }
  return %last : tensor<2xf32>
}

// The maximum that is compared is that of the operand as it is in the reverse pass.
// CHECK-LABEL: func.func @largest.gradient
// CHECK:         vellum.scan reverse for
// CHECK:           %[[Q:.*]] = arith.addf
// CHECK:           %[[TOP:.*]] = reduce max %[[Q]] over [0]
// CHECK:           %[[ALL:.*]] = broadcast %[[TOP]]
// CHECK:           arith.cmpf oeq, %[[Q]], %[[ALL]]
func.func @largest(%xs: tensor<?x2xf32>, %a: tensor<2xf32>) -> tensor<?xf32> {
  %last, %ys = vellum.scan for %x in %xs carry %h = %a {
    %p = arith.mulf %x, %a : tensor<2xf32>
    %q = arith.mulf %h, %a : tensor<2xf32>
    %s = arith.addf %p, %q : tensor<2xf32>
    %y = reduce max %s over [0]
    yield %x emit %y
  }
  return %ys : tensor<?xf32>
}

// The zeros in the cotangents of finished samples hide what the body has computed of them, and the weights that all
// samples share need no hiding.
// CHECK-LABEL: func.func @ragged.gradient
// CHECK-SAME:    (%{{[^:]+}}: tensor<?x?x3xf32>, %[[W:[^:]+]]: tensor<3x3xf32>
// CHECK:         vellum.scan reverse at
// CHECK:           %[[D:.*]] = arith.select
// CHECK:           %[[DX:.*]] = contract "{{.*}}" %[[D]], %[[W]]{{$}}
// CHECK:           contract "{{.*}}" %{{.*}}, %[[D]] excluding rhs
// CHECK:           %[[SLOPE:.*]] = arith.divf %[[DX]],
// CHECK:           %[[IS:.*]] = arith.cmpf une, %[[DX]],
// CHECK:           arith.select %[[IS]], %[[SLOPE]], %{{.*}} {vellum.excludes}
func.func @ragged(%xs: tensor<?x?x3xf32>, %w: tensor<3x3xf32>, %h0: tensor<?x3xf32>, %n: tensor<?xi32>) -> tensor<?x3xf32> {
  %last = vellum.scan for %x in %xs carry %h = %h0 lengths %n {
    %l = math.log %x : tensor<?x3xf32>
    %y = linear %l by %w
    yield %y
  }
  return %last : tensor<?x3xf32>
}

// The adjoint takes the same branch. What a branch must keep is a further result of the forward op, for which the other
// has memory that nothing reads; what only one branch reads gets zeros from the other.
// CHECK-LABEL: func.func @branch.gradient
// CHECK-SAME:    (%[[X:[^:]+]]: tensor<?xf32>, %[[V:[^:]+]]: tensor<?xf32>, %[[C:[^:]+]]: i1, %[[D:[^:]+]]: tensor<?xf32>)
// CHECK:         %[[F:.*]]:2 = scf.if %[[C]] -> (tensor<?xf32>, tensor<?xf32>) {
// CHECK:           %[[E:.*]] = math.exp %[[X]]
// CHECK:           %[[P:.*]] = arith.mulf %[[E]], %[[V]]
// CHECK:           scf.yield %[[P]], %[[E]]
// CHECK:         } else {
// CHECK:           %[[NOTHING:.*]] = tensor.empty(%{{.*}})
// CHECK:           scf.yield %[[X]], %[[NOTHING]]
// CHECK:         %[[R:.*]]:2 = scf.if %[[C]] -> (tensor<?xf32>, tensor<?xf32>) {
// CHECK-NOT:       math.exp
// CHECK-DAG:       %[[DV:.*]] = arith.mulf %[[D]], %[[F]]#1
// CHECK-DAG:       %[[DE:.*]] = arith.mulf %[[D]], %[[V]]
// CHECK-DAG:       %[[DX:.*]] = arith.mulf %[[DE]], %[[F]]#1
// CHECK:           scf.yield %[[DX]], %[[DV]]
// CHECK:         } else {
// CHECK:           %[[ZERO:.*]] = vellum.broadcast %{{.*}} across [0] like %[[V]]
// CHECK:           scf.yield %[[D]], %[[ZERO]]
func.func @branch(%x: tensor<?xf32>, %v: tensor<?xf32>, %c: i1) -> tensor<?xf32> {
  %y = scf.if %c -> tensor<?xf32> {
    %e = math.exp %x : tensor<?xf32>
    %p = arith.mulf %e, %v : tensor<?xf32>
    scf.yield %p : tensor<?xf32>
  } else {
    scf.yield %x : tensor<?xf32>
  }
  return %y : tensor<?xf32>
}

// A loop in a loop that takes as many steps as the outer one has taken: what it saves in each has another size, so it
// runs again in the reverse step.
// CHECK-LABEL: func.func @triangle.gradient
// CHECK:         %{{.*}}:3 = vellum.scan at %[[T:[^ ]+]] carry
// CHECK:           %[[STEPS:.*]] = arith.select %{{.*}}, %[[T]], %{{.*}}
// CHECK:           scan carry %{{.*}} length %[[STEPS]]
// CHECK:         vellum.scan reverse at %[[I:[^ ]+]] for
// CHECK:           %[[AGAIN:.*]] = arith.select %{{.*}}, %[[I]], %{{.*}}
// CHECK:           scan carry %{{.*}} length %[[AGAIN]]
// CHECK:           scan reverse for
func.func @triangle(%x: tensor<3xf32>, %n: index) -> tensor<3xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %y = scf.for %i = %c0 to %n step %c1 iter_args(%a = %x) -> tensor<3xf32> {
    %z = scf.for %j = %c0 to %i step %c1 iter_args(%b = %a) -> tensor<3xf32> {
      %t = math.tanh %b : tensor<3xf32>
      scf.yield %t : tensor<3xf32>
    }
    %w = math.sin %z : tensor<3xf32>
    scf.yield %w : tensor<3xf32>
  }
  return %y : tensor<3xf32>
}
