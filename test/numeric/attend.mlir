// RUN: vellum test %s --backend=interpreter
// RUN: vellum test %s --target=x86-64-v2 --verify-memory
// RUN: %if x86-64-v3 %{ vellum test %s --target=x86-64-v3 %}
// RUN: %if x86-64-v4 %{ vellum test %s --target=x86-64-v4 %}

// Attention: every score, heads, masks and causality, against sums written out.

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

func.func private @dot_of(%a0: tensor<?x?x?xf32>, %a1: tensor<?x?x?xf32>) -> tensor<?x?x?xf32> {
  %zero = arith.constant 0.0 : f32
  %at_b = arith.constant 0 : index
  %b = tensor.dim %a0, %at_b : tensor<?x?x?xf32>
  %at_t = arith.constant 1 : index
  %t = tensor.dim %a0, %at_t : tensor<?x?x?xf32>
  %at_s = arith.constant 1 : index
  %s = tensor.dim %a1, %at_s : tensor<?x?x?xf32>
  %init = tensor.splat %zero[%b, %t, %s] : tensor<?x?x?xf32>
  %result = linalg.generic {
    indexing_maps = [affine_map<(b, t, s, d) -> (b, t, d)>, 
                     affine_map<(b, t, s, d) -> (b, s, d)>, 
                     affine_map<(b, t, s, d) -> (b, t, s)>],
    iterator_types = ["parallel", "parallel", "parallel", "reduction"]}
    ins(%a0, %a1 : tensor<?x?x?xf32>, tensor<?x?x?xf32>) outs(%init : tensor<?x?x?xf32>) {
  ^bb0(%x0: f32, %x1: f32, %acc: f32):
    %e0 = arith.mulf %x0, %x1 : f32
    %e1 = arith.addf %acc, %e0 : f32
    linalg.yield %e1 : f32
  } -> tensor<?x?x?xf32>
  return %result : tensor<?x?x?xf32>
}

func.func private @top_of(%a0: tensor<?x?x?xf32>) -> tensor<?x?xf32> {
  %k0 = arith.constant -1.0e+30 : f32
  %at_b = arith.constant 0 : index
  %b = tensor.dim %a0, %at_b : tensor<?x?x?xf32>
  %at_t = arith.constant 1 : index
  %t = tensor.dim %a0, %at_t : tensor<?x?x?xf32>
  %init = tensor.splat %k0[%b, %t] : tensor<?x?xf32>
  %result = linalg.generic {
    indexing_maps = [affine_map<(b, t, s) -> (b, t, s)>, 
                     affine_map<(b, t, s) -> (b, t)>],
    iterator_types = ["parallel", "parallel", "reduction"]}
    ins(%a0 : tensor<?x?x?xf32>) outs(%init : tensor<?x?xf32>) {
  ^bb0(%x0: f32, %acc: f32):
    %e0 = arith.maximumf %acc, %x0 : f32
    linalg.yield %e0 : f32
  } -> tensor<?x?xf32>
  return %result : tensor<?x?xf32>
}

func.func private @exp_of(%a0: tensor<?x?x?xf32>, %a1: tensor<?x?xf32>) -> tensor<?x?x?xf32> {
  %zero = arith.constant 0.0 : f32
  %at_b = arith.constant 0 : index
  %b = tensor.dim %a0, %at_b : tensor<?x?x?xf32>
  %at_t = arith.constant 1 : index
  %t = tensor.dim %a0, %at_t : tensor<?x?x?xf32>
  %at_s = arith.constant 2 : index
  %s = tensor.dim %a0, %at_s : tensor<?x?x?xf32>
  %init = tensor.splat %zero[%b, %t, %s] : tensor<?x?x?xf32>
  %result = linalg.generic {
    indexing_maps = [affine_map<(b, t, s) -> (b, t, s)>, 
                     affine_map<(b, t, s) -> (b, t)>, 
                     affine_map<(b, t, s) -> (b, t, s)>],
    iterator_types = ["parallel", "parallel", "parallel"]}
    ins(%a0, %a1 : tensor<?x?x?xf32>, tensor<?x?xf32>) outs(%init : tensor<?x?x?xf32>) {
  ^bb0(%x0: f32, %x1: f32, %acc: f32):
    %e0 = arith.subf %x0, %x1 : f32
    %e1 = math.exp %e0 : f32
    linalg.yield %e1 : f32
  } -> tensor<?x?x?xf32>
  return %result : tensor<?x?x?xf32>
}

func.func private @total_of(%a0: tensor<?x?x?xf32>) -> tensor<?x?xf32> {
  %zero = arith.constant 0.0 : f32
  %at_b = arith.constant 0 : index
  %b = tensor.dim %a0, %at_b : tensor<?x?x?xf32>
  %at_t = arith.constant 1 : index
  %t = tensor.dim %a0, %at_t : tensor<?x?x?xf32>
  %init = tensor.splat %zero[%b, %t] : tensor<?x?xf32>
  %result = linalg.generic {
    indexing_maps = [affine_map<(b, t, s) -> (b, t, s)>, 
                     affine_map<(b, t, s) -> (b, t)>],
    iterator_types = ["parallel", "parallel", "reduction"]}
    ins(%a0 : tensor<?x?x?xf32>) outs(%init : tensor<?x?xf32>) {
  ^bb0(%x0: f32, %acc: f32):
    %e0 = arith.addf %acc, %x0 : f32
    linalg.yield %e0 : f32
  } -> tensor<?x?xf32>
  return %result : tensor<?x?xf32>
}

