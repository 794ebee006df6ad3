// RUN: vellum test %s --backend=interpreter
// RUN: vellum test %s --target=x86-64-v2 --verify-memory
// RUN: %if x86-64-v3 %{ vellum test %s --target=x86-64-v3 %}
// RUN: %if x86-64-v4 %{ vellum test %s --target=x86-64-v4 %}

// What lies just inside is no error.

func.func private @opaque(%n: index) -> index {
  %key = arith.constant 0 : i64
  %c0 = arith.constant 0 : index
  %places = vellum.random permutation %key : tensor<1xi32>
  %place = tensor.extract %places[%c0] : tensor<1xi32>
  %zero = arith.index_cast %place : i32 to index
  %sum = arith.addi %n, %zero : index
  return %sum : index
}

func.func private @numbers(%n: index) -> tensor<?xf32> {
  %x = tensor.generate %n {
  ^bb0(%i: index):
    %k = arith.index_cast %i : index to i32
    %f = arith.sitofp %k : i32 to f32
    tensor.yield %f : f32
  } : tensor<?xf32>
  return %x : tensor<?xf32>
}

// What is put in from its last element to its first is all of the memory, but
// not in its order.
func.func @turned() {
  %c3 = arith.constant 3 : index
  %m1 = arith.constant -1 : index
  %last = call @opaque(%c3) : (index) -> index
  %back = call @opaque(%m1) : (index) -> index
  %x = arith.constant dense<[1.0, 2.0, 3.0, 5.0]> : tensor<4xf32>
  %z = arith.constant dense<0.0> : tensor<4xf32>
  %turned = tensor.insert_slice %x into %z[%last] [4] [%back] : tensor<4xf32> into tensor<4xf32>
  %y = arith.constant dense<[10.0, 20.0, 30.0, 40.0]> : tensor<4xf32>
  %sum = arith.addf %turned, %y : tensor<4xf32>
  %right = arith.constant dense<[15.0, 23.0, 32.0, 41.0]> : tensor<4xf32>
  vellum.expect_close %sum, %right atol 0 rtol 0
  return
}

// All of it, backward, nothing at its end, nothing of nothing.
func.func @slices() {
  %c0 = arith.constant 0 : index
  %c4 = arith.constant 4 : index
  %c3 = arith.constant 3 : index
  %c1 = arith.constant 1 : index
  %m1 = arith.constant -1 : index
  %none = call @opaque(%c0) : (index) -> index
  %n = call @opaque(%c4) : (index) -> index
  %last = call @opaque(%c3) : (index) -> index
  %one = call @opaque(%c1) : (index) -> index
  %back = call @opaque(%m1) : (index) -> index
  %x = call @numbers(%n) : (index) -> tensor<?xf32>
  %all = tensor.extract_slice %x[%none] [%n] [%one] : tensor<?xf32> to tensor<?xf32>
  vellum.expect_close %all, %x atol 0 rtol 0
  %reversed = tensor.extract_slice %x[%last] [4] [%back] : tensor<?xf32> to tensor<4xf32>
  %r = arith.constant dense<[3.0, 2.0, 1.0, 0.0]> : tensor<4xf32>
  vellum.expect_close %reversed, %r atol 0 rtol 0
  %end = tensor.extract_slice %x[%n] [%none] [1] : tensor<?xf32> to tensor<?xf32>
  %e = call @numbers(%none) : (index) -> tensor<?xf32>
  vellum.expect_close %end, %e atol 0 rtol 0
  %nothing = tensor.extract_slice %e[%none] [%none] [%back] : tensor<?xf32> to tensor<?xf32>
  vellum.expect_close %nothing, %e atol 0 rtol 0
  %single = tensor.extract_slice %x[%last] [%one] [%none] : tensor<?xf32> to tensor<?xf32>
  %three = tensor.extract_slice %x[3] [1] [1] : tensor<?xf32> to tensor<1xf32>
  vellum.expect_close %single, %three atol 0 rtol 0
  return
}

// The least number by -1 is itself, with no rest.
func.func @least_by_minus_one() {
  %least = arith.constant -9223372036854775808 : index
  %m1 = arith.constant -1 : index
  %a = call @opaque(%least) : (index) -> index
  %b = call @opaque(%m1) : (index) -> index
  %q = arith.divsi %a, %b : index
  %r = arith.remsi %a, %b : index
  %f = arith.floordivsi %a, %b : index
  %c = arith.ceildivsi %a, %b : index
  %got = tensor.from_elements %q, %r, %f, %c : tensor<4xindex>
  %want = arith.constant dense<[-9223372036854775808, 0, -9223372036854775808, -9223372036854775808]> : tensor<4xindex>
  vellum.expect_close %got, %want atol 0 rtol 0
  return
}

