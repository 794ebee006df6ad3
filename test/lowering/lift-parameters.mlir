// RUN: vellum-opt %s -vellum-lift-parameters -split-input-file -verify-diagnostics | FileCheck %s

vellum.parameter @w : tensor<3x2xf32> = glorot
vellum.parameter @b : tensor<2xf32> = zeros frozen
vellum.parameter @unused : tensor<2xf32> = zeros

// Calls are inlined, into scans too, and the arguments stand in the order of
// the declarations, each once.
// CHECK-LABEL: func.func @f
// CHECK-SAME:    %[[XS:[^:]+]]: tensor<?x4x3xf32>,
// CHECK-SAME:    %[[W:[^:]+]]: tensor<3x2xf32> {vellum.parameter = @w},
// CHECK-SAME:    %[[B:[^:]+]]: tensor<2xf32> {vellum.frozen, vellum.parameter = @b})
// CHECK-NOT:   call
// CHECK-NOT:   use
// CHECK:       vellum.scan for %[[X:.*]] in %[[XS]]
// CHECK:         contract "bk,kn->bn" %[[X]], %[[W]]
// CHECK:         broadcast %[[B]]
func.func @f(%xs: tensor<?x4x3xf32>) -> tensor<?x4x2xf32> {
  %ys = vellum.scan for %x in %xs {
    %y = func.call @layer(%x) : (tensor<4x3xf32>) -> tensor<4x2xf32>
    yield emit %y
  }
  return %ys : tensor<?x4x2xf32>
}

// A function that was called keeps its parameters unless it is public.
// CHECK-LABEL: func.func private @layer
// CHECK:         vellum.use @b
func.func private @layer(%x: tensor<4x3xf32>) -> tensor<4x2xf32> {
  %b = vellum.use @b
  %p = func.call @product(%x) : (tensor<4x3xf32>) -> tensor<4x2xf32>
  %bb = vellum.broadcast %b across [0] like %p
  %y = arith.addf %p, %bb : tensor<4x2xf32>
  return %y : tensor<4x2xf32>
}

func.func private @product(%x: tensor<4x3xf32>) -> tensor<4x2xf32> {
  %w = vellum.use @w
  %y = vellum.contract "bk,kn->bn" %x, %w
  return %y : tensor<4x2xf32>
}

// -----

func.func @even(%x: tensor<2xf32>) -> tensor<2xf32> {
  %y = func.call @odd(%x) : (tensor<2xf32>) -> tensor<2xf32>
  return %y : tensor<2xf32>
}

func.func private @odd(%x: tensor<2xf32>) -> tensor<2xf32> {
  // expected-error @+1 {{calls @even recursively, which has no gradient and no compiled form; use a scan}}
  %y = func.call @even(%x) : (tensor<2xf32>) -> tensor<2xf32>
  return %y : tensor<2xf32>
}

// -----

func.func private @elsewhere(tensor<2xf32>) -> tensor<2xf32>

func.func @f(%x: tensor<2xf32>) -> tensor<2xf32> {
  // expected-error @+1 {{calls @elsewhere, which has no body}}
  %y = func.call @elsewhere(%x) : (tensor<2xf32>) -> tensor<2xf32>
  return %y : tensor<2xf32>
}
