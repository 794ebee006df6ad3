// RUN: vellum test %s --backend=interpreter
// RUN: vellum test %s --target=x86-64-v2 --verify-memory
// RUN: %if x86-64-v3 %{ vellum test %s --target=x86-64-v3 %}
// RUN: %if x86-64-v4 %{ vellum test %s --target=x86-64-v4 %}

// Interpolating, sharpening, and the whole mechanism against its parts written out.

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

func.func private @e_of(%a0: tensor<?x?xf32>, %a1: tensor<?x?xf32>, %a2: tensor<?x1xf32>) -> tensor<?x?xf32> {
  %zero = arith.constant 0.0 : f32
  %at_b = arith.constant 0 : index
  %b = tensor.dim %a0, %at_b : tensor<?x?xf32>
  %at_n = arith.constant 1 : index
  %n = tensor.dim %a0, %at_n : tensor<?x?xf32>
  %init = tensor.splat %zero[%b, %n] : tensor<?x?xf32>
  %result = linalg.generic {
    indexing_maps = [affine_map<(b, n) -> (b, n)>, 
                     affine_map<(b, n) -> (b, n)>, 
                     affine_map<(b, n) -> (b, 0)>, 
                     affine_map<(b, n) -> (b, n)>],
    iterator_types = ["parallel", "parallel"]}
    ins(%a0, %a1, %a2 : tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x1xf32>) outs(%init : tensor<?x?xf32>) {
  ^bb0(%x0: f32, %x1: f32, %x2: f32, %acc: f32):
    %e0 = arith.subf %x0, %x1 : f32
    %e1 = arith.mulf %x2, %e0 : f32
    %e2 = arith.addf %x1, %e1 : f32
    linalg.yield %e2 : f32
  } -> tensor<?x?xf32>
  return %result : tensor<?x?xf32>
}

func.func private @power_of(%a0: tensor<?x1xf32>) -> tensor<?x1xf32> {
  %k0 = arith.constant 4.0 : f32
  %one = arith.constant 1.0 : f32
  %zero = arith.constant 0.0 : f32
  %at_b = arith.constant 0 : index
  %b = tensor.dim %a0, %at_b : tensor<?x1xf32>
  %init = tensor.splat %zero[%b] : tensor<?x1xf32>
  %result = linalg.generic {
    indexing_maps = [affine_map<(b) -> (b, 0)>, 
                     affine_map<(b) -> (b, 0)>],
    iterator_types = ["parallel"]}
    ins(%a0 : tensor<?x1xf32>) outs(%init : tensor<?x1xf32>) {
  ^bb0(%x0: f32, %acc: f32):
    %e0 = arith.mulf %x0, %k0 : f32
    %e1 = arith.addf %one, %e0 : f32
    linalg.yield %e1 : f32
  } -> tensor<?x1xf32>
  return %result : tensor<?x1xf32>
}

func.func private @raised_of(%a0: tensor<?x?xf32>, %a1: tensor<?x1xf32>) -> tensor<?x?xf32> {
  %k0 = arith.constant 1.0e-08 : f32
  %zero = arith.constant 0.0 : f32
  %at_b = arith.constant 0 : index
  %b = tensor.dim %a0, %at_b : tensor<?x?xf32>
  %at_n = arith.constant 1 : index
  %n = tensor.dim %a0, %at_n : tensor<?x?xf32>
  %init = tensor.splat %zero[%b, %n] : tensor<?x?xf32>
  %result = linalg.generic {
    indexing_maps = [affine_map<(b, n) -> (b, n)>, 
                     affine_map<(b, n) -> (b, 0)>, 
                     affine_map<(b, n) -> (b, n)>],
    iterator_types = ["parallel", "parallel"]}
    ins(%a0, %a1 : tensor<?x?xf32>, tensor<?x1xf32>) outs(%init : tensor<?x?xf32>) {
  ^bb0(%x0: f32, %x1: f32, %acc: f32):
    %e0 = arith.addf %x0, %k0 : f32
    %e1 = math.log %e0 : f32
    %e2 = arith.mulf %x1, %e1 : f32
    %e3 = math.exp %e2 : f32
    linalg.yield %e3 : f32
  } -> tensor<?x?xf32>
  return %result : tensor<?x?xf32>
}

