// Programs of which a mask or a length excludes a part. That part holds `fill`, which must reach no result and no
// gradient: neither a value nor, through the gradient of `fill` itself, the cotangent of one that is excluded.

func.func @inputs() -> (tensor<4x3x6xf32> {vellum.name = "x"}, tensor<6x6xf32> {vellum.name = "w"}) {
  %key = arith.constant 5 : i64
  %c4 = arith.constant 4 : index
  %c3 = arith.constant 3 : index
  %c6 = arith.constant 6 : index
  %x = vellum.random uniform %key stream 1 (%c4, %c3, %c6) : tensor<?x?x?xf32>
  %w = vellum.random uniform %key stream 2 (%c6, %c6) : tensor<?x?xf32>
  %xs = tensor.cast %x : tensor<?x?x?xf32> to tensor<4x3x6xf32>
  %ws = tensor.cast %w : tensor<?x?xf32> to tensor<6x6xf32>
  return %xs, %ws : tensor<4x3x6xf32>, tensor<6x6xf32>
}

// Samples take part in 3, 0 and 2 steps.
func.func private @lengths(%x: tensor<?x?x6xf32>) -> (tensor<?xi32>, tensor<?x?xi1>) {
  %known = arith.constant dense<[3, 0, 2]> : tensor<3xi32>
  %n = tensor.cast %known : tensor<3xi32> to tensor<?xi32>
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %t = tensor.dim %x, %c0 : tensor<?x?x6xf32>
  %b = tensor.dim %x, %c1 : tensor<?x?x6xf32>
  %part = tensor.generate %t, %b {
  ^bb0(%i: index, %j: index):
    %length = tensor.extract %n[%j] : tensor<?xi32>
    %step = arith.index_cast %i : index to i32
    %takes = arith.cmpi slt, %step, %length : i32
    tensor.yield %takes : i1
  } : tensor<?x?xi1>
  return %n, %part : tensor<?xi32>, tensor<?x?xi1>
}

func.func private @pad(%x: tensor<?x?x6xf32>, %part: tensor<?x?xi1>, %fill: tensor<f32>) -> tensor<?x?x6xf32> {
  %p = vellum.broadcast %part across [2] like %x
  %f = vellum.broadcast %fill across [0, 1, 2] like %x
  %padded = arith.select %p, %x, %f : tensor<?x?x6xi1>, tensor<?x?x6xf32>
  return %padded : tensor<?x?x6xf32>
}

func.func private @square(%x: tensor<?x?x6xf32>) -> tensor<f32> {
  %y = arith.mulf %x, %x : tensor<?x?x6xf32>
  %l = vellum.reduce sum %y over [0, 1, 2]
  return %l : tensor<f32>
}

// A mask of the keys: of samples `x` has 4, of positions 3.
func.func @keys(%x: tensor<?x?x6xf32>, %w: tensor<6x6xf32>, %fill: tensor<f32>)
    -> (tensor<f32> {vellum.name = "l"}, tensor<?x?x6xf32> {vellum.name = "c"}, tensor<?x3x?x?xf32> {vellum.name = "a"}) {
  %n, %part = call @lengths(%x) : (tensor<?x?x6xf32>) -> (tensor<?xi32>, tensor<?x?xi1>)
  %k = call @pad(%x, %part, %fill) : (tensor<?x?x6xf32>, tensor<?x?xi1>, tensor<f32>) -> tensor<?x?x6xf32>
  %c, %a = vellum.attend %x to %k, %k mask %part heads 3 weighting
  %l = call @square(%c) : (tensor<?x?x6xf32>) -> tensor<f32>
  return %l, %c, %a : tensor<f32>, tensor<?x?x6xf32>, tensor<?x3x?x?xf32>
}

// The same with one query of each sample, and with projections of what is behind the mask.
func.func @projected_keys(%x: tensor<?x?x6xf32>, %w: tensor<6x6xf32>, %fill: tensor<f32>)
    -> (tensor<f32> {vellum.name = "l"}, tensor<?x6xf32> {vellum.name = "c"}) {
  %n, %part = call @lengths(%x) : (tensor<?x?x6xf32>) -> (tensor<?xi32>, tensor<?x?xi1>)
  %p = call @pad(%x, %part, %fill) : (tensor<?x?x6xf32>, tensor<?x?xi1>, tensor<f32>) -> tensor<?x?x6xf32>
  %r = math.rsqrt %p : tensor<?x?x6xf32>
  %k = vellum.linear %p by %w
  %v = vellum.linear %r by %w
  %q = vellum.reduce mean %x over [1]
  %c = vellum.attend %q to %k, %v mask %part
  %y = arith.mulf %c, %c : tensor<?x6xf32>
  %l = vellum.reduce sum %y over [0, 1]
  return %l, %c : tensor<f32>, tensor<?x6xf32>
}

