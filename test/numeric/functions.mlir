// RUN: vellum test %s --backend=interpreter
// RUN: vellum test %s --target=x86-64-v2 --verify-memory
// RUN: %if x86-64-v3 %{ vellum test %s --target=x86-64-v3 %}
// RUN: %if x86-64-v4 %{ vellum test %s --target=x86-64-v4 %}

// Elementary functions, within 4 units of the last place of their exact values: ordinary arguments, huge and tiny ones,
// and where they are exact, infinite or NaN. What is smaller than a normal float may be 0 when compiled.

// The same, by a choice that is not known before the program runs.
func.func private @hide(%x: tensor<?xf32>) -> tensor<?xf32> {
  %key = arith.constant 0 : i64
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0 : i32
  %places = vellum.random permutation %key : tensor<1xi32>
  %place = tensor.extract %places[%c0] : tensor<1xi32>
  %yes = arith.cmpi eq, %place, %zero : i32
  %other = arith.negf %x : tensor<?xf32>
  %y = arith.select %yes, %x, %other : tensor<?xf32>
  return %y : tensor<?xf32>
}

func.func @exp2() {
  %x0 = arith.constant dense<[0.0, 1.0, -3.0, 0.300000012, -0.699999988, 31.5, -125.5, 127.900002, 2.99999989e-8, 128.0, -200.0, 0x7F800000, 0xFF800000, 0x7FC00000]> : tensor<14xf32>
  %xc = tensor.cast %x0 : tensor<14xf32> to tensor<?xf32>
  %x = call @hide(%xc) : (tensor<?xf32>) -> tensor<?xf32>
  %r = math.exp2 %x : tensor<?xf32>
  %e = arith.constant dense<[1.0, 2.0, 0.125, 1.23114443, 0.615572214, 3.03700045e+9, 1.66240002e-38, 3.17495019e+38, 1.0, 0x7F800000, 0.0, 0x7F800000, 0.0, 0x7FC00000]> : tensor<14xf32>
  %ec = tensor.cast %e : tensor<14xf32> to tensor<?xf32>
  vellum.expect_close %r, %ec atol 1.2e-38 rtol 4.8e-7 nan_equal
  return
}

func.func @expm1() {
  %x0 = arith.constant dense<[9.99999994e-9, -2.99999992e-5, 0.400000006, -0.899999976, 20.0, 88.5, -30.0, 89.0, 0x7F800000, 0xFF800000, 0x7FC00000]> : tensor<11xf32>
  %xc = tensor.cast %x0 : tensor<11xf32> to tensor<?xf32>
  %x = call @hide(%xc) : (tensor<?xf32>) -> tensor<?xf32>
  %r = math.expm1 %x : tensor<?xf32>
  %e = arith.constant dense<[9.99999994e-9, -2.999955e-5, 0.491824716, -0.59343034, 485165184.0, 2.72308792e+38, -1.0, 0x7F800000, 0x7F800000, -1.0, 0x7FC00000]> : tensor<11xf32>
  %ec = tensor.cast %e : tensor<11xf32> to tensor<?xf32>
  vellum.expect_close %r, %ec atol 1.2e-38 rtol 4.8e-7 nan_equal
  return
}

func.func @log2() {
  %x0 = arith.constant dense<[8.0, 0.300000012, 1.00000012, 0.99999994, 3.00000001e+38, 1.19999998e-38, 0.0, -1.0, 0x7F800000, 0x7FC00000]> : tensor<10xf32>
  %xc = tensor.cast %x0 : tensor<10xf32> to tensor<?xf32>
  %x = call @hide(%xc) : (tensor<?xf32>) -> tensor<?xf32>
  %r = math.log2 %x : tensor<?xf32>
  %e = arith.constant dense<[3.0, -1.73696554, 1.71982634e-7, -8.59913314e-8, 127.81823, -125.97023, 0xFF800000, 0x7FC00000, 0x7F800000, 0x7FC00000]> : tensor<10xf32>
  %ec = tensor.cast %e : tensor<10xf32> to tensor<?xf32>
  vellum.expect_close %r, %ec atol 1.2e-38 rtol 4.8e-7 nan_equal
  return
}

func.func @log10() {
  %x0 = arith.constant dense<[1000.0, 0.300000012, 1.00000012, 0.99999994, 3.00000001e+38, 1.19999998e-38, 0.0, -1.0, 0x7F800000, 0x7FC00000]> : tensor<10xf32>
  %xc = tensor.cast %x0 : tensor<10xf32> to tensor<?xf32>
  %x = call @hide(%xc) : (tensor<?xf32>) -> tensor<?xf32>
  %r = math.log10 %x : tensor<?xf32>
  %e = arith.constant dense<[3.0, -0.522878706, 5.17719343e-8, -2.58859689e-8, 38.4771194, -37.9208183, 0xFF800000, 0x7FC00000, 0x7F800000, 0x7FC00000]> : tensor<10xf32>
  %ec = tensor.cast %e : tensor<10xf32> to tensor<?xf32>
  vellum.expect_close %r, %ec atol 1.2e-38 rtol 4.8e-7 nan_equal
  return
}