func.func private @total_of(%a0: tensor<?x?xf32>) -> tensor<?xf32> {
  %zero = arith.constant 0.0 : f32
  %at_b = arith.constant 0 : index
  %b = tensor.dim %a0, %at_b : tensor<?x?xf32>
  %init = tensor.splat %zero[%b] : tensor<?xf32>
  %result = linalg.generic {
    indexing_maps = [affine_map<(b, n) -> (b, n)>, 
                     affine_map<(b, n) -> (b)>],
    iterator_types = ["parallel", "reduction"]}
    ins(%a0 : tensor<?x?xf32>) outs(%init : tensor<?xf32>) {
  ^bb0(%x0: f32, %acc: f32):
    %e0 = arith.addf %acc, %x0 : f32
    linalg.yield %e0 : f32
  } -> tensor<?xf32>
  return %result : tensor<?xf32>
}

func.func private @e_of_2(%a0: tensor<?x?xf32>, %a1: tensor<?xf32>) -> tensor<?x?xf32> {
  %zero = arith.constant 0.0 : f32
  %at_b = arith.constant 0 : index
  %b = tensor.dim %a0, %at_b : tensor<?x?xf32>
  %at_n = arith.constant 1 : index
  %n = tensor.dim %a0, %at_n : tensor<?x?xf32>
  %init = tensor.splat %zero[%b, %n] : tensor<?x?xf32>
  %result = linalg.generic {
    indexing_maps = [affine_map<(b, n) -> (b, n)>, 
                     affine_map<(b, n) -> (b)>, 
                     affine_map<(b, n) -> (b, n)>],
    iterator_types = ["parallel", "parallel"]}
    ins(%a0, %a1 : tensor<?x?xf32>, tensor<?xf32>) outs(%init : tensor<?x?xf32>) {
  ^bb0(%x0: f32, %x1: f32, %acc: f32):
    %e0 = arith.divf %x0, %x1 : f32
    linalg.yield %e0 : f32
  } -> tensor<?x?xf32>
  return %result : tensor<?x?xf32>
}

func.func private @raised_of_2(%a0: tensor<?x?xf32>, %a1: tensor<?x1xf32>) -> tensor<?x?xf32> {
  %k0 = arith.constant 0.125 : f32
  %zero = arith.constant 0.0 : f32
  %at_b = arith.constant 0 : index
  %b = tensor.dim %a0, %at_b : tensor<?x?xf32>
  %at_n = arith.constant 1 : index
  %n = tensor.dim %a0, %at_n : tensor<?x?xf32>
  %init = tensor.splat %zero[%b, %n] : tensor<?x?xf32>
  %result = linalg.generic {
    indexing_maps = [affine_map<(b, n) -> (b, n)>, 
                     affine_map<(b, n) -> (b, 0)>, 
                     affine_map<(b, n) -> (b, n)>],
    iterator_types = ["parallel", "parallel"]}
    ins(%a0, %a1 : tensor<?x?xf32>, tensor<?x1xf32>) outs(%init : tensor<?x?xf32>) {
  ^bb0(%x0: f32, %x1: f32, %acc: f32):
    %e0 = arith.addf %x0, %k0 : f32
    %e1 = math.log %e0 : f32
    %e2 = arith.mulf %x1, %e1 : f32
    %e3 = math.exp %e2 : f32
    linalg.yield %e3 : f32
  } -> tensor<?x?xf32>
  return %result : tensor<?x?xf32>
}

func.func private @e_of_3(%a0: tensor<?x?x?xf32>, %a1: tensor<?x?x?xf32>, %a2: tensor<?x?x1xf32>) -> tensor<?x?x?xf32> {
  %zero = arith.constant 0.0 : f32
  %at_b = arith.constant 0 : index
  %b = tensor.dim %a0, %at_b : tensor<?x?x?xf32>
  %at_h = arith.constant 1 : index
  %h = tensor.dim %a0, %at_h : tensor<?x?x?xf32>
  %at_n = arith.constant 2 : index
  %n = tensor.dim %a0, %at_n : tensor<?x?x?xf32>
  %init = tensor.splat %zero[%b, %h, %n] : tensor<?x?x?xf32>
  %result = linalg.generic {
    indexing_maps = [affine_map<(b, h, n) -> (b, h, n)>, 
                     affine_map<(b, h, n) -> (b, h, n)>, 
                     affine_map<(b, h, n) -> (b, h, 0)>, 
                     affine_map<(b, h, n) -> (b, h, n)>],
    iterator_types = ["parallel", "parallel", "parallel"]}
    ins(%a0, %a1, %a2 : tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x1xf32>) outs(%init : tensor<?x?x?xf32>) {
  ^bb0(%x0: f32, %x1: f32, %x2: f32, %acc: f32):
    %e0 = arith.subf %x0, %x1 : f32
    %e1 = arith.mulf %x2, %e0 : f32
    %e2 = arith.addf %x1, %e1 : f32
    linalg.yield %e2 : f32
  } -> tensor<?x?x?xf32>
  return %result : tensor<?x?x?xf32>
}