func.func private @softmax_of(%a0: tensor<?x?x?xf32>, %a1: tensor<?x?xf32>) -> tensor<?x?x?xf32> {
  %zero = arith.constant 0.0 : f32
  %at_b = arith.constant 0 : index
  %b = tensor.dim %a0, %at_b : tensor<?x?x?xf32>
  %at_t = arith.constant 1 : index
  %t = tensor.dim %a0, %at_t : tensor<?x?x?xf32>
  %at_s = arith.constant 2 : index
  %s = tensor.dim %a0, %at_s : tensor<?x?x?xf32>
  %init = tensor.splat %zero[%b, %t, %s] : tensor<?x?x?xf32>
  %result = linalg.generic {
    indexing_maps = [affine_map<(b, t, s) -> (b, t, s)>, 
                     affine_map<(b, t, s) -> (b, t)>, 
                     affine_map<(b, t, s) -> (b, t, s)>],
    iterator_types = ["parallel", "parallel", "parallel"]}
    ins(%a0, %a1 : tensor<?x?x?xf32>, tensor<?x?xf32>) outs(%init : tensor<?x?x?xf32>) {
  ^bb0(%x0: f32, %x1: f32, %acc: f32):
    %e0 = arith.divf %x0, %x1 : f32
    linalg.yield %e0 : f32
  } -> tensor<?x?x?xf32>
  return %result : tensor<?x?x?xf32>
}

func.func private @context_of(%a0: tensor<?x?x?xf32>, %a1: tensor<?x?x?xf32>) -> tensor<?x?x?xf32> {
  %zero = arith.constant 0.0 : f32
  %at_b = arith.constant 0 : index
  %b = tensor.dim %a0, %at_b : tensor<?x?x?xf32>
  %at_t = arith.constant 1 : index
  %t = tensor.dim %a0, %at_t : tensor<?x?x?xf32>
  %at_k = arith.constant 2 : index
  %k = tensor.dim %a1, %at_k : tensor<?x?x?xf32>
  %init = tensor.splat %zero[%b, %t, %k] : tensor<?x?x?xf32>
  %result = linalg.generic {
    indexing_maps = [affine_map<(b, t, k, s) -> (b, t, s)>, 
                     affine_map<(b, t, k, s) -> (b, s, k)>, 
                     affine_map<(b, t, k, s) -> (b, t, k)>],
    iterator_types = ["parallel", "parallel", "parallel", "reduction"]}
    ins(%a0, %a1 : tensor<?x?x?xf32>, tensor<?x?x?xf32>) outs(%init : tensor<?x?x?xf32>) {
  ^bb0(%x0: f32, %x1: f32, %acc: f32):
    %e0 = arith.mulf %x0, %x1 : f32
    %e1 = arith.addf %acc, %e0 : f32
    linalg.yield %e1 : f32
  } -> tensor<?x?x?xf32>
  return %result : tensor<?x?x?xf32>
}

func.func private @scaled_of(%a0: tensor<?x?x?xf32>) -> tensor<?x?x?xf32> {
  %k0 = arith.constant 0.5 : f32
  %zero = arith.constant 0.0 : f32
  %at_b = arith.constant 0 : index
  %b = tensor.dim %a0, %at_b : tensor<?x?x?xf32>
  %at_t = arith.constant 1 : index
  %t = tensor.dim %a0, %at_t : tensor<?x?x?xf32>
  %at_s = arith.constant 2 : index
  %s = tensor.dim %a0, %at_s : tensor<?x?x?xf32>
  %init = tensor.splat %zero[%b, %t, %s] : tensor<?x?x?xf32>
  %result = linalg.generic {
    indexing_maps = [affine_map<(b, t, s) -> (b, t, s)>, 
                     affine_map<(b, t, s) -> (b, t, s)>],
    iterator_types = ["parallel", "parallel", "parallel"]}
    ins(%a0 : tensor<?x?x?xf32>) outs(%init : tensor<?x?x?xf32>) {
  ^bb0(%x0: f32, %acc: f32):
    %e0 = arith.mulf %x0, %k0 : f32
    linalg.yield %e0 : f32
  } -> tensor<?x?x?xf32>
  return %result : tensor<?x?x?xf32>
}

func.func private @additive_of(%a0: tensor<?x?x?xf32>, %a1: tensor<?x?x?xf32>, %a2: tensor<?xf32>) -> tensor<?x?x?xf32> {
  %zero = arith.constant 0.0 : f32
  %at_b = arith.constant 0 : index
  %b = tensor.dim %a0, %at_b : tensor<?x?x?xf32>
  %at_t = arith.constant 1 : index
  %t = tensor.dim %a0, %at_t : tensor<?x?x?xf32>
  %at_s = arith.constant 1 : index
  %s = tensor.dim %a1, %at_s : tensor<?x?x?xf32>
  %init = tensor.splat %zero[%b, %t, %s] : tensor<?x?x?xf32>
  %result = linalg.generic {
    indexing_maps = [affine_map<(b, t, s, d) -> (b, t, d)>, 
                     affine_map<(b, t, s, d) -> (b, s, d)>, 
                     affine_map<(b, t, s, d) -> (d)>, 
                     affine_map<(b, t, s, d) -> (b, t, s)>],
    iterator_types = ["parallel", "parallel", "parallel", "reduction"]}
    ins(%a0, %a1, %a2 : tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?xf32>) outs(%init : tensor<?x?x?xf32>) {
  ^bb0(%x0: f32, %x1: f32, %x2: f32, %acc: f32):
    %e0 = arith.addf %x0, %x1 : f32
    %e1 = math.tanh %e0 : f32
    %e2 = arith.mulf %x2, %e1 : f32
    %e3 = arith.addf %acc, %e2 : f32
    linalg.yield %e3 : f32
  } -> tensor<?x?x?xf32>
  return %result : tensor<?x?x?xf32>
}

func.func private @norm_of(%a0: tensor<?x?x?xf32>) -> tensor<?x?xf32> {
  %zero = arith.constant 0.0 : f32
  %at_b = arith.constant 0 : index
  %b = tensor.dim %a0, %at_b : tensor<?x?x?xf32>
  %at_t = arith.constant 1 : index
  %t = tensor.dim %a0, %at_t : tensor<?x?x?xf32>
  %init = tensor.splat %zero[%b, %t] : tensor<?x?xf32>
  %result = linalg.generic {
    indexing_maps = [affine_map<(b, t, d) -> (b, t, d)>, 
                     affine_map<(b, t, d) -> (b, t)>],
    iterator_types = ["parallel", "parallel", "reduction"]}
    ins(%a0 : tensor<?x?x?xf32>) outs(%init : tensor<?x?xf32>) {
  ^bb0(%x0: f32, %acc: f32):
    %e0 = arith.mulf %x0, %x0 : f32
    %e1 = arith.addf %acc, %e0 : f32
    linalg.yield %e1 : f32
  } -> tensor<?x?xf32>
  return %result : tensor<?x?xf32>
}

