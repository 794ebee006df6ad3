// RUN: vellum test %s --backend=interpreter
// RUN: vellum test %s --target=x86-64-v2 --verify-memory
// RUN: %if x86-64-v3 %{ vellum test %s --target=x86-64-v3 %}
// RUN: %if x86-64-v4 %{ vellum test %s --target=x86-64-v4 %}

// Layers, cells, losses, reductions and products.

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

func.func private @product_of(%a0: tensor<?x?xf32>, %a1: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %zero = arith.constant 0.0 : f32
  %at_b = arith.constant 0 : index
  %b = tensor.dim %a0, %at_b : tensor<?x?xf32>
  %at_k = arith.constant 1 : index
  %k = tensor.dim %a1, %at_k : tensor<?x?xf32>
  %init = tensor.splat %zero[%b, %k] : tensor<?x?xf32>
  %result = linalg.generic {
    indexing_maps = [affine_map<(b, k, d) -> (b, d)>, 
                     affine_map<(b, k, d) -> (d, k)>, 
                     affine_map<(b, k, d) -> (b, k)>],
    iterator_types = ["parallel", "parallel", "reduction"]}
    ins(%a0, %a1 : tensor<?x?xf32>, tensor<?x?xf32>) outs(%init : tensor<?x?xf32>) {
  ^bb0(%x0: f32, %x1: f32, %acc: f32):
    %e0 = arith.mulf %x0, %x1 : f32
    %e1 = arith.addf %acc, %e0 : f32
    linalg.yield %e1 : f32
  } -> tensor<?x?xf32>
  return %result : tensor<?x?xf32>
}

func.func private @turned_of(%a0: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %zero = arith.constant 0.0 : f32
  %at_k = arith.constant 1 : index
  %k = tensor.dim %a0, %at_k : tensor<?x?xf32>
  %at_b = arith.constant 0 : index
  %b = tensor.dim %a0, %at_b : tensor<?x?xf32>
  %init = tensor.splat %zero[%k, %b] : tensor<?x?xf32>
  %result = linalg.generic {
    indexing_maps = [affine_map<(k, b) -> (b, k)>, 
                     affine_map<(k, b) -> (k, b)>],
    iterator_types = ["parallel", "parallel"]}
    ins(%a0 : tensor<?x?xf32>) outs(%init : tensor<?x?xf32>) {
  ^bb0(%x0: f32, %acc: f32):
    linalg.yield %x0 : f32
  } -> tensor<?x?xf32>
  return %result : tensor<?x?xf32>
}

func.func private @sum_of(%a0: tensor<?x?xf32>, %a1: tensor<?xf32>) -> tensor<?x?xf32> {
  %zero = arith.constant 0.0 : f32
  %at_b = arith.constant 0 : index
  %b = tensor.dim %a0, %at_b : tensor<?x?xf32>
  %at_k = arith.constant 1 : index
  %k = tensor.dim %a0, %at_k : tensor<?x?xf32>
  %init = tensor.splat %zero[%b, %k] : tensor<?x?xf32>
  %result = linalg.generic {
    indexing_maps = [affine_map<(b, k) -> (b, k)>, 
                     affine_map<(b, k) -> (k)>, 
                     affine_map<(b, k) -> (b, k)>],
    iterator_types = ["parallel", "parallel"]}
    ins(%a0, %a1 : tensor<?x?xf32>, tensor<?xf32>) outs(%init : tensor<?x?xf32>) {
  ^bb0(%x0: f32, %x1: f32, %acc: f32):
    %e0 = arith.addf %x0, %x1 : f32
    linalg.yield %e0 : f32
  } -> tensor<?x?xf32>
  return %result : tensor<?x?xf32>
}

func.func private @down_of(%a0: tensor<?x?xf32>) -> tensor<?xf32> {
  %zero = arith.constant 0.0 : f32
  %at_d = arith.constant 1 : index
  %d = tensor.dim %a0, %at_d : tensor<?x?xf32>
  %init = tensor.splat %zero[%d] : tensor<?xf32>
  %result = linalg.generic {
    indexing_maps = [affine_map<(d, b) -> (b, d)>, 
                     affine_map<(d, b) -> (d)>],
    iterator_types = ["parallel", "reduction"]}
    ins(%a0 : tensor<?x?xf32>) outs(%init : tensor<?xf32>) {
  ^bb0(%x0: f32, %acc: f32):
    %e0 = arith.addf %acc, %x0 : f32
    linalg.yield %e0 : f32
  } -> tensor<?xf32>
  return %result : tensor<?xf32>
}

func.func private @across_of(%a0: tensor<?x?xf32>) -> tensor<?x1xf32> {
  %zero = arith.constant 0.0 : f32
  %at_b = arith.constant 0 : index
  %b = tensor.dim %a0, %at_b : tensor<?x?xf32>
  %init = tensor.splat %zero[%b] : tensor<?x1xf32>
  %result = linalg.generic {
    indexing_maps = [affine_map<(b, d) -> (b, d)>, 
                     affine_map<(b, d) -> (b, 0)>],
    iterator_types = ["parallel", "reduction"]}
    ins(%a0 : tensor<?x?xf32>) outs(%init : tensor<?x1xf32>) {
  ^bb0(%x0: f32, %acc: f32):
    %e0 = arith.addf %acc, %x0 : f32
    linalg.yield %e0 : f32
  } -> tensor<?x1xf32>
  return %result : tensor<?x1xf32>
}

