// RUN: vellum-opt %s | vellum-opt | FileCheck %s

// CHECK-LABEL: @pad
func.func @pad(%p: tensor<?x20xf32>) -> tensor<?x46xf32> {
  // CHECK: vellum.pad %{{.*}} at 26 to 46{{$}}
  %a = vellum.pad %p at 26 to 46
  // CHECK: vellum.pad %{{.*}} at 0 to 46 dim 1
  %b = vellum.pad %a at 0 to 46 dim 1
  return %b : tensor<?x46xf32>
}
