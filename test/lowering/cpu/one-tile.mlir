// RUN: vellum-opt %s --vellum-differentiate=functions=f --vellum-cpu-fuse --vellum-cpu-schedule=tile=1 | FileCheck %s --check-prefix=SCHEDULE
// RUN: vellum-opt %s --vellum-differentiate=functions=f --vellum-cpu-fuse --vellum-cpu-bufferize=tile=1 | FileCheck %s
// RUN: vellum-opt %s --vellum-differentiate=functions=f --vellum-cpu-fuse --vellum-cpu-bufferize | FileCheck %s

// The loop over a single tile of one sample goes. What was in it sums in the
// order of all other tiles: no copy of the keys is made for the product.
// SCHEDULE-LABEL: @f.gradient.body
// SCHEDULE-NOT: scf.forall
// SCHEDULE:     vellum_cpu.kernel "softmax" {{.*}}vellum_cpu.in_tile
// CHECK-LABEL:  @f.gradient.body
// CHECK-NOT:    "transpose"
// CHECK:        vellum_cpu.kernel "softmax"
// CHECK-NOT:    "transpose"
func.func @f(%arg3: tensor<1x3x3xf32>, %arg7: tensor<1x8x3xf32>, %arg8: tensor<1x8x1xf32>, %arg9: tensor<1x8x5xf32>, %arg10: tensor<1x8x3xf32>, %arg5: tensor<1x3xf32>)->(tensor<1x8x3xf32>, tensor<1x3xf32>) {
    %5 = vellum.sigmoid %arg3
    %7 = vellum.sigmoid %arg8
    %8 = vellum.sigmoid %7
    %cst = arith.constant 2.000000e+00 : f32
    %splat = tensor.splat %cst : tensor<1x8x1xf32>
    %cst_0 = arith.constant 1.000000e+00 : f32
    %splat_1 = tensor.splat %cst_0 : tensor<1x8x1xf32>
    %9 = arith.mulf %8, %splat : tensor<1x8x1xf32>
    %10 = arith.addf %9, %splat_1 : tensor<1x8x1xf32>
    %11 = vellum.softmax %arg10
    %12 = vellum.address %arg7 in %5 strength %arg8 gate %7 shift %arg9 power %10 from %11
    %c3 = arith.constant 3 : index
    %6 = vellum.scan carry %h_2 = %arg5 length %c3 {
      %20 = math.tanh %h_2 : tensor<1x3xf32>
      yield %20
    }
    return %12, %6 : tensor<1x8x3xf32>, tensor<1x3xf32>
}
