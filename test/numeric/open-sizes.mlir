// RUN: vellum test %s --backend=interpreter
// RUN: vellum test %s --target=x86-64-v2 --verify-memory
// RUN: %if x86-64-v3 %{ vellum test %s --target=x86-64-v3 %}
// RUN: %if x86-64-v4 %{ vellum test %s --target=x86-64-v4 %}

// Operations on types that leave sizes open, of which the other operands tell some, give what they give on types that
// say it all.

func.func private @random_memory() -> (tensor<2x5x4xf32>, tensor<2x3x4xf32>, tensor<2x3x5xf32>) {
  %key = arith.constant 7 : i64
  %m = vellum.random normal %key : tensor<2x5x4xf32>
  %k = vellum.random normal %key stream 1 : tensor<2x3x4xf32>
  %w = vellum.random uniform %key stream 2 : tensor<2x3x5xf32>
  return %m, %k, %w : tensor<2x5x4xf32>, tensor<2x3x4xf32>, tensor<2x3x5xf32>
}

// The scale is one over the root of a width that no type knows.
func.func private @attend_open(%q: tensor<?x?x?xf32>, %k: tensor<?x?x?xf32>) -> tensor<?x?x?xf32> {
  %y = vellum.attend %q to %k, %k
  return %y : tensor<?x?x?xf32>
}

func.func @attend() {
  %m, %q, %w = call @random_memory() : () -> (tensor<2x5x4xf32>, tensor<2x3x4xf32>, tensor<2x3x5xf32>)
  %mo = tensor.cast %m : tensor<2x5x4xf32> to tensor<?x?x?xf32>
  %qo = tensor.cast %q : tensor<2x3x4xf32> to tensor<?x?x?xf32>
  %y = call @attend_open(%qo, %mo) : (tensor<?x?x?xf32>, tensor<?x?x?xf32>) -> tensor<?x?x?xf32>
  %ye = vellum.attend %q to %m, %m
  vellum.expect_close %y, %ye atol 1e-6 rtol 1e-6
  return
}

// The width of the keys is that of the queries, of which a head has half.
func.func private @heads_open(%q: tensor<?x?x?xf32>, %k: tensor<?x?x4xf32>) -> tensor<?x?x4xf32> {
  %y = vellum.attend %q to %k, %k heads 2
  return %y : tensor<?x?x4xf32>
}

func.func @heads() {
  %m, %q, %w = call @random_memory() : () -> (tensor<2x5x4xf32>, tensor<2x3x4xf32>, tensor<2x3x5xf32>)
  %mo = tensor.cast %m : tensor<2x5x4xf32> to tensor<?x?x4xf32>
  %qo = tensor.cast %q : tensor<2x3x4xf32> to tensor<?x?x?xf32>
  %y = call @heads_open(%qo, %mo) : (tensor<?x?x?xf32>, tensor<?x?x4xf32>) -> tensor<?x?x4xf32>
  %ye = vellum.attend %q to %m, %m heads 2
  vellum.expect_close %y, %ye atol 1e-6 rtol 1e-6
  return
}

// One number for each key, whose dimension of 1 is left open.
func.func private @address_open(%k: tensor<?x?xf32>, %m: tensor<?x?x4xf32>, %s: tensor<?x?xf32>, %shift: tensor<?x3xf32>,
                                %w: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %y = vellum.address %k in %m strength %s gate %s shift %shift power %s from %w
  return %y : tensor<?x?xf32>
}

func.func @address() {
  %m, %ks, %ws = call @random_memory() : () -> (tensor<2x5x4xf32>, tensor<2x3x4xf32>, tensor<2x3x5xf32>)
  %k = tensor.extract_slice %ks[0, 0, 0] [2, 1, 4] [1, 1, 1] : tensor<2x3x4xf32> to tensor<2x4xf32>
  %w = tensor.extract_slice %ws[0, 0, 0] [2, 1, 5] [1, 1, 1] : tensor<2x3x5xf32> to tensor<2x5xf32>
  %shift = tensor.extract_slice %ws[0, 1, 0] [2, 1, 3] [1, 1, 1] : tensor<2x3x5xf32> to tensor<2x3xf32>
  %s = tensor.extract_slice %ws[0, 2, 0] [2, 1, 1] [1, 1, 1] : tensor<2x3x5xf32> to tensor<2x1xf32>
  %ko = tensor.cast %k : tensor<2x4xf32> to tensor<?x?xf32>
  %mo = tensor.cast %m : tensor<2x5x4xf32> to tensor<?x?x4xf32>
  %so = tensor.cast %s : tensor<2x1xf32> to tensor<?x?xf32>
  %shifto = tensor.cast %shift : tensor<2x3xf32> to tensor<?x3xf32>
  %wo = tensor.cast %w : tensor<2x5xf32> to tensor<?x?xf32>
  %y = call @address_open(%ko, %mo, %so, %shifto, %wo)
      : (tensor<?x?xf32>, tensor<?x?x4xf32>, tensor<?x?xf32>, tensor<?x3xf32>, tensor<?x?xf32>) -> tensor<?x?xf32>
  %ye = vellum.address %k in %m strength %s gate %s shift %shift power %s from %w
  vellum.expect_close %y, %ye atol 1e-6 rtol 1e-6
  return
}