func.func private @top_of(%a0: tensor<?x?xf32>) -> tensor<?xf32> {
  %k0 = arith.constant -1.0e+30 : f32
  %at_b = arith.constant 0 : index
  %b = tensor.dim %a0, %at_b : tensor<?x?xf32>
  %init = tensor.splat %k0[%b] : tensor<?xf32>
  %result = linalg.generic {
    indexing_maps = [affine_map<(b, d) -> (b, d)>, 
                     affine_map<(b, d) -> (b)>],
    iterator_types = ["parallel", "reduction"]}
    ins(%a0 : tensor<?x?xf32>) outs(%init : tensor<?xf32>) {
  ^bb0(%x0: f32, %acc: f32):
    %e0 = arith.maximumf %acc, %x0 : f32
    linalg.yield %e0 : f32
  } -> tensor<?xf32>
  return %result : tensor<?xf32>
}

func.func private @top_of_2(%a0: tensor<?x?xf32>) -> tensor<?xf32> {
  %k0 = arith.constant -1.0e+30 : f32
  %at_d = arith.constant 1 : index
  %d = tensor.dim %a0, %at_d : tensor<?x?xf32>
  %init = tensor.splat %k0[%d] : tensor<?xf32>
  %result = linalg.generic {
    indexing_maps = [affine_map<(d, b) -> (b, d)>, 
                     affine_map<(d, b) -> (d)>],
    iterator_types = ["parallel", "reduction"]}
    ins(%a0 : tensor<?x?xf32>) outs(%init : tensor<?xf32>) {
  ^bb0(%x0: f32, %acc: f32):
    %e0 = arith.maximumf %acc, %x0 : f32
    linalg.yield %e0 : f32
  } -> tensor<?xf32>
  return %result : tensor<?xf32>
}

func.func private @row_of(%a0: tensor<?x?xf32>) -> tensor<?xf32> {
  %zero = arith.constant 0.0 : f32
  %at_b = arith.constant 0 : index
  %b = tensor.dim %a0, %at_b : tensor<?x?xf32>
  %init = tensor.splat %zero[%b] : tensor<?xf32>
  %result = linalg.generic {
    indexing_maps = [affine_map<(b, d) -> (b, d)>, 
                     affine_map<(b, d) -> (b)>],
    iterator_types = ["parallel", "reduction"]}
    ins(%a0 : tensor<?x?xf32>) outs(%init : tensor<?xf32>) {
  ^bb0(%x0: f32, %acc: f32):
    %e0 = arith.addf %acc, %x0 : f32
    linalg.yield %e0 : f32
  } -> tensor<?xf32>
  return %result : tensor<?xf32>
}

func.func private @spread_of(%a0: tensor<?x?xf32>, %a1: tensor<?xf32>) -> tensor<?x?xf32> {
  %zero = arith.constant 0.0 : f32
  %at_b = arith.constant 0 : index
  %b = tensor.dim %a0, %at_b : tensor<?x?xf32>
  %at_k = arith.constant 1 : index
  %k = tensor.dim %a0, %at_k : tensor<?x?xf32>
  %init = tensor.splat %zero[%b, %k] : tensor<?x?xf32>
  %result = linalg.generic {
    indexing_maps = [affine_map<(b, k) -> (b, k)>, 
                     affine_map<(b, k) -> (k)>, 
                     affine_map<(b, k) -> (b, k)>],
    iterator_types = ["parallel", "parallel"]}
    ins(%a0, %a1 : tensor<?x?xf32>, tensor<?xf32>) outs(%init : tensor<?x?xf32>) {
  ^bb0(%x0: f32, %x1: f32, %acc: f32):
    %e0 = arith.mulf %x0, %zero : f32
    %e1 = arith.addf %x1, %e0 : f32
    linalg.yield %e1 : f32
  } -> tensor<?x?xf32>
  return %result : tensor<?x?xf32>
}

func.func private @logistic_of(%a0: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %k0 = arith.constant -1.0 : f32
  %one = arith.constant 1.0 : f32
  %zero = arith.constant 0.0 : f32
  %at_b = arith.constant 0 : index
  %b = tensor.dim %a0, %at_b : tensor<?x?xf32>
  %at_d = arith.constant 1 : index
  %d = tensor.dim %a0, %at_d : tensor<?x?xf32>
  %init = tensor.splat %zero[%b, %d] : tensor<?x?xf32>
  %result = linalg.generic {
    indexing_maps = [affine_map<(b, d) -> (b, d)>, 
                     affine_map<(b, d) -> (b, d)>],
    iterator_types = ["parallel", "parallel"]}
    ins(%a0 : tensor<?x?xf32>) outs(%init : tensor<?x?xf32>) {
  ^bb0(%x0: f32, %acc: f32):
    %e0 = arith.mulf %x0, %k0 : f32
    %e1 = math.exp %e0 : f32
    %e2 = arith.addf %one, %e1 : f32
    %e3 = arith.divf %one, %e2 : f32
    linalg.yield %e3 : f32
  } -> tensor<?x?xf32>
  return %result : tensor<?x?xf32>
}

