// RUN: vellum test %s --backend=interpreter
// RUN: vellum test %s --target=x86-64-v2 --verify-memory
// RUN: %if x86-64-v3 %{ vellum test %s --target=x86-64-v3 %}
// RUN: %if x86-64-v4 %{ vellum test %s --target=x86-64-v4 %}

// Reading: one head and several, against a sum written out.

// The same number, which no fold can know: a permutation of one element is 0.
func.func private @opaque(%n: index) -> index {
  %key = arith.constant 0 : i64
  %c0 = arith.constant 0 : index
  %places = vellum.random permutation %key : tensor<1xi32>
  %place = tensor.extract %places[%c0] : tensor<1xi32>
  %zero = arith.index_cast %place : i32 to index
  %sum = arith.addi %n, %zero : index
  return %sum : index
}

func.func private @e_of(%a0: tensor<?x?x?xf32>, %a1: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %zero = arith.constant 0.0 : f32
  %at_b = arith.constant 0 : index
  %b = tensor.dim %a0, %at_b : tensor<?x?x?xf32>
  %at_m = arith.constant 2 : index
  %m = tensor.dim %a0, %at_m : tensor<?x?x?xf32>
  %init = tensor.splat %zero[%b, %m] : tensor<?x?xf32>
  %result = linalg.generic {
    indexing_maps = [affine_map<(b, m, n) -> (b, n, m)>, 
                     affine_map<(b, m, n) -> (b, n)>, 
                     affine_map<(b, m, n) -> (b, m)>],
    iterator_types = ["parallel", "parallel", "reduction"]}
    ins(%a0, %a1 : tensor<?x?x?xf32>, tensor<?x?xf32>) outs(%init : tensor<?x?xf32>) {
  ^bb0(%x0: f32, %x1: f32, %acc: f32):
    %e0 = arith.mulf %x0, %x1 : f32
    %e1 = arith.addf %acc, %e0 : f32
    linalg.yield %e1 : f32
  } -> tensor<?x?xf32>
  return %result : tensor<?x?xf32>
}

func.func private @e_of_2(%a0: tensor<?x?x?xf32>, %a1: tensor<?x?x?xf32>) -> tensor<?x?x?xf32> {
  %zero = arith.constant 0.0 : f32
  %at_b = arith.constant 0 : index
  %b = tensor.dim %a0, %at_b : tensor<?x?x?xf32>
  %at_h = arith.constant 1 : index
  %h = tensor.dim %a1, %at_h : tensor<?x?x?xf32>
  %at_m = arith.constant 2 : index
  %m = tensor.dim %a0, %at_m : tensor<?x?x?xf32>
  %init = tensor.splat %zero[%b, %h, %m] : tensor<?x?x?xf32>
  %result = linalg.generic {
    indexing_maps = [affine_map<(b, h, m, n) -> (b, n, m)>, 
                     affine_map<(b, h, m, n) -> (b, h, n)>, 
                     affine_map<(b, h, m, n) -> (b, h, m)>],
    iterator_types = ["parallel", "parallel", "parallel", "reduction"]}
    ins(%a0, %a1 : tensor<?x?x?xf32>, tensor<?x?x?xf32>) outs(%init : tensor<?x?x?xf32>) {
  ^bb0(%x0: f32, %x1: f32, %acc: f32):
    %e0 = arith.mulf %x0, %x1 : f32
    %e1 = arith.addf %acc, %e0 : f32
    linalg.yield %e1 : f32
  } -> tensor<?x?x?xf32>
  return %result : tensor<?x?x?xf32>
}

func.func private @read(%b: index, %n: index, %m: index) {
  %key = arith.constant 11 : i64
  %memory = vellum.random normal %key stream 1 (%b, %n, %m) : tensor<?x?x?xf32>
  %w = vellum.random uniform %key stream 2 (%b, %n) : tensor<?x?xf32>
  %y = vellum.memory_read %memory at %w
  %e = call @e_of(%memory, %w) : (tensor<?x?x?xf32>, tensor<?x?xf32>) -> tensor<?x?xf32>
  vellum.expect_close %y, %e atol 1e-5 rtol 1e-5
  return
}

func.func @read_1x13x7() {
  %c1 = arith.constant 1 : index
  %c7 = arith.constant 7 : index
  %c13 = arith.constant 13 : index
  %s1 = call @opaque(%c1) : (index) -> index
  %s7 = call @opaque(%c7) : (index) -> index
  %s13 = call @opaque(%c13) : (index) -> index
  call @read(%s1, %s13, %s7) : (index, index, index) -> ()
  return
}

