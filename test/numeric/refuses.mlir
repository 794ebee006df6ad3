// RUN: not vellum test %s --backend=interpreter 2>&1 | FileCheck %s
// RUN: not vellum test %s --target=x86-64-v2 2>&1 | FileCheck %s
// RUN: %if x86-64-v3 %{ not vellum test %s --target=x86-64-v3 2>&1 | FileCheck %s %}
// RUN: %if x86-64-v4 %{ not vellum test %s --target=x86-64-v4 2>&1 | FileCheck %s %}

// What the interpreter refuses, compiled code refuses in the same words and at
// the same line, and goes on with the next test.

// The number, in a way that compilers do not see through.
func.func private @opaque(%n: index) -> index {
  %key = arith.constant 0 : i64
  %c0 = arith.constant 0 : index
  %places = vellum.random permutation %key : tensor<1xi32>
  %place = tensor.extract %places[%c0] : tensor<1xi32>
  %zero = arith.index_cast %place : i32 to index
  %sum = arith.addi %n, %zero : index
  return %sum : index
}

// 0, 1, 2, ...
func.func private @numbers(%n: index) -> tensor<?xf32> {
  %x = tensor.generate %n {
  ^bb0(%i: index):
    %k = arith.index_cast %i : index to i32
    %f = arith.sitofp %k : i32 to f32
    tensor.yield %f : f32
  } : tensor<?xf32>
  return %x : tensor<?xf32>
}

//===----------------------------------------------------------------------===//
// Elements
//===----------------------------------------------------------------------===//

func.func @extract_behind() {
  %c4 = arith.constant 4 : index
  %n = call @opaque(%c4) : (index) -> index
  %x = call @numbers(%n) : (index) -> tensor<?xf32>
  // CHECK: refuses.mlir:[[#@LINE+1]]:{{[0-9]+}}: error: 'tensor.extract' op index 4 lies outside a dimension of 4
  %v = tensor.extract %x[%n] : tensor<?xf32>
  // CHECK: FAIL @extract_behind
  return
}

func.func @extract_below() {
  %c4 = arith.constant 4 : index
  %m1 = arith.constant -1 : index
  %n = call @opaque(%c4) : (index) -> index
  %i = call @opaque(%m1) : (index) -> index
  %x = call @numbers(%n) : (index) -> tensor<?xf32>
  // CHECK: refuses.mlir:[[#@LINE+1]]:{{[0-9]+}}: error: 'tensor.extract' op index -1 lies outside a dimension of 4
  %v = tensor.extract %x[%i] : tensor<?xf32>
  %t = tensor.from_elements %v : tensor<f32>
  vellum.expect_close %t, %t atol 0 rtol 0
  // CHECK: FAIL @extract_below
  return
}

func.func @insert() {
  %big = arith.constant 100000000000 : index
  %i = call @opaque(%big) : (index) -> index
  %x = arith.constant dense<1.0> : tensor<4xf32>
  %v = arith.constant 2.0 : f32
  // CHECK: refuses.mlir:[[#@LINE+1]]:{{[0-9]+}}: error: 'tensor.insert' op index 100000000000 lies outside a dimension of 4
  %y = tensor.insert %v into %x[%i] : tensor<4xf32>
  vellum.expect_close %y, %x atol 0 rtol 0
  // CHECK: FAIL @insert
  return
}

func.func @dim() {
  %c2 = arith.constant 2 : index
  %i = call @opaque(%c2) : (index) -> index
  %x = arith.constant dense<1.0> : tensor<4x3xf32>
  // CHECK: refuses.mlir:[[#@LINE+1]]:{{[0-9]+}}: error: 'tensor.dim' op dimension 2 lies outside a rank of 2
  %d = tensor.dim %x, %i : tensor<4x3xf32>
  // CHECK: FAIL @dim
  return
}