func.func private @plus_of(%a0: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %one = arith.constant 1.0 : f32
  %zero = arith.constant 0.0 : f32
  %at_b = arith.constant 0 : index
  %b = tensor.dim %a0, %at_b : tensor<?x?xf32>
  %at_d = arith.constant 1 : index
  %d = tensor.dim %a0, %at_d : tensor<?x?xf32>
  %init = tensor.splat %zero[%b, %d] : tensor<?x?xf32>
  %result = linalg.generic {
    indexing_maps = [affine_map<(b, d) -> (b, d)>, 
                     affine_map<(b, d) -> (b, d)>],
    iterator_types = ["parallel", "parallel"]}
    ins(%a0 : tensor<?x?xf32>) outs(%init : tensor<?x?xf32>) {
  ^bb0(%x0: f32, %acc: f32):
    %e0 = math.exp %x0 : f32
    %e1 = arith.addf %one, %e0 : f32
    %e2 = math.log %e1 : f32
    linalg.yield %e2 : f32
  } -> tensor<?x?xf32>
  return %result : tensor<?x?xf32>
}

func.func private @plus_of_2(%a0: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %one = arith.constant 1.0 : f32
  %zero = arith.constant 0.0 : f32
  %at_b = arith.constant 0 : index
  %b = tensor.dim %a0, %at_b : tensor<?x?xf32>
  %at_d = arith.constant 1 : index
  %d = tensor.dim %a0, %at_d : tensor<?x?xf32>
  %init = tensor.splat %zero[%b, %d] : tensor<?x?xf32>
  %result = linalg.generic {
    indexing_maps = [affine_map<(b, d) -> (b, d)>, 
                     affine_map<(b, d) -> (b, d)>],
    iterator_types = ["parallel", "parallel"]}
    ins(%a0 : tensor<?x?xf32>) outs(%init : tensor<?x?xf32>) {
  ^bb0(%x0: f32, %acc: f32):
    %e0 = math.exp %x0 : f32
    %e1 = arith.addf %one, %e0 : f32
    %e2 = math.log %e1 : f32
    %e3 = arith.addf %one, %e2 : f32
    linalg.yield %e3 : f32
  } -> tensor<?x?xf32>
  return %result : tensor<?x?xf32>
}

func.func private @loss_of(%a0: tensor<?x?xf32>, %a1: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %one = arith.constant 1.0 : f32
  %zero = arith.constant 0.0 : f32
  %at_b = arith.constant 0 : index
  %b = tensor.dim %a0, %at_b : tensor<?x?xf32>
  %at_d = arith.constant 1 : index
  %d = tensor.dim %a0, %at_d : tensor<?x?xf32>
  %init = tensor.splat %zero[%b, %d] : tensor<?x?xf32>
  %result = linalg.generic {
    indexing_maps = [affine_map<(b, d) -> (b, d)>, 
                     affine_map<(b, d) -> (b, d)>, 
                     affine_map<(b, d) -> (b, d)>],
    iterator_types = ["parallel", "parallel"]}
    ins(%a0, %a1 : tensor<?x?xf32>, tensor<?x?xf32>) outs(%init : tensor<?x?xf32>) {
  ^bb0(%x0: f32, %x1: f32, %acc: f32):
    %e0 = math.exp %x0 : f32
    %e1 = arith.addf %one, %e0 : f32
    %e2 = math.log %e1 : f32
    %e3 = arith.mulf %x0, %x1 : f32
    %e4 = arith.subf %e2, %e3 : f32
    linalg.yield %e4 : f32
  } -> tensor<?x?xf32>
  return %result : tensor<?x?xf32>
}

func.func private @weighted_of(%a0: tensor<?x?xf32>, %a1: tensor<?x1xf32>) -> tensor<?x?xf32> {
  %zero = arith.constant 0.0 : f32
  %at_b = arith.constant 0 : index
  %b = tensor.dim %a0, %at_b : tensor<?x?xf32>
  %at_d = arith.constant 1 : index
  %d = tensor.dim %a0, %at_d : tensor<?x?xf32>
  %init = tensor.splat %zero[%b, %d] : tensor<?x?xf32>
  %result = linalg.generic {
    indexing_maps = [affine_map<(b, d) -> (b, d)>, 
                     affine_map<(b, d) -> (b, 0)>, 
                     affine_map<(b, d) -> (b, d)>],
    iterator_types = ["parallel", "parallel"]}
    ins(%a0, %a1 : tensor<?x?xf32>, tensor<?x1xf32>) outs(%init : tensor<?x?xf32>) {
  ^bb0(%x0: f32, %x1: f32, %acc: f32):
    %e0 = arith.mulf %x0, %x1 : f32
    linalg.yield %e0 : f32
  } -> tensor<?x?xf32>
  return %result : tensor<?x?xf32>
}

