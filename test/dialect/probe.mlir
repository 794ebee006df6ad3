// RUN: vellum-opt %s | vellum-opt | FileCheck %s

// CHECK-LABEL: @probe
func.func @probe(%w: tensor<?x128xf32>) {
  // CHECK: vellum.probe "read_weighting" %
  vellum.probe "read_weighting" %w
  return
}
