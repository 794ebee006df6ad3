// RUN: vellum test %s --backend=interpreter
// RUN: vellum test %s --target=x86-64-v2 --verify-memory
// RUN: %if x86-64-v3 %{ vellum test %s --target=x86-64-v3 %}
// RUN: %if x86-64-v4 %{ vellum test %s --target=x86-64-v4 %}

// Upstream's tensor ops and Vellum's shape ops on small tensors, by hand.

func.func @shapes() {
  %x = arith.constant dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf32>
  %zero = arith.constant 0.0 : f32
  %a = tensor.extract_slice %x[0, 1] [2, 2] [1, 1] : tensor<2x3xf32> to tensor<2x2xf32>
  %ae = arith.constant dense<[[2.0, 3.0], [5.0, 6.0]]> : tensor<2x2xf32>
  vellum.expect_close %a, %ae atol 0 rtol 0
  %b = tensor.insert_slice %a into %x[0, 0] [2, 2] [1, 1] : tensor<2x2xf32> into tensor<2x3xf32>
  %be = arith.constant dense<[[2.0, 3.0, 3.0], [5.0, 6.0, 6.0]]> : tensor<2x3xf32>
  vellum.expect_close %b, %be atol 0 rtol 0
  %c = tensor.concat dim(0) %x, %b : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<4x3xf32>
  %ce = arith.constant dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [2.0, 3.0, 3.0], [5.0, 6.0, 6.0]]> : tensor<4x3xf32>
  vellum.expect_close %c, %ce atol 0 rtol 0
  %d = tensor.pad %x low[1, 0] high[0, 2] {
  ^bb0(%i: index, %j: index):
    tensor.yield %zero : f32
  } : tensor<2x3xf32> to tensor<3x5xf32>
  %de = arith.constant dense<[[0.0, 0.0, 0.0, 0.0, 0.0], [1.0, 2.0, 3.0, 0.0, 0.0], [4.0, 5.0, 6.0, 0.0, 0.0]]> : tensor<3x5xf32>
  vellum.expect_close %d, %de atol 0 rtol 0
  %e = tensor.collapse_shape %x [[0, 1]] : tensor<2x3xf32> into tensor<6xf32>
  %f = tensor.expand_shape %e [[0, 1]] output_shape [3, 2] : tensor<6xf32> into tensor<3x2xf32>
  %fe = arith.constant dense<[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]> : tensor<3x2xf32>
  vellum.expect_close %f, %fe atol 0 rtol 0
  %g = vellum.pad %x at 1 to 4 dim 0
  %ge = arith.constant dense<[[0.0, 0.0, 0.0], [1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [0.0, 0.0, 0.0]]> : tensor<4x3xf32>
  vellum.expect_close %g, %ge atol 0 rtol 0
  %h = vellum.slice %x from 1 size 1 dim 0
  %he = arith.constant dense<[[4.0, 5.0, 6.0]]> : tensor<1x3xf32>
  vellum.expect_close %h, %he atol 0 rtol 0
  %k, %l = vellum.split %x into [1, 2]
  vellum.expect_close %l, %ae atol 0 rtol 0
  %m = vellum.concat %l, %k
  %me = arith.constant dense<[[2.0, 3.0, 1.0], [5.0, 6.0, 4.0]]> : tensor<2x3xf32>
  vellum.expect_close %m, %me atol 0 rtol 0
  %s = vellum.stop_gradient %x
  vellum.expect_close %s, %x atol 0 rtol 0
  return
}