func.func private @all_of(%a0: tensor<?x?xf32>) -> tensor<f32> {
  %zero = arith.constant 0.0 : f32
  %init = tensor.splat %zero : tensor<f32>
  %result = linalg.generic {
    indexing_maps = [affine_map<(b, d) -> (b, d)>, 
                     affine_map<(b, d) -> ()>],
    iterator_types = ["reduction", "reduction"]}
    ins(%a0 : tensor<?x?xf32>) outs(%init : tensor<f32>) {
  ^bb0(%x0: f32, %acc: f32):
    %e0 = arith.addf %acc, %x0 : f32
    linalg.yield %e0 : f32
  } -> tensor<f32>
  return %result : tensor<f32>
}

func.func private @mean_of_2(%a0: tensor<?xf32>) -> tensor<?xf32> {
  %k0 = arith.constant 0.058823529411764705 : f32
  %zero = arith.constant 0.0 : f32
  %at_b = arith.constant 0 : index
  %b = tensor.dim %a0, %at_b : tensor<?xf32>
  %init = tensor.splat %zero[%b] : tensor<?xf32>
  %result = linalg.generic {
    indexing_maps = [affine_map<(b) -> (b)>, 
                     affine_map<(b) -> (b)>],
    iterator_types = ["parallel"]}
    ins(%a0 : tensor<?xf32>) outs(%init : tensor<?xf32>) {
  ^bb0(%x0: f32, %acc: f32):
    %e0 = arith.mulf %x0, %k0 : f32
    linalg.yield %e0 : f32
  } -> tensor<?xf32>
  return %result : tensor<?xf32>
}

func.func private @mean_of_3(%a0: tensor<?xf32>) -> tensor<?xf32> {
  %k0 = arith.constant 0.007751937984496124 : f32
  %zero = arith.constant 0.0 : f32
  %at_b = arith.constant 0 : index
  %b = tensor.dim %a0, %at_b : tensor<?xf32>
  %init = tensor.splat %zero[%b] : tensor<?xf32>
  %result = linalg.generic {
    indexing_maps = [affine_map<(b) -> (b)>, 
                     affine_map<(b) -> (b)>],
    iterator_types = ["parallel"]}
    ins(%a0 : tensor<?xf32>) outs(%init : tensor<?xf32>) {
  ^bb0(%x0: f32, %acc: f32):
    %e0 = arith.mulf %x0, %k0 : f32
    linalg.yield %e0 : f32
  } -> tensor<?xf32>
  return %result : tensor<?xf32>
}

