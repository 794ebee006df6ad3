// RUN: vellum-opt %s -split-input-file -verify-diagnostics

func.func @scan_c1(%x: tensor<f32>) {
  // expected-error @+1 {{custom op 'vellum.scan' an input must be a tensor with time as its first dimension, but got 'tensor<f32>'}}
  vellum.scan for %s in %x {
    yield
  }
  return
}

// -----

func.func @scan_c1(%x: tensor<3x4xf32>, %y: tensor<5x4xf32>) {
  // expected-error @+1 {{'vellum.scan' op inputs must have the same first dimension, but got 3 and 5}}
  vellum.scan for %s in %x, %u in %y {
    yield
  }
  return
}

// -----

func.func @scan_c2() {
  // expected-error @+1 {{'vellum.scan' op must have either inputs or a 'length', but got neither}}
  vellum.scan {
    yield
  }
  return
}

// -----

func.func @scan_c2(%x: tensor<3x4xf32>, %n: index) {
  // expected-error @+1 {{'vellum.scan' op must have either inputs or a 'length', but got both}}
  vellum.scan for %s in %x length %n {
    yield
  }
  return
}

// -----

func.func @scan_c3(%x: tensor<3x4xf32>) {
  // expected-error @+1 {{'vellum.scan' op body must take the arguments ('index', 'tensor<4xf32>'), but got ('index', 'tensor<5xf32>')}}
  "vellum.scan"(%x) ({
  ^bb0(%t: index, %s: tensor<5xf32>):
    vellum.yield
  }) {operandSegmentSizes = array<i32: 1, 0, 0, 0>} : (tensor<3x4xf32>) -> ()
  return
}

// -----

func.func @scan_c4(%x: tensor<3x4xf32>) {
  // expected-error @+1 {{custom op 'vellum.scan' the body must end in a 'yield'}}
  vellum.scan for %s in %x {
  }
  return
}

// -----

func.func @scan_c4(%x: tensor<3x4xf32>, %h0: tensor<4xf32>) {
  %h = vellum.scan for %s in %x carry %h = %h0 {
    // expected-error @+1 {{'vellum.yield' op must hand on values of the types ('tensor<4xf32>') of 'vellum.scan', but got ('tensor<4xf32>', 'tensor<4xf32>')}}
    yield %s, %s
  }
  return
}

// -----

func.func @scan_c4(%x: tensor<3x4xf32>, %h0: tensor<5xf32>) {
  %h = vellum.scan for %s in %x carry %h = %h0 {
    // expected-error @+1 {{'vellum.yield' op must hand on values of the types ('tensor<5xf32>') of 'vellum.scan', but got ('tensor<4xf32>')}}
    yield %s
  }
  return
}

// -----

func.func @scan_c5(%x: tensor<3x4xf32>) {
  %y = vellum.scan at %t for %s in %x {
    // expected-error @+1 {{'vellum.yield' op may emit tensors only, but got 'index'}}
    yield emit %t
  }
  return
}

// -----

func.func @scan_c6(%x: tensor<3x4x8xf32>, %n: tensor<5xi32>) {
  // expected-error @+1 {{'vellum.scan' op emitted value must have the first dimension 5 of 'lengths', but got 'tensor<4x8xf32>'}}
  %y = vellum.scan for %s in %x lengths %n {
    yield emit %s
  }
  return
}

// -----

func.func @scan_c6(%x: tensor<3x4x8xf32>, %n: tensor<4xi32>, %i: index) {
  // expected-error @+1 {{'vellum.scan' op carried value must have the first dimension 4 of 'lengths', but got 'index'}}
  %y = vellum.scan for %s in %x carry %j = %i lengths %n {
    yield %j
  }
  return
}

// -----

func.func @scan_c6(%x: tensor<3x4x8xf32>, %n: tensor<4x1xi32>) {
  // expected-error @+1 {{'vellum.scan' op 'lengths' must have one dimension, but got 4x1}}
  vellum.scan for %s in %x lengths %n {
    yield
  }
  return
}

// -----

func.func @scan_c7(%x: tensor<3x4xf32>) {
  // expected-error @+1 {{'vellum.scan' op results must have the types ('tensor<3x4xf32>'), but got ('tensor<4x4xf32>')}}
  %y = vellum.scan for %s in %x {
    yield emit %s
  } : tensor<4x4xf32>
  return
}

// -----

func.func @scan_c8(%x: tensor<3x4xf32>) {
  // expected-error @+1 {{'vellum.scan' op 'checkpoint' must have a positive number after 'every' or 'within', but got 0}}
  vellum.scan for %s in %x checkpoint every 0 {
    yield
  }
  return
}

// -----

func.func @policy(%x: tensor<3x4xf32>) {
  // expected-error @+1 {{expected 'all', 'every' or 'within', but got 'some'}}
  vellum.scan for %s in %x checkpoint some {
    yield
  }
  return
}
