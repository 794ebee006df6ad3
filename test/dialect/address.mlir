// RUN: vellum-opt %s | vellum-opt | FileCheck %s

// CHECK-LABEL: @ntm
func.func @ntm(%k: tensor<4x20xf32>, %m: tensor<4x128x20xf32>, %b: tensor<4x1xf32>,
               %g: tensor<4x1xf32>, %s: tensor<4x3xf32>, %y: tensor<4x1xf32>,
               %w0: tensor<4x128xf32>) -> tensor<4x128xf32> {
  // CHECK: vellum.address %{{.*}} in %{{.*}} strength %{{.*}} gate %{{.*}} shift %{{.*}} power %{{.*}} from %{{[^ ]*$}}
  %w = vellum.address %k in %m strength %b gate %g shift %s power %y from %w0
  return %w : tensor<4x128xf32>
}

// The batch is known to the previous weighting alone.
// CHECK-LABEL: @heads
func.func @heads(%k: tensor<?x2x20xf32>, %m: tensor<?x?x20xf32>, %b: tensor<?x2x1xf32>,
                 %g: tensor<?x2x1xf32>, %s: tensor<?x2x3xf32>, %y: tensor<?x2x1xf32>,
                 %w0: tensor<4x2x128xf32>) -> tensor<4x2x128xf32> {
  // CHECK: similarity dot correlate clamp
  %w = vellum.address %k in %m strength %b gate %g shift %s power %y from %w0
    similarity dot correlate clamp
  return %w : tensor<4x2x128xf32>
}