func.func @log1p() {
  %x0 = arith.constant dense<[9.99999994e-9, -2.99999992e-5, 0.400000006, -0.99000001, 1000.0, 3.00000001e+38, -1.0, -2.0, 0x7F800000, 0x7FC00000]> : tensor<10xf32>
  %xc = tensor.cast %x0 : tensor<10xf32> to tensor<?xf32>
  %x = call @hide(%xc) : (tensor<?xf32>) -> tensor<?xf32>
  %r = math.log1p %x : tensor<?xf32>
  %e = arith.constant dense<[9.99999994e-9, -3.00004485e-5, 0.336472243, -4.6051712, 6.90875483, 88.5968475, 0xFF800000, 0x7FC00000, 0x7F800000, 0x7FC00000]> : tensor<10xf32>
  %ec = tensor.cast %e : tensor<10xf32> to tensor<?xf32>
  vellum.expect_close %r, %ec atol 1.2e-38 rtol 4.8e-7 nan_equal
  return
}

func.func @cbrt() {
  %x0 = arith.constant dense<[27.0, -0.125, 0.300000012, -0.699999988, 2.5, 3.00000001e+38, 1.19999998e-38, -0.0, 0.0, 0x7F800000, 0xFF800000, 0x7FC00000]> : tensor<12xf32>
  %xc = tensor.cast %x0 : tensor<12xf32> to tensor<?xf32>
  %x = call @hide(%xc) : (tensor<?xf32>) -> tensor<?xf32>
  %r = math.cbrt %x : tensor<?xf32>
  %e = arith.constant dense<[3.0, -0.5, 0.669432938, -0.887903988, 1.35720885, 6.69432938e+12, 2.28942841e-13, -0.0, 0.0, 0x7F800000, 0xFF800000, 0x7FC00000]> : tensor<12xf32>
  %ec = tensor.cast %e : tensor<12xf32> to tensor<?xf32>
  vellum.expect_close %r, %ec atol 1.2e-38 rtol 4.8e-7 nan_equal
  return
}

func.func @sin() {
  %x0 = arith.constant dense<[0.5, -2.0, 3.14159274, -22.0, 1000.0, 1048576.0, -1048577.0, 16777216.0, 1.0e+10, 3.00000001e+38, -2.70000012e+30, 9.99999968e-21, 0x7F800000, 0x7FC00000]> : tensor<14xf32>
  %xc = tensor.cast %x0 : tensor<14xf32> to tensor<?xf32>
  %x = call @hide(%xc) : (tensor<?xf32>) -> tensor<?xf32>
  %r = math.sin %x : tensor<?xf32>
  %e = arith.constant dense<[0.47942555, -0.909297407, -8.74227766e-8, 0.00885130931, 0.826879561, 0.330493152, -0.972753584, -0.779563665, -0.487506032, 0.874904871, -0.350198239, 9.99999968e-21, 0x7FC00000, 0x7FC00000]> : tensor<14xf32>
  %ec = tensor.cast %e : tensor<14xf32> to tensor<?xf32>
  vellum.expect_close %r, %ec atol 1.2e-38 rtol 4.8e-7 nan_equal
  return
}

func.func @cos() {
  %x0 = arith.constant dense<[0.5, -2.0, 1.57079637, -22.0, 1000.0, 1048576.0, -1048577.0, 16777216.0, 1.0e+10, 3.00000001e+38, -2.70000012e+30, 9.99999968e-21, 0x7F800000, 0x7FC00000]> : tensor<14xf32>
  %xc = tensor.cast %x0 : tensor<14xf32> to tensor<?xf32>
  %x = call @hide(%xc) : (tensor<?xf32>) -> tensor<?xf32>
  %r = math.cos %x : tensor<?xf32>
  %e = arith.constant dense<[0.87758255, -0.416146845, -4.37113883e-8, -0.99996084, 0.562379062, 0.943808377, 0.23184146, 0.626322985, 0.873119652, -0.484294772, 0.936675608, 1.0, 0x7FC00000, 0x7FC00000]> : tensor<14xf32>
  %ec = tensor.cast %e : tensor<14xf32> to tensor<?xf32>
  vellum.expect_close %r, %ec atol 1.2e-38 rtol 4.8e-7 nan_equal
  return
}

