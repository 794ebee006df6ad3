// RUN: vellum test %s --backend=interpreter
// RUN: vellum test %s --target=x86-64-v2 --verify-memory
// RUN: %if x86-64-v3 %{ vellum test %s --target=x86-64-v3 %}
// RUN: %if x86-64-v4 %{ vellum test %s --target=x86-64-v4 %}

// Adaptive computation time by hand: each sample halts with its own probability.

// The same number, which no fold can know: a permutation of one element is 0.
func.func private @opaque(%n: index) -> index {
  %key = arith.constant 0 : i64
  %c0 = arith.constant 0 : index
  %places = vellum.random permutation %key : tensor<1xi32>
  %place = tensor.extract %places[%c0] : tensor<1xi32>
  %zero = arith.index_cast %place : i32 to index
  %sum = arith.addi %n, %zero : index
  return %sum : index
}

// h = 1, 0.5, 0.375 and 0.1 under a cap of 5: N = 1, 2, 3 and 5, and R = 1, 0.5, 0.25 and 0.6.
// The state counts the steps, so the mean state is Σ p n: 1, 1.5, 1.875 and 0.1 (1+2+3+4) + 0.6 5 = 4.
func.func @by_hand() {
  %h = arith.constant dense<[[1.0], [0.5], [0.375], [0.1]]> : tensor<4x1xf32>
  %s0 = arith.constant dense<0.0> : tensor<4x1xf32>
  %one = arith.constant dense<1.0> : tensor<4x1xf32>
  %s, %y, %f, %cost, %steps = vellum.ponder first %flag carry %s = %s0 cap 5 {
    %s1 = arith.addf %s, %one : tensor<4x1xf32>
    %y1 = arith.mulf %s1, %s1 : tensor<4x1xf32>
    yield %s1 emit %y1, %flag halt %h
  }
  %se = arith.constant dense<[[1.0], [1.5], [1.875], [4.0]]> : tensor<4x1xf32>
  vellum.expect_close %s, %se atol 1e-6 rtol 1e-6
  // 1, 2.5, 0.375 (1 + 4) + 0.25 9, 0.1 30 + 0.6 25
  %ye = arith.constant dense<[[1.0], [2.5], [4.125], [18.0]]> : tensor<4x1xf32>
  vellum.expect_close %y, %ye atol 1e-5 rtol 1e-6
  // The flag is 1 at the first step alone: its mean is p of the first step.
  vellum.expect_close %f, %h atol 1e-6 rtol 1e-6
  %ce = arith.constant dense<[[2.0], [2.5], [3.25], [5.6]]> : tensor<4x1xf32>
  vellum.expect_close %cost, %ce atol 1e-6 rtol 1e-6
  %ne = arith.constant dense<[[1.0], [2.0], [3.0], [5.0]]> : tensor<4x1xf32>
  vellum.expect_close %steps, %ne atol 0 rtol 0
  return
}

// One step under a cap of 1, whatever the probability.
func.func @cap_one() {
  %h = arith.constant dense<[[0.25], [0.0]]> : tensor<2x1xf32>
  %s0 = arith.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
  %s, %cost, %steps = vellum.ponder first %flag carry %s = %s0 cap 1 {
    %s1 = arith.addf %s, %s : tensor<2x2xf32>
    yield %s1 halt %h
  }
  %se = arith.constant dense<[[2.0, 4.0], [6.0, 8.0]]> : tensor<2x2xf32>
  vellum.expect_close %s, %se atol 0 rtol 0
  %ce = arith.constant dense<2.0> : tensor<2x1xf32>
  vellum.expect_close %cost, %ce atol 0 rtol 0
  %ne = arith.constant dense<1.0> : tensor<2x1xf32>
  vellum.expect_close %steps, %ne atol 0 rtol 0
  return
}

