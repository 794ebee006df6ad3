// RUN: vellum test %s --backend=interpreter
// RUN: vellum test %s --target=x86-64-v2 --verify-memory
// RUN: %if x86-64-v3 %{ vellum test %s --target=x86-64-v3 %}
// RUN: %if x86-64-v4 %{ vellum test %s --target=x86-64-v4 %}

// Time loops against closed forms: sums of 0 … T-1, and numbers worked out by hand.

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

// x(t, b, i) = t + 1.
func.func private @counts(%t: index, %b: index) -> tensor<?x?x13xf32> {
  %x = tensor.generate %t, %b {
  ^bb0(%i: index, %j: index, %k: index):
    %c1 = arith.constant 1 : index
    %n = arith.addi %i, %c1 : index
    %m = arith.index_cast %n : index to i64
    %f = arith.sitofp %m : i64 to f32
    tensor.yield %f : f32
  } : tensor<?x?x13xf32>
  return %x : tensor<?x?x13xf32>
}

// The sum of 1 … T is T (T+1) / 2, forwards and backwards; emitted are the sum before and after each step.
func.func private @sums(%steps: index, %batch: index) {
  %zero = arith.constant 0.0 : f32
  %half = arith.constant 0.5 : f32
  %one = arith.constant 1.0 : f32
  %xs = call @counts(%steps, %batch) : (index, index) -> tensor<?x?x13xf32>
  %h0 = tensor.splat %zero[%batch] : tensor<?x13xf32>
  %n = arith.index_cast %steps : index to i64
  %f = arith.sitofp %n : i64 to f32
  %f1 = arith.addf %f, %one : f32
  %square = arith.mulf %f, %f1 : f32
  %total = arith.mulf %square, %half : f32
  %all = tensor.splat %total[%batch] : tensor<?x13xf32>

  %last, %before, %after, %seen = vellum.scan for %x in %xs carry %h = %h0 {
    %h1 = arith.addf %h, %x : tensor<?x13xf32>
    yield %h1 emit %h, %h1, %x
  }
  vellum.expect_close %last, %all atol 0 rtol 1e-6
  vellum.expect_close %seen, %xs atol 0 rtol 0
  %difference = arith.subf %after, %before : tensor<?x?x13xf32>
  vellum.expect_close %difference, %xs atol 0 rtol 0
  // after(t) = (t+1)(t+2)/2
  %triangle = arith.mulf %xs, %xs : tensor<?x?x13xf32>
  %more = arith.addf %triangle, %xs : tensor<?x?x13xf32>
  %halves = tensor.splat %half[%steps, %batch] : tensor<?x?x13xf32>
  %expected = arith.mulf %more, %halves : tensor<?x?x13xf32>
  vellum.expect_close %after, %expected atol 0 rtol 1e-6

  %first, %left, %right = vellum.scan reverse for %x in %xs carry %h = %h0 {
    %h1 = arith.addf %h, %x : tensor<?x13xf32>
    yield %h1 emit %h, %h1
  }
  vellum.expect_close %first, %all atol 0 rtol 1e-6
  // Before step t the reverse scan has seen all later ones.
  %sum = arith.addf %left, %after : tensor<?x?x13xf32>
  %totals = tensor.splat %total[%steps, %batch] : tensor<?x?x13xf32>
  vellum.expect_close %sum, %totals atol 0 rtol 1e-6
  %other = arith.addf %right, %before : tensor<?x?x13xf32>
  vellum.expect_close %other, %totals atol 0 rtol 1e-6
  return
}

func.func @steps() {
  %n0 = arith.constant 0 : index
  %n1 = arith.constant 1 : index
  %n2 = arith.constant 2 : index
  %n3 = arith.constant 3 : index
  %n100 = arith.constant 100 : index
  %t0 = call @opaque(%n0) : (index) -> index
  %t1 = call @opaque(%n1) : (index) -> index
  %t2 = call @opaque(%n2) : (index) -> index
  %t3 = call @opaque(%n3) : (index) -> index
  %t100 = call @opaque(%n100) : (index) -> index
  call @sums(%t0, %t1) : (index, index) -> ()
  call @sums(%t1, %t3) : (index, index) -> ()
  call @sums(%t2, %t1) : (index, index) -> ()
  call @sums(%t3, %t3) : (index, index) -> ()
  call @sums(%t100, %t2) : (index, index) -> ()
  return
}