// The other scores.
func.func @scores(%x: tensor<?x?x6xf32>, %w: tensor<6x6xf32>, %fill: tensor<f32>) -> (tensor<f32> {vellum.name = "l"}) {
  %n, %part = call @lengths(%x) : (tensor<?x?x6xf32>) -> (tensor<?xi32>, tensor<?x?xi1>)
  %k = call @pad(%x, %part, %fill) : (tensor<?x?x6xf32>, tensor<?x?xi1>, tensor<f32>) -> tensor<?x?x6xf32>
  %va = vellum.reduce sum %w over [0]
  %s = vellum.reduce sum %x over [2] keep
  %c = vellum.attend %x to %k, %k score additive by %va mask %part
  %d = vellum.attend %x to %k, %k score cosine strength %s mask %part
  %y = arith.mulf %c, %d : tensor<?x?x6xf32>
  %l = vellum.reduce sum %y over [0, 1, 2]
  return %l : tensor<f32>
}

// A causal mask. The last position sees what is in it and nobody else does; the loss does not count it.
func.func @causal(%x: tensor<?x?x6xf32>, %w: tensor<6x6xf32>, %fill: tensor<f32>) -> (tensor<f32> {vellum.name = "l"}) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %b = tensor.dim %x, %c0 : tensor<?x?x6xf32>
  %t = tensor.dim %x, %c1 : tensor<?x?x6xf32>
  %last = arith.subi %t, %c1 : index
  %part = tensor.generate %b, %t {
  ^bb0(%i: index, %j: index):
    %takes = arith.cmpi slt, %j, %last : index
    tensor.yield %takes : i1
  } : tensor<?x?xi1>
  %p = call @pad(%x, %part, %fill) : (tensor<?x?x6xf32>, tensor<?x?xi1>, tensor<f32>) -> tensor<?x?x6xf32>
  %k = vellum.linear %p by %w
  %c = vellum.attend %p to %k, %k causal heads 2
  %z = vellum.linear %c by %w
  %float = arith.uitofp %part : tensor<?x?xi1> to tensor<?x?xf32>
  %m = tensor.expand_shape %float [[0], [1, 2]] output_shape [%b, %t, 1] : tensor<?x?xf32> into tensor<?x?x1xf32>
  %l = vellum.sigmoid_cross_entropy %z against %x mask %m
  return %l : tensor<f32>
}

// Losses, over a projection of what does not count.
func.func @losses(%x: tensor<?x?x6xf32>, %w: tensor<6x6xf32>, %fill: tensor<f32>)
    -> (tensor<f32> {vellum.name = "mean"}, tensor<f32> {vellum.name = "sum"}, tensor<?x?x6xf32> {vellum.name = "none"},
        tensor<f32> {vellum.name = "nothing"}) {
  %n, %part = call @lengths(%x) : (tensor<?x?x6xf32>) -> (tensor<?xi32>, tensor<?x?xi1>)
  %p = call @pad(%x, %part, %fill) : (tensor<?x?x6xf32>, tensor<?x?xi1>, tensor<f32>) -> tensor<?x?x6xf32>
  %s = math.log %p : tensor<?x?x6xf32>
  %z = vellum.linear %s by %w
  %wide = vellum.broadcast %part across [2] like %x
  %m = arith.uitofp %wide : tensor<?x?x6xi1> to tensor<?x?x6xf32>
  %mean = vellum.sigmoid_cross_entropy %z against %p mask %m
  %sum = vellum.sigmoid_cross_entropy %z against %x mask %m reduce sum
  %none = vellum.sigmoid_cross_entropy %z against %p mask %m reduce none
  %zero = arith.constant dense<0.0> : tensor<f32>
  %zeros = vellum.broadcast %zero across [0, 1, 2] like %x
  %f = vellum.broadcast %fill across [0, 1, 2] like %x
  %nothing = vellum.sigmoid_cross_entropy %f against %f mask %zeros
  return %mean, %sum, %none, %nothing : tensor<f32>, tensor<f32>, tensor<?x?x6xf32>, tensor<f32>
}