// Epsilon 0.3: 0.75 is enough at once. Two states, batches of any size, within a scan.
func.func private @epsilon(%batch: index, %time: index) {
  %zero = arith.constant 0.0 : f32
  %three = arith.constant 0.75 : f32
  %one = arith.constant 1.0 : f32
  %s0 = tensor.splat %zero[%batch] : tensor<?x7xf32>
  %ones = tensor.splat %one[%batch] : tensor<?x7xf32>
  %h = tensor.splat %three[%batch] : tensor<?x1xf32>
  %cost1 = tensor.splat %one[%batch] : tensor<?x1xf32>
  %last, %ys, %ns = vellum.scan carry %a = %s0 length %time {
    %s, %u, %y, %cost, %steps = ponder first %flag carry %s = %a, %u = %ones epsilon 0.3 cap 9 {
      %s1 = arith.addf %s, %ones : tensor<?x7xf32>
      %u1 = arith.addf %u, %u : tensor<?x7xf32>
      yield %s1, %u1 emit %u1 halt %h
    }
    yield %s emit %y, %steps
  }
  %t = arith.index_cast %time : index to i64
  %tf = arith.sitofp %t : i64 to f32
  %expected = tensor.splat %tf[%batch] : tensor<?x7xf32>
  vellum.expect_close %last, %expected atol 1e-6 rtol 1e-6
  %two = arith.constant 2.0 : f32
  %twos = tensor.splat %two[%time, %batch] : tensor<?x?x7xf32>
  vellum.expect_close %ys, %twos atol 1e-6 rtol 1e-6
  %n = tensor.splat %one[%time, %batch] : tensor<?x?x1xf32>
  vellum.expect_close %ns, %n atol 0 rtol 0
  return
}

func.func @epsilon_in_scan() {
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %c4 = arith.constant 4 : index
  %b1 = call @opaque(%c1) : (index) -> index
  %b3 = call @opaque(%c3) : (index) -> index
  %t4 = call @opaque(%c4) : (index) -> index
  call @epsilon(%b1, %t4) : (index, index) -> ()
  call @epsilon(%b3, %b3) : (index, index) -> ()
  call @epsilon(%c3, %c4) : (index, index) -> ()
  return
}

// A halting probability that is NaN is never enough: every step runs, and neither the remainder nor the cost, nor what
// is weighted, looks as if the sample had halted. The second sample halts at once and does not see the first.
func.func @ponder_of_nan() {
  %nan = arith.constant 0x7FC00000 : f32
  %one = arith.constant 1.0 : f32
  %s0 = arith.constant dense<0.0> : tensor<2x1xf32>
  %p = tensor.from_elements %nan, %one : tensor<2x1xf32>
  %s, %cost, %steps = vellum.ponder first %first carry %state = %s0 cap 4 {
    %s1 = arith.addf %state, %p : tensor<2x1xf32>
    yield %s1 halt %p
  }
  %not = tensor.from_elements %nan, %one : tensor<2x1xf32>
  vellum.expect_close %s, %not atol 0.0 rtol 0.0 nan_equal
  %costs = arith.constant dense<[[0x7FC00000], [2.0]]> : tensor<2x1xf32>
  vellum.expect_close %cost, %costs atol 0.0 rtol 0.0 nan_equal
  %number = arith.constant dense<[[4.0], [1.0]]> : tensor<2x1xf32>
  vellum.expect_close %steps, %number atol 0.0 rtol 0.0
  return
}

// A step whose weight is 0 takes part all the same: 0 times infinity is NaN. One after the last does not.
func.func @ponder_of_infinity() {
  %s0 = arith.constant dense<[[1.0], [2.0]]> : tensor<2x1xf32>
  %h = arith.constant dense<[[0.0], [1.0]]> : tensor<2x1xf32>
  %infinity = arith.constant dense<[[0x7F800000], [3.0]]> : tensor<2x1xf32>
  %s, %cost, %steps = vellum.ponder first %first carry %state = %s0 cap 2 {
    yield %infinity halt %h
  }
  %mean = arith.constant dense<[[0x7FC00000], [3.0]]> : tensor<2x1xf32>
  vellum.expect_close %s, %mean atol 0.0 rtol 0.0 nan_equal
  %costs = arith.constant dense<[[3.0], [2.0]]> : tensor<2x1xf32>
  vellum.expect_close %cost, %costs atol 0.0 rtol 0.0
  return
}