// Rows by numbers out of a tensor, one of which is none.
func.func @gather() {
  %c4 = arith.constant 4 : index
  %n = call @opaque(%c4) : (index) -> index
  %x = call @numbers(%n) : (index) -> tensor<?xf32>
  %at = arith.constant dense<[0, 3, -5, 9]> : tensor<4xi32>
  %e = tensor.empty(%n) : tensor<?xf32>
  %r = linalg.generic {
    indexing_maps = [affine_map<(a) -> (a)>, affine_map<(a) -> (a)>],
    iterator_types = ["parallel"]
  } ins(%at : tensor<4xi32>) outs(%e : tensor<?xf32>) {
  ^bb0(%k: i32, %o: f32):
    %j = arith.index_cast %k : i32 to index
    // CHECK: refuses.mlir:[[#@LINE+1]]:{{[0-9]+}}: error: 'tensor.extract' op index -5 lies outside a dimension of 4
    %v = tensor.extract %x[%j] : tensor<?xf32>
    linalg.yield %v : f32
  } -> tensor<?xf32>
  vellum.expect_close %r, %x atol 100 rtol 0
  // CHECK: FAIL @gather
  return
}

func.func @generate_from() {
  %c4 = arith.constant 4 : index
  %c3 = arith.constant 3 : index
  %n = call @opaque(%c4) : (index) -> index
  %m = call @opaque(%c3) : (index) -> index
  %x = call @numbers(%m) : (index) -> tensor<?xf32>
  %r = tensor.generate %n {
  ^bb0(%i: index):
    // CHECK: refuses.mlir:[[#@LINE+1]]:{{[0-9]+}}: error: 'tensor.extract' op index 3 lies outside a dimension of 3
    %v = tensor.extract %x[%i] : tensor<?xf32>
    tensor.yield %v : f32
  } : tensor<?xf32>
  vellum.expect_close %r, %r atol 0 rtol 0
  // CHECK: FAIL @generate_from
  return
}

//===----------------------------------------------------------------------===//
// Slices
//===----------------------------------------------------------------------===//

func.func @one_element_again() {
  %c0 = arith.constant 0 : index
  %c4 = arith.constant 4 : index
  %n = call @opaque(%c4) : (index) -> index
  %step = call @opaque(%c0) : (index) -> index
  %x = call @numbers(%n) : (index) -> tensor<?xf32>
  // CHECK: refuses.mlir:[[#@LINE+1]]:{{[0-9]+}}: error: 'tensor.extract_slice' op slice of 4 from 1 must have a step other than 0
  %y = tensor.extract_slice %x[1] [%n] [%step] : tensor<?xf32> to tensor<?xf32>
  vellum.expect_close %y, %y atol 0 rtol 0
  // CHECK: FAIL @one_element_again
  return
}

func.func @slice_offset() {
  %c4 = arith.constant 4 : index
  %c2 = arith.constant 2 : index
  %n = call @opaque(%c4) : (index) -> index
  %o = call @opaque(%c2) : (index) -> index
  %x = call @numbers(%n) : (index) -> tensor<?xf32>
  // CHECK: refuses.mlir:[[#@LINE+1]]:{{[0-9]+}}: error: 'tensor.extract_slice' op slice of 3 from 2 by 1 lies outside a dimension of 4
  %y = tensor.extract_slice %x[%o] [3] [1] : tensor<?xf32> to tensor<3xf32>
  vellum.expect_close %y, %y atol 0 rtol 0
  // CHECK: FAIL @slice_offset
  return
}

func.func @slice_negative_size() {
  %c4 = arith.constant 4 : index
  %m1 = arith.constant -1 : index
  %n = call @opaque(%c4) : (index) -> index
  %s = call @opaque(%m1) : (index) -> index
  %x = call @numbers(%n) : (index) -> tensor<?xf32>
  // CHECK: refuses.mlir:[[#@LINE+1]]:{{[0-9]+}}: error: 'tensor.extract_slice' op slice of -1 from 0 by 1 lies outside a dimension of 4
  %y = tensor.extract_slice %x[0] [%s] [1] : tensor<?xf32> to tensor<?xf32>
  vellum.expect_close %y, %y atol 0 rtol 0
  // CHECK: FAIL @slice_negative_size
  return
}

