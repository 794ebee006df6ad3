// RUN: not vellum-opt %s --vellum-training-step --split-input-file 2>&1 | FileCheck %s --implicit-check-not=error:

vellum.parameter @w : tensor<f32> = zeros
vellum.training loss @loss optimizer sgd {learning_rate = 0.5}
func.func @loss() -> tensor<f32> {
  // CHECK: :[[@LINE+1]]:8: error: {{.*}}the training step needs closed; run vellum-lift-parameters first
  %w = vellum.use @w
  return %w : tensor<f32>
}

// -----

// CHECK: :[[@LINE+1]]:1: error: {{.*}}needs the name @train_step, which is taken
vellum.training loss @train_step optimizer sgd {learning_rate = 0.5}
func.func @train_step(%x: tensor<f32>) -> tensor<f32> {
  return %x : tensor<f32>
}

// -----

vellum.training loss @loss optimizer sgd {learning_rate = 0.5}
func.func @loss(%w: tensor<f32> {vellum.parameter = @w}) -> tensor<f32> {
  %shape = arith.constant dense<> : tensor<0xi32>
  // CHECK: :[[@LINE+1]]:8: error: {{.*}}has no derivative
  %y = tensor.reshape %w(%shape) : (tensor<f32>, tensor<0xi32>) -> tensor<f32>
  return %y : tensor<f32>
}