func.func @tan() {
  %x0 = arith.constant dense<[0.5, -2.0, 1.57079637, -22.0, 1000.0, 1048576.0, -1048577.0, 16777216.0, 1.0e+10, 3.00000001e+38, -2.70000012e+30, 9.99999968e-21, 0xFF800000, 0x7FC00000]> : tensor<14xf32>
  %xc = tensor.cast %x0 : tensor<14xf32> to tensor<?xf32>
  %x = call @hide(%xc) : (tensor<?xf32>) -> tensor<?xf32>
  %r = math.tan %x : tensor<?xf32>
  %e = arith.constant dense<[0.546302497, 2.18503976, -22877332.0, -0.00885165576, 1.47032416, 0.350169748, -4.19577074, -1.24466717, -0.558349609, -1.80655444, -0.373873562, 9.99999968e-21, 0x7FC00000, 0x7FC00000]> : tensor<14xf32>
  %ec = tensor.cast %e : tensor<14xf32> to tensor<?xf32>
  vellum.expect_close %r, %ec atol 1.2e-38 rtol 4.8e-7 nan_equal
  return
}

func.func @asin() {
  %x0 = arith.constant dense<[0.5, -0.300000012, 0.999998987, -1.0, 1.0, 9.99999968e-21, 1.00000012, 0xFF800000, 0x7FC00000]> : tensor<9xf32>
  %xc = tensor.cast %x0 : tensor<9xf32> to tensor<?xf32>
  %x = call @hide(%xc) : (tensor<?xf32>) -> tensor<?xf32>
  %r = math.asin %x : tensor<?xf32>
  %e = arith.constant dense<[0.52359879, -0.304692656, 1.56937277, -1.57079637, 1.57079637, 9.99999968e-21, 0x7FC00000, 0x7FC00000, 0x7FC00000]> : tensor<9xf32>
  %ec = tensor.cast %e : tensor<9xf32> to tensor<?xf32>
  vellum.expect_close %r, %ec atol 1.2e-38 rtol 4.8e-7 nan_equal
  return
}

func.func @acos() {
  %x0 = arith.constant dense<[0.5, -0.300000012, 0.99999994, -1.0, 1.0, 9.99999968e-21, 1.00000012, 0xFF800000, 0x7FC00000]> : tensor<9xf32>
  %xc = tensor.cast %x0 : tensor<9xf32> to tensor<?xf32>
  %x = call @hide(%xc) : (tensor<?xf32>) -> tensor<?xf32>
  %r = math.acos %x : tensor<?xf32>
  %e = arith.constant dense<[1.04719758, 1.875489, 0.000345266977, 3.14159274, 0.0, 1.57079637, 0x7FC00000, 0x7FC00000, 0x7FC00000]> : tensor<9xf32>
  %ec = tensor.cast %e : tensor<9xf32> to tensor<?xf32>
  vellum.expect_close %r, %ec atol 1.2e-38 rtol 4.8e-7 nan_equal
  return
}

func.func @atan() {
  %x0 = arith.constant dense<[0.5, -0.300000012, 1.0, -40.0, 3.00000001e+38, 9.99999968e-21, 0xFF800000, 0x7FC00000]> : tensor<8xf32>
  %xc = tensor.cast %x0 : tensor<8xf32> to tensor<?xf32>
  %x = call @hide(%xc) : (tensor<?xf32>) -> tensor<?xf32>
  %r = math.atan %x : tensor<?xf32>
  %e = arith.constant dense<[0.463647604, -0.291456819, 0.785398185, -1.54580152, 1.57079637, 9.99999968e-21, -1.57079637, 0x7FC00000]> : tensor<8xf32>
  %ec = tensor.cast %e : tensor<8xf32> to tensor<?xf32>
  vellum.expect_close %r, %ec atol 1.2e-38 rtol 4.8e-7 nan_equal
  return
}

func.func @sinh() {
  %x0 = arith.constant dense<[0.300000012, -0.00200000009, 2.0, -88.8000031, 89.4000015, 89.5, 9.99999968e-21, 0xFF800000, 0x7FC00000]> : tensor<9xf32>
  %xc = tensor.cast %x0 : tensor<9xf32> to tensor<?xf32>
  %x = call @hide(%xc) : (tensor<?xf32>) -> tensor<?xf32>
  %r = math.sinh %x : tensor<?xf32>
  %e = arith.constant dense<[0.304520309, -0.00200000149, 3.62686038, -1.83789765e+38, 3.34886272e+38, 0x7F800000, 9.99999968e-21, 0xFF800000, 0x7FC00000]> : tensor<9xf32>
  %ec = tensor.cast %e : tensor<9xf32> to tensor<?xf32>
  vellum.expect_close %r, %ec atol 1.2e-38 rtol 4.8e-7 nan_equal
  return
}

func.func @cosh() {
  %x0 = arith.constant dense<[0.300000012, -0.00200000009, 2.0, -88.8000031, 89.4000015, 89.5, 9.99999968e-21, 0xFF800000, 0x7FC00000]> : tensor<9xf32>
  %xc = tensor.cast %x0 : tensor<9xf32> to tensor<?xf32>
  %x = call @hide(%xc) : (tensor<?xf32>) -> tensor<?xf32>
  %r = math.cosh %x : tensor<?xf32>
  %e = arith.constant dense<[1.04533851, 1.00000203, 3.76219559, 1.83789765e+38, 3.34886272e+38, 0x7F800000, 1.0, 0x7F800000, 0x7FC00000]> : tensor<9xf32>
  %ec = tensor.cast %e : tensor<9xf32> to tensor<?xf32>
  vellum.expect_close %r, %ec atol 1.2e-38 rtol 4.8e-7 nan_equal
  return
}