// The sum of offset and size overflows.
func.func @slice_far() {
  %c4 = arith.constant 4 : index
  %big = arith.constant 9223372036854775807 : index
  %n = call @opaque(%c4) : (index) -> index
  %o = call @opaque(%big) : (index) -> index
  %x = call @numbers(%n) : (index) -> tensor<?xf32>
  // CHECK: refuses.mlir:[[#@LINE+1]]:{{[0-9]+}}: error: 'tensor.extract_slice' op slice of 3 from 9223372036854775807 by 1 lies outside a dimension of 4
  %y = tensor.extract_slice %x[%o] [3] [1] : tensor<?xf32> to tensor<3xf32>
  vellum.expect_close %y, %y atol 0 rtol 0
  // CHECK: FAIL @slice_far
  return
}

func.func @slice_stride() {
  %c4 = arith.constant 4 : index
  %m1 = arith.constant -1 : index
  %n = call @opaque(%c4) : (index) -> index
  %by = call @opaque(%m1) : (index) -> index
  %x = call @numbers(%n) : (index) -> tensor<?xf32>
  // CHECK: refuses.mlir:[[#@LINE+1]]:{{[0-9]+}}: error: 'tensor.extract_slice' op slice of 3 from 1 by -1 lies outside a dimension of 4
  %y = tensor.extract_slice %x[1] [3] [%by] : tensor<?xf32> to tensor<3xf32>
  vellum.expect_close %y, %y atol 0 rtol 0
  // CHECK: FAIL @slice_stride
  return
}

func.func @insert_slice() {
  %c4 = arith.constant 4 : index
  %m1 = arith.constant -1 : index
  %n = call @opaque(%c4) : (index) -> index
  %o = call @opaque(%m1) : (index) -> index
  %x = call @numbers(%n) : (index) -> tensor<?xf32>
  %y = arith.constant dense<7.0> : tensor<3xf32>
  // CHECK: refuses.mlir:[[#@LINE+1]]:{{[0-9]+}}: error: 'tensor.insert_slice' op slice of 3 from -1 by 1 lies outside a dimension of 4
  %z = tensor.insert_slice %y into %x[%o] [3] [1] : tensor<3xf32> into tensor<?xf32>
  vellum.expect_close %z, %x atol 0 rtol 0
  // CHECK: FAIL @insert_slice
  return
}

func.func @insert_other() {
  %c4 = arith.constant 4 : index
  %c2 = arith.constant 2 : index
  %n = call @opaque(%c4) : (index) -> index
  %s = call @opaque(%c2) : (index) -> index
  %x = call @numbers(%n) : (index) -> tensor<?xf32>
  %y = call @numbers(%s) : (index) -> tensor<?xf32>
  // CHECK: refuses.mlir:[[#@LINE+1]]:{{[0-9]+}}: error: 'tensor.insert_slice' op puts 2 into a slice of 4
  %z = tensor.insert_slice %y into %x[0] [%n] [1] : tensor<?xf32> into tensor<?xf32>
  vellum.expect_close %z, %x atol 0 rtol 0
  // CHECK: FAIL @insert_other
  return
}

//===----------------------------------------------------------------------===//
// Sizes
//===----------------------------------------------------------------------===//

func.func @splat_negative() {
  %m2 = arith.constant -2 : index
  %n = call @opaque(%m2) : (index) -> index
  %one = arith.constant 1.0 : f32
  // CHECK: refuses.mlir:[[#@LINE+1]]:{{[0-9]+}}: error: 'tensor.splat' op has a size of -2
  %x = tensor.splat %one[%n] : tensor<?xf32>
  vellum.expect_close %x, %x atol 0 rtol 0
  // CHECK: FAIL @splat_negative
  return
}

func.func @splat_constant() {
  %m2 = arith.constant -2 : index
  %one = arith.constant 1.0 : f32
  // CHECK: refuses.mlir:[[#@LINE+1]]:{{[0-9]+}}: error: 'tensor.splat' op has a size of -2
  %x = tensor.splat %one[%m2] : tensor<?xf32>
  vellum.expect_close %x, %x atol 0 rtol 0
  // CHECK: FAIL @splat_constant
  return
}