func.func @static_steps() {
  %n0 = arith.constant 0 : index
  %n1 = arith.constant 1 : index
  %n3 = arith.constant 3 : index
  call @sums(%n0, %n3) : (index, index) -> ()
  call @sums(%n1, %n1) : (index, index) -> ()
  call @sums(%n3, %n3) : (index, index) -> ()
  return
}

// Carried values of several types; one passes through, two change places.
func.func @several() {
  %c5 = arith.constant 5 : index
  %n = call @opaque(%c5) : (index) -> index
  %k0 = arith.constant dense<[1, 0, -3]> : tensor<3xi32>
  %i0 = arith.constant 7 : index
  %f0 = arith.constant 0.5 : f32
  %a0 = arith.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %b0 = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %p0 = arith.constant dense<[4.0]> : tensor<1xf32>
  %k, %i, %f, %a, %b, %p, %ks = vellum.scan at %t
      carry %k = %k0, %i = %i0, %f = %f0, %a = %a0, %b = %b0, %p = %p0 length %n {
    %k1 = arith.addi %k, %k : tensor<3xi32>
    %i1 = arith.addi %i, %t : index
    %f1 = arith.addf %f, %f : f32
    yield %k1, %i1, %f1, %b, %a, %p emit %k
  }
  %ke = arith.constant dense<[32, 0, -96]> : tensor<3xi32>
  vellum.expect_close %k, %ke atol 0 rtol 0
  %kse = arith.constant dense<[[1, 0, -3], [2, 0, -6], [4, 0, -12], [8, 0, -24], [16, 0, -48]]> : tensor<5x3xi32>
  vellum.expect_close %ks, %kse atol 0 rtol 0
  // 7 + 0 + 1 + 2 + 3 + 4
  %it = tensor.from_elements %i : tensor<1xindex>
  %i64 = arith.index_cast %it : tensor<1xindex> to tensor<1xi64>
  %ie = arith.constant dense<17> : tensor<1xi64>
  vellum.expect_close %i64, %ie atol 0 rtol 0
  %ft = tensor.from_elements %f : tensor<1xf32>
  %fe = arith.constant dense<16.0> : tensor<1xf32>
  vellum.expect_close %ft, %fe atol 0 rtol 0
  // five exchanges are one
  vellum.expect_close %a, %b0 atol 0 rtol 0
  vellum.expect_close %b, %a0 atol 0 rtol 0
  vellum.expect_close %p, %p0 atol 0 rtol 0
  return
}

// A sample takes part in as many steps as `lengths` says: its state stands still, it emits zeros.
func.func @ragged() {
  %xs = arith.constant dense<[[[1.0], [10.0], [100.0]], [[2.0], [20.0], [200.0]], [[3.0], [30.0], [300.0]]]> : tensor<3x3x1xf32>
  %h0 = arith.constant dense<[[0.5], [0.5], [0.5]]> : tensor<3x1xf32>
  %n0 = arith.constant dense<[5, 7, 9]> : tensor<3xi32>
  %lengths = arith.constant dense<[0, 2, 3]> : tensor<3xi32>
  %h, %n, %ys = vellum.scan for %x in %xs carry %h = %h0, %n = %n0 lengths %lengths {
    %h1 = arith.addf %h, %x : tensor<3x1xf32>
    %n1 = arith.addi %n, %n : tensor<3xi32>
    yield %h1, %n1 emit %h1
  }
  %he = arith.constant dense<[[0.5], [30.5], [600.5]]> : tensor<3x1xf32>
  vellum.expect_close %h, %he atol 0 rtol 0
  %ne = arith.constant dense<[5, 28, 72]> : tensor<3xi32>
  vellum.expect_close %n, %ne atol 0 rtol 0
  %ye = arith.constant dense<[[[0.0], [10.5], [100.5]], [[0.0], [30.5], [300.5]], [[0.0], [0.0], [600.5]]]> : tensor<3x3x1xf32>
  vellum.expect_close %ys, %ye atol 0 rtol 0

  %g, %gs = vellum.scan reverse for %x in %xs carry %g = %h0 lengths %lengths {
    %g1 = arith.addf %g, %x : tensor<3x1xf32>
    yield %g1 emit %g1
  }
  vellum.expect_close %g, %he atol 0 rtol 0
  %ge = arith.constant dense<[[[0.0], [30.5], [600.5]], [[0.0], [20.5], [500.5]], [[0.0], [0.0], [300.5]]]> : tensor<3x3x1xf32>
  vellum.expect_close %gs, %ge atol 0 rtol 0
  return
}

