// What only the pass sees, as vellum's parser does not know these dialects. Models that vellum refuses are in
// tools/vellum/Inputs/hostile.txt.
//
// RUN: vellum-opt %s -vellum-check-model -split-input-file -verify-diagnostics

vellum.parameter @w : tensor<3x2xf32> = glorot

func.func @fine(%x: tensor<?x3xf32> {vellum.name = "input"}) -> (tensor<?x2xf32> {vellum.name = "layer/out 1"}) {
  %w = vellum.use @w
  %y = vellum.linear %x by %w
  return %y : tensor<?x2xf32>
}

// -----

func.func @memory(%i: index) -> f32 {
  // expected-error @below {{'memref.alloc' is not one of the operations that a model may use; values are tensors and numbers; docs/reference/model-ops.md lists them}}
  %m = memref.alloc() : memref<4xf32>
  %v = memref.load %m[%i] : memref<4xf32>
  return %v : f32
}

// -----

// expected-error @below {{'func.func' has 3 blocks, but a model has no jumps between blocks; 'arith.select', 'scf.if' and 'vellum.scan' take their place}}
func.func @blocks(%c: i1) -> i1 {
  cf.cond_br %c, ^a, ^b
^a:
  return %c : i1
^b:
  return %c : i1
}

// -----

// expected-error @below {{a model's values are f16, bf16, f32, f64, i1, i8, i16, i32, i64, index and tensors of them, but got 'memref<4xf32>'}}
func.func @memory_argument(%m: memref<4xf32>) {
  return
}

// -----

// expected-error @below {{@system has no body; a model calls no functions but its own}}
func.func private @system(i64) -> i32

// -----

func.func @once(%x: f32) -> f32 {
  %y = func.call @twice(%x) : (f32) -> f32
  return %y : f32
}

func.func @twice(%x: f32) -> f32 {
  // expected-error @below {{calls @once recursively, which has no gradient and no compiled form; use a scan}}
  %y = func.call @once(%x) : (f32) -> f32
  return %y : f32
}

// -----

#shifted = affine_map<(i, j) -> (2 * i + j + 1)>

func.func @sum_of_counters(%x: tensor<?xf32>, %z: tensor<?x3xf32>) -> tensor<?x3xf32> {
  %y = linalg.generic {indexing_maps = [#shifted, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<?xf32>) outs(%z : tensor<?x3xf32>) {
  ^bb0(%a: f32, %b: f32):
    linalg.yield %a : f32
  } -> tensor<?x3xf32>
  return %y : tensor<?x3xf32>
}
