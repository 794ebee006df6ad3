// RUN: vellum test %s --backend=interpreter
// RUN: vellum test %s --target=x86-64-v2 --verify-memory
// RUN: %if x86-64-v3 %{ vellum test %s --target=x86-64-v3 %}
// RUN: %if x86-64-v4 %{ vellum test %s --target=x86-64-v4 %}

// Softmax, its mask and its adjoint.

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

func.func private @top_of(%a0: tensor<?x?xf32>) -> tensor<?xf32> {
  %k0 = arith.constant -1.0e+30 : f32
  %at_b = arith.constant 0 : index
  %b = tensor.dim %a0, %at_b : tensor<?x?xf32>
  %init = tensor.splat %k0[%b] : tensor<?xf32>
  %result = linalg.generic {
    indexing_maps = [affine_map<(b, n) -> (b, n)>, 
                     affine_map<(b, n) -> (b)>],
    iterator_types = ["parallel", "reduction"]}
    ins(%a0 : tensor<?x?xf32>) outs(%init : tensor<?xf32>) {
  ^bb0(%x0: f32, %acc: f32):
    %e0 = arith.maximumf %acc, %x0 : f32
    linalg.yield %e0 : f32
  } -> tensor<?xf32>
  return %result : tensor<?xf32>
}

func.func private @exp_of(%a0: tensor<?x?xf32>, %a1: tensor<?xf32>) -> tensor<?x?xf32> {
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
    %e0 = arith.subf %x0, %x1 : f32
    %e1 = math.exp %e0 : f32
    linalg.yield %e1 : f32
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

func.func private @softmax_of(%a0: tensor<?x?xf32>, %a1: tensor<?xf32>) -> tensor<?x?xf32> {
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

func.func private @dot_of(%a0: tensor<?x?xf32>, %a1: tensor<?x?xf32>) -> tensor<?xf32> {
  %zero = arith.constant 0.0 : f32
  %at_b = arith.constant 0 : index
  %b = tensor.dim %a0, %at_b : tensor<?x?xf32>
  %init = tensor.splat %zero[%b] : tensor<?xf32>
  %result = linalg.generic {
    indexing_maps = [affine_map<(b, n) -> (b, n)>, 
                     affine_map<(b, n) -> (b, n)>, 
                     affine_map<(b, n) -> (b)>],
    iterator_types = ["parallel", "reduction"]}
    ins(%a0, %a1 : tensor<?x?xf32>, tensor<?x?xf32>) outs(%init : tensor<?xf32>) {
  ^bb0(%x0: f32, %x1: f32, %acc: f32):
    %e0 = arith.mulf %x0, %x1 : f32
    %e1 = arith.addf %acc, %e0 : f32
    linalg.yield %e1 : f32
  } -> tensor<?xf32>
  return %result : tensor<?xf32>
}

func.func private @e_of(%a0: tensor<?x?xf32>, %a1: tensor<?x?xf32>, %a2: tensor<?xf32>) -> tensor<?x?xf32> {
  %zero = arith.constant 0.0 : f32
  %at_b = arith.constant 0 : index
  %b = tensor.dim %a0, %at_b : tensor<?x?xf32>
  %at_n = arith.constant 1 : index
  %n = tensor.dim %a0, %at_n : tensor<?x?xf32>
  %init = tensor.splat %zero[%b, %n] : tensor<?x?xf32>
  %result = linalg.generic {
    indexing_maps = [affine_map<(b, n) -> (b, n)>, 
                     affine_map<(b, n) -> (b, n)>, 
                     affine_map<(b, n) -> (b)>, 
                     affine_map<(b, n) -> (b, n)>],
    iterator_types = ["parallel", "parallel"]}
    ins(%a0, %a1, %a2 : tensor<?x?xf32>, tensor<?x?xf32>, tensor<?xf32>) outs(%init : tensor<?x?xf32>) {
  ^bb0(%x0: f32, %x1: f32, %x2: f32, %acc: f32):
    %e0 = arith.subf %x1, %x2 : f32
    %e1 = arith.mulf %x0, %e0 : f32
    linalg.yield %e1 : f32
  } -> tensor<?x?xf32>
  return %result : tensor<?x?xf32>
}

func.func private @exp_of_2(%a0: tensor<?x?xf32>, %a1: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %zero = arith.constant 0.0 : f32
  %at_b = arith.constant 0 : index
  %b = tensor.dim %a0, %at_b : tensor<?x?xf32>
  %at_n = arith.constant 1 : index
  %n = tensor.dim %a0, %at_n : tensor<?x?xf32>
  %init = tensor.splat %zero[%b, %n] : tensor<?x?xf32>
  %result = linalg.generic {
    indexing_maps = [affine_map<(b, n) -> (b, n)>, 
                     affine_map<(b, n) -> (b, n)>, 
                     affine_map<(b, n) -> (b, n)>],
    iterator_types = ["parallel", "parallel"]}
    ins(%a0, %a1 : tensor<?x?xf32>, tensor<?x?xf32>) outs(%init : tensor<?x?xf32>) {
  ^bb0(%x0: f32, %x1: f32, %acc: f32):
    %e0 = math.exp %x0 : f32
    %e1 = arith.mulf %e0, %x1 : f32
    linalg.yield %e1 : f32
  } -> tensor<?x?xf32>
  return %result : tensor<?x?xf32>
}

func.func private @e_of_2(%a0: tensor<?x?xf32>, %a1: tensor<?xf32>) -> tensor<?x?xf32> {
  %k0 = arith.constant 1.0e-30 : f32
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
    %e0 = arith.maximumf %x1, %k0 : f32
    %e1 = arith.divf %x0, %e0 : f32
    linalg.yield %e1 : f32
  } -> tensor<?x?xf32>
  return %result : tensor<?x?xf32>
}

func.func private @top_of_2(%a0: tensor<?x?x?xf32>) -> tensor<?x?xf32> {
  %k0 = arith.constant -1.0e+30 : f32
  %at_b = arith.constant 0 : index
  %b = tensor.dim %a0, %at_b : tensor<?x?x?xf32>
  %at_h = arith.constant 1 : index
  %h = tensor.dim %a0, %at_h : tensor<?x?x?xf32>
  %init = tensor.splat %k0[%b, %h] : tensor<?x?xf32>
  %result = linalg.generic {
    indexing_maps = [affine_map<(b, h, n) -> (b, h, n)>, 
                     affine_map<(b, h, n) -> (b, h)>],
    iterator_types = ["parallel", "parallel", "reduction"]}
    ins(%a0 : tensor<?x?x?xf32>) outs(%init : tensor<?x?xf32>) {
  ^bb0(%x0: f32, %acc: f32):
    %e0 = arith.maximumf %acc, %x0 : f32
    linalg.yield %e0 : f32
  } -> tensor<?x?xf32>
  return %result : tensor<?x?xf32>
}

func.func private @exp_of_3(%a0: tensor<?x?x?xf32>, %a1: tensor<?x?xf32>) -> tensor<?x?x?xf32> {
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
    %e0 = arith.subf %x0, %x1 : f32
    %e1 = math.exp %e0 : f32
    linalg.yield %e1 : f32
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

func.func private @softmax_of_2(%a0: tensor<?x?x?xf32>, %a1: tensor<?x?xf32>) -> tensor<?x?x?xf32> {
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

func.func private @softmax(%b: index, %n: index) {
  %key = arith.constant 11 : i64
  %k0 = arith.constant 0.5 : f32
  %x = vellum.random normal %key stream 1 (%b, %n) : tensor<?x?xf32>
  %y = vellum.softmax %x
  %top = call @top_of(%x) : (tensor<?x?xf32>) -> tensor<?xf32>
  %exp = call @exp_of(%x, %top) : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?x?xf32>
  %total = call @total_of(%exp) : (tensor<?x?xf32>) -> tensor<?xf32>
  %softmax = call @softmax_of(%exp, %total) : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?x?xf32>
  vellum.expect_close %y, %softmax atol 1e-6 rtol 1e-6
  %u = vellum.random uniform %key stream 2 (%b, %n) : tensor<?x?xf32>
  %dy = vellum.random normal %key stream 3 (%b, %n) : tensor<?x?xf32>
  %dx = vellum.softmax_gradient %dy at %y
  %dot = call @dot_of(%dy, %y) : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?xf32>
  %e = call @e_of(%y, %dy, %dot) : (tensor<?x?xf32>, tensor<?x?xf32>, tensor<?xf32>) -> tensor<?x?xf32>
  vellum.expect_close %dx, %e atol 1e-5 rtol 1e-5
  %half = tensor.splat %k0[%b, %n] : tensor<?x?xf32>
  %mask = arith.cmpf ogt, %u, %half : tensor<?x?xf32>
  %masked = vellum.softmax %x mask %mask
  %open = arith.uitofp %mask : tensor<?x?xi1> to tensor<?x?xf32>
  %exp2 = call @exp_of_2(%x, %open) : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?xf32>
  %total2 = call @total_of(%exp2) : (tensor<?x?xf32>) -> tensor<?xf32>
  %e2 = call @e_of_2(%exp2, %total2) : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?x?xf32>
  vellum.expect_close %masked, %e2 atol 2e-6 rtol 2e-6
  return
}

func.func @softmax_1x13() {
  %c1 = arith.constant 1 : index
  %c13 = arith.constant 13 : index
  %s1 = call @opaque(%c1) : (index) -> index
  %s13 = call @opaque(%c13) : (index) -> index
  call @softmax(%s1, %s13) : (index, index) -> ()
  return
}

func.func @softmax_3x129() {
  %c3 = arith.constant 3 : index
  %c129 = arith.constant 129 : index
  %s3 = call @opaque(%c3) : (index) -> index
  %s129 = call @opaque(%c129) : (index) -> index
  call @softmax(%s3, %s129) : (index, index) -> ()
  return
}

func.func @softmax_7x1() {
  %c1 = arith.constant 1 : index
  %c7 = arith.constant 7 : index
  %s1 = call @opaque(%c1) : (index) -> index
  %s7 = call @opaque(%c7) : (index) -> index
  call @softmax(%s7, %s1) : (index, index) -> ()
  return
}

func.func @softmax_2x17() {
  %c2 = arith.constant 2 : index
  %c17 = arith.constant 17 : index
  %s2 = call @opaque(%c2) : (index) -> index
  %s17 = call @opaque(%c17) : (index) -> index
  call @softmax(%s2, %s17) : (index, index) -> ()
  return
}

func.func @softmax_static_1x13() {
  %key = arith.constant 11 : i64
  %k0 = arith.constant 0.5 : f32
  %x = vellum.random normal %key stream 1 : tensor<1x13xf32>
  %y = vellum.softmax %x
  %x_any = tensor.cast %x : tensor<1x13xf32> to tensor<?x?xf32>
  %top = call @top_of(%x_any) : (tensor<?x?xf32>) -> tensor<?xf32>
  %top_sized = tensor.cast %top : tensor<?xf32> to tensor<1xf32>
  %x_any2 = tensor.cast %x : tensor<1x13xf32> to tensor<?x?xf32>
  %top_sized_any = tensor.cast %top_sized : tensor<1xf32> to tensor<?xf32>
  %exp = call @exp_of(%x_any2, %top_sized_any) : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?x?xf32>
  %exp_sized = tensor.cast %exp : tensor<?x?xf32> to tensor<1x13xf32>
  %exp_sized_any = tensor.cast %exp_sized : tensor<1x13xf32> to tensor<?x?xf32>
  %total = call @total_of(%exp_sized_any) : (tensor<?x?xf32>) -> tensor<?xf32>
  %total_sized = tensor.cast %total : tensor<?xf32> to tensor<1xf32>
  %exp_sized_any2 = tensor.cast %exp_sized : tensor<1x13xf32> to tensor<?x?xf32>
  %total_sized_any = tensor.cast %total_sized : tensor<1xf32> to tensor<?xf32>
  %softmax = call @softmax_of(%exp_sized_any2, %total_sized_any) : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?x?xf32>
  %softmax_sized = tensor.cast %softmax : tensor<?x?xf32> to tensor<1x13xf32>
  vellum.expect_close %y, %softmax_sized atol 1e-6 rtol 1e-6
  %u = vellum.random uniform %key stream 2 : tensor<1x13xf32>
  %dy = vellum.random normal %key stream 3 : tensor<1x13xf32>
  %dx = vellum.softmax_gradient %dy at %y
  %dy_any = tensor.cast %dy : tensor<1x13xf32> to tensor<?x?xf32>
  %y_any = tensor.cast %y : tensor<1x13xf32> to tensor<?x?xf32>
  %dot = call @dot_of(%dy_any, %y_any) : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?xf32>
  %dot_sized = tensor.cast %dot : tensor<?xf32> to tensor<1xf32>
  %y_any2 = tensor.cast %y : tensor<1x13xf32> to tensor<?x?xf32>
  %dy_any2 = tensor.cast %dy : tensor<1x13xf32> to tensor<?x?xf32>
  %dot_sized_any = tensor.cast %dot_sized : tensor<1xf32> to tensor<?xf32>
  %e = call @e_of(%y_any2, %dy_any2, %dot_sized_any) : (tensor<?x?xf32>, tensor<?x?xf32>, tensor<?xf32>) -> tensor<?x?xf32>
  %e_sized = tensor.cast %e : tensor<?x?xf32> to tensor<1x13xf32>
  vellum.expect_close %dx, %e_sized atol 1e-5 rtol 1e-5
  %half = tensor.splat %k0 : tensor<1x13xf32>
  %mask = arith.cmpf ogt, %u, %half : tensor<1x13xf32>
  %masked = vellum.softmax %x mask %mask
  %open = arith.uitofp %mask : tensor<1x13xi1> to tensor<1x13xf32>
  %x_any3 = tensor.cast %x : tensor<1x13xf32> to tensor<?x?xf32>
  %open_any = tensor.cast %open : tensor<1x13xf32> to tensor<?x?xf32>
  %exp2 = call @exp_of_2(%x_any3, %open_any) : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?xf32>
  %exp2_sized = tensor.cast %exp2 : tensor<?x?xf32> to tensor<1x13xf32>
  %exp2_sized_any = tensor.cast %exp2_sized : tensor<1x13xf32> to tensor<?x?xf32>
  %total2 = call @total_of(%exp2_sized_any) : (tensor<?x?xf32>) -> tensor<?xf32>
  %total2_sized = tensor.cast %total2 : tensor<?xf32> to tensor<1xf32>
  %exp2_sized_any2 = tensor.cast %exp2_sized : tensor<1x13xf32> to tensor<?x?xf32>
  %total2_sized_any = tensor.cast %total2_sized : tensor<1xf32> to tensor<?xf32>
  %e2 = call @e_of_2(%exp2_sized_any2, %total2_sized_any) : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?x?xf32>
  %e2_sized = tensor.cast %e2 : tensor<?x?xf32> to tensor<1x13xf32>
  vellum.expect_close %masked, %e2_sized atol 2e-6 rtol 2e-6
  return
}

func.func @softmax_static_3x129() {
  %key = arith.constant 11 : i64
  %k0 = arith.constant 0.5 : f32
  %x = vellum.random normal %key stream 1 : tensor<3x129xf32>
  %y = vellum.softmax %x
  %x_any = tensor.cast %x : tensor<3x129xf32> to tensor<?x?xf32>
  %top = call @top_of(%x_any) : (tensor<?x?xf32>) -> tensor<?xf32>
  %top_sized = tensor.cast %top : tensor<?xf32> to tensor<3xf32>
  %x_any2 = tensor.cast %x : tensor<3x129xf32> to tensor<?x?xf32>
  %top_sized_any = tensor.cast %top_sized : tensor<3xf32> to tensor<?xf32>
  %exp = call @exp_of(%x_any2, %top_sized_any) : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?x?xf32>
  %exp_sized = tensor.cast %exp : tensor<?x?xf32> to tensor<3x129xf32>
  %exp_sized_any = tensor.cast %exp_sized : tensor<3x129xf32> to tensor<?x?xf32>
  %total = call @total_of(%exp_sized_any) : (tensor<?x?xf32>) -> tensor<?xf32>
  %total_sized = tensor.cast %total : tensor<?xf32> to tensor<3xf32>
  %exp_sized_any2 = tensor.cast %exp_sized : tensor<3x129xf32> to tensor<?x?xf32>
  %total_sized_any = tensor.cast %total_sized : tensor<3xf32> to tensor<?xf32>
  %softmax = call @softmax_of(%exp_sized_any2, %total_sized_any) : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?x?xf32>
  %softmax_sized = tensor.cast %softmax : tensor<?x?xf32> to tensor<3x129xf32>
  vellum.expect_close %y, %softmax_sized atol 1e-6 rtol 1e-6
  %u = vellum.random uniform %key stream 2 : tensor<3x129xf32>
  %dy = vellum.random normal %key stream 3 : tensor<3x129xf32>
  %dx = vellum.softmax_gradient %dy at %y
  %dy_any = tensor.cast %dy : tensor<3x129xf32> to tensor<?x?xf32>
  %y_any = tensor.cast %y : tensor<3x129xf32> to tensor<?x?xf32>
  %dot = call @dot_of(%dy_any, %y_any) : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?xf32>
  %dot_sized = tensor.cast %dot : tensor<?xf32> to tensor<3xf32>
  %y_any2 = tensor.cast %y : tensor<3x129xf32> to tensor<?x?xf32>
  %dy_any2 = tensor.cast %dy : tensor<3x129xf32> to tensor<?x?xf32>
  %dot_sized_any = tensor.cast %dot_sized : tensor<3xf32> to tensor<?xf32>
  %e = call @e_of(%y_any2, %dy_any2, %dot_sized_any) : (tensor<?x?xf32>, tensor<?x?xf32>, tensor<?xf32>) -> tensor<?x?xf32>
  %e_sized = tensor.cast %e : tensor<?x?xf32> to tensor<3x129xf32>
  vellum.expect_close %dx, %e_sized atol 1e-5 rtol 1e-5
  %half = tensor.splat %k0 : tensor<3x129xf32>
  %mask = arith.cmpf ogt, %u, %half : tensor<3x129xf32>
  %masked = vellum.softmax %x mask %mask
  %open = arith.uitofp %mask : tensor<3x129xi1> to tensor<3x129xf32>
  %x_any3 = tensor.cast %x : tensor<3x129xf32> to tensor<?x?xf32>
  %open_any = tensor.cast %open : tensor<3x129xf32> to tensor<?x?xf32>
  %exp2 = call @exp_of_2(%x_any3, %open_any) : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?xf32>
  %exp2_sized = tensor.cast %exp2 : tensor<?x?xf32> to tensor<3x129xf32>
  %exp2_sized_any = tensor.cast %exp2_sized : tensor<3x129xf32> to tensor<?x?xf32>
  %total2 = call @total_of(%exp2_sized_any) : (tensor<?x?xf32>) -> tensor<?xf32>
  %total2_sized = tensor.cast %total2 : tensor<?xf32> to tensor<3xf32>
  %exp2_sized_any2 = tensor.cast %exp2_sized : tensor<3x129xf32> to tensor<?x?xf32>
  %total2_sized_any = tensor.cast %total2_sized : tensor<3xf32> to tensor<?xf32>
  %e2 = call @e_of_2(%exp2_sized_any2, %total2_sized_any) : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?x?xf32>
  %e2_sized = tensor.cast %e2 : tensor<?x?xf32> to tensor<3x129xf32>
  vellum.expect_close %masked, %e2_sized atol 2e-6 rtol 2e-6
  return
}

func.func @softmax_static_7x1() {
  %key = arith.constant 11 : i64
  %k0 = arith.constant 0.5 : f32
  %x = vellum.random normal %key stream 1 : tensor<7x1xf32>
  %y = vellum.softmax %x
  %x_any = tensor.cast %x : tensor<7x1xf32> to tensor<?x?xf32>
  %top = call @top_of(%x_any) : (tensor<?x?xf32>) -> tensor<?xf32>
  %top_sized = tensor.cast %top : tensor<?xf32> to tensor<7xf32>
  %x_any2 = tensor.cast %x : tensor<7x1xf32> to tensor<?x?xf32>
  %top_sized_any = tensor.cast %top_sized : tensor<7xf32> to tensor<?xf32>
  %exp = call @exp_of(%x_any2, %top_sized_any) : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?x?xf32>
  %exp_sized = tensor.cast %exp : tensor<?x?xf32> to tensor<7x1xf32>
  %exp_sized_any = tensor.cast %exp_sized : tensor<7x1xf32> to tensor<?x?xf32>
  %total = call @total_of(%exp_sized_any) : (tensor<?x?xf32>) -> tensor<?xf32>
  %total_sized = tensor.cast %total : tensor<?xf32> to tensor<7xf32>
  %exp_sized_any2 = tensor.cast %exp_sized : tensor<7x1xf32> to tensor<?x?xf32>
  %total_sized_any = tensor.cast %total_sized : tensor<7xf32> to tensor<?xf32>
  %softmax = call @softmax_of(%exp_sized_any2, %total_sized_any) : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?x?xf32>
  %softmax_sized = tensor.cast %softmax : tensor<?x?xf32> to tensor<7x1xf32>
  vellum.expect_close %y, %softmax_sized atol 1e-6 rtol 1e-6
  %u = vellum.random uniform %key stream 2 : tensor<7x1xf32>
  %dy = vellum.random normal %key stream 3 : tensor<7x1xf32>
  %dx = vellum.softmax_gradient %dy at %y
  %dy_any = tensor.cast %dy : tensor<7x1xf32> to tensor<?x?xf32>
  %y_any = tensor.cast %y : tensor<7x1xf32> to tensor<?x?xf32>
  %dot = call @dot_of(%dy_any, %y_any) : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?xf32>
  %dot_sized = tensor.cast %dot : tensor<?xf32> to tensor<7xf32>
  %y_any2 = tensor.cast %y : tensor<7x1xf32> to tensor<?x?xf32>
  %dy_any2 = tensor.cast %dy : tensor<7x1xf32> to tensor<?x?xf32>
  %dot_sized_any = tensor.cast %dot_sized : tensor<7xf32> to tensor<?xf32>
  %e = call @e_of(%y_any2, %dy_any2, %dot_sized_any) : (tensor<?x?xf32>, tensor<?x?xf32>, tensor<?xf32>) -> tensor<?x?xf32>
  %e_sized = tensor.cast %e : tensor<?x?xf32> to tensor<7x1xf32>
  vellum.expect_close %dx, %e_sized atol 1e-5 rtol 1e-5
  %half = tensor.splat %k0 : tensor<7x1xf32>
  %mask = arith.cmpf ogt, %u, %half : tensor<7x1xf32>
  %masked = vellum.softmax %x mask %mask
  %open = arith.uitofp %mask : tensor<7x1xi1> to tensor<7x1xf32>
  %x_any3 = tensor.cast %x : tensor<7x1xf32> to tensor<?x?xf32>
  %open_any = tensor.cast %open : tensor<7x1xf32> to tensor<?x?xf32>
  %exp2 = call @exp_of_2(%x_any3, %open_any) : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?xf32>
  %exp2_sized = tensor.cast %exp2 : tensor<?x?xf32> to tensor<7x1xf32>
  %exp2_sized_any = tensor.cast %exp2_sized : tensor<7x1xf32> to tensor<?x?xf32>
  %total2 = call @total_of(%exp2_sized_any) : (tensor<?x?xf32>) -> tensor<?xf32>
  %total2_sized = tensor.cast %total2 : tensor<?xf32> to tensor<7xf32>
  %exp2_sized_any2 = tensor.cast %exp2_sized : tensor<7x1xf32> to tensor<?x?xf32>
  %total2_sized_any = tensor.cast %total2_sized : tensor<7xf32> to tensor<?xf32>
  %e2 = call @e_of_2(%exp2_sized_any2, %total2_sized_any) : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?x?xf32>
  %e2_sized = tensor.cast %e2 : tensor<?x?xf32> to tensor<7x1xf32>
  vellum.expect_close %masked, %e2_sized atol 2e-6 rtol 2e-6
  return
}

func.func @softmax_static_2x17() {
  %key = arith.constant 11 : i64
  %k0 = arith.constant 0.5 : f32
  %x = vellum.random normal %key stream 1 : tensor<2x17xf32>
  %y = vellum.softmax %x
  %x_any = tensor.cast %x : tensor<2x17xf32> to tensor<?x?xf32>
  %top = call @top_of(%x_any) : (tensor<?x?xf32>) -> tensor<?xf32>
  %top_sized = tensor.cast %top : tensor<?xf32> to tensor<2xf32>
  %x_any2 = tensor.cast %x : tensor<2x17xf32> to tensor<?x?xf32>
  %top_sized_any = tensor.cast %top_sized : tensor<2xf32> to tensor<?xf32>
  %exp = call @exp_of(%x_any2, %top_sized_any) : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?x?xf32>
  %exp_sized = tensor.cast %exp : tensor<?x?xf32> to tensor<2x17xf32>
  %exp_sized_any = tensor.cast %exp_sized : tensor<2x17xf32> to tensor<?x?xf32>
  %total = call @total_of(%exp_sized_any) : (tensor<?x?xf32>) -> tensor<?xf32>
  %total_sized = tensor.cast %total : tensor<?xf32> to tensor<2xf32>
  %exp_sized_any2 = tensor.cast %exp_sized : tensor<2x17xf32> to tensor<?x?xf32>
  %total_sized_any = tensor.cast %total_sized : tensor<2xf32> to tensor<?xf32>
  %softmax = call @softmax_of(%exp_sized_any2, %total_sized_any) : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?x?xf32>
  %softmax_sized = tensor.cast %softmax : tensor<?x?xf32> to tensor<2x17xf32>
  vellum.expect_close %y, %softmax_sized atol 1e-6 rtol 1e-6
  %u = vellum.random uniform %key stream 2 : tensor<2x17xf32>
  %dy = vellum.random normal %key stream 3 : tensor<2x17xf32>
  %dx = vellum.softmax_gradient %dy at %y
  %dy_any = tensor.cast %dy : tensor<2x17xf32> to tensor<?x?xf32>
  %y_any = tensor.cast %y : tensor<2x17xf32> to tensor<?x?xf32>
  %dot = call @dot_of(%dy_any, %y_any) : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?xf32>
  %dot_sized = tensor.cast %dot : tensor<?xf32> to tensor<2xf32>
  %y_any2 = tensor.cast %y : tensor<2x17xf32> to tensor<?x?xf32>
  %dy_any2 = tensor.cast %dy : tensor<2x17xf32> to tensor<?x?xf32>
  %dot_sized_any = tensor.cast %dot_sized : tensor<2xf32> to tensor<?xf32>
  %e = call @e_of(%y_any2, %dy_any2, %dot_sized_any) : (tensor<?x?xf32>, tensor<?x?xf32>, tensor<?xf32>) -> tensor<?x?xf32>
  %e_sized = tensor.cast %e : tensor<?x?xf32> to tensor<2x17xf32>
  vellum.expect_close %dx, %e_sized atol 1e-5 rtol 1e-5
  %half = tensor.splat %k0 : tensor<2x17xf32>
  %mask = arith.cmpf ogt, %u, %half : tensor<2x17xf32>
  %masked = vellum.softmax %x mask %mask
  %open = arith.uitofp %mask : tensor<2x17xi1> to tensor<2x17xf32>
  %x_any3 = tensor.cast %x : tensor<2x17xf32> to tensor<?x?xf32>
  %open_any = tensor.cast %open : tensor<2x17xf32> to tensor<?x?xf32>
  %exp2 = call @exp_of_2(%x_any3, %open_any) : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?xf32>
  %exp2_sized = tensor.cast %exp2 : tensor<?x?xf32> to tensor<2x17xf32>
  %exp2_sized_any = tensor.cast %exp2_sized : tensor<2x17xf32> to tensor<?x?xf32>
  %total2 = call @total_of(%exp2_sized_any) : (tensor<?x?xf32>) -> tensor<?xf32>
  %total2_sized = tensor.cast %total2 : tensor<?xf32> to tensor<2xf32>
  %exp2_sized_any2 = tensor.cast %exp2_sized : tensor<2x17xf32> to tensor<?x?xf32>
  %total2_sized_any = tensor.cast %total2_sized : tensor<2xf32> to tensor<?xf32>
  %e2 = call @e_of_2(%exp2_sized_any2, %total2_sized_any) : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?x?xf32>
  %e2_sized = tensor.cast %e2 : tensor<?x?xf32> to tensor<2x17xf32>
  vellum.expect_close %masked, %e2_sized atol 2e-6 rtol 2e-6
  return
}

func.func private @rank3(%b: index, %h: index, %n: index) {
  %key = arith.constant 11 : i64
  %x = vellum.random normal %key stream 1 (%b, %h, %n) : tensor<?x?x?xf32>
  %y = vellum.softmax %x
  %top = call @top_of_2(%x) : (tensor<?x?x?xf32>) -> tensor<?x?xf32>
  %exp = call @exp_of_3(%x, %top) : (tensor<?x?x?xf32>, tensor<?x?xf32>) -> tensor<?x?x?xf32>
  %total = call @total_of_2(%exp) : (tensor<?x?x?xf32>) -> tensor<?x?xf32>
  %softmax = call @softmax_of_2(%exp, %total) : (tensor<?x?x?xf32>, tensor<?x?xf32>) -> tensor<?x?x?xf32>
  vellum.expect_close %y, %softmax atol 1e-6 rtol 1e-6
  return
}

func.func @rank3_3x2x13() {
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %c13 = arith.constant 13 : index
  %s2 = call @opaque(%c2) : (index) -> index
  %s3 = call @opaque(%c3) : (index) -> index
  %s13 = call @opaque(%c13) : (index) -> index
  call @rank3(%s3, %s2, %s13) : (index, index, index) -> ()
  return
}

func.func @rank3_static_3x2x13() {
  %key = arith.constant 11 : i64
  %x = vellum.random normal %key stream 1 : tensor<3x2x13xf32>
  %y = vellum.softmax %x
  %x_any = tensor.cast %x : tensor<3x2x13xf32> to tensor<?x?x?xf32>
  %top = call @top_of_2(%x_any) : (tensor<?x?x?xf32>) -> tensor<?x?xf32>
  %top_sized = tensor.cast %top : tensor<?x?xf32> to tensor<3x2xf32>
  %x_any2 = tensor.cast %x : tensor<3x2x13xf32> to tensor<?x?x?xf32>
  %top_sized_any = tensor.cast %top_sized : tensor<3x2xf32> to tensor<?x?xf32>
  %exp = call @exp_of_3(%x_any2, %top_sized_any) : (tensor<?x?x?xf32>, tensor<?x?xf32>) -> tensor<?x?x?xf32>
  %exp_sized = tensor.cast %exp : tensor<?x?x?xf32> to tensor<3x2x13xf32>
  %exp_sized_any = tensor.cast %exp_sized : tensor<3x2x13xf32> to tensor<?x?x?xf32>
  %total = call @total_of_2(%exp_sized_any) : (tensor<?x?x?xf32>) -> tensor<?x?xf32>
  %total_sized = tensor.cast %total : tensor<?x?xf32> to tensor<3x2xf32>
  %exp_sized_any2 = tensor.cast %exp_sized : tensor<3x2x13xf32> to tensor<?x?x?xf32>
  %total_sized_any = tensor.cast %total_sized : tensor<3x2xf32> to tensor<?x?xf32>
  %softmax = call @softmax_of_2(%exp_sized_any2, %total_sized_any) : (tensor<?x?x?xf32>, tensor<?x?xf32>) -> tensor<?x?x?xf32>
  %softmax_sized = tensor.cast %softmax : tensor<?x?x?xf32> to tensor<3x2x13xf32>
  vellum.expect_close %y, %softmax_sized atol 1e-6 rtol 1e-6
  return
}

// A row that is closed gives zeros, one open position gets 1; logits of 1000 do not overflow.
func.func @edges() {
  %x = arith.constant dense<[[1000.0, 999.0, -1000.0], [1.0, 2.0, 3.0], [1.0, 2.0, 3.0]]> : tensor<3x3xf32>
  %m = arith.constant dense<[[true, true, true], [false, false, false], [false, true, false]]> : tensor<3x3xi1>
  %y = vellum.softmax %x mask %m
  %e = arith.constant dense<[[0.7310586, 0.2689414, 0.0], [0.0, 0.0, 0.0], [0.0, 1.0, 0.0]]> : tensor<3x3xf32>
  vellum.expect_close %y, %e atol 1e-6 rtol 1e-6
  return
}

func.func @vector() {
  %x = arith.constant dense<[0.0, 1.0, 2.0]> : tensor<3xf32>
  %y = vellum.softmax %x
  %e = arith.constant dense<[0.09003057, 0.24472847, 0.66524096]> : tensor<3xf32>
  vellum.expect_close %y, %e atol 1e-6 rtol 1e-6
  return
}