func.func @tanh() {
  %x0 = arith.constant dense<[0.300000012, -0.00200000009, 2.0, -8.5, 40.0, 9.99999968e-21, 0xFF800000, 0x7FC00000]> : tensor<8xf32>
  %xc = tensor.cast %x0 : tensor<8xf32> to tensor<?xf32>
  %x = call @hide(%xc) : (tensor<?xf32>) -> tensor<?xf32>
  %r = math.tanh %x : tensor<?xf32>
  %e = arith.constant dense<[0.291312635, -0.00199999753, 0.964027584, -0.99999994, 1.0, 9.99999968e-21, -1.0, 0x7FC00000]> : tensor<8xf32>
  %ec = tensor.cast %e : tensor<8xf32> to tensor<?xf32>
  vellum.expect_close %r, %ec atol 1.2e-38 rtol 4.8e-7 nan_equal
  return
}

func.func @asinh() {
  %x0 = arith.constant dense<[0.300000012, -0.699999988, 2.5, -0.00300000003, 3.00000001e+38, -1.00000002e+20, 9.99999968e-21, 0xFF800000, 0x7FC00000]> : tensor<9xf32>
  %xc = tensor.cast %x0 : tensor<9xf32> to tensor<?xf32>
  %x = call @hide(%xc) : (tensor<?xf32>) -> tensor<?xf32>
  %r = math.asinh %x : tensor<?xf32>
  %e = arith.constant dense<[0.295673072, -0.652666569, 1.6472311, -0.0029999956, 89.2899933, -46.7448502, 9.99999968e-21, 0xFF800000, 0x7FC00000]> : tensor<9xf32>
  %ec = tensor.cast %e : tensor<9xf32> to tensor<?xf32>
  vellum.expect_close %r, %ec atol 1.2e-38 rtol 4.8e-7 nan_equal
  return
}

func.func @acosh() {
  %x0 = arith.constant dense<[1.0, 1.00000012, 1.5, 40.0, 3.00000001e+38, 0.899999976, -3.0, 0x7F800000, 0xFF800000, 0x7FC00000]> : tensor<10xf32>
  %xc = tensor.cast %x0 : tensor<10xf32> to tensor<?xf32>
  %x = call @hide(%xc) : (tensor<?xf32>) -> tensor<?xf32>
  %r = math.acosh %x : tensor<?xf32>
  %e = arith.constant dense<[0.0, 0.00048828125, 0.962423623, 4.38187027, 89.2899933, 0x7FC00000, 0x7FC00000, 0x7F800000, 0x7FC00000, 0x7FC00000]> : tensor<10xf32>
  %ec = tensor.cast %e : tensor<10xf32> to tensor<?xf32>
  vellum.expect_close %r, %ec atol 1.2e-38 rtol 4.8e-7 nan_equal
  return
}

func.func @atanh() {
  %x0 = arith.constant dense<[0.300000012, -0.699999988, 0.00300000003, 0.99999994, -1.0, 1.0, 1.5, 9.99999968e-21, 0x7FC00000]> : tensor<9xf32>
  %xc = tensor.cast %x0 : tensor<9xf32> to tensor<?xf32>
  %x = call @hide(%xc) : (tensor<?xf32>) -> tensor<?xf32>
  %r = math.atanh %x : tensor<?xf32>
  %e = arith.constant dense<[0.309519619, -0.86730051, 0.00300000911, 8.66434002, 0xFF800000, 0x7F800000, 0x7FC00000, 9.99999968e-21, 0x7FC00000]> : tensor<9xf32>
  %ec = tensor.cast %e : tensor<9xf32> to tensor<?xf32>
  vellum.expect_close %r, %ec atol 1.2e-38 rtol 4.8e-7 nan_equal
  return
}

func.func @erf() {
  %x0 = arith.constant dense<[0.300000012, -0.699999988, 0.99000001, 1.00999999, -2.5, 4.0, 9.99999968e-21, 3.00000001e+38, 0xFF800000, 0x7FC00000]> : tensor<10xf32>
  %xc = tensor.cast %x0 : tensor<10xf32> to tensor<?xf32>
  %x = call @hide(%xc) : (tensor<?xf32>) -> tensor<?xf32>
  %r = math.erf %x : tensor<?xf32>
  %e = arith.constant dense<[0.328626782, -0.677801192, 0.83850807, 0.84681052, -0.999593019, 1.0, 1.12837913e-20, 1.0, -1.0, 0x7FC00000]> : tensor<10xf32>
  %ec = tensor.cast %e : tensor<10xf32> to tensor<?xf32>
  vellum.expect_close %r, %ec atol 1.2e-38 rtol 4.8e-7 nan_equal
  return
}

