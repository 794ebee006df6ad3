// Bad input ends with exit code 1 and one message at its place.
// RUN: not vellum-opt %s --split-input-file 2>&1 | FileCheck %s --implicit-check-not=error:
// RUN: not vellum-opt %s.missing 2>&1 | FileCheck %s --check-prefix=MISSING

// MISSING: cannot open input file

func.func @unknown_op(%x: tensor<4xf32>) {
  // CHECK: errors.mlir:[[@LINE+1]]:8: error: {{.*}}vellum.reed
  %y = vellum.reed %x
  return
}

// -----

func.func @unknown_value(%x: tensor<4xf32>) {
  // CHECK: errors.mlir:{{[0-9]+}}:23: error: {{.*}}%z
  %y = vellum.sigmoid %z
  return
}

// -----

// CHECK: error: expected
func.func @unclosed(%x: tensor<4xf32>) {
  %y = vellum.sigmoid %x
