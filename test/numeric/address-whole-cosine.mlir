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

func.func private @top_of(%a0: tensor<?x?xf32>) -> tensor<?xf32> {
  %k0 = arith.constant -1.0e+30 : f32
  %at_b = arith.constant 0 : index
  %b = tensor.dim %a0, %at_b : tensor<?x?xf32>
  %init = tensor.splat %k0[%b] : tensor<?xf32>
  %result = linalg.generic {
    indexing_maps = [affine_map<(b, t) -> (b, t)>, 
                     affine_map<(b, t) -> (b)>],
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
  %at_t = arith.constant 1 : index
  %t = tensor.dim %a0, %at_t : tensor<?x?xf32>
  %init = tensor.splat %zero[%b, %t] : tensor<?x?xf32>
  %result = linalg.generic {
    indexing_maps = [affine_map<(b, t) -> (b, t)>, 
                     affine_map<(b, t) -> (b)>, 
                     affine_map<(b, t) -> (b, t)>],
    iterator_types = ["parallel", "parallel"]}
    ins(%a0, %a1 : tensor<?x?xf32>, tensor<?xf32>) outs(%init : tensor<?x?xf32>) {
  ^bb0(%x0: f32, %x1: f32, %acc: f32):
    %e0 = arith.subf %x0, %x1 : f32
    %e1 = math.exp %e0 : f32
    linalg.yield %e1 : f32
  } -> tensor<?x?xf32>
  return %result : tensor<?x?xf32>
}

func.func private @total_of_3(%a0: tensor<?x?xf32>) -> tensor<?xf32> {
  %zero = arith.constant 0.0 : f32
  %at_b = arith.constant 0 : index
  %b = tensor.dim %a0, %at_b : tensor<?x?xf32>
  %init = tensor.splat %zero[%b] : tensor<?xf32>
  %result = linalg.generic {
    indexing_maps = [affine_map<(b, t) -> (b, t)>, 
                     affine_map<(b, t) -> (b)>],
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
  %at_t = arith.constant 1 : index
  %t = tensor.dim %a0, %at_t : tensor<?x?xf32>
  %init = tensor.splat %zero[%b, %t] : tensor<?x?xf32>
  %result = linalg.generic {
    indexing_maps = [affine_map<(b, t) -> (b, t)>, 
                     affine_map<(b, t) -> (b)>, 
                     affine_map<(b, t) -> (b, t)>],
    iterator_types = ["parallel", "parallel"]}
    ins(%a0, %a1 : tensor<?x?xf32>, tensor<?xf32>) outs(%init : tensor<?x?xf32>) {
  ^bb0(%x0: f32, %x1: f32, %acc: f32):
    %e0 = arith.divf %x0, %x1 : f32
    linalg.yield %e0 : f32
  } -> tensor<?x?xf32>
  return %result : tensor<?x?xf32>
}

func.func private @power_of_3(%a0: tensor<?x1xf32>) -> tensor<?x1xf32> {
  %k0 = arith.constant 2.0 : f32
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

func.func private @top_of_2(%a0: tensor<?x?xf32>) -> tensor<?xf32> {
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

func.func private @exp_of_2(%a0: tensor<?x?xf32>, %a1: tensor<?xf32>) -> tensor<?x?xf32> {
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

func.func private @key_norm_of(%a0: tensor<?x?xf32>) -> tensor<?xf32> {
  %zero = arith.constant 0.0 : f32
  %at_b = arith.constant 0 : index
  %b = tensor.dim %a0, %at_b : tensor<?x?xf32>
  %init = tensor.splat %zero[%b] : tensor<?xf32>
  %result = linalg.generic {
    indexing_maps = [affine_map<(b, m) -> (b, m)>, 
                     affine_map<(b, m) -> (b)>],
    iterator_types = ["parallel", "reduction"]}
    ins(%a0 : tensor<?x?xf32>) outs(%init : tensor<?xf32>) {
  ^bb0(%x0: f32, %acc: f32):
    %e0 = arith.mulf %x0, %x0 : f32
    %e1 = arith.addf %acc, %e0 : f32
    linalg.yield %e1 : f32
  } -> tensor<?xf32>
  return %result : tensor<?xf32>
}

func.func private @word_norm_of(%a0: tensor<?x?x?xf32>) -> tensor<?x?xf32> {
  %zero = arith.constant 0.0 : f32
  %at_b = arith.constant 0 : index
  %b = tensor.dim %a0, %at_b : tensor<?x?x?xf32>
  %at_n = arith.constant 1 : index
  %n = tensor.dim %a0, %at_n : tensor<?x?x?xf32>
  %init = tensor.splat %zero[%b, %n] : tensor<?x?xf32>
  %result = linalg.generic {
    indexing_maps = [affine_map<(b, n, m) -> (b, n, m)>, 
                     affine_map<(b, n, m) -> (b, n)>],
    iterator_types = ["parallel", "parallel", "reduction"]}
    ins(%a0 : tensor<?x?x?xf32>) outs(%init : tensor<?x?xf32>) {
  ^bb0(%x0: f32, %acc: f32):
    %e0 = arith.mulf %x0, %x0 : f32
    %e1 = arith.addf %acc, %e0 : f32
    linalg.yield %e1 : f32
  } -> tensor<?x?xf32>
  return %result : tensor<?x?xf32>
}

func.func private @product_of(%a0: tensor<?x?xf32>, %a1: tensor<?x?x?xf32>) -> tensor<?x?xf32> {
  %zero = arith.constant 0.0 : f32
  %at_b = arith.constant 0 : index
  %b = tensor.dim %a0, %at_b : tensor<?x?xf32>
  %at_n = arith.constant 1 : index
  %n = tensor.dim %a1, %at_n : tensor<?x?x?xf32>
  %init = tensor.splat %zero[%b, %n] : tensor<?x?xf32>
  %result = linalg.generic {
    indexing_maps = [affine_map<(b, n, m) -> (b, m)>, 
                     affine_map<(b, n, m) -> (b, n, m)>, 
                     affine_map<(b, n, m) -> (b, n)>],
    iterator_types = ["parallel", "parallel", "reduction"]}
    ins(%a0, %a1 : tensor<?x?xf32>, tensor<?x?x?xf32>) outs(%init : tensor<?x?xf32>) {
  ^bb0(%x0: f32, %x1: f32, %acc: f32):
    %e0 = arith.mulf %x0, %x1 : f32
    %e1 = arith.addf %acc, %e0 : f32
    linalg.yield %e1 : f32
  } -> tensor<?x?xf32>
  return %result : tensor<?x?xf32>
}

func.func private @score_of(%a0: tensor<?x?xf32>, %a1: tensor<?xf32>, %a2: tensor<?x?xf32>, %a3: tensor<?x1xf32>) -> tensor<?x?xf32> {
  %k0 = arith.constant 1.0e-06 : f32
  %zero = arith.constant 0.0 : f32
  %at_b = arith.constant 0 : index
  %b = tensor.dim %a0, %at_b : tensor<?x?xf32>
  %at_n = arith.constant 1 : index
  %n = tensor.dim %a0, %at_n : tensor<?x?xf32>
  %init = tensor.splat %zero[%b, %n] : tensor<?x?xf32>
  %result = linalg.generic {
    indexing_maps = [affine_map<(b, n) -> (b, n)>, 
                     affine_map<(b, n) -> (b)>, 
                     affine_map<(b, n) -> (b, n)>, 
                     affine_map<(b, n) -> (b, 0)>, 
                     affine_map<(b, n) -> (b, n)>],
    iterator_types = ["parallel", "parallel"]}
    ins(%a0, %a1, %a2, %a3 : tensor<?x?xf32>, tensor<?xf32>, tensor<?x?xf32>, tensor<?x1xf32>) outs(%init : tensor<?x?xf32>) {
  ^bb0(%x0: f32, %x1: f32, %x2: f32, %x3: f32, %acc: f32):
    %e0 = arith.mulf %x3, %x0 : f32
    %e1 = arith.addf %x1, %k0 : f32
    %e2 = math.sqrt %e1 : f32
    %e3 = arith.addf %x2, %k0 : f32
    %e4 = math.sqrt %e3 : f32
    %e5 = arith.mulf %e2, %e4 : f32
    %e6 = arith.divf %e0, %e5 : f32
    linalg.yield %e6 : f32
  } -> tensor<?x?xf32>
  return %result : tensor<?x?xf32>
}

func.func private @gated_of(%a0: tensor<?x?xf32>, %a1: tensor<?x?xf32>, %a2: tensor<?x1xf32>) -> tensor<?x?xf32> {
  %one = arith.constant 1.0 : f32
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
    %e0 = arith.mulf %x2, %x0 : f32
    %e1 = arith.subf %one, %x2 : f32
    %e2 = arith.mulf %e1, %x1 : f32
    %e3 = arith.addf %e0, %e2 : f32
    linalg.yield %e3 : f32
  } -> tensor<?x?xf32>
  return %result : tensor<?x?xf32>
}

func.func private @tap_of(%a0: tensor<?x?xf32>, %a1: tensor<?xf32>) -> tensor<?xf32> {
  %zero = arith.constant 0.0 : f32
  %at_b = arith.constant 0 : index
  %b = tensor.dim %a0, %at_b : tensor<?x?xf32>
  %init = tensor.splat %zero[%b] : tensor<?xf32>
  %result = linalg.generic {
    indexing_maps = [affine_map<(b, t) -> (b, t)>, 
                     affine_map<(b, t) -> (t)>, 
                     affine_map<(b, t) -> (b)>],
    iterator_types = ["parallel", "reduction"]}
    ins(%a0, %a1 : tensor<?x?xf32>, tensor<?xf32>) outs(%init : tensor<?xf32>) {
  ^bb0(%x0: f32, %x1: f32, %acc: f32):
    %e0 = arith.mulf %x0, %x1 : f32
    %e1 = arith.addf %acc, %e0 : f32
    linalg.yield %e1 : f32
  } -> tensor<?xf32>
  return %result : tensor<?xf32>
}

func.func private @shifted_of(%a0: tensor<?x?xf32>, %a1: tensor<?x?xf32>, %a2: tensor<?x?xf32>, %a3: tensor<?xf32>, %a4: tensor<?xf32>, %a5: tensor<?xf32>) -> tensor<?x?xf32> {
  %zero = arith.constant 0.0 : f32
  %at_b = arith.constant 0 : index
  %b = tensor.dim %a0, %at_b : tensor<?x?xf32>
  %at_n = arith.constant 1 : index
  %n = tensor.dim %a0, %at_n : tensor<?x?xf32>
  %init = tensor.splat %zero[%b, %n] : tensor<?x?xf32>
  %result = linalg.generic {
    indexing_maps = [affine_map<(b, n) -> (b, n)>, 
                     affine_map<(b, n) -> (b, n)>, 
                     affine_map<(b, n) -> (b, n)>, 
                     affine_map<(b, n) -> (b)>, 
                     affine_map<(b, n) -> (b)>, 
                     affine_map<(b, n) -> (b)>, 
                     affine_map<(b, n) -> (b, n)>],
    iterator_types = ["parallel", "parallel"]}
    ins(%a0, %a1, %a2, %a3, %a4, %a5 : tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?xf32>, tensor<?xf32>, tensor<?xf32>) outs(%init : tensor<?x?xf32>) {
  ^bb0(%x0: f32, %x1: f32, %x2: f32, %x3: f32, %x4: f32, %x5: f32, %acc: f32):
    %e0 = arith.mulf %x0, %x3 : f32
    %e1 = arith.mulf %x1, %x4 : f32
    %e2 = arith.addf %e0, %e1 : f32
    %e3 = arith.mulf %x2, %x5 : f32
    %e4 = arith.addf %e2, %e3 : f32
    linalg.yield %e4 : f32
  } -> tensor<?x?xf32>
  return %result : tensor<?x?xf32>
}

func.func private @whole_cosine(%b: index, %m: index) {
  %key = arith.constant 11 : i64
  %key_vector = vellum.random normal %key stream 1 (%b, %m) : tensor<?x?xf32>
  %memory = vellum.random normal %key stream 2 (%b, %m) : tensor<?x13x?xf32>
  %beta = vellum.random uniform %key stream 3 (%b) : tensor<?x1xf32>
  %gate = vellum.random uniform %key stream 4 (%b) : tensor<?x1xf32>
  %shift_logits = vellum.random normal %key stream 5 (%b) : tensor<?x3xf32>
  %shift_logits_any = tensor.cast %shift_logits : tensor<?x3xf32> to tensor<?x?xf32>
  %top = call @top_of(%shift_logits_any) : (tensor<?x?xf32>) -> tensor<?xf32>
  %shift_logits_any2 = tensor.cast %shift_logits : tensor<?x3xf32> to tensor<?x?xf32>
  %exp = call @exp_of(%shift_logits_any2, %top) : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?x?xf32>
  %exp_sized = tensor.cast %exp : tensor<?x?xf32> to tensor<?x3xf32>
  %exp_sized_any = tensor.cast %exp_sized : tensor<?x3xf32> to tensor<?x?xf32>
  %total = call @total_of_3(%exp_sized_any) : (tensor<?x?xf32>) -> tensor<?xf32>
  %exp_sized_any2 = tensor.cast %exp_sized : tensor<?x3xf32> to tensor<?x?xf32>
  %softmax = call @softmax_of(%exp_sized_any2, %total) : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?x?xf32>
  %softmax_sized = tensor.cast %softmax : tensor<?x?xf32> to tensor<?x3xf32>
  %u = vellum.random uniform %key stream 6 (%b) : tensor<?x1xf32>
  %power = call @power_of_3(%u) : (tensor<?x1xf32>) -> tensor<?x1xf32>
  %previous_logits = vellum.random normal %key stream 7 (%b) : tensor<?x13xf32>
  %previous_logits_any = tensor.cast %previous_logits : tensor<?x13xf32> to tensor<?x?xf32>
  %top2 = call @top_of_2(%previous_logits_any) : (tensor<?x?xf32>) -> tensor<?xf32>
  %previous_logits_any2 = tensor.cast %previous_logits : tensor<?x13xf32> to tensor<?x?xf32>
  %exp2 = call @exp_of_2(%previous_logits_any2, %top2) : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?x?xf32>
  %exp2_sized = tensor.cast %exp2 : tensor<?x?xf32> to tensor<?x13xf32>
  %exp2_sized_any = tensor.cast %exp2_sized : tensor<?x13xf32> to tensor<?x?xf32>
  %total2 = call @total_of(%exp2_sized_any) : (tensor<?x?xf32>) -> tensor<?xf32>
  %exp2_sized_any2 = tensor.cast %exp2_sized : tensor<?x13xf32> to tensor<?x?xf32>
  %softmax2 = call @e_of_2(%exp2_sized_any2, %total2) : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?x?xf32>
  %softmax2_sized = tensor.cast %softmax2 : tensor<?x?xf32> to tensor<?x13xf32>
  %y = vellum.address %key_vector in %memory strength %beta gate %gate shift %softmax_sized power %power from %softmax2_sized
  %key_norm = call @key_norm_of(%key_vector) : (tensor<?x?xf32>) -> tensor<?xf32>
  %memory_any = tensor.cast %memory : tensor<?x13x?xf32> to tensor<?x?x?xf32>
  %word_norm = call @word_norm_of(%memory_any) : (tensor<?x?x?xf32>) -> tensor<?x?xf32>
  %word_norm_sized = tensor.cast %word_norm : tensor<?x?xf32> to tensor<?x13xf32>
  %memory_any2 = tensor.cast %memory : tensor<?x13x?xf32> to tensor<?x?x?xf32>
  %product = call @product_of(%key_vector, %memory_any2) : (tensor<?x?xf32>, tensor<?x?x?xf32>) -> tensor<?x?xf32>
  %product_sized = tensor.cast %product : tensor<?x?xf32> to tensor<?x13xf32>
  %product_sized_any = tensor.cast %product_sized : tensor<?x13xf32> to tensor<?x?xf32>
  %word_norm_sized_any = tensor.cast %word_norm_sized : tensor<?x13xf32> to tensor<?x?xf32>
  %score = call @score_of(%product_sized_any, %key_norm, %word_norm_sized_any, %beta) : (tensor<?x?xf32>, tensor<?xf32>, tensor<?x?xf32>, tensor<?x1xf32>) -> tensor<?x?xf32>
  %score_sized = tensor.cast %score : tensor<?x?xf32> to tensor<?x13xf32>
  %score_sized_any = tensor.cast %score_sized : tensor<?x13xf32> to tensor<?x?xf32>
  %top3 = call @top_of_2(%score_sized_any) : (tensor<?x?xf32>) -> tensor<?xf32>
  %score_sized_any2 = tensor.cast %score_sized : tensor<?x13xf32> to tensor<?x?xf32>
  %exp3 = call @exp_of_2(%score_sized_any2, %top3) : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?x?xf32>
  %exp3_sized = tensor.cast %exp3 : tensor<?x?xf32> to tensor<?x13xf32>
  %exp3_sized_any = tensor.cast %exp3_sized : tensor<?x13xf32> to tensor<?x?xf32>
  %total3 = call @total_of(%exp3_sized_any) : (tensor<?x?xf32>) -> tensor<?xf32>
  %exp3_sized_any2 = tensor.cast %exp3_sized : tensor<?x13xf32> to tensor<?x?xf32>
  %softmax3 = call @e_of_2(%exp3_sized_any2, %total3) : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?x?xf32>
  %softmax3_sized = tensor.cast %softmax3 : tensor<?x?xf32> to tensor<?x13xf32>
  %softmax3_sized_any = tensor.cast %softmax3_sized : tensor<?x13xf32> to tensor<?x?xf32>
  %softmax2_sized_any = tensor.cast %softmax2_sized : tensor<?x13xf32> to tensor<?x?xf32>
  %gated = call @gated_of(%softmax3_sized_any, %softmax2_sized_any, %gate) : (tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x1xf32>) -> tensor<?x?xf32>
  %gated_sized = tensor.cast %gated : tensor<?x?xf32> to tensor<?x13xf32>
  %tail = tensor.extract_slice %gated_sized[0, 1] [%b, 12] [1, 1] : tensor<?x13xf32> to tensor<?x12xf32>
  %head = tensor.extract_slice %gated_sized[0, 0] [%b, 1] [1, 1] : tensor<?x13xf32> to tensor<?x1xf32>
  %left = tensor.concat dim(1) %tail, %head : (tensor<?x12xf32>, tensor<?x1xf32>) -> tensor<?x13xf32>
  %tail2 = tensor.extract_slice %gated_sized[0, 12] [%b, 1] [1, 1] : tensor<?x13xf32> to tensor<?x1xf32>
  %head2 = tensor.extract_slice %gated_sized[0, 0] [%b, 12] [1, 1] : tensor<?x13xf32> to tensor<?x12xf32>
  %right = tensor.concat dim(1) %tail2, %head2 : (tensor<?x1xf32>, tensor<?x12xf32>) -> tensor<?x13xf32>
  %one_hot = arith.constant dense<[1.0, 0.0, 0.0]> : tensor<3xf32>
  %softmax_sized_any = tensor.cast %softmax_sized : tensor<?x3xf32> to tensor<?x?xf32>
  %one_hot_any = tensor.cast %one_hot : tensor<3xf32> to tensor<?xf32>
  %tap = call @tap_of(%softmax_sized_any, %one_hot_any) : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?xf32>
  %one_hot2 = arith.constant dense<[0.0, 1.0, 0.0]> : tensor<3xf32>
  %softmax_sized_any2 = tensor.cast %softmax_sized : tensor<?x3xf32> to tensor<?x?xf32>
  %one_hot2_any = tensor.cast %one_hot2 : tensor<3xf32> to tensor<?xf32>
  %tap2 = call @tap_of(%softmax_sized_any2, %one_hot2_any) : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?xf32>
  %one_hot3 = arith.constant dense<[0.0, 0.0, 1.0]> : tensor<3xf32>
  %softmax_sized_any3 = tensor.cast %softmax_sized : tensor<?x3xf32> to tensor<?x?xf32>
  %one_hot3_any = tensor.cast %one_hot3 : tensor<3xf32> to tensor<?xf32>
  %tap3 = call @tap_of(%softmax_sized_any3, %one_hot3_any) : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?xf32>
  %left_any = tensor.cast %left : tensor<?x13xf32> to tensor<?x?xf32>
  %gated_sized_any = tensor.cast %gated_sized : tensor<?x13xf32> to tensor<?x?xf32>
  %right_any = tensor.cast %right : tensor<?x13xf32> to tensor<?x?xf32>
  %shifted = call @shifted_of(%left_any, %gated_sized_any, %right_any, %tap, %tap2, %tap3) : (tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?xf32>, tensor<?xf32>, tensor<?xf32>) -> tensor<?x?xf32>
  %shifted_sized = tensor.cast %shifted : tensor<?x?xf32> to tensor<?x13xf32>
  %shifted_sized_any = tensor.cast %shifted_sized : tensor<?x13xf32> to tensor<?x?xf32>
  %raised = call @raised_of(%shifted_sized_any, %power) : (tensor<?x?xf32>, tensor<?x1xf32>) -> tensor<?x?xf32>
  %raised_sized = tensor.cast %raised : tensor<?x?xf32> to tensor<?x13xf32>
  %raised_sized_any = tensor.cast %raised_sized : tensor<?x13xf32> to tensor<?x?xf32>
  %total4 = call @total_of(%raised_sized_any) : (tensor<?x?xf32>) -> tensor<?xf32>
  %raised_sized_any2 = tensor.cast %raised_sized : tensor<?x13xf32> to tensor<?x?xf32>
  %e = call @e_of_2(%raised_sized_any2, %total4) : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?x?xf32>
  %e_sized = tensor.cast %e : tensor<?x?xf32> to tensor<?x13xf32>
  vellum.expect_close %y, %e_sized atol 1e-5 rtol 1e-5
  return
}

func.func @whole_cosine_1x7() {
  %c1 = arith.constant 1 : index
  %c7 = arith.constant 7 : index
  %s1 = call @opaque(%c1) : (index) -> index
  %s7 = call @opaque(%c7) : (index) -> index
  call @whole_cosine(%s1, %s7) : (index, index) -> ()
  return
}

func.func @whole_cosine_3x17() {
  %c3 = arith.constant 3 : index
  %c17 = arith.constant 17 : index
  %s3 = call @opaque(%c3) : (index) -> index
  %s17 = call @opaque(%c17) : (index) -> index
  call @whole_cosine(%s3, %s17) : (index, index) -> ()
  return
}

func.func @whole_cosine_static_3x7() {
  %key = arith.constant 11 : i64
  %key_vector = vellum.random normal %key stream 1 : tensor<3x7xf32>
  %memory = vellum.random normal %key stream 2 : tensor<3x13x7xf32>
  %beta = vellum.random uniform %key stream 3 : tensor<3x1xf32>
  %gate = vellum.random uniform %key stream 4 : tensor<3x1xf32>
  %shift_logits = vellum.random normal %key stream 5 : tensor<3x3xf32>
  %shift_logits_any = tensor.cast %shift_logits : tensor<3x3xf32> to tensor<?x?xf32>
  %top = call @top_of(%shift_logits_any) : (tensor<?x?xf32>) -> tensor<?xf32>
  %top_sized = tensor.cast %top : tensor<?xf32> to tensor<3xf32>
  %shift_logits_any2 = tensor.cast %shift_logits : tensor<3x3xf32> to tensor<?x?xf32>
  %top_sized_any = tensor.cast %top_sized : tensor<3xf32> to tensor<?xf32>
  %exp = call @exp_of(%shift_logits_any2, %top_sized_any) : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?x?xf32>
  %exp_sized = tensor.cast %exp : tensor<?x?xf32> to tensor<3x3xf32>
  %exp_sized_any = tensor.cast %exp_sized : tensor<3x3xf32> to tensor<?x?xf32>
  %total = call @total_of_3(%exp_sized_any) : (tensor<?x?xf32>) -> tensor<?xf32>
  %total_sized = tensor.cast %total : tensor<?xf32> to tensor<3xf32>
  %exp_sized_any2 = tensor.cast %exp_sized : tensor<3x3xf32> to tensor<?x?xf32>
  %total_sized_any = tensor.cast %total_sized : tensor<3xf32> to tensor<?xf32>
  %softmax = call @softmax_of(%exp_sized_any2, %total_sized_any) : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?x?xf32>
  %softmax_sized = tensor.cast %softmax : tensor<?x?xf32> to tensor<3x3xf32>
  %u = vellum.random uniform %key stream 6 : tensor<3x1xf32>
  %u_any = tensor.cast %u : tensor<3x1xf32> to tensor<?x1xf32>
  %power = call @power_of_3(%u_any) : (tensor<?x1xf32>) -> tensor<?x1xf32>
  %power_sized = tensor.cast %power : tensor<?x1xf32> to tensor<3x1xf32>
  %previous_logits = vellum.random normal %key stream 7 : tensor<3x13xf32>
  %previous_logits_any = tensor.cast %previous_logits : tensor<3x13xf32> to tensor<?x?xf32>
  %top2 = call @top_of_2(%previous_logits_any) : (tensor<?x?xf32>) -> tensor<?xf32>
  %top2_sized = tensor.cast %top2 : tensor<?xf32> to tensor<3xf32>
  %previous_logits_any2 = tensor.cast %previous_logits : tensor<3x13xf32> to tensor<?x?xf32>
  %top2_sized_any = tensor.cast %top2_sized : tensor<3xf32> to tensor<?xf32>
  %exp2 = call @exp_of_2(%previous_logits_any2, %top2_sized_any) : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?x?xf32>
  %exp2_sized = tensor.cast %exp2 : tensor<?x?xf32> to tensor<3x13xf32>
  %exp2_sized_any = tensor.cast %exp2_sized : tensor<3x13xf32> to tensor<?x?xf32>
  %total2 = call @total_of(%exp2_sized_any) : (tensor<?x?xf32>) -> tensor<?xf32>
  %total2_sized = tensor.cast %total2 : tensor<?xf32> to tensor<3xf32>
  %exp2_sized_any2 = tensor.cast %exp2_sized : tensor<3x13xf32> to tensor<?x?xf32>
  %total2_sized_any = tensor.cast %total2_sized : tensor<3xf32> to tensor<?xf32>
  %softmax2 = call @e_of_2(%exp2_sized_any2, %total2_sized_any) : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?x?xf32>
  %softmax2_sized = tensor.cast %softmax2 : tensor<?x?xf32> to tensor<3x13xf32>
  %y = vellum.address %key_vector in %memory strength %beta gate %gate shift %softmax_sized power %power_sized from %softmax2_sized
  %key_vector_any = tensor.cast %key_vector : tensor<3x7xf32> to tensor<?x?xf32>
  %key_norm = call @key_norm_of(%key_vector_any) : (tensor<?x?xf32>) -> tensor<?xf32>
  %key_norm_sized = tensor.cast %key_norm : tensor<?xf32> to tensor<3xf32>
  %memory_any = tensor.cast %memory : tensor<3x13x7xf32> to tensor<?x?x?xf32>
  %word_norm = call @word_norm_of(%memory_any) : (tensor<?x?x?xf32>) -> tensor<?x?xf32>
  %word_norm_sized = tensor.cast %word_norm : tensor<?x?xf32> to tensor<3x13xf32>
  %key_vector_any2 = tensor.cast %key_vector : tensor<3x7xf32> to tensor<?x?xf32>
  %memory_any2 = tensor.cast %memory : tensor<3x13x7xf32> to tensor<?x?x?xf32>
  %product = call @product_of(%key_vector_any2, %memory_any2) : (tensor<?x?xf32>, tensor<?x?x?xf32>) -> tensor<?x?xf32>
  %product_sized = tensor.cast %product : tensor<?x?xf32> to tensor<3x13xf32>
  %product_sized_any = tensor.cast %product_sized : tensor<3x13xf32> to tensor<?x?xf32>
  %key_norm_sized_any = tensor.cast %key_norm_sized : tensor<3xf32> to tensor<?xf32>
  %word_norm_sized_any = tensor.cast %word_norm_sized : tensor<3x13xf32> to tensor<?x?xf32>
  %beta_any = tensor.cast %beta : tensor<3x1xf32> to tensor<?x1xf32>
  %score = call @score_of(%product_sized_any, %key_norm_sized_any, %word_norm_sized_any, %beta_any) : (tensor<?x?xf32>, tensor<?xf32>, tensor<?x?xf32>, tensor<?x1xf32>) -> tensor<?x?xf32>
  %score_sized = tensor.cast %score : tensor<?x?xf32> to tensor<3x13xf32>
  %score_sized_any = tensor.cast %score_sized : tensor<3x13xf32> to tensor<?x?xf32>
  %top3 = call @top_of_2(%score_sized_any) : (tensor<?x?xf32>) -> tensor<?xf32>
  %top3_sized = tensor.cast %top3 : tensor<?xf32> to tensor<3xf32>
  %score_sized_any2 = tensor.cast %score_sized : tensor<3x13xf32> to tensor<?x?xf32>
  %top3_sized_any = tensor.cast %top3_sized : tensor<3xf32> to tensor<?xf32>
  %exp3 = call @exp_of_2(%score_sized_any2, %top3_sized_any) : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?x?xf32>
  %exp3_sized = tensor.cast %exp3 : tensor<?x?xf32> to tensor<3x13xf32>
  %exp3_sized_any = tensor.cast %exp3_sized : tensor<3x13xf32> to tensor<?x?xf32>
  %total3 = call @total_of(%exp3_sized_any) : (tensor<?x?xf32>) -> tensor<?xf32>
  %total3_sized = tensor.cast %total3 : tensor<?xf32> to tensor<3xf32>
  %exp3_sized_any2 = tensor.cast %exp3_sized : tensor<3x13xf32> to tensor<?x?xf32>
  %total3_sized_any = tensor.cast %total3_sized : tensor<3xf32> to tensor<?xf32>
  %softmax3 = call @e_of_2(%exp3_sized_any2, %total3_sized_any) : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?x?xf32>
  %softmax3_sized = tensor.cast %softmax3 : tensor<?x?xf32> to tensor<3x13xf32>
  %softmax3_sized_any = tensor.cast %softmax3_sized : tensor<3x13xf32> to tensor<?x?xf32>
  %softmax2_sized_any = tensor.cast %softmax2_sized : tensor<3x13xf32> to tensor<?x?xf32>
  %gate_any = tensor.cast %gate : tensor<3x1xf32> to tensor<?x1xf32>
  %gated = call @gated_of(%softmax3_sized_any, %softmax2_sized_any, %gate_any) : (tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x1xf32>) -> tensor<?x?xf32>
  %gated_sized = tensor.cast %gated : tensor<?x?xf32> to tensor<3x13xf32>
  %tail = tensor.extract_slice %gated_sized[0, 1] [3, 12] [1, 1] : tensor<3x13xf32> to tensor<3x12xf32>
  %head = tensor.extract_slice %gated_sized[0, 0] [3, 1] [1, 1] : tensor<3x13xf32> to tensor<3x1xf32>
  %left = tensor.concat dim(1) %tail, %head : (tensor<3x12xf32>, tensor<3x1xf32>) -> tensor<3x13xf32>
  %tail2 = tensor.extract_slice %gated_sized[0, 12] [3, 1] [1, 1] : tensor<3x13xf32> to tensor<3x1xf32>
  %head2 = tensor.extract_slice %gated_sized[0, 0] [3, 12] [1, 1] : tensor<3x13xf32> to tensor<3x12xf32>
  %right = tensor.concat dim(1) %tail2, %head2 : (tensor<3x1xf32>, tensor<3x12xf32>) -> tensor<3x13xf32>
  %one_hot = arith.constant dense<[1.0, 0.0, 0.0]> : tensor<3xf32>
  %softmax_sized_any = tensor.cast %softmax_sized : tensor<3x3xf32> to tensor<?x?xf32>
  %one_hot_any = tensor.cast %one_hot : tensor<3xf32> to tensor<?xf32>
  %tap = call @tap_of(%softmax_sized_any, %one_hot_any) : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?xf32>
  %tap_sized = tensor.cast %tap : tensor<?xf32> to tensor<3xf32>
  %one_hot2 = arith.constant dense<[0.0, 1.0, 0.0]> : tensor<3xf32>
  %softmax_sized_any2 = tensor.cast %softmax_sized : tensor<3x3xf32> to tensor<?x?xf32>
  %one_hot2_any = tensor.cast %one_hot2 : tensor<3xf32> to tensor<?xf32>
  %tap2 = call @tap_of(%softmax_sized_any2, %one_hot2_any) : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?xf32>
  %tap2_sized = tensor.cast %tap2 : tensor<?xf32> to tensor<3xf32>
  %one_hot3 = arith.constant dense<[0.0, 0.0, 1.0]> : tensor<3xf32>
  %softmax_sized_any3 = tensor.cast %softmax_sized : tensor<3x3xf32> to tensor<?x?xf32>
  %one_hot3_any = tensor.cast %one_hot3 : tensor<3xf32> to tensor<?xf32>
  %tap3 = call @tap_of(%softmax_sized_any3, %one_hot3_any) : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?xf32>
  %tap3_sized = tensor.cast %tap3 : tensor<?xf32> to tensor<3xf32>
  %left_any = tensor.cast %left : tensor<3x13xf32> to tensor<?x?xf32>
  %gated_sized_any = tensor.cast %gated_sized : tensor<3x13xf32> to tensor<?x?xf32>
  %right_any = tensor.cast %right : tensor<3x13xf32> to tensor<?x?xf32>
  %tap_sized_any = tensor.cast %tap_sized : tensor<3xf32> to tensor<?xf32>
  %tap2_sized_any = tensor.cast %tap2_sized : tensor<3xf32> to tensor<?xf32>
  %tap3_sized_any = tensor.cast %tap3_sized : tensor<3xf32> to tensor<?xf32>
  %shifted = call @shifted_of(%left_any, %gated_sized_any, %right_any, %tap_sized_any, %tap2_sized_any, %tap3_sized_any) : (tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?xf32>, tensor<?xf32>, tensor<?xf32>) -> tensor<?x?xf32>
  %shifted_sized = tensor.cast %shifted : tensor<?x?xf32> to tensor<3x13xf32>
  %shifted_sized_any = tensor.cast %shifted_sized : tensor<3x13xf32> to tensor<?x?xf32>
  %power_sized_any = tensor.cast %power_sized : tensor<3x1xf32> to tensor<?x1xf32>
  %raised = call @raised_of(%shifted_sized_any, %power_sized_any) : (tensor<?x?xf32>, tensor<?x1xf32>) -> tensor<?x?xf32>
  %raised_sized = tensor.cast %raised : tensor<?x?xf32> to tensor<3x13xf32>
  %raised_sized_any = tensor.cast %raised_sized : tensor<3x13xf32> to tensor<?x?xf32>
  %total4 = call @total_of(%raised_sized_any) : (tensor<?x?xf32>) -> tensor<?xf32>
  %total4_sized = tensor.cast %total4 : tensor<?xf32> to tensor<3xf32>
  %raised_sized_any2 = tensor.cast %raised_sized : tensor<3x13xf32> to tensor<?x?xf32>
  %total4_sized_any = tensor.cast %total4_sized : tensor<3xf32> to tensor<?xf32>
  %e = call @e_of_2(%raised_sized_any2, %total4_sized_any) : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?x?xf32>
  %e_sized = tensor.cast %e : tensor<?x?xf32> to tensor<3x13xf32>
  vellum.expect_close %y, %e_sized atol 1e-5 rtol 1e-5
  return
}