// The product is 0 in 64 bits.
func.func @splat_overflow() {
  %big = arith.constant 4294967296 : index
  %n = call @opaque(%big) : (index) -> index
  %one = arith.constant 1.0 : f32
  // CHECK: refuses.mlir:[[#@LINE+1]]:{{[0-9]+}}: error: 'tensor.splat' op has a tensor of 4294967296x4294967296, more than
  %x = tensor.splat %one[%n, %n] : tensor<?x?xf32>
  vellum.expect_close %x, %x atol 0 rtol 0
  // CHECK: FAIL @splat_overflow
  return
}

func.func @generate_negative() {
  %m2 = arith.constant -2 : index
  %n = call @opaque(%m2) : (index) -> index
  %x = tensor.generate %n {
  // CHECK: refuses.mlir:[[#@LINE-1]]:{{[0-9]+}}: error: 'tensor.generate' op has a size of -2
  ^bb0(%i: index):
    %f = arith.constant 1.0 : f32
    tensor.yield %f : f32
  } : tensor<?xf32>
  vellum.expect_close %x, %x atol 0 rtol 0
  // CHECK: FAIL @generate_negative
  return
}

func.func @random_negative() {
  %m2 = arith.constant -2 : index
  %n = call @opaque(%m2) : (index) -> index
  %key = arith.constant 1 : i64
  // CHECK: refuses.mlir:[[#@LINE+1]]:{{[0-9]+}}: error: 'vellum.random' op has a size of -2
  %x = vellum.random normal %key (%n) : tensor<?x3xf32>
  vellum.expect_close %x, %x atol 0 rtol 0
  // CHECK: FAIL @random_negative
  return
}

func.func @broadcast_negative() {
  %m2 = arith.constant -2 : index
  %n = call @opaque(%m2) : (index) -> index
  %one = arith.constant dense<1.0> : tensor<3xf32>
  // CHECK: refuses.mlir:[[#@LINE+1]]:{{[0-9]+}}: error: 'vellum.broadcast' op has a size of -2
  %x = vellum.broadcast %one across [0] by %n
  vellum.expect_close %x, %x atol 0 rtol 0
  // CHECK: FAIL @broadcast_negative
  return
}

// A last dimension of 1 repeats a mask only where its type says so.
func.func @mask_of_one() {
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %one = call @opaque(%c1) : (index) -> index
  %n = call @opaque(%c3) : (index) -> index
  %half = arith.constant 0.5 : f32
  %x = tensor.splat %half[%n, %n] : tensor<?x?xf32>
  %mask = tensor.splat %half[%n, %one] : tensor<?x?xf32>
  // CHECK: refuses.mlir:[[#@LINE+1]]:{{[0-9]+}}: error: 'vellum.sigmoid_cross_entropy' op mask must have the shape 3x3 (the logits'; the last dimension of 'tensor<?x?xf32>' is not known to be 1), but got 3x1
  %loss = vellum.sigmoid_cross_entropy %x against %x mask %mask reduce none
  vellum.expect_close %loss, %x atol 0 rtol 0
  // CHECK: FAIL @mask_of_one
  return
}

func.func @pad_negative() {
  %c4 = arith.constant 4 : index
  %m2 = arith.constant -2 : index
  %n = call @opaque(%c4) : (index) -> index
  %low = call @opaque(%m2) : (index) -> index
  %x = call @numbers(%n) : (index) -> tensor<?xf32>
  %zero = arith.constant 0.0 : f32
  %y = tensor.pad %x low[%low] high[1] {
  // CHECK: refuses.mlir:[[#@LINE-1]]:{{[0-9]+}}: error: 'tensor.pad' op pads by -2
  ^bb0(%i: index):
    tensor.yield %zero : f32
  } : tensor<?xf32> to tensor<?xf32>
  vellum.expect_close %y, %y atol 0 rtol 0
  // CHECK: FAIL @pad_negative
  return
}

func.func @expand() {
  %c6 = arith.constant 6 : index
  %c3 = arith.constant 3 : index
  %n = call @opaque(%c6) : (index) -> index
  %m = call @opaque(%c3) : (index) -> index
  %x = call @numbers(%n) : (index) -> tensor<?xf32>
  // CHECK: refuses.mlir:[[#@LINE+1]]:{{[0-9]+}}: error: 'tensor.expand_shape' op expands a dimension of 6 to a product of 9
  %y = tensor.expand_shape %x [[0, 1]] output_shape [%m, 3] : tensor<?xf32> into tensor<?x3xf32>
  vellum.expect_close %y, %y atol 0 rtol 0
  // CHECK: FAIL @expand
  return
}