func.func private @norm_of_2(%a0: tensor<?x?x?xf32>) -> tensor<?x?xf32> {
  %zero = arith.constant 0.0 : f32
  %at_b = arith.constant 0 : index
  %b = tensor.dim %a0, %at_b : tensor<?x?x?xf32>
  %at_s = arith.constant 1 : index
  %s = tensor.dim %a0, %at_s : tensor<?x?x?xf32>
  %init = tensor.splat %zero[%b, %s] : tensor<?x?xf32>
  %result = linalg.generic {
    indexing_maps = [affine_map<(b, s, d) -> (b, s, d)>, 
                     affine_map<(b, s, d) -> (b, s)>],
    iterator_types = ["parallel", "parallel", "reduction"]}
    ins(%a0 : tensor<?x?x?xf32>) outs(%init : tensor<?x?xf32>) {
  ^bb0(%x0: f32, %acc: f32):
    %e0 = arith.mulf %x0, %x0 : f32
    %e1 = arith.addf %acc, %e0 : f32
    linalg.yield %e1 : f32
  } -> tensor<?x?xf32>
  return %result : tensor<?x?xf32>
}

func.func private @cosine_of(%a0: tensor<?x?x?xf32>, %a1: tensor<?x?xf32>, %a2: tensor<?x?xf32>, %a3: tensor<?x?x1xf32>) -> tensor<?x?x?xf32> {
  %k0 = arith.constant 1.0e-06 : f32
  %zero = arith.constant 0.0 : f32
  %at_b = arith.constant 0 : index
  %b = tensor.dim %a0, %at_b : tensor<?x?x?xf32>
  %at_t = arith.constant 1 : index
  %t = tensor.dim %a0, %at_t : tensor<?x?x?xf32>
  %at_s = arith.constant 2 : index
  %s = tensor.dim %a0, %at_s : tensor<?x?x?xf32>
  %init = tensor.splat %zero[%b, %t, %s] : tensor<?x?x?xf32>
  %result = linalg.generic {
    indexing_maps = [affine_map<(b, t, s) -> (b, t, s)>, 
                     affine_map<(b, t, s) -> (b, t)>, 
                     affine_map<(b, t, s) -> (b, s)>, 
                     affine_map<(b, t, s) -> (b, t, 0)>, 
                     affine_map<(b, t, s) -> (b, t, s)>],
    iterator_types = ["parallel", "parallel", "parallel"]}
    ins(%a0, %a1, %a2, %a3 : tensor<?x?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?x1xf32>) outs(%init : tensor<?x?x?xf32>) {
  ^bb0(%x0: f32, %x1: f32, %x2: f32, %x3: f32, %acc: f32):
    %e0 = arith.mulf %x3, %x0 : f32
    %e1 = arith.addf %x1, %k0 : f32
    %e2 = math.sqrt %e1 : f32
    %e3 = arith.addf %x2, %k0 : f32
    %e4 = math.sqrt %e3 : f32
    %e5 = arith.mulf %e2, %e4 : f32
    %e6 = arith.divf %e0, %e5 : f32
    linalg.yield %e6 : f32
  } -> tensor<?x?x?xf32>
  return %result : tensor<?x?x?xf32>
}

func.func private @opened_of(%a0: tensor<?x?x?xf32>, %a1: tensor<?x?xf32>) -> tensor<?x?x?xf32> {
  %zero = arith.constant 0.0 : f32
  %at_b = arith.constant 0 : index
  %b = tensor.dim %a0, %at_b : tensor<?x?x?xf32>
  %at_t = arith.constant 1 : index
  %t = tensor.dim %a0, %at_t : tensor<?x?x?xf32>
  %at_s = arith.constant 2 : index
  %s = tensor.dim %a0, %at_s : tensor<?x?x?xf32>
  %init = tensor.splat %zero[%b, %t, %s] : tensor<?x?x?xf32>
  %result = linalg.generic {
    indexing_maps = [affine_map<(b, t, s) -> (b, t, s)>, 
                     affine_map<(b, t, s) -> (b, s)>, 
                     affine_map<(b, t, s) -> (b, t, s)>],
    iterator_types = ["parallel", "parallel", "parallel"]}
    ins(%a0, %a1 : tensor<?x?x?xf32>, tensor<?x?xf32>) outs(%init : tensor<?x?x?xf32>) {
  ^bb0(%x0: f32, %x1: f32, %acc: f32):
    %e0 = math.exp %x0 : f32
    %e1 = arith.mulf %e0, %x1 : f32
    linalg.yield %e1 : f32
  } -> tensor<?x?x?xf32>
  return %result : tensor<?x?x?xf32>
}

func.func private @weights_of(%a0: tensor<?x?x?xf32>, %a1: tensor<?x?xf32>) -> tensor<?x?x?xf32> {
  %k0 = arith.constant 1.0e-30 : f32
  %zero = arith.constant 0.0 : f32
  %at_b = arith.constant 0 : index
  %b = tensor.dim %a0, %at_b : tensor<?x?x?xf32>
  %at_t = arith.constant 1 : index
  %t = tensor.dim %a0, %at_t : tensor<?x?x?xf32>
  %at_s = arith.constant 2 : index
  %s = tensor.dim %a0, %at_s : tensor<?x?x?xf32>
  %init = tensor.splat %zero[%b, %t, %s] : tensor<?x?x?xf32>
  %result = linalg.generic {
    indexing_maps = [affine_map<(b, t, s) -> (b, t, s)>, 
                     affine_map<(b, t, s) -> (b, t)>, 
                     affine_map<(b, t, s) -> (b, t, s)>],
    iterator_types = ["parallel", "parallel", "parallel"]}
    ins(%a0, %a1 : tensor<?x?x?xf32>, tensor<?x?xf32>) outs(%init : tensor<?x?x?xf32>) {
  ^bb0(%x0: f32, %x1: f32, %acc: f32):
    %e0 = arith.maximumf %x1, %k0 : f32
    %e1 = arith.divf %x0, %e0 : f32
    linalg.yield %e1 : f32
  } -> tensor<?x?x?xf32>
  return %result : tensor<?x?x?xf32>
}

