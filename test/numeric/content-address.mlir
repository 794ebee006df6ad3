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

func.func private @strength_of(%a0: tensor<?x1xf32>) -> tensor<?x1xf32> {
  %k0 = arith.constant 10.0 : f32
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
    linalg.yield %e0 : f32
  } -> tensor<?x1xf32>
  return %result : tensor<?x1xf32>
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

func.func private @score_of_2(%a0: tensor<?x?xf32>, %a1: tensor<?xf32>, %a2: tensor<?x?xf32>, %a3: tensor<?x1xf32>) -> tensor<?x?xf32> {
  %k0 = arith.constant 0.25 : f32
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

func.func private @dot_of(%a0: tensor<?x?xf32>, %a1: tensor<?x?x?xf32>, %a2: tensor<?x1xf32>) -> tensor<?x?xf32> {
  %zero = arith.constant 0.0 : f32
  %at_b = arith.constant 0 : index
  %b = tensor.dim %a0, %at_b : tensor<?x?xf32>
  %at_n = arith.constant 1 : index
  %n = tensor.dim %a1, %at_n : tensor<?x?x?xf32>
  %init = tensor.splat %zero[%b, %n] : tensor<?x?xf32>
  %result = linalg.generic {
    indexing_maps = [affine_map<(b, n, m) -> (b, m)>, 
                     affine_map<(b, n, m) -> (b, n, m)>, 
                     affine_map<(b, n, m) -> (b, 0)>, 
                     affine_map<(b, n, m) -> (b, n)>],
    iterator_types = ["parallel", "parallel", "reduction"]}
    ins(%a0, %a1, %a2 : tensor<?x?xf32>, tensor<?x?x?xf32>, tensor<?x1xf32>) outs(%init : tensor<?x?xf32>) {
  ^bb0(%x0: f32, %x1: f32, %x2: f32, %acc: f32):
    %e0 = arith.mulf %x0, %x1 : f32
    %e1 = arith.mulf %e0, %x2 : f32
    %e2 = arith.addf %acc, %e1 : f32
    linalg.yield %e2 : f32
  } -> tensor<?x?xf32>
  return %result : tensor<?x?xf32>
}

func.func private @address(%b: index, %n: index, %m: index) {
  %key = arith.constant 11 : i64
  %key_vector = vellum.random normal %key stream 1 (%b, %m) : tensor<?x?xf32>
  %memory = vellum.random normal %key stream 2 (%b, %n, %m) : tensor<?x?x?xf32>
  %beta = vellum.random uniform %key stream 3 (%b) : tensor<?x1xf32>
  %strength = call @strength_of(%beta) : (tensor<?x1xf32>) -> tensor<?x1xf32>
  %y = vellum.content_address %key_vector in %memory strength %strength
  %key_norm = call @key_norm_of(%key_vector) : (tensor<?x?xf32>) -> tensor<?xf32>
  %word_norm = call @word_norm_of(%memory) : (tensor<?x?x?xf32>) -> tensor<?x?xf32>
  %product = call @product_of(%key_vector, %memory) : (tensor<?x?xf32>, tensor<?x?x?xf32>) -> tensor<?x?xf32>
  %score = call @score_of(%product, %key_norm, %word_norm, %strength) : (tensor<?x?xf32>, tensor<?xf32>, tensor<?x?xf32>, tensor<?x1xf32>) -> tensor<?x?xf32>
  %top = call @top_of(%score) : (tensor<?x?xf32>) -> tensor<?xf32>
  %exp = call @exp_of(%score, %top) : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?x?xf32>
  %total = call @total_of(%exp) : (tensor<?x?xf32>) -> tensor<?xf32>
  %softmax = call @softmax_of(%exp, %total) : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?x?xf32>
  vellum.expect_close %y, %softmax atol 1e-5 rtol 1e-5
  %y2 = vellum.content_address %key_vector in %memory strength %strength similarity cosine epsilon 0.25
  %key_norm2 = call @key_norm_of(%key_vector) : (tensor<?x?xf32>) -> tensor<?xf32>
  %word_norm2 = call @word_norm_of(%memory) : (tensor<?x?x?xf32>) -> tensor<?x?xf32>
  %product2 = call @product_of(%key_vector, %memory) : (tensor<?x?xf32>, tensor<?x?x?xf32>) -> tensor<?x?xf32>
  %score2 = call @score_of_2(%product2, %key_norm2, %word_norm2, %strength) : (tensor<?x?xf32>, tensor<?xf32>, tensor<?x?xf32>, tensor<?x1xf32>) -> tensor<?x?xf32>
  %top2 = call @top_of(%score2) : (tensor<?x?xf32>) -> tensor<?xf32>
  %exp2 = call @exp_of(%score2, %top2) : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?x?xf32>
  %total2 = call @total_of(%exp2) : (tensor<?x?xf32>) -> tensor<?xf32>
  %softmax2 = call @softmax_of(%exp2, %total2) : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?x?xf32>
  vellum.expect_close %y2, %softmax2 atol 1e-5 rtol 1e-5
  %dot = call @dot_of(%key_vector, %memory, %strength) : (tensor<?x?xf32>, tensor<?x?x?xf32>, tensor<?x1xf32>) -> tensor<?x?xf32>
  %y3 = vellum.content_address %key_vector in %memory strength %strength similarity dot
  %top3 = call @top_of(%dot) : (tensor<?x?xf32>) -> tensor<?xf32>
  %exp3 = call @exp_of(%dot, %top3) : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?x?xf32>
  %total3 = call @total_of(%exp3) : (tensor<?x?xf32>) -> tensor<?xf32>
  %softmax3 = call @softmax_of(%exp3, %total3) : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?x?xf32>
  vellum.expect_close %y3, %softmax3 atol 2e-5 rtol 2e-5
  return
}

func.func @address_1x13x7() {
  %c1 = arith.constant 1 : index
  %c7 = arith.constant 7 : index
  %c13 = arith.constant 13 : index
  %s1 = call @opaque(%c1) : (index) -> index
  %s7 = call @opaque(%c7) : (index) -> index
  %s13 = call @opaque(%c13) : (index) -> index
  call @address(%s1, %s13, %s7) : (index, index, index) -> ()
  return
}

func.func @address_3x129x17() {
  %c3 = arith.constant 3 : index
  %c17 = arith.constant 17 : index
  %c129 = arith.constant 129 : index
  %s3 = call @opaque(%c3) : (index) -> index
  %s17 = call @opaque(%c17) : (index) -> index
  %s129 = call @opaque(%c129) : (index) -> index
  call @address(%s3, %s129, %s17) : (index, index, index) -> ()
  return
}

func.func @address_3x1x1() {
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %s1 = call @opaque(%c1) : (index) -> index
  %s3 = call @opaque(%c3) : (index) -> index
  call @address(%s3, %s1, %s1) : (index, index, index) -> ()
  return
}

func.func @address_static_3x13x7() {
  %key = arith.constant 11 : i64
  %key_vector = vellum.random normal %key stream 1 : tensor<3x7xf32>
  %memory = vellum.random normal %key stream 2 : tensor<3x13x7xf32>
  %beta = vellum.random uniform %key stream 3 : tensor<3x1xf32>
  %beta_any = tensor.cast %beta : tensor<3x1xf32> to tensor<?x1xf32>
  %strength = call @strength_of(%beta_any) : (tensor<?x1xf32>) -> tensor<?x1xf32>
  %strength_sized = tensor.cast %strength : tensor<?x1xf32> to tensor<3x1xf32>
  %y = vellum.content_address %key_vector in %memory strength %strength_sized
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
  %strength_sized_any = tensor.cast %strength_sized : tensor<3x1xf32> to tensor<?x1xf32>
  %score = call @score_of(%product_sized_any, %key_norm_sized_any, %word_norm_sized_any, %strength_sized_any) : (tensor<?x?xf32>, tensor<?xf32>, tensor<?x?xf32>, tensor<?x1xf32>) -> tensor<?x?xf32>
  %score_sized = tensor.cast %score : tensor<?x?xf32> to tensor<3x13xf32>
  %score_sized_any = tensor.cast %score_sized : tensor<3x13xf32> to tensor<?x?xf32>
  %top = call @top_of(%score_sized_any) : (tensor<?x?xf32>) -> tensor<?xf32>
  %top_sized = tensor.cast %top : tensor<?xf32> to tensor<3xf32>
  %score_sized_any2 = tensor.cast %score_sized : tensor<3x13xf32> to tensor<?x?xf32>
  %top_sized_any = tensor.cast %top_sized : tensor<3xf32> to tensor<?xf32>
  %exp = call @exp_of(%score_sized_any2, %top_sized_any) : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?x?xf32>
  %exp_sized = tensor.cast %exp : tensor<?x?xf32> to tensor<3x13xf32>
  %exp_sized_any = tensor.cast %exp_sized : tensor<3x13xf32> to tensor<?x?xf32>
  %total = call @total_of(%exp_sized_any) : (tensor<?x?xf32>) -> tensor<?xf32>
  %total_sized = tensor.cast %total : tensor<?xf32> to tensor<3xf32>
  %exp_sized_any2 = tensor.cast %exp_sized : tensor<3x13xf32> to tensor<?x?xf32>
  %total_sized_any = tensor.cast %total_sized : tensor<3xf32> to tensor<?xf32>
  %softmax = call @softmax_of(%exp_sized_any2, %total_sized_any) : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?x?xf32>
  %softmax_sized = tensor.cast %softmax : tensor<?x?xf32> to tensor<3x13xf32>
  vellum.expect_close %y, %softmax_sized atol 1e-5 rtol 1e-5
  %y2 = vellum.content_address %key_vector in %memory strength %strength_sized similarity cosine epsilon 0.25
  %key_vector_any3 = tensor.cast %key_vector : tensor<3x7xf32> to tensor<?x?xf32>
  %key_norm2 = call @key_norm_of(%key_vector_any3) : (tensor<?x?xf32>) -> tensor<?xf32>
  %key_norm2_sized = tensor.cast %key_norm2 : tensor<?xf32> to tensor<3xf32>
  %memory_any3 = tensor.cast %memory : tensor<3x13x7xf32> to tensor<?x?x?xf32>
  %word_norm2 = call @word_norm_of(%memory_any3) : (tensor<?x?x?xf32>) -> tensor<?x?xf32>
  %word_norm2_sized = tensor.cast %word_norm2 : tensor<?x?xf32> to tensor<3x13xf32>
  %key_vector_any4 = tensor.cast %key_vector : tensor<3x7xf32> to tensor<?x?xf32>
  %memory_any4 = tensor.cast %memory : tensor<3x13x7xf32> to tensor<?x?x?xf32>
  %product2 = call @product_of(%key_vector_any4, %memory_any4) : (tensor<?x?xf32>, tensor<?x?x?xf32>) -> tensor<?x?xf32>
  %product2_sized = tensor.cast %product2 : tensor<?x?xf32> to tensor<3x13xf32>
  %product2_sized_any = tensor.cast %product2_sized : tensor<3x13xf32> to tensor<?x?xf32>
  %key_norm2_sized_any = tensor.cast %key_norm2_sized : tensor<3xf32> to tensor<?xf32>
  %word_norm2_sized_any = tensor.cast %word_norm2_sized : tensor<3x13xf32> to tensor<?x?xf32>
  %strength_sized_any2 = tensor.cast %strength_sized : tensor<3x1xf32> to tensor<?x1xf32>
  %score2 = call @score_of_2(%product2_sized_any, %key_norm2_sized_any, %word_norm2_sized_any, %strength_sized_any2) : (tensor<?x?xf32>, tensor<?xf32>, tensor<?x?xf32>, tensor<?x1xf32>) -> tensor<?x?xf32>
  %score2_sized = tensor.cast %score2 : tensor<?x?xf32> to tensor<3x13xf32>
  %score2_sized_any = tensor.cast %score2_sized : tensor<3x13xf32> to tensor<?x?xf32>
  %top2 = call @top_of(%score2_sized_any) : (tensor<?x?xf32>) -> tensor<?xf32>
  %top2_sized = tensor.cast %top2 : tensor<?xf32> to tensor<3xf32>
  %score2_sized_any2 = tensor.cast %score2_sized : tensor<3x13xf32> to tensor<?x?xf32>
  %top2_sized_any = tensor.cast %top2_sized : tensor<3xf32> to tensor<?xf32>
  %exp2 = call @exp_of(%score2_sized_any2, %top2_sized_any) : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?x?xf32>
  %exp2_sized = tensor.cast %exp2 : tensor<?x?xf32> to tensor<3x13xf32>
  %exp2_sized_any = tensor.cast %exp2_sized : tensor<3x13xf32> to tensor<?x?xf32>
  %total2 = call @total_of(%exp2_sized_any) : (tensor<?x?xf32>) -> tensor<?xf32>
  %total2_sized = tensor.cast %total2 : tensor<?xf32> to tensor<3xf32>
  %exp2_sized_any2 = tensor.cast %exp2_sized : tensor<3x13xf32> to tensor<?x?xf32>
  %total2_sized_any = tensor.cast %total2_sized : tensor<3xf32> to tensor<?xf32>
  %softmax2 = call @softmax_of(%exp2_sized_any2, %total2_sized_any) : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?x?xf32>
  %softmax2_sized = tensor.cast %softmax2 : tensor<?x?xf32> to tensor<3x13xf32>
  vellum.expect_close %y2, %softmax2_sized atol 1e-5 rtol 1e-5
  %key_vector_any5 = tensor.cast %key_vector : tensor<3x7xf32> to tensor<?x?xf32>
  %memory_any5 = tensor.cast %memory : tensor<3x13x7xf32> to tensor<?x?x?xf32>
  %strength_sized_any3 = tensor.cast %strength_sized : tensor<3x1xf32> to tensor<?x1xf32>
  %dot = call @dot_of(%key_vector_any5, %memory_any5, %strength_sized_any3) : (tensor<?x?xf32>, tensor<?x?x?xf32>, tensor<?x1xf32>) -> tensor<?x?xf32>
  %dot_sized = tensor.cast %dot : tensor<?x?xf32> to tensor<3x13xf32>
  %y3 = vellum.content_address %key_vector in %memory strength %strength_sized similarity dot
  %dot_sized_any = tensor.cast %dot_sized : tensor<3x13xf32> to tensor<?x?xf32>
  %top3 = call @top_of(%dot_sized_any) : (tensor<?x?xf32>) -> tensor<?xf32>
  %top3_sized = tensor.cast %top3 : tensor<?xf32> to tensor<3xf32>
  %dot_sized_any2 = tensor.cast %dot_sized : tensor<3x13xf32> to tensor<?x?xf32>
  %top3_sized_any = tensor.cast %top3_sized : tensor<3xf32> to tensor<?xf32>
  %exp3 = call @exp_of(%dot_sized_any2, %top3_sized_any) : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?x?xf32>
  %exp3_sized = tensor.cast %exp3 : tensor<?x?xf32> to tensor<3x13xf32>
  %exp3_sized_any = tensor.cast %exp3_sized : tensor<3x13xf32> to tensor<?x?xf32>
  %total3 = call @total_of(%exp3_sized_any) : (tensor<?x?xf32>) -> tensor<?xf32>
  %total3_sized = tensor.cast %total3 : tensor<?xf32> to tensor<3xf32>
  %exp3_sized_any2 = tensor.cast %exp3_sized : tensor<3x13xf32> to tensor<?x?xf32>
  %total3_sized_any = tensor.cast %total3_sized : tensor<3xf32> to tensor<?xf32>
  %softmax3 = call @softmax_of(%exp3_sized_any2, %total3_sized_any) : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?x?xf32>
  %softmax3_sized = tensor.cast %softmax3 : tensor<?x?xf32> to tensor<3x13xf32>
  vellum.expect_close %y3, %softmax3_sized atol 2e-5 rtol 2e-5
  return
}