func.func private @power_of_2(%a0: tensor<?x?x1xf32>) -> tensor<?x?x1xf32> {
  %k0 = arith.constant 4.0 : f32
  %one = arith.constant 1.0 : f32
  %zero = arith.constant 0.0 : f32
  %at_b = arith.constant 0 : index
  %b = tensor.dim %a0, %at_b : tensor<?x?x1xf32>
  %at_h = arith.constant 1 : index
  %h = tensor.dim %a0, %at_h : tensor<?x?x1xf32>
  %init = tensor.splat %zero[%b, %h] : tensor<?x?x1xf32>
  %result = linalg.generic {
    indexing_maps = [affine_map<(b, h) -> (b, h, 0)>, 
                     affine_map<(b, h) -> (b, h, 0)>],
    iterator_types = ["parallel", "parallel"]}
    ins(%a0 : tensor<?x?x1xf32>) outs(%init : tensor<?x?x1xf32>) {
  ^bb0(%x0: f32, %acc: f32):
    %e0 = arith.mulf %x0, %k0 : f32
    %e1 = arith.addf %one, %e0 : f32
    linalg.yield %e1 : f32
  } -> tensor<?x?x1xf32>
  return %result : tensor<?x?x1xf32>
}

func.func private @raised_of_3(%a0: tensor<?x?x?xf32>, %a1: tensor<?x?x1xf32>) -> tensor<?x?x?xf32> {
  %k0 = arith.constant 1.0e-08 : f32
  %zero = arith.constant 0.0 : f32
  %at_b = arith.constant 0 : index
  %b = tensor.dim %a0, %at_b : tensor<?x?x?xf32>
  %at_h = arith.constant 1 : index
  %h = tensor.dim %a0, %at_h : tensor<?x?x?xf32>
  %at_n = arith.constant 2 : index
  %n = tensor.dim %a0, %at_n : tensor<?x?x?xf32>
  %init = tensor.splat %zero[%b, %h, %n] : tensor<?x?x?xf32>
  %result = linalg.generic {
    indexing_maps = [affine_map<(b, h, n) -> (b, h, n)>, 
                     affine_map<(b, h, n) -> (b, h, 0)>, 
                     affine_map<(b, h, n) -> (b, h, n)>],
    iterator_types = ["parallel", "parallel", "parallel"]}
    ins(%a0, %a1 : tensor<?x?x?xf32>, tensor<?x?x1xf32>) outs(%init : tensor<?x?x?xf32>) {
  ^bb0(%x0: f32, %x1: f32, %acc: f32):
    %e0 = arith.addf %x0, %k0 : f32
    %e1 = math.log %e0 : f32
    %e2 = arith.mulf %x1, %e1 : f32
    %e3 = math.exp %e2 : f32
    linalg.yield %e3 : f32
  } -> tensor<?x?x?xf32>
  return %result : tensor<?x?x?xf32>
}

func.func private @total_of_2(%a0: tensor<?x?x?xf32>) -> tensor<?x?xf32> {
  %zero = arith.constant 0.0 : f32
  %at_b = arith.constant 0 : index
  %b = tensor.dim %a0, %at_b : tensor<?x?x?xf32>
  %at_h = arith.constant 1 : index
  %h = tensor.dim %a0, %at_h : tensor<?x?x?xf32>
  %init = tensor.splat %zero[%b, %h] : tensor<?x?xf32>
  %result = linalg.generic {
    indexing_maps = [affine_map<(b, h, n) -> (b, h, n)>, 
                     affine_map<(b, h, n) -> (b, h)>],
    iterator_types = ["parallel", "parallel", "reduction"]}
    ins(%a0 : tensor<?x?x?xf32>) outs(%init : tensor<?x?xf32>) {
  ^bb0(%x0: f32, %acc: f32):
    %e0 = arith.addf %acc, %x0 : f32
    linalg.yield %e0 : f32
  } -> tensor<?x?xf32>
  return %result : tensor<?x?xf32>
}

