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

func.func private @product_of_2(%a0: tensor<?x?xf32>, %a1: tensor<?x?xf32>, %a2: tensor<?xf32>) -> tensor<?x?xf32> {
  %zero = arith.constant 0.0 : f32
  %at_b = arith.constant 0 : index
  %b = tensor.dim %a0, %at_b : tensor<?x?xf32>
  %at_h = arith.constant 1 : index
  %h = tensor.dim %a1, %at_h : tensor<?x?xf32>
  %init = tensor.splat %zero[%b, %h] : tensor<?x?xf32>
  %result = linalg.generic {
    indexing_maps = [affine_map<(b, h, a) -> (b, a)>, 
                     affine_map<(b, h, a) -> (a, h)>, 
                     affine_map<(b, h, a) -> (h)>, 
                     affine_map<(b, h, a) -> (b, h)>],
    iterator_types = ["parallel", "parallel", "reduction"]}
    ins(%a0, %a1, %a2 : tensor<?x?xf32>, tensor<?x?xf32>, tensor<?xf32>) outs(%init : tensor<?x?xf32>) {
  ^bb0(%x0: f32, %x1: f32, %x2: f32, %acc: f32):
    %e0 = arith.mulf %x0, %x1 : f32
    %e1 = arith.addf %acc, %e0 : f32
    linalg.yield %e1 : f32
  } -> tensor<?x?xf32>
  return %result : tensor<?x?xf32>
}

func.func private @sum_of_2(%a0: tensor<?x?xf32>, %a1: tensor<?xf32>) -> tensor<?x?xf32> {
  %zero = arith.constant 0.0 : f32
  %at_b = arith.constant 0 : index
  %b = tensor.dim %a0, %at_b : tensor<?x?xf32>
  %at_h = arith.constant 1 : index
  %h = tensor.dim %a0, %at_h : tensor<?x?xf32>
  %init = tensor.splat %zero[%b, %h] : tensor<?x?xf32>
  %result = linalg.generic {
    indexing_maps = [affine_map<(b, h) -> (b, h)>, 
                     affine_map<(b, h) -> (h)>, 
                     affine_map<(b, h) -> (b, h)>],
    iterator_types = ["parallel", "parallel"]}
    ins(%a0, %a1 : tensor<?x?xf32>, tensor<?xf32>) outs(%init : tensor<?x?xf32>) {
  ^bb0(%x0: f32, %x1: f32, %acc: f32):
    %e0 = arith.addf %x0, %x1 : f32
    linalg.yield %e0 : f32
  } -> tensor<?x?xf32>
  return %result : tensor<?x?xf32>
}

func.func private @tanh_of(%a0: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %zero = arith.constant 0.0 : f32
  %at_b = arith.constant 0 : index
  %b = tensor.dim %a0, %at_b : tensor<?x?xf32>
  %at_h = arith.constant 1 : index
  %h = tensor.dim %a0, %at_h : tensor<?x?xf32>
  %init = tensor.splat %zero[%b, %h] : tensor<?x?xf32>
  %result = linalg.generic {
    indexing_maps = [affine_map<(b, h) -> (b, h)>, 
                     affine_map<(b, h) -> (b, h)>],
    iterator_types = ["parallel", "parallel"]}
    ins(%a0 : tensor<?x?xf32>) outs(%init : tensor<?x?xf32>) {
  ^bb0(%x0: f32, %acc: f32):
    %e0 = math.tanh %x0 : f32
    linalg.yield %e0 : f32
  } -> tensor<?x?xf32>
  return %result : tensor<?x?xf32>
}