func.func @expand_negative() {
  %c6 = arith.constant 6 : index
  %m1 = arith.constant -1 : index
  %n = call @opaque(%c6) : (index) -> index
  %m = call @opaque(%m1) : (index) -> index
  %x = call @numbers(%n) : (index) -> tensor<?xf32>
  // CHECK: refuses.mlir:[[#@LINE+1]]:{{[0-9]+}}: error: 'tensor.expand_shape' op has a size of -1
  %y = tensor.expand_shape %x [[0, 1]] output_shape [%m, 3] : tensor<?xf32> into tensor<?x3xf32>
  vellum.expect_close %y, %y atol 0 rtol 0
  // CHECK: FAIL @expand_negative
  return
}

func.func @cast() {
  %c6 = arith.constant 6 : index
  %n = call @opaque(%c6) : (index) -> index
  %x = call @numbers(%n) : (index) -> tensor<?xf32>
  // CHECK: refuses.mlir:[[#@LINE+1]]:{{[0-9]+}}: error: 'tensor.cast' op result must be a {{.*}}tensor<4xf32>{{.*}}, but got floats of shape 6
  %y = tensor.cast %x : tensor<?xf32> to tensor<4xf32>
  vellum.expect_close %y, %y atol 0 rtol 0
  // CHECK: FAIL @cast
  return
}

func.func @concat() {
  %c6 = arith.constant 6 : index
  %c4 = arith.constant 4 : index
  %n = call @opaque(%c6) : (index) -> index
  %m = call @opaque(%c4) : (index) -> index
  %one = arith.constant 1.0 : f32
  %x = tensor.splat %one[%n] : tensor<2x?xf32>
  %y = tensor.splat %one[%m] : tensor<3x?xf32>
  // CHECK: refuses.mlir:[[#@LINE+1]]:{{[0-9]+}}: error: 'tensor.concat' op shape mismatch: 2x6 and 3x4
  %z = tensor.concat dim(0) %x, %y : (tensor<2x?xf32>, tensor<3x?xf32>) -> tensor<5x?xf32>
  vellum.expect_close %z, %z atol 0 rtol 0
  // CHECK: FAIL @concat
  return
}

//===----------------------------------------------------------------------===//
// Rules
//===----------------------------------------------------------------------===//

func.func @elementwise() {
  %c6 = arith.constant 6 : index
  %c4 = arith.constant 4 : index
  %n = call @opaque(%c6) : (index) -> index
  %m = call @opaque(%c4) : (index) -> index
  %x = call @numbers(%n) : (index) -> tensor<?xf32>
  %y = call @numbers(%m) : (index) -> tensor<?xf32>
  // CHECK: refuses.mlir:[[#@LINE+1]]:{{[0-9]+}}: error: 'arith.addf' op shape mismatch: operands of 6 and 4
  %z = arith.addf %x, %y : tensor<?xf32>
  vellum.expect_close %z, %z atol 0 rtol 0
  // CHECK: FAIL @elementwise
  return
}

func.func @contract() {
  %c6 = arith.constant 6 : index
  %c4 = arith.constant 4 : index
  %n = call @opaque(%c6) : (index) -> index
  %m = call @opaque(%c4) : (index) -> index
  %one = arith.constant 1.0 : f32
  %x = tensor.splat %one[%n] : tensor<2x?xf32>
  %y = tensor.splat %one[%m] : tensor<?x3xf32>
  // CHECK: refuses.mlir:[[#@LINE+1]]:{{[0-9]+}}: error: {{.*}}dimensions with the letter 'b' must have the same size, but got 6 and 4
  %z = vellum.contract "ab,bc->ac" %x, %y
  vellum.expect_close %z, %z atol 0 rtol 0
  // CHECK: FAIL @contract
  return
}