func.func private @dense17(%b: index, %k: index) {
  %key = arith.constant 11 : i64
  %x = vellum.random normal %key stream 1 (%b) : tensor<?x17xf32>
  %w = vellum.random normal %key stream 2 (%k) : tensor<17x?xf32>
  %bias = vellum.random normal %key stream 3 (%k) : tensor<?xf32>
  %x_any = tensor.cast %x : tensor<?x17xf32> to tensor<?x?xf32>
  %w_any = tensor.cast %w : tensor<17x?xf32> to tensor<?x?xf32>
  %product = call @product_of(%x_any, %w_any) : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?xf32>
  %y = vellum.linear %x by %w
  vellum.expect_close %y, %product atol 2e-5 rtol 2e-5
  %y2 = vellum.contract "bd,dk->bk" %x, %w
  vellum.expect_close %y2, %product atol 2e-5 rtol 2e-5
  %y3 = vellum.contract "bd,dk->kb" %x, %w
  %turned = call @turned_of(%product) : (tensor<?x?xf32>) -> tensor<?x?xf32>
  vellum.expect_close %y3, %turned atol 2e-5 rtol 2e-5
  %sum = call @sum_of(%product, %bias) : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?x?xf32>
  %y4 = vellum.linear %x by %w bias %bias
  vellum.expect_close %y4, %sum atol 2e-5 rtol 2e-5
  %y5 = vellum.reduce sum %x over [0]
  %x_any2 = tensor.cast %x : tensor<?x17xf32> to tensor<?x?xf32>
  %down = call @down_of(%x_any2) : (tensor<?x?xf32>) -> tensor<?xf32>
  %down_sized = tensor.cast %down : tensor<?xf32> to tensor<17xf32>
  vellum.expect_close %y5, %down_sized atol 1e-5 rtol 1e-5
  %y6 = vellum.reduce sum %x over [1] keep
  %x_any3 = tensor.cast %x : tensor<?x17xf32> to tensor<?x?xf32>
  %across = call @across_of(%x_any3) : (tensor<?x?xf32>) -> tensor<?x1xf32>
  vellum.expect_close %y6, %across atol 1e-5 rtol 1e-5
  %y7 = vellum.reduce max %x over [1]
  %x_any4 = tensor.cast %x : tensor<?x17xf32> to tensor<?x?xf32>
  %top = call @top_of(%x_any4) : (tensor<?x?xf32>) -> tensor<?xf32>
  vellum.expect_close %y7, %top atol 1e-5 rtol 1e-5
  %y8 = vellum.reduce max %x over [0]
  %x_any5 = tensor.cast %x : tensor<?x17xf32> to tensor<?x?xf32>
  %top2 = call @top_of_2(%x_any5) : (tensor<?x?xf32>) -> tensor<?xf32>
  %top2_sized = tensor.cast %top2 : tensor<?xf32> to tensor<17xf32>
  vellum.expect_close %y8, %top2_sized atol 1e-5 rtol 1e-5
  %y9 = vellum.reduce mean %x over [1]
  %x_any6 = tensor.cast %x : tensor<?x17xf32> to tensor<?x?xf32>
  %row = call @row_of(%x_any6) : (tensor<?x?xf32>) -> tensor<?xf32>
  %mean = call @mean_of_2(%row) : (tensor<?xf32>) -> tensor<?xf32>
  vellum.expect_close %y9, %mean atol 1e-5 rtol 1e-5
  %y10 = vellum.broadcast %bias across [0] like %product
  %spread = call @spread_of(%product, %bias) : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?x?xf32>
  vellum.expect_close %y10, %spread atol 0.0 rtol 0.0
  %y11 = vellum.sigmoid %x
  %x_any7 = tensor.cast %x : tensor<?x17xf32> to tensor<?x?xf32>
  %logistic = call @logistic_of(%x_any7) : (tensor<?x?xf32>) -> tensor<?x?xf32>
  %logistic_sized = tensor.cast %logistic : tensor<?x?xf32> to tensor<?x17xf32>
  vellum.expect_close %y11, %logistic_sized atol 2e-6 rtol 2e-6
  %y12 = vellum.softplus %x
  %x_any8 = tensor.cast %x : tensor<?x17xf32> to tensor<?x?xf32>
  %plus = call @plus_of(%x_any8) : (tensor<?x?xf32>) -> tensor<?x?xf32>
  %plus_sized = tensor.cast %plus : tensor<?x?xf32> to tensor<?x17xf32>
  vellum.expect_close %y12, %plus_sized atol 2e-6 rtol 2e-6
  %y13 = vellum.oneplus %x
  %x_any9 = tensor.cast %x : tensor<?x17xf32> to tensor<?x?xf32>
  %plus2 = call @plus_of_2(%x_any9) : (tensor<?x?xf32>) -> tensor<?x?xf32>
  %plus2_sized = tensor.cast %plus2 : tensor<?x?xf32> to tensor<?x17xf32>
  vellum.expect_close %y13, %plus2_sized atol 2e-6 rtol 2e-6
  %target = vellum.random uniform %key stream 4 (%b) : tensor<?x17xf32>
  %mask = vellum.random uniform %key stream 5 (%b) : tensor<?x1xf32>
  %x_any10 = tensor.cast %x : tensor<?x17xf32> to tensor<?x?xf32>
  %target_any = tensor.cast %target : tensor<?x17xf32> to tensor<?x?xf32>
  %loss = call @loss_of(%x_any10, %target_any) : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?xf32>
  %loss_sized = tensor.cast %loss : tensor<?x?xf32> to tensor<?x17xf32>
  %y14 = vellum.sigmoid_cross_entropy %x against %target reduce none
  vellum.expect_close %y14, %loss_sized atol 2e-6 rtol 2e-6
  %loss_sized_any = tensor.cast %loss_sized : tensor<?x17xf32> to tensor<?x?xf32>
  %weighted = call @weighted_of(%loss_sized_any, %mask) : (tensor<?x?xf32>, tensor<?x1xf32>) -> tensor<?x?xf32>
  %weighted_sized = tensor.cast %weighted : tensor<?x?xf32> to tensor<?x17xf32>
  %y15 = vellum.sigmoid_cross_entropy %x against %target mask %mask reduce sum
  %weighted_sized_any = tensor.cast %weighted_sized : tensor<?x17xf32> to tensor<?x?xf32>
  %all = call @all_of(%weighted_sized_any) : (tensor<?x?xf32>) -> tensor<f32>
  vellum.expect_close %y15, %all atol 2e-5 rtol 2e-5
  return
}

func.func @dense17_7x1() {
  %c1 = arith.constant 1 : index
  %c7 = arith.constant 7 : index
  %s1 = call @opaque(%c1) : (index) -> index
  %s7 = call @opaque(%c7) : (index) -> index
  call @dense17(%s7, %s1) : (index, index) -> ()
  return
}