// A scan within a scan, and one that reads another's stack; a value from outside is used in both.
func.func @nested() {
  %xs = arith.constant dense<[[[1.0], [2.0]], [[3.0], [4.0]], [[5.0], [6.0]]]> : tensor<3x2x1xf32>
  %s0 = arith.constant dense<0.0> : tensor<1xf32>
  %two = arith.constant dense<2.0> : tensor<1xf32>
  %s, %ys, %zs = vellum.scan for %x in %xs carry %s = %s0 {
    %r, %rs = scan reverse for %y in %x carry %r = %s {
      %p = arith.mulf %y, %two : tensor<1xf32>
      %r1 = arith.addf %r, %p : tensor<1xf32>
      yield %r1 emit %r
    }
    yield %r emit %r, %rs
  }
  %se = arith.constant dense<42.0> : tensor<1xf32>
  vellum.expect_close %s, %se atol 0 rtol 0
  %ye = arith.constant dense<[[6.0], [20.0], [42.0]]> : tensor<3x1xf32>
  vellum.expect_close %ys, %ye atol 0 rtol 0
  %ze = arith.constant dense<[[[4.0], [0.0]], [[14.0], [6.0]], [[32.0], [20.0]]]> : tensor<3x2x1xf32>
  vellum.expect_close %zs, %ze atol 0 rtol 0
  %u, %us = vellum.scan for %y in %ys, %z in %zs carry %u = %two {
    %m = vellum.reduce sum %z over [0]
    %d = arith.subf %y, %m : tensor<1xf32>
    %u1 = arith.mulf %u, %d : tensor<1xf32>
    yield %u1 emit %d
  }
  // 6 - 4, 20 - 20, 42 - 52
  %ue = arith.constant dense<[[2.0], [0.0], [-10.0]]> : tensor<3x1xf32>
  vellum.expect_close %us, %ue atol 0 rtol 0
  vellum.expect_close %u, %s0 atol 0 rtol 0
  return
}

// The weighting shifts onto itself: each step needs the whole old one. Read after the loop are the
// first weighting, the last one and all between.
func.func @overlap() {
  %w0 = arith.constant dense<[[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0, 12.0, 13.0]]> : tensor<1x13xf32>
  %s = arith.constant dense<[[0.0, 0.0, 1.0]]> : tensor<1x3xf32>
  %c4 = arith.constant 4 : index
  %n = call @opaque(%c4) : (index) -> index
  %w, %ws = vellum.scan carry %w = %w0 length %n {
    %w1 = shift_address %w by %s
    yield %w1 emit %w
  }
  %we = arith.constant dense<[[10.0, 11.0, 12.0, 13.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0]]> : tensor<1x13xf32>
  vellum.expect_close %w, %we atol 0 rtol 0
  %last = tensor.extract_slice %ws[3, 0, 0] [1, 1, 13] [1, 1, 1] : tensor<?x1x13xf32> to tensor<1x13xf32>
  %le = arith.constant dense<[[11.0, 12.0, 13.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0]]> : tensor<1x13xf32>
  vellum.expect_close %last, %le atol 0 rtol 0
  %first = tensor.extract_slice %ws[0, 0, 0] [1, 1, 13] [1, 1, 1] : tensor<?x1x13xf32> to tensor<1x13xf32>
  vellum.expect_close %first, %w0 atol 0 rtol 0
  return
}