func.func @mask() {
  %c6 = arith.constant 6 : index
  %c4 = arith.constant 4 : index
  %n = call @opaque(%c6) : (index) -> index
  %m = call @opaque(%c4) : (index) -> index
  %one = arith.constant 1.0 : f32
  %yes = arith.constant true
  %x = tensor.splat %one[%n] : tensor<2x?xf32>
  %k = tensor.splat %yes[%m] : tensor<2x?xi1>
  // CHECK: refuses.mlir:[[#@LINE+1]]:{{[0-9]+}}: error: {{.*}}mask must have the shape 2x6 (the operand's), but got 2x4
  %z = vellum.softmax %x mask %k
  vellum.expect_close %z, %z atol 0 rtol 0
  // CHECK: FAIL @mask
  return
}

func.func @read() {
  %c6 = arith.constant 6 : index
  %c4 = arith.constant 4 : index
  %n = call @opaque(%c6) : (index) -> index
  %m = call @opaque(%c4) : (index) -> index
  %one = arith.constant 1.0 : f32
  %memory = tensor.splat %one[%n] : tensor<2x?x5xf32>
  %w = tensor.splat %one[%m] : tensor<2x?xf32>
  // CHECK: refuses.mlir:[[#@LINE+1]]:{{[0-9]+}}: error: {{.*}}6, but got {{.*}}4
  %r = vellum.memory_read %memory at %w
  vellum.expect_close %r, %r atol 0 rtol 0
  // CHECK: FAIL @read
  return
}

//===----------------------------------------------------------------------===//
// Division
//===----------------------------------------------------------------------===//

func.func @division() {
  %c0 = arith.constant 0 : index
  %c7 = arith.constant 7 : index
  %a = call @opaque(%c7) : (index) -> index
  %b = call @opaque(%c0) : (index) -> index
  // CHECK: refuses.mlir:[[#@LINE+1]]:{{[0-9]+}}: error: 'arith.divsi' op divides by zero
  %q = arith.divsi %a, %b : index
  // CHECK: FAIL @division
  return
}

func.func @remainder_of_tensors() {
  %c3 = arith.constant 3 : index
  %n = call @opaque(%c3) : (index) -> index
  %d = tensor.generate %n {
  ^bb0(%i: index):
    %k = arith.index_cast %i : index to i32
    tensor.yield %k : i32
  } : tensor<?xi32>
  // CHECK: refuses.mlir:[[#@LINE+1]]:{{[0-9]+}}: error: 'arith.remui' op divides by zero
  %r = arith.remui %d, %d : tensor<?xi32>
  vellum.expect_close %r, %r atol 0 rtol 0
  // CHECK: FAIL @remainder_of_tensors
  return
}

//===----------------------------------------------------------------------===//
// Loops
//===----------------------------------------------------------------------===//

func.func @length_negative() {
  %m1 = arith.constant -1 : index
  %n = call @opaque(%m1) : (index) -> index
  %h0 = arith.constant dense<1.0> : tensor<2xf32>
  // CHECK: refuses.mlir:[[#@LINE+1]]:{{[0-9]+}}: error: 'vellum.scan' op length must not be negative, but got -1
  %h = vellum.scan carry %h = %h0 length %n {
    %h1 = arith.addf %h, %h : tensor<2xf32>
    yield %h1
  }
  vellum.expect_close %h, %h atol 0 rtol 0
  // CHECK: FAIL @length_negative
  return
}

func.func @inputs_of_other_lengths() {
  %c6 = arith.constant 6 : index
  %c4 = arith.constant 4 : index
  %n = call @opaque(%c6) : (index) -> index
  %m = call @opaque(%c4) : (index) -> index
  %one = arith.constant 1.0 : f32
  %xs = tensor.splat %one[%n] : tensor<?x2xf32>
  %ys = tensor.splat %one[%m] : tensor<?x2xf32>
  %h0 = arith.constant dense<1.0> : tensor<2xf32>
  // CHECK: refuses.mlir:[[#@LINE+1]]:{{[0-9]+}}: error: 'vellum.scan' op inputs must have the same first dimension, but got 6 and 4
  %h = vellum.scan for %x in %xs, %y in %ys carry %h = %h0 {
    %s = arith.addf %x, %y : tensor<2xf32>
    %h1 = arith.addf %h, %s : tensor<2xf32>
    yield %h1
  }
  vellum.expect_close %h, %h atol 0 rtol 0
  // CHECK: FAIL @inputs_of_other_lengths
  return
}

