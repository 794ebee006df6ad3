// RUN: vellum-opt %s -vellum-read-resources | FileCheck %s

// CHECK-LABEL: func @numbers
// CHECK:       dense<[1.000000e+00, 2.000000e+00]> : tensor<2xf32>
// CHECK:       dense<[true, false, true]> : tensor<3xi1>
// CHECK:       dense<{{\[\[}}-1, 5]]> : tensor<1x2xi64>
// CHECK:       dense<2.500000e-01> : tensor<f64>
// CHECK:       dense<7> : tensor<3xindex>
// CHECK:       dense<> : tensor<0x2xf32>
// CHECK:       dense<[1.000000e+00, 2.000000e+00]> : tensor<2xf32>
// CHECK-NOT:   dialect_resources
func.func @numbers() -> (tensor<2xf32>, tensor<3xi1>, tensor<1x2xi64>, tensor<f64>, tensor<3xindex>, tensor<0x2xf32>, tensor<2xf32>) {
  %a = arith.constant dense_resource<floats> : tensor<2xf32>
  %b = arith.constant dense_resource<bits> : tensor<3xi1>
  %c = arith.constant dense_resource<longs> : tensor<1x2xi64>
  %d = arith.constant dense_resource<number> : tensor<f64>
  %e = arith.constant dense_resource<sizes> : tensor<3xindex>
  %f = arith.constant dense_resource<nothing> : tensor<0x2xf32>
  %g = arith.constant dense_resource<anywhere> : tensor<2xf32>
  return %a, %b, %c, %d, %e, %f, %g : tensor<2xf32>, tensor<3xi1>, tensor<1x2xi64>, tensor<f64>, tensor<3xindex>, tensor<0x2xf32>, tensor<2xf32>
}

{-#
  dialect_resources: {
    builtin: {
      floats: "0x040000000000803F00000040",
      bits: "0x01000000010002",
      longs: "0x08000000FFFFFFFFFFFFFFFF0500000000000000",
      number: "0x08000000000000000000D03F",
      sizes: "0x08000000070000000000000007000000000000000700000000000000",
      nothing: "0x04000000",
      anywhere: "0x010000000000803F00000040"
    }
  }
#-}