func.func private @scores(%b: index, %t: index, %s: index, %k: index) {
  %key = arith.constant 11 : i64
  %k0 = arith.constant 0.5 : f32
  %query = vellum.random normal %key stream 1 (%b, %t) : tensor<?x?x4xf32>
  %keys = vellum.random normal %key stream 2 (%b, %s) : tensor<?x?x4xf32>
  %values = vellum.random normal %key stream 3 (%b, %s, %k) : tensor<?x?x?xf32>
  %beta = vellum.random uniform %key stream 4 (%b, %t) : tensor<?x?x1xf32>
  %va = vellum.random normal %key stream 5 : tensor<4xf32>
  %query_any = tensor.cast %query : tensor<?x?x4xf32> to tensor<?x?x?xf32>
  %keys_any = tensor.cast %keys : tensor<?x?x4xf32> to tensor<?x?x?xf32>
  %dot = call @dot_of(%query_any, %keys_any) : (tensor<?x?x?xf32>, tensor<?x?x?xf32>) -> tensor<?x?x?xf32>
  %y = vellum.attend %query to %keys, %values score dot
  %top = call @top_of(%dot) : (tensor<?x?x?xf32>) -> tensor<?x?xf32>
  %exp = call @exp_of(%dot, %top) : (tensor<?x?x?xf32>, tensor<?x?xf32>) -> tensor<?x?x?xf32>
  %total = call @total_of(%exp) : (tensor<?x?x?xf32>) -> tensor<?x?xf32>
  %softmax = call @softmax_of(%exp, %total) : (tensor<?x?x?xf32>, tensor<?x?xf32>) -> tensor<?x?x?xf32>
  %context = call @context_of(%softmax, %values) : (tensor<?x?x?xf32>, tensor<?x?x?xf32>) -> tensor<?x?x?xf32>
  vellum.expect_close %y, %context atol 1e-5 rtol 1e-5
  %scaled = call @scaled_of(%dot) : (tensor<?x?x?xf32>) -> tensor<?x?x?xf32>
  %y2, %y3 = vellum.attend %query to %keys, %values weighting
  %top2 = call @top_of(%scaled) : (tensor<?x?x?xf32>) -> tensor<?x?xf32>
  %exp2 = call @exp_of(%scaled, %top2) : (tensor<?x?x?xf32>, tensor<?x?xf32>) -> tensor<?x?x?xf32>
  %total2 = call @total_of(%exp2) : (tensor<?x?x?xf32>) -> tensor<?x?xf32>
  %softmax2 = call @softmax_of(%exp2, %total2) : (tensor<?x?x?xf32>, tensor<?x?xf32>) -> tensor<?x?x?xf32>
  %context2 = call @context_of(%softmax2, %values) : (tensor<?x?x?xf32>, tensor<?x?x?xf32>) -> tensor<?x?x?xf32>
  vellum.expect_close %y2, %context2 atol 1e-5 rtol 1e-5
  vellum.expect_close %y3, %softmax2 atol 1e-5 rtol 1e-5
  %query_any2 = tensor.cast %query : tensor<?x?x4xf32> to tensor<?x?x?xf32>
  %keys_any2 = tensor.cast %keys : tensor<?x?x4xf32> to tensor<?x?x?xf32>
  %va_any = tensor.cast %va : tensor<4xf32> to tensor<?xf32>
  %additive = call @additive_of(%query_any2, %keys_any2, %va_any) : (tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?xf32>) -> tensor<?x?x?xf32>
  %y4 = vellum.attend %query to %keys, %values score additive by %va
  %top3 = call @top_of(%additive) : (tensor<?x?x?xf32>) -> tensor<?x?xf32>
  %exp3 = call @exp_of(%additive, %top3) : (tensor<?x?x?xf32>, tensor<?x?xf32>) -> tensor<?x?x?xf32>
  %total3 = call @total_of(%exp3) : (tensor<?x?x?xf32>) -> tensor<?x?xf32>
  %softmax3 = call @softmax_of(%exp3, %total3) : (tensor<?x?x?xf32>, tensor<?x?xf32>) -> tensor<?x?x?xf32>
  %context3 = call @context_of(%softmax3, %values) : (tensor<?x?x?xf32>, tensor<?x?x?xf32>) -> tensor<?x?x?xf32>
  vellum.expect_close %y4, %context3 atol 1e-5 rtol 1e-5
  %query_any3 = tensor.cast %query : tensor<?x?x4xf32> to tensor<?x?x?xf32>
  %norm = call @norm_of(%query_any3) : (tensor<?x?x?xf32>) -> tensor<?x?xf32>
  %keys_any3 = tensor.cast %keys : tensor<?x?x4xf32> to tensor<?x?x?xf32>
  %norm2 = call @norm_of_2(%keys_any3) : (tensor<?x?x?xf32>) -> tensor<?x?xf32>
  %cosine = call @cosine_of(%dot, %norm, %norm2, %beta) : (tensor<?x?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?x1xf32>) -> tensor<?x?x?xf32>
  %y5 = vellum.attend %query to %keys, %values score cosine strength %beta
  %top4 = call @top_of(%cosine) : (tensor<?x?x?xf32>) -> tensor<?x?xf32>
  %exp4 = call @exp_of(%cosine, %top4) : (tensor<?x?x?xf32>, tensor<?x?xf32>) -> tensor<?x?x?xf32>
  %total4 = call @total_of(%exp4) : (tensor<?x?x?xf32>) -> tensor<?x?xf32>
  %softmax4 = call @softmax_of(%exp4, %total4) : (tensor<?x?x?xf32>, tensor<?x?xf32>) -> tensor<?x?x?xf32>
  %context4 = call @context_of(%softmax4, %values) : (tensor<?x?x?xf32>, tensor<?x?x?xf32>) -> tensor<?x?x?xf32>
  vellum.expect_close %y5, %context4 atol 1e-5 rtol 1e-5
  %u = vellum.random uniform %key stream 6 (%b, %s) : tensor<?x?xf32>
  %half = tensor.splat %k0[%b, %s] : tensor<?x?xf32>
  %mask = arith.cmpf ogt, %u, %half : tensor<?x?xf32>
  %open = arith.uitofp %mask : tensor<?x?xi1> to tensor<?x?xf32>
  %y6 = vellum.attend %query to %keys, %values mask %mask
  %opened = call @opened_of(%scaled, %open) : (tensor<?x?x?xf32>, tensor<?x?xf32>) -> tensor<?x?x?xf32>
  %total5 = call @total_of(%opened) : (tensor<?x?x?xf32>) -> tensor<?x?xf32>
  %weights = call @weights_of(%opened, %total5) : (tensor<?x?x?xf32>, tensor<?x?xf32>) -> tensor<?x?x?xf32>
  %context5 = call @context_of(%weights, %values) : (tensor<?x?x?xf32>, tensor<?x?x?xf32>) -> tensor<?x?x?xf32>
  vellum.expect_close %y6, %context5 atol 1e-5 rtol 1e-5
  return
}

