// RUN: vellum-opt %s --one-shot-bufferize --canonicalize | FileCheck %s

// Random numbers are written without gaps, then copied to where they belong.
// CHECK-LABEL: func.func @random
// CHECK-SAME:    %[[PLACE:[^:]+]]: memref<4x3xf32, strided<[5, 1]>>
// CHECK:         %[[WHOLE:.*]] = memref.alloc() {{.*}} : memref<4x3xf32>
// CHECK:         vellum_cpu.kernel "random_normal" {{.*}} outs(%[[WHOLE]] : memref<4x3xf32>)
// CHECK:         memref.copy %[[WHOLE]], %[[PLACE]]
func.func @random(%key: i64, %place: memref<4x3xf32, strided<[5, 1]>>) {
  %out = bufferization.to_tensor %place restrict writable : memref<4x3xf32, strided<[5, 1]>> to tensor<4x3xf32>
  %r = vellum_cpu.kernel "random_normal" scalars(%key, %key) outs(%out : tensor<4x3xf32>) -> tensor<4x3xf32>
  bufferization.materialize_in_destination %r in restrict writable %place : (tensor<4x3xf32>, memref<4x3xf32, strided<[5, 1]>>) -> ()
  return
}

// Rows may lie apart, their elements may not.
// CHECK-LABEL: func.func @softmax
// CHECK-SAME:    %[[PLACE:[^:]+]]: memref<4x4xf32, strided<[9, 1]>>
// CHECK:         %[[EVEN:.*]] = memref.subview
// CHECK:         %[[DENSE:.*]] = memref.alloc() {{.*}} : memref<4x4xf32>
// CHECK:         memref.copy %[[EVEN]], %[[DENSE]]
// CHECK:         vellum_cpu.kernel "softmax" ins(%[[DENSE]] : {{.*}}) outs(%[[PLACE]] :
// CHECK-NOT:     memref.copy
// CHECK:         return
func.func @softmax(%x: memref<4x8xf32>, %place: memref<4x4xf32, strided<[9, 1]>>) {
  %in = bufferization.to_tensor %x restrict : memref<4x8xf32> to tensor<4x8xf32>
  %out = bufferization.to_tensor %place restrict writable : memref<4x4xf32, strided<[9, 1]>> to tensor<4x4xf32>
  %even = tensor.extract_slice %in[0, 0] [4, 4] [1, 2] : tensor<4x8xf32> to tensor<4x4xf32>
  %y = vellum_cpu.kernel "softmax" ins(%even : tensor<4x4xf32>) outs(%out : tensor<4x4xf32>) -> tensor<4x4xf32>
  bufferization.materialize_in_destination %y in restrict writable %place : (tensor<4x4xf32>, memref<4x4xf32, strided<[9, 1]>>) -> ()
  return
}