func.func @erfc() {
  %x0 = arith.constant dense<[0.300000012, -0.699999988, 0.99000001, 1.00999999, -2.5, 4.0, 9.10000038, 9.99999968e-21, 20.0, -3.00000001e+38, 0x7F800000, 0x7FC00000]> : tensor<12xf32>
  %xc = tensor.cast %x0 : tensor<12xf32> to tensor<?xf32>
  %x = call @hide(%xc) : (tensor<?xf32>) -> tensor<?xf32>
  %r = math.erfc %x : tensor<?xf32>
  %e = arith.constant dense<[0.671373248, 1.67780113, 0.16149193, 0.15318951, 1.99959302, 1.54172586e-8, 6.69685357e-38, 1.0, 0.0, 2.0, 0.0, 0x7FC00000]> : tensor<12xf32>
  %ec = tensor.cast %e : tensor<12xf32> to tensor<?xf32>
  vellum.expect_close %r, %ec atol 1.2e-38 rtol 4.8e-7 nan_equal
  return
}

func.func @atan2() {
  %x0 = arith.constant dense<[1.0, -1.0, 0.5, -0.300000012, 0.0, 0.0, -0.0, 0.0, 1.0, 3.00000001e+38, 1.0e-30, 3.00000001e+38, 0x7F800000, 0x7F800000, 1.0, 0xFF800000, 0x7FC00000, 0.0]> : tensor<18xf32>
  %xc = tensor.cast %x0 : tensor<18xf32> to tensor<?xf32>
  %x = call @hide(%xc) : (tensor<?xf32>) -> tensor<?xf32>
  %y0 = arith.constant dense<[2.0, 0.5, -2.0, -0.300000012, 1.0, -1.0, -1.0, 0.0, 0.0, 9.99999935e-39, 3.00000001e+38, 3.00000001e+38, 0x7F800000, 0xFF800000, 0xFF800000, 2.0, 0.0, 0x7FC00000]> : tensor<18xf32>
  %yc = tensor.cast %y0 : tensor<18xf32> to tensor<?xf32>
  %y = call @hide(%yc) : (tensor<?xf32>) -> tensor<?xf32>
  %r = math.atan2 %x, %y : tensor<?xf32>
  %e = arith.constant dense<[0.463647604, -1.10714877, 2.89661407, -2.3561945, 0.0, 3.14159274, -3.14159274, 0.0, 1.57079637, 1.57079637, 0.0, 0.785398185, 0.785398185, 2.3561945, 3.14159274, -1.57079637, 0x7FC00000, 0x7FC00000]> : tensor<18xf32>
  %ec = tensor.cast %e : tensor<18xf32> to tensor<?xf32>
  vellum.expect_close %r, %ec atol 1.2e-38 rtol 4.8e-7 nan_equal
  return
}

func.func @powf() {
  %x0 = arith.constant dense<[2.0, -2.0, -2.0, 0.300000012, 1.00000012, 0.0, 0.0, 0x7F800000, 0xFF800000, 0x7FC00000, 1.0, 0.5, 2.0, 3.00000001e+38]> : tensor<14xf32>
  %xc = tensor.cast %x0 : tensor<14xf32> to tensor<?xf32>
  %x = call @hide(%xc) : (tensor<?xf32>) -> tensor<?xf32>
  %y0 = arith.constant dense<[10.0, 3.0, 0.5, -7.69999981, 1.0e+9, 0.0, -1.0, -1.0, 3.0, 0.0, 0x7FC00000, 126.0, 128.0, 0.100000001]> : tensor<14xf32>
  %yc = tensor.cast %y0 : tensor<14xf32> to tensor<?xf32>
  %y = call @hide(%yc) : (tensor<?xf32>) -> tensor<?xf32>
  %r = math.powf %x, %y : tensor<?xf32>
  %e = arith.constant dense<[1024.0, -8.0, 0x7FC00000, 10621.0166, 0x7F800000, 1.0, 0x7F800000, 0.0, 0xFF800000, 1.0, 1.0, 1.17549435e-38, 0x7F800000, 7042.26221]> : tensor<14xf32>
  %ec = tensor.cast %e : tensor<14xf32> to tensor<?xf32>
  vellum.expect_close %r, %ec atol 1.2e-38 rtol 4.8e-7 nan_equal
  return
}

