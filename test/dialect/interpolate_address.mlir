// RUN: vellum-opt %s | vellum-opt | FileCheck %s

// CHECK-LABEL: @interpolate
func.func @interpolate(%w: tensor<?x128xf32>, %previous: tensor<4x?xf32>,
                       %g: tensor<?x1xf32>) -> tensor<4x128xf32> {
  // CHECK: vellum.interpolate_address %{{.*}} with %{{.*}} gate %
  %r = vellum.interpolate_address %w with %previous gate %g
  return %r : tensor<4x128xf32>
}
