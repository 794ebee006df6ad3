// RUN: vellum-opt %s | vellum-opt | FileCheck %s

// CHECK-LABEL: @causal
func.func @causal(%q: tensor<?x10x8xf32>, %k: tensor<4x12x8xf32>,
                  %v: tensor<4x?x6xf32>) -> tensor<4x10x6xf32> {
  // CHECK: vellum.attend %{{.*}} to %{{.*}}, %{{.*}} causal{{$}}
  %c = vellum.attend %q to %k, %v causal
  return %c : tensor<4x10x6xf32>
}

// CHECK-LABEL: @additive
func.func @additive(%q: tensor<4x8xf32>, %k: tensor<4x12x8xf32>, %v: tensor<4x12x6xf32>,
                    %va: tensor<8xf32>, %m: tensor<4x12xi1>)
    -> (tensor<4x6xf32>, tensor<4x12xf32>) {
  // CHECK: score additive by %{{.*}} mask %{{.*}} weighting
  %c, %w = vellum.attend %q to %k, %v score additive by %va mask %m weighting
  return %c, %w : tensor<4x6xf32>, tensor<4x12xf32>
}

// CHECK-LABEL: @cosine
func.func @cosine(%q: tensor<4x5x8xf32>, %k: tensor<4x12x8xf32>, %v: tensor<4x12x6xf32>,
                  %b: tensor<4x5x1xf32>, %m: tensor<4x5x12xi1>) -> tensor<4x5x6xf32> {
  // CHECK: score cosine strength %{{.*}} mask %
  %c = vellum.attend %q to %k, %v score cosine strength %b mask %m
  return %c : tensor<4x5x6xf32>
}

// The heads' weightings have a dimension of their own.
// CHECK-LABEL: @heads
func.func @heads(%q: tensor<4x5x8xf32>, %s: tensor<4x8xf32>, %k: tensor<4x12x8xf32>,
                 %v: tensor<4x12x6xf32>)
    -> (tensor<4x5x6xf32>, tensor<4x2x5x12xf32>, tensor<4x6xf32>, tensor<4x2x12xf32>) {
  // CHECK: score dot heads 2 weighting
  %c, %w = vellum.attend %q to %k, %v score dot heads 2 weighting
  %d, %u = vellum.attend %s to %k, %v heads 2 weighting
  return %c, %w, %d, %u
    : tensor<4x5x6xf32>, tensor<4x2x5x12xf32>, tensor<4x6xf32>, tensor<4x2x12xf32>
}