func.func private @e_of_4(%a0: tensor<?x?x?xf32>, %a1: tensor<?x?xf32>) -> tensor<?x?x?xf32> {
  %zero = arith.constant 0.0 : f32
  %at_b = arith.constant 0 : index
  %b = tensor.dim %a0, %at_b : tensor<?x?x?xf32>
  %at_h = arith.constant 1 : index
  %h = tensor.dim %a0, %at_h : tensor<?x?x?xf32>
  %at_n = arith.constant 2 : index
  %n = tensor.dim %a0, %at_n : tensor<?x?x?xf32>
  %init = tensor.splat %zero[%b, %h, %n] : tensor<?x?x?xf32>
  %result = linalg.generic {
    indexing_maps = [affine_map<(b, h, n) -> (b, h, n)>, 
                     affine_map<(b, h, n) -> (b, h)>, 
                     affine_map<(b, h, n) -> (b, h, n)>],
    iterator_types = ["parallel", "parallel", "parallel"]}
    ins(%a0, %a1 : tensor<?x?x?xf32>, tensor<?x?xf32>) outs(%init : tensor<?x?x?xf32>) {
  ^bb0(%x0: f32, %x1: f32, %acc: f32):
    %e0 = arith.divf %x0, %x1 : f32
    linalg.yield %e0 : f32
  } -> tensor<?x?x?xf32>
  return %result : tensor<?x?x?xf32>
}

func.func private @raised_of_4(%a0: tensor<?x?x?xf32>, %a1: tensor<?x?x1xf32>) -> tensor<?x?x?xf32> {
  %k0 = arith.constant 0.125 : f32
  %zero = arith.constant 0.0 : f32
  %at_b = arith.constant 0 : index
  %b = tensor.dim %a0, %at_b : tensor<?x?x?xf32>
  %at_h = arith.constant 1 : index
  %h = tensor.dim %a0, %at_h : tensor<?x?x?xf32>
  %at_n = arith.constant 2 : index
  %n = tensor.dim %a0, %at_n : tensor<?x?x?xf32>
  %init = tensor.splat %zero[%b, %h, %n] : tensor<?x?x?xf32>
  %result = linalg.generic {
    indexing_maps = [affine_map<(b, h, n) -> (b, h, n)>, 
                     affine_map<(b, h, n) -> (b, h, 0)>, 
                     affine_map<(b, h, n) -> (b, h, n)>],
    iterator_types = ["parallel", "parallel", "parallel"]}
    ins(%a0, %a1 : tensor<?x?x?xf32>, tensor<?x?x1xf32>) outs(%init : tensor<?x?x?xf32>) {
  ^bb0(%x0: f32, %x1: f32, %acc: f32):
    %e0 = arith.addf %x0, %k0 : f32
    %e1 = math.log %e0 : f32
    %e2 = arith.mulf %x1, %e1 : f32
    %e3 = math.exp %e2 : f32
    linalg.yield %e3 : f32
  } -> tensor<?x?x?xf32>
  return %result : tensor<?x?x?xf32>
}

func.func private @gate_and_power(%b: index, %n: index) {
  %key = arith.constant 11 : i64
  %w = vellum.random uniform %key stream 1 (%b, %n) : tensor<?x?xf32>
  %previous = vellum.random uniform %key stream 2 (%b, %n) : tensor<?x?xf32>
  %gate = vellum.random uniform %key stream 3 (%b) : tensor<?x1xf32>
  %y = vellum.interpolate_address %w with %previous gate %gate
  %e = call @e_of(%w, %previous, %gate) : (tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x1xf32>) -> tensor<?x?xf32>
  vellum.expect_close %y, %e atol 1e-6 rtol 1e-6
  %power = call @power_of(%gate) : (tensor<?x1xf32>) -> tensor<?x1xf32>
  %y2 = vellum.sharpen_address %w power %power
  %raised = call @raised_of(%w, %power) : (tensor<?x?xf32>, tensor<?x1xf32>) -> tensor<?x?xf32>
  %total = call @total_of(%raised) : (tensor<?x?xf32>) -> tensor<?xf32>
  %e2 = call @e_of_2(%raised, %total) : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?x?xf32>
  vellum.expect_close %y2, %e2 atol 1e-5 rtol 1e-5
  %y3 = vellum.sharpen_address %w power %power epsilon 0.125
  %raised2 = call @raised_of_2(%w, %power) : (tensor<?x?xf32>, tensor<?x1xf32>) -> tensor<?x?xf32>
  %total2 = call @total_of(%raised2) : (tensor<?x?xf32>) -> tensor<?xf32>
  %e3 = call @e_of_2(%raised2, %total2) : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?x?xf32>
  vellum.expect_close %y3, %e3 atol 1e-5 rtol 1e-5
  return
}

