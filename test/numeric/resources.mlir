// RUN: vellum test %s --backend=interpreter
// RUN: vellum test %s --target=x86-64-v2
// RUN: %if x86-64-v3 %{ vellum test %s --target=x86-64-v3 %}
// RUN: %if x86-64-v4 %{ vellum test %s --target=x86-64-v4 %}
// RUN: vellum check %s --entry=scaled

// Constants whose numbers stand at the end of the file are the constants of the same numbers.

func.func @same() {
  %a = arith.constant dense_resource<floats> : tensor<2x2xf32>
  %a1 = arith.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
  vellum.expect_close %a, %a1 atol 0 rtol 0
  %d = arith.constant dense_resource<doubles> : tensor<2xf64>
  %d1 = arith.constant dense<[0.25, -2.0]> : tensor<2xf64>
  vellum.expect_close %d, %d1 atol 0 rtol 0
  %b = arith.constant dense_resource<bits> : tensor<3xi1>
  %b1 = arith.constant dense<[1.0, 0.0, 1.0]> : tensor<3xf32>
  %fb = arith.uitofp %b : tensor<3xi1> to tensor<3xf32>
  vellum.expect_close %fb, %b1 atol 0 rtol 0
  %l = arith.constant dense_resource<longs> : tensor<2xi64>
  %l1 = arith.constant dense<[-1.0, 5.0]> : tensor<2xf32>
  %fl = arith.sitofp %l : tensor<2xi64> to tensor<2xf32>
  vellum.expect_close %fl, %l1 atol 0 rtol 0
  // No divisor is 0: nothing is left to check.
  %q = arith.divsi %l, %l : tensor<2xi64>
  %fq = arith.sitofp %q : tensor<2xi64> to tensor<2xf32>
  %ones = arith.constant dense<1.0> : tensor<2xf32>
  vellum.expect_close %fq, %ones atol 0 rtol 0
  // In bodies, as an index and as a number.
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %places = arith.constant dense_resource<places> : tensor<2xindex>
  %zeros = arith.constant dense<0.0> : tensor<2xf32>
  %s = scf.for %i = %c0 to %c2 step %c1 iter_args(%h = %zeros) -> tensor<2xf32> {
    %m = arith.constant dense_resource<floats> : tensor<2x2xf32>
    %at = tensor.extract %places[%i] : tensor<2xindex>
    %v = tensor.extract %m[%at, %at] : tensor<2x2xf32>
    %h1 = tensor.insert %v into %h[%i] : tensor<2xf32>
    scf.yield %h1 : tensor<2xf32>
  }
  %s1 = arith.constant dense<[4.0, 1.0]> : tensor<2xf32>
  vellum.expect_close %s, %s1 atol 0 rtol 0
  return
}

func.func @scaled(%x: tensor<2x2xf32>) -> tensor<2x2xf32> {
  %a = arith.constant dense_resource<floats> : tensor<2x2xf32>
  %p = arith.mulf %x, %a : tensor<2x2xf32>
  %y = math.sin %p : tensor<2x2xf32>
  return %y : tensor<2x2xf32>
}

{-#
  dialect_resources: {
    builtin: {
      floats: "0x040000000000803F000000400000404000008040",
      doubles: "0x08000000000000000000D03F00000000000000C0",
      bits: "0x01000000010001",
      longs: "0x08000000FFFFFFFFFFFFFFFF0500000000000000",
      places: "0x0800000001000000000000000000000000000000"
    }
  }
#-}
