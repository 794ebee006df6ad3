// RUN: vellum test %s --backend=interpreter
// RUN: vellum test %s --target=x86-64-v2 --verify-memory
// RUN: %if x86-64-v3 %{ vellum test %s --target=x86-64-v3 %}
// RUN: %if x86-64-v4 %{ vellum test %s --target=x86-64-v4 %}

// Writing: erase and add, interpolating, several heads at once and in turn.

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

func.func private @e_of(%a0: tensor<?x?x?xf32>, %a1: tensor<?x?xf32>, %a2: tensor<?x?xf32>, %a3: tensor<?x?xf32>) -> tensor<?x?x?xf32> {
  %one = arith.constant 1.0 : f32
  %zero = arith.constant 0.0 : f32
  %at_b = arith.constant 0 : index
  %b = tensor.dim %a0, %at_b : tensor<?x?x?xf32>
  %at_n = arith.constant 1 : index
  %n = tensor.dim %a0, %at_n : tensor<?x?x?xf32>
  %at_m = arith.constant 2 : index
  %m = tensor.dim %a0, %at_m : tensor<?x?x?xf32>
  %init = tensor.splat %zero[%b, %n, %m] : tensor<?x?x?xf32>
  %result = linalg.generic {
    indexing_maps = [affine_map<(b, n, m) -> (b, n, m)>, 
                     affine_map<(b, n, m) -> (b, n)>, 
                     affine_map<(b, n, m) -> (b, m)>, 
                     affine_map<(b, n, m) -> (b, m)>, 
                     affine_map<(b, n, m) -> (b, n, m)>],
    iterator_types = ["parallel", "parallel", "parallel"]}
    ins(%a0, %a1, %a2, %a3 : tensor<?x?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>) outs(%init : tensor<?x?x?xf32>) {
  ^bb0(%x0: f32, %x1: f32, %x2: f32, %x3: f32, %acc: f32):
    %e0 = arith.mulf %x1, %x2 : f32
    %e1 = arith.subf %one, %e0 : f32
    %e2 = arith.mulf %x0, %e1 : f32
    %e3 = arith.mulf %x1, %x3 : f32
    %e4 = arith.addf %e2, %e3 : f32
    linalg.yield %e4 : f32
  } -> tensor<?x?x?xf32>
  return %result : tensor<?x?x?xf32>
}

func.func private @e_of_2(%a0: tensor<?x?x?xf32>, %a1: tensor<?x?xf32>, %a2: tensor<?x?xf32>) -> tensor<?x?x?xf32> {
  %zero = arith.constant 0.0 : f32
  %at_b = arith.constant 0 : index
  %b = tensor.dim %a0, %at_b : tensor<?x?x?xf32>
  %at_n = arith.constant 1 : index
  %n = tensor.dim %a0, %at_n : tensor<?x?x?xf32>
  %at_m = arith.constant 2 : index
  %m = tensor.dim %a0, %at_m : tensor<?x?x?xf32>
  %init = tensor.splat %zero[%b, %n, %m] : tensor<?x?x?xf32>
  %result = linalg.generic {
    indexing_maps = [affine_map<(b, n, m) -> (b, n, m)>, 
                     affine_map<(b, n, m) -> (b, n)>, 
                     affine_map<(b, n, m) -> (b, m)>, 
                     affine_map<(b, n, m) -> (b, n, m)>],
    iterator_types = ["parallel", "parallel", "parallel"]}
    ins(%a0, %a1, %a2 : tensor<?x?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>) outs(%init : tensor<?x?x?xf32>) {
  ^bb0(%x0: f32, %x1: f32, %x2: f32, %acc: f32):
    %e0 = arith.mulf %x1, %x0 : f32
    %e1 = arith.subf %x0, %e0 : f32
    %e2 = arith.mulf %x1, %x2 : f32
    %e3 = arith.addf %e1, %e2 : f32
    linalg.yield %e3 : f32
  } -> tensor<?x?x?xf32>
  return %result : tensor<?x?x?xf32>
}

func.func private @e_of_3(%a0: tensor<?x?x?xf32>, %a1: tensor<?x?xf32>) -> tensor<?x?x?xf32> {
  %one = arith.constant 1.0 : f32
  %zero = arith.constant 0.0 : f32
  %at_b = arith.constant 0 : index
  %b = tensor.dim %a0, %at_b : tensor<?x?x?xf32>
  %at_n = arith.constant 1 : index
  %n = tensor.dim %a0, %at_n : tensor<?x?x?xf32>
  %at_m = arith.constant 2 : index
  %m = tensor.dim %a0, %at_m : tensor<?x?x?xf32>
  %init = tensor.splat %zero[%b, %n, %m] : tensor<?x?x?xf32>
  %result = linalg.generic {
    indexing_maps = [affine_map<(b, n, m) -> (b, n, m)>, 
                     affine_map<(b, n, m) -> (b, n)>, 
                     affine_map<(b, n, m) -> (b, n, m)>],
    iterator_types = ["parallel", "parallel", "parallel"]}
    ins(%a0, %a1 : tensor<?x?x?xf32>, tensor<?x?xf32>) outs(%init : tensor<?x?x?xf32>) {
  ^bb0(%x0: f32, %x1: f32, %acc: f32):
    %e0 = arith.subf %one, %x1 : f32
    %e1 = arith.mulf %x0, %e0 : f32
    linalg.yield %e1 : f32
  } -> tensor<?x?x?xf32>
  return %result : tensor<?x?x?xf32>
}