func.func @gate_and_power_1x13() {
  %c1 = arith.constant 1 : index
  %c13 = arith.constant 13 : index
  %s1 = call @opaque(%c1) : (index) -> index
  %s13 = call @opaque(%c13) : (index) -> index
  call @gate_and_power(%s1, %s13) : (index, index) -> ()
  return
}

func.func @gate_and_power_3x129() {
  %c3 = arith.constant 3 : index
  %c129 = arith.constant 129 : index
  %s3 = call @opaque(%c3) : (index) -> index
  %s129 = call @opaque(%c129) : (index) -> index
  call @gate_and_power(%s3, %s129) : (index, index) -> ()
  return
}

func.func @gate_and_power_3x1() {
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %s1 = call @opaque(%c1) : (index) -> index
  %s3 = call @opaque(%c3) : (index) -> index
  call @gate_and_power(%s3, %s1) : (index, index) -> ()
  return
}

func.func @gate_and_power_static_3x13() {
  %key = arith.constant 11 : i64
  %w = vellum.random uniform %key stream 1 : tensor<3x13xf32>
  %previous = vellum.random uniform %key stream 2 : tensor<3x13xf32>
  %gate = vellum.random uniform %key stream 3 : tensor<3x1xf32>
  %y = vellum.interpolate_address %w with %previous gate %gate
  %w_any = tensor.cast %w : tensor<3x13xf32> to tensor<?x?xf32>
  %previous_any = tensor.cast %previous : tensor<3x13xf32> to tensor<?x?xf32>
  %gate_any = tensor.cast %gate : tensor<3x1xf32> to tensor<?x1xf32>
  %e = call @e_of(%w_any, %previous_any, %gate_any) : (tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x1xf32>) -> tensor<?x?xf32>
  %e_sized = tensor.cast %e : tensor<?x?xf32> to tensor<3x13xf32>
  vellum.expect_close %y, %e_sized atol 1e-6 rtol 1e-6
  %gate_any2 = tensor.cast %gate : tensor<3x1xf32> to tensor<?x1xf32>
  %power = call @power_of(%gate_any2) : (tensor<?x1xf32>) -> tensor<?x1xf32>
  %power_sized = tensor.cast %power : tensor<?x1xf32> to tensor<3x1xf32>
  %y2 = vellum.sharpen_address %w power %power_sized
  %w_any2 = tensor.cast %w : tensor<3x13xf32> to tensor<?x?xf32>
  %power_sized_any = tensor.cast %power_sized : tensor<3x1xf32> to tensor<?x1xf32>
  %raised = call @raised_of(%w_any2, %power_sized_any) : (tensor<?x?xf32>, tensor<?x1xf32>) -> tensor<?x?xf32>
  %raised_sized = tensor.cast %raised : tensor<?x?xf32> to tensor<3x13xf32>
  %raised_sized_any = tensor.cast %raised_sized : tensor<3x13xf32> to tensor<?x?xf32>
  %total = call @total_of(%raised_sized_any) : (tensor<?x?xf32>) -> tensor<?xf32>
  %total_sized = tensor.cast %total : tensor<?xf32> to tensor<3xf32>
  %raised_sized_any2 = tensor.cast %raised_sized : tensor<3x13xf32> to tensor<?x?xf32>
  %total_sized_any = tensor.cast %total_sized : tensor<3xf32> to tensor<?xf32>
  %e2 = call @e_of_2(%raised_sized_any2, %total_sized_any) : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?x?xf32>
  %e2_sized = tensor.cast %e2 : tensor<?x?xf32> to tensor<3x13xf32>
  vellum.expect_close %y2, %e2_sized atol 1e-5 rtol 1e-5
  %y3 = vellum.sharpen_address %w power %power_sized epsilon 0.125
  %w_any3 = tensor.cast %w : tensor<3x13xf32> to tensor<?x?xf32>
  %power_sized_any2 = tensor.cast %power_sized : tensor<3x1xf32> to tensor<?x1xf32>
  %raised2 = call @raised_of_2(%w_any3, %power_sized_any2) : (tensor<?x?xf32>, tensor<?x1xf32>) -> tensor<?x?xf32>
  %raised2_sized = tensor.cast %raised2 : tensor<?x?xf32> to tensor<3x13xf32>
  %raised2_sized_any = tensor.cast %raised2_sized : tensor<3x13xf32> to tensor<?x?xf32>
  %total2 = call @total_of(%raised2_sized_any) : (tensor<?x?xf32>) -> tensor<?xf32>
  %total2_sized = tensor.cast %total2 : tensor<?xf32> to tensor<3xf32>
  %raised2_sized_any2 = tensor.cast %raised2_sized : tensor<3x13xf32> to tensor<?x?xf32>
  %total2_sized_any = tensor.cast %total2_sized : tensor<3xf32> to tensor<?xf32>
  %e3 = call @e_of_2(%raised2_sized_any2, %total2_sized_any) : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?x?xf32>
  %e3_sized = tensor.cast %e3 : tensor<?x?xf32> to tensor<3x13xf32>
  vellum.expect_close %y3, %e3_sized atol 1e-5 rtol 1e-5
  return
}