func.func @remf() {
  %x0 = arith.constant dense<[5.5, -5.5, 5.5, 1.00000002e+30, 0.300000012, 1.0, 0x7F800000, 0x7FC00000]> : tensor<8xf32>
  %xc = tensor.cast %x0 : tensor<8xf32> to tensor<?xf32>
  %x = call @hide(%xc) : (tensor<?xf32>) -> tensor<?xf32>
  %y0 = arith.constant dense<[2.0, 2.0, -2.0, 7.0, 0x7F800000, 0.0, 1.0, 1.0]> : tensor<8xf32>
  %yc = tensor.cast %y0 : tensor<8xf32> to tensor<?xf32>
  %y = call @hide(%yc) : (tensor<?xf32>) -> tensor<?xf32>
  %r = arith.remf %x, %y : tensor<?xf32>
  %e = arith.constant dense<[1.5, -1.5, 1.5, 1.0, 0.300000012, 0x7FC00000, 0x7FC00000, 0x7FC00000]> : tensor<8xf32>
  %ec = tensor.cast %e : tensor<8xf32> to tensor<?xf32>
  vellum.expect_close %r, %ec atol 0 rtol 0 nan_equal
  return
}

func.func @maxnumf() {
  %x0 = arith.constant dense<[1.0, 0x7FC00000, 1.0, 0x7FC00000, 0xFF800000, 0x7F800000]> : tensor<6xf32>
  %xc = tensor.cast %x0 : tensor<6xf32> to tensor<?xf32>
  %x = call @hide(%xc) : (tensor<?xf32>) -> tensor<?xf32>
  %y0 = arith.constant dense<[2.0, 2.0, 0x7FC00000, 0x7FC00000, 3.0, 3.0]> : tensor<6xf32>
  %yc = tensor.cast %y0 : tensor<6xf32> to tensor<?xf32>
  %y = call @hide(%yc) : (tensor<?xf32>) -> tensor<?xf32>
  %r = arith.maxnumf %x, %y : tensor<?xf32>
  %e = arith.constant dense<[2.0, 2.0, 1.0, 0x7FC00000, 3.0, 0x7F800000]> : tensor<6xf32>
  %ec = tensor.cast %e : tensor<6xf32> to tensor<?xf32>
  vellum.expect_close %r, %ec atol 0 rtol 0 nan_equal
  return
}

func.func @minnumf() {
  %x0 = arith.constant dense<[1.0, 0x7FC00000, 1.0, 0x7FC00000, 0xFF800000, 0x7F800000]> : tensor<6xf32>
  %xc = tensor.cast %x0 : tensor<6xf32> to tensor<?xf32>
  %x = call @hide(%xc) : (tensor<?xf32>) -> tensor<?xf32>
  %y0 = arith.constant dense<[2.0, 2.0, 0x7FC00000, 0x7FC00000, 3.0, 3.0]> : tensor<6xf32>
  %yc = tensor.cast %y0 : tensor<6xf32> to tensor<?xf32>
  %y = call @hide(%yc) : (tensor<?xf32>) -> tensor<?xf32>
  %r = arith.minnumf %x, %y : tensor<?xf32>
  %e = arith.constant dense<[1.0, 2.0, 1.0, 0x7FC00000, 0xFF800000, 3.0]> : tensor<6xf32>
  %ec = tensor.cast %e : tensor<6xf32> to tensor<?xf32>
  vellum.expect_close %r, %ec atol 0 rtol 0 nan_equal
  return
}

func.func @copysign() {
  %x0 = arith.constant dense<[1.5, -1.5, -1.5, 3.0, 0x7F800000]> : tensor<5xf32>
  %xc = tensor.cast %x0 : tensor<5xf32> to tensor<?xf32>
  %x = call @hide(%xc) : (tensor<?xf32>) -> tensor<?xf32>
  %y0 = arith.constant dense<[-2.0, 2.0, -0.0, 0x7F800000, -1.0]> : tensor<5xf32>
  %yc = tensor.cast %y0 : tensor<5xf32> to tensor<?xf32>
  %y = call @hide(%yc) : (tensor<?xf32>) -> tensor<?xf32>
  %r = math.copysign %x, %y : tensor<?xf32>
  %e = arith.constant dense<[-1.5, 1.5, -1.5, 3.0, 0xFF800000]> : tensor<5xf32>
  %ec = tensor.cast %e : tensor<5xf32> to tensor<?xf32>
  vellum.expect_close %r, %ec atol 0 rtol 0 nan_equal
  return
}

func.func @clampf() {
  %x0 = arith.constant dense<[0.5, -2.0, 7.0, 0.0, 0x7FC00000, 0.5, 0.5, 0.5, 0x7F800000, 0xFF800000]> : tensor<10xf32>
  %xc = tensor.cast %x0 : tensor<10xf32> to tensor<?xf32>
  %x = call @hide(%xc) : (tensor<?xf32>) -> tensor<?xf32>
  %y0 = arith.constant dense<[0.0, 0.0, 0.0, 0.0, 0.0, 0x7FC00000, 0.0, 2.0, 0xFF800000, -1.0]> : tensor<10xf32>
  %yc = tensor.cast %y0 : tensor<10xf32> to tensor<?xf32>
  %y = call @hide(%yc) : (tensor<?xf32>) -> tensor<?xf32>
  %z0 = arith.constant dense<[1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0x7FC00000, 1.0, 0x7F800000, 1.0]> : tensor<10xf32>
  %zc = tensor.cast %z0 : tensor<10xf32> to tensor<?xf32>
  %z = call @hide(%zc) : (tensor<?xf32>) -> tensor<?xf32>
  %r = math.clampf %x to [%y, %z] : tensor<?xf32>
  %e = arith.constant dense<[0.5, 0.0, 1.0, 0.0, 0x7FC00000, 0x7FC00000, 0x7FC00000, 1.0, 0x7F800000, -1.0]> : tensor<10xf32>
  %ec = tensor.cast %e : tensor<10xf32> to tensor<?xf32>
  vellum.expect_close %r, %ec atol 0 rtol 0 nan_equal
  return
}

