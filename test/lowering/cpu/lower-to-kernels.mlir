// RUN: vellum-opt %s --vellum-lower-to-linalg --split-input-file --verify-diagnostics | FileCheck %s

// CHECK-LABEL: func.func @softmax
// CHECK-SAME:    (%[[X:[^:]+]]: {{.*}}, %[[M:[^:]+]]: {{.*}})
// CHECK:         %[[A:.*]] = vellum_cpu.kernel "softmax" ins(%[[X]] :
// CHECK:         %[[B:.*]] = vellum_cpu.kernel "softmax_masked" ins(%[[X]], %[[M]] :
// CHECK:         vellum_cpu.kernel "softmax_grad" ins(%[[A]], %[[B]] :
func.func @softmax(%x: tensor<2x8xf32>, %m: tensor<2x8xi1>) -> tensor<2x8xf32> {
  %a = vellum.softmax %x
  %b = vellum.softmax %x mask %m
  %c = vellum.softmax_gradient %b at %a
  return %c : tensor<2x8xf32>
}

// CHECK-LABEL: func.func @shift
// CHECK-SAME:    (%[[W:[^:]+]]: {{.*}}, %[[S:[^:]+]]: {{.*}})
// CHECK:         %[[NO:.*]] = arith.constant 0 : i64
// CHECK:         %[[A:.*]] = vellum_cpu.kernel "shift" ins(%[[W]], %[[S]] : {{.*}}) scalars(%[[NO]], %[[NO]])
// CHECK:         %[[B:.*]] = vellum_cpu.kernel "shift_transpose" ins(%[[A]], %[[S]] :
// CHECK:         vellum_cpu.kernel "shift_taps" ins(%[[B]], %[[W]] : {{.*}} outs(%{{.*}} : tensor<2x3xf32>)
func.func @shift(%w: tensor<2x8xf32>, %s: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %a = vellum.shift_address %w by %s
  %b = vellum.shift_address_transpose %a by %s
  %c = vellum.shift_address_taps %b, %w taps 3
  return %c : tensor<2x3xf32>
}

// CHECK-LABEL: func.func @random
// CHECK-SAME:    (%[[KEY:[^:]+]]: i64, %[[N:[^:]+]]: index)
// CHECK:         %[[STREAM:.*]] = arith.constant 2 : i64
// CHECK:         %[[OUT:.*]] = tensor.empty(%[[N]]) : tensor<?x4xf32>
// CHECK:         vellum_cpu.kernel "random_normal" scalars(%[[KEY]], %[[STREAM]]) outs(%[[OUT]]
func.func @random(%key: i64, %n: index) -> tensor<?x4xf32> {
  %r = vellum.random normal %key stream 2 (%n) : tensor<?x4xf32>
  return %r : tensor<?x4xf32>
}

// -----

func.func @double_softmax(%x: tensor<3xf64>) -> tensor<3xf64> {
  // expected-error @below {{'vellum.softmax' op on the CPU works on f32, but got 'f64'}}
  %y = vellum.softmax %x
  return %y : tensor<3xf64>
}

// -----

func.func @double_sigmoid(%x: tensor<3xf64>) -> tensor<3xf64> {
  // expected-error @below {{'vellum.sigmoid' op on the CPU works on f32, but got 'f64'}}
  %y = vellum.sigmoid %x
  return %y : tensor<3xf64>
}