func.func private @heads(%b: index, %h: index, %n: index) {
  %key = arith.constant 11 : i64
  %w = vellum.random uniform %key stream 1 (%b, %h, %n) : tensor<?x?x?xf32>
  %previous = vellum.random uniform %key stream 2 (%b, %h, %n) : tensor<?x?x?xf32>
  %gate = vellum.random uniform %key stream 3 (%b, %h) : tensor<?x?x1xf32>
  %y = vellum.interpolate_address %w with %previous gate %gate
  %e = call @e_of_3(%w, %previous, %gate) : (tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x1xf32>) -> tensor<?x?x?xf32>
  vellum.expect_close %y, %e atol 1e-6 rtol 1e-6
  %power = call @power_of_2(%gate) : (tensor<?x?x1xf32>) -> tensor<?x?x1xf32>
  %y2 = vellum.sharpen_address %w power %power
  %raised = call @raised_of_3(%w, %power) : (tensor<?x?x?xf32>, tensor<?x?x1xf32>) -> tensor<?x?x?xf32>
  %total = call @total_of_2(%raised) : (tensor<?x?x?xf32>) -> tensor<?x?xf32>
  %e2 = call @e_of_4(%raised, %total) : (tensor<?x?x?xf32>, tensor<?x?xf32>) -> tensor<?x?x?xf32>
  vellum.expect_close %y2, %e2 atol 1e-5 rtol 1e-5
  %y3 = vellum.sharpen_address %w power %power epsilon 0.125
  %raised2 = call @raised_of_4(%w, %power) : (tensor<?x?x?xf32>, tensor<?x?x1xf32>) -> tensor<?x?x?xf32>
  %total2 = call @total_of_2(%raised2) : (tensor<?x?x?xf32>) -> tensor<?x?xf32>
  %e3 = call @e_of_4(%raised2, %total2) : (tensor<?x?x?xf32>, tensor<?x?xf32>) -> tensor<?x?x?xf32>
  vellum.expect_close %y3, %e3 atol 1e-5 rtol 1e-5
  return
}

func.func @heads_3x2x13() {
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %c13 = arith.constant 13 : index
  %s2 = call @opaque(%c2) : (index) -> index
  %s3 = call @opaque(%c3) : (index) -> index
  %s13 = call @opaque(%c13) : (index) -> index
  call @heads(%s3, %s2, %s13) : (index, index, index) -> ()
  return
}

func.func @heads_1x1x17() {
  %c1 = arith.constant 1 : index
  %c17 = arith.constant 17 : index
  %s1 = call @opaque(%c1) : (index) -> index
  %s17 = call @opaque(%c17) : (index) -> index
  call @heads(%s1, %s1, %s17) : (index, index, index) -> ()
  return
}