func.func @dense17_static_3x13() {
  %key = arith.constant 11 : i64
  %x = vellum.random normal %key stream 1 : tensor<3x17xf32>
  %w = vellum.random normal %key stream 2 : tensor<17x13xf32>
  %bias = vellum.random normal %key stream 3 : tensor<13xf32>
  %x_any = tensor.cast %x : tensor<3x17xf32> to tensor<?x?xf32>
  %w_any = tensor.cast %w : tensor<17x13xf32> to tensor<?x?xf32>
  %product = call @product_of(%x_any, %w_any) : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?xf32>
  %product_sized = tensor.cast %product : tensor<?x?xf32> to tensor<3x13xf32>
  %y = vellum.linear %x by %w
  vellum.expect_close %y, %product_sized atol 2e-5 rtol 2e-5
  %y2 = vellum.contract "bd,dk->bk" %x, %w
  vellum.expect_close %y2, %product_sized atol 2e-5 rtol 2e-5
  %y3 = vellum.contract "bd,dk->kb" %x, %w
  %product_sized_any = tensor.cast %product_sized : tensor<3x13xf32> to tensor<?x?xf32>
  %turned = call @turned_of(%product_sized_any) : (tensor<?x?xf32>) -> tensor<?x?xf32>
  %turned_sized = tensor.cast %turned : tensor<?x?xf32> to tensor<13x3xf32>
  vellum.expect_close %y3, %turned_sized atol 2e-5 rtol 2e-5
  %product_sized_any2 = tensor.cast %product_sized : tensor<3x13xf32> to tensor<?x?xf32>
  %bias_any = tensor.cast %bias : tensor<13xf32> to tensor<?xf32>
  %sum = call @sum_of(%product_sized_any2, %bias_any) : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?x?xf32>
  %sum_sized = tensor.cast %sum : tensor<?x?xf32> to tensor<3x13xf32>
  %y4 = vellum.linear %x by %w bias %bias
  vellum.expect_close %y4, %sum_sized atol 2e-5 rtol 2e-5
  %y5 = vellum.reduce sum %x over [0]
  %x_any2 = tensor.cast %x : tensor<3x17xf32> to tensor<?x?xf32>
  %down = call @down_of(%x_any2) : (tensor<?x?xf32>) -> tensor<?xf32>
  %down_sized = tensor.cast %down : tensor<?xf32> to tensor<17xf32>
  vellum.expect_close %y5, %down_sized atol 1e-5 rtol 1e-5
  %y6 = vellum.reduce sum %x over [1] keep
  %x_any3 = tensor.cast %x : tensor<3x17xf32> to tensor<?x?xf32>
  %across = call @across_of(%x_any3) : (tensor<?x?xf32>) -> tensor<?x1xf32>
  %across_sized = tensor.cast %across : tensor<?x1xf32> to tensor<3x1xf32>
  vellum.expect_close %y6, %across_sized atol 1e-5 rtol 1e-5
  %y7 = vellum.reduce max %x over [1]
  %x_any4 = tensor.cast %x : tensor<3x17xf32> to tensor<?x?xf32>
  %top = call @top_of(%x_any4) : (tensor<?x?xf32>) -> tensor<?xf32>
  %top_sized = tensor.cast %top : tensor<?xf32> to tensor<3xf32>
  vellum.expect_close %y7, %top_sized atol 1e-5 rtol 1e-5
  %y8 = vellum.reduce max %x over [0]
  %x_any5 = tensor.cast %x : tensor<3x17xf32> to tensor<?x?xf32>
  %top2 = call @top_of_2(%x_any5) : (tensor<?x?xf32>) -> tensor<?xf32>
  %top2_sized = tensor.cast %top2 : tensor<?xf32> to tensor<17xf32>
  vellum.expect_close %y8, %top2_sized atol 1e-5 rtol 1e-5
  %y9 = vellum.reduce mean %x over [1]
  %x_any6 = tensor.cast %x : tensor<3x17xf32> to tensor<?x?xf32>
  %row = call @row_of(%x_any6) : (tensor<?x?xf32>) -> tensor<?xf32>
  %row_sized = tensor.cast %row : tensor<?xf32> to tensor<3xf32>
  %row_sized_any = tensor.cast %row_sized : tensor<3xf32> to tensor<?xf32>
  %mean = call @mean_of_2(%row_sized_any) : (tensor<?xf32>) -> tensor<?xf32>
  %mean_sized = tensor.cast %mean : tensor<?xf32> to tensor<3xf32>
  vellum.expect_close %y9, %mean_sized atol 1e-5 rtol 1e-5
  %y10 = vellum.broadcast %bias across [0] like %product_sized
  %product_sized_any3 = tensor.cast %product_sized : tensor<3x13xf32> to tensor<?x?xf32>
  %bias_any2 = tensor.cast %bias : tensor<13xf32> to tensor<?xf32>
  %spread = call @spread_of(%product_sized_any3, %bias_any2) : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?x?xf32>
  %spread_sized = tensor.cast %spread : tensor<?x?xf32> to tensor<3x13xf32>
  vellum.expect_close %y10, %spread_sized atol 0.0 rtol 0.0
  %y11 = vellum.sigmoid %x
  %x_any7 = tensor.cast %x : tensor<3x17xf32> to tensor<?x?xf32>
  %logistic = call @logistic_of(%x_any7) : (tensor<?x?xf32>) -> tensor<?x?xf32>
  %logistic_sized = tensor.cast %logistic : tensor<?x?xf32> to tensor<3x17xf32>
  vellum.expect_close %y11, %logistic_sized atol 2e-6 rtol 2e-6
  %y12 = vellum.softplus %x
  %x_any8 = tensor.cast %x : tensor<3x17xf32> to tensor<?x?xf32>
  %plus = call @plus_of(%x_any8) : (tensor<?x?xf32>) -> tensor<?x?xf32>
  %plus_sized = tensor.cast %plus : tensor<?x?xf32> to tensor<3x17xf32>
  vellum.expect_close %y12, %plus_sized atol 2e-6 rtol 2e-6
  %y13 = vellum.oneplus %x
  %x_any9 = tensor.cast %x : tensor<3x17xf32> to tensor<?x?xf32>
  %plus2 = call @plus_of_2(%x_any9) : (tensor<?x?xf32>) -> tensor<?x?xf32>
  %plus2_sized = tensor.cast %plus2 : tensor<?x?xf32> to tensor<3x17xf32>
  vellum.expect_close %y13, %plus2_sized atol 2e-6 rtol 2e-6
  %target = vellum.random uniform %key stream 4 : tensor<3x17xf32>
  %mask = vellum.random uniform %key stream 5 : tensor<3x1xf32>
  %x_any10 = tensor.cast %x : tensor<3x17xf32> to tensor<?x?xf32>
  %target_any = tensor.cast %target : tensor<3x17xf32> to tensor<?x?xf32>
  %loss = call @loss_of(%x_any10, %target_any) : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?xf32>
  %loss_sized = tensor.cast %loss : tensor<?x?xf32> to tensor<3x17xf32>
  %y14 = vellum.sigmoid_cross_entropy %x against %target reduce none
  vellum.expect_close %y14, %loss_sized atol 2e-6 rtol 2e-6
  %loss_sized_any = tensor.cast %loss_sized : tensor<3x17xf32> to tensor<?x?xf32>
  %mask_any = tensor.cast %mask : tensor<3x1xf32> to tensor<?x1xf32>
  %weighted = call @weighted_of(%loss_sized_any, %mask_any) : (tensor<?x?xf32>, tensor<?x1xf32>) -> tensor<?x?xf32>
  %weighted_sized = tensor.cast %weighted : tensor<?x?xf32> to tensor<3x17xf32>
  %y15 = vellum.sigmoid_cross_entropy %x against %target mask %mask reduce sum
  %weighted_sized_any = tensor.cast %weighted_sized : tensor<3x17xf32> to tensor<?x?xf32>
  %all = call @all_of(%weighted_sized_any) : (tensor<?x?xf32>) -> tensor<f32>
  vellum.expect_close %y15, %all atol 2e-5 rtol 2e-5
  return
}