// The same through slices of the carried value itself, there and back.
func.func @overlapping_slices() {
  %w0 = arith.constant dense<[1.0, 2.0, 3.0, 4.0, 5.0]> : tensor<5xf32>
  %c3 = arith.constant 3 : index
  %n = call @opaque(%c3) : (index) -> index
  %up, %down, %in = vellum.scan carry %up = %w0, %down = %w0, %in = %w0 length %n {
    %a = tensor.extract_slice %up[0] [4] [1] : tensor<5xf32> to tensor<4xf32>
    %up1 = tensor.insert_slice %a into %up[1] [4] [1] : tensor<4xf32> into tensor<5xf32>
    %b = slice %down from 1 size 4
    %c = slice %down from 0 size 1
    %down1 = concat %b, %c
    %d = slice %in from 1 size 4
    %in1 = tensor.insert_slice %d into %in[0] [4] [1] : tensor<4xf32> into tensor<5xf32>
    yield %up1, %down1, %in1
  }
  %ue = arith.constant dense<[1.0, 1.0, 1.0, 1.0, 2.0]> : tensor<5xf32>
  vellum.expect_close %up, %ue atol 0 rtol 0
  %de = arith.constant dense<[4.0, 5.0, 1.0, 2.0, 3.0]> : tensor<5xf32>
  vellum.expect_close %down, %de atol 0 rtol 0
  %ie = arith.constant dense<[4.0, 5.0, 5.0, 5.0, 5.0]> : tensor<5xf32>
  vellum.expect_close %in, %ie atol 0 rtol 0
  return
}

// A memory is written in each step; the old one is still read afterwards, and so is the first.
func.func @write_then_read_old() {
  %m0 = arith.constant dense<1.0> : tensor<1x3x2xf32>
  %a = arith.constant dense<[[1.0, 2.0]]> : tensor<1x2xf32>
  %e = arith.constant dense<0.5> : tensor<1x2xf32>
  %ws = arith.constant dense<[[[1.0, 0.0, 0.0]], [[0.0, 1.0, 0.0]], [[1.0, 0.0, 0.0]]]> : tensor<3x1x3xf32>
  %m, %old, %new = vellum.scan for %w in %ws carry %m = %m0 {
    %m1 = memory_write %m at %w erase %e add %a
    %r0 = memory_read %m at %w
    %r1 = memory_read %m1 at %w
    yield %m1 emit %r0, %r1
  }
  %me = arith.constant dense<[[[1.75, 3.25], [1.5, 2.5], [1.0, 1.0]]]> : tensor<1x3x2xf32>
  vellum.expect_close %m, %me atol 1e-7 rtol 1e-7
  %oe = arith.constant dense<[[[1.0, 1.0]], [[1.0, 1.0]], [[1.5, 2.5]]]> : tensor<3x1x2xf32>
  vellum.expect_close %old, %oe atol 1e-7 rtol 1e-7
  %ne = arith.constant dense<[[[1.5, 2.5]], [[1.5, 2.5]], [[1.75, 3.25]]]> : tensor<3x1x2xf32>
  vellum.expect_close %new, %ne atol 1e-7 rtol 1e-7
  %ones = arith.constant dense<1.0> : tensor<1x3x2xf32>
  vellum.expect_close %m0, %ones atol 0 rtol 0
  return
}

// Expectations inside a loop hold at every step.
func.func @inside() {
  %xs = arith.constant dense<[[1.0], [2.0], [3.0]]> : tensor<3x1xf32>
  %ys = arith.constant dense<[[1.0], [4.0], [9.0]]> : tensor<3x1xf32>
  vellum.scan for %x in %xs, %y in %ys {
    %s = arith.mulf %x, %x : tensor<1xf32>
    expect_close %s, %y atol 0 rtol 0
    yield
  }
  return
}