func.func @divisions() {
  %m7 = arith.constant -7 : index
  %c2 = arith.constant 2 : index
  %m1 = arith.constant -1 : index
  %a = call @opaque(%m7) : (index) -> index
  %b = call @opaque(%c2) : (index) -> index
  %m = call @opaque(%m1) : (index) -> index
  %q = arith.divsi %a, %b : index
  %r = arith.remsi %a, %b : index
  %f = arith.floordivsi %a, %b : index
  %c = arith.ceildivsi %a, %b : index
  %n = arith.divsi %a, %m : index
  %got = tensor.from_elements %q, %r, %f, %c, %n : tensor<5xindex>
  %want = arith.constant dense<[-3, -1, -4, -3, 7]> : tensor<5xindex>
  vellum.expect_close %got, %want atol 0 rtol 0
  return
}

// A loop of no steps asks nothing of its body.
func.func @no_steps() {
  %c0 = arith.constant 0 : index
  %c3 = arith.constant 3 : index
  %c2 = arith.constant 2 : index
  %t = call @opaque(%c0) : (index) -> index
  %n = call @opaque(%c3) : (index) -> index
  %m = call @opaque(%c2) : (index) -> index
  %one = arith.constant 1.0 : f32
  %w = tensor.splat %one[%m] : tensor<3x?xf32>
  %h0 = tensor.splat %one[%n] : tensor<2x?xf32>
  %h = vellum.scan carry %h = %h0 length %t {
    %g = vellum.contract "bh,kh->bk" %h, %w
    %h1 = tensor.cast %g : tensor<2x3xf32> to tensor<2x?xf32>
    yield %h1
  }
  vellum.expect_close %h, %h0 atol 0 rtol 0
  return
}

func.func @reshapes() {
  %c6 = arith.constant 6 : index
  %c2 = arith.constant 2 : index
  %c0 = arith.constant 0 : index
  %n = call @opaque(%c6) : (index) -> index
  %m = call @opaque(%c2) : (index) -> index
  %none = call @opaque(%c0) : (index) -> index
  %x = call @numbers(%n) : (index) -> tensor<?xf32>
  %y = tensor.expand_shape %x [[0, 1]] output_shape [%m, 3] : tensor<?xf32> into tensor<?x3xf32>
  %want = arith.constant dense<[[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]]> : tensor<2x3xf32>
  vellum.expect_close %y, %want atol 0 rtol 0
  %e = call @numbers(%none) : (index) -> tensor<?xf32>
  %z = tensor.expand_shape %e [[0, 1]] output_shape [%none, %m] : tensor<?xf32> into tensor<?x?xf32>
  %k = tensor.collapse_shape %z [[0, 1]] : tensor<?x?xf32> into tensor<?xf32>
  vellum.expect_close %k, %e atol 0 rtol 0
  return
}

func.func @require() {
  %c4 = arith.constant 4 : index
  %n = call @opaque(%c4) : (index) -> index
  %holds = arith.cmpi eq, %n, %c4 : index
  vellum.require %holds, "there must be 4, but got {0}" (%n)
  return
}

// What is inserted backwards covers all elements, in another order than they are read in.
func.func @inserted_backwards() {
  %c3 = arith.constant 3 : index
  %m1 = arith.constant -1 : index
  %last = call @opaque(%c3) : (index) -> index
  %back = call @opaque(%m1) : (index) -> index
  %n = arith.addi %last, %last : index
  %c2 = arith.constant 2 : index
  %four = arith.subi %n, %c2 : index
  %x = call @numbers(%four) : (index) -> tensor<?xf32>
  %x4 = tensor.cast %x : tensor<?xf32> to tensor<4xf32>
  %y = arith.constant dense<[10.0, 20.0, 30.0, 40.0]> : tensor<4xf32>
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %all = tensor.insert_slice %x4 into %zeros[%last] [4] [%back] : tensor<4xf32> into tensor<4xf32>
  %sum = arith.addf %all, %y : tensor<4xf32>
  %expected = arith.constant dense<[13.0, 22.0, 31.0, 40.0]> : tensor<4xf32>
  vellum.expect_close %sum, %expected atol 0 rtol 0
  return
}
