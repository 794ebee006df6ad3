// RUN: vellum-opt %s --vellum-private-destinations --canonicalize | FileCheck %s
// RUN: vellum-opt %s --vellum-private-destinations | FileCheck %s --check-prefix=COUNT

// The destinations that are replaced are gone, and with them their memory.
// COUNT-LABEL: func.func @shared
// COUNT-COUNT-3: tensor.empty
// COUNT-NOT:     tensor.empty
// COUNT-LABEL: func.func @value

// CHECK-LABEL: func.func @shared
// CHECK-SAME:    (%[[X:[^:]+]]: {{.*}}, %[[Y:[^:]+]]: {{.*}})
// CHECK:         %[[E1:.*]] = tensor.empty() : tensor<4xf32>
// CHECK-NEXT:    %[[A:.*]] = linalg.exp ins(%[[X]] : {{.*}}) outs(%[[E1]] :
// CHECK-NEXT:    %[[E2:.*]] = tensor.empty() : tensor<4xf32>
// CHECK-NEXT:    %[[Z2:.*]] = linalg.fill ins(%{{.*}}) outs(%[[E2]] :
// CHECK-NEXT:    linalg.add ins(%[[X]], %[[A]] : {{.*}}) outs(%[[Z2]] :
// CHECK-NEXT:    %[[E3:.*]] = tensor.empty() : tensor<4xf32>
// CHECK-NEXT:    %[[Z3:.*]] = linalg.fill ins(%{{.*}}) outs(%[[E3]] :
// CHECK-NEXT:    tensor.insert_slice %[[Y]] into %[[Z3]][0] [2] [1]
func.func @shared(%x: tensor<4xf32>, %y: tensor<2xf32>) -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<4xf32>
  %z = linalg.fill ins(%zero : f32) outs(%e : tensor<4xf32>) -> tensor<4xf32>
  %a = linalg.exp ins(%x : tensor<4xf32>) outs(%e : tensor<4xf32>) -> tensor<4xf32>
  %b = linalg.add ins(%x, %a : tensor<4xf32>, tensor<4xf32>) outs(%z : tensor<4xf32>) -> tensor<4xf32>
  %c = tensor.insert_slice %y into %z[0] [2] [1] : tensor<2xf32> into tensor<4xf32>
  return %a, %b, %c : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
}

// What holds a value is not fresh.
// CHECK-LABEL: func.func @value
// CHECK-SAME:    (%[[X:[^:]+]]: {{.*}})
// CHECK:         linalg.exp {{.*}} outs(%[[X]] :
func.func @value(%x: tensor<4xf32>) -> tensor<4xf32> {
  %a = linalg.exp ins(%x : tensor<4xf32>) outs(%x : tensor<4xf32>) -> tensor<4xf32>
  return %a : tensor<4xf32>
}
