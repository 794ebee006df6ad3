// RUN: vellum test %s --backend=interpreter
// RUN: vellum test %s --target=x86-64-v2
// RUN: %if x86-64-v3 %{ vellum test %s --target=x86-64-v3 %}
// RUN: %if x86-64-v4 %{ vellum test %s --target=x86-64-v4 %}

// Products that leave a time loop, because their weights are large, against the same products written outside.

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

func.func private @project(%steps: index, %batch: index) {
  %key = arith.constant 7 : i64
  %zero = arith.constant 0.0 : f32
  %xs = vellum.random normal %key stream 1 (%steps, %batch) : tensor<?x?x260xf32>
  %w = vellum.random normal %key stream 2 : tensor<520x530xf32>
  %b = vellum.random normal %key stream 3 : tensor<530xf32>
  %c0 = tensor.splat %zero[%batch] : tensor<?x260xf32>
  %s0 = tensor.splat %zero[%batch] : tensor<?x530xf32>
  %u0 = tensor.splat %zero[%batch] : tensor<530x?xf32>

  // What is stacked is computed after the loop, what is carried before it.
  %last:2, %cs, %ys, %before, %after = vellum.scan for %x in %xs carry %c = %c0, %s = %s0 {
    %y = linear %x, %c by %w bias %b
    %wx = slice %w from 0 size 260 dim 0
    %p = contract "bk,kn->bn" %x, %wx
    %s1 = arith.addf %s, %p : tensor<?x530xf32>
    %c1 = arith.addf %c, %x : tensor<?x260xf32>
    yield %c1, %s1 emit %c, %y, %s, %s1
  }
  %y = vellum.linear %xs, %cs by %w bias %b
  vellum.expect_close %ys, %y atol 1e-3 rtol 1e-5
  %wx = vellum.slice %w from 0 size 260 dim 0
  %p = vellum.contract "tbk,kn->tbn" %xs, %wx
  %added = arith.subf %after, %before : tensor<?x?x530xf32>
  vellum.expect_close %added, %p atol 1e-3 rtol 1e-5

  // Backwards, with the weight on the left.
  %first, %later, %earlier = vellum.scan reverse for %x in %xs carry %u = %u0 {
    %wx0 = slice %w from 0 size 260 dim 0
    %q = contract "kn,bk->nb" %wx0, %x
    %u1 = arith.addf %u, %q : tensor<530x?xf32>
    yield %u1 emit %u, %u1
  }
  %q = vellum.contract "kn,tbk->tnb" %wx, %xs
  %gained = arith.subf %earlier, %later : tensor<?x530x?xf32>
  vellum.expect_close %gained, %q atol 1e-3 rtol 1e-5
  return
}

func.func @sizes() {
  %n0 = arith.constant 0 : index
  %n1 = arith.constant 1 : index
  %n3 = arith.constant 3 : index
  %n9 = arith.constant 9 : index
  %t0 = call @opaque(%n0) : (index) -> index
  %t1 = call @opaque(%n1) : (index) -> index
  %t3 = call @opaque(%n3) : (index) -> index
  %t9 = call @opaque(%n9) : (index) -> index
  call @project(%t0, %t1) : (index, index) -> ()
  call @project(%t1, %t1) : (index, index) -> ()
  call @project(%t3, %t1) : (index, index) -> ()
  call @project(%t1, %t3) : (index, index) -> ()
  call @project(%t3, %t9) : (index, index) -> ()
  return
}