func.func @scores_1x7x13x3() {
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %c7 = arith.constant 7 : index
  %c13 = arith.constant 13 : index
  %s1 = call @opaque(%c1) : (index) -> index
  %s3 = call @opaque(%c3) : (index) -> index
  %s7 = call @opaque(%c7) : (index) -> index
  %s13 = call @opaque(%c13) : (index) -> index
  call @scores(%s1, %s7, %s13, %s3) : (index, index, index, index) -> ()
  return
}

func.func @scores_3x5x17x7() {
  %c3 = arith.constant 3 : index
  %c5 = arith.constant 5 : index
  %c7 = arith.constant 7 : index
  %c17 = arith.constant 17 : index
  %s3 = call @opaque(%c3) : (index) -> index
  %s5 = call @opaque(%c5) : (index) -> index
  %s7 = call @opaque(%c7) : (index) -> index
  %s17 = call @opaque(%c17) : (index) -> index
  call @scores(%s3, %s5, %s17, %s7) : (index, index, index, index) -> ()
  return
}

func.func @scores_3x1x1x1() {
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %s1 = call @opaque(%c1) : (index) -> index
  %s3 = call @opaque(%c3) : (index) -> index
  call @scores(%s3, %s1, %s1, %s1) : (index, index, index, index) -> ()
  return
}