func.func private @e_of_4(%a0: tensor<?x?x?xf32>, %a1: tensor<?x?xf32>, %a2: tensor<?x?xf32>) -> tensor<?x?x?xf32> {
  %zero = arith.constant 0.0 : f32
  %at_b = arith.constant 0 : index
  %b = tensor.dim %a0, %at_b : tensor<?x?x?xf32>
  %at_n = arith.constant 1 : index
  %n = tensor.dim %a0, %at_n : tensor<?x?x?xf32>
  %at_m = arith.constant 2 : index
  %m = tensor.dim %a0, %at_m : tensor<?x?x?xf32>
  %init = tensor.splat %zero[%b, %n, %m] : tensor<?x?x?xf32>
  %result = linalg.generic {
    indexing_maps = [affine_map<(b, n, m) -> (b, n, m)>, 
                     affine_map<(b, n, m) -> (b, n)>, 
                     affine_map<(b, n, m) -> (b, m)>, 
                     affine_map<(b, n, m) -> (b, n, m)>],
    iterator_types = ["parallel", "parallel", "parallel"]}
    ins(%a0, %a1, %a2 : tensor<?x?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>) outs(%init : tensor<?x?x?xf32>) {
  ^bb0(%x0: f32, %x1: f32, %x2: f32, %acc: f32):
    %e0 = arith.mulf %x1, %x2 : f32
    %e1 = arith.addf %x0, %e0 : f32
    linalg.yield %e1 : f32
  } -> tensor<?x?x?xf32>
  return %result : tensor<?x?x?xf32>
}

func.func private @e_of_5(%a0: tensor<?x?x?xf32>, %a1: tensor<?x?xf32>, %a2: tensor<?x?xf32>) -> tensor<?x?x?xf32> {
  %one = arith.constant 1.0 : f32
  %zero = arith.constant 0.0 : f32
  %at_b = arith.constant 0 : index
  %b = tensor.dim %a0, %at_b : tensor<?x?x?xf32>
  %at_n = arith.constant 1 : index
  %n = tensor.dim %a0, %at_n : tensor<?x?x?xf32>
  %at_m = arith.constant 2 : index
  %m = tensor.dim %a0, %at_m : tensor<?x?x?xf32>
  %init = tensor.splat %zero[%b, %n, %m] : tensor<?x?x?xf32>
  %result = linalg.generic {
    indexing_maps = [affine_map<(b, n, m) -> (b, n, m)>, 
                     affine_map<(b, n, m) -> (b, n)>, 
                     affine_map<(b, n, m) -> (b, m)>, 
                     affine_map<(b, n, m) -> (b, n, m)>],
    iterator_types = ["parallel", "parallel", "parallel"]}
    ins(%a0, %a1, %a2 : tensor<?x?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>) outs(%init : tensor<?x?x?xf32>) {
  ^bb0(%x0: f32, %x1: f32, %x2: f32, %acc: f32):
    %e0 = arith.mulf %x1, %x2 : f32
    %e1 = arith.subf %one, %e0 : f32
    %e2 = arith.mulf %x0, %e1 : f32
    linalg.yield %e2 : f32
  } -> tensor<?x?x?xf32>
  return %result : tensor<?x?x?xf32>
}

func.func private @e_of_6(%a0: tensor<?x?x?xf32>, %a1: tensor<?x?xf32>, %a2: tensor<?x?xf32>) -> tensor<?x?x?xf32> {
  %one = arith.constant 1.0 : f32
  %zero = arith.constant 0.0 : f32
  %at_b = arith.constant 0 : index
  %b = tensor.dim %a0, %at_b : tensor<?x?x?xf32>
  %at_n = arith.constant 1 : index
  %n = tensor.dim %a0, %at_n : tensor<?x?x?xf32>
  %at_m = arith.constant 2 : index
  %m = tensor.dim %a0, %at_m : tensor<?x?x?xf32>
  %init = tensor.splat %zero[%b, %n, %m] : tensor<?x?x?xf32>
  %result = linalg.generic {
    indexing_maps = [affine_map<(b, n, m) -> (b, n, m)>, 
                     affine_map<(b, n, m) -> (b, n)>, 
                     affine_map<(b, n, m) -> (b, m)>, 
                     affine_map<(b, n, m) -> (b, n, m)>],
    iterator_types = ["parallel", "parallel", "parallel"]}
    ins(%a0, %a1, %a2 : tensor<?x?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>) outs(%init : tensor<?x?x?xf32>) {
  ^bb0(%x0: f32, %x1: f32, %x2: f32, %acc: f32):
    %e0 = arith.subf %one, %x1 : f32
    %e1 = arith.mulf %x0, %e0 : f32
    %e2 = arith.mulf %x1, %x2 : f32
    %e3 = arith.addf %e1, %e2 : f32
    linalg.yield %e3 : f32
  } -> tensor<?x?x?xf32>
  return %result : tensor<?x?x?xf32>
}

