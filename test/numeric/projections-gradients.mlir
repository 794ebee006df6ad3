// RUN: vellum check %s --entry=one --verify-memory
// RUN: vellum check %s --entry=large --verify-memory
// RUN: vellum check %s --entry=ragged --verify-memory
// RUN: vellum check %s --entry=left --verify-memory
// RUN: vellum check %s --entry=one --target=x86-64-v2 --verify-memory
// RUN: vellum check %s --entry=large --threads=2 --target=x86-64-v2

// Gradients of programs whose products leave time loops, on the way forward and on the way back. In f64, where no
// product moves, they agree with differences; compiled, where they do, with those in f64.

// The states' product with @u stays; those with inputs and of outputs leave, of the function and of its adjoint: the
// cotangents of the outputs are inputs there, and those of the inputs are outputs.
// RUN: vellum explain %s --entry=one --gradient | FileCheck %s --check-prefix=MOVES
// RUN: vellum explain %s --entry=large --gradient | FileCheck %s --check-prefix=MOVES
//     MOVES: %p = linear %x by %w
//     MOVES: done motion its product with an input leaves the loop
//     MOVES: done motion its product, which is only stacked, leaves the loop
// MOVES-NOT: leaves the loop
//     MOVES: %y = linear %h1 by %v
//     MOVES: done motion its product with an input leaves the loop
//     MOVES: done motion its product, which is only stacked, leaves the loop

// One row a step: its sums have 32 terms and more.
vellum.parameter @w : tensor<40x36xf32> = normal(0.2)
vellum.parameter @u : tensor<36x36xf32> = normal(0.2)
vellum.parameter @v : tensor<36x33xf32> = normal(0.2)
vellum.parameter @b : tensor<36xf32> = normal(0.2)
vellum.parameter @a : tensor<33xf32> = normal(0.2)

func.func @one(%xs: tensor<?x1x40xf32>, %h0: tensor<1x36xf32>) -> (tensor<1x36xf32>, tensor<?x1x33xf32>) {
  %w = vellum.use @w
  %u = vellum.use @u
  %v = vellum.use @v
  %b = vellum.use @b
  %a = vellum.use @a
  %last, %ys = vellum.scan for %x in %xs carry %h = %h0 {
    %p = linear %x by %w bias %b
    %q = contract "bk,kn->bn" %h, %u
    %s = arith.addf %p, %q : tensor<1x36xf32>
    %h1 = math.tanh %s : tensor<1x36xf32>
    %y = linear %h1 by %v bias %a
    yield %h1 emit %y
  }
  return %last, %ys : tensor<1x36xf32>, tensor<?x1x33xf32>
}

// More than 512 KiB of weights, whatever the number of rows.
vellum.parameter @wide : tensor<370x360xf32> = normal(0.05)
vellum.parameter @tall : tensor<360x370xf32> = normal(0.05)
vellum.parameter @scale : tensor<360xf32> = normal(0.5)

func.func @large(%xs: tensor<?x?x370xf32>, %h0: tensor<?x360xf32>) -> (tensor<?x360xf32>, tensor<?x?x370xf32>) {
  %w = vellum.use @wide
  %v = vellum.use @tall
  %u = vellum.use @scale
  %last, %ys = vellum.scan for %x in %xs carry %h = %h0 {
    %p = linear %x by %w
    %d = vellum.broadcast %u across [0] like %h
    %q = arith.mulf %h, %d : tensor<?x360xf32>
    %s = arith.addf %p, %q : tensor<?x360xf32>
    %h1 = math.tanh %s : tensor<?x360xf32>
    %y = linear %h1 by %v
    yield %h1 emit %y
  }
  return %last, %ys : tensor<?x360xf32>, tensor<?x?x370xf32>
}

// What finished samples emit is zero, and no product: the last ones stay.
func.func @ragged(%xs: tensor<3x3x370xf32>, %h0: tensor<3x360xf32>) -> (tensor<3x360xf32>, tensor<3x3x370xf32>) {
  %lengths = arith.constant dense<[0, 2, 3]> : tensor<3xi32>
  %w = vellum.use @wide
  %v = vellum.use @tall
  %last, %ys = vellum.scan reverse for %x in %xs carry %h = %h0 lengths %lengths {
    %p = linear %x by %w
    %s = arith.addf %p, %h : tensor<3x360xf32>
    %h1 = math.tanh %s : tensor<3x360xf32>
    %y = linear %h1 by %v
    yield %h1 emit %y
  }
  return %last, %ys : tensor<3x360xf32>, tensor<3x3x370xf32>
}

// Weights on the left, one of them the same in both products, and steps backwards.
func.func @left(%xs: tensor<?x?x370xf32>, %h0: tensor<360x?xf32>) -> (tensor<360x?xf32>, tensor<?x370x?xf32>) {
  %w = vellum.use @wide
  %last, %ys = vellum.scan reverse for %x in %xs carry %h = %h0 {
    %p = contract "kn,bk->nb" %w, %x
    %s = arith.addf %h, %p : tensor<360x?xf32>
    %h1 = math.tanh %s : tensor<360x?xf32>
    %y = contract "kn,nb->kb" %w, %h1
    yield %h1 emit %y
  }
  return %last, %ys : tensor<360x?xf32>, tensor<?x370x?xf32>
}

// Arguments of @one and @large.
func.func @inputs_one(%steps: index) -> (tensor<?x1x40xf32> {vellum.name = "xs"}, tensor<1x36xf32> {vellum.name = "h0"}) {
  %key = arith.constant 3 : i64
  %xs = vellum.random normal %key (%steps) : tensor<?x1x40xf32>
  %h0 = vellum.random normal %key stream 1 : tensor<1x36xf32>
  return %xs, %h0 : tensor<?x1x40xf32>, tensor<1x36xf32>
}

func.func @inputs_large(%steps: index, %size: index) -> (tensor<?x?x370xf32> {vellum.name = "xs"},
                                                         tensor<?x360xf32> {vellum.name = "h0"}) {
  %key = arith.constant 3 : i64
  %xs = vellum.random normal %key (%steps, %size) : tensor<?x?x370xf32>
  %h0 = vellum.random normal %key stream 1 (%size) : tensor<?x360xf32>
  return %xs, %h0 : tensor<?x?x370xf32>, tensor<?x360xf32>
}
