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
func.func @f(%k: tensor<1x3x3xf32>, %memory: tensor<1x8x3xf32>, %strength: tensor<1x8x1xf32>,
             %shift: tensor<1x8x5xf32>, %before: tensor<1x8x3xf32>, %s: tensor<1x3xf32>)
    -> (tensor<1x8x3xf32>, tensor<1x3xf32>) {
  %keys = vellum.sigmoid %k
  %gate = vellum.sigmoid %strength
  %power = math.exp %gate : tensor<1x8x1xf32>
  %from = vellum.softmax %before
  %w = vellum.address %memory in %keys strength %strength gate %gate shift %shift power %power from %from
  %c3 = arith.constant 3 : index
  %last = vellum.scan carry %h = %s length %c3 {
    %next = math.tanh %h : tensor<1x3xf32>
    yield %next
  }
  return %w, %last : tensor<1x8x3xf32>, tensor<1x3xf32>
}

// In a scan of a single step, which goes too.
// SCHEDULE-LABEL: @g.body
// SCHEDULE:     vellum.scan
// SCHEDULE:     vellum_cpu.kernel "softmax" {{.*}}vellum_cpu.in_tile
// CHECK-LABEL:  @g.body
// CHECK-NOT:    "transpose"
// CHECK:        vellum_cpu.kernel "softmax"
// CHECK-NOT:    "transpose"
func.func @g(%k: tensor<1x3x3xf32>, %xs: tensor<1x1x8x3xf32>, %s: tensor<1x8x3xf32>) -> tensor<1x8x3xf32> {
  %last = vellum.scan for %x in %xs carry %h = %s {
    %keys = sigmoid %k
    %scores = contract "ahm,anm->ahn" %x, %keys
    %p = softmax %scores
    %next = arith.addf %p, %h : tensor<1x8x3xf32>
    yield %next
  }
  return %last : tensor<1x8x3xf32>
}