func.func @scores_static_3x7x13x5() {
  %key = arith.constant 11 : i64
  %k0 = arith.constant 0.5 : f32
  %query = vellum.random normal %key stream 1 : tensor<3x7x4xf32>
  %keys = vellum.random normal %key stream 2 : tensor<3x13x4xf32>
  %values = vellum.random normal %key stream 3 : tensor<3x13x5xf32>
  %beta = vellum.random uniform %key stream 4 : tensor<3x7x1xf32>
  %va = vellum.random normal %key stream 5 : tensor<4xf32>
  %query_any = tensor.cast %query : tensor<3x7x4xf32> to tensor<?x?x?xf32>
  %keys_any = tensor.cast %keys : tensor<3x13x4xf32> to tensor<?x?x?xf32>
  %dot = call @dot_of(%query_any, %keys_any) : (tensor<?x?x?xf32>, tensor<?x?x?xf32>) -> tensor<?x?x?xf32>
  %dot_sized = tensor.cast %dot : tensor<?x?x?xf32> to tensor<3x7x13xf32>
  %y = vellum.attend %query to %keys, %values score dot
  %dot_sized_any = tensor.cast %dot_sized : tensor<3x7x13xf32> to tensor<?x?x?xf32>
  %top = call @top_of(%dot_sized_any) : (tensor<?x?x?xf32>) -> tensor<?x?xf32>
  %top_sized = tensor.cast %top : tensor<?x?xf32> to tensor<3x7xf32>
  %dot_sized_any2 = tensor.cast %dot_sized : tensor<3x7x13xf32> to tensor<?x?x?xf32>
  %top_sized_any = tensor.cast %top_sized : tensor<3x7xf32> to tensor<?x?xf32>
  %exp = call @exp_of(%dot_sized_any2, %top_sized_any) : (tensor<?x?x?xf32>, tensor<?x?xf32>) -> tensor<?x?x?xf32>
  %exp_sized = tensor.cast %exp : tensor<?x?x?xf32> to tensor<3x7x13xf32>
  %exp_sized_any = tensor.cast %exp_sized : tensor<3x7x13xf32> to tensor<?x?x?xf32>
  %total = call @total_of(%exp_sized_any) : (tensor<?x?x?xf32>) -> tensor<?x?xf32>
  %total_sized = tensor.cast %total : tensor<?x?xf32> to tensor<3x7xf32>
  %exp_sized_any2 = tensor.cast %exp_sized : tensor<3x7x13xf32> to tensor<?x?x?xf32>
  %total_sized_any = tensor.cast %total_sized : tensor<3x7xf32> to tensor<?x?xf32>
  %softmax = call @softmax_of(%exp_sized_any2, %total_sized_any) : (tensor<?x?x?xf32>, tensor<?x?xf32>) -> tensor<?x?x?xf32>
  %softmax_sized = tensor.cast %softmax : tensor<?x?x?xf32> to tensor<3x7x13xf32>
  %softmax_sized_any = tensor.cast %softmax_sized : tensor<3x7x13xf32> to tensor<?x?x?xf32>
  %values_any = tensor.cast %values : tensor<3x13x5xf32> to tensor<?x?x?xf32>
  %context = call @context_of(%softmax_sized_any, %values_any) : (tensor<?x?x?xf32>, tensor<?x?x?xf32>) -> tensor<?x?x?xf32>
  %context_sized = tensor.cast %context : tensor<?x?x?xf32> to tensor<3x7x5xf32>
  vellum.expect_close %y, %context_sized atol 1e-5 rtol 1e-5
  %dot_sized_any3 = tensor.cast %dot_sized : tensor<3x7x13xf32> to tensor<?x?x?xf32>
  %scaled = call @scaled_of(%dot_sized_any3) : (tensor<?x?x?xf32>) -> tensor<?x?x?xf32>
  %scaled_sized = tensor.cast %scaled : tensor<?x?x?xf32> to tensor<3x7x13xf32>
  %y2, %y3 = vellum.attend %query to %keys, %values weighting
  %scaled_sized_any = tensor.cast %scaled_sized : tensor<3x7x13xf32> to tensor<?x?x?xf32>
  %top2 = call @top_of(%scaled_sized_any) : (tensor<?x?x?xf32>) -> tensor<?x?xf32>
  %top2_sized = tensor.cast %top2 : tensor<?x?xf32> to tensor<3x7xf32>
  %scaled_sized_any2 = tensor.cast %scaled_sized : tensor<3x7x13xf32> to tensor<?x?x?xf32>
  %top2_sized_any = tensor.cast %top2_sized : tensor<3x7xf32> to tensor<?x?xf32>
  %exp2 = call @exp_of(%scaled_sized_any2, %top2_sized_any) : (tensor<?x?x?xf32>, tensor<?x?xf32>) -> tensor<?x?x?xf32>
  %exp2_sized = tensor.cast %exp2 : tensor<?x?x?xf32> to tensor<3x7x13xf32>
  %exp2_sized_any = tensor.cast %exp2_sized : tensor<3x7x13xf32> to tensor<?x?x?xf32>
  %total2 = call @total_of(%exp2_sized_any) : (tensor<?x?x?xf32>) -> tensor<?x?xf32>
  %total2_sized = tensor.cast %total2 : tensor<?x?xf32> to tensor<3x7xf32>
  %exp2_sized_any2 = tensor.cast %exp2_sized : tensor<3x7x13xf32> to tensor<?x?x?xf32>
  %total2_sized_any = tensor.cast %total2_sized : tensor<3x7xf32> to tensor<?x?xf32>
  %softmax2 = call @softmax_of(%exp2_sized_any2, %total2_sized_any) : (tensor<?x?x?xf32>, tensor<?x?xf32>) -> tensor<?x?x?xf32>
  %softmax2_sized = tensor.cast %softmax2 : tensor<?x?x?xf32> to tensor<3x7x13xf32>
  %softmax2_sized_any = tensor.cast %softmax2_sized : tensor<3x7x13xf32> to tensor<?x?x?xf32>
  %values_any2 = tensor.cast %values : tensor<3x13x5xf32> to tensor<?x?x?xf32>
  %context2 = call @context_of(%softmax2_sized_any, %values_any2) : (tensor<?x?x?xf32>, tensor<?x?x?xf32>) -> tensor<?x?x?xf32>
  %context2_sized = tensor.cast %context2 : tensor<?x?x?xf32> to tensor<3x7x5xf32>
  vellum.expect_close %y2, %context2_sized atol 1e-5 rtol 1e-5
  vellum.expect_close %y3, %softmax2_sized atol 1e-5 rtol 1e-5
  %query_any2 = tensor.cast %query : tensor<3x7x4xf32> to tensor<?x?x?xf32>
  %keys_any2 = tensor.cast %keys : tensor<3x13x4xf32> to tensor<?x?x?xf32>
  %va_any = tensor.cast %va : tensor<4xf32> to tensor<?xf32>
  %additive = call @additive_of(%query_any2, %keys_any2, %va_any) : (tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?xf32>) -> tensor<?x?x?xf32>
  %additive_sized = tensor.cast %additive : tensor<?x?x?xf32> to tensor<3x7x13xf32>
  %y4 = vellum.attend %query to %keys, %values score additive by %va
  %additive_sized_any = tensor.cast %additive_sized : tensor<3x7x13xf32> to tensor<?x?x?xf32>
  %top3 = call @top_of(%additive_sized_any) : (tensor<?x?x?xf32>) -> tensor<?x?xf32>
  %top3_sized = tensor.cast %top3 : tensor<?x?xf32> to tensor<3x7xf32>
  %additive_sized_any2 = tensor.cast %additive_sized : tensor<3x7x13xf32> to tensor<?x?x?xf32>
  %top3_sized_any = tensor.cast %top3_sized : tensor<3x7xf32> to tensor<?x?xf32>
  %exp3 = call @exp_of(%additive_sized_any2, %top3_sized_any) : (tensor<?x?x?xf32>, tensor<?x?xf32>) -> tensor<?x?x?xf32>
  %exp3_sized = tensor.cast %exp3 : tensor<?x?x?xf32> to tensor<3x7x13xf32>
  %exp3_sized_any = tensor.cast %exp3_sized : tensor<3x7x13xf32> to tensor<?x?x?xf32>
  %total3 = call @total_of(%exp3_sized_any) : (tensor<?x?x?xf32>) -> tensor<?x?xf32>
  %total3_sized = tensor.cast %total3 : tensor<?x?xf32> to tensor<3x7xf32>
  %exp3_sized_any2 = tensor.cast %exp3_sized : tensor<3x7x13xf32> to tensor<?x?x?xf32>
  %total3_sized_any = tensor.cast %total3_sized : tensor<3x7xf32> to tensor<?x?xf32>
  %softmax3 = call @softmax_of(%exp3_sized_any2, %total3_sized_any) : (tensor<?x?x?xf32>, tensor<?x?xf32>) -> tensor<?x?x?xf32>
  %softmax3_sized = tensor.cast %softmax3 : tensor<?x?x?xf32> to tensor<3x7x13xf32>
  %softmax3_sized_any = tensor.cast %softmax3_sized : tensor<3x7x13xf32> to tensor<?x?x?xf32>
  %values_any3 = tensor.cast %values : tensor<3x13x5xf32> to tensor<?x?x?xf32>
  %context3 = call @context_of(%softmax3_sized_any, %values_any3) : (tensor<?x?x?xf32>, tensor<?x?x?xf32>) -> tensor<?x?x?xf32>
  %context3_sized = tensor.cast %context3 : tensor<?x?x?xf32> to tensor<3x7x5xf32>
  vellum.expect_close %y4, %context3_sized atol 1e-5 rtol 1e-5
  %query_any3 = tensor.cast %query : tensor<3x7x4xf32> to tensor<?x?x?xf32>
  %norm = call @norm_of(%query_any3) : (tensor<?x?x?xf32>) -> tensor<?x?xf32>
  %norm_sized = tensor.cast %norm : tensor<?x?xf32> to tensor<3x7xf32>
  %keys_any3 = tensor.cast %keys : tensor<3x13x4xf32> to tensor<?x?x?xf32>
  %norm2 = call @norm_of_2(%keys_any3) : (tensor<?x?x?xf32>) -> tensor<?x?xf32>
  %norm2_sized = tensor.cast %norm2 : tensor<?x?xf32> to tensor<3x13xf32>
  %dot_sized_any4 = tensor.cast %dot_sized : tensor<3x7x13xf32> to tensor<?x?x?xf32>
  %norm_sized_any = tensor.cast %norm_sized : tensor<3x7xf32> to tensor<?x?xf32>
  %norm2_sized_any = tensor.cast %norm2_sized : tensor<3x13xf32> to tensor<?x?xf32>
  %beta_any = tensor.cast %beta : tensor<3x7x1xf32> to tensor<?x?x1xf32>
  %cosine = call @cosine_of(%dot_sized_any4, %norm_sized_any, %norm2_sized_any, %beta_any) : (tensor<?x?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?x1xf32>) -> tensor<?x?x?xf32>
  %cosine_sized = tensor.cast %cosine : tensor<?x?x?xf32> to tensor<3x7x13xf32>
  %y5 = vellum.attend %query to %keys, %values score cosine strength %beta
  %cosine_sized_any = tensor.cast %cosine_sized : tensor<3x7x13xf32> to tensor<?x?x?xf32>
  %top4 = call @top_of(%cosine_sized_any) : (tensor<?x?x?xf32>) -> tensor<?x?xf32>
  %top4_sized = tensor.cast %top4 : tensor<?x?xf32> to tensor<3x7xf32>
  %cosine_sized_any2 = tensor.cast %cosine_sized : tensor<3x7x13xf32> to tensor<?x?x?xf32>
  %top4_sized_any = tensor.cast %top4_sized : tensor<3x7xf32> to tensor<?x?xf32>
  %exp4 = call @exp_of(%cosine_sized_any2, %top4_sized_any) : (tensor<?x?x?xf32>, tensor<?x?xf32>) -> tensor<?x?x?xf32>
  %exp4_sized = tensor.cast %exp4 : tensor<?x?x?xf32> to tensor<3x7x13xf32>
  %exp4_sized_any = tensor.cast %exp4_sized : tensor<3x7x13xf32> to tensor<?x?x?xf32>
  %total4 = call @total_of(%exp4_sized_any) : (tensor<?x?x?xf32>) -> tensor<?x?xf32>
  %total4_sized = tensor.cast %total4 : tensor<?x?xf32> to tensor<3x7xf32>
  %exp4_sized_any2 = tensor.cast %exp4_sized : tensor<3x7x13xf32> to tensor<?x?x?xf32>
  %total4_sized_any = tensor.cast %total4_sized : tensor<3x7xf32> to tensor<?x?xf32>
  %softmax4 = call @softmax_of(%exp4_sized_any2, %total4_sized_any) : (tensor<?x?x?xf32>, tensor<?x?xf32>) -> tensor<?x?x?xf32>
  %softmax4_sized = tensor.cast %softmax4 : tensor<?x?x?xf32> to tensor<3x7x13xf32>
  %softmax4_sized_any = tensor.cast %softmax4_sized : tensor<3x7x13xf32> to tensor<?x?x?xf32>
  %values_any4 = tensor.cast %values : tensor<3x13x5xf32> to tensor<?x?x?xf32>
  %context4 = call @context_of(%softmax4_sized_any, %values_any4) : (tensor<?x?x?xf32>, tensor<?x?x?xf32>) -> tensor<?x?x?xf32>
  %context4_sized = tensor.cast %context4 : tensor<?x?x?xf32> to tensor<3x7x5xf32>
  vellum.expect_close %y5, %context4_sized atol 1e-5 rtol 1e-5
  %u = vellum.random uniform %key stream 6 : tensor<3x13xf32>
  %half = tensor.splat %k0 : tensor<3x13xf32>
  %mask = arith.cmpf ogt, %u, %half : tensor<3x13xf32>
  %open = arith.uitofp %mask : tensor<3x13xi1> to tensor<3x13xf32>
  %y6 = vellum.attend %query to %keys, %values mask %mask
  %scaled_sized_any3 = tensor.cast %scaled_sized : tensor<3x7x13xf32> to tensor<?x?x?xf32>
  %open_any = tensor.cast %open : tensor<3x13xf32> to tensor<?x?xf32>
  %opened = call @opened_of(%scaled_sized_any3, %open_any) : (tensor<?x?x?xf32>, tensor<?x?xf32>) -> tensor<?x?x?xf32>
  %opened_sized = tensor.cast %opened : tensor<?x?x?xf32> to tensor<3x7x13xf32>
  %opened_sized_any = tensor.cast %opened_sized : tensor<3x7x13xf32> to tensor<?x?x?xf32>
  %total5 = call @total_of(%opened_sized_any) : (tensor<?x?x?xf32>) -> tensor<?x?xf32>
  %total5_sized = tensor.cast %total5 : tensor<?x?xf32> to tensor<3x7xf32>
  %opened_sized_any2 = tensor.cast %opened_sized : tensor<3x7x13xf32> to tensor<?x?x?xf32>
  %total5_sized_any = tensor.cast %total5_sized : tensor<3x7xf32> to tensor<?x?xf32>
  %weights = call @weights_of(%opened_sized_any2, %total5_sized_any) : (tensor<?x?x?xf32>, tensor<?x?xf32>) -> tensor<?x?x?xf32>
  %weights_sized = tensor.cast %weights : tensor<?x?x?xf32> to tensor<3x7x13xf32>
  %weights_sized_any = tensor.cast %weights_sized : tensor<3x7x13xf32> to tensor<?x?x?xf32>
  %values_any5 = tensor.cast %values : tensor<3x13x5xf32> to tensor<?x?x?xf32>
  %context5 = call @context_of(%weights_sized_any, %values_any5) : (tensor<?x?x?xf32>, tensor<?x?x?xf32>) -> tensor<?x?x?xf32>
  %context5_sized = tensor.cast %context5 : tensor<?x?x?xf32> to tensor<3x7x5xf32>
  vellum.expect_close %y6, %context5_sized atol 1e-5 rtol 1e-5
  return
}

