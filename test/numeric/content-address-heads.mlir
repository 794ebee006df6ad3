// RUN: vellum test %s --backend=interpreter
// RUN: vellum test %s --target=x86-64-v2 --verify-memory
// RUN: %if x86-64-v3 %{ vellum test %s --target=x86-64-v3 %}
// RUN: %if x86-64-v4 %{ vellum test %s --target=x86-64-v4 %}

// Cosine and dot similarity, heads, epsilon, a word of zeros, strengths that overflow exp.

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

func.func private @strength_of_2(%a0: tensor<?x?x1xf32>) -> tensor<?x?x1xf32> {
  %k0 = arith.constant 10.0 : f32
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
    linalg.yield %e0 : f32
  } -> tensor<?x?x1xf32>
  return %result : tensor<?x?x1xf32>
}

func.func private @key_norm_of_2(%a0: tensor<?x?x?xf32>) -> tensor<?x?xf32> {
  %zero = arith.constant 0.0 : f32
  %at_b = arith.constant 0 : index
  %b = tensor.dim %a0, %at_b : tensor<?x?x?xf32>
  %at_h = arith.constant 1 : index
  %h = tensor.dim %a0, %at_h : tensor<?x?x?xf32>
  %init = tensor.splat %zero[%b, %h] : tensor<?x?xf32>
  %result = linalg.generic {
    indexing_maps = [affine_map<(b, h, m) -> (b, h, m)>, 
                     affine_map<(b, h, m) -> (b, h)>],
    iterator_types = ["parallel", "parallel", "reduction"]}
    ins(%a0 : tensor<?x?x?xf32>) outs(%init : tensor<?x?xf32>) {
  ^bb0(%x0: f32, %acc: f32):
    %e0 = arith.mulf %x0, %x0 : f32
    %e1 = arith.addf %acc, %e0 : f32
    linalg.yield %e1 : f32
  } -> tensor<?x?xf32>
  return %result : tensor<?x?xf32>
}

func.func private @product_of_2(%a0: tensor<?x?x?xf32>, %a1: tensor<?x?x?xf32>) -> tensor<?x?x?xf32> {
  %zero = arith.constant 0.0 : f32
  %at_b = arith.constant 0 : index
  %b = tensor.dim %a0, %at_b : tensor<?x?x?xf32>
  %at_h = arith.constant 1 : index
  %h = tensor.dim %a0, %at_h : tensor<?x?x?xf32>
  %at_n = arith.constant 1 : index
  %n = tensor.dim %a1, %at_n : tensor<?x?x?xf32>
  %init = tensor.splat %zero[%b, %h, %n] : tensor<?x?x?xf32>
  %result = linalg.generic {
    indexing_maps = [affine_map<(b, h, n, m) -> (b, h, m)>, 
                     affine_map<(b, h, n, m) -> (b, n, m)>, 
                     affine_map<(b, h, n, m) -> (b, h, n)>],
    iterator_types = ["parallel", "parallel", "parallel", "reduction"]}
    ins(%a0, %a1 : tensor<?x?x?xf32>, tensor<?x?x?xf32>) outs(%init : tensor<?x?x?xf32>) {
  ^bb0(%x0: f32, %x1: f32, %acc: f32):
    %e0 = arith.mulf %x0, %x1 : f32
    %e1 = arith.addf %acc, %e0 : f32
    linalg.yield %e1 : f32
  } -> tensor<?x?x?xf32>
  return %result : tensor<?x?x?xf32>
}

func.func private @score_of_3(%a0: tensor<?x?x?xf32>, %a1: tensor<?x?xf32>, %a2: tensor<?x?xf32>, %a3: tensor<?x?x1xf32>) -> tensor<?x?x?xf32> {
  %k0 = arith.constant 1.0e-06 : f32
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
                     affine_map<(b, h, n) -> (b, n)>, 
                     affine_map<(b, h, n) -> (b, h, 0)>, 
                     affine_map<(b, h, n) -> (b, h, n)>],
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

