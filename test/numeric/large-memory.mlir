// RUN: vellum test %s --backend=interpreter
// RUN: vellum test %s --target=x86-64-v2
// RUN: %if x86-64-v3 %{ vellum test %s --target=x86-64-v3 %}
// RUN: %if x86-64-v4 %{ vellum test %s --target=x86-64-v4 %}

// A memory of 1.3 MB, more than a cache keeps from one sweep to the next, in a
// loop over time: what comes of it agrees with what comes of its two parts.

func.func private @of_part(%memory: tensor<1x?x16xf32>, %keys: tensor<3x1x16xf32>, %ws: tensor<3x1x?xf32>)
    -> (tensor<1x?x16xf32>, tensor<3x1x?xf32>, tensor<3x1x?xf32>, tensor<3x1x16xf32>) {
  %last, %dots, %squares, %words = vellum.scan for %key in %keys, %w in %ws carry %m = %memory {
    %erase = sigmoid %key
    %m1 = memory_write %m at %w erase %erase add %key
    %dot = contract "bnm,bm->bn" %m1, %key
    %square = contract "bnm,bnm->bn" %m1, %m1
    %r = memory_read %m1 at %w
    yield %m1 emit %dot, %square, %r
  }
  return %last, %dots, %squares, %words : tensor<1x?x16xf32>, tensor<3x1x?xf32>, tensor<3x1x?xf32>, tensor<3x1x16xf32>
}

func.func @whole() {
  %key = arith.constant 5 : i64
  %memory = vellum.random normal %key stream 1 : tensor<1x20005x16xf32>
  %keys = vellum.random normal %key stream 2 : tensor<3x1x16xf32>
  %ws = vellum.random uniform %key stream 3 : tensor<3x1x20005xf32>
  %last, %dots, %squares, %words = vellum.scan for %k in %keys, %w in %ws carry %m = %memory {
    %erase = sigmoid %k
    %m1 = memory_write %m at %w erase %erase add %k
    %dot = contract "bnm,bm->bn" %m1, %k
    %square = contract "bnm,bnm->bn" %m1, %m1
    %r = memory_read %m1 at %w
    yield %m1 emit %dot, %square, %r
  }

  %memory_a = tensor.extract_slice %memory[0, 0, 0] [1, 9000, 16] [1, 1, 1] : tensor<1x20005x16xf32> to tensor<1x9000x16xf32>
  %memory_b = tensor.extract_slice %memory[0, 9000, 0] [1, 11005, 16] [1, 1, 1] : tensor<1x20005x16xf32> to tensor<1x11005x16xf32>
  %ws_a = tensor.extract_slice %ws[0, 0, 0] [3, 1, 9000] [1, 1, 1] : tensor<3x1x20005xf32> to tensor<3x1x9000xf32>
  %ws_b = tensor.extract_slice %ws[0, 0, 9000] [3, 1, 11005] [1, 1, 1] : tensor<3x1x20005xf32> to tensor<3x1x11005xf32>
  %any_memory_a = tensor.cast %memory_a : tensor<1x9000x16xf32> to tensor<1x?x16xf32>
  %any_memory_b = tensor.cast %memory_b : tensor<1x11005x16xf32> to tensor<1x?x16xf32>
  %any_ws_a = tensor.cast %ws_a : tensor<3x1x9000xf32> to tensor<3x1x?xf32>
  %any_ws_b = tensor.cast %ws_b : tensor<3x1x11005xf32> to tensor<3x1x?xf32>
  %a:4 = call @of_part(%any_memory_a, %keys, %any_ws_a) : (tensor<1x?x16xf32>, tensor<3x1x16xf32>, tensor<3x1x?xf32>) -> (tensor<1x?x16xf32>, tensor<3x1x?xf32>, tensor<3x1x?xf32>, tensor<3x1x16xf32>)
  %b:4 = call @of_part(%any_memory_b, %keys, %any_ws_b) : (tensor<1x?x16xf32>, tensor<3x1x16xf32>, tensor<3x1x?xf32>) -> (tensor<1x?x16xf32>, tensor<3x1x?xf32>, tensor<3x1x?xf32>, tensor<3x1x16xf32>)

  %both_last = tensor.concat dim(1) %a#0, %b#0 : (tensor<1x?x16xf32>, tensor<1x?x16xf32>) -> tensor<1x?x16xf32>
  %both_dots = tensor.concat dim(2) %a#1, %b#1 : (tensor<3x1x?xf32>, tensor<3x1x?xf32>) -> tensor<3x1x?xf32>
  %both_squares = tensor.concat dim(2) %a#2, %b#2 : (tensor<3x1x?xf32>, tensor<3x1x?xf32>) -> tensor<3x1x?xf32>
  %both_words = arith.addf %a#3, %b#3 : tensor<3x1x16xf32>
  %same_last = tensor.cast %both_last : tensor<1x?x16xf32> to tensor<1x20005x16xf32>
  %same_dots = tensor.cast %both_dots : tensor<3x1x?xf32> to tensor<3x1x20005xf32>
  %same_squares = tensor.cast %both_squares : tensor<3x1x?xf32> to tensor<3x1x20005xf32>
  vellum.expect_close %last, %same_last atol 1e-5 rtol 1e-5
  vellum.expect_close %dots, %same_dots atol 1e-5 rtol 1e-5
  vellum.expect_close %squares, %same_squares atol 1e-5 rtol 1e-5
  // Sums of 20,005 products of about 1, in another order.
  vellum.expect_close %words, %both_words atol 2e-2 rtol 1e-5
  return
}