func.func private @heads(%b: index, %h: index, %s: index) {
  %key = arith.constant 11 : i64
  %query = vellum.random normal %key stream 1 (%b, %h) : tensor<?x?x4xf32>
  %keys = vellum.random normal %key stream 2 (%b, %s) : tensor<?x?x4xf32>
  %values = vellum.random normal %key stream 3 (%b, %s) : tensor<?x?x6xf32>
  %y = vellum.attend %query to %keys, %values heads 2
  %half = vellum.slice %query from 0 size 2
  %half2 = vellum.slice %keys from 0 size 2
  %half3 = vellum.slice %values from 0 size 3
  %part = vellum.attend %half to %half2, %half3
  %half4 = vellum.slice %query from 2 size 2
  %half5 = vellum.slice %keys from 2 size 2
  %half6 = vellum.slice %values from 3 size 3
  %part2 = vellum.attend %half4 to %half5, %half6
  %both = vellum.concat %part, %part2
  vellum.expect_close %y, %both atol 1e-5 rtol 1e-5
  return
}

func.func @heads_1x7x13() {
  %c1 = arith.constant 1 : index
  %c7 = arith.constant 7 : index
  %c13 = arith.constant 13 : index
  %s1 = call @opaque(%c1) : (index) -> index
  %s7 = call @opaque(%c7) : (index) -> index
  %s13 = call @opaque(%c13) : (index) -> index
  call @heads(%s1, %s7, %s13) : (index, index, index) -> ()
  return
}

