// RUN: vellum test %s --backend=interpreter
// RUN: vellum test %s --target=x86-64-v2
// RUN: %if x86-64-v3 %{ vellum test %s --target=x86-64-v3 %}
// RUN: %if x86-64-v4 %{ vellum test %s --target=x86-64-v4 %}

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

// Weights that the products of each step read from panels of columns, as they are and transposed: what a step adds to
// its input is the product of the state before it. The last panel has 39 columns for W, 42 for the transpose of V.
func.func private @panels(%steps: index, %batch: index) {
  %key = arith.constant 7 : i64
  %zero = arith.constant 0.0 : f32
  %small = arith.constant 0.05 : f32
  %w0 = vellum.random normal %key : tensor<519x519xf32>
  %scale = tensor.splat %small : tensor<519x519xf32>
  %w = arith.mulf %w0, %scale : tensor<519x519xf32>
  %v0 = vellum.random normal %key : tensor<522x522xf32>
  %v_scale = tensor.splat %small : tensor<522x522xf32>
  %v = arith.mulf %v0, %v_scale : tensor<522x522xf32>
  %xs = vellum.random normal %key stream 1 (%steps, %batch) : tensor<?x?x519xf32>
  %ys = vellum.random normal %key stream 1 (%steps, %batch) : tensor<?x?x522xf32>
  %h0 = tensor.splat %zero[%batch] : tensor<?x519xf32>
  %g0 = tensor.splat %zero[%batch] : tensor<?x522xf32>
  %h_last, %g_last, %hs, %gs, %h_sums, %g_sums = vellum.scan for %x in %xs, %y in %ys carry %h = %h0, %g = %g0 {
    %hw = contract "bk,kn->bn" %h, %w
    %h1 = arith.addf %hw, %x : tensor<?x519xf32>
    %gv = contract "bk,nk->bn" %g, %v
    %g1 = arith.addf %gv, %y : tensor<?x522xf32>
    yield %h1, %g1 emit %h, %g, %h1, %g1
  }
  %hws = vellum.contract "tbk,kn->tbn" %hs, %w
  %h_all = arith.addf %hws, %xs : tensor<?x?x519xf32>
  vellum.expect_close %h_sums, %h_all atol 2e-5 rtol 1e-5
  %gvs = vellum.contract "tbk,nk->tbn" %gs, %v
  %g_all = arith.addf %gvs, %ys : tensor<?x?x522xf32>
  vellum.expect_close %g_sums, %g_all atol 2e-5 rtol 1e-5
  return
}

func.func @panels_of_weights() {
  %two = arith.constant 2 : index
  %one = arith.constant 1 : index
  %batch = arith.constant 13 : index
  %steps = call @opaque(%two) : (index) -> index
  %single = call @opaque(%one) : (index) -> index
  %several = call @opaque(%batch) : (index) -> index
  call @panels(%steps, %single) : (index, index) -> ()
  call @panels(%steps, %several) : (index, index) -> ()
  return
}