func.func @heads_static_3x2x13() {
  %key = arith.constant 11 : i64
  %w = vellum.random uniform %key stream 1 : tensor<3x2x13xf32>
  %previous = vellum.random uniform %key stream 2 : tensor<3x2x13xf32>
  %gate = vellum.random uniform %key stream 3 : tensor<3x2x1xf32>
  %y = vellum.interpolate_address %w with %previous gate %gate
  %w_any = tensor.cast %w : tensor<3x2x13xf32> to tensor<?x?x?xf32>
  %previous_any = tensor.cast %previous : tensor<3x2x13xf32> to tensor<?x?x?xf32>
  %gate_any = tensor.cast %gate : tensor<3x2x1xf32> to tensor<?x?x1xf32>
  %e = call @e_of_3(%w_any, %previous_any, %gate_any) : (tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x1xf32>) -> tensor<?x?x?xf32>
  %e_sized = tensor.cast %e : tensor<?x?x?xf32> to tensor<3x2x13xf32>
  vellum.expect_close %y, %e_sized atol 1e-6 rtol 1e-6
  %gate_any2 = tensor.cast %gate : tensor<3x2x1xf32> to tensor<?x?x1xf32>
  %power = call @power_of_2(%gate_any2) : (tensor<?x?x1xf32>) -> tensor<?x?x1xf32>
  %power_sized = tensor.cast %power : tensor<?x?x1xf32> to tensor<3x2x1xf32>
  %y2 = vellum.sharpen_address %w power %power_sized
  %w_any2 = tensor.cast %w : tensor<3x2x13xf32> to tensor<?x?x?xf32>
  %power_sized_any = tensor.cast %power_sized : tensor<3x2x1xf32> to tensor<?x?x1xf32>
  %raised = call @raised_of_3(%w_any2, %power_sized_any) : (tensor<?x?x?xf32>, tensor<?x?x1xf32>) -> tensor<?x?x?xf32>
  %raised_sized = tensor.cast %raised : tensor<?x?x?xf32> to tensor<3x2x13xf32>
  %raised_sized_any = tensor.cast %raised_sized : tensor<3x2x13xf32> to tensor<?x?x?xf32>
  %total = call @total_of_2(%raised_sized_any) : (tensor<?x?x?xf32>) -> tensor<?x?xf32>
  %total_sized = tensor.cast %total : tensor<?x?xf32> to tensor<3x2xf32>
  %raised_sized_any2 = tensor.cast %raised_sized : tensor<3x2x13xf32> to tensor<?x?x?xf32>
  %total_sized_any = tensor.cast %total_sized : tensor<3x2xf32> to tensor<?x?xf32>
  %e2 = call @e_of_4(%raised_sized_any2, %total_sized_any) : (tensor<?x?x?xf32>, tensor<?x?xf32>) -> tensor<?x?x?xf32>
  %e2_sized = tensor.cast %e2 : tensor<?x?x?xf32> to tensor<3x2x13xf32>
  vellum.expect_close %y2, %e2_sized atol 1e-5 rtol 1e-5
  %y3 = vellum.sharpen_address %w power %power_sized epsilon 0.125
  %w_any3 = tensor.cast %w : tensor<3x2x13xf32> to tensor<?x?x?xf32>
  %power_sized_any2 = tensor.cast %power_sized : tensor<3x2x1xf32> to tensor<?x?x1xf32>
  %raised2 = call @raised_of_4(%w_any3, %power_sized_any2) : (tensor<?x?x?xf32>, tensor<?x?x1xf32>) -> tensor<?x?x?xf32>
  %raised2_sized = tensor.cast %raised2 : tensor<?x?x?xf32> to tensor<3x2x13xf32>
  %raised2_sized_any = tensor.cast %raised2_sized : tensor<3x2x13xf32> to tensor<?x?x?xf32>
  %total2 = call @total_of_2(%raised2_sized_any) : (tensor<?x?x?xf32>) -> tensor<?x?xf32>
  %total2_sized = tensor.cast %total2 : tensor<?x?xf32> to tensor<3x2xf32>
  %raised2_sized_any2 = tensor.cast %raised2_sized : tensor<3x2x13xf32> to tensor<?x?x?xf32>
  %total2_sized_any = tensor.cast %total2_sized : tensor<3x2xf32> to tensor<?x?xf32>
  %e3 = call @e_of_4(%raised2_sized_any2, %total2_sized_any) : (tensor<?x?x?xf32>, tensor<?x?xf32>) -> tensor<?x?x?xf32>
  %e3_sized = tensor.cast %e3 : tensor<?x?x?xf32> to tensor<3x2x13xf32>
  vellum.expect_close %y3, %e3_sized atol 1e-5 rtol 1e-5
  return
}