func.func @heads_3x5x17() {
  %c3 = arith.constant 3 : index
  %c5 = arith.constant 5 : index
  %c17 = arith.constant 17 : index
  %s3 = call @opaque(%c3) : (index) -> index
  %s5 = call @opaque(%c5) : (index) -> index
  %s17 = call @opaque(%c17) : (index) -> index
  call @heads(%s3, %s5, %s17) : (index, index, index) -> ()
  return
}

func.func @heads_static_3x5x13() {
  %key = arith.constant 11 : i64
  %query = vellum.random normal %key stream 1 : tensor<3x5x4xf32>
  %keys = vellum.random normal %key stream 2 : tensor<3x13x4xf32>
  %values = vellum.random normal %key stream 3 : tensor<3x13x6xf32>
  %y = vellum.attend %query to %keys, %values heads 2
  %half = vellum.slice %query from 0 size 2
  %half2 = vellum.slice %keys from 0 size 2
  %half3 = vellum.slice %values from 0 size 3
  %part = vellum.attend %half to %half2, %half3
  %half4 = vellum.slice %query from 2 size 2
  %half5 = vellum.slice %keys from 2 size 2
  %half6 = vellum.slice %values from 3 size 3
  %part2 = vellum.attend %half4 to %half5, %half6
  %both = vellum.concat %part, %part2
  vellum.expect_close %y, %both atol 1e-5 rtol 1e-5
  return
}

// Equal scores: the mean of the values that causality leaves, the last query seeing all.
func.func @causal() {
  %q = arith.constant dense<0.0> : tensor<1x3x2xf32>
  %k = arith.constant dense<1.0> : tensor<1x4x2xf32>
  %v = arith.constant dense<[[[1.0], [3.0], [8.0], [16.0]]]> : tensor<1x4x1xf32>
  %y = vellum.attend %q to %k, %v causal
  %e = arith.constant dense<[[[2.0], [4.0], [7.0]]]> : tensor<1x3x1xf32>
  vellum.expect_close %y, %e atol 1e-6 rtol 1e-6
  return
}

// A query that may attend to nothing gets zeros.
func.func @closed() {
  %q = arith.constant dense<0.0> : tensor<2x2xf32>
  %k = arith.constant dense<1.0> : tensor<2x3x2xf32>
  %v = arith.constant dense<[[[1.0], [3.0], [8.0]], [[1.0], [3.0], [8.0]]]> : tensor<2x3x1xf32>
  %m = arith.constant dense<[[false, false, false], [true, true, false]]> : tensor<2x3xi1>
  %y, %w = vellum.attend %q to %k, %v mask %m weighting
  %e = arith.constant dense<[[0.0], [2.0]]> : tensor<2x1xf32>
  vellum.expect_close %y, %e atol 1e-6 rtol 1e-6
  %we = arith.constant dense<[[0.0, 0.0, 0.0], [0.5, 0.5, 0.0]]> : tensor<2x3xf32>
  vellum.expect_close %w, %we atol 1e-6 rtol 1e-6
  return
}