// Rows of weights for inputs side by side, columns for four gates; vectors of as many heads as the weighting has.
func.func private @cells_open(%x: tensor<2x4xf32>, %h: tensor<2x5xf32>, %w: tensor<?x?xf32>, %v: tensor<?x?xf32>)
    -> (tensor<2x?xf32>, tensor<2x5xf32>) {
  %y = vellum.linear %x, %h by %w
  %n, %c = vellum.lstm_cell %x state %h, %h by %v
  return %y, %n : tensor<2x?xf32>, tensor<2x5xf32>
}

func.func @cells() {
  %key = arith.constant 9 : i64
  %x = vellum.random normal %key : tensor<2x4xf32>
  %h = vellum.random normal %key stream 1 : tensor<2x5xf32>
  %w = vellum.random normal %key stream 2 : tensor<9x3xf32>
  %v = vellum.random normal %key stream 3 : tensor<9x20xf32>
  %wo = tensor.cast %w : tensor<9x3xf32> to tensor<?x?xf32>
  %vo = tensor.cast %v : tensor<9x20xf32> to tensor<?x?xf32>
  %y, %n = call @cells_open(%x, %h, %wo, %vo)
      : (tensor<2x4xf32>, tensor<2x5xf32>, tensor<?x?xf32>, tensor<?x?xf32>) -> (tensor<2x?xf32>, tensor<2x5xf32>)
  %ye = vellum.linear %x, %h by %w
  %ne, %ce = vellum.lstm_cell %x state %h, %h by %v
  vellum.expect_close %y, %ye atol 1e-6 rtol 1e-6
  vellum.expect_close %n, %ne atol 1e-6 rtol 1e-6
  return
}

func.func private @write_open(%m: tensor<?x?x?xf32>, %w: tensor<?x?x?xf32>, %e: tensor<?x3x?xf32>, %a: tensor<?x?x?xf32>)
    -> tensor<?x?x?xf32> {
  %y = vellum.memory_write %m at %w erase %e add %a
  return %y : tensor<?x?x?xf32>
}

func.func @write() {
  %m, %k, %w = call @random_memory() : () -> (tensor<2x5x4xf32>, tensor<2x3x4xf32>, tensor<2x3x5xf32>)
  %mo = tensor.cast %m : tensor<2x5x4xf32> to tensor<?x?x?xf32>
  %wo = tensor.cast %w : tensor<2x3x5xf32> to tensor<?x?x?xf32>
  %eo = tensor.cast %k : tensor<2x3x4xf32> to tensor<?x3x?xf32>
  %ao = tensor.cast %k : tensor<2x3x4xf32> to tensor<?x?x?xf32>
  %y = call @write_open(%mo, %wo, %eo, %ao)
      : (tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x3x?xf32>, tensor<?x?x?xf32>) -> tensor<?x?x?xf32>
  %ye = vellum.memory_write %m at %w erase %k add %k
  vellum.expect_close %y, %ye atol 1e-6 rtol 1e-6
  return
}

// What is computed in sizes that only a run tells.
func.func private @opaque(%n: index) -> index {
  %key = arith.constant 0 : i64
  %c0 = arith.constant 0 : index
  %places = vellum.random permutation %key : tensor<1xi32>
  %place = tensor.extract %places[%c0] : tensor<1xi32>
  %zero = arith.index_cast %place : i32 to index
  %sum = arith.addi %n, %zero : index
  return %sum : index
}

