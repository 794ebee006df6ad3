// RUN: vellum-opt %s -vellum-decompose | FileCheck %s
// RUN: vellum-opt %s -vellum-decompose="keep=vellum.oneplus" | FileCheck %s --check-prefix=KEEP

// A decomposition is decomposed in turn, inside scans too.
// CHECK-LABEL: func.func @nested
// CHECK-NOT:   oneplus
// CHECK:       softplus
// KEEP-LABEL:  func.func @nested
// KEEP-NOT:    split
// KEEP:        oneplus
func.func @nested(%xs: tensor<?x4xf32>) -> tensor<?x2xf32> {
  %ys = vellum.scan for %x in %xs {
    %a, %b = split %x into [2, 2]
    %c = oneplus %a
    %d = arith.mulf %b, %c : tensor<2xf32>
    yield emit %d
  }
  return %ys : tensor<?x2xf32>
}

// A finished sample's carried value stands still and what it emits is zero.
// CHECK-LABEL: func.func @ragged
// CHECK-SAME:    %[[XS:[^:]+]]: {{.*}}, %[[H0:[^:]+]]: {{.*}}, %[[L:[^:]+]]: tensor<4xi64>
// CHECK:       vellum.scan at %[[T:.*]] for %[[X:.*]] in %[[XS]] carry %[[H:.*]] = %[[H0]]
// CHECK-NOT:     lengths
// CHECK:         %[[NEXT:.*]] = arith.addf %[[H]], %[[X]]
// CHECK:         %[[STEP:.*]] = arith.index_cast %[[T]]
// CHECK:         %[[S:.*]] = tensor.from_elements %[[STEP]]
// CHECK:         %[[TS:.*]] = broadcast %[[S]] across [0] like %[[L]]
// CHECK:         %[[RUNNING:.*]] = arith.cmpi slt, %[[TS]], %[[L]]
// CHECK:         %[[M1:.*]] = broadcast %[[RUNNING]] across [1] like %[[NEXT]]
// CHECK:         %[[CARRIED:.*]] = arith.select %[[M1]], %[[NEXT]], %[[H]]
// CHECK:         %[[M2:.*]] = broadcast %[[RUNNING]] across [1] like %[[NEXT]]
// CHECK:         %[[EMITTED:.*]] = arith.select %[[M2]], %[[NEXT]], %{{.*}}
// CHECK:         yield %[[CARRIED]] emit %[[EMITTED]]
func.func @ragged(%xs: tensor<?x4x2xf32>, %h0: tensor<4x2xf32>,
                  %lengths: tensor<4xi64>) -> (tensor<4x2xf32>, tensor<?x4x2xf32>) {
  %last, %ys = vellum.scan for %x in %xs carry %h = %h0 lengths %lengths {
    %h1 = arith.addf %h, %x : tensor<4x2xf32>
    yield %h1 emit %h1
  }
  return %last, %ys : tensor<4x2xf32>, tensor<?x4x2xf32>
}

// CHECK-LABEL: func.func @adaptive
// CHECK-NOT:   ponder
// CHECK:       %[[CAP:.*]] = arith.constant 7 : index
// CHECK:       vellum.scan at %{{.*}} carry {{.*}} length %[[CAP]]
// CHECK:         arith.cmpf ult
// CHECK:         arith.andi
func.func @adaptive(%s0: tensor<3x2xf32>) -> tensor<3x2xf32> {
  %s, %cost, %steps = vellum.ponder first %flag carry %state = %s0 cap 7 {
    %s1 = sigmoid %state
    %h = slice %s1 from 0 size 1
    yield %s1 halt %h
  }
  return %s : tensor<3x2xf32>
}

// What the rule of an op says of sizes, its parts find in the types: a strength has a last dimension of 1, a key the
// width of the memory's words, a weight as many rows as its inputs have columns. Sizes of which the rule says nothing
// stay open.
// CHECK-LABEL: func.func @known_sizes
// CHECK-SAME:    %[[K:[^:]+]]: {{.*}}, %[[M:[^:]+]]: {{.*}}, %[[S:[^:]+]]: {{.*}}, %[[X:[^:]+]]: {{.*}}, %[[W:[^:]+]]: tensor<?x?xf32>
// CHECK-DAG:     tensor.cast %[[K]] : tensor<?x?xf32> to tensor<?x4xf32>
// CHECK-DAG:     tensor.cast %[[S]] : tensor<?x?xf32> to tensor<?x1xf32>
// CHECK:         tensor.cast %[[W]] : tensor<?x?xf32> to tensor<7x?xf32>
func.func @known_sizes(%k: tensor<?x?xf32>, %m: tensor<?x?x4xf32>, %s: tensor<?x?xf32>, %x: tensor<?x3xf32>,
                       %w: tensor<?x?xf32>) -> (tensor<?x?xf32>, tensor<?x?xf32>) {
  %y = vellum.content_address %k in %m strength %s
  %r = vellum.memory_read %m at %y
  %z = vellum.linear %x, %r by %w
  return %y, %z : tensor<?x?xf32>, tensor<?x?xf32>
}

