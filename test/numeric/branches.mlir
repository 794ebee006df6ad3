// RUN: vellum test %s --backend=interpreter
// RUN: vellum test %s --target=x86-64-v2
// RUN: %if x86-64-v3 %{ vellum test %s --target=x86-64-v3 %}
// RUN: %if x86-64-v4 %{ vellum test %s --target=x86-64-v4 %}

// Counted loops and branches on tensors and numbers, against closed forms.

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

func.func private @float(%n: index) -> f32 {
  %m = arith.index_cast %n : index to i64
  %f = arith.sitofp %m : i64 to f32
  return %f : f32
}

func.func private @expect(%actual: index, %expected: index) {
  %a = call @float(%actual) : (index) -> f32
  %e = call @float(%expected) : (index) -> f32
  %ta = tensor.from_elements %a : tensor<1xf32>
  %te = tensor.from_elements %e : tensor<1xf32>
  vellum.expect_close %ta, %te atol 0 rtol 0
  return
}

//===----------------------------------------------------------------------===//
// How often a loop runs
//===----------------------------------------------------------------------===//

// The number of steps and the sum of the loop's variable.
func.func private @count(%from: index, %to: index, %by: index) -> (index, index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %n:2 = scf.for %i = %from to %to step %by iter_args(%count = %c0, %sum = %c0) -> (index, index) {
    %more = arith.addi %count, %c1 : index
    %next = arith.addi %sum, %i : index
    scf.yield %more, %next : index, index
  }
  return %n#0, %n#1 : index, index
}

