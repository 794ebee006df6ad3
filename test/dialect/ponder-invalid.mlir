// RUN: vellum-opt %s -split-input-file -verify-diagnostics

func.func @ponder_c1(%s0: tensor<4xf32>, %p: tensor<1xf32>) {
  // expected-error @+1 {{custom op 'vellum.ponder' a state must be a tensor of at least two dimensions, but got 'tensor<4xf32>'}}
  %s, %c, %n = vellum.ponder first %f carry %s = %s0 cap 3 {
    yield %s halt %p
  }
  return
}

// -----

func.func @ponder_c1(%s0: tensor<4x2xf32>, %u0: tensor<5x2xf32>, %p: tensor<4x1xf32>) {
  // expected-error @+1 {{'vellum.ponder' op state must be a tensor of 'f32' with the dimensions 4 of the first state before its own, but got 'tensor<5x2xf32>'}}
  %r:4 = vellum.ponder first %f carry %s = %s0, %u = %u0 cap 3 {
    yield %s, %u halt %p
  }
  return
}

// -----

func.func @ponder_c2(%s0: tensor<4x2xf32>, %p: tensor<4x1xf32>) {
  // expected-error @+1 {{'vellum.ponder' op body must take the arguments ('tensor<4x1xf32>', 'tensor<4x2xf32>'), but got ('tensor<4x2xf32>', 'tensor<4x2xf32>')}}
  %r:3 = "vellum.ponder"(%s0) ({
  ^bb0(%f: tensor<4x2xf32>, %s: tensor<4x2xf32>):
    vellum.yield %s halt %p
  }) {cap = 3} : (tensor<4x2xf32>) -> (tensor<4x2xf32>, tensor<4x1xf32>, tensor<4x1xf32>)
  return
}

// -----

func.func @ponder_c3(%s0: tensor<4x2xf32>, %p: tensor<4x1xf32>) {
  %s, %c, %n = vellum.ponder first %f carry %s = %s0 cap 3 {
    // expected-error @+1 {{'vellum.yield' op must hand on values of the types ('tensor<4x2xf32>') of 'vellum.ponder', but got ('tensor<4x1xf32>')}}
    yield %f halt %p
  }
  return
}

// -----

func.func @ponder_c4(%s0: tensor<4x2xf32>) {
  %s, %c, %n = vellum.ponder first %f carry %s = %s0 cap 3 {
    // expected-error @+1 {{'vellum.yield' op must give a halting probability: halt %p}}
    yield %s
  }
  return
}

// -----

func.func @ponder_c4(%s0: tensor<4x2xf32>, %p: tensor<4xf32>) {
  %s, %c, %n = vellum.ponder first %f carry %s = %s0 cap 3 {
    // expected-error @+1 {{'vellum.yield' op halting probability must have the type 'tensor<4x1xf32>', but got 'tensor<4xf32>'}}
    yield %s halt %p
  }
  return
}

// -----

func.func @ponder_c5(%s0: tensor<4x2xf32>, %y0: tensor<5x2xf32>, %p: tensor<4x1xf32>) {
  %s, %y, %c, %n = vellum.ponder first %f carry %s = %s0 cap 3 {
    // expected-error @+1 {{'vellum.yield' op emitted value must be a tensor of 'f32' with the dimensions 4 of the first state before its own, but got 'tensor<5x2xf32>'}}
    yield %s emit %y0 halt %p
  }
  return
}

// -----

func.func @ponder_c6(%s0: tensor<4x2xf32>, %p: tensor<4x1xf32>) {
  // expected-error @+1 {{'vellum.ponder' op epsilon must lie in [0, 1), but got 1}}
  %s, %c, %n = vellum.ponder first %f carry %s = %s0 epsilon 1 cap 3 {
    yield %s halt %p
  }
  return
}

// -----

func.func @ponder_c6(%s0: tensor<4x2xf32>, %p: tensor<4x1xf32>) {
  // expected-error @+1 {{'vellum.ponder' op attribute 'cap' failed to satisfy constraint: 64-bit signless integer attribute whose value is positive}}
  %s, %c, %n = vellum.ponder first %f carry %s = %s0 cap 0 {
    yield %s halt %p
  }
  return
}

// -----

func.func @ponder_c7(%s0: tensor<4x2xf32>, %p: tensor<4x1xf32>) {
  // expected-error @+1 {{'vellum.ponder' op results must have the types ('tensor<4x2xf32>', 'tensor<4x1xf32>', 'tensor<4x1xf32>'), but got ('tensor<4x2xf32>', 'tensor<4x2xf32>', 'tensor<4x1xf32>')}}
  %s, %c, %n = vellum.ponder first %f carry %s = %s0 cap 3 {
    yield %s halt %p
  } : tensor<4x2xf32>, tensor<4x2xf32>, tensor<4x1xf32>
  return
}
