// RUN: vellum-opt %s | vellum-opt | FileCheck %s

// CHECK: vellum.parameter @a : tensor<f32> = zeros
vellum.parameter @a : tensor<f32> = zeros
// CHECK: vellum.parameter @b : tensor<3x4xf64> = constant(-1.5) frozen
vellum.parameter @b : tensor<3x4xf64> = constant(-1.5) frozen
// CHECK: vellum.parameter @c : tensor<3x4xf32> = uniform(0.5)
vellum.parameter @c : tensor<3x4xf32> = uniform(0.5)
// CHECK: vellum.parameter @d : tensor<3x4xf32> = uniform(-1, 2)
vellum.parameter @d : tensor<3x4xf32> = uniform(-1, 2)
// CHECK: vellum.parameter @e : tensor<3x4x5xf32> = normal(0.5)
vellum.parameter @e : tensor<3x4x5xf32> = normal(0.5)
// CHECK: vellum.parameter @f : tensor<3x4xf32> = glorot{{$}}
vellum.parameter @f : tensor<3x4xf32> = glorot
// CHECK: vellum.parameter @g : tensor<3x4xf32> = orthogonal(2)
vellum.parameter @g : tensor<3x4xf32> = orthogonal(2)
// CHECK: vellum.parameter @h : tensor<3x4xf32> = identity
vellum.parameter @h : tensor<3x4xf32> = identity
// CHECK: vellum.parameter @i : tensor<3x4xf32> = one_hot(3)
vellum.parameter @i : tensor<3x4xf32> = one_hot(3)
