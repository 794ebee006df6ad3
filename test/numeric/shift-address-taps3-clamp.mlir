// RUN: vellum test %s --backend=interpreter
// RUN: vellum test %s --target=x86-64-v2 --verify-memory
// RUN: %if x86-64-v3 %{ vellum test %s --target=x86-64-v3 %}
// RUN: %if x86-64-v4 %{ vellum test %s --target=x86-64-v4 %}

// Shift by taps, each orientation, wrapped and clamped, and the adjoints, against sums over taps.

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

func.func private @dot_of_2(%a0: tensor<?x?xf32>, %a1: tensor<?x?xf32>) -> tensor<?xf32> {
  %zero = arith.constant 0.0 : f32
  %at_b = arith.constant 0 : index
  %b = tensor.dim %a0, %at_b : tensor<?x?xf32>
  %init = tensor.splat %zero[%b] : tensor<?xf32>
  %result = linalg.generic {
    indexing_maps = [affine_map<(b, t) -> (b, t)>, 
                     affine_map<(b, t) -> (b, t)>, 
                     affine_map<(b, t) -> (b)>],
    iterator_types = ["parallel", "reduction"]}
    ins(%a0, %a1 : tensor<?x?xf32>, tensor<?x?xf32>) outs(%init : tensor<?xf32>) {
  ^bb0(%x0: f32, %x1: f32, %acc: f32):
    %e0 = arith.mulf %x0, %x1 : f32
    %e1 = arith.addf %acc, %e0 : f32
    linalg.yield %e1 : f32
  } -> tensor<?xf32>
  return %result : tensor<?xf32>
}