func.func private @counts(%from: index, %to: index, %by: index, %steps: index, %sum: index) {
  %n:2 = call @count(%from, %to, %by) : (index, index, index) -> (index, index)
  call @expect(%n#0, %steps) : (index, index) -> ()
  call @expect(%n#1, %sum) : (index, index) -> ()
  %from1 = call @opaque(%from) : (index) -> index
  %to1 = call @opaque(%to) : (index) -> index
  %by1 = call @opaque(%by) : (index) -> index
  %m:2 = call @count(%from1, %to1, %by1) : (index, index, index) -> (index, index)
  call @expect(%m#0, %steps) : (index, index) -> ()
  call @expect(%m#1, %sum) : (index, index) -> ()
  return
}

func.func @steps() {
  %m3 = arith.constant -3 : index
  %n0 = arith.constant 0 : index
  %n1 = arith.constant 1 : index
  %n2 = arith.constant 2 : index
  %n3 = arith.constant 3 : index
  %n4 = arith.constant 4 : index
  %n5 = arith.constant 5 : index
  %n6 = arith.constant 6 : index
  %n7 = arith.constant 7 : index
  %n9 = arith.constant 9 : index
  %n12 = arith.constant 12 : index
  %least = arith.constant -9223372036854775808 : index
  %most = arith.constant 9223372036854775807 : index
  %far = arith.constant 9223372036854775806 : index
  call @counts(%n0, %n4, %n1, %n4, %n6) : (index, index, index, index, index) -> ()
  call @counts(%n0, %n5, %n2, %n3, %n6) : (index, index, index, index, index) -> ()
  call @counts(%n0, %n6, %n2, %n3, %n6) : (index, index, index, index, index) -> ()
  call @counts(%n0, %n7, %n3, %n3, %n9) : (index, index, index, index, index) -> ()
  call @counts(%n3, %n6, %n1, %n3, %n12) : (index, index, index, index, index) -> ()
  call @counts(%m3, %n4, %n3, %n3, %n0) : (index, index, index, index, index) -> ()
  // None.
  call @counts(%n0, %n0, %n1, %n0, %n0) : (index, index, index, index, index) -> ()
  call @counts(%n4, %n1, %n2, %n0, %n0) : (index, index, index, index, index) -> ()
  call @counts(%n0, %m3, %n1, %n0, %n0) : (index, index, index, index, index) -> ()
  call @counts(%most, %least, %n1, %n0, %n0) : (index, index, index, index, index) -> ()
  // Far apart: the difference of the bounds is no index, nor is what follows the last step.
  call @counts(%n0, %most, %far, %n2, %far) : (index, index, index, index, index) -> ()
  return
}

// Other integers, and numbers without a sign: from 250 to 260 they wrap, so there is nothing between.
func.func @integers() {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %from = arith.constant -100 : i8
  %to = arith.constant 120 : i8
  %by = arith.constant 100 : i8
  %n = scf.for %i = %from to %to step %by iter_args(%count = %c0) -> (index) : i8 {
    %more = arith.addi %count, %c1 : index
    scf.yield %more : index
  }
  %n3 = arith.constant 3 : index
  call @expect(%n, %n3) : (index, index) -> ()
  // -100 is 156 here, and beyond 120.
  %m = scf.for unsigned %i = %to to %from step %by iter_args(%count = %c0) -> (index) : i8 {
    %more = arith.addi %count, %c1 : index
    scf.yield %more : index
  }
  call @expect(%m, %c1) : (index, index) -> ()
  %none = scf.for unsigned %i = %from to %to step %by iter_args(%count = %c0) -> (index) : i8 {
    %more = arith.addi %count, %c1 : index
    scf.yield %more : index
  }
  call @expect(%none, %c0) : (index, index) -> ()
  return
}

//===----------------------------------------------------------------------===//
// What a loop carries
//===----------------------------------------------------------------------===//

// Fibonacci's numbers in the rows of two tensors that change places, a number and a flag.
func.func private @fibonacci(%n: index, %rows: index, %expected: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f32
  %one = arith.constant 1.0 : f32
  %no = arith.constant false
  %a0 = tensor.splat %zero[%rows] : tensor<?x3xf32>
  %b0 = tensor.splat %one[%rows] : tensor<?x3xf32>
  %r:4 = scf.for %i = %c0 to %n step %c1 iter_args(%a = %a0, %b = %b0, %x = %zero, %odd = %no)
      -> (tensor<?x3xf32>, tensor<?x3xf32>, f32, i1) {
    %sum = arith.addf %a, %b : tensor<?x3xf32>
    %y = arith.addf %x, %one : f32
    %yes = arith.constant true
    %even = arith.xori %odd, %yes : i1
    scf.yield %b, %sum, %y, %even : tensor<?x3xf32>, tensor<?x3xf32>, f32, i1
  }
  %want = tensor.splat %expected[%rows] : tensor<?x3xf32>
  vellum.expect_close %r#0, %want atol 0 rtol 0
  %steps = call @float(%n) : (index) -> f32
  %s = tensor.from_elements %r#2, %steps : tensor<2xf32>
  %t = tensor.from_elements %steps, %r#2 : tensor<2xf32>
  vellum.expect_close %s, %t atol 0 rtol 0
  %c2 = arith.constant 2 : index
  %rest = arith.remui %n, %c2 : index
  %parity = arith.index_castui %r#3 : i1 to index
  call @expect(%parity, %rest) : (index, index) -> ()
  return
}

func.func @carried() {
  %n0 = arith.constant 0 : index
  %n1 = arith.constant 1 : index
  %n2 = arith.constant 2 : index
  %n10 = arith.constant 10 : index
  %f0 = arith.constant 0.0 : f32
  %f1 = arith.constant 1.0 : f32
  %f55 = arith.constant 55.0 : f32
  call @fibonacci(%n0, %n2, %f0) : (index, index, f32) -> ()
  call @fibonacci(%n1, %n2, %f1) : (index, index, f32) -> ()
  call @fibonacci(%n10, %n2, %f55) : (index, index, f32) -> ()
  call @fibonacci(%n10, %n1, %f55) : (index, index, f32) -> ()
  call @fibonacci(%n10, %n0, %f55) : (index, index, f32) -> ()
  %m = call @opaque(%n10) : (index) -> index
  %rows = call @opaque(%n2) : (index) -> index
  call @fibonacci(%m, %rows, %f55) : (index, index, f32) -> ()
  return
}

// Rows written one by one, in a triangle: row i has i ones.
func.func @written() {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %n = arith.constant 4 : index
  %one = arith.constant 1.0 : f32
  %zeros = arith.constant dense<0.0> : tensor<4x4xf32>
  %t = scf.for %i = %c0 to %n step %c1 iter_args(%rows = %zeros) -> tensor<4x4xf32> {
    %row = scf.for %j = %c0 to %i step %c1 iter_args(%r = %rows) -> tensor<4x4xf32> {
      %s = tensor.insert %one into %r[%i, %j] : tensor<4x4xf32>
      scf.yield %s : tensor<4x4xf32>
    }
    scf.yield %row : tensor<4x4xf32>
  }
  %expected = arith.constant dense<[[0.0, 0.0, 0.0, 0.0], [1.0, 0.0, 0.0, 0.0], [1.0, 1.0, 0.0, 0.0], [1.0, 1.0, 1.0, 0.0]]> : tensor<4x4xf32>
  vellum.expect_close %t, %expected atol 0 rtol 0
  return
}

//===----------------------------------------------------------------------===//
// Branches
//===----------------------------------------------------------------------===//

// Doubled or halved and told which; the branches hand out values from inside, from outside and of other sizes.
func.func private @branch(%x: tensor<?x3xf32>, %c: i1) -> (tensor<?x3xf32>, index, tensor<?x3xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r:3 = scf.if %c -> (tensor<?x3xf32>, index, tensor<?x3xf32>) {
    %y = arith.addf %x, %x : tensor<?x3xf32>
    scf.yield %y, %c1, %x : tensor<?x3xf32>, index, tensor<?x3xf32>
  } else {
    %half = arith.constant 0.5 : f32
    %n = tensor.dim %x, %c0 : tensor<?x3xf32>
    %halves = tensor.splat %half[%n] : tensor<?x3xf32>
    %y = arith.mulf %x, %halves : tensor<?x3xf32>
    %two = tensor.concat dim(0) %x, %y : (tensor<?x3xf32>, tensor<?x3xf32>) -> tensor<?x3xf32>
    scf.yield %y, %c0, %two : tensor<?x3xf32>, index, tensor<?x3xf32>
  }
  return %r#0, %r#1, %r#2 : tensor<?x3xf32>, index, tensor<?x3xf32>
}

func.func private @branches(%rows: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %two = arith.constant 2.0 : f32
  %four = arith.constant 4.0 : f32
  %one = arith.constant 1.0 : f32
  %x = tensor.splat %two[%rows] : tensor<?x3xf32>
  %which1 = call @opaque(%c1) : (index) -> index
  %yes = arith.cmpi eq, %which1, %c1 : index
  %no = arith.cmpi eq, %which1, %c0 : index
  %a:3 = call @branch(%x, %yes) : (tensor<?x3xf32>, i1) -> (tensor<?x3xf32>, index, tensor<?x3xf32>)
  %doubled = tensor.splat %four[%rows] : tensor<?x3xf32>
  vellum.expect_close %a#0, %doubled atol 0 rtol 0
  call @expect(%a#1, %c1) : (index, index) -> ()
  vellum.expect_close %a#2, %x atol 0 rtol 0
  %b:3 = call @branch(%x, %no) : (tensor<?x3xf32>, i1) -> (tensor<?x3xf32>, index, tensor<?x3xf32>)
  %halved = tensor.splat %one[%rows] : tensor<?x3xf32>
  vellum.expect_close %b#0, %halved atol 0 rtol 0
  call @expect(%b#1, %c0) : (index, index) -> ()
  %both = tensor.concat dim(0) %x, %halved : (tensor<?x3xf32>, tensor<?x3xf32>) -> tensor<?x3xf32>
  vellum.expect_close %b#2, %both atol 0 rtol 0
  return
}

func.func @chosen() {
  %n0 = arith.constant 0 : index
  %n1 = arith.constant 1 : index
  %n5 = arith.constant 5 : index
  call @branches(%n0) : (index) -> ()
  call @branches(%n1) : (index) -> ()
  call @branches(%n5) : (index) -> ()
  %n = call @opaque(%n5) : (index) -> index
  call @branches(%n) : (index) -> ()
  return
}

// The branch that is not taken divides by zero and reads beyond the end; without results.
func.func @not_taken() {
  %c0 = arith.constant 0 : index
  %c7 = arith.constant 7 : index
  %x = arith.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %n = call @opaque(%c0) : (index) -> index
  %some = arith.cmpi ne, %n, %c0 : index
  scf.if %some {
    %bad = arith.divsi %c7, %n : index
    %v = tensor.extract %x[%bad] : tensor<2xf32>
    %t = tensor.from_elements %v, %v : tensor<2xf32>
    %ok = arith.constant false
    vellum.require %ok, "never"
  }
  %y = scf.if %some -> f32 {
    %bad = arith.divsi %c7, %n : index
    %v = tensor.extract %x[%bad] : tensor<2xf32>
    scf.yield %v : f32
  } else {
    %v = tensor.extract %x[%n] : tensor<2xf32>
    scf.yield %v : f32
  }
  %t = tensor.from_elements %y : tensor<1xf32>
  %one = arith.constant dense<[1.0]> : tensor<1xf32>
  vellum.expect_close %t, %one atol 0 rtol 0
  return
}

//===----------------------------------------------------------------------===//
// In each other and in scans
//===----------------------------------------------------------------------===//

// Collatz: 27 takes 111 steps to get to 1, a step of a loop each until then.
func.func @collatz() {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %many = arith.constant 200 : index
  %start = arith.constant 27 : index
  %r:2 = scf.for %i = %c0 to %many step %c1 iter_args(%n = %start, %count = %c0) -> (index, index) {
    %over = arith.cmpi eq, %n, %c1 : index
    %next:2 = scf.if %over -> (index, index) {
      scf.yield %n, %count : index, index
    } else {
      %rest = arith.remui %n, %c2 : index
      %odd = arith.cmpi eq, %rest, %c1 : index
      %m = scf.if %odd -> index {
        %triple = arith.muli %n, %c3 : index
        %up = arith.addi %triple, %c1 : index
        scf.yield %up : index
      } else {
        %down = arith.divui %n, %c2 : index
        scf.yield %down : index
      }
      %more = arith.addi %count, %c1 : index
      scf.yield %m, %more : index, index
    }
    scf.yield %next#0, %next#1 : index, index
  }
  %c111 = arith.constant 111 : index
  call @expect(%r#1, %c111) : (index, index) -> ()
  return
}

// A scan's body asks its data; each second step has a loop, the others a scan.
func.func private @mixed(%batch: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c6 = arith.constant 6 : index
  %zero = arith.constant 0.0 : f32
  %one = arith.constant 1.0 : f32
  %h0 = tensor.splat %zero[%batch] : tensor<?x5xf32>
  %ones = tensor.splat %one[%batch] : tensor<?x5xf32>
  %last, %all = vellum.scan at %t carry %h = %h0 length %c6 {
    %rest = arith.remui %t, %c2 : index
    %even = arith.cmpi eq, %rest, %c0 : index
    %h1 = scf.if %even -> tensor<?x5xf32> {
      %sum = scf.for %i = %c0 to %t step %c1 iter_args(%s = %h) -> tensor<?x5xf32> {
        %s1 = arith.addf %s, %ones : tensor<?x5xf32>
        scf.yield %s1 : tensor<?x5xf32>
      }
      scf.yield %sum : tensor<?x5xf32>
    } else {
      %sum = vellum.scan carry %s = %h length %c2 {
        %s1 = arith.subf %s, %ones : tensor<?x5xf32>
        vellum.yield %s1
      }
      scf.yield %sum : tensor<?x5xf32>
    }
    yield %h1 emit %h1
  }
  // 0 0, -2, +2 = 0, -2, +4 = 2, -2 = 0
  %expected = arith.constant dense<[0.0, -2.0, 0.0, -2.0, 2.0, 0.0]> : tensor<6xf32>
  %like = tensor.splat %zero[%batch] : tensor<6x?x5xf32>
  %want = vellum.broadcast %expected across [1, 2] like %like
  vellum.expect_close %all, %want atol 0 rtol 0
  vellum.expect_close %last, %h0 atol 0 rtol 0
  return
}

func.func @nested() {
  %n0 = arith.constant 0 : index
  %n1 = arith.constant 1 : index
  %n3 = arith.constant 3 : index
  call @mixed(%n0) : (index) -> ()
  call @mixed(%n1) : (index) -> ()
  call @mixed(%n3) : (index) -> ()
  %n = call @opaque(%n3) : (index) -> index
  call @mixed(%n) : (index) -> ()
  return
}

// A branch and a loop in the body of a ponder that takes three steps.
func.func @pondered() {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %s0 = arith.constant dense<0.0> : tensor<2x3xf32>
  %ones = arith.constant dense<1.0> : tensor<2x3xf32>
  %half = arith.constant 0.5 : f32
  %s, %cost, %steps = vellum.ponder first %first carry %state = %s0 cap 3 {
    %flag = tensor.extract %first[%c0, %c0] : tensor<2x1xf32>
    %is_first = arith.cmpf ogt, %flag, %half : f32
    %next = scf.if %is_first -> tensor<2x3xf32> {
      scf.yield %ones : tensor<2x3xf32>
    } else {
      %more = scf.for %i = %c0 to %c3 step %c1 iter_args(%a = %state) -> tensor<2x3xf32> {
        %b = arith.addf %a, %ones : tensor<2x3xf32>
        scf.yield %b : tensor<2x3xf32>
      }
      scf.yield %more : tensor<2x3xf32>
    }
    %p = arith.constant dense<0.25> : tensor<2x1xf32>
    yield %next halt %p
  }
  // States 1, 4, 7 with weights 1/4, 1/4, 1/2.
  %expected = arith.constant dense<4.75> : tensor<2x3xf32>
  vellum.expect_close %s, %expected atol 0 rtol 1e-6
  return
}

//===----------------------------------------------------------------------===//
// A branch that hands on a state
//===----------------------------------------------------------------------===//

// The branch's result is the state itself, which must last until it is stacked, after the next state is written.
func.func private @handed_on(%i: index, %expected: tensor<3x2xf32>) {
  %zero = call @opaque(%i) : (index) -> index
  %c0 = arith.constant 0 : index
  %isOther = arith.cmpi ne, %zero, %c0 : index
  %h0 = arith.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %xs = arith.constant dense<[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]> : tensor<3x2xf32>
  %h, %stack = vellum.scan for %x in %xs carry %h = %h0 {
    %now = scf.if %isOther -> tensor<2xf32> {
      scf.yield %x : tensor<2xf32>
    } else {
      scf.yield %h : tensor<2xf32>
    }
    %next = arith.addf %x, %x : tensor<2xf32>
    yield %next emit %now
  }
  vellum.expect_close %stack, %expected atol 0 rtol 0
  return
}

func.func @state_of_a_branch() {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %states = arith.constant dense<[[1.0, 2.0], [2.0, 4.0], [6.0, 8.0]]> : tensor<3x2xf32>
  call @handed_on(%c0, %states) : (index, tensor<3x2xf32>) -> ()
  %inputs = arith.constant dense<[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]> : tensor<3x2xf32>
  call @handed_on(%c1, %inputs) : (index, tensor<3x2xf32>) -> ()
  return
}
