// What goes wrong while a model is written: one error each, at its place.
//
// RUN: vellum-opt %s -split-input-file -verify-diagnostics

func.func @unknown_op(%x: tensor<4xf32>) {
  // expected-error @+1 {{custom op 'vellum.softmaxx' is unknown}}
  %y = vellum.softmaxx %x
  return
}

// -----

func.func @unknown_op_in_a_body(%xs: tensor<3x4xf32>) {
  vellum.scan for %x in %xs {
    // expected-error @+1 {{custom op 'softmaxx' is unknown (tried 'vellum.softmaxx' as well)}}
    %y = softmaxx %x
    yield
  }
  return
}

// -----

func.func @undefined_operand(%x: tensor<4xf32>) {
  // expected-error @+1 {{no value %y is defined above}}
  %z = vellum.softmax %y
  return
}

// -----

// A value from below would make a cycle.
func.func @used_before_its_definition(%x: tensor<4xf32>) {
  // expected-error @+1 {{no value %y is defined above}}
  %z = vellum.softmax %y
  %y = vellum.softmax %x
  return
}

// -----

func.func @undefined_carry(%xs: tensor<3x4xf32>) {
  // expected-error @+1 {{no value %h0 is defined above}}
  %h = vellum.scan for %x in %xs carry %h = %h0 {
    yield %x
  }
  return
}

// -----

func.func @wrong_rank(%m: tensor<4x128x20xf32>, %w: tensor<128xf32>) {
  // expected-error @+1 {{weighting must have rank 2 (one head) or 3 (heads) for a memory of rank 3, but got 128}}
  %r = vellum.memory_read %m at %w
  return
}

// -----

func.func @mismatched_locations(%m: tensor<4x128x20xf32>, %w: tensor<4x64xf32>) {
  // expected-error @+1 {{weighting width must equal the memory's number of locations 128, but got 64}}
  %r = vellum.memory_read %m at %w
  return
}

// -----

func.func @mismatched_words(%m: tensor<4x128x20xf32>, %k: tensor<4x16xf32>,
                            %b: tensor<4x1xf32>) {
  // expected-error @+1 {{key width must equal the memory's word width 20, but got 16}}
  %w = vellum.content_address %k in %m strength %b
  return
}

// -----

func.func @not_a_number(%w: tensor<4x8xf32>, %y: tensor<4x1xf32>) {
  // expected-error @+1 {{expected a number}}
  %r = vellum.sharpen_address %w power %y epsilon small
  return
}

// -----

func.func @in_a_body(%xs: tensor<3x4x8xf32>, %h0: tensor<4x10xf32>, %w: tensor<17x10xf32>) {
  %h = vellum.scan for %x in %xs carry %h = %h0 {
    // expected-error @+1 {{weight must have the shape 18x10 (the widths of inputs and state by the state's), but got 17x10}}
    %h1 = rnn_cell %x state %h by %w
    yield %h1
  }
  return
}