func.func @fpowi() {
  %x0 = arith.constant dense<[2.0, -2.0, -0.5, 1.00000012, -1.0, -1.0, 0.0, -0.0, 0x7FC00000, 3.0, 0xFF800000]> : tensor<11xf32>
  %xc = tensor.cast %x0 : tensor<11xf32> to tensor<?xf32>
  %x = call @hide(%xc) : (tensor<?xf32>) -> tensor<?xf32>
  %n0 = arith.constant dense<[10, -3, 3, 16777217, 2147483647, -2147483648, 0, -1, 0, -20, 3]> : tensor<11xi32>
  %n = tensor.cast %n0 : tensor<11xi32> to tensor<?xi32>
  %r = math.fpowi %x, %n : tensor<?xf32>, tensor<?xi32>
  %e = arith.constant dense<[1024.0, -0.125, -0.125, 7.3890561, -1.0, 1.0, 1.0, 0xFF800000, 1.0, 2.867972e-10, 0xFF800000]> : tensor<11xf32>
  %ec = tensor.cast %e : tensor<11xf32> to tensor<?xf32>
  vellum.expect_close %r, %ec atol 0 rtol 4.8e-7
  return
}

// Folded to constants.
func.func @atan2_of_constants() {
  %y = arith.constant dense<[0.0, 0.0, -0.0, -0.0, 1.0]> : tensor<5xf32>
  %x = arith.constant dense<[0.0, -0.0, 0.0, -0.0, -1.0]> : tensor<5xf32>
  %r = math.atan2 %y, %x : tensor<5xf32>
  %e = arith.constant dense<[0.0, 3.14159274, -0.0, -3.14159274, 2.3561945]> : tensor<5xf32>
  vellum.expect_close %r, %e atol 0 rtol 4.8e-7
  return
}

// Powers of which a float of 32 bits, or a double, would lose the last bit.
func.func @fpowi_wide() {
  %x0 = arith.constant dense<[-1.0, -1.0, 2.0, -2.0, 0.5, -1.00000012]> : tensor<6xf32>
  %xc = tensor.cast %x0 : tensor<6xf32> to tensor<?xf32>
  %x = call @hide(%xc) : (tensor<?xf32>) -> tensor<?xf32>
  %n0 = arith.constant dense<[9223372036854775807, 4294967296, 4294967299, 4294967299, -4294967299, 9]> : tensor<6xi64>
  %n = tensor.cast %n0 : tensor<6xi64> to tensor<?xi64>
  %r = math.fpowi %x, %n : tensor<?xf32>, tensor<?xi64>
  %e = arith.constant dense<[-1.0, 1.0, 0x7F800000, 0xFF800000, 0x7F800000, -1.00000107]> : tensor<6xf32>
  %ec = tensor.cast %e : tensor<6xf32> to tensor<?xf32>
  vellum.expect_close %r, %ec atol 0 rtol 4.8e-7
  %d = arith.extf %x : tensor<?xf32> to tensor<?xf64>
  %q = math.fpowi %d, %n : tensor<?xf64>, tensor<?xi64>
  %s = arith.truncf %q : tensor<?xf64> to tensor<?xf32>
  vellum.expect_close %s, %ec atol 0 rtol 4.8e-7
  return
}

func.func @classes() {
  %x0 = arith.constant dense<[0.0, -3.0, 3.0e+38, 0x7F800000, 0xFF800000, 0x7FC00000]> : tensor<6xf32>
  %xc = tensor.cast %x0 : tensor<6xf32> to tensor<?xf32>
  %x = call @hide(%xc) : (tensor<?xf32>) -> tensor<?xf32>
  %a = math.isinf %x : tensor<?xf32>
  %b = math.isnan %x : tensor<?xf32>
  %c = math.isfinite %x : tensor<?xf32>
  %ai = arith.extui %a : tensor<?xi1> to tensor<?xi32>
  %bi = arith.extui %b : tensor<?xi1> to tensor<?xi32>
  %ci = arith.extui %c : tensor<?xi1> to tensor<?xi32>
  %ae = arith.constant dense<[0, 0, 0, 1, 1, 0]> : tensor<6xi32>
  %be = arith.constant dense<[0, 0, 0, 0, 0, 1]> : tensor<6xi32>
  %ce = arith.constant dense<[1, 1, 1, 0, 0, 0]> : tensor<6xi32>
  %ac = tensor.cast %ae : tensor<6xi32> to tensor<?xi32>
  %bc = tensor.cast %be : tensor<6xi32> to tensor<?xi32>
  %cc = tensor.cast %ce : tensor<6xi32> to tensor<?xi32>
  vellum.expect_close %ai, %ac atol 0 rtol 0
  vellum.expect_close %bi, %bc atol 0 rtol 0
  vellum.expect_close %ci, %cc atol 0 rtol 0
  return
}