func.func @lengths_of_another_batch() {
  %c6 = arith.constant 6 : index
  %c3 = arith.constant 3 : index
  %c1 = arith.constant 1 : index
  %t = call @opaque(%c6) : (index) -> index
  %b = call @opaque(%c3) : (index) -> index
  %m = call @opaque(%c1) : (index) -> index
  %one = arith.constant 1.0 : f32
  %two = arith.constant 2 : i32
  %xs = tensor.splat %one[%t, %b] : tensor<?x?x2xf32>
  %h0 = tensor.splat %one[%b] : tensor<?x2xf32>
  %lengths = tensor.splat %two[%m] : tensor<?xi32>
  // CHECK: refuses.mlir:[[#@LINE+1]]:{{[0-9]+}}: error: 'vellum.scan' op {{carried|emitted}} value must have the first dimension 1 of 'lengths', but got 3x2
  %h, %ys = vellum.scan for %x in %xs carry %h = %h0 lengths %lengths {
    %h1 = arith.addf %x, %h : tensor<?x2xf32>
    yield %h1 emit %h1
  }
  vellum.expect_close %h, %h atol 0 rtol 0
  vellum.expect_close %ys, %ys atol 0 rtol 0
  // CHECK: FAIL @lengths_of_another_batch
  return
}

func.func @carry_changes() {
  %c6 = arith.constant 6 : index
  %c3 = arith.constant 3 : index
  %t = call @opaque(%c6) : (index) -> index
  %b = call @opaque(%c3) : (index) -> index
  %one = arith.constant 1.0 : f32
  %xs = tensor.splat %one[%t, %t] : tensor<?x?xf32>
  %h0 = tensor.splat %one[%b] : tensor<?xf32>
  // CHECK: refuses.mlir:[[#@LINE+1]]:{{[0-9]+}}: error: 'vellum.scan' op a carried value must keep the shape 3, but got 6
  %h = vellum.scan for %x in %xs carry %h = %h0 {
    yield %x
  }
  vellum.expect_close %h, %h atol 0 rtol 0
  // CHECK: FAIL @carry_changes
  return
}

// Step 3 is the first that reads outside.
func.func @slice_of_a_step() {
  %c6 = arith.constant 6 : index
  %c3 = arith.constant 3 : index
  %t = call @opaque(%c6) : (index) -> index
  %n = call @opaque(%c3) : (index) -> index
  %x = call @numbers(%n) : (index) -> tensor<?xf32>
  %h0 = arith.constant dense<0.0> : tensor<1xf32>
  %h = vellum.scan at %i carry %h = %h0 length %t {
    // CHECK: refuses.mlir:[[#@LINE+1]]:{{[0-9]+}}: error: 'tensor.extract_slice' op slice of 1 from 3 by 1 lies outside a dimension of 3
    %v = tensor.extract_slice %x[%i] [1] [1] : tensor<?xf32> to tensor<1xf32>
    %h1 = arith.addf %h, %v : tensor<1xf32>
    yield %h1
  }
  vellum.expect_close %h, %h atol 0 rtol 0
  // CHECK: FAIL @slice_of_a_step
  return
}

// What a body asks in every step is asked once, before the loop.
func.func @contraction_in_a_loop() {
  %c6 = arith.constant 6 : index
  %c3 = arith.constant 3 : index
  %c2 = arith.constant 2 : index
  %t = call @opaque(%c6) : (index) -> index
  %n = call @opaque(%c3) : (index) -> index
  %m = call @opaque(%c2) : (index) -> index
  %one = arith.constant 1.0 : f32
  %w = tensor.splat %one[%m, %m] : tensor<?x?xf32>
  %h0 = tensor.splat %one[%n] : tensor<2x?xf32>
  %h = vellum.scan carry %h = %h0 length %t {
    // CHECK: refuses.mlir:[[#@LINE+1]]:{{[0-9]+}}: error: {{.*}}dimensions with the letter 'h' must have the same size, but got 3 and 2
    %h1 = vellum.contract "bh,hk->bk" %h, %w
    yield %h1
  }
  vellum.expect_close %h, %h atol 0 rtol 0
  // CHECK: FAIL @contraction_in_a_loop
  return
}