func.func private @dense129(%b: index, %k: index) {
  %key = arith.constant 11 : i64
  %x = vellum.random normal %key stream 1 (%b) : tensor<?x129xf32>
  %w = vellum.random normal %key stream 2 (%k) : tensor<129x?xf32>
  %bias = vellum.random normal %key stream 3 (%k) : tensor<?xf32>
  %x_any = tensor.cast %x : tensor<?x129xf32> to tensor<?x?xf32>
  %w_any = tensor.cast %w : tensor<129x?xf32> to tensor<?x?xf32>
  %product = call @product_of(%x_any, %w_any) : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?xf32>
  %y = vellum.linear %x by %w
  vellum.expect_close %y, %product atol 2e-5 rtol 2e-5
  %y2 = vellum.contract "bd,dk->bk" %x, %w
  vellum.expect_close %y2, %product atol 2e-5 rtol 2e-5
  %y3 = vellum.contract "bd,dk->kb" %x, %w
  %turned = call @turned_of(%product) : (tensor<?x?xf32>) -> tensor<?x?xf32>
  vellum.expect_close %y3, %turned atol 2e-5 rtol 2e-5
  %sum = call @sum_of(%product, %bias) : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?x?xf32>
  %y4 = vellum.linear %x by %w bias %bias
  vellum.expect_close %y4, %sum atol 2e-5 rtol 2e-5
  %y5 = vellum.reduce sum %x over [0]
  %x_any2 = tensor.cast %x : tensor<?x129xf32> to tensor<?x?xf32>
  %down = call @down_of(%x_any2) : (tensor<?x?xf32>) -> tensor<?xf32>
  %down_sized = tensor.cast %down : tensor<?xf32> to tensor<129xf32>
  vellum.expect_close %y5, %down_sized atol 1e-5 rtol 1e-5
  %y6 = vellum.reduce sum %x over [1] keep
  %x_any3 = tensor.cast %x : tensor<?x129xf32> to tensor<?x?xf32>
  %across = call @across_of(%x_any3) : (tensor<?x?xf32>) -> tensor<?x1xf32>
  vellum.expect_close %y6, %across atol 1e-5 rtol 1e-5
  %y7 = vellum.reduce max %x over [1]
  %x_any4 = tensor.cast %x : tensor<?x129xf32> to tensor<?x?xf32>
  %top = call @top_of(%x_any4) : (tensor<?x?xf32>) -> tensor<?xf32>
  vellum.expect_close %y7, %top atol 1e-5 rtol 1e-5
  %y8 = vellum.reduce max %x over [0]
  %x_any5 = tensor.cast %x : tensor<?x129xf32> to tensor<?x?xf32>
  %top2 = call @top_of_2(%x_any5) : (tensor<?x?xf32>) -> tensor<?xf32>
  %top2_sized = tensor.cast %top2 : tensor<?xf32> to tensor<129xf32>
  vellum.expect_close %y8, %top2_sized atol 1e-5 rtol 1e-5
  %y9 = vellum.reduce mean %x over [1]
  %x_any6 = tensor.cast %x : tensor<?x129xf32> to tensor<?x?xf32>
  %row = call @row_of(%x_any6) : (tensor<?x?xf32>) -> tensor<?xf32>
  %mean = call @mean_of_3(%row) : (tensor<?xf32>) -> tensor<?xf32>
  vellum.expect_close %y9, %mean atol 1e-5 rtol 1e-5
  %y10 = vellum.broadcast %bias across [0] like %product
  %spread = call @spread_of(%product, %bias) : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?x?xf32>
  vellum.expect_close %y10, %spread atol 0.0 rtol 0.0
  %y11 = vellum.sigmoid %x
  %x_any7 = tensor.cast %x : tensor<?x129xf32> to tensor<?x?xf32>
  %logistic = call @logistic_of(%x_any7) : (tensor<?x?xf32>) -> tensor<?x?xf32>
  %logistic_sized = tensor.cast %logistic : tensor<?x?xf32> to tensor<?x129xf32>
  vellum.expect_close %y11, %logistic_sized atol 2e-6 rtol 2e-6
  %y12 = vellum.softplus %x
  %x_any8 = tensor.cast %x : tensor<?x129xf32> to tensor<?x?xf32>
  %plus = call @plus_of(%x_any8) : (tensor<?x?xf32>) -> tensor<?x?xf32>
  %plus_sized = tensor.cast %plus : tensor<?x?xf32> to tensor<?x129xf32>
  vellum.expect_close %y12, %plus_sized atol 2e-6 rtol 2e-6
  %y13 = vellum.oneplus %x
  %x_any9 = tensor.cast %x : tensor<?x129xf32> to tensor<?x?xf32>
  %plus2 = call @plus_of_2(%x_any9) : (tensor<?x?xf32>) -> tensor<?x?xf32>
  %plus2_sized = tensor.cast %plus2 : tensor<?x?xf32> to tensor<?x129xf32>
  vellum.expect_close %y13, %plus2_sized atol 2e-6 rtol 2e-6
  %target = vellum.random uniform %key stream 4 (%b) : tensor<?x129xf32>
  %mask = vellum.random uniform %key stream 5 (%b) : tensor<?x1xf32>
  %x_any10 = tensor.cast %x : tensor<?x129xf32> to tensor<?x?xf32>
  %target_any = tensor.cast %target : tensor<?x129xf32> to tensor<?x?xf32>
  %loss = call @loss_of(%x_any10, %target_any) : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?xf32>
  %loss_sized = tensor.cast %loss : tensor<?x?xf32> to tensor<?x129xf32>
  %y14 = vellum.sigmoid_cross_entropy %x against %target reduce none
  vellum.expect_close %y14, %loss_sized atol 2e-6 rtol 2e-6
  %loss_sized_any = tensor.cast %loss_sized : tensor<?x129xf32> to tensor<?x?xf32>
  %weighted = call @weighted_of(%loss_sized_any, %mask) : (tensor<?x?xf32>, tensor<?x1xf32>) -> tensor<?x?xf32>
  %weighted_sized = tensor.cast %weighted : tensor<?x?xf32> to tensor<?x129xf32>
  %y15 = vellum.sigmoid_cross_entropy %x against %target mask %mask reduce sum
  %weighted_sized_any = tensor.cast %weighted_sized : tensor<?x129xf32> to tensor<?x?xf32>
  %all = call @all_of(%weighted_sized_any) : (tensor<?x?xf32>) -> tensor<f32>
  vellum.expect_close %y15, %all atol 2e-5 rtol 2e-5
  return
}

func.func @dense129_1x13() {
  %c1 = arith.constant 1 : index
  %c13 = arith.constant 13 : index
  %s1 = call @opaque(%c1) : (index) -> index
  %s13 = call @opaque(%c13) : (index) -> index
  call @dense129(%s1, %s13) : (index, index) -> ()
  return
}

func.func @dense129_3x7() {
  %c3 = arith.constant 3 : index
  %c7 = arith.constant 7 : index
  %s3 = call @opaque(%c3) : (index) -> index
  %s7 = call @opaque(%c7) : (index) -> index
  call @dense129(%s3, %s7) : (index, index) -> ()
  return
}

func.func @dense129_7x1() {
  %c1 = arith.constant 1 : index
  %c7 = arith.constant 7 : index
  %s1 = call @opaque(%c1) : (index) -> index
  %s7 = call @opaque(%c7) : (index) -> index
  call @dense129(%s7, %s1) : (index, index) -> ()
  return
}
