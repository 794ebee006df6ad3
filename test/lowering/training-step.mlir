// One step as one function: batch, loss and gradient, clipping, update.
// RUN: vellum-opt %s --vellum-lift-parameters --vellum-training-step --symbol-dce --split-input-file | FileCheck %s

vellum.parameter @w : tensor<2xf32> = zeros
vellum.parameter @fixed : tensor<2xf32> = zeros frozen

vellum.training loss @loss data @data
  optimizer sgd {learning_rate = 0.5, momentum = 0.25} clip norm 10.0

func.func @data(%key: i64, %batch: index) -> tensor<?x2xf32> {
  %x = vellum.random uniform %key (%batch) : tensor<?x2xf32>
  return %x : tensor<?x2xf32>
}

// The parameters follow, then the optimiser's tensors; a frozen one has none.
// CHECK-LABEL: func.func @train_step(
// CHECK-SAME: %[[KEY:.*]]: i64 {vellum.name = "key"}, %[[BATCH:[^:]*]]: index {vellum.name = "batch"},
// CHECK-SAME: %{{.*}}: i64 {vellum.name = "step"},
// CHECK-SAME: %[[W:[^:]*]]: tensor<2xf32> {vellum.parameter = @w},
// CHECK-SAME: %[[FIXED:[^:]*]]: tensor<2xf32> {vellum.frozen, vellum.parameter = @fixed},
// CHECK-SAME: %[[V:[^:]*]]: tensor<2xf32> {vellum.state = "w.momentum"})
// CHECK-SAME: -> (tensor<f32> {vellum.name = "loss"}, tensor<f32> {vellum.name = "mean"},
// CHECK-SAME: tensor<f32> {vellum.name = "gradient_norm"},
// CHECK-SAME: tensor<2xf32> {vellum.inplace = 3 : i64}, tensor<2xf32> {vellum.inplace = 5 : i64})
// CHECK: vellum.random uniform %[[KEY]](%[[BATCH]])
// No metric has a cotangent, and no cotangent goes to what is frozen.
// CHECK: %[[NORM:.*]] = math.sqrt
// CHECK: %[[SCALE:.*]] = arith.minimumf
// CHECK: %[[OLD:.*]] = arith.mulf %[[V]], %
// CHECK: %[[NEW:.*]] = arith.addf %[[OLD]], %
// CHECK: %[[NEXT:.*]] = arith.addf %[[W]], %[[NEW]]
// CHECK: return %{{.*}}, %{{.*}}, %[[NORM]], %[[NEXT]], %[[NEW]]
func.func @loss(%x: tensor<?x2xf32>)
    -> (tensor<f32>, tensor<f32> {vellum.name = "mean"}) {
  %w = vellum.use @w
  %fixed = vellum.use @fixed
  %sum = arith.addf %w, %fixed : tensor<2xf32>
  %y = vellum.contract "bk,k->b" %x, %sum
  %square = arith.mulf %y, %y : tensor<?xf32>
  %loss = vellum.reduce mean %square over [0]
  %mean = vellum.reduce mean %y over [0]
  return %loss, %mean : tensor<f32>, tensor<f32>
}

// -----

// Without a data function the batch is an argument; without momentum there is
// no state.
vellum.parameter @w : tensor<2xf32> = zeros
vellum.training loss @loss optimizer sgd {learning_rate = 0.5}

// CHECK-LABEL: func.func @train_step(
// CHECK-SAME: i64 {vellum.name = "step"}, %{{.*}}: tensor<2xf32> {vellum.name = "x"},
// CHECK-SAME: %{{.*}}: tensor<2xf32> {vellum.parameter = @w})
// CHECK-SAME: vellum.inplace = 4
func.func @loss(%x: tensor<2xf32> {vellum.name = "x"}) -> tensor<f32> {
  %w = vellum.use @w
  %loss = vellum.contract "k,k->" %x, %w
  return %loss : tensor<f32>
}

// -----

// A module without a recipe stays as it is.
// CHECK-LABEL: func.func @alone
// CHECK-NOT: @train_step
func.func @alone() {
  return
}
