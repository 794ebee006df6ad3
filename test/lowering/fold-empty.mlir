// RUN: vellum-opt %s --vellum-fold-empty --canonicalize | FileCheck %s

// CHECK-LABEL: func.func @slice
// CHECK-NEXT:    %[[NOTHING:.*]] = arith.constant dense<> : tensor<3x0x1xf32>
// CHECK-NEXT:    return %[[NOTHING]]
func.func @slice(%x: tensor<3x0x4xf32>) -> tensor<3x0x1xf32> {
  %y = vellum.slice %x from 0 size 1 dim 2
  return %y : tensor<3x0x1xf32>
}

// Sizes that are not known are those that the value had.
// CHECK-LABEL: func.func @sizes
// CHECK-SAME:    (%[[X:.*]]: tensor<?x0x4xi64>)
// CHECK:         %[[B:.*]] = tensor.dim %[[X]], %c0
// CHECK-NEXT:    %[[NOTHING:.*]] = tensor.splat %c0_i64[%[[B]]] : tensor<?x0x2xi64>
// CHECK-NEXT:    return %[[NOTHING]]
func.func @sizes(%x: tensor<?x0x4xi64>) -> tensor<?x0x2xi64> {
  %y = vellum.slice %x from 1 size 2 dim 2
  return %y : tensor<?x0x2xi64>
}

// CHECK-LABEL: func.func @parts
// CHECK-SAME:    (%[[NONE:.*]]: tensor<2x0xf32>, %[[SOME:.*]]: tensor<2x3xf32>, %[[ALL:.*]]: tensor<2x3xf32>)
// CHECK-NEXT:    %[[TWICE:.*]] = vellum.concat %[[SOME]], %[[SOME]] dim 1
// CHECK-NEXT:    return %[[SOME]], %[[ALL]], %[[TWICE]]
func.func @parts(%none: tensor<2x0xf32>, %some: tensor<2x3xf32>, %all: tensor<2x3xf32>)
    -> (tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x6xf32>) {
  %one = tensor.concat dim(1) %none, %some, %none : (tensor<2x0xf32>, tensor<2x3xf32>, tensor<2x0xf32>) -> tensor<2x3xf32>
  %same = tensor.insert_slice %none into %all[0, 2] [2, 0] [1, 1] : tensor<2x0xf32> into tensor<2x3xf32>
  %twice = vellum.concat %some, %none, %some dim 1
  return %one, %same, %twice : tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x6xf32>
}

// A sum over nothing is what it begins with.
// CHECK-LABEL: func.func @sum
// CHECK-SAME:    (%{{.*}}: tensor<2x0xf32>, %[[FIRST:.*]]: tensor<2xf32>)
// CHECK-NEXT:    return %[[FIRST]]
func.func @sum(%x: tensor<2x0xf32>, %first: tensor<2xf32>) -> tensor<2xf32> {
  %sum = linalg.reduce {arith.addf} ins(%x : tensor<2x0xf32>) outs(%first : tensor<2xf32>) dimensions = [1]
  return %sum : tensor<2xf32>
}

// What the steps of a loop hand on is nothing, too: it is not carried.
// CHECK-LABEL: func.func @loop
// CHECK:         %[[LAST:.*]] = vellum.scan for %[[X:.*]] in %{{.*}} carry %[[H:.*]] = %{{.*}} {
// CHECK-NEXT:      %[[NEXT:.*]] = arith.addf %[[H]], %[[X]]
// CHECK-NEXT:      yield %[[NEXT]]
// CHECK:         return %[[LAST]], %{{.*}}, %{{.*}} : tensor<2xf32>, tensor<0xf32>, tensor<5x0xf32>
func.func @loop(%xs: tensor<5x2xf32>, %ns: tensor<5x0xf32>, %h0: tensor<2xf32>, %n0: tensor<0xf32>)
    -> (tensor<2xf32>, tensor<0xf32>, tensor<5x0xf32>) {
  %h, %n, %all = vellum.scan for %x in %xs, %m in %ns carry %h = %h0, %n = %n0 {
    %h1 = arith.addf %h, %x : tensor<2xf32>
    %n1 = arith.addf %n, %m : tensor<0xf32>
    yield %h1, %n1 emit %n1
  }
  return %h, %n, %all : tensor<2xf32>, tensor<0xf32>, tensor<5x0xf32>
}

// An input of nothing may be there for its length.
// CHECK-LABEL: func.func @length
// CHECK:         vellum.scan carry %{{.*}} = %{{.*}} length %c5 {
func.func @length(%ns: tensor<5x0xf32>, %h0: tensor<2xf32>) -> tensor<5x2xf32> {
  %h, %all = vellum.scan for %m in %ns carry %h = %h0 {
    %h1 = math.exp %h : tensor<2xf32>
    yield %h1 emit %h1
  }
  return %all : tensor<5x2xf32>
}

// No steps: nothing of the loop is left, whatever it would ask for.
// CHECK-LABEL: func.func @never
// CHECK-SAME:    (%{{.*}}: tensor<0x2xf32>, %[[H0:.*]]: tensor<2xf32>)
// CHECK-NEXT:    %[[NOTHING:.*]] = arith.constant dense<> : tensor<0x2xf32>
// CHECK-NEXT:    return %[[H0]], %[[NOTHING]]
func.func @never(%xs: tensor<0x2xf32>, %h0: tensor<2xf32>) -> (tensor<2xf32>, tensor<0x2xf32>) {
  %h, %all = vellum.scan for %x in %xs carry %h = %h0 {
    %h1 = arith.addf %h, %x : tensor<2xf32>
    %no = arith.constant false
    require %no, "there is a step"
    yield %h1 emit %h1
  }
  return %h, %all : tensor<2xf32>, tensor<0x2xf32>
}

// Padding of nothing is padding alone, wherever nothing begins.
// CHECK-LABEL: func.func @pad
// CHECK-NOT:     tensor.pad
// CHECK:         %[[Y:.*]] = arith.constant dense<5.000000e-01> : tensor<1x3x7xf32>
// CHECK:         return %[[Y]]
func.func @pad(%x: tensor<0x0x5xf32>) -> tensor<1x3x7xf32> {
  %y = tensor.pad %x low[1, 1, 1] high[0, 2, 1] {
  ^bb0(%i: index, %j: index, %k: index):
    %half = arith.constant 0.5 : f32
    tensor.yield %half : f32
  } : tensor<0x0x5xf32> to tensor<1x3x7xf32>
  return %y : tensor<1x3x7xf32>
}

// CHECK-LABEL: func.func @pad_some
// CHECK-SAME:    %[[N:[^ ]*]]: index, %[[P:[^ ]*]]: f32
// CHECK:         tensor.splat %[[P]][%{{.*}}] : tensor<?x3xf32>
func.func @pad_some(%x: tensor<0x2xf32>, %n: index, %p: f32) -> tensor<?x3xf32> {
  %y = tensor.pad %x low[%n, 1] high[0, 0] {
  ^bb0(%i: index, %j: index):
    tensor.yield %p : f32
  } : tensor<0x2xf32> to tensor<?x3xf32>
  return %y : tensor<?x3xf32>
}