func.func private @counting(%b: index, %n: index) -> tensor<?x3x?xf32> {
  %x = tensor.generate %b, %n {
  ^bb0(%i: index, %j: index, %k: index):
    %ten = arith.constant 10 : index
    %ij = arith.muli %i, %ten : index
    %ijs = arith.addi %ij, %j : index
    %tens = arith.muli %ijs, %ten : index
    %number = arith.addi %tens, %k : index
    %integer = arith.index_cast %number : index to i64
    %y = arith.sitofp %integer : i64 to f32
    tensor.yield %y : f32
  } : tensor<?x3x?xf32>
  return %x : tensor<?x3x?xf32>
}

// Results that are views: their rows are apart, from the first element on or from a later one. So is a view of a view;
// one row alone is not.
func.func @views() {
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %one = call @opaque(%c1) : (index) -> index
  %two = call @opaque(%c2) : (index) -> index
  %x = call @counting(%two, %two) : (index, index) -> tensor<?x3x?xf32>
  %first = vellum.slice %x from 0 size 1 dim 1
  %fe = arith.constant dense<[[[0.0, 1.0]], [[100.0, 101.0]]]> : tensor<2x1x2xf32>
  vellum.expect_close %first, %fe atol 0 rtol 0
  %later = vellum.slice %x from 1 size 2 dim 1
  %le = arith.constant dense<[[[10.0, 11.0], [20.0, 21.0]], [[110.0, 111.0], [120.0, 121.0]]]> : tensor<2x2x2xf32>
  vellum.expect_close %later, %le atol 0 rtol 0
  %columns = tensor.extract_slice %later[0, 0, 0] [%two, 2, %one] [1, 1, 1] : tensor<?x2x?xf32> to tensor<?x2x?xf32>
  %ce = arith.constant dense<[[[10.0], [20.0]], [[110.0], [120.0]]]> : tensor<2x2x1xf32>
  vellum.expect_close %columns, %ce atol 0 rtol 0
  %every = tensor.extract_slice %x[0, 0, 0] [%two, 2, %two] [1, 2, 1] : tensor<?x3x?xf32> to tensor<?x2x?xf32>
  %ee = arith.constant dense<[[[0.0, 1.0], [20.0, 21.0]], [[100.0, 101.0], [120.0, 121.0]]]> : tensor<2x2x2xf32>
  vellum.expect_close %every, %ee atol 0 rtol 0
  %y = call @counting(%one, %two) : (index, index) -> tensor<?x3x?xf32>
  %alone = vellum.slice %y from 0 size 2 dim 1
  %ae = arith.constant dense<[[[0.0, 1.0], [10.0, 11.0]]]> : tensor<1x2x2xf32>
  vellum.expect_close %alone, %ae atol 0 rtol 0
  return
}

// A halting probability whose last dimension of 1 is left open, as is the width of the next state.
func.func private @ponder_open(%s0: tensor<2x5xf32>, %w: tensor<6x?xf32>, %v: tensor<5x?xf32>) -> tensor<2x5xf32> {
  %s, %y, %cost, %steps = vellum.ponder first %flag carry %state = %s0 cap 4 {
    %z = linear %state, %flag by %w
    %s1 = sigmoid %z
    %o = contract "bk,kn->bn" %state, %v
    %p = sigmoid %o
    yield %s1 emit %o halt %p
  }
  return %s : tensor<2x5xf32>
}

func.func @ponder() {
  %key = arith.constant 5 : i64
  %s0 = vellum.random normal %key : tensor<2x5xf32>
  %w = vellum.random normal %key stream 1 : tensor<6x5xf32>
  %v = vellum.random normal %key stream 2 : tensor<5x1xf32>
  %wo = tensor.cast %w : tensor<6x5xf32> to tensor<6x?xf32>
  %vo = tensor.cast %v : tensor<5x1xf32> to tensor<5x?xf32>
  %y = call @ponder_open(%s0, %wo, %vo) : (tensor<2x5xf32>, tensor<6x?xf32>, tensor<5x?xf32>) -> tensor<2x5xf32>
  %ye, %o, %cost, %steps = vellum.ponder first %flag carry %state = %s0 cap 4 {
    %z = linear %state, %flag by %w
    %s1 = sigmoid %z
    %o = contract "bk,kn->bn" %state, %v
    %p = sigmoid %o
    yield %s1 emit %o halt %p
  }
  vellum.expect_close %y, %ye atol 1e-6 rtol 1e-6
  return
}