func.func @heads_static_1x1x17() {
  %key = arith.constant 11 : i64
  %w = vellum.random uniform %key stream 1 : tensor<1x1x17xf32>
  %previous = vellum.random uniform %key stream 2 : tensor<1x1x17xf32>
  %gate = vellum.random uniform %key stream 3 : tensor<1x1x1xf32>
  %y = vellum.interpolate_address %w with %previous gate %gate
  %w_any = tensor.cast %w : tensor<1x1x17xf32> to tensor<?x?x?xf32>
  %previous_any = tensor.cast %previous : tensor<1x1x17xf32> to tensor<?x?x?xf32>
  %gate_any = tensor.cast %gate : tensor<1x1x1xf32> to tensor<?x?x1xf32>
  %e = call @e_of_3(%w_any, %previous_any, %gate_any) : (tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x1xf32>) -> tensor<?x?x?xf32>
  %e_sized = tensor.cast %e : tensor<?x?x?xf32> to tensor<1x1x17xf32>
  vellum.expect_close %y, %e_sized atol 1e-6 rtol 1e-6
  %gate_any2 = tensor.cast %gate : tensor<1x1x1xf32> to tensor<?x?x1xf32>
  %power = call @power_of_2(%gate_any2) : (tensor<?x?x1xf32>) -> tensor<?x?x1xf32>
  %power_sized = tensor.cast %power : tensor<?x?x1xf32> to tensor<1x1x1xf32>
  %y2 = vellum.sharpen_address %w power %power_sized
  %w_any2 = tensor.cast %w : tensor<1x1x17xf32> to tensor<?x?x?xf32>
  %power_sized_any = tensor.cast %power_sized : tensor<1x1x1xf32> to tensor<?x?x1xf32>
  %raised = call @raised_of_3(%w_any2, %power_sized_any) : (tensor<?x?x?xf32>, tensor<?x?x1xf32>) -> tensor<?x?x?xf32>
  %raised_sized = tensor.cast %raised : tensor<?x?x?xf32> to tensor<1x1x17xf32>
  %raised_sized_any = tensor.cast %raised_sized : tensor<1x1x17xf32> to tensor<?x?x?xf32>
  %total = call @total_of_2(%raised_sized_any) : (tensor<?x?x?xf32>) -> tensor<?x?xf32>
  %total_sized = tensor.cast %total : tensor<?x?xf32> to tensor<1x1xf32>
  %raised_sized_any2 = tensor.cast %raised_sized : tensor<1x1x17xf32> to tensor<?x?x?xf32>
  %total_sized_any = tensor.cast %total_sized : tensor<1x1xf32> to tensor<?x?xf32>
  %e2 = call @e_of_4(%raised_sized_any2, %total_sized_any) : (tensor<?x?x?xf32>, tensor<?x?xf32>) -> tensor<?x?x?xf32>
  %e2_sized = tensor.cast %e2 : tensor<?x?x?xf32> to tensor<1x1x17xf32>
  vellum.expect_close %y2, %e2_sized atol 1e-5 rtol 1e-5
  %y3 = vellum.sharpen_address %w power %power_sized epsilon 0.125
  %w_any3 = tensor.cast %w : tensor<1x1x17xf32> to tensor<?x?x?xf32>
  %power_sized_any2 = tensor.cast %power_sized : tensor<1x1x1xf32> to tensor<?x?x1xf32>
  %raised2 = call @raised_of_4(%w_any3, %power_sized_any2) : (tensor<?x?x?xf32>, tensor<?x?x1xf32>) -> tensor<?x?x?xf32>
  %raised2_sized = tensor.cast %raised2 : tensor<?x?x?xf32> to tensor<1x1x17xf32>
  %raised2_sized_any = tensor.cast %raised2_sized : tensor<1x1x17xf32> to tensor<?x?x?xf32>
  %total2 = call @total_of_2(%raised2_sized_any) : (tensor<?x?x?xf32>) -> tensor<?x?xf32>
  %total2_sized = tensor.cast %total2 : tensor<?x?xf32> to tensor<1x1xf32>
  %raised2_sized_any2 = tensor.cast %raised2_sized : tensor<1x1x17xf32> to tensor<?x?x?xf32>
  %total2_sized_any = tensor.cast %total2_sized : tensor<1x1xf32> to tensor<?x?xf32>
  %e3 = call @e_of_4(%raised2_sized_any2, %total2_sized_any) : (tensor<?x?x?xf32>, tensor<?x?xf32>) -> tensor<?x?x?xf32>
  %e3_sized = tensor.cast %e3 : tensor<?x?x?xf32> to tensor<1x1x17xf32>
  vellum.expect_close %y3, %e3_sized atol 1e-5 rtol 1e-5
  return
}