// Integers, masks and conversions on 13 elements: no vector's length divides them.
func.func @elementwise() {
  %x = arith.constant dense<[-3.0, -2.5, -2.0, -1.5, -1.0, -0.5, 0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0]> : tensor<13xf32>
  %zero = arith.constant dense<0.0> : tensor<13xf32>
  %m = arith.cmpf ogt, %x, %zero : tensor<13xf32>
  %relu = arith.select %m, %x, %zero : tensor<13xi1>, tensor<13xf32>
  %re = arith.constant dense<[0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0]> : tensor<13xf32>
  vellum.expect_close %relu, %re atol 0 rtol 0
  %n = arith.uitofp %m : tensor<13xi1> to tensor<13xf32>
  %ne = arith.constant dense<[0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0]> : tensor<13xf32>
  vellum.expect_close %n, %ne atol 0 rtol 0
  %i = arith.fptosi %x : tensor<13xf32> to tensor<13xi32>
  %ie = arith.constant dense<[-3, -2, -2, -1, -1, 0, 0, 0, 1, 1, 2, 2, 3]> : tensor<13xi32>
  vellum.expect_close %i, %ie atol 0 rtol 0
  %f = arith.sitofp %i : tensor<13xi32> to tensor<13xf32>
  %t = math.trunc %x : tensor<13xf32>
  vellum.expect_close %f, %t atol 0 rtol 0
  %e = math.exp %x : tensor<13xf32>
  %l = math.log %e : tensor<13xf32>
  vellum.expect_close %l, %x atol 1e-6 rtol 1e-6
  %s = math.sin %x : tensor<13xf32>
  %c = math.cos %x : tensor<13xf32>
  %ss = arith.mulf %s, %s : tensor<13xf32>
  %cc = arith.mulf %c, %c : tensor<13xf32>
  %one = arith.constant dense<1.0> : tensor<13xf32>
  %sum = arith.addf %ss, %cc : tensor<13xf32>
  vellum.expect_close %sum, %one atol 1e-6 rtol 1e-6
  // tanh x = 2 sigmoid(2 x) - 1
  %th = math.tanh %x : tensor<13xf32>
  %x2 = arith.addf %x, %x : tensor<13xf32>
  %g = vellum.sigmoid %x2
  %g2 = arith.addf %g, %g : tensor<13xf32>
  %te = arith.subf %g2, %one : tensor<13xf32>
  vellum.expect_close %th, %te atol 1e-6 rtol 1e-6
  %r = math.roundeven %x : tensor<13xf32>
  %rne = arith.constant dense<[-3.0, -2.0, -2.0, -2.0, -1.0, 0.0, 0.0, 0.0, 1.0, 2.0, 2.0, 2.0, 3.0]> : tensor<13xf32>
  vellum.expect_close %r, %rne atol 0 rtol 0
  return
}

// A uniform number is the upper 24 bits of its word; a permutation's sum and sum of squares; moments.
func.func @random() {
  %key = arith.constant 5 : i64
  %shift = arith.constant dense<8> : tensor<17xi32>
  %scale = arith.constant dense<5.9604644775390625e-08> : tensor<17xf32>
  %bits = vellum.random bits %key stream 3 : tensor<17xi32>
  %upper = arith.shrui %bits, %shift : tensor<17xi32>
  %whole = arith.uitofp %upper : tensor<17xi32> to tensor<17xf32>
  %expected = arith.mulf %whole, %scale : tensor<17xf32>
  %u = vellum.random uniform %key stream 3 : tensor<17xf32>
  vellum.expect_close %u, %expected atol 0 rtol 0
  %p = vellum.random permutation %key : tensor<3x13xi32>
  %pf = arith.sitofp %p : tensor<3x13xi32> to tensor<3x13xf32>
  %sum = vellum.reduce sum %pf over [1]
  %sq = arith.mulf %pf, %pf : tensor<3x13xf32>
  %squares = vellum.reduce sum %sq over [1]
  %se = arith.constant dense<78.0> : tensor<3xf32>
  %qe = arith.constant dense<650.0> : tensor<3xf32>
  vellum.expect_close %sum, %se atol 0 rtol 0
  vellum.expect_close %squares, %qe atol 0 rtol 0
  %n = vellum.random normal %key : tensor<100000xf32>
  %mean = vellum.reduce mean %n over [0]
  %n2 = arith.mulf %n, %n : tensor<100000xf32>
  %variance = vellum.reduce mean %n2 over [0]
  %zero = arith.constant dense<0.0> : tensor<f32>
  %one = arith.constant dense<1.0> : tensor<f32>
  vellum.expect_close %mean, %zero atol 0.02 rtol 0
  vellum.expect_close %variance, %one atol 0.02 rtol 0
  return
}