func.func private @write(%b: index, %n: index, %m: index) {
  %key = arith.constant 11 : i64
  %memory = vellum.random normal %key stream 1 (%b, %n, %m) : tensor<?x?x?xf32>
  %w = vellum.random uniform %key stream 2 (%b, %n) : tensor<?x?xf32>
  %erase = vellum.random uniform %key stream 3 (%b, %m) : tensor<?x?xf32>
  %add = vellum.random normal %key stream 4 (%b, %m) : tensor<?x?xf32>
  %y = vellum.memory_write %memory at %w erase %erase add %add
  %e = call @e_of(%memory, %w, %erase, %add) : (tensor<?x?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?x?xf32>
  vellum.expect_close %y, %e atol 1e-5 rtol 1e-5
  %y2 = vellum.memory_write %memory at %w add %add
  %e2 = call @e_of_2(%memory, %w, %add) : (tensor<?x?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?x?xf32>
  vellum.expect_close %y2, %e2 atol 1e-5 rtol 1e-5
  return
}

func.func @write_1x13x7() {
  %c1 = arith.constant 1 : index
  %c7 = arith.constant 7 : index
  %c13 = arith.constant 13 : index
  %s1 = call @opaque(%c1) : (index) -> index
  %s7 = call @opaque(%c7) : (index) -> index
  %s13 = call @opaque(%c13) : (index) -> index
  call @write(%s1, %s13, %s7) : (index, index, index) -> ()
  return
}

func.func @write_3x129x17() {
  %c3 = arith.constant 3 : index
  %c17 = arith.constant 17 : index
  %c129 = arith.constant 129 : index
  %s3 = call @opaque(%c3) : (index) -> index
  %s17 = call @opaque(%c17) : (index) -> index
  %s129 = call @opaque(%c129) : (index) -> index
  call @write(%s3, %s129, %s17) : (index, index, index) -> ()
  return
}

func.func @write_3x1x1() {
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %s1 = call @opaque(%c1) : (index) -> index
  %s3 = call @opaque(%c3) : (index) -> index
  call @write(%s3, %s1, %s1) : (index, index, index) -> ()
  return
}

func.func @write_static_3x13x7() {
  %key = arith.constant 11 : i64
  %memory = vellum.random normal %key stream 1 : tensor<3x13x7xf32>
  %w = vellum.random uniform %key stream 2 : tensor<3x13xf32>
  %erase = vellum.random uniform %key stream 3 : tensor<3x7xf32>
  %add = vellum.random normal %key stream 4 : tensor<3x7xf32>
  %y = vellum.memory_write %memory at %w erase %erase add %add
  %memory_any = tensor.cast %memory : tensor<3x13x7xf32> to tensor<?x?x?xf32>
  %w_any = tensor.cast %w : tensor<3x13xf32> to tensor<?x?xf32>
  %erase_any = tensor.cast %erase : tensor<3x7xf32> to tensor<?x?xf32>
  %add_any = tensor.cast %add : tensor<3x7xf32> to tensor<?x?xf32>
  %e = call @e_of(%memory_any, %w_any, %erase_any, %add_any) : (tensor<?x?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?x?xf32>
  %e_sized = tensor.cast %e : tensor<?x?x?xf32> to tensor<3x13x7xf32>
  vellum.expect_close %y, %e_sized atol 1e-5 rtol 1e-5
  %y2 = vellum.memory_write %memory at %w add %add
  %memory_any2 = tensor.cast %memory : tensor<3x13x7xf32> to tensor<?x?x?xf32>
  %w_any2 = tensor.cast %w : tensor<3x13xf32> to tensor<?x?xf32>
  %add_any2 = tensor.cast %add : tensor<3x7xf32> to tensor<?x?xf32>
  %e2 = call @e_of_2(%memory_any2, %w_any2, %add_any2) : (tensor<?x?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?x?xf32>
  %e2_sized = tensor.cast %e2 : tensor<?x?x?xf32> to tensor<3x13x7xf32>
  vellum.expect_close %y2, %e2_sized atol 1e-5 rtol 1e-5
  return
}

func.func private @together_interpolate(%b: index, %n: index, %m: index) {
  %key = arith.constant 11 : i64
  %memory = vellum.random normal %key stream 1 (%b, %n, %m) : tensor<?x?x?xf32>
  %w = vellum.random uniform %key stream 2 (%b, %n) : tensor<?x2x?xf32>
  %erase = vellum.random uniform %key stream 3 (%b, %m) : tensor<?x2x?xf32>
  %add = vellum.random normal %key stream 4 (%b, %m) : tensor<?x2x?xf32>
  %y = vellum.memory_write %memory at %w add %add
  %w_of = tensor.extract_slice %w[0, 0, 0] [%b, 1, %n] [1, 1, 1] : tensor<?x2x?xf32> to tensor<?x?xf32>
  %w_of2 = tensor.extract_slice %w[0, 1, 0] [%b, 1, %n] [1, 1, 1] : tensor<?x2x?xf32> to tensor<?x?xf32>
  %add_of = tensor.extract_slice %add[0, 0, 0] [%b, 1, %m] [1, 1, 1] : tensor<?x2x?xf32> to tensor<?x?xf32>
  %add_of2 = tensor.extract_slice %add[0, 1, 0] [%b, 1, %m] [1, 1, 1] : tensor<?x2x?xf32> to tensor<?x?xf32>
  %erase_of = tensor.extract_slice %erase[0, 0, 0] [%b, 1, %m] [1, 1, 1] : tensor<?x2x?xf32> to tensor<?x?xf32>
  %erase_of2 = tensor.extract_slice %erase[0, 1, 0] [%b, 1, %m] [1, 1, 1] : tensor<?x2x?xf32> to tensor<?x?xf32>
  %e = call @e_of_3(%memory, %w_of) : (tensor<?x?x?xf32>, tensor<?x?xf32>) -> tensor<?x?x?xf32>
  %e2 = call @e_of_3(%e, %w_of2) : (tensor<?x?x?xf32>, tensor<?x?xf32>) -> tensor<?x?x?xf32>
  %e3 = call @e_of_4(%e2, %w_of, %add_of) : (tensor<?x?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?x?xf32>
  %e4 = call @e_of_4(%e3, %w_of2, %add_of2) : (tensor<?x?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?x?xf32>
  vellum.expect_close %y, %e4 atol 1e-5 rtol 1e-5
  return
}

func.func @together_interpolate_3x13x7() {
  %c3 = arith.constant 3 : index
  %c7 = arith.constant 7 : index
  %c13 = arith.constant 13 : index
  %s3 = call @opaque(%c3) : (index) -> index
  %s7 = call @opaque(%c7) : (index) -> index
  %s13 = call @opaque(%c13) : (index) -> index
  call @together_interpolate(%s3, %s13, %s7) : (index, index, index) -> ()
  return
}

func.func @together_interpolate_1x129x17() {
  %c1 = arith.constant 1 : index
  %c17 = arith.constant 17 : index
  %c129 = arith.constant 129 : index
  %s1 = call @opaque(%c1) : (index) -> index
  %s17 = call @opaque(%c17) : (index) -> index
  %s129 = call @opaque(%c129) : (index) -> index
  call @together_interpolate(%s1, %s129, %s17) : (index, index, index) -> ()
  return
}

func.func @together_interpolate_static_3x13x7() {
  %key = arith.constant 11 : i64
  %memory = vellum.random normal %key stream 1 : tensor<3x13x7xf32>
  %w = vellum.random uniform %key stream 2 : tensor<3x2x13xf32>
  %erase = vellum.random uniform %key stream 3 : tensor<3x2x7xf32>
  %add = vellum.random normal %key stream 4 : tensor<3x2x7xf32>
  %y = vellum.memory_write %memory at %w add %add
  %w_of = tensor.extract_slice %w[0, 0, 0] [3, 1, 13] [1, 1, 1] : tensor<3x2x13xf32> to tensor<3x13xf32>
  %w_of2 = tensor.extract_slice %w[0, 1, 0] [3, 1, 13] [1, 1, 1] : tensor<3x2x13xf32> to tensor<3x13xf32>
  %add_of = tensor.extract_slice %add[0, 0, 0] [3, 1, 7] [1, 1, 1] : tensor<3x2x7xf32> to tensor<3x7xf32>
  %add_of2 = tensor.extract_slice %add[0, 1, 0] [3, 1, 7] [1, 1, 1] : tensor<3x2x7xf32> to tensor<3x7xf32>
  %erase_of = tensor.extract_slice %erase[0, 0, 0] [3, 1, 7] [1, 1, 1] : tensor<3x2x7xf32> to tensor<3x7xf32>
  %erase_of2 = tensor.extract_slice %erase[0, 1, 0] [3, 1, 7] [1, 1, 1] : tensor<3x2x7xf32> to tensor<3x7xf32>
  %memory_any = tensor.cast %memory : tensor<3x13x7xf32> to tensor<?x?x?xf32>
  %w_of_any = tensor.cast %w_of : tensor<3x13xf32> to tensor<?x?xf32>
  %e = call @e_of_3(%memory_any, %w_of_any) : (tensor<?x?x?xf32>, tensor<?x?xf32>) -> tensor<?x?x?xf32>
  %e_sized = tensor.cast %e : tensor<?x?x?xf32> to tensor<3x13x7xf32>
  %e_sized_any = tensor.cast %e_sized : tensor<3x13x7xf32> to tensor<?x?x?xf32>
  %w_of2_any = tensor.cast %w_of2 : tensor<3x13xf32> to tensor<?x?xf32>
  %e2 = call @e_of_3(%e_sized_any, %w_of2_any) : (tensor<?x?x?xf32>, tensor<?x?xf32>) -> tensor<?x?x?xf32>
  %e2_sized = tensor.cast %e2 : tensor<?x?x?xf32> to tensor<3x13x7xf32>
  %e2_sized_any = tensor.cast %e2_sized : tensor<3x13x7xf32> to tensor<?x?x?xf32>
  %w_of_any2 = tensor.cast %w_of : tensor<3x13xf32> to tensor<?x?xf32>
  %add_of_any = tensor.cast %add_of : tensor<3x7xf32> to tensor<?x?xf32>
  %e3 = call @e_of_4(%e2_sized_any, %w_of_any2, %add_of_any) : (tensor<?x?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?x?xf32>
  %e3_sized = tensor.cast %e3 : tensor<?x?x?xf32> to tensor<3x13x7xf32>
  %e3_sized_any = tensor.cast %e3_sized : tensor<3x13x7xf32> to tensor<?x?x?xf32>
  %w_of2_any2 = tensor.cast %w_of2 : tensor<3x13xf32> to tensor<?x?xf32>
  %add_of2_any = tensor.cast %add_of2 : tensor<3x7xf32> to tensor<?x?xf32>
  %e4 = call @e_of_4(%e3_sized_any, %w_of2_any2, %add_of2_any) : (tensor<?x?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?x?xf32>
  %e4_sized = tensor.cast %e4 : tensor<?x?x?xf32> to tensor<3x13x7xf32>
  vellum.expect_close %y, %e4_sized atol 1e-5 rtol 1e-5
  return
}

func.func private @together_erase(%b: index, %n: index, %m: index) {
  %key = arith.constant 11 : i64
  %memory = vellum.random normal %key stream 1 (%b, %n, %m) : tensor<?x?x?xf32>
  %w = vellum.random uniform %key stream 2 (%b, %n) : tensor<?x2x?xf32>
  %erase = vellum.random uniform %key stream 3 (%b, %m) : tensor<?x2x?xf32>
  %add = vellum.random normal %key stream 4 (%b, %m) : tensor<?x2x?xf32>
  %y = vellum.memory_write %memory at %w erase %erase add %add
  %w_of = tensor.extract_slice %w[0, 0, 0] [%b, 1, %n] [1, 1, 1] : tensor<?x2x?xf32> to tensor<?x?xf32>
  %w_of2 = tensor.extract_slice %w[0, 1, 0] [%b, 1, %n] [1, 1, 1] : tensor<?x2x?xf32> to tensor<?x?xf32>
  %add_of = tensor.extract_slice %add[0, 0, 0] [%b, 1, %m] [1, 1, 1] : tensor<?x2x?xf32> to tensor<?x?xf32>
  %add_of2 = tensor.extract_slice %add[0, 1, 0] [%b, 1, %m] [1, 1, 1] : tensor<?x2x?xf32> to tensor<?x?xf32>
  %erase_of = tensor.extract_slice %erase[0, 0, 0] [%b, 1, %m] [1, 1, 1] : tensor<?x2x?xf32> to tensor<?x?xf32>
  %erase_of2 = tensor.extract_slice %erase[0, 1, 0] [%b, 1, %m] [1, 1, 1] : tensor<?x2x?xf32> to tensor<?x?xf32>
  %e = call @e_of_5(%memory, %w_of, %erase_of) : (tensor<?x?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?x?xf32>
  %e2 = call @e_of_5(%e, %w_of2, %erase_of2) : (tensor<?x?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?x?xf32>
  %e3 = call @e_of_4(%e2, %w_of, %add_of) : (tensor<?x?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?x?xf32>
  %e4 = call @e_of_4(%e3, %w_of2, %add_of2) : (tensor<?x?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?x?xf32>
  vellum.expect_close %y, %e4 atol 1e-5 rtol 1e-5
  return
}

func.func @together_erase_3x13x7() {
  %c3 = arith.constant 3 : index
  %c7 = arith.constant 7 : index
  %c13 = arith.constant 13 : index
  %s3 = call @opaque(%c3) : (index) -> index
  %s7 = call @opaque(%c7) : (index) -> index
  %s13 = call @opaque(%c13) : (index) -> index
  call @together_erase(%s3, %s13, %s7) : (index, index, index) -> ()
  return
}

func.func @together_erase_1x129x17() {
  %c1 = arith.constant 1 : index
  %c17 = arith.constant 17 : index
  %c129 = arith.constant 129 : index
  %s1 = call @opaque(%c1) : (index) -> index
  %s17 = call @opaque(%c17) : (index) -> index
  %s129 = call @opaque(%c129) : (index) -> index
  call @together_erase(%s1, %s129, %s17) : (index, index, index) -> ()
  return
}

func.func @together_erase_static_3x13x7() {
  %key = arith.constant 11 : i64
  %memory = vellum.random normal %key stream 1 : tensor<3x13x7xf32>
  %w = vellum.random uniform %key stream 2 : tensor<3x2x13xf32>
  %erase = vellum.random uniform %key stream 3 : tensor<3x2x7xf32>
  %add = vellum.random normal %key stream 4 : tensor<3x2x7xf32>
  %y = vellum.memory_write %memory at %w erase %erase add %add
  %w_of = tensor.extract_slice %w[0, 0, 0] [3, 1, 13] [1, 1, 1] : tensor<3x2x13xf32> to tensor<3x13xf32>
  %w_of2 = tensor.extract_slice %w[0, 1, 0] [3, 1, 13] [1, 1, 1] : tensor<3x2x13xf32> to tensor<3x13xf32>
  %add_of = tensor.extract_slice %add[0, 0, 0] [3, 1, 7] [1, 1, 1] : tensor<3x2x7xf32> to tensor<3x7xf32>
  %add_of2 = tensor.extract_slice %add[0, 1, 0] [3, 1, 7] [1, 1, 1] : tensor<3x2x7xf32> to tensor<3x7xf32>
  %erase_of = tensor.extract_slice %erase[0, 0, 0] [3, 1, 7] [1, 1, 1] : tensor<3x2x7xf32> to tensor<3x7xf32>
  %erase_of2 = tensor.extract_slice %erase[0, 1, 0] [3, 1, 7] [1, 1, 1] : tensor<3x2x7xf32> to tensor<3x7xf32>
  %memory_any = tensor.cast %memory : tensor<3x13x7xf32> to tensor<?x?x?xf32>
  %w_of_any = tensor.cast %w_of : tensor<3x13xf32> to tensor<?x?xf32>
  %erase_of_any = tensor.cast %erase_of : tensor<3x7xf32> to tensor<?x?xf32>
  %e = call @e_of_5(%memory_any, %w_of_any, %erase_of_any) : (tensor<?x?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?x?xf32>
  %e_sized = tensor.cast %e : tensor<?x?x?xf32> to tensor<3x13x7xf32>
  %e_sized_any = tensor.cast %e_sized : tensor<3x13x7xf32> to tensor<?x?x?xf32>
  %w_of2_any = tensor.cast %w_of2 : tensor<3x13xf32> to tensor<?x?xf32>
  %erase_of2_any = tensor.cast %erase_of2 : tensor<3x7xf32> to tensor<?x?xf32>
  %e2 = call @e_of_5(%e_sized_any, %w_of2_any, %erase_of2_any) : (tensor<?x?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?x?xf32>
  %e2_sized = tensor.cast %e2 : tensor<?x?x?xf32> to tensor<3x13x7xf32>
  %e2_sized_any = tensor.cast %e2_sized : tensor<3x13x7xf32> to tensor<?x?x?xf32>
  %w_of_any2 = tensor.cast %w_of : tensor<3x13xf32> to tensor<?x?xf32>
  %add_of_any = tensor.cast %add_of : tensor<3x7xf32> to tensor<?x?xf32>
  %e3 = call @e_of_4(%e2_sized_any, %w_of_any2, %add_of_any) : (tensor<?x?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?x?xf32>
  %e3_sized = tensor.cast %e3 : tensor<?x?x?xf32> to tensor<3x13x7xf32>
  %e3_sized_any = tensor.cast %e3_sized : tensor<3x13x7xf32> to tensor<?x?x?xf32>
  %w_of2_any2 = tensor.cast %w_of2 : tensor<3x13xf32> to tensor<?x?xf32>
  %add_of2_any = tensor.cast %add_of2 : tensor<3x7xf32> to tensor<?x?xf32>
  %e4 = call @e_of_4(%e3_sized_any, %w_of2_any2, %add_of2_any) : (tensor<?x?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?x?xf32>
  %e4_sized = tensor.cast %e4 : tensor<?x?x?xf32> to tensor<3x13x7xf32>
  vellum.expect_close %y, %e4_sized atol 1e-5 rtol 1e-5
  return
}

func.func private @sequential_interpolate(%b: index, %n: index, %m: index) {
  %key = arith.constant 11 : i64
  %memory = vellum.random normal %key stream 1 (%b, %n, %m) : tensor<?x?x?xf32>
  %w = vellum.random uniform %key stream 2 (%b, %n) : tensor<?x2x?xf32>
  %erase = vellum.random uniform %key stream 3 (%b, %m) : tensor<?x2x?xf32>
  %add = vellum.random normal %key stream 4 (%b, %m) : tensor<?x2x?xf32>
  %y = vellum.memory_write %memory at %w add %add sequential
  %w_of = tensor.extract_slice %w[0, 0, 0] [%b, 1, %n] [1, 1, 1] : tensor<?x2x?xf32> to tensor<?x?xf32>
  %w_of2 = tensor.extract_slice %w[0, 1, 0] [%b, 1, %n] [1, 1, 1] : tensor<?x2x?xf32> to tensor<?x?xf32>
  %add_of = tensor.extract_slice %add[0, 0, 0] [%b, 1, %m] [1, 1, 1] : tensor<?x2x?xf32> to tensor<?x?xf32>
  %add_of2 = tensor.extract_slice %add[0, 1, 0] [%b, 1, %m] [1, 1, 1] : tensor<?x2x?xf32> to tensor<?x?xf32>
  %erase_of = tensor.extract_slice %erase[0, 0, 0] [%b, 1, %m] [1, 1, 1] : tensor<?x2x?xf32> to tensor<?x?xf32>
  %erase_of2 = tensor.extract_slice %erase[0, 1, 0] [%b, 1, %m] [1, 1, 1] : tensor<?x2x?xf32> to tensor<?x?xf32>
  %e = call @e_of_6(%memory, %w_of, %add_of) : (tensor<?x?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?x?xf32>
  %e2 = call @e_of_6(%e, %w_of2, %add_of2) : (tensor<?x?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?x?xf32>
  vellum.expect_close %y, %e2 atol 1e-5 rtol 1e-5
  return
}

func.func @sequential_interpolate_3x13x7() {
  %c3 = arith.constant 3 : index
  %c7 = arith.constant 7 : index
  %c13 = arith.constant 13 : index
  %s3 = call @opaque(%c3) : (index) -> index
  %s7 = call @opaque(%c7) : (index) -> index
  %s13 = call @opaque(%c13) : (index) -> index
  call @sequential_interpolate(%s3, %s13, %s7) : (index, index, index) -> ()
  return
}

func.func @sequential_interpolate_1x129x17() {
  %c1 = arith.constant 1 : index
  %c17 = arith.constant 17 : index
  %c129 = arith.constant 129 : index
  %s1 = call @opaque(%c1) : (index) -> index
  %s17 = call @opaque(%c17) : (index) -> index
  %s129 = call @opaque(%c129) : (index) -> index
  call @sequential_interpolate(%s1, %s129, %s17) : (index, index, index) -> ()
  return
}

func.func @sequential_interpolate_static_3x13x7() {
  %key = arith.constant 11 : i64
  %memory = vellum.random normal %key stream 1 : tensor<3x13x7xf32>
  %w = vellum.random uniform %key stream 2 : tensor<3x2x13xf32>
  %erase = vellum.random uniform %key stream 3 : tensor<3x2x7xf32>
  %add = vellum.random normal %key stream 4 : tensor<3x2x7xf32>
  %y = vellum.memory_write %memory at %w add %add sequential
  %w_of = tensor.extract_slice %w[0, 0, 0] [3, 1, 13] [1, 1, 1] : tensor<3x2x13xf32> to tensor<3x13xf32>
  %w_of2 = tensor.extract_slice %w[0, 1, 0] [3, 1, 13] [1, 1, 1] : tensor<3x2x13xf32> to tensor<3x13xf32>
  %add_of = tensor.extract_slice %add[0, 0, 0] [3, 1, 7] [1, 1, 1] : tensor<3x2x7xf32> to tensor<3x7xf32>
  %add_of2 = tensor.extract_slice %add[0, 1, 0] [3, 1, 7] [1, 1, 1] : tensor<3x2x7xf32> to tensor<3x7xf32>
  %erase_of = tensor.extract_slice %erase[0, 0, 0] [3, 1, 7] [1, 1, 1] : tensor<3x2x7xf32> to tensor<3x7xf32>
  %erase_of2 = tensor.extract_slice %erase[0, 1, 0] [3, 1, 7] [1, 1, 1] : tensor<3x2x7xf32> to tensor<3x7xf32>
  %memory_any = tensor.cast %memory : tensor<3x13x7xf32> to tensor<?x?x?xf32>
  %w_of_any = tensor.cast %w_of : tensor<3x13xf32> to tensor<?x?xf32>
  %add_of_any = tensor.cast %add_of : tensor<3x7xf32> to tensor<?x?xf32>
  %e = call @e_of_6(%memory_any, %w_of_any, %add_of_any) : (tensor<?x?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?x?xf32>
  %e_sized = tensor.cast %e : tensor<?x?x?xf32> to tensor<3x13x7xf32>
  %e_sized_any = tensor.cast %e_sized : tensor<3x13x7xf32> to tensor<?x?x?xf32>
  %w_of2_any = tensor.cast %w_of2 : tensor<3x13xf32> to tensor<?x?xf32>
  %add_of2_any = tensor.cast %add_of2 : tensor<3x7xf32> to tensor<?x?xf32>
  %e2 = call @e_of_6(%e_sized_any, %w_of2_any, %add_of2_any) : (tensor<?x?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?x?xf32>
  %e2_sized = tensor.cast %e2 : tensor<?x?x?xf32> to tensor<3x13x7xf32>
  vellum.expect_close %y, %e2_sized atol 1e-5 rtol 1e-5
  return
}

func.func private @sequential_erase(%b: index, %n: index, %m: index) {
  %key = arith.constant 11 : i64
  %memory = vellum.random normal %key stream 1 (%b, %n, %m) : tensor<?x?x?xf32>
  %w = vellum.random uniform %key stream 2 (%b, %n) : tensor<?x2x?xf32>
  %erase = vellum.random uniform %key stream 3 (%b, %m) : tensor<?x2x?xf32>
  %add = vellum.random normal %key stream 4 (%b, %m) : tensor<?x2x?xf32>
  %y = vellum.memory_write %memory at %w erase %erase add %add sequential
  %w_of = tensor.extract_slice %w[0, 0, 0] [%b, 1, %n] [1, 1, 1] : tensor<?x2x?xf32> to tensor<?x?xf32>
  %w_of2 = tensor.extract_slice %w[0, 1, 0] [%b, 1, %n] [1, 1, 1] : tensor<?x2x?xf32> to tensor<?x?xf32>
  %add_of = tensor.extract_slice %add[0, 0, 0] [%b, 1, %m] [1, 1, 1] : tensor<?x2x?xf32> to tensor<?x?xf32>
  %add_of2 = tensor.extract_slice %add[0, 1, 0] [%b, 1, %m] [1, 1, 1] : tensor<?x2x?xf32> to tensor<?x?xf32>
  %erase_of = tensor.extract_slice %erase[0, 0, 0] [%b, 1, %m] [1, 1, 1] : tensor<?x2x?xf32> to tensor<?x?xf32>
  %erase_of2 = tensor.extract_slice %erase[0, 1, 0] [%b, 1, %m] [1, 1, 1] : tensor<?x2x?xf32> to tensor<?x?xf32>
  %e = call @e_of(%memory, %w_of, %erase_of, %add_of) : (tensor<?x?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?x?xf32>
  %e2 = call @e_of(%e, %w_of2, %erase_of2, %add_of2) : (tensor<?x?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?x?xf32>
  vellum.expect_close %y, %e2 atol 1e-5 rtol 1e-5
  return
}

func.func @sequential_erase_3x13x7() {
  %c3 = arith.constant 3 : index
  %c7 = arith.constant 7 : index
  %c13 = arith.constant 13 : index
  %s3 = call @opaque(%c3) : (index) -> index
  %s7 = call @opaque(%c7) : (index) -> index
  %s13 = call @opaque(%c13) : (index) -> index
  call @sequential_erase(%s3, %s13, %s7) : (index, index, index) -> ()
  return
}

func.func @sequential_erase_1x129x17() {
  %c1 = arith.constant 1 : index
  %c17 = arith.constant 17 : index
  %c129 = arith.constant 129 : index
  %s1 = call @opaque(%c1) : (index) -> index
  %s17 = call @opaque(%c17) : (index) -> index
  %s129 = call @opaque(%c129) : (index) -> index
  call @sequential_erase(%s1, %s129, %s17) : (index, index, index) -> ()
  return
}

func.func @sequential_erase_static_3x13x7() {
  %key = arith.constant 11 : i64
  %memory = vellum.random normal %key stream 1 : tensor<3x13x7xf32>
  %w = vellum.random uniform %key stream 2 : tensor<3x2x13xf32>
  %erase = vellum.random uniform %key stream 3 : tensor<3x2x7xf32>
  %add = vellum.random normal %key stream 4 : tensor<3x2x7xf32>
  %y = vellum.memory_write %memory at %w erase %erase add %add sequential
  %w_of = tensor.extract_slice %w[0, 0, 0] [3, 1, 13] [1, 1, 1] : tensor<3x2x13xf32> to tensor<3x13xf32>
  %w_of2 = tensor.extract_slice %w[0, 1, 0] [3, 1, 13] [1, 1, 1] : tensor<3x2x13xf32> to tensor<3x13xf32>
  %add_of = tensor.extract_slice %add[0, 0, 0] [3, 1, 7] [1, 1, 1] : tensor<3x2x7xf32> to tensor<3x7xf32>
  %add_of2 = tensor.extract_slice %add[0, 1, 0] [3, 1, 7] [1, 1, 1] : tensor<3x2x7xf32> to tensor<3x7xf32>
  %erase_of = tensor.extract_slice %erase[0, 0, 0] [3, 1, 7] [1, 1, 1] : tensor<3x2x7xf32> to tensor<3x7xf32>
  %erase_of2 = tensor.extract_slice %erase[0, 1, 0] [3, 1, 7] [1, 1, 1] : tensor<3x2x7xf32> to tensor<3x7xf32>
  %memory_any = tensor.cast %memory : tensor<3x13x7xf32> to tensor<?x?x?xf32>
  %w_of_any = tensor.cast %w_of : tensor<3x13xf32> to tensor<?x?xf32>
  %erase_of_any = tensor.cast %erase_of : tensor<3x7xf32> to tensor<?x?xf32>
  %add_of_any = tensor.cast %add_of : tensor<3x7xf32> to tensor<?x?xf32>
  %e = call @e_of(%memory_any, %w_of_any, %erase_of_any, %add_of_any) : (tensor<?x?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?x?xf32>
  %e_sized = tensor.cast %e : tensor<?x?x?xf32> to tensor<3x13x7xf32>
  %e_sized_any = tensor.cast %e_sized : tensor<3x13x7xf32> to tensor<?x?x?xf32>
  %w_of2_any = tensor.cast %w_of2 : tensor<3x13xf32> to tensor<?x?xf32>
  %erase_of2_any = tensor.cast %erase_of2 : tensor<3x7xf32> to tensor<?x?xf32>
  %add_of2_any = tensor.cast %add_of2 : tensor<3x7xf32> to tensor<?x?xf32>
  %e2 = call @e_of(%e_sized_any, %w_of2_any, %erase_of2_any, %add_of2_any) : (tensor<?x?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?x?xf32>
  %e2_sized = tensor.cast %e2 : tensor<?x?x?xf32> to tensor<3x13x7xf32>
  vellum.expect_close %y, %e2_sized atol 1e-5 rtol 1e-5
  return
}

func.func private @one_head(%b: index, %n: index, %m: index) {
  %key = arith.constant 11 : i64
  %memory = vellum.random normal %key stream 1 (%b, %n, %m) : tensor<?x?x?xf32>
  %w = vellum.random uniform %key stream 2 (%b, %n) : tensor<?x1x?xf32>
  %erase = vellum.random uniform %key stream 3 (%b, %m) : tensor<?x1x?xf32>
  %add = vellum.random normal %key stream 4 (%b, %m) : tensor<?x1x?xf32>
  %y = vellum.memory_write %memory at %w erase %erase add %add
  %w_of = tensor.extract_slice %w[0, 0, 0] [%b, 1, %n] [1, 1, 1] : tensor<?x1x?xf32> to tensor<?x?xf32>
  %add_of = tensor.extract_slice %add[0, 0, 0] [%b, 1, %m] [1, 1, 1] : tensor<?x1x?xf32> to tensor<?x?xf32>
  %erase_of = tensor.extract_slice %erase[0, 0, 0] [%b, 1, %m] [1, 1, 1] : tensor<?x1x?xf32> to tensor<?x?xf32>
  %e = call @e_of_5(%memory, %w_of, %erase_of) : (tensor<?x?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?x?xf32>
  %e2 = call @e_of_4(%e, %w_of, %add_of) : (tensor<?x?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?x?xf32>
  vellum.expect_close %y, %e2 atol 1e-5 rtol 1e-5
  return
}

func.func @one_head_3x13x7() {
  %c3 = arith.constant 3 : index
  %c7 = arith.constant 7 : index
  %c13 = arith.constant 13 : index
  %s3 = call @opaque(%c3) : (index) -> index
  %s7 = call @opaque(%c7) : (index) -> index
  %s13 = call @opaque(%c13) : (index) -> index
  call @one_head(%s3, %s13, %s7) : (index, index, index) -> ()
  return
}

func.func @one_head_static_1x13x1() {
  %key = arith.constant 11 : i64
  %memory = vellum.random normal %key stream 1 : tensor<1x13x1xf32>
  %w = vellum.random uniform %key stream 2 : tensor<1x1x13xf32>
  %erase = vellum.random uniform %key stream 3 : tensor<1x1x1xf32>
  %add = vellum.random normal %key stream 4 : tensor<1x1x1xf32>
  %y = vellum.memory_write %memory at %w erase %erase add %add
  %w_of = tensor.extract_slice %w[0, 0, 0] [1, 1, 13] [1, 1, 1] : tensor<1x1x13xf32> to tensor<1x13xf32>
  %add_of = tensor.extract_slice %add[0, 0, 0] [1, 1, 1] [1, 1, 1] : tensor<1x1x1xf32> to tensor<1x1xf32>
  %erase_of = tensor.extract_slice %erase[0, 0, 0] [1, 1, 1] [1, 1, 1] : tensor<1x1x1xf32> to tensor<1x1xf32>
  %memory_any = tensor.cast %memory : tensor<1x13x1xf32> to tensor<?x?x?xf32>
  %w_of_any = tensor.cast %w_of : tensor<1x13xf32> to tensor<?x?xf32>
  %erase_of_any = tensor.cast %erase_of : tensor<1x1xf32> to tensor<?x?xf32>
  %e = call @e_of_5(%memory_any, %w_of_any, %erase_of_any) : (tensor<?x?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?x?xf32>
  %e_sized = tensor.cast %e : tensor<?x?x?xf32> to tensor<1x13x1xf32>
  %e_sized_any = tensor.cast %e_sized : tensor<1x13x1xf32> to tensor<?x?x?xf32>
  %w_of_any2 = tensor.cast %w_of : tensor<1x13xf32> to tensor<?x?xf32>
  %add_of_any = tensor.cast %add_of : tensor<1x1xf32> to tensor<?x?xf32>
  %e2 = call @e_of_4(%e_sized_any, %w_of_any2, %add_of_any) : (tensor<?x?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?x?xf32>
  %e2_sized = tensor.cast %e2 : tensor<?x?x?xf32> to tensor<1x13x1xf32>
  vellum.expect_close %y, %e2_sized atol 1e-5 rtol 1e-5
  return
}

func.func private @one_head_sequential(%b: index, %n: index, %m: index) {
  %key = arith.constant 11 : i64
  %memory = vellum.random normal %key stream 1 (%b, %n, %m) : tensor<?x?x?xf32>
  %w = vellum.random uniform %key stream 2 (%b, %n) : tensor<?x1x?xf32>
  %erase = vellum.random uniform %key stream 3 (%b, %m) : tensor<?x1x?xf32>
  %add = vellum.random normal %key stream 4 (%b, %m) : tensor<?x1x?xf32>
  %y = vellum.memory_write %memory at %w erase %erase add %add sequential
  %w_of = tensor.extract_slice %w[0, 0, 0] [%b, 1, %n] [1, 1, 1] : tensor<?x1x?xf32> to tensor<?x?xf32>
  %add_of = tensor.extract_slice %add[0, 0, 0] [%b, 1, %m] [1, 1, 1] : tensor<?x1x?xf32> to tensor<?x?xf32>
  %erase_of = tensor.extract_slice %erase[0, 0, 0] [%b, 1, %m] [1, 1, 1] : tensor<?x1x?xf32> to tensor<?x?xf32>
  %e = call @e_of(%memory, %w_of, %erase_of, %add_of) : (tensor<?x?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?x?xf32>
  vellum.expect_close %y, %e atol 1e-5 rtol 1e-5
  return
}

func.func @one_head_sequential_3x13x7() {
  %c3 = arith.constant 3 : index
  %c7 = arith.constant 7 : index
  %c13 = arith.constant 13 : index
  %s3 = call @opaque(%c3) : (index) -> index
  %s7 = call @opaque(%c7) : (index) -> index
  %s13 = call @opaque(%c13) : (index) -> index
  call @one_head_sequential(%s3, %s13, %s7) : (index, index, index) -> ()
  return
}

func.func @one_head_sequential_static_1x13x1() {
  %key = arith.constant 11 : i64
  %memory = vellum.random normal %key stream 1 : tensor<1x13x1xf32>
  %w = vellum.random uniform %key stream 2 : tensor<1x1x13xf32>
  %erase = vellum.random uniform %key stream 3 : tensor<1x1x1xf32>
  %add = vellum.random normal %key stream 4 : tensor<1x1x1xf32>
  %y = vellum.memory_write %memory at %w erase %erase add %add sequential
  %w_of = tensor.extract_slice %w[0, 0, 0] [1, 1, 13] [1, 1, 1] : tensor<1x1x13xf32> to tensor<1x13xf32>
  %add_of = tensor.extract_slice %add[0, 0, 0] [1, 1, 1] [1, 1, 1] : tensor<1x1x1xf32> to tensor<1x1xf32>
  %erase_of = tensor.extract_slice %erase[0, 0, 0] [1, 1, 1] [1, 1, 1] : tensor<1x1x1xf32> to tensor<1x1xf32>
  %memory_any = tensor.cast %memory : tensor<1x13x1xf32> to tensor<?x?x?xf32>
  %w_of_any = tensor.cast %w_of : tensor<1x13xf32> to tensor<?x?xf32>
  %erase_of_any = tensor.cast %erase_of : tensor<1x1xf32> to tensor<?x?xf32>
  %add_of_any = tensor.cast %add_of : tensor<1x1xf32> to tensor<?x?xf32>
  %e = call @e_of(%memory_any, %w_of_any, %erase_of_any, %add_of_any) : (tensor<?x?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?x?xf32>
  %e_sized = tensor.cast %e : tensor<?x?x?xf32> to tensor<1x13x1xf32>
  vellum.expect_close %y, %e_sized atol 1e-5 rtol 1e-5
  return
}