func.func @ponder_states() {
  %c3 = arith.constant 3 : index
  %c2 = arith.constant 2 : index
  %n = call @opaque(%c3) : (index) -> index
  %m = call @opaque(%c2) : (index) -> index
  %one = arith.constant 1.0 : f32
  %a0 = tensor.splat %one[%n] : tensor<?x4xf32>
  %b0 = tensor.splat %one[%m] : tensor<?x4xf32>
  // CHECK: refuses.mlir:[[#@LINE+1]]:{{[0-9]+}}: error: 'vellum.ponder' op a state must have the dimensions 3 of the first state before its own, but got 2x4
  %r:4 = vellum.ponder first %f carry %a = %a0, %b = %b0 cap 3 {
    yield %a, %b halt %f
  }
  vellum.expect_close %r#0, %r#0 atol 0 rtol 0
  // CHECK: FAIL @ponder_states
  return
}

func.func @loop_step() {
  %c0 = arith.constant 0 : index
  %c4 = arith.constant 4 : index
  %n = call @opaque(%c0) : (index) -> index
  %x = call @numbers(%c4) : (index) -> tensor<?xf32>
  // CHECK: refuses.mlir:[[#@LINE+1]]:{{[0-9]+}}: error: 'scf.for' op needs a positive step, but got 0
  %y = scf.for %i = %c0 to %c4 step %n iter_args(%h = %x) -> tensor<?xf32> {
    scf.yield %h : tensor<?xf32>
  }
  vellum.expect_close %y, %x atol 0 rtol 0
  // CHECK: FAIL @loop_step
  return
}

func.func @loop_carries() {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %n = call @opaque(%c4) : (index) -> index
  %x = call @numbers(%n) : (index) -> tensor<?xf32>
  // CHECK: refuses.mlir:[[#@LINE+1]]:{{[0-9]+}}: error: 'scf.for' op a carried value must keep the shape 4, but got 8
  %y = scf.for %i = %c0 to %n step %c1 iter_args(%h = %x) -> tensor<?xf32> {
    %both = tensor.concat dim(0) %h, %x : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
    scf.yield %both : tensor<?xf32>
  }
  vellum.expect_close %y, %x atol 0 rtol 0
  // CHECK: FAIL @loop_carries
  return
}

func.func @taken_branch() {
  %c0 = arith.constant 0 : index
  %c4 = arith.constant 4 : index
  %n = call @opaque(%c4) : (index) -> index
  %x = call @numbers(%n) : (index) -> tensor<?xf32>
  %is = arith.cmpi eq, %n, %c4 : index
  %y = scf.if %is -> f32 {
    // CHECK: refuses.mlir:[[#@LINE+1]]:{{[0-9]+}}: error: 'tensor.extract' op index 4 lies outside a dimension of 4
    %v = tensor.extract %x[%n] : tensor<?xf32>
    scf.yield %v : f32
  } else {
    %v = tensor.extract %x[%c0] : tensor<?xf32>
    scf.yield %v : f32
  }
  %t = tensor.from_elements %y : tensor<1xf32>
  vellum.expect_close %t, %t atol 0 rtol 0
  // CHECK: FAIL @taken_branch
  return
}

//===----------------------------------------------------------------------===//
// What a model says itself
//===----------------------------------------------------------------------===//

func.func @require() {
  %c5 = arith.constant 5 : index
  %c2 = arith.constant 2 : index
  %c0 = arith.constant 0 : index
  %n = call @opaque(%c5) : (index) -> index
  %rest = arith.remui %n, %c2 : index
  %even = arith.cmpi eq, %rest, %c0 : index
  // CHECK: refuses.mlir:[[#@LINE+1]]:{{[0-9]+}}: error: the number of words must be even, but got 5
  vellum.require %even, "the number of words must be even, but got {0}" (%n)
  // CHECK: FAIL @require
  return
}

// CHECK: 0 passed, [[#]] failed