// Numbers, tensors of rank 0 and of sizes that fill no vector have the same bits.
func.func @forms() {
  %x0 = arith.constant dense<[0.3, 0.8, 0.55, 0.41, 0.62, 0.17, 0.93, 0.29, 0.74, 0.5, 0.11]> : tensor<11xf32>
  %xc = tensor.cast %x0 : tensor<11xf32> to tensor<?xf32>
  %x = call @hide(%xc) : (tensor<?xf32>) -> tensor<?xf32>
  %c9 = arith.constant 9 : index
  %one = arith.constant 1.0 : f32
  %s = tensor.extract %x[%c9] : tensor<?xf32>
  %z = tensor.from_elements %s : tensor<f32>
  %erf = math.erf %x : tensor<?xf32>
  %erf_s = math.erf %s : f32
  %erf_z = math.erf %z : tensor<f32>
  %erf_e = tensor.extract %erf[%c9] : tensor<?xf32>
  %erf_t = tensor.from_elements %erf_s : tensor<f32>
  %erf_u = tensor.from_elements %erf_e : tensor<f32>
  vellum.expect_close %erf_z, %erf_t atol 0 rtol 0
  vellum.expect_close %erf_z, %erf_u atol 0 rtol 0
  %atan2 = math.atan2 %x, %x : tensor<?xf32>
  %atan2_s = math.atan2 %s, %one : f32
  %atan2_z = math.atan2 %z, %z : tensor<f32>
  %acosh_s = math.acosh %one : f32
  %infinite = math.isinf %s : f32
  %clamped = math.clampf %s to [%acosh_s, %atan2_s] : f32
  %n = arith.constant 2 : index
  %square = math.fpowi %clamped, %n : f32, index
  %chosen = arith.select %infinite, %one, %square : f32
  %chosen_t = tensor.from_elements %chosen : tensor<f32>
  %expected = arith.constant dense<0.214969105> : tensor<f32>
  vellum.expect_close %chosen_t, %expected atol 0 rtol 4.8e-7
  %quarter = arith.constant dense<0.785398185> : tensor<f32>
  vellum.expect_close %atan2_z, %quarter atol 0 rtol 4.8e-7
  return
}

// In the body of a structured operation, of a scan and of a ponder.
func.func @bodies() {
  %x0 = arith.constant dense<[[0.3, 1.8, -0.55], [0.41, -2.62, 0.17]]> : tensor<2x3xf32>
  %empty = tensor.empty() : tensor<2x3xf32>
  %r = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>],
                       iterator_types = ["parallel", "parallel"]}
      ins(%x0 : tensor<2x3xf32>) outs(%empty : tensor<2x3xf32>) {
  ^bb0(%v: f32, %o: f32):
    %a = math.asinh %v : f32
    %b = math.cbrt %a : f32
    %i = math.isinf %b : f32
    %c = arith.select %i, %v, %b : f32
    linalg.yield %c : f32
  } -> tensor<2x3xf32>
  %h0 = arith.constant dense<0.0> : tensor<3xf32>
  %last, %all = vellum.scan for %x in %x0 carry %h = %h0 {
    %a = math.asinh %x : tensor<3xf32>
    %b = math.cbrt %a : tensor<3xf32>
    %n = math.erf %h : tensor<3xf32>
    yield %n emit %b
  }
  vellum.expect_close %r, %all atol 0 rtol 0
  %e = arith.constant dense<[[0.666198902, 1.10532971, -0.806960333], [0.736378705, -1.19134954, 0.553086379]]> : tensor<2x3xf32>
  vellum.expect_close %r, %e atol 0 rtol 9.6e-7
  // Each row halts with probability erf(1) at first, and with what is left then.
  %ones = arith.constant dense<1.0> : tensor<2x1xf32>
  %state, %output, %cost, %steps = vellum.ponder first %flag carry %h = %ones cap 2 {
    %p = math.erf %h : tensor<2x1xf32>
    %next = math.erfc %h : tensor<2x1xf32>
    yield %next emit %h halt %p
  }
  // erf(1) + (1 - erf(1)) erfc(1)
  %o = arith.constant dense<0.867443834> : tensor<2x1xf32>
  vellum.expect_close %output, %o atol 0 rtol 9.6e-7
  return
}
