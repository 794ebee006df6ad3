// RUN: vellum-opt %s | vellum-opt | FileCheck %s

// CHECK: vellum.training loss @loss data @task batch 16 steps 50000
// CHECK-SAME: optimizer graves_rmsprop {learning_rate = {{.*}}, momentum = 0{{.*}}} clip norm 10{{$}}
vellum.training loss @loss data @task batch 16 steps 50000
  optimizer graves_rmsprop {learning_rate = 1.0e-4, momentum = 0} clip norm 10

func.func @task(%key: i64, %batch: index) -> (tensor<?x8xf32>, tensor<?x8xf32>) {
  %x = vellum.random uniform %key (%batch) : tensor<?x8xf32>
  %y = vellum.random uniform %key stream 1 (%batch) : tensor<?x8xf32>
  return %x, %y : tensor<?x8xf32>, tensor<?x8xf32>
}

func.func @loss(%x: tensor<?x8xf32>, %y: tensor<?x8xf32>) -> tensor<f32> {
  %loss = vellum.sigmoid_cross_entropy %x against %y
  return %loss : tensor<f32>
}