// A softmax with rows of which some or all is masked.
func.func @weightings(%x: tensor<?x?x6xf32>, %w: tensor<6x6xf32>, %fill: tensor<f32>)
    -> (tensor<f32> {vellum.name = "l"}, tensor<?x?x6xf32> {vellum.name = "y"}) {
  %n, %part = call @lengths(%x) : (tensor<?x?x6xf32>) -> (tensor<?xi32>, tensor<?x?xi1>)
  %p = call @pad(%x, %part, %fill) : (tensor<?x?x6xf32>, tensor<?x?xi1>, tensor<f32>) -> tensor<?x?x6xf32>
  %s = math.log %p : tensor<?x?x6xf32>
  %rows = vellum.broadcast %part across [2] like %x
  %half = arith.constant dense<0.5> : tensor<f32>
  %halves = vellum.broadcast %half across [0, 1, 2] like %x
  %some = arith.cmpf ogt, %x, %halves : tensor<?x?x6xf32>
  %mask = arith.andi %rows, %some : tensor<?x?x6xi1>
  %y = vellum.softmax %s mask %mask
  // The weights of 0 meet the excluded once more.
  %masked = arith.select %mask, %p, %x : tensor<?x?x6xi1>, tensor<?x?x6xf32>
  %product = arith.mulf %y, %masked : tensor<?x?x6xf32>
  %l = call @square(%product) : (tensor<?x?x6xf32>) -> tensor<f32>
  return %l, %y : tensor<f32>, tensor<?x?x6xf32>
}

// Bodies whose derivatives are infinite or NaN at what may stand after the end of a sample: forward and reverse.
func.func @ragged(%x: tensor<?x?x6xf32>, %w: tensor<6x6xf32>, %fill: tensor<f32>)
    -> (tensor<?x6xf32> {vellum.name = "h"}, tensor<?x?x6xf32> {vellum.name = "ys"}) {
  %n, %part = call @lengths(%x) : (tensor<?x?x6xf32>) -> (tensor<?xi32>, tensor<?x?xi1>)
  %xs = call @pad(%x, %part, %fill) : (tensor<?x?x6xf32>, tensor<?x?xi1>, tensor<f32>) -> tensor<?x?x6xf32>
  %h0 = vellum.reduce sum %x over [0]
  %both = vellum.concat %w, %w dim 0
  %last, %ys = vellum.scan for %p in %xs carry %h = %h0 lengths %n {
    %a = math.log %p : tensor<?x6xf32>
    %q = arith.divf %h, %p : tensor<?x6xf32>
    %u = linear %a, %q by %both
    %v = softmax %u
    %s = math.sqrt %p : tensor<?x6xf32>
    %r = vellum.reduce max %s over [1] keep
    %rs = broadcast %r like %p
    %y = arith.mulf %v, %rs : tensor<?x6xf32>
    %h1 = arith.addf %y, %h : tensor<?x6xf32>
    yield %h1 emit %y
  }
  return %last, %ys : tensor<?x6xf32>, tensor<?x?x6xf32>
}

// From the other end: what is excluded comes first, and before the loop it is projected. A loop inside reads it too.
func.func @backwards(%x: tensor<?x?x6xf32>, %w: tensor<6x6xf32>, %fill: tensor<f32>)
    -> (tensor<?x6xf32> {vellum.name = "h"}, tensor<?x?x6xf32> {vellum.name = "ys"}) {
  %n, %part = call @lengths(%x) : (tensor<?x?x6xf32>) -> (tensor<?xi32>, tensor<?x?xi1>)
  %xs = call @pad(%x, %part, %fill) : (tensor<?x?x6xf32>, tensor<?x?xi1>, tensor<f32>) -> tensor<?x?x6xf32>
  %us = vellum.linear %xs by %w
  %c0 = vellum.reduce mean %x over [0]
  %c2 = arith.constant 2 : index
  %b = vellum.reduce sum %w over [0]
  %both = vellum.concat %w, %w dim 0
  %last, %cell, %ys = vellum.scan reverse for %p in %us carry %h = %c0, %c = %c0 lengths %n {
    %i = math.rsqrt %p : tensor<?x6xf32>
    %inner = scan carry %s = %h length %c2 {
      %t = arith.mulf %s, %i : tensor<?x6xf32>
      %u = linear %t by %w
      %v = math.tanh %u : tensor<?x6xf32>
      yield %v
    }
    %taps = slice %inner from 0 size 3
    %shift = softmax %taps
    %moved = shift_address %i by %shift
    %h1 = rnn_cell %moved state %inner by %both bias %b
    %y = arith.subf %h1, %c : tensor<?x6xf32>
    yield %h1, %y emit %y
  }
  return %last, %ys : tensor<?x6xf32>, tensor<?x?x6xf32>
}