func.func private @at_tap_of(%a0: tensor<?x?xf32>, %a1: tensor<?xf32>) -> tensor<?xf32> {
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

// Σ_j w(i + sign j) s(j + R), wrapped round or held at the ends.
func.func private @expected(%w: tensor<?x?xf32>, %s: tensor<?x?xf32>, %sign: index, %clamp: i1) -> tensor<?x?xf32> {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %b = tensor.dim %w, %c0 : tensor<?x?xf32>
  %n = tensor.dim %w, %c1 : tensor<?x?xf32>
  %taps = tensor.dim %s, %c1 : tensor<?x?xf32>
  %radius = arith.divui %taps, %c2 : index
  %last = arith.subi %n, %c1 : index
  %init = tensor.splat %zero[%b, %n] : tensor<?x?xf32>
  %result = linalg.generic {
    indexing_maps = [affine_map<(b, i, t) -> (b, t)>, affine_map<(b, i, t) -> (b, i)>],
    iterator_types = ["parallel", "parallel", "reduction"]}
    ins(%s : tensor<?x?xf32>) outs(%init : tensor<?x?xf32>) {
  ^bb0(%tap: f32, %acc: f32):
    %k = linalg.index 0 : index
    %i = linalg.index 1 : index
    %t = linalg.index 2 : index
    %j = arith.subi %t, %radius : index
    %step = arith.muli %j, %sign : index
    %at = arith.addi %i, %step : index
    %rest = arith.remsi %at, %n : index
    %positive = arith.addi %rest, %n : index
    %wrapped = arith.remsi %positive, %n : index
    %above = arith.maxsi %at, %c0 : index
    %held = arith.minsi %above, %last : index
    %place = arith.select %clamp, %held, %wrapped : index
    %x = tensor.extract %w[%k, %place] : tensor<?x?xf32>
    %p = arith.mulf %x, %tap : f32
    %sum = arith.addf %acc, %p : f32
    linalg.yield %sum : f32
  } -> tensor<?x?xf32>
  return %result : tensor<?x?xf32>
}

func.func @taps3_clamp_static_3x13() {
  %key = arith.constant 11 : i64
  %w = vellum.random uniform %key stream 1 : tensor<3x13xf32>
  %shift = vellum.random uniform %key stream 2 : tensor<3x3xf32>
  %g = vellum.random normal %key stream 3 : tensor<3x13xf32>
  %y = vellum.shift_address %w by %shift clamp
  %e_sign = arith.constant -1 : index
  %e_clamp = arith.constant true
  %w_any = tensor.cast %w : tensor<3x13xf32> to tensor<?x?xf32>
  %shift_any = tensor.cast %shift : tensor<3x3xf32> to tensor<?x?xf32>
  %e = call @expected(%w_any, %shift_any, %e_sign, %e_clamp) : (tensor<?x?xf32>, tensor<?x?xf32>, index, i1) -> tensor<?x?xf32>
  vellum.expect_close %y, %e atol 2e-6 rtol 2e-6
  %dw = vellum.shift_address_transpose %g by %shift clamp
  %ds = vellum.shift_address_taps %g, %w taps 3 clamp
  %g_any = tensor.cast %g : tensor<3x13xf32> to tensor<?x?xf32>
  %y_any = tensor.cast %y : tensor<3x13xf32> to tensor<?x?xf32>
  %dot = call @dot_of(%g_any, %y_any) : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?xf32>
  %dot_sized = tensor.cast %dot : tensor<?xf32> to tensor<3xf32>
  %dw_any = tensor.cast %dw : tensor<3x13xf32> to tensor<?x?xf32>
  %w_any2 = tensor.cast %w : tensor<3x13xf32> to tensor<?x?xf32>
  %dot2 = call @dot_of(%dw_any, %w_any2) : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?xf32>
  %dot2_sized = tensor.cast %dot2 : tensor<?xf32> to tensor<3xf32>
  vellum.expect_close %dot2_sized, %dot_sized atol 2e-5 rtol 2e-5
  %ds_any = tensor.cast %ds : tensor<3x3xf32> to tensor<?x?xf32>
  %shift_any2 = tensor.cast %shift : tensor<3x3xf32> to tensor<?x?xf32>
  %dot3 = call @dot_of_2(%ds_any, %shift_any2) : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?xf32>
  %dot3_sized = tensor.cast %dot3 : tensor<?xf32> to tensor<3xf32>
  vellum.expect_close %dot3_sized, %dot_sized atol 2e-5 rtol 2e-5
  %tap = arith.constant dense<[1.0, 0.0, 0.0]> : tensor<3xf32>
  %taps = vellum.broadcast %tap across [0] like %shift
  %moved = vellum.shift_address %w by %taps clamp
  %ds_any2 = tensor.cast %ds : tensor<3x3xf32> to tensor<?x?xf32>
  %tap_any = tensor.cast %tap : tensor<3xf32> to tensor<?xf32>
  %at_tap = call @at_tap_of(%ds_any2, %tap_any) : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?xf32>
  %at_tap_sized = tensor.cast %at_tap : tensor<?xf32> to tensor<3xf32>
  %g_any2 = tensor.cast %g : tensor<3x13xf32> to tensor<?x?xf32>
  %moved_any = tensor.cast %moved : tensor<3x13xf32> to tensor<?x?xf32>
  %dot4 = call @dot_of(%g_any2, %moved_any) : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?xf32>
  %dot4_sized = tensor.cast %dot4 : tensor<?xf32> to tensor<3xf32>
  vellum.expect_close %at_tap_sized, %dot4_sized atol 2e-5 rtol 2e-5
  %tap2 = arith.constant dense<[0.0, 1.0, 0.0]> : tensor<3xf32>
  %taps2 = vellum.broadcast %tap2 across [0] like %shift
  %moved2 = vellum.shift_address %w by %taps2 clamp
  %ds_any3 = tensor.cast %ds : tensor<3x3xf32> to tensor<?x?xf32>
  %tap2_any = tensor.cast %tap2 : tensor<3xf32> to tensor<?xf32>
  %at_tap2 = call @at_tap_of(%ds_any3, %tap2_any) : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?xf32>
  %at_tap2_sized = tensor.cast %at_tap2 : tensor<?xf32> to tensor<3xf32>
  %g_any3 = tensor.cast %g : tensor<3x13xf32> to tensor<?x?xf32>
  %moved2_any = tensor.cast %moved2 : tensor<3x13xf32> to tensor<?x?xf32>
  %dot5 = call @dot_of(%g_any3, %moved2_any) : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?xf32>
  %dot5_sized = tensor.cast %dot5 : tensor<?xf32> to tensor<3xf32>
  vellum.expect_close %at_tap2_sized, %dot5_sized atol 2e-5 rtol 2e-5
  %tap3 = arith.constant dense<[0.0, 0.0, 1.0]> : tensor<3xf32>
  %taps3 = vellum.broadcast %tap3 across [0] like %shift
  %moved3 = vellum.shift_address %w by %taps3 clamp
  %ds_any4 = tensor.cast %ds : tensor<3x3xf32> to tensor<?x?xf32>
  %tap3_any = tensor.cast %tap3 : tensor<3xf32> to tensor<?xf32>
  %at_tap3 = call @at_tap_of(%ds_any4, %tap3_any) : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?xf32>
  %at_tap3_sized = tensor.cast %at_tap3 : tensor<?xf32> to tensor<3xf32>
  %g_any4 = tensor.cast %g : tensor<3x13xf32> to tensor<?x?xf32>
  %moved3_any = tensor.cast %moved3 : tensor<3x13xf32> to tensor<?x?xf32>
  %dot6 = call @dot_of(%g_any4, %moved3_any) : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?xf32>
  %dot6_sized = tensor.cast %dot6 : tensor<?xf32> to tensor<3xf32>
  vellum.expect_close %at_tap3_sized, %dot6_sized atol 2e-5 rtol 2e-5
  return
}

func.func private @taps5(%b: index, %n: index) {
  %key = arith.constant 11 : i64
  %w = vellum.random uniform %key stream 1 (%b, %n) : tensor<?x?xf32>
  %shift = vellum.random uniform %key stream 2 (%b) : tensor<?x5xf32>
  %g = vellum.random normal %key stream 3 (%b, %n) : tensor<?x?xf32>
  %y = vellum.shift_address %w by %shift
  %e_sign = arith.constant -1 : index
  %e_clamp = arith.constant false
  %w_any = tensor.cast %w : tensor<?x?xf32> to tensor<?x?xf32>
  %shift_any = tensor.cast %shift : tensor<?x5xf32> to tensor<?x?xf32>
  %e = call @expected(%w_any, %shift_any, %e_sign, %e_clamp) : (tensor<?x?xf32>, tensor<?x?xf32>, index, i1) -> tensor<?x?xf32>
  vellum.expect_close %y, %e atol 2e-6 rtol 2e-6
  %dw = vellum.shift_address_transpose %g by %shift
  %edw_sign = arith.constant 1 : index
  %edw_clamp = arith.constant false
  %g_any = tensor.cast %g : tensor<?x?xf32> to tensor<?x?xf32>
  %shift_any2 = tensor.cast %shift : tensor<?x5xf32> to tensor<?x?xf32>
  %edw = call @expected(%g_any, %shift_any2, %edw_sign, %edw_clamp) : (tensor<?x?xf32>, tensor<?x?xf32>, index, i1) -> tensor<?x?xf32>
  vellum.expect_close %dw, %edw atol 2e-6 rtol 2e-6
  %ds = vellum.shift_address_taps %g, %w taps 5
  %dot = call @dot_of(%g, %y) : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?xf32>
  %dot2 = call @dot_of(%dw, %w) : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?xf32>
  vellum.expect_close %dot2, %dot atol 2e-5 rtol 2e-5
  %ds_any = tensor.cast %ds : tensor<?x5xf32> to tensor<?x?xf32>
  %shift_any3 = tensor.cast %shift : tensor<?x5xf32> to tensor<?x?xf32>
  %dot3 = call @dot_of_2(%ds_any, %shift_any3) : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?xf32>
  vellum.expect_close %dot3, %dot atol 2e-5 rtol 2e-5
  %tap = arith.constant dense<[1.0, 0.0, 0.0, 0.0, 0.0]> : tensor<5xf32>
  %taps = vellum.broadcast %tap across [0] like %shift
  %moved = vellum.shift_address %w by %taps
  %ds_any2 = tensor.cast %ds : tensor<?x5xf32> to tensor<?x?xf32>
  %tap_any = tensor.cast %tap : tensor<5xf32> to tensor<?xf32>
  %at_tap = call @at_tap_of(%ds_any2, %tap_any) : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?xf32>
  %dot4 = call @dot_of(%g, %moved) : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?xf32>
  vellum.expect_close %at_tap, %dot4 atol 2e-5 rtol 2e-5
  %tap2 = arith.constant dense<[0.0, 1.0, 0.0, 0.0, 0.0]> : tensor<5xf32>
  %taps2 = vellum.broadcast %tap2 across [0] like %shift
  %moved2 = vellum.shift_address %w by %taps2
  %ds_any3 = tensor.cast %ds : tensor<?x5xf32> to tensor<?x?xf32>
  %tap2_any = tensor.cast %tap2 : tensor<5xf32> to tensor<?xf32>
  %at_tap2 = call @at_tap_of(%ds_any3, %tap2_any) : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?xf32>
  %dot5 = call @dot_of(%g, %moved2) : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?xf32>
  vellum.expect_close %at_tap2, %dot5 atol 2e-5 rtol 2e-5
  %tap3 = arith.constant dense<[0.0, 0.0, 1.0, 0.0, 0.0]> : tensor<5xf32>
  %taps3 = vellum.broadcast %tap3 across [0] like %shift
  %moved3 = vellum.shift_address %w by %taps3
  %ds_any4 = tensor.cast %ds : tensor<?x5xf32> to tensor<?x?xf32>
  %tap3_any = tensor.cast %tap3 : tensor<5xf32> to tensor<?xf32>
  %at_tap3 = call @at_tap_of(%ds_any4, %tap3_any) : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?xf32>
  %dot6 = call @dot_of(%g, %moved3) : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?xf32>
  vellum.expect_close %at_tap3, %dot6 atol 2e-5 rtol 2e-5
  %tap4 = arith.constant dense<[0.0, 0.0, 0.0, 1.0, 0.0]> : tensor<5xf32>
  %taps4 = vellum.broadcast %tap4 across [0] like %shift
  %moved4 = vellum.shift_address %w by %taps4
  %ds_any5 = tensor.cast %ds : tensor<?x5xf32> to tensor<?x?xf32>
  %tap4_any = tensor.cast %tap4 : tensor<5xf32> to tensor<?xf32>
  %at_tap4 = call @at_tap_of(%ds_any5, %tap4_any) : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?xf32>
  %dot7 = call @dot_of(%g, %moved4) : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?xf32>
  vellum.expect_close %at_tap4, %dot7 atol 2e-5 rtol 2e-5
  %tap5 = arith.constant dense<[0.0, 0.0, 0.0, 0.0, 1.0]> : tensor<5xf32>
  %taps5 = vellum.broadcast %tap5 across [0] like %shift
  %moved5 = vellum.shift_address %w by %taps5
  %ds_any6 = tensor.cast %ds : tensor<?x5xf32> to tensor<?x?xf32>
  %tap5_any = tensor.cast %tap5 : tensor<5xf32> to tensor<?xf32>
  %at_tap5 = call @at_tap_of(%ds_any6, %tap5_any) : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?xf32>
  %dot8 = call @dot_of(%g, %moved5) : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?xf32>
  vellum.expect_close %at_tap5, %dot8 atol 2e-5 rtol 2e-5
  return
}

func.func @taps5_1x13() {
  %c1 = arith.constant 1 : index
  %c13 = arith.constant 13 : index
  %s1 = call @opaque(%c1) : (index) -> index
  %s13 = call @opaque(%c13) : (index) -> index
  call @taps5(%s1, %s13) : (index, index) -> ()
  return
}

func.func @taps5_3x129() {
  %c3 = arith.constant 3 : index
  %c129 = arith.constant 129 : index
  %s3 = call @opaque(%c3) : (index) -> index
  %s129 = call @opaque(%c129) : (index) -> index
  call @taps5(%s3, %s129) : (index, index) -> ()
  return
}

func.func @taps5_2x2() {
  %c2 = arith.constant 2 : index
  %s2 = call @opaque(%c2) : (index) -> index
  call @taps5(%s2, %s2) : (index, index) -> ()
  return
}

func.func @taps5_static_3x13() {
  %key = arith.constant 11 : i64
  %w = vellum.random uniform %key stream 1 : tensor<3x13xf32>
  %shift = vellum.random uniform %key stream 2 : tensor<3x5xf32>
  %g = vellum.random normal %key stream 3 : tensor<3x13xf32>
  %y = vellum.shift_address %w by %shift
  %e_sign = arith.constant -1 : index
  %e_clamp = arith.constant false
  %w_any = tensor.cast %w : tensor<3x13xf32> to tensor<?x?xf32>
  %shift_any = tensor.cast %shift : tensor<3x5xf32> to tensor<?x?xf32>
  %e = call @expected(%w_any, %shift_any, %e_sign, %e_clamp) : (tensor<?x?xf32>, tensor<?x?xf32>, index, i1) -> tensor<?x?xf32>
  vellum.expect_close %y, %e atol 2e-6 rtol 2e-6
  %dw = vellum.shift_address_transpose %g by %shift
  %edw_sign = arith.constant 1 : index
  %edw_clamp = arith.constant false
  %g_any = tensor.cast %g : tensor<3x13xf32> to tensor<?x?xf32>
  %shift_any2 = tensor.cast %shift : tensor<3x5xf32> to tensor<?x?xf32>
  %edw = call @expected(%g_any, %shift_any2, %edw_sign, %edw_clamp) : (tensor<?x?xf32>, tensor<?x?xf32>, index, i1) -> tensor<?x?xf32>
  vellum.expect_close %dw, %edw atol 2e-6 rtol 2e-6
  %ds = vellum.shift_address_taps %g, %w taps 5
  %g_any2 = tensor.cast %g : tensor<3x13xf32> to tensor<?x?xf32>
  %y_any = tensor.cast %y : tensor<3x13xf32> to tensor<?x?xf32>
  %dot = call @dot_of(%g_any2, %y_any) : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?xf32>
  %dot_sized = tensor.cast %dot : tensor<?xf32> to tensor<3xf32>
  %dw_any = tensor.cast %dw : tensor<3x13xf32> to tensor<?x?xf32>
  %w_any2 = tensor.cast %w : tensor<3x13xf32> to tensor<?x?xf32>
  %dot2 = call @dot_of(%dw_any, %w_any2) : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?xf32>
  %dot2_sized = tensor.cast %dot2 : tensor<?xf32> to tensor<3xf32>
  vellum.expect_close %dot2_sized, %dot_sized atol 2e-5 rtol 2e-5
  %ds_any = tensor.cast %ds : tensor<3x5xf32> to tensor<?x?xf32>
  %shift_any3 = tensor.cast %shift : tensor<3x5xf32> to tensor<?x?xf32>
  %dot3 = call @dot_of_2(%ds_any, %shift_any3) : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?xf32>
  %dot3_sized = tensor.cast %dot3 : tensor<?xf32> to tensor<3xf32>
  vellum.expect_close %dot3_sized, %dot_sized atol 2e-5 rtol 2e-5
  %tap = arith.constant dense<[1.0, 0.0, 0.0, 0.0, 0.0]> : tensor<5xf32>
  %taps = vellum.broadcast %tap across [0] like %shift
  %moved = vellum.shift_address %w by %taps
  %ds_any2 = tensor.cast %ds : tensor<3x5xf32> to tensor<?x?xf32>
  %tap_any = tensor.cast %tap : tensor<5xf32> to tensor<?xf32>
  %at_tap = call @at_tap_of(%ds_any2, %tap_any) : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?xf32>
  %at_tap_sized = tensor.cast %at_tap : tensor<?xf32> to tensor<3xf32>
  %g_any3 = tensor.cast %g : tensor<3x13xf32> to tensor<?x?xf32>
  %moved_any = tensor.cast %moved : tensor<3x13xf32> to tensor<?x?xf32>
  %dot4 = call @dot_of(%g_any3, %moved_any) : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?xf32>
  %dot4_sized = tensor.cast %dot4 : tensor<?xf32> to tensor<3xf32>
  vellum.expect_close %at_tap_sized, %dot4_sized atol 2e-5 rtol 2e-5
  %tap2 = arith.constant dense<[0.0, 1.0, 0.0, 0.0, 0.0]> : tensor<5xf32>
  %taps2 = vellum.broadcast %tap2 across [0] like %shift
  %moved2 = vellum.shift_address %w by %taps2
  %ds_any3 = tensor.cast %ds : tensor<3x5xf32> to tensor<?x?xf32>
  %tap2_any = tensor.cast %tap2 : tensor<5xf32> to tensor<?xf32>
  %at_tap2 = call @at_tap_of(%ds_any3, %tap2_any) : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?xf32>
  %at_tap2_sized = tensor.cast %at_tap2 : tensor<?xf32> to tensor<3xf32>
  %g_any4 = tensor.cast %g : tensor<3x13xf32> to tensor<?x?xf32>
  %moved2_any = tensor.cast %moved2 : tensor<3x13xf32> to tensor<?x?xf32>
  %dot5 = call @dot_of(%g_any4, %moved2_any) : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?xf32>
  %dot5_sized = tensor.cast %dot5 : tensor<?xf32> to tensor<3xf32>
  vellum.expect_close %at_tap2_sized, %dot5_sized atol 2e-5 rtol 2e-5
  %tap3 = arith.constant dense<[0.0, 0.0, 1.0, 0.0, 0.0]> : tensor<5xf32>
  %taps3 = vellum.broadcast %tap3 across [0] like %shift
  %moved3 = vellum.shift_address %w by %taps3
  %ds_any4 = tensor.cast %ds : tensor<3x5xf32> to tensor<?x?xf32>
  %tap3_any = tensor.cast %tap3 : tensor<5xf32> to tensor<?xf32>
  %at_tap3 = call @at_tap_of(%ds_any4, %tap3_any) : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?xf32>
  %at_tap3_sized = tensor.cast %at_tap3 : tensor<?xf32> to tensor<3xf32>
  %g_any5 = tensor.cast %g : tensor<3x13xf32> to tensor<?x?xf32>
  %moved3_any = tensor.cast %moved3 : tensor<3x13xf32> to tensor<?x?xf32>
  %dot6 = call @dot_of(%g_any5, %moved3_any) : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?xf32>
  %dot6_sized = tensor.cast %dot6 : tensor<?xf32> to tensor<3xf32>
  vellum.expect_close %at_tap3_sized, %dot6_sized atol 2e-5 rtol 2e-5
  %tap4 = arith.constant dense<[0.0, 0.0, 0.0, 1.0, 0.0]> : tensor<5xf32>
  %taps4 = vellum.broadcast %tap4 across [0] like %shift
  %moved4 = vellum.shift_address %w by %taps4
  %ds_any5 = tensor.cast %ds : tensor<3x5xf32> to tensor<?x?xf32>
  %tap4_any = tensor.cast %tap4 : tensor<5xf32> to tensor<?xf32>
  %at_tap4 = call @at_tap_of(%ds_any5, %tap4_any) : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?xf32>
  %at_tap4_sized = tensor.cast %at_tap4 : tensor<?xf32> to tensor<3xf32>
  %g_any6 = tensor.cast %g : tensor<3x13xf32> to tensor<?x?xf32>
  %moved4_any = tensor.cast %moved4 : tensor<3x13xf32> to tensor<?x?xf32>
  %dot7 = call @dot_of(%g_any6, %moved4_any) : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?xf32>
  %dot7_sized = tensor.cast %dot7 : tensor<?xf32> to tensor<3xf32>
  vellum.expect_close %at_tap4_sized, %dot7_sized atol 2e-5 rtol 2e-5
  %tap5 = arith.constant dense<[0.0, 0.0, 0.0, 0.0, 1.0]> : tensor<5xf32>
  %taps5 = vellum.broadcast %tap5 across [0] like %shift
  %moved5 = vellum.shift_address %w by %taps5
  %ds_any6 = tensor.cast %ds : tensor<3x5xf32> to tensor<?x?xf32>
  %tap5_any = tensor.cast %tap5 : tensor<5xf32> to tensor<?xf32>
  %at_tap5 = call @at_tap_of(%ds_any6, %tap5_any) : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?xf32>
  %at_tap5_sized = tensor.cast %at_tap5 : tensor<?xf32> to tensor<3xf32>
  %g_any7 = tensor.cast %g : tensor<3x13xf32> to tensor<?x?xf32>
  %moved5_any = tensor.cast %moved5 : tensor<3x13xf32> to tensor<?x?xf32>
  %dot8 = call @dot_of(%g_any7, %moved5_any) : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?xf32>
  %dot8_sized = tensor.cast %dot8 : tensor<?xf32> to tensor<3xf32>
  vellum.expect_close %at_tap5_sized, %dot8_sized atol 2e-5 rtol 2e-5
  return
}

func.func private @taps5_correlate_clamp(%b: index, %n: index) {
  %key = arith.constant 11 : i64
  %w = vellum.random uniform %key stream 1 (%b, %n) : tensor<?x?xf32>
  %shift = vellum.random uniform %key stream 2 (%b) : tensor<?x5xf32>
  %g = vellum.random normal %key stream 3 (%b, %n) : tensor<?x?xf32>
  %y = vellum.shift_address %w by %shift correlate clamp
  %e_sign = arith.constant 1 : index
  %e_clamp = arith.constant true
  %w_any = tensor.cast %w : tensor<?x?xf32> to tensor<?x?xf32>
  %shift_any = tensor.cast %shift : tensor<?x5xf32> to tensor<?x?xf32>
  %e = call @expected(%w_any, %shift_any, %e_sign, %e_clamp) : (tensor<?x?xf32>, tensor<?x?xf32>, index, i1) -> tensor<?x?xf32>
  vellum.expect_close %y, %e atol 2e-6 rtol 2e-6
  %dw = vellum.shift_address_transpose %g by %shift correlate clamp
  %ds = vellum.shift_address_taps %g, %w taps 5 correlate clamp
  %dot = call @dot_of(%g, %y) : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?xf32>
  %dot2 = call @dot_of(%dw, %w) : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?xf32>
  vellum.expect_close %dot2, %dot atol 2e-5 rtol 2e-5
  %ds_any = tensor.cast %ds : tensor<?x5xf32> to tensor<?x?xf32>
  %shift_any2 = tensor.cast %shift : tensor<?x5xf32> to tensor<?x?xf32>
  %dot3 = call @dot_of_2(%ds_any, %shift_any2) : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?xf32>
  vellum.expect_close %dot3, %dot atol 2e-5 rtol 2e-5
  %tap = arith.constant dense<[1.0, 0.0, 0.0, 0.0, 0.0]> : tensor<5xf32>
  %taps = vellum.broadcast %tap across [0] like %shift
  %moved = vellum.shift_address %w by %taps correlate clamp
  %ds_any2 = tensor.cast %ds : tensor<?x5xf32> to tensor<?x?xf32>
  %tap_any = tensor.cast %tap : tensor<5xf32> to tensor<?xf32>
  %at_tap = call @at_tap_of(%ds_any2, %tap_any) : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?xf32>
  %dot4 = call @dot_of(%g, %moved) : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?xf32>
  vellum.expect_close %at_tap, %dot4 atol 2e-5 rtol 2e-5
  %tap2 = arith.constant dense<[0.0, 1.0, 0.0, 0.0, 0.0]> : tensor<5xf32>
  %taps2 = vellum.broadcast %tap2 across [0] like %shift
  %moved2 = vellum.shift_address %w by %taps2 correlate clamp
  %ds_any3 = tensor.cast %ds : tensor<?x5xf32> to tensor<?x?xf32>
  %tap2_any = tensor.cast %tap2 : tensor<5xf32> to tensor<?xf32>
  %at_tap2 = call @at_tap_of(%ds_any3, %tap2_any) : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?xf32>
  %dot5 = call @dot_of(%g, %moved2) : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?xf32>
  vellum.expect_close %at_tap2, %dot5 atol 2e-5 rtol 2e-5
  %tap3 = arith.constant dense<[0.0, 0.0, 1.0, 0.0, 0.0]> : tensor<5xf32>
  %taps3 = vellum.broadcast %tap3 across [0] like %shift
  %moved3 = vellum.shift_address %w by %taps3 correlate clamp
  %ds_any4 = tensor.cast %ds : tensor<?x5xf32> to tensor<?x?xf32>
  %tap3_any = tensor.cast %tap3 : tensor<5xf32> to tensor<?xf32>
  %at_tap3 = call @at_tap_of(%ds_any4, %tap3_any) : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?xf32>
  %dot6 = call @dot_of(%g, %moved3) : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?xf32>
  vellum.expect_close %at_tap3, %dot6 atol 2e-5 rtol 2e-5
  %tap4 = arith.constant dense<[0.0, 0.0, 0.0, 1.0, 0.0]> : tensor<5xf32>
  %taps4 = vellum.broadcast %tap4 across [0] like %shift
  %moved4 = vellum.shift_address %w by %taps4 correlate clamp
  %ds_any5 = tensor.cast %ds : tensor<?x5xf32> to tensor<?x?xf32>
  %tap4_any = tensor.cast %tap4 : tensor<5xf32> to tensor<?xf32>
  %at_tap4 = call @at_tap_of(%ds_any5, %tap4_any) : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?xf32>
  %dot7 = call @dot_of(%g, %moved4) : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?xf32>
  vellum.expect_close %at_tap4, %dot7 atol 2e-5 rtol 2e-5
  %tap5 = arith.constant dense<[0.0, 0.0, 0.0, 0.0, 1.0]> : tensor<5xf32>
  %taps5 = vellum.broadcast %tap5 across [0] like %shift
  %moved5 = vellum.shift_address %w by %taps5 correlate clamp
  %ds_any6 = tensor.cast %ds : tensor<?x5xf32> to tensor<?x?xf32>
  %tap5_any = tensor.cast %tap5 : tensor<5xf32> to tensor<?xf32>
  %at_tap5 = call @at_tap_of(%ds_any6, %tap5_any) : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?xf32>
  %dot8 = call @dot_of(%g, %moved5) : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?xf32>
  vellum.expect_close %at_tap5, %dot8 atol 2e-5 rtol 2e-5
  return
}

func.func @taps5_correlate_clamp_1x13() {
  %c1 = arith.constant 1 : index
  %c13 = arith.constant 13 : index
  %s1 = call @opaque(%c1) : (index) -> index
  %s13 = call @opaque(%c13) : (index) -> index
  call @taps5_correlate_clamp(%s1, %s13) : (index, index) -> ()
  return
}

func.func @taps5_correlate_clamp_3x129() {
  %c3 = arith.constant 3 : index
  %c129 = arith.constant 129 : index
  %s3 = call @opaque(%c3) : (index) -> index
  %s129 = call @opaque(%c129) : (index) -> index
  call @taps5_correlate_clamp(%s3, %s129) : (index, index) -> ()
  return
}

func.func @taps5_correlate_clamp_2x2() {
  %c2 = arith.constant 2 : index
  %s2 = call @opaque(%c2) : (index) -> index
  call @taps5_correlate_clamp(%s2, %s2) : (index, index) -> ()
  return
}

func.func @taps5_correlate_clamp_static_3x13() {
  %key = arith.constant 11 : i64
  %w = vellum.random uniform %key stream 1 : tensor<3x13xf32>
  %shift = vellum.random uniform %key stream 2 : tensor<3x5xf32>
  %g = vellum.random normal %key stream 3 : tensor<3x13xf32>
  %y = vellum.shift_address %w by %shift correlate clamp
  %e_sign = arith.constant 1 : index
  %e_clamp = arith.constant true
  %w_any = tensor.cast %w : tensor<3x13xf32> to tensor<?x?xf32>
  %shift_any = tensor.cast %shift : tensor<3x5xf32> to tensor<?x?xf32>
  %e = call @expected(%w_any, %shift_any, %e_sign, %e_clamp) : (tensor<?x?xf32>, tensor<?x?xf32>, index, i1) -> tensor<?x?xf32>
  vellum.expect_close %y, %e atol 2e-6 rtol 2e-6
  %dw = vellum.shift_address_transpose %g by %shift correlate clamp
  %ds = vellum.shift_address_taps %g, %w taps 5 correlate clamp
  %g_any = tensor.cast %g : tensor<3x13xf32> to tensor<?x?xf32>
  %y_any = tensor.cast %y : tensor<3x13xf32> to tensor<?x?xf32>
  %dot = call @dot_of(%g_any, %y_any) : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?xf32>
  %dot_sized = tensor.cast %dot : tensor<?xf32> to tensor<3xf32>
  %dw_any = tensor.cast %dw : tensor<3x13xf32> to tensor<?x?xf32>
  %w_any2 = tensor.cast %w : tensor<3x13xf32> to tensor<?x?xf32>
  %dot2 = call @dot_of(%dw_any, %w_any2) : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?xf32>
  %dot2_sized = tensor.cast %dot2 : tensor<?xf32> to tensor<3xf32>
  vellum.expect_close %dot2_sized, %dot_sized atol 2e-5 rtol 2e-5
  %ds_any = tensor.cast %ds : tensor<3x5xf32> to tensor<?x?xf32>
  %shift_any2 = tensor.cast %shift : tensor<3x5xf32> to tensor<?x?xf32>
  %dot3 = call @dot_of_2(%ds_any, %shift_any2) : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?xf32>
  %dot3_sized = tensor.cast %dot3 : tensor<?xf32> to tensor<3xf32>
  vellum.expect_close %dot3_sized, %dot_sized atol 2e-5 rtol 2e-5
  %tap = arith.constant dense<[1.0, 0.0, 0.0, 0.0, 0.0]> : tensor<5xf32>
  %taps = vellum.broadcast %tap across [0] like %shift
  %moved = vellum.shift_address %w by %taps correlate clamp
  %ds_any2 = tensor.cast %ds : tensor<3x5xf32> to tensor<?x?xf32>
  %tap_any = tensor.cast %tap : tensor<5xf32> to tensor<?xf32>
  %at_tap = call @at_tap_of(%ds_any2, %tap_any) : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?xf32>
  %at_tap_sized = tensor.cast %at_tap : tensor<?xf32> to tensor<3xf32>
  %g_any2 = tensor.cast %g : tensor<3x13xf32> to tensor<?x?xf32>
  %moved_any = tensor.cast %moved : tensor<3x13xf32> to tensor<?x?xf32>
  %dot4 = call @dot_of(%g_any2, %moved_any) : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?xf32>
  %dot4_sized = tensor.cast %dot4 : tensor<?xf32> to tensor<3xf32>
  vellum.expect_close %at_tap_sized, %dot4_sized atol 2e-5 rtol 2e-5
  %tap2 = arith.constant dense<[0.0, 1.0, 0.0, 0.0, 0.0]> : tensor<5xf32>
  %taps2 = vellum.broadcast %tap2 across [0] like %shift
  %moved2 = vellum.shift_address %w by %taps2 correlate clamp
  %ds_any3 = tensor.cast %ds : tensor<3x5xf32> to tensor<?x?xf32>
  %tap2_any = tensor.cast %tap2 : tensor<5xf32> to tensor<?xf32>
  %at_tap2 = call @at_tap_of(%ds_any3, %tap2_any) : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?xf32>
  %at_tap2_sized = tensor.cast %at_tap2 : tensor<?xf32> to tensor<3xf32>
  %g_any3 = tensor.cast %g : tensor<3x13xf32> to tensor<?x?xf32>
  %moved2_any = tensor.cast %moved2 : tensor<3x13xf32> to tensor<?x?xf32>
  %dot5 = call @dot_of(%g_any3, %moved2_any) : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?xf32>
  %dot5_sized = tensor.cast %dot5 : tensor<?xf32> to tensor<3xf32>
  vellum.expect_close %at_tap2_sized, %dot5_sized atol 2e-5 rtol 2e-5
  %tap3 = arith.constant dense<[0.0, 0.0, 1.0, 0.0, 0.0]> : tensor<5xf32>
  %taps3 = vellum.broadcast %tap3 across [0] like %shift
  %moved3 = vellum.shift_address %w by %taps3 correlate clamp
  %ds_any4 = tensor.cast %ds : tensor<3x5xf32> to tensor<?x?xf32>
  %tap3_any = tensor.cast %tap3 : tensor<5xf32> to tensor<?xf32>
  %at_tap3 = call @at_tap_of(%ds_any4, %tap3_any) : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?xf32>
  %at_tap3_sized = tensor.cast %at_tap3 : tensor<?xf32> to tensor<3xf32>
  %g_any4 = tensor.cast %g : tensor<3x13xf32> to tensor<?x?xf32>
  %moved3_any = tensor.cast %moved3 : tensor<3x13xf32> to tensor<?x?xf32>
  %dot6 = call @dot_of(%g_any4, %moved3_any) : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?xf32>
  %dot6_sized = tensor.cast %dot6 : tensor<?xf32> to tensor<3xf32>
  vellum.expect_close %at_tap3_sized, %dot6_sized atol 2e-5 rtol 2e-5
  %tap4 = arith.constant dense<[0.0, 0.0, 0.0, 1.0, 0.0]> : tensor<5xf32>
  %taps4 = vellum.broadcast %tap4 across [0] like %shift
  %moved4 = vellum.shift_address %w by %taps4 correlate clamp
  %ds_any5 = tensor.cast %ds : tensor<3x5xf32> to tensor<?x?xf32>
  %tap4_any = tensor.cast %tap4 : tensor<5xf32> to tensor<?xf32>
  %at_tap4 = call @at_tap_of(%ds_any5, %tap4_any) : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?xf32>
  %at_tap4_sized = tensor.cast %at_tap4 : tensor<?xf32> to tensor<3xf32>
  %g_any5 = tensor.cast %g : tensor<3x13xf32> to tensor<?x?xf32>
  %moved4_any = tensor.cast %moved4 : tensor<3x13xf32> to tensor<?x?xf32>
  %dot7 = call @dot_of(%g_any5, %moved4_any) : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?xf32>
  %dot7_sized = tensor.cast %dot7 : tensor<?xf32> to tensor<3xf32>
  vellum.expect_close %at_tap4_sized, %dot7_sized atol 2e-5 rtol 2e-5
  %tap5 = arith.constant dense<[0.0, 0.0, 0.0, 0.0, 1.0]> : tensor<5xf32>
  %taps5 = vellum.broadcast %tap5 across [0] like %shift
  %moved5 = vellum.shift_address %w by %taps5 correlate clamp
  %ds_any6 = tensor.cast %ds : tensor<3x5xf32> to tensor<?x?xf32>
  %tap5_any = tensor.cast %tap5 : tensor<5xf32> to tensor<?xf32>
  %at_tap5 = call @at_tap_of(%ds_any6, %tap5_any) : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?xf32>
  %at_tap5_sized = tensor.cast %at_tap5 : tensor<?xf32> to tensor<3xf32>
  %g_any6 = tensor.cast %g : tensor<3x13xf32> to tensor<?x?xf32>
  %moved5_any = tensor.cast %moved5 : tensor<3x13xf32> to tensor<?x?xf32>
  %dot8 = call @dot_of(%g_any6, %moved5_any) : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?xf32>
  %dot8_sized = tensor.cast %dot8 : tensor<?xf32> to tensor<3xf32>
  vellum.expect_close %at_tap5_sized, %dot8_sized atol 2e-5 rtol 2e-5
  return
}

// A peak moves by +1 under the tap of +1, and wraps round; correlate moves it the other way.
func.func @by_hand() {
  %w = arith.constant dense<[[0.0, 0.0, 0.0, 1.0]]> : tensor<1x4xf32>
  %s = arith.constant dense<[[0.1, 0.2, 0.7]]> : tensor<1x3xf32>
  %wrapped = vellum.shift_address %w by %s
  %e0 = arith.constant dense<[[0.7, 0.0, 0.1, 0.2]]> : tensor<1x4xf32>
  vellum.expect_close %wrapped, %e0 atol 1e-7 rtol 1e-7
  %correlated = vellum.shift_address %w by %s correlate
  %e1 = arith.constant dense<[[0.1, 0.0, 0.7, 0.2]]> : tensor<1x4xf32>
  vellum.expect_close %correlated, %e1 atol 1e-7 rtol 1e-7
  return
}

// More taps than locations: every location is met more than once.
func.func @short() {
  %w = arith.constant dense<[[1.0, 2.0]]> : tensor<1x2xf32>
  %s = arith.constant dense<[[1.0, 2.0, 3.0, 4.0, 5.0]]> : tensor<1x5xf32>
  %y = vellum.shift_address %w by %s
  // even shifts 1+3+5 = 9, odd ones 2+4 = 6
  %e = arith.constant dense<[[21.0, 24.0]]> : tensor<1x2xf32>
  vellum.expect_close %y, %e atol 1e-6 rtol 1e-6
  return
}
