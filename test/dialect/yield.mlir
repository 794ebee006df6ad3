// RUN: vellum-opt %s | vellum-opt | FileCheck %s

// CHECK-LABEL: @forms
func.func @forms(%xs: tensor<3x4xf32>, %p: tensor<4x1xf32>, %s0: tensor<4x2xf32>) {
  // CHECK: vellum.scan
  // CHECK-NEXT: yield{{$}}
  vellum.scan for %x in %xs {
    yield
  }
  // CHECK: yield %{{.*}}, %{{.*}} emit %{{.*}}, %{{[^ ]*$}}
  %0:4 = vellum.scan for %x in %xs carry %a = %s0, %b = %s0 {
    yield %b, %a emit %x, %x
  }
  // CHECK: yield %{{.*}} halt %{{[^ ]*$}}
  %1:3 = vellum.ponder first %f carry %s = %s0 cap 3 {
    yield %s halt %p
  }
  return
}
