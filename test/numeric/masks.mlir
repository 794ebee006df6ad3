// RUN: vellum test %s --backend=interpreter
// RUN: vellum test %s --target=x86-64-v2 --verify-memory
// RUN: %if x86-64-v3 %{ vellum test %s --target=x86-64-v3 %}
// RUN: %if x86-64-v4 %{ vellum test %s --target=x86-64-v4 %}

// Where NaN and infinity go: nowhere from behind a mask, and to all that may see them.

// Zeros of the weights hide a row; one that is read comes through.
func.func @products() {
  %w = arith.constant dense<[[0.5, 0.0, 1.0], [0.0, 0.0, -0.0], [0.0, 2.0, 1.0]]> : tensor<3x3xf32>
  %v = arith.constant dense<[[1.0, 2.0], [0x7FC00000, 0x7F800000], [3.0, 4.0]]> : tensor<3x2xf32>
  %expected = arith.constant dense<[[3.5, 5.0], [0.0, 0.0], [0x7FC00000, 0x7F800000]]> : tensor<3x2xf32>
  %left = vellum.contract "bs,sk->bk" %w, %v excluding lhs
  vellum.expect_close %left, %expected atol 0.0 rtol 0.0 nan_equal
  %right = vellum.contract "sk,bs->bk" %v, %w excluding rhs
  vellum.expect_close %right, %expected atol 0.0 rtol 0.0 nan_equal
  %u = arith.constant dense<[[0x7F800000, 0.0, 1.0]]> : tensor<1x3xf32>
  %z = arith.constant dense<[[0.0, 2.0], [0x7FC00000, 0x7F800000], [3.0, 4.0]]> : tensor<3x2xf32>
  %both = vellum.contract "bs,sk->bk" %u, %z excluding both
  %sums = arith.constant dense<[[3.0, 0x7F800000]]> : tensor<1x2xf32>
  vellum.expect_close %both, %sums atol 0.0 rtol 0.0
  return
}

func.func private @filled(%n: index, %m: index, %last: f32) -> tensor<1x?x?xf32> {
  %key = arith.constant 3 : i64
  %c1 = arith.constant 1 : index
  %x = vellum.random normal %key (%n, %m) : tensor<?x?xf32>
  %before = arith.subi %n, %c1 : index
  %y = tensor.generate %n, %m {
  ^bb0(%b: index, %i: index, %j: index):
    %number = tensor.extract %x[%i, %j] : tensor<?x?xf32>
    %is = arith.cmpi eq, %i, %before : index
    %one = arith.select %is, %last, %number : f32
    tensor.yield %one : f32
  } : tensor<1x?x?xf32>
  return %y : tensor<1x?x?xf32>
}

// Under a causal mask the last position is seen by the last query alone, which sees all of it.
func.func private @expect_causal(%n: index, %m: index, %last: f32) {
  %zero = arith.constant 0.0 : f32
  %nan = arith.constant 0x7FC00000 : f32
  %c1 = arith.constant 1 : index
  %good = call @filled(%n, %m, %zero) : (index, index, f32) -> tensor<1x?x?xf32>
  %bad = call @filled(%n, %m, %last) : (index, index, f32) -> tensor<1x?x?xf32>
  %c = vellum.attend %bad to %bad, %bad score dot causal
  %expected = vellum.attend %good to %good, %good score dot causal
  %before = arith.subi %n, %c1 : index
  %first = tensor.extract_slice %c[0, 0, 0] [1, %before, %m] [1, 1, 1] : tensor<1x?x?xf32> to tensor<1x?x?xf32>
  %firsts = tensor.extract_slice %expected[0, 0, 0] [1, %before, %m] [1, 1, 1] : tensor<1x?x?xf32> to tensor<1x?x?xf32>
  vellum.expect_close %first, %firsts atol 1e-6 rtol 1e-5
  %end = tensor.extract_slice %c[0, %before, 0] [1, 1, %m] [1, 1, 1] : tensor<1x?x?xf32> to tensor<1x1x?xf32>
  %nans = tensor.splat %nan[%m] : tensor<1x1x?xf32>
  vellum.expect_close %end, %nans atol 0.0 rtol 0.0 nan_equal
  return
}

func.func @causal() {
  %nan = arith.constant 0x7FC00000 : f32
  %infinity = arith.constant 0x7F800000 : f32
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c9 = arith.constant 9 : index
  %c16 = arith.constant 16 : index
  %c61 = arith.constant 61 : index
  call @expect_causal(%c1, %c1, %nan) : (index, index, f32) -> ()
  call @expect_causal(%c2, %c9, %infinity) : (index, index, f32) -> ()
  call @expect_causal(%c9, %c1, %nan) : (index, index, f32) -> ()
  call @expect_causal(%c61, %c16, %nan) : (index, index, f32) -> ()
  call @expect_causal(%c61, %c9, %infinity) : (index, index, f32) -> ()
  return
}

// NaN in an allowed score spoils its row alone; a mask of nothing gives zeros.
func.func @softmax() {
  %x = arith.constant dense<[[0x7FC00000, 1.0, 2.0], [0x7FC00000, 1.0, 1.0], [0x7F800000, 0x7FC00000, 1.0], [0xFF800000, 0.0, 0.0]]> : tensor<4x3xf32>
  %mask = arith.constant dense<[[true, true, false], [false, true, true], [false, false, false], [true, true, true]]> : tensor<4x3xi1>
  %y = vellum.softmax %x mask %mask
  %expected = arith.constant dense<[[0x7FC00000, 0x7FC00000, 0.0], [0.0, 0.5, 0.5], [0.0, 0.0, 0.0], [0.0, 0.5, 0.5]]> : tensor<4x3xf32>
  vellum.expect_close %y, %expected atol 1e-7 rtol 1e-6 nan_equal
  return
}

// A mask that is not a number does not exclude.
func.func @losses() {
  %x = arith.constant dense<[[0.0, 0x7F800000], [0.0, 0.0]]> : tensor<2x2xf32>
  %z = arith.constant dense<[[0.5, 0x7FC00000], [1.0, 0.0]]> : tensor<2x2xf32>
  %m = arith.constant dense<[[2.0, 0.0], [1.0, -0.0]]> : tensor<2x2xf32>
  %n = arith.constant dense<[[0.0], [0x7FC00000]]> : tensor<2x1xf32>
  %each = vellum.sigmoid_cross_entropy %x against %z mask %m reduce none
  %expected = arith.constant dense<[[1.38629436, 0.0], [0.69314718, 0.0]]> : tensor<2x2xf32>
  vellum.expect_close %each, %expected atol 1e-7 rtol 1e-6
  %mean = vellum.sigmoid_cross_entropy %x against %z mask %n
  %nan = arith.constant dense<0x7FC00000> : tensor<f32>
  vellum.expect_close %mean, %nan atol 0.0 rtol 0.0 nan_equal
  return
}