func.func private @exp_of_2(%a0: tensor<?x?x?xf32>, %a1: tensor<?x?xf32>) -> tensor<?x?x?xf32> {
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

func.func private @score_of_4(%a0: tensor<?x?x?xf32>, %a1: tensor<?x?xf32>, %a2: tensor<?x?xf32>, %a3: tensor<?x?x1xf32>) -> tensor<?x?x?xf32> {
  %k0 = arith.constant 0.25 : f32
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
                     affine_map<(b, h, n) -> (b, n)>, 
                     affine_map<(b, h, n) -> (b, h, 0)>, 
                     affine_map<(b, h, n) -> (b, h, n)>],
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

func.func private @dot_of_2(%a0: tensor<?x?x?xf32>, %a1: tensor<?x?x?xf32>, %a2: tensor<?x?x1xf32>) -> tensor<?x?x?xf32> {
  %zero = arith.constant 0.0 : f32
  %at_b = arith.constant 0 : index
  %b = tensor.dim %a0, %at_b : tensor<?x?x?xf32>
  %at_h = arith.constant 1 : index
  %h = tensor.dim %a0, %at_h : tensor<?x?x?xf32>
  %at_n = arith.constant 1 : index
  %n = tensor.dim %a1, %at_n : tensor<?x?x?xf32>
  %init = tensor.splat %zero[%b, %h, %n] : tensor<?x?x?xf32>
  %result = linalg.generic {
    indexing_maps = [affine_map<(b, h, n, m) -> (b, h, m)>, 
                     affine_map<(b, h, n, m) -> (b, n, m)>, 
                     affine_map<(b, h, n, m) -> (b, h, 0)>, 
                     affine_map<(b, h, n, m) -> (b, h, n)>],
    iterator_types = ["parallel", "parallel", "parallel", "reduction"]}
    ins(%a0, %a1, %a2 : tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x1xf32>) outs(%init : tensor<?x?x?xf32>) {
  ^bb0(%x0: f32, %x1: f32, %x2: f32, %acc: f32):
    %e0 = arith.mulf %x0, %x1 : f32
    %e1 = arith.mulf %e0, %x2 : f32
    %e2 = arith.addf %acc, %e1 : f32
    linalg.yield %e2 : f32
  } -> tensor<?x?x?xf32>
  return %result : tensor<?x?x?xf32>
}

func.func private @heads(%b: index, %h: index, %n: index, %m: index) {
  %key = arith.constant 11 : i64
  %key_vector = vellum.random normal %key stream 1 (%b, %h, %m) : tensor<?x?x?xf32>
  %memory = vellum.random normal %key stream 2 (%b, %n, %m) : tensor<?x?x?xf32>
  %beta = vellum.random uniform %key stream 3 (%b, %h) : tensor<?x?x1xf32>
  %strength = call @strength_of_2(%beta) : (tensor<?x?x1xf32>) -> tensor<?x?x1xf32>
  %y = vellum.content_address %key_vector in %memory strength %strength
  %key_norm = call @key_norm_of_2(%key_vector) : (tensor<?x?x?xf32>) -> tensor<?x?xf32>
  %word_norm = call @word_norm_of(%memory) : (tensor<?x?x?xf32>) -> tensor<?x?xf32>
  %product = call @product_of_2(%key_vector, %memory) : (tensor<?x?x?xf32>, tensor<?x?x?xf32>) -> tensor<?x?x?xf32>
  %score = call @score_of_3(%product, %key_norm, %word_norm, %strength) : (tensor<?x?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?x1xf32>) -> tensor<?x?x?xf32>
  %top = call @top_of_2(%score) : (tensor<?x?x?xf32>) -> tensor<?x?xf32>
  %exp = call @exp_of_2(%score, %top) : (tensor<?x?x?xf32>, tensor<?x?xf32>) -> tensor<?x?x?xf32>
  %total = call @total_of_2(%exp) : (tensor<?x?x?xf32>) -> tensor<?x?xf32>
  %softmax = call @softmax_of_2(%exp, %total) : (tensor<?x?x?xf32>, tensor<?x?xf32>) -> tensor<?x?x?xf32>
  vellum.expect_close %y, %softmax atol 1e-5 rtol 1e-5
  %y2 = vellum.content_address %key_vector in %memory strength %strength similarity cosine epsilon 0.25
  %key_norm2 = call @key_norm_of_2(%key_vector) : (tensor<?x?x?xf32>) -> tensor<?x?xf32>
  %word_norm2 = call @word_norm_of(%memory) : (tensor<?x?x?xf32>) -> tensor<?x?xf32>
  %product2 = call @product_of_2(%key_vector, %memory) : (tensor<?x?x?xf32>, tensor<?x?x?xf32>) -> tensor<?x?x?xf32>
  %score2 = call @score_of_4(%product2, %key_norm2, %word_norm2, %strength) : (tensor<?x?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?x1xf32>) -> tensor<?x?x?xf32>
  %top2 = call @top_of_2(%score2) : (tensor<?x?x?xf32>) -> tensor<?x?xf32>
  %exp2 = call @exp_of_2(%score2, %top2) : (tensor<?x?x?xf32>, tensor<?x?xf32>) -> tensor<?x?x?xf32>
  %total2 = call @total_of_2(%exp2) : (tensor<?x?x?xf32>) -> tensor<?x?xf32>
  %softmax2 = call @softmax_of_2(%exp2, %total2) : (tensor<?x?x?xf32>, tensor<?x?xf32>) -> tensor<?x?x?xf32>
  vellum.expect_close %y2, %softmax2 atol 1e-5 rtol 1e-5
  %dot = call @dot_of_2(%key_vector, %memory, %strength) : (tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x1xf32>) -> tensor<?x?x?xf32>
  %y3 = vellum.content_address %key_vector in %memory strength %strength similarity dot
  %top3 = call @top_of_2(%dot) : (tensor<?x?x?xf32>) -> tensor<?x?xf32>
  %exp3 = call @exp_of_2(%dot, %top3) : (tensor<?x?x?xf32>, tensor<?x?xf32>) -> tensor<?x?x?xf32>
  %total3 = call @total_of_2(%exp3) : (tensor<?x?x?xf32>) -> tensor<?x?xf32>
  %softmax3 = call @softmax_of_2(%exp3, %total3) : (tensor<?x?x?xf32>, tensor<?x?xf32>) -> tensor<?x?x?xf32>
  vellum.expect_close %y3, %softmax3 atol 2e-5 rtol 2e-5
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
  %key_vector = vellum.random normal %key stream 1 : tensor<3x2x7xf32>
  %memory = vellum.random normal %key stream 2 : tensor<3x13x7xf32>
  %beta = vellum.random uniform %key stream 3 : tensor<3x2x1xf32>
  %beta_any = tensor.cast %beta : tensor<3x2x1xf32> to tensor<?x?x1xf32>
  %strength = call @strength_of_2(%beta_any) : (tensor<?x?x1xf32>) -> tensor<?x?x1xf32>
  %strength_sized = tensor.cast %strength : tensor<?x?x1xf32> to tensor<3x2x1xf32>
  %y = vellum.content_address %key_vector in %memory strength %strength_sized
  %key_vector_any = tensor.cast %key_vector : tensor<3x2x7xf32> to tensor<?x?x?xf32>
  %key_norm = call @key_norm_of_2(%key_vector_any) : (tensor<?x?x?xf32>) -> tensor<?x?xf32>
  %key_norm_sized = tensor.cast %key_norm : tensor<?x?xf32> to tensor<3x2xf32>
  %memory_any = tensor.cast %memory : tensor<3x13x7xf32> to tensor<?x?x?xf32>
  %word_norm = call @word_norm_of(%memory_any) : (tensor<?x?x?xf32>) -> tensor<?x?xf32>
  %word_norm_sized = tensor.cast %word_norm : tensor<?x?xf32> to tensor<3x13xf32>
  %key_vector_any2 = tensor.cast %key_vector : tensor<3x2x7xf32> to tensor<?x?x?xf32>
  %memory_any2 = tensor.cast %memory : tensor<3x13x7xf32> to tensor<?x?x?xf32>
  %product = call @product_of_2(%key_vector_any2, %memory_any2) : (tensor<?x?x?xf32>, tensor<?x?x?xf32>) -> tensor<?x?x?xf32>
  %product_sized = tensor.cast %product : tensor<?x?x?xf32> to tensor<3x2x13xf32>
  %product_sized_any = tensor.cast %product_sized : tensor<3x2x13xf32> to tensor<?x?x?xf32>
  %key_norm_sized_any = tensor.cast %key_norm_sized : tensor<3x2xf32> to tensor<?x?xf32>
  %word_norm_sized_any = tensor.cast %word_norm_sized : tensor<3x13xf32> to tensor<?x?xf32>
  %strength_sized_any = tensor.cast %strength_sized : tensor<3x2x1xf32> to tensor<?x?x1xf32>
  %score = call @score_of_3(%product_sized_any, %key_norm_sized_any, %word_norm_sized_any, %strength_sized_any) : (tensor<?x?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?x1xf32>) -> tensor<?x?x?xf32>
  %score_sized = tensor.cast %score : tensor<?x?x?xf32> to tensor<3x2x13xf32>
  %score_sized_any = tensor.cast %score_sized : tensor<3x2x13xf32> to tensor<?x?x?xf32>
  %top = call @top_of_2(%score_sized_any) : (tensor<?x?x?xf32>) -> tensor<?x?xf32>
  %top_sized = tensor.cast %top : tensor<?x?xf32> to tensor<3x2xf32>
  %score_sized_any2 = tensor.cast %score_sized : tensor<3x2x13xf32> to tensor<?x?x?xf32>
  %top_sized_any = tensor.cast %top_sized : tensor<3x2xf32> to tensor<?x?xf32>
  %exp = call @exp_of_2(%score_sized_any2, %top_sized_any) : (tensor<?x?x?xf32>, tensor<?x?xf32>) -> tensor<?x?x?xf32>
  %exp_sized = tensor.cast %exp : tensor<?x?x?xf32> to tensor<3x2x13xf32>
  %exp_sized_any = tensor.cast %exp_sized : tensor<3x2x13xf32> to tensor<?x?x?xf32>
  %total = call @total_of_2(%exp_sized_any) : (tensor<?x?x?xf32>) -> tensor<?x?xf32>
  %total_sized = tensor.cast %total : tensor<?x?xf32> to tensor<3x2xf32>
  %exp_sized_any2 = tensor.cast %exp_sized : tensor<3x2x13xf32> to tensor<?x?x?xf32>
  %total_sized_any = tensor.cast %total_sized : tensor<3x2xf32> to tensor<?x?xf32>
  %softmax = call @softmax_of_2(%exp_sized_any2, %total_sized_any) : (tensor<?x?x?xf32>, tensor<?x?xf32>) -> tensor<?x?x?xf32>
  %softmax_sized = tensor.cast %softmax : tensor<?x?x?xf32> to tensor<3x2x13xf32>
  vellum.expect_close %y, %softmax_sized atol 1e-5 rtol 1e-5
  %y2 = vellum.content_address %key_vector in %memory strength %strength_sized similarity cosine epsilon 0.25
  %key_vector_any3 = tensor.cast %key_vector : tensor<3x2x7xf32> to tensor<?x?x?xf32>
  %key_norm2 = call @key_norm_of_2(%key_vector_any3) : (tensor<?x?x?xf32>) -> tensor<?x?xf32>
  %key_norm2_sized = tensor.cast %key_norm2 : tensor<?x?xf32> to tensor<3x2xf32>
  %memory_any3 = tensor.cast %memory : tensor<3x13x7xf32> to tensor<?x?x?xf32>
  %word_norm2 = call @word_norm_of(%memory_any3) : (tensor<?x?x?xf32>) -> tensor<?x?xf32>
  %word_norm2_sized = tensor.cast %word_norm2 : tensor<?x?xf32> to tensor<3x13xf32>
  %key_vector_any4 = tensor.cast %key_vector : tensor<3x2x7xf32> to tensor<?x?x?xf32>
  %memory_any4 = tensor.cast %memory : tensor<3x13x7xf32> to tensor<?x?x?xf32>
  %product2 = call @product_of_2(%key_vector_any4, %memory_any4) : (tensor<?x?x?xf32>, tensor<?x?x?xf32>) -> tensor<?x?x?xf32>
  %product2_sized = tensor.cast %product2 : tensor<?x?x?xf32> to tensor<3x2x13xf32>
  %product2_sized_any = tensor.cast %product2_sized : tensor<3x2x13xf32> to tensor<?x?x?xf32>
  %key_norm2_sized_any = tensor.cast %key_norm2_sized : tensor<3x2xf32> to tensor<?x?xf32>
  %word_norm2_sized_any = tensor.cast %word_norm2_sized : tensor<3x13xf32> to tensor<?x?xf32>
  %strength_sized_any2 = tensor.cast %strength_sized : tensor<3x2x1xf32> to tensor<?x?x1xf32>
  %score2 = call @score_of_4(%product2_sized_any, %key_norm2_sized_any, %word_norm2_sized_any, %strength_sized_any2) : (tensor<?x?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?x1xf32>) -> tensor<?x?x?xf32>
  %score2_sized = tensor.cast %score2 : tensor<?x?x?xf32> to tensor<3x2x13xf32>
  %score2_sized_any = tensor.cast %score2_sized : tensor<3x2x13xf32> to tensor<?x?x?xf32>
  %top2 = call @top_of_2(%score2_sized_any) : (tensor<?x?x?xf32>) -> tensor<?x?xf32>
  %top2_sized = tensor.cast %top2 : tensor<?x?xf32> to tensor<3x2xf32>
  %score2_sized_any2 = tensor.cast %score2_sized : tensor<3x2x13xf32> to tensor<?x?x?xf32>
  %top2_sized_any = tensor.cast %top2_sized : tensor<3x2xf32> to tensor<?x?xf32>
  %exp2 = call @exp_of_2(%score2_sized_any2, %top2_sized_any) : (tensor<?x?x?xf32>, tensor<?x?xf32>) -> tensor<?x?x?xf32>
  %exp2_sized = tensor.cast %exp2 : tensor<?x?x?xf32> to tensor<3x2x13xf32>
  %exp2_sized_any = tensor.cast %exp2_sized : tensor<3x2x13xf32> to tensor<?x?x?xf32>
  %total2 = call @total_of_2(%exp2_sized_any) : (tensor<?x?x?xf32>) -> tensor<?x?xf32>
  %total2_sized = tensor.cast %total2 : tensor<?x?xf32> to tensor<3x2xf32>
  %exp2_sized_any2 = tensor.cast %exp2_sized : tensor<3x2x13xf32> to tensor<?x?x?xf32>
  %total2_sized_any = tensor.cast %total2_sized : tensor<3x2xf32> to tensor<?x?xf32>
  %softmax2 = call @softmax_of_2(%exp2_sized_any2, %total2_sized_any) : (tensor<?x?x?xf32>, tensor<?x?xf32>) -> tensor<?x?x?xf32>
  %softmax2_sized = tensor.cast %softmax2 : tensor<?x?x?xf32> to tensor<3x2x13xf32>
  vellum.expect_close %y2, %softmax2_sized atol 1e-5 rtol 1e-5
  %key_vector_any5 = tensor.cast %key_vector : tensor<3x2x7xf32> to tensor<?x?x?xf32>
  %memory_any5 = tensor.cast %memory : tensor<3x13x7xf32> to tensor<?x?x?xf32>
  %strength_sized_any3 = tensor.cast %strength_sized : tensor<3x2x1xf32> to tensor<?x?x1xf32>
  %dot = call @dot_of_2(%key_vector_any5, %memory_any5, %strength_sized_any3) : (tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x1xf32>) -> tensor<?x?x?xf32>
  %dot_sized = tensor.cast %dot : tensor<?x?x?xf32> to tensor<3x2x13xf32>
  %y3 = vellum.content_address %key_vector in %memory strength %strength_sized similarity dot
  %dot_sized_any = tensor.cast %dot_sized : tensor<3x2x13xf32> to tensor<?x?x?xf32>
  %top3 = call @top_of_2(%dot_sized_any) : (tensor<?x?x?xf32>) -> tensor<?x?xf32>
  %top3_sized = tensor.cast %top3 : tensor<?x?xf32> to tensor<3x2xf32>
  %dot_sized_any2 = tensor.cast %dot_sized : tensor<3x2x13xf32> to tensor<?x?x?xf32>
  %top3_sized_any = tensor.cast %top3_sized : tensor<3x2xf32> to tensor<?x?xf32>
  %exp3 = call @exp_of_2(%dot_sized_any2, %top3_sized_any) : (tensor<?x?x?xf32>, tensor<?x?xf32>) -> tensor<?x?x?xf32>
  %exp3_sized = tensor.cast %exp3 : tensor<?x?x?xf32> to tensor<3x2x13xf32>
  %exp3_sized_any = tensor.cast %exp3_sized : tensor<3x2x13xf32> to tensor<?x?x?xf32>
  %total3 = call @total_of_2(%exp3_sized_any) : (tensor<?x?x?xf32>) -> tensor<?x?xf32>
  %total3_sized = tensor.cast %total3 : tensor<?x?xf32> to tensor<3x2xf32>
  %exp3_sized_any2 = tensor.cast %exp3_sized : tensor<3x2x13xf32> to tensor<?x?x?xf32>
  %total3_sized_any = tensor.cast %total3_sized : tensor<3x2xf32> to tensor<?x?xf32>
  %softmax3 = call @softmax_of_2(%exp3_sized_any2, %total3_sized_any) : (tensor<?x?x?xf32>, tensor<?x?xf32>) -> tensor<?x?x?xf32>
  %softmax3_sized = tensor.cast %softmax3 : tensor<?x?x?xf32> to tensor<3x2x13xf32>
  vellum.expect_close %y3, %softmax3_sized atol 2e-5 rtol 2e-5
  return
}

func.func @heads_static_1x1x13x1() {
  %key = arith.constant 11 : i64
  %key_vector = vellum.random normal %key stream 1 : tensor<1x1x1xf32>
  %memory = vellum.random normal %key stream 2 : tensor<1x13x1xf32>
  %beta = vellum.random uniform %key stream 3 : tensor<1x1x1xf32>
  %beta_any = tensor.cast %beta : tensor<1x1x1xf32> to tensor<?x?x1xf32>
  %strength = call @strength_of_2(%beta_any) : (tensor<?x?x1xf32>) -> tensor<?x?x1xf32>
  %strength_sized = tensor.cast %strength : tensor<?x?x1xf32> to tensor<1x1x1xf32>
  %y = vellum.content_address %key_vector in %memory strength %strength_sized
  %key_vector_any = tensor.cast %key_vector : tensor<1x1x1xf32> to tensor<?x?x?xf32>
  %key_norm = call @key_norm_of_2(%key_vector_any) : (tensor<?x?x?xf32>) -> tensor<?x?xf32>
  %key_norm_sized = tensor.cast %key_norm : tensor<?x?xf32> to tensor<1x1xf32>
  %memory_any = tensor.cast %memory : tensor<1x13x1xf32> to tensor<?x?x?xf32>
  %word_norm = call @word_norm_of(%memory_any) : (tensor<?x?x?xf32>) -> tensor<?x?xf32>
  %word_norm_sized = tensor.cast %word_norm : tensor<?x?xf32> to tensor<1x13xf32>
  %key_vector_any2 = tensor.cast %key_vector : tensor<1x1x1xf32> to tensor<?x?x?xf32>
  %memory_any2 = tensor.cast %memory : tensor<1x13x1xf32> to tensor<?x?x?xf32>
  %product = call @product_of_2(%key_vector_any2, %memory_any2) : (tensor<?x?x?xf32>, tensor<?x?x?xf32>) -> tensor<?x?x?xf32>
  %product_sized = tensor.cast %product : tensor<?x?x?xf32> to tensor<1x1x13xf32>
  %product_sized_any = tensor.cast %product_sized : tensor<1x1x13xf32> to tensor<?x?x?xf32>
  %key_norm_sized_any = tensor.cast %key_norm_sized : tensor<1x1xf32> to tensor<?x?xf32>
  %word_norm_sized_any = tensor.cast %word_norm_sized : tensor<1x13xf32> to tensor<?x?xf32>
  %strength_sized_any = tensor.cast %strength_sized : tensor<1x1x1xf32> to tensor<?x?x1xf32>
  %score = call @score_of_3(%product_sized_any, %key_norm_sized_any, %word_norm_sized_any, %strength_sized_any) : (tensor<?x?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?x1xf32>) -> tensor<?x?x?xf32>
  %score_sized = tensor.cast %score : tensor<?x?x?xf32> to tensor<1x1x13xf32>
  %score_sized_any = tensor.cast %score_sized : tensor<1x1x13xf32> to tensor<?x?x?xf32>
  %top = call @top_of_2(%score_sized_any) : (tensor<?x?x?xf32>) -> tensor<?x?xf32>
  %top_sized = tensor.cast %top : tensor<?x?xf32> to tensor<1x1xf32>
  %score_sized_any2 = tensor.cast %score_sized : tensor<1x1x13xf32> to tensor<?x?x?xf32>
  %top_sized_any = tensor.cast %top_sized : tensor<1x1xf32> to tensor<?x?xf32>
  %exp = call @exp_of_2(%score_sized_any2, %top_sized_any) : (tensor<?x?x?xf32>, tensor<?x?xf32>) -> tensor<?x?x?xf32>
  %exp_sized = tensor.cast %exp : tensor<?x?x?xf32> to tensor<1x1x13xf32>
  %exp_sized_any = tensor.cast %exp_sized : tensor<1x1x13xf32> to tensor<?x?x?xf32>
  %total = call @total_of_2(%exp_sized_any) : (tensor<?x?x?xf32>) -> tensor<?x?xf32>
  %total_sized = tensor.cast %total : tensor<?x?xf32> to tensor<1x1xf32>
  %exp_sized_any2 = tensor.cast %exp_sized : tensor<1x1x13xf32> to tensor<?x?x?xf32>
  %total_sized_any = tensor.cast %total_sized : tensor<1x1xf32> to tensor<?x?xf32>
  %softmax = call @softmax_of_2(%exp_sized_any2, %total_sized_any) : (tensor<?x?x?xf32>, tensor<?x?xf32>) -> tensor<?x?x?xf32>
  %softmax_sized = tensor.cast %softmax : tensor<?x?x?xf32> to tensor<1x1x13xf32>
  vellum.expect_close %y, %softmax_sized atol 1e-5 rtol 1e-5
  %y2 = vellum.content_address %key_vector in %memory strength %strength_sized similarity cosine epsilon 0.25
  %key_vector_any3 = tensor.cast %key_vector : tensor<1x1x1xf32> to tensor<?x?x?xf32>
  %key_norm2 = call @key_norm_of_2(%key_vector_any3) : (tensor<?x?x?xf32>) -> tensor<?x?xf32>
  %key_norm2_sized = tensor.cast %key_norm2 : tensor<?x?xf32> to tensor<1x1xf32>
  %memory_any3 = tensor.cast %memory : tensor<1x13x1xf32> to tensor<?x?x?xf32>
  %word_norm2 = call @word_norm_of(%memory_any3) : (tensor<?x?x?xf32>) -> tensor<?x?xf32>
  %word_norm2_sized = tensor.cast %word_norm2 : tensor<?x?xf32> to tensor<1x13xf32>
  %key_vector_any4 = tensor.cast %key_vector : tensor<1x1x1xf32> to tensor<?x?x?xf32>
  %memory_any4 = tensor.cast %memory : tensor<1x13x1xf32> to tensor<?x?x?xf32>
  %product2 = call @product_of_2(%key_vector_any4, %memory_any4) : (tensor<?x?x?xf32>, tensor<?x?x?xf32>) -> tensor<?x?x?xf32>
  %product2_sized = tensor.cast %product2 : tensor<?x?x?xf32> to tensor<1x1x13xf32>
  %product2_sized_any = tensor.cast %product2_sized : tensor<1x1x13xf32> to tensor<?x?x?xf32>
  %key_norm2_sized_any = tensor.cast %key_norm2_sized : tensor<1x1xf32> to tensor<?x?xf32>
  %word_norm2_sized_any = tensor.cast %word_norm2_sized : tensor<1x13xf32> to tensor<?x?xf32>
  %strength_sized_any2 = tensor.cast %strength_sized : tensor<1x1x1xf32> to tensor<?x?x1xf32>
  %score2 = call @score_of_4(%product2_sized_any, %key_norm2_sized_any, %word_norm2_sized_any, %strength_sized_any2) : (tensor<?x?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?x1xf32>) -> tensor<?x?x?xf32>
  %score2_sized = tensor.cast %score2 : tensor<?x?x?xf32> to tensor<1x1x13xf32>
  %score2_sized_any = tensor.cast %score2_sized : tensor<1x1x13xf32> to tensor<?x?x?xf32>
  %top2 = call @top_of_2(%score2_sized_any) : (tensor<?x?x?xf32>) -> tensor<?x?xf32>
  %top2_sized = tensor.cast %top2 : tensor<?x?xf32> to tensor<1x1xf32>
  %score2_sized_any2 = tensor.cast %score2_sized : tensor<1x1x13xf32> to tensor<?x?x?xf32>
  %top2_sized_any = tensor.cast %top2_sized : tensor<1x1xf32> to tensor<?x?xf32>
  %exp2 = call @exp_of_2(%score2_sized_any2, %top2_sized_any) : (tensor<?x?x?xf32>, tensor<?x?xf32>) -> tensor<?x?x?xf32>
  %exp2_sized = tensor.cast %exp2 : tensor<?x?x?xf32> to tensor<1x1x13xf32>
  %exp2_sized_any = tensor.cast %exp2_sized : tensor<1x1x13xf32> to tensor<?x?x?xf32>
  %total2 = call @total_of_2(%exp2_sized_any) : (tensor<?x?x?xf32>) -> tensor<?x?xf32>
  %total2_sized = tensor.cast %total2 : tensor<?x?xf32> to tensor<1x1xf32>
  %exp2_sized_any2 = tensor.cast %exp2_sized : tensor<1x1x13xf32> to tensor<?x?x?xf32>
  %total2_sized_any = tensor.cast %total2_sized : tensor<1x1xf32> to tensor<?x?xf32>
  %softmax2 = call @softmax_of_2(%exp2_sized_any2, %total2_sized_any) : (tensor<?x?x?xf32>, tensor<?x?xf32>) -> tensor<?x?x?xf32>
  %softmax2_sized = tensor.cast %softmax2 : tensor<?x?x?xf32> to tensor<1x1x13xf32>
  vellum.expect_close %y2, %softmax2_sized atol 1e-5 rtol 1e-5
  %key_vector_any5 = tensor.cast %key_vector : tensor<1x1x1xf32> to tensor<?x?x?xf32>
  %memory_any5 = tensor.cast %memory : tensor<1x13x1xf32> to tensor<?x?x?xf32>
  %strength_sized_any3 = tensor.cast %strength_sized : tensor<1x1x1xf32> to tensor<?x?x1xf32>
  %dot = call @dot_of_2(%key_vector_any5, %memory_any5, %strength_sized_any3) : (tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x1xf32>) -> tensor<?x?x?xf32>
  %dot_sized = tensor.cast %dot : tensor<?x?x?xf32> to tensor<1x1x13xf32>
  %y3 = vellum.content_address %key_vector in %memory strength %strength_sized similarity dot
  %dot_sized_any = tensor.cast %dot_sized : tensor<1x1x13xf32> to tensor<?x?x?xf32>
  %top3 = call @top_of_2(%dot_sized_any) : (tensor<?x?x?xf32>) -> tensor<?x?xf32>
  %top3_sized = tensor.cast %top3 : tensor<?x?xf32> to tensor<1x1xf32>
  %dot_sized_any2 = tensor.cast %dot_sized : tensor<1x1x13xf32> to tensor<?x?x?xf32>
  %top3_sized_any = tensor.cast %top3_sized : tensor<1x1xf32> to tensor<?x?xf32>
  %exp3 = call @exp_of_2(%dot_sized_any2, %top3_sized_any) : (tensor<?x?x?xf32>, tensor<?x?xf32>) -> tensor<?x?x?xf32>
  %exp3_sized = tensor.cast %exp3 : tensor<?x?x?xf32> to tensor<1x1x13xf32>
  %exp3_sized_any = tensor.cast %exp3_sized : tensor<1x1x13xf32> to tensor<?x?x?xf32>
  %total3 = call @total_of_2(%exp3_sized_any) : (tensor<?x?x?xf32>) -> tensor<?x?xf32>
  %total3_sized = tensor.cast %total3 : tensor<?x?xf32> to tensor<1x1xf32>
  %exp3_sized_any2 = tensor.cast %exp3_sized : tensor<1x1x13xf32> to tensor<?x?x?xf32>
  %total3_sized_any = tensor.cast %total3_sized : tensor<1x1xf32> to tensor<?x?xf32>
  %softmax3 = call @softmax_of_2(%exp3_sized_any2, %total3_sized_any) : (tensor<?x?x?xf32>, tensor<?x?xf32>) -> tensor<?x?x?xf32>
  %softmax3_sized = tensor.cast %softmax3 : tensor<?x?x?xf32> to tensor<1x1x13xf32>
  vellum.expect_close %y3, %softmax3_sized atol 2e-5 rtol 2e-5
  return
}

// cos(k, m) is 1, 0, 0 and -1, the third of them of a word of zeros.
func.func @by_hand() {
  %k = arith.constant dense<[[3.0, 4.0]]> : tensor<1x2xf32>
  %m = arith.constant dense<[[[6.0, 8.0], [-4.0, 3.0], [0.0, 0.0], [-3.0, -4.0]]]> : tensor<1x4x2xf32>
  %beta = arith.constant dense<2.0> : tensor<1x1xf32>
  %w = vellum.content_address %k in %m strength %beta
  // e^2, 1, 1, e^-2 over their sum 9.5243914
  %e = arith.constant dense<[[0.77580393, 0.10499358, 0.10499358, 0.01420934]]> : tensor<1x4xf32>
  vellum.expect_close %w, %e atol 2e-6 rtol 2e-6
  return
}

// Products of 200 and -200: exp(200) is no f32.
func.func @large() {
  %k = arith.constant dense<[[10.0, 10.0]]> : tensor<1x2xf32>
  %m = arith.constant dense<[[[10.0, 10.0], [-10.0, -10.0], [10.0, 9.9]]]> : tensor<1x3x2xf32>
  %beta = arith.constant dense<1.0> : tensor<1x1xf32>
  %w = vellum.content_address %k in %m strength %beta similarity dot
  %e = arith.constant dense<[[0.7310586, 0.0, 0.2689414]]> : tensor<1x3xf32>
  vellum.expect_close %w, %e atol 1e-5 rtol 1e-5
  return
}