// Upstream folds `x xor x` and `x < x` to constants, which there are of static types alone: where a size is not known,
// they are of elements, before anything makes the operands the same.
// CHECK-LABEL: func.func @constants_of_unknown_size
// CHECK-SAME:    (%[[X:[^:]+]]: tensor<?x2xi1>, %[[Y:[^:]+]]: tensor<2xi1>, %[[Z:[^:]+]]: tensor<?xi32>)
// CHECK:         %[[X_SIZE:.*]] = tensor.dim %[[X]]
// CHECK:         tensor.empty(%[[X_SIZE]]) : tensor<?x2xi1>
// CHECK:         linalg.generic {{.*}} ins(%[[X]], %[[X]] :
// CHECK:           arith.xori %{{.*}}, %{{.*}} : i1
// CHECK:         arith.xori %[[Y]], %[[Y]] : tensor<2xi1>
// CHECK:         linalg.generic {{.*}} ins(%[[Z]], %{{.*}} :
// CHECK:           arith.cmpi sge, %{{.*}}, %{{.*}} : i32
func.func @constants_of_unknown_size(%x: tensor<?x2xi1>, %y: tensor<2xi1>, %z: tensor<?xi32>)
    -> (tensor<?x2xi1>, tensor<2xi1>, tensor<?xi1>) {
  %0 = arith.xori %x, %x : tensor<?x2xi1>
  %1 = arith.xori %y, %y : tensor<2xi1>
  %one = arith.constant 1 : index
  %same = vellum.scan carry %h = %z length %one {
    yield %h
  }
  %2 = arith.cmpi sge, %z, %same : tensor<?xi32>
  return %0, %1, %2 : tensor<?x2xi1>, tensor<2xi1>, tensor<?xi1>
}

// A counted loop is a scan over the numbers of its steps, of which there are none where it ends before it begins.
// CHECK-LABEL: func.func @counted
// CHECK-SAME:    %[[X:[^:]+]]: tensor<?xf32>, %[[FROM:[^:]+]]: index, %[[TO:[^:]+]]: index, %[[BY:[^:]+]]: index
// CHECK-DAG:     %[[RUNS:.*]] = arith.cmpi slt, %[[FROM]], %[[TO]]
// CHECK-DAG:     %[[SPAN:.*]] = arith.subi %[[TO]], %[[FROM]]
// CHECK-DAG:     %[[STEP:.*]] = arith.maxsi %[[BY]], %{{.*}}
// CHECK:         %[[COUNT:.*]] = arith.ceildivui %[[SPAN]], %[[STEP]]
// CHECK:         %[[N:.*]] = arith.select %[[RUNS]], %[[COUNT]], %{{.*}}
// CHECK:         vellum.scan at %[[T:.*]] carry %[[H:.*]] = %[[X]] length %[[N]] {
// CHECK-NEXT:      %[[PASSED:.*]] = arith.muli %[[T]], %[[BY]]
// CHECK-NEXT:      %[[I:.*]] = arith.addi %[[FROM]], %[[PASSED]]
// CHECK-NEXT:      tensor.extract %[[H]][%[[I]]]
// CHECK:           yield %{{.*}}
// CHECK-NOT:   scf.for
func.func @counted(%x: tensor<?xf32>, %from: index, %to: index, %by: index) -> tensor<?xf32> {
  %y = scf.for %i = %from to %to step %by iter_args(%h = %x) -> tensor<?xf32> {
    %v = tensor.extract %h[%i] : tensor<?xf32>
    %w = math.tanh %v : f32
    %g = tensor.insert %w into %h[%i] : tensor<?xf32>
    scf.yield %g : tensor<?xf32>
  }
  return %y : tensor<?xf32>
}

// Of constant bounds the number is known.
// CHECK-LABEL: func.func @constant_bounds
// CHECK:         %[[N:.*]] = arith.constant 4 : index
// CHECK:         vellum.scan at %{{.*}} carry %{{.*}} length %[[N]] {
func.func @constant_bounds(%x: i64) -> i64 {
  %from = arith.constant -1 : i32
  %to = arith.constant 10 : i32
  %by = arith.constant 3 : i32
  %y = scf.for %i = %from to %to step %by iter_args(%h = %x) -> i64 : i32 {
    %j = arith.extsi %i : i32 to i64
    %g = arith.addi %h, %j : i64
    scf.yield %g : i64
  }
  return %y : i64
}