func.func private @relu_of(%a0: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %zero = arith.constant 0.0 : f32
  %at_b = arith.constant 0 : index
  %b = tensor.dim %a0, %at_b : tensor<?x?xf32>
  %at_h = arith.constant 1 : index
  %h = tensor.dim %a0, %at_h : tensor<?x?xf32>
  %init = tensor.splat %zero[%b, %h] : tensor<?x?xf32>
  %result = linalg.generic {
    indexing_maps = [affine_map<(b, h) -> (b, h)>, 
                     affine_map<(b, h) -> (b, h)>],
    iterator_types = ["parallel", "parallel"]}
    ins(%a0 : tensor<?x?xf32>) outs(%init : tensor<?x?xf32>) {
  ^bb0(%x0: f32, %acc: f32):
    %e0 = arith.maximumf %x0, %zero : f32
    linalg.yield %e0 : f32
  } -> tensor<?x?xf32>
  return %result : tensor<?x?xf32>
}

func.func private @logistic_of_2(%a0: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %k0 = arith.constant -1.0 : f32
  %one = arith.constant 1.0 : f32
  %zero = arith.constant 0.0 : f32
  %at_b = arith.constant 0 : index
  %b = tensor.dim %a0, %at_b : tensor<?x?xf32>
  %at_h = arith.constant 1 : index
  %h = tensor.dim %a0, %at_h : tensor<?x?xf32>
  %init = tensor.splat %zero[%b, %h] : tensor<?x?xf32>
  %result = linalg.generic {
    indexing_maps = [affine_map<(b, h) -> (b, h)>, 
                     affine_map<(b, h) -> (b, h)>],
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

func.func private @gates_of(%a0: tensor<?x?xf32>, %a1: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %zero = arith.constant 0.0 : f32
  %at_b = arith.constant 0 : index
  %b = tensor.dim %a0, %at_b : tensor<?x?xf32>
  %at_g = arith.constant 1 : index
  %g = tensor.dim %a1, %at_g : tensor<?x?xf32>
  %init = tensor.splat %zero[%b, %g] : tensor<?x?xf32>
  %result = linalg.generic {
    indexing_maps = [affine_map<(b, g, a) -> (b, a)>, 
                     affine_map<(b, g, a) -> (a, g)>, 
                     affine_map<(b, g, a) -> (b, g)>],
    iterator_types = ["parallel", "parallel", "reduction"]}
    ins(%a0, %a1 : tensor<?x?xf32>, tensor<?x?xf32>) outs(%init : tensor<?x?xf32>) {
  ^bb0(%x0: f32, %x1: f32, %acc: f32):
    %e0 = arith.mulf %x0, %x1 : f32
    %e1 = arith.addf %acc, %e0 : f32
    linalg.yield %e1 : f32
  } -> tensor<?x?xf32>
  return %result : tensor<?x?xf32>
}

func.func private @sum_of_3(%a0: tensor<?x?xf32>, %a1: tensor<?xf32>) -> tensor<?x?xf32> {
  %zero = arith.constant 0.0 : f32
  %at_b = arith.constant 0 : index
  %b = tensor.dim %a0, %at_b : tensor<?x?xf32>
  %at_g = arith.constant 1 : index
  %g = tensor.dim %a0, %at_g : tensor<?x?xf32>
  %init = tensor.splat %zero[%b, %g] : tensor<?x?xf32>
  %result = linalg.generic {
    indexing_maps = [affine_map<(b, g) -> (b, g)>, 
                     affine_map<(b, g) -> (g)>, 
                     affine_map<(b, g) -> (b, g)>],
    iterator_types = ["parallel", "parallel"]}
    ins(%a0, %a1 : tensor<?x?xf32>, tensor<?xf32>) outs(%init : tensor<?x?xf32>) {
  ^bb0(%x0: f32, %x1: f32, %acc: f32):
    %e0 = arith.addf %x0, %x1 : f32
    linalg.yield %e0 : f32
  } -> tensor<?x?xf32>
  return %result : tensor<?x?xf32>
}

func.func private @cell_of(%a0: tensor<?x?xf32>, %a1: tensor<?x?xf32>, %a2: tensor<?x?xf32>, %a3: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %zero = arith.constant 0.0 : f32
  %k1 = arith.constant -1.0 : f32
  %one = arith.constant 1.0 : f32
  %at_b = arith.constant 0 : index
  %b = tensor.dim %a0, %at_b : tensor<?x?xf32>
  %at_h = arith.constant 1 : index
  %h = tensor.dim %a0, %at_h : tensor<?x?xf32>
  %init = tensor.splat %zero[%b, %h] : tensor<?x?xf32>
  %result = linalg.generic {
    indexing_maps = [affine_map<(b, h) -> (b, h)>, 
                     affine_map<(b, h) -> (b, h)>, 
                     affine_map<(b, h) -> (b, h)>, 
                     affine_map<(b, h) -> (b, h)>, 
                     affine_map<(b, h) -> (b, h)>],
    iterator_types = ["parallel", "parallel"]}
    ins(%a0, %a1, %a2, %a3 : tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>) outs(%init : tensor<?x?xf32>) {
  ^bb0(%x0: f32, %x1: f32, %x2: f32, %x3: f32, %acc: f32):
    %e0 = arith.addf %x0, %zero : f32
    %e1 = arith.mulf %e0, %k1 : f32
    %e2 = math.exp %e1 : f32
    %e3 = arith.addf %one, %e2 : f32
    %e4 = arith.divf %one, %e3 : f32
    %e5 = arith.mulf %e4, %x1 : f32
    %e6 = arith.mulf %x2, %k1 : f32
    %e7 = math.exp %e6 : f32
    %e8 = arith.addf %one, %e7 : f32
    %e9 = arith.divf %one, %e8 : f32
    %e10 = math.tanh %x3 : f32
    %e11 = arith.mulf %e9, %e10 : f32
    %e12 = arith.addf %e5, %e11 : f32
    linalg.yield %e12 : f32
  } -> tensor<?x?xf32>
  return %result : tensor<?x?xf32>
}

func.func private @hidden_of(%a0: tensor<?x?xf32>, %a1: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %k0 = arith.constant -1.0 : f32
  %one = arith.constant 1.0 : f32
  %zero = arith.constant 0.0 : f32
  %at_b = arith.constant 0 : index
  %b = tensor.dim %a0, %at_b : tensor<?x?xf32>
  %at_h = arith.constant 1 : index
  %h = tensor.dim %a0, %at_h : tensor<?x?xf32>
  %init = tensor.splat %zero[%b, %h] : tensor<?x?xf32>
  %result = linalg.generic {
    indexing_maps = [affine_map<(b, h) -> (b, h)>, 
                     affine_map<(b, h) -> (b, h)>, 
                     affine_map<(b, h) -> (b, h)>],
    iterator_types = ["parallel", "parallel"]}
    ins(%a0, %a1 : tensor<?x?xf32>, tensor<?x?xf32>) outs(%init : tensor<?x?xf32>) {
  ^bb0(%x0: f32, %x1: f32, %acc: f32):
    %e0 = arith.mulf %x0, %k0 : f32
    %e1 = math.exp %e0 : f32
    %e2 = arith.addf %one, %e1 : f32
    %e3 = arith.divf %one, %e2 : f32
    %e4 = math.tanh %x1 : f32
    %e5 = arith.mulf %e3, %e4 : f32
    linalg.yield %e5 : f32
  } -> tensor<?x?xf32>
  return %result : tensor<?x?xf32>
}

func.func private @cell_of_2(%a0: tensor<?x?xf32>, %a1: tensor<?x?xf32>, %a2: tensor<?x?xf32>, %a3: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %one = arith.constant 1.0 : f32
  %k1 = arith.constant -1.0 : f32
  %zero = arith.constant 0.0 : f32
  %at_b = arith.constant 0 : index
  %b = tensor.dim %a0, %at_b : tensor<?x?xf32>
  %at_h = arith.constant 1 : index
  %h = tensor.dim %a0, %at_h : tensor<?x?xf32>
  %init = tensor.splat %zero[%b, %h] : tensor<?x?xf32>
  %result = linalg.generic {
    indexing_maps = [affine_map<(b, h) -> (b, h)>, 
                     affine_map<(b, h) -> (b, h)>, 
                     affine_map<(b, h) -> (b, h)>, 
                     affine_map<(b, h) -> (b, h)>, 
                     affine_map<(b, h) -> (b, h)>],
    iterator_types = ["parallel", "parallel"]}
    ins(%a0, %a1, %a2, %a3 : tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>) outs(%init : tensor<?x?xf32>) {
  ^bb0(%x0: f32, %x1: f32, %x2: f32, %x3: f32, %acc: f32):
    %e0 = arith.addf %x0, %one : f32
    %e1 = arith.mulf %e0, %k1 : f32
    %e2 = math.exp %e1 : f32
    %e3 = arith.addf %one, %e2 : f32
    %e4 = arith.divf %one, %e3 : f32
    %e5 = arith.mulf %e4, %x1 : f32
    %e6 = arith.mulf %x2, %k1 : f32
    %e7 = math.exp %e6 : f32
    %e8 = arith.addf %one, %e7 : f32
    %e9 = arith.divf %one, %e8 : f32
    %e10 = math.tanh %x3 : f32
    %e11 = arith.mulf %e9, %e10 : f32
    %e12 = arith.addf %e5, %e11 : f32
    linalg.yield %e12 : f32
  } -> tensor<?x?xf32>
  return %result : tensor<?x?xf32>
}

func.func private @cells(%b: index) {
  %key = arith.constant 11 : i64
  %x = vellum.random normal %key stream 1 (%b) : tensor<?x3xf32>
  %h = vellum.random normal %key stream 2 (%b) : tensor<?x5xf32>
  %c = vellum.random normal %key stream 3 (%b) : tensor<?x5xf32>
  %w = vellum.random normal %key stream 4 : tensor<8x20xf32>
  %square = vellum.random normal %key stream 5 : tensor<8x5xf32>
  %bias = vellum.random normal %key stream 6 : tensor<5xf32>
  %lstm_bias = vellum.random normal %key stream 7 : tensor<20xf32>
  %both = vellum.concat %x, %h
  %both_any = tensor.cast %both : tensor<?x8xf32> to tensor<?x?xf32>
  %square_any = tensor.cast %square : tensor<8x5xf32> to tensor<?x?xf32>
  %bias_any = tensor.cast %bias : tensor<5xf32> to tensor<?xf32>
  %product = call @product_of_2(%both_any, %square_any, %bias_any) : (tensor<?x?xf32>, tensor<?x?xf32>, tensor<?xf32>) -> tensor<?x?xf32>
  %product_sized = tensor.cast %product : tensor<?x?xf32> to tensor<?x5xf32>
  %product_sized_any = tensor.cast %product_sized : tensor<?x5xf32> to tensor<?x?xf32>
  %bias_any2 = tensor.cast %bias : tensor<5xf32> to tensor<?xf32>
  %sum = call @sum_of_2(%product_sized_any, %bias_any2) : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?x?xf32>
  %sum_sized = tensor.cast %sum : tensor<?x?xf32> to tensor<?x5xf32>
  %y = vellum.rnn_cell %x state %h by %square bias %bias
  %sum_sized_any = tensor.cast %sum_sized : tensor<?x5xf32> to tensor<?x?xf32>
  %tanh = call @tanh_of(%sum_sized_any) : (tensor<?x?xf32>) -> tensor<?x?xf32>
  %tanh_sized = tensor.cast %tanh : tensor<?x?xf32> to tensor<?x5xf32>
  vellum.expect_close %y, %tanh_sized atol 1e-5 rtol 1e-5
  %y2 = vellum.rnn_cell %x state %h by %square bias %bias activation relu
  %sum_sized_any2 = tensor.cast %sum_sized : tensor<?x5xf32> to tensor<?x?xf32>
  %relu = call @relu_of(%sum_sized_any2) : (tensor<?x?xf32>) -> tensor<?x?xf32>
  %relu_sized = tensor.cast %relu : tensor<?x?xf32> to tensor<?x5xf32>
  vellum.expect_close %y2, %relu_sized atol 1e-5 rtol 1e-5
  %y3 = vellum.rnn_cell %x state %h by %square bias %bias activation sigmoid
  %sum_sized_any3 = tensor.cast %sum_sized : tensor<?x5xf32> to tensor<?x?xf32>
  %logistic = call @logistic_of_2(%sum_sized_any3) : (tensor<?x?xf32>) -> tensor<?x?xf32>
  %logistic_sized = tensor.cast %logistic : tensor<?x?xf32> to tensor<?x5xf32>
  vellum.expect_close %y3, %logistic_sized atol 1e-5 rtol 1e-5
  %both_any2 = tensor.cast %both : tensor<?x8xf32> to tensor<?x?xf32>
  %w_any = tensor.cast %w : tensor<8x20xf32> to tensor<?x?xf32>
  %gates = call @gates_of(%both_any2, %w_any) : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?xf32>
  %gates_sized = tensor.cast %gates : tensor<?x?xf32> to tensor<?x20xf32>
  %gates_sized_any = tensor.cast %gates_sized : tensor<?x20xf32> to tensor<?x?xf32>
  %lstm_bias_any = tensor.cast %lstm_bias : tensor<20xf32> to tensor<?xf32>
  %sum2 = call @sum_of_3(%gates_sized_any, %lstm_bias_any) : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?x?xf32>
  %sum2_sized = tensor.cast %sum2 : tensor<?x?xf32> to tensor<?x20xf32>
  %gate = vellum.slice %sum2_sized from 0 size 5
  %gate2 = vellum.slice %sum2_sized from 5 size 5
  %gate3 = vellum.slice %sum2_sized from 10 size 5
  %gate4 = vellum.slice %sum2_sized from 15 size 5
  %y4, %y5 = vellum.lstm_cell %x state %h, %c by %w bias %lstm_bias
  %gate2_any = tensor.cast %gate2 : tensor<?x5xf32> to tensor<?x?xf32>
  %c_any = tensor.cast %c : tensor<?x5xf32> to tensor<?x?xf32>
  %gate_any = tensor.cast %gate : tensor<?x5xf32> to tensor<?x?xf32>
  %gate3_any = tensor.cast %gate3 : tensor<?x5xf32> to tensor<?x?xf32>
  %cell = call @cell_of(%gate2_any, %c_any, %gate_any, %gate3_any) : (tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?xf32>
  %cell_sized = tensor.cast %cell : tensor<?x?xf32> to tensor<?x5xf32>
  vellum.expect_close %y5, %cell_sized atol 1e-5 rtol 1e-5
  %gate4_any = tensor.cast %gate4 : tensor<?x5xf32> to tensor<?x?xf32>
  %cell_sized_any = tensor.cast %cell_sized : tensor<?x5xf32> to tensor<?x?xf32>
  %hidden = call @hidden_of(%gate4_any, %cell_sized_any) : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?xf32>
  %hidden_sized = tensor.cast %hidden : tensor<?x?xf32> to tensor<?x5xf32>
  vellum.expect_close %y4, %hidden_sized atol 1e-5 rtol 1e-5
  %y6, %y7 = vellum.lstm_cell %x state %h, %c by %w bias %lstm_bias forget_bias 1.0
  %gate2_any2 = tensor.cast %gate2 : tensor<?x5xf32> to tensor<?x?xf32>
  %c_any2 = tensor.cast %c : tensor<?x5xf32> to tensor<?x?xf32>
  %gate_any2 = tensor.cast %gate : tensor<?x5xf32> to tensor<?x?xf32>
  %gate3_any2 = tensor.cast %gate3 : tensor<?x5xf32> to tensor<?x?xf32>
  %cell2 = call @cell_of_2(%gate2_any2, %c_any2, %gate_any2, %gate3_any2) : (tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?xf32>
  %cell2_sized = tensor.cast %cell2 : tensor<?x?xf32> to tensor<?x5xf32>
  vellum.expect_close %y7, %cell2_sized atol 1e-5 rtol 1e-5
  %gate4_any2 = tensor.cast %gate4 : tensor<?x5xf32> to tensor<?x?xf32>
  %cell2_sized_any = tensor.cast %cell2_sized : tensor<?x5xf32> to tensor<?x?xf32>
  %hidden2 = call @hidden_of(%gate4_any2, %cell2_sized_any) : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?xf32>
  %hidden2_sized = tensor.cast %hidden2 : tensor<?x?xf32> to tensor<?x5xf32>
  vellum.expect_close %y6, %hidden2_sized atol 1e-5 rtol 1e-5
  return
}

func.func @cells_1() {
  %c1 = arith.constant 1 : index
  %s1 = call @opaque(%c1) : (index) -> index
  call @cells(%s1) : (index) -> ()
  return
}

func.func @cells_3() {
  %c3 = arith.constant 3 : index
  %s3 = call @opaque(%c3) : (index) -> index
  call @cells(%s3) : (index) -> ()
  return
}

func.func @cells_static_3() {
  %key = arith.constant 11 : i64
  %x = vellum.random normal %key stream 1 : tensor<3x3xf32>
  %h = vellum.random normal %key stream 2 : tensor<3x5xf32>
  %c = vellum.random normal %key stream 3 : tensor<3x5xf32>
  %w = vellum.random normal %key stream 4 : tensor<8x20xf32>
  %square = vellum.random normal %key stream 5 : tensor<8x5xf32>
  %bias = vellum.random normal %key stream 6 : tensor<5xf32>
  %lstm_bias = vellum.random normal %key stream 7 : tensor<20xf32>
  %both = vellum.concat %x, %h
  %both_any = tensor.cast %both : tensor<3x8xf32> to tensor<?x?xf32>
  %square_any = tensor.cast %square : tensor<8x5xf32> to tensor<?x?xf32>
  %bias_any = tensor.cast %bias : tensor<5xf32> to tensor<?xf32>
  %product = call @product_of_2(%both_any, %square_any, %bias_any) : (tensor<?x?xf32>, tensor<?x?xf32>, tensor<?xf32>) -> tensor<?x?xf32>
  %product_sized = tensor.cast %product : tensor<?x?xf32> to tensor<3x5xf32>
  %product_sized_any = tensor.cast %product_sized : tensor<3x5xf32> to tensor<?x?xf32>
  %bias_any2 = tensor.cast %bias : tensor<5xf32> to tensor<?xf32>
  %sum = call @sum_of_2(%product_sized_any, %bias_any2) : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?x?xf32>
  %sum_sized = tensor.cast %sum : tensor<?x?xf32> to tensor<3x5xf32>
  %y = vellum.rnn_cell %x state %h by %square bias %bias
  %sum_sized_any = tensor.cast %sum_sized : tensor<3x5xf32> to tensor<?x?xf32>
  %tanh = call @tanh_of(%sum_sized_any) : (tensor<?x?xf32>) -> tensor<?x?xf32>
  %tanh_sized = tensor.cast %tanh : tensor<?x?xf32> to tensor<3x5xf32>
  vellum.expect_close %y, %tanh_sized atol 1e-5 rtol 1e-5
  %y2 = vellum.rnn_cell %x state %h by %square bias %bias activation relu
  %sum_sized_any2 = tensor.cast %sum_sized : tensor<3x5xf32> to tensor<?x?xf32>
  %relu = call @relu_of(%sum_sized_any2) : (tensor<?x?xf32>) -> tensor<?x?xf32>
  %relu_sized = tensor.cast %relu : tensor<?x?xf32> to tensor<3x5xf32>
  vellum.expect_close %y2, %relu_sized atol 1e-5 rtol 1e-5
  %y3 = vellum.rnn_cell %x state %h by %square bias %bias activation sigmoid
  %sum_sized_any3 = tensor.cast %sum_sized : tensor<3x5xf32> to tensor<?x?xf32>
  %logistic = call @logistic_of_2(%sum_sized_any3) : (tensor<?x?xf32>) -> tensor<?x?xf32>
  %logistic_sized = tensor.cast %logistic : tensor<?x?xf32> to tensor<3x5xf32>
  vellum.expect_close %y3, %logistic_sized atol 1e-5 rtol 1e-5
  %both_any2 = tensor.cast %both : tensor<3x8xf32> to tensor<?x?xf32>
  %w_any = tensor.cast %w : tensor<8x20xf32> to tensor<?x?xf32>
  %gates = call @gates_of(%both_any2, %w_any) : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?xf32>
  %gates_sized = tensor.cast %gates : tensor<?x?xf32> to tensor<3x20xf32>
  %gates_sized_any = tensor.cast %gates_sized : tensor<3x20xf32> to tensor<?x?xf32>
  %lstm_bias_any = tensor.cast %lstm_bias : tensor<20xf32> to tensor<?xf32>
  %sum2 = call @sum_of_3(%gates_sized_any, %lstm_bias_any) : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?x?xf32>
  %sum2_sized = tensor.cast %sum2 : tensor<?x?xf32> to tensor<3x20xf32>
  %gate = vellum.slice %sum2_sized from 0 size 5
  %gate2 = vellum.slice %sum2_sized from 5 size 5
  %gate3 = vellum.slice %sum2_sized from 10 size 5
  %gate4 = vellum.slice %sum2_sized from 15 size 5
  %y4, %y5 = vellum.lstm_cell %x state %h, %c by %w bias %lstm_bias
  %gate2_any = tensor.cast %gate2 : tensor<3x5xf32> to tensor<?x?xf32>
  %c_any = tensor.cast %c : tensor<3x5xf32> to tensor<?x?xf32>
  %gate_any = tensor.cast %gate : tensor<3x5xf32> to tensor<?x?xf32>
  %gate3_any = tensor.cast %gate3 : tensor<3x5xf32> to tensor<?x?xf32>
  %cell = call @cell_of(%gate2_any, %c_any, %gate_any, %gate3_any) : (tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?xf32>
  %cell_sized = tensor.cast %cell : tensor<?x?xf32> to tensor<3x5xf32>
  vellum.expect_close %y5, %cell_sized atol 1e-5 rtol 1e-5
  %gate4_any = tensor.cast %gate4 : tensor<3x5xf32> to tensor<?x?xf32>
  %cell_sized_any = tensor.cast %cell_sized : tensor<3x5xf32> to tensor<?x?xf32>
  %hidden = call @hidden_of(%gate4_any, %cell_sized_any) : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?xf32>
  %hidden_sized = tensor.cast %hidden : tensor<?x?xf32> to tensor<3x5xf32>
  vellum.expect_close %y4, %hidden_sized atol 1e-5 rtol 1e-5
  %y6, %y7 = vellum.lstm_cell %x state %h, %c by %w bias %lstm_bias forget_bias 1.0
  %gate2_any2 = tensor.cast %gate2 : tensor<3x5xf32> to tensor<?x?xf32>
  %c_any2 = tensor.cast %c : tensor<3x5xf32> to tensor<?x?xf32>
  %gate_any2 = tensor.cast %gate : tensor<3x5xf32> to tensor<?x?xf32>
  %gate3_any2 = tensor.cast %gate3 : tensor<3x5xf32> to tensor<?x?xf32>
  %cell2 = call @cell_of_2(%gate2_any2, %c_any2, %gate_any2, %gate3_any2) : (tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?xf32>
  %cell2_sized = tensor.cast %cell2 : tensor<?x?xf32> to tensor<3x5xf32>
  vellum.expect_close %y7, %cell2_sized atol 1e-5 rtol 1e-5
  %gate4_any2 = tensor.cast %gate4 : tensor<3x5xf32> to tensor<?x?xf32>
  %cell2_sized_any = tensor.cast %cell2_sized : tensor<3x5xf32> to tensor<?x?xf32>
  %hidden2 = call @hidden_of(%gate4_any2, %cell2_sized_any) : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?xf32>
  %hidden2_sized = tensor.cast %hidden2 : tensor<?x?xf32> to tensor<3x5xf32>
  vellum.expect_close %y6, %hidden2_sized atol 1e-5 rtol 1e-5
  return
}