func.func @read_3x129x17() {
  %c3 = arith.constant 3 : index
  %c17 = arith.constant 17 : index
  %c129 = arith.constant 129 : index
  %s3 = call @opaque(%c3) : (index) -> index
  %s17 = call @opaque(%c17) : (index) -> index
  %s129 = call @opaque(%c129) : (index) -> index
  call @read(%s3, %s129, %s17) : (index, index, index) -> ()
  return
}

func.func @read_3x1x1() {
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %s1 = call @opaque(%c1) : (index) -> index
  %s3 = call @opaque(%c3) : (index) -> index
  call @read(%s3, %s1, %s1) : (index, index, index) -> ()
  return
}

func.func @read_static_3x13x7() {
  %key = arith.constant 11 : i64
  %memory = vellum.random normal %key stream 1 : tensor<3x13x7xf32>
  %w = vellum.random uniform %key stream 2 : tensor<3x13xf32>
  %y = vellum.memory_read %memory at %w
  %memory_any = tensor.cast %memory : tensor<3x13x7xf32> to tensor<?x?x?xf32>
  %w_any = tensor.cast %w : tensor<3x13xf32> to tensor<?x?xf32>
  %e = call @e_of(%memory_any, %w_any) : (tensor<?x?x?xf32>, tensor<?x?xf32>) -> tensor<?x?xf32>
  %e_sized = tensor.cast %e : tensor<?x?xf32> to tensor<3x7xf32>
  vellum.expect_close %y, %e_sized atol 1e-5 rtol 1e-5
  return
}

func.func private @heads(%b: index, %h: index, %n: index, %m: index) {
  %key = arith.constant 11 : i64
  %memory = vellum.random normal %key stream 1 (%b, %n, %m) : tensor<?x?x?xf32>
  %w = vellum.random uniform %key stream 2 (%b, %h, %n) : tensor<?x?x?xf32>
  %y = vellum.memory_read %memory at %w
  %e = call @e_of_2(%memory, %w) : (tensor<?x?x?xf32>, tensor<?x?x?xf32>) -> tensor<?x?x?xf32>
  vellum.expect_close %y, %e atol 1e-5 rtol 1e-5
  return
}

func.func @heads_3x2x13x7() {
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %c7 = arith.constant 7 : index
  %c13 = arith.constant 13 : index
  %s2 = call @opaque(%c2) : (index) -> index
  %s3 = call @opaque(%c3) : (index) -> index
  %s7 = call @opaque(%c7) : (index) -> index
  %s13 = call @opaque(%c13) : (index) -> index
  call @heads(%s3, %s2, %s13, %s7) : (index, index, index, index) -> ()
  return
}

func.func @heads_1x1x129x17() {
  %c1 = arith.constant 1 : index
  %c17 = arith.constant 17 : index
  %c129 = arith.constant 129 : index
  %s1 = call @opaque(%c1) : (index) -> index
  %s17 = call @opaque(%c17) : (index) -> index
  %s129 = call @opaque(%c129) : (index) -> index
  call @heads(%s1, %s1, %s129, %s17) : (index, index, index, index) -> ()
  return
}

func.func @heads_static_3x2x13x7() {
  %key = arith.constant 11 : i64
  %memory = vellum.random normal %key stream 1 : tensor<3x13x7xf32>
  %w = vellum.random uniform %key stream 2 : tensor<3x2x13xf32>
  %y = vellum.memory_read %memory at %w
  %memory_any = tensor.cast %memory : tensor<3x13x7xf32> to tensor<?x?x?xf32>
  %w_any = tensor.cast %w : tensor<3x2x13xf32> to tensor<?x?x?xf32>
  %e = call @e_of_2(%memory_any, %w_any) : (tensor<?x?x?xf32>, tensor<?x?x?xf32>) -> tensor<?x?x?xf32>
  %e_sized = tensor.cast %e : tensor<?x?x?xf32> to tensor<3x2x7xf32>
  vellum.expect_close %y, %e_sized atol 1e-5 rtol 1e-5
  return
}

func.func @heads_static_1x1x13x1() {
  %key = arith.constant 11 : i64
  %memory = vellum.random normal %key stream 1 : tensor<1x13x1xf32>
  %w = vellum.random uniform %key stream 2 : tensor<1x1x13xf32>
  %y = vellum.memory_read %memory at %w
  %memory_any = tensor.cast %memory : tensor<1x13x1xf32> to tensor<?x?x?xf32>
  %w_any = tensor.cast %w : tensor<1x1x13xf32> to tensor<?x?x?xf32>
  %e = call @e_of_2(%memory_any, %w_any) : (tensor<?x?x?xf32>, tensor<?x?x?xf32>) -> tensor<?x?x?xf32>
  %e_sized = tensor.cast %e : tensor<?x?x?xf32> to tensor<1x1x1xf32>
  vellum.expect_close %y, %e_sized atol 1e-5 rtol 1e-5
  return
}
