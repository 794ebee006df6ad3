// RUN: vellum test %s --backend=interpreter
// RUN: vellum test %s --target=x86-64-v2 --verify-memory
// RUN: %if x86-64-v3 %{ vellum test %s --target=x86-64-v3 %}
// RUN: %if x86-64-v4 %{ vellum test %s --target=x86-64-v4 %}

// Conversions, shifts and powers have one meaning out of range: the nearer end of the integers, 0 for NaN, no bits left.
// As vectors, as constants that are folded, and as single numbers.

func.func private @is_first() -> i1 {
  %key = arith.constant 0 : i64
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0 : i32
  %places = vellum.random permutation %key : tensor<1xi32>
  %place = tensor.extract %places[%c0] : tensor<1xi32>
  %yes = arith.cmpi eq, %place, %zero : i32
  return %yes : i1
}

func.func @fptosi() {
  %known = arith.constant dense<[-0.899999976, 1.5, -1.5, 127.900002, 128.0, -128.899994, -129.0, 255.899994, 256.0, 32768.0, -32769.0, 65536.0, 2.14748352e+9, 2.14748365e+9, -2.14748365e+9, -2.1474839e+9, 4.29496704e+9, 4.2949673e+9, 9.22337149e+18, 9.22337204e+18, -9.22337204e+18, -9.3000003e+18, 1.8446743e+19, 1.84467441e+19, 0x7F800000, 0xFF800000, 0x7FC00000]> : tensor<27xf32>
  %yes = call @is_first() : () -> i1
  %other = arith.constant dense<0.0> : tensor<27xf32>
  %x = arith.select %yes, %known, %other : tensor<27xf32>
  %d = arith.extf %x : tensor<27xf32> to tensor<27xf64>
  %c3 = arith.constant 3 : index
  %s = tensor.extract %x[%c3] : tensor<27xf32>
  %e8 = arith.constant dense<[0, 1, -1, 127, 127, -128, -128, 127, 127, 127, -128, 127, 127, 127, -128, -128, 127, 127, 127, 127, -128, -128, 127, 127, 127, -128, 0]> : tensor<27xi8>
  %a8 = arith.fptosi %x : tensor<27xf32> to tensor<27xi8>
  vellum.expect_close %a8, %e8 atol 0 rtol 0
  %b8 = arith.fptosi %d : tensor<27xf64> to tensor<27xi8>
  vellum.expect_close %b8, %e8 atol 0 rtol 0
  %k8 = arith.fptosi %known : tensor<27xf32> to tensor<27xi8>
  vellum.expect_close %k8, %e8 atol 0 rtol 0
  %s8 = arith.fptosi %s : f32 to i8
  %t8 = tensor.from_elements %s8 : tensor<i8>
  %f8 = arith.constant dense<127> : tensor<i8>
  vellum.expect_close %t8, %f8 atol 0 rtol 0
  %e16 = arith.constant dense<[0, 1, -1, 127, 128, -128, -129, 255, 256, 32767, -32768, 32767, 32767, 32767, -32768, -32768, 32767, 32767, 32767, 32767, -32768, -32768, 32767, 32767, 32767, -32768, 0]> : tensor<27xi16>
  %a16 = arith.fptosi %x : tensor<27xf32> to tensor<27xi16>
  %e16w = arith.extsi %e16 : tensor<27xi16> to tensor<27xi32>
  %a16w = arith.extsi %a16 : tensor<27xi16> to tensor<27xi32>
  vellum.expect_close %a16w, %e16w atol 0 rtol 0
  %b16 = arith.fptosi %d : tensor<27xf64> to tensor<27xi16>
  %b16w = arith.extsi %b16 : tensor<27xi16> to tensor<27xi32>
  vellum.expect_close %b16w, %e16w atol 0 rtol 0
  %k16 = arith.fptosi %known : tensor<27xf32> to tensor<27xi16>
  %k16w = arith.extsi %k16 : tensor<27xi16> to tensor<27xi32>
  vellum.expect_close %k16w, %e16w atol 0 rtol 0
  %s16 = arith.fptosi %s : f32 to i16
  %t16 = tensor.from_elements %s16 : tensor<i16>
  %f16 = arith.constant dense<127> : tensor<i16>
  %f16w = arith.extsi %f16 : tensor<i16> to tensor<i32>
  %t16w = arith.extsi %t16 : tensor<i16> to tensor<i32>
  vellum.expect_close %t16w, %f16w atol 0 rtol 0
  %e32 = arith.constant dense<[0, 1, -1, 127, 128, -128, -129, 255, 256, 32768, -32769, 65536, 2147483520, 2147483647, -2147483648, -2147483648, 2147483647, 2147483647, 2147483647, 2147483647, -2147483648, -2147483648, 2147483647, 2147483647, 2147483647, -2147483648, 0]> : tensor<27xi32>
  %a32 = arith.fptosi %x : tensor<27xf32> to tensor<27xi32>
  vellum.expect_close %a32, %e32 atol 0 rtol 0
  %b32 = arith.fptosi %d : tensor<27xf64> to tensor<27xi32>
  vellum.expect_close %b32, %e32 atol 0 rtol 0
  %k32 = arith.fptosi %known : tensor<27xf32> to tensor<27xi32>
  vellum.expect_close %k32, %e32 atol 0 rtol 0
  %s32 = arith.fptosi %s : f32 to i32
  %t32 = tensor.from_elements %s32 : tensor<i32>
  %f32 = arith.constant dense<127> : tensor<i32>
  vellum.expect_close %t32, %f32 atol 0 rtol 0
  %e64 = arith.constant dense<[0, 1, -1, 127, 128, -128, -129, 255, 256, 32768, -32769, 65536, 2147483520, 2147483648, -2147483648, -2147483904, 4294967040, 4294967296, 9223371487098961920, 9223372036854775807, -9223372036854775808, -9223372036854775808, 9223372036854775807, 9223372036854775807, 9223372036854775807, -9223372036854775808, 0]> : tensor<27xi64>
  %a64 = arith.fptosi %x : tensor<27xf32> to tensor<27xi64>
  vellum.expect_close %a64, %e64 atol 0 rtol 0
  %b64 = arith.fptosi %d : tensor<27xf64> to tensor<27xi64>
  vellum.expect_close %b64, %e64 atol 0 rtol 0
  %k64 = arith.fptosi %known : tensor<27xf32> to tensor<27xi64>
  vellum.expect_close %k64, %e64 atol 0 rtol 0
  %s64 = arith.fptosi %s : f32 to i64
  %t64 = tensor.from_elements %s64 : tensor<i64>
  %f64 = arith.constant dense<127> : tensor<i64>
  vellum.expect_close %t64, %f64 atol 0 rtol 0
  return
}

func.func @fptoui() {
  %known = arith.constant dense<[-0.899999976, 1.5, -1.5, 127.900002, 128.0, -128.899994, -129.0, 255.899994, 256.0, 32768.0, -32769.0, 65536.0, 2.14748352e+9, 2.14748365e+9, -2.14748365e+9, -2.1474839e+9, 4.29496704e+9, 4.2949673e+9, 9.22337149e+18, 9.22337204e+18, -9.22337204e+18, -9.3000003e+18, 1.8446743e+19, 1.84467441e+19, 0x7F800000, 0xFF800000, 0x7FC00000]> : tensor<27xf32>
  %yes = call @is_first() : () -> i1
  %other = arith.constant dense<0.0> : tensor<27xf32>
  %x = arith.select %yes, %known, %other : tensor<27xf32>
  %d = arith.extf %x : tensor<27xf32> to tensor<27xf64>
  %c3 = arith.constant 3 : index
  %s = tensor.extract %x[%c3] : tensor<27xf32>
  %e8 = arith.constant dense<[0, 1, 0, 127, -128, 0, 0, -1, -1, -1, 0, -1, -1, -1, 0, 0, -1, -1, -1, -1, 0, 0, -1, -1, -1, 0, 0]> : tensor<27xi8>
  %a8 = arith.fptoui %x : tensor<27xf32> to tensor<27xi8>
  vellum.expect_close %a8, %e8 atol 0 rtol 0
  %b8 = arith.fptoui %d : tensor<27xf64> to tensor<27xi8>
  vellum.expect_close %b8, %e8 atol 0 rtol 0
  %k8 = arith.fptoui %known : tensor<27xf32> to tensor<27xi8>
  vellum.expect_close %k8, %e8 atol 0 rtol 0
  %s8 = arith.fptoui %s : f32 to i8
  %t8 = tensor.from_elements %s8 : tensor<i8>
  %f8 = arith.constant dense<127> : tensor<i8>
  vellum.expect_close %t8, %f8 atol 0 rtol 0
  %e16 = arith.constant dense<[0, 1, 0, 127, 128, 0, 0, 255, 256, -32768, 0, -1, -1, -1, 0, 0, -1, -1, -1, -1, 0, 0, -1, -1, -1, 0, 0]> : tensor<27xi16>
  %a16 = arith.fptoui %x : tensor<27xf32> to tensor<27xi16>
  %e16w = arith.extsi %e16 : tensor<27xi16> to tensor<27xi32>
  %a16w = arith.extsi %a16 : tensor<27xi16> to tensor<27xi32>
  vellum.expect_close %a16w, %e16w atol 0 rtol 0
  %b16 = arith.fptoui %d : tensor<27xf64> to tensor<27xi16>
  %b16w = arith.extsi %b16 : tensor<27xi16> to tensor<27xi32>
  vellum.expect_close %b16w, %e16w atol 0 rtol 0
  %k16 = arith.fptoui %known : tensor<27xf32> to tensor<27xi16>
  %k16w = arith.extsi %k16 : tensor<27xi16> to tensor<27xi32>
  vellum.expect_close %k16w, %e16w atol 0 rtol 0
  %s16 = arith.fptoui %s : f32 to i16
  %t16 = tensor.from_elements %s16 : tensor<i16>
  %f16 = arith.constant dense<127> : tensor<i16>
  %f16w = arith.extsi %f16 : tensor<i16> to tensor<i32>
  %t16w = arith.extsi %t16 : tensor<i16> to tensor<i32>
  vellum.expect_close %t16w, %f16w atol 0 rtol 0
  %e32 = arith.constant dense<[0, 1, 0, 127, 128, 0, 0, 255, 256, 32768, 0, 65536, 2147483520, -2147483648, 0, 0, -256, -1, -1, -1, 0, 0, -1, -1, -1, 0, 0]> : tensor<27xi32>
  %a32 = arith.fptoui %x : tensor<27xf32> to tensor<27xi32>
  vellum.expect_close %a32, %e32 atol 0 rtol 0
  %b32 = arith.fptoui %d : tensor<27xf64> to tensor<27xi32>
  vellum.expect_close %b32, %e32 atol 0 rtol 0
  %k32 = arith.fptoui %known : tensor<27xf32> to tensor<27xi32>
  vellum.expect_close %k32, %e32 atol 0 rtol 0
  %s32 = arith.fptoui %s : f32 to i32
  %t32 = tensor.from_elements %s32 : tensor<i32>
  %f32 = arith.constant dense<127> : tensor<i32>
  vellum.expect_close %t32, %f32 atol 0 rtol 0
  %e64 = arith.constant dense<[0, 1, 0, 127, 128, 0, 0, 255, 256, 32768, 0, 65536, 2147483520, 2147483648, 0, 0, 4294967040, 4294967296, 9223371487098961920, -9223372036854775808, 0, 0, -1099511627776, -1, -1, 0, 0]> : tensor<27xi64>
  %a64 = arith.fptoui %x : tensor<27xf32> to tensor<27xi64>
  vellum.expect_close %a64, %e64 atol 0 rtol 0
  %b64 = arith.fptoui %d : tensor<27xf64> to tensor<27xi64>
  vellum.expect_close %b64, %e64 atol 0 rtol 0
  %k64 = arith.fptoui %known : tensor<27xf32> to tensor<27xi64>
  vellum.expect_close %k64, %e64 atol 0 rtol 0
  %s64 = arith.fptoui %s : f32 to i64
  %t64 = tensor.from_elements %s64 : tensor<i64>
  %f64 = arith.constant dense<127> : tensor<i64>
  vellum.expect_close %t64, %f64 atol 0 rtol 0
  return
}

func.func @shli() {
  %yes = call @is_first() : () -> i1
  %c8 = arith.constant 8 : index
  %x8 = arith.constant dense<[1, -1, -8, 127, -128, 85, 85, 1, 1, -1, 3, -3, 7]> : tensor<13xi8>
  %n8 = arith.constant dense<[0, 1, 2, 7, 8, 9, -1, 31, 32, 33, 63, 64, 65]> : tensor<13xi8>
  %y8 = arith.select %yes, %n8, %x8 : tensor<13xi8>
  %e8 = arith.constant dense<[1, -2, -32, -128, 0, 0, 0, 0, 0, 0, 0, 0, 0]> : tensor<13xi8>
  %r8 = arith.shli %x8, %y8 : tensor<13xi8>
  vellum.expect_close %r8, %e8 atol 0 rtol 0
  %k8 = arith.shli %x8, %n8 : tensor<13xi8>
  vellum.expect_close %k8, %e8 atol 0 rtol 0
  %a8 = tensor.extract %x8[%c8] : tensor<13xi8>
  %b8 = tensor.extract %y8[%c8] : tensor<13xi8>
  %s8 = arith.shli %a8, %b8 : i8
  %t8 = tensor.from_elements %s8 : tensor<i8>
  %f8 = arith.constant dense<0> : tensor<i8>
  vellum.expect_close %t8, %f8 atol 0 rtol 0
  %x32 = arith.constant dense<[1, -1, -8, 127, -128, 85, 85, 1, 1, -1, 3, -3, 7]> : tensor<13xi32>
  %n32 = arith.constant dense<[0, 1, 2, 7, 8, 9, -1, 31, 32, 33, 63, 64, 65]> : tensor<13xi32>
  %y32 = arith.select %yes, %n32, %x32 : tensor<13xi32>
  %e32 = arith.constant dense<[1, -2, -32, 16256, -32768, 43520, 0, -2147483648, 0, 0, 0, 0, 0]> : tensor<13xi32>
  %r32 = arith.shli %x32, %y32 : tensor<13xi32>
  vellum.expect_close %r32, %e32 atol 0 rtol 0
  %k32 = arith.shli %x32, %n32 : tensor<13xi32>
  vellum.expect_close %k32, %e32 atol 0 rtol 0
  %a32 = tensor.extract %x32[%c8] : tensor<13xi32>
  %b32 = tensor.extract %y32[%c8] : tensor<13xi32>
  %s32 = arith.shli %a32, %b32 : i32
  %t32 = tensor.from_elements %s32 : tensor<i32>
  %f32 = arith.constant dense<0> : tensor<i32>
  vellum.expect_close %t32, %f32 atol 0 rtol 0
  %x64 = arith.constant dense<[1, -1, -8, 127, -128, 85, 85, 1, 1, -1, 3, -3, 7]> : tensor<13xi64>
  %n64 = arith.constant dense<[0, 1, 2, 7, 8, 9, -1, 31, 32, 33, 63, 64, 65]> : tensor<13xi64>
  %y64 = arith.select %yes, %n64, %x64 : tensor<13xi64>
  %e64 = arith.constant dense<[1, -2, -32, 16256, -32768, 43520, 0, 2147483648, 4294967296, -8589934592, -9223372036854775808, 0, 0]> : tensor<13xi64>
  %r64 = arith.shli %x64, %y64 : tensor<13xi64>
  vellum.expect_close %r64, %e64 atol 0 rtol 0
  %k64 = arith.shli %x64, %n64 : tensor<13xi64>
  vellum.expect_close %k64, %e64 atol 0 rtol 0
  %a64 = tensor.extract %x64[%c8] : tensor<13xi64>
  %b64 = tensor.extract %y64[%c8] : tensor<13xi64>
  %s64 = arith.shli %a64, %b64 : i64
  %t64 = tensor.from_elements %s64 : tensor<i64>
  %f64 = arith.constant dense<4294967296> : tensor<i64>
  vellum.expect_close %t64, %f64 atol 0 rtol 0
  return
}

func.func @shrui() {
  %yes = call @is_first() : () -> i1
  %c8 = arith.constant 8 : index
  %x8 = arith.constant dense<[1, -1, -8, 127, -128, 85, 85, 1, 1, -1, 3, -3, 7]> : tensor<13xi8>
  %n8 = arith.constant dense<[0, 1, 2, 7, 8, 9, -1, 31, 32, 33, 63, 64, 65]> : tensor<13xi8>
  %y8 = arith.select %yes, %n8, %x8 : tensor<13xi8>
  %e8 = arith.constant dense<[1, 127, 62, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]> : tensor<13xi8>
  %r8 = arith.shrui %x8, %y8 : tensor<13xi8>
  vellum.expect_close %r8, %e8 atol 0 rtol 0
  %k8 = arith.shrui %x8, %n8 : tensor<13xi8>
  vellum.expect_close %k8, %e8 atol 0 rtol 0
  %a8 = tensor.extract %x8[%c8] : tensor<13xi8>
  %b8 = tensor.extract %y8[%c8] : tensor<13xi8>
  %s8 = arith.shrui %a8, %b8 : i8
  %t8 = tensor.from_elements %s8 : tensor<i8>
  %f8 = arith.constant dense<0> : tensor<i8>
  vellum.expect_close %t8, %f8 atol 0 rtol 0
  %x32 = arith.constant dense<[1, -1, -8, 127, -128, 85, 85, 1, 1, -1, 3, -3, 7]> : tensor<13xi32>
  %n32 = arith.constant dense<[0, 1, 2, 7, 8, 9, -1, 31, 32, 33, 63, 64, 65]> : tensor<13xi32>
  %y32 = arith.select %yes, %n32, %x32 : tensor<13xi32>
  %e32 = arith.constant dense<[1, 2147483647, 1073741822, 0, 16777215, 0, 0, 0, 0, 0, 0, 0, 0]> : tensor<13xi32>
  %r32 = arith.shrui %x32, %y32 : tensor<13xi32>
  vellum.expect_close %r32, %e32 atol 0 rtol 0
  %k32 = arith.shrui %x32, %n32 : tensor<13xi32>
  vellum.expect_close %k32, %e32 atol 0 rtol 0
  %a32 = tensor.extract %x32[%c8] : tensor<13xi32>
  %b32 = tensor.extract %y32[%c8] : tensor<13xi32>
  %s32 = arith.shrui %a32, %b32 : i32
  %t32 = tensor.from_elements %s32 : tensor<i32>
  %f32 = arith.constant dense<0> : tensor<i32>
  vellum.expect_close %t32, %f32 atol 0 rtol 0
  %x64 = arith.constant dense<[1, -1, -8, 127, -128, 85, 85, 1, 1, -1, 3, -3, 7]> : tensor<13xi64>
  %n64 = arith.constant dense<[0, 1, 2, 7, 8, 9, -1, 31, 32, 33, 63, 64, 65]> : tensor<13xi64>
  %y64 = arith.select %yes, %n64, %x64 : tensor<13xi64>
  %e64 = arith.constant dense<[1, 9223372036854775807, 4611686018427387902, 0, 72057594037927935, 0, 0, 0, 0, 2147483647, 0, 0, 0]> : tensor<13xi64>
  %r64 = arith.shrui %x64, %y64 : tensor<13xi64>
  vellum.expect_close %r64, %e64 atol 0 rtol 0
  %k64 = arith.shrui %x64, %n64 : tensor<13xi64>
  vellum.expect_close %k64, %e64 atol 0 rtol 0
  %a64 = tensor.extract %x64[%c8] : tensor<13xi64>
  %b64 = tensor.extract %y64[%c8] : tensor<13xi64>
  %s64 = arith.shrui %a64, %b64 : i64
  %t64 = tensor.from_elements %s64 : tensor<i64>
  %f64 = arith.constant dense<0> : tensor<i64>
  vellum.expect_close %t64, %f64 atol 0 rtol 0
  return
}

func.func @shrsi() {
  %yes = call @is_first() : () -> i1
  %c8 = arith.constant 8 : index
  %x8 = arith.constant dense<[1, -1, -8, 127, -128, 85, 85, 1, 1, -1, 3, -3, 7]> : tensor<13xi8>
  %n8 = arith.constant dense<[0, 1, 2, 7, 8, 9, -1, 31, 32, 33, 63, 64, 65]> : tensor<13xi8>
  %y8 = arith.select %yes, %n8, %x8 : tensor<13xi8>
  %e8 = arith.constant dense<[1, -1, -2, 0, -1, 0, 0, 0, 0, -1, 0, -1, 0]> : tensor<13xi8>
  %r8 = arith.shrsi %x8, %y8 : tensor<13xi8>
  vellum.expect_close %r8, %e8 atol 0 rtol 0
  %k8 = arith.shrsi %x8, %n8 : tensor<13xi8>
  vellum.expect_close %k8, %e8 atol 0 rtol 0
  %a8 = tensor.extract %x8[%c8] : tensor<13xi8>
  %b8 = tensor.extract %y8[%c8] : tensor<13xi8>
  %s8 = arith.shrsi %a8, %b8 : i8
  %t8 = tensor.from_elements %s8 : tensor<i8>
  %f8 = arith.constant dense<0> : tensor<i8>
  vellum.expect_close %t8, %f8 atol 0 rtol 0
  %x32 = arith.constant dense<[1, -1, -8, 127, -128, 85, 85, 1, 1, -1, 3, -3, 7]> : tensor<13xi32>
  %n32 = arith.constant dense<[0, 1, 2, 7, 8, 9, -1, 31, 32, 33, 63, 64, 65]> : tensor<13xi32>
  %y32 = arith.select %yes, %n32, %x32 : tensor<13xi32>
  %e32 = arith.constant dense<[1, -1, -2, 0, -1, 0, 0, 0, 0, -1, 0, -1, 0]> : tensor<13xi32>
  %r32 = arith.shrsi %x32, %y32 : tensor<13xi32>
  vellum.expect_close %r32, %e32 atol 0 rtol 0
  %k32 = arith.shrsi %x32, %n32 : tensor<13xi32>
  vellum.expect_close %k32, %e32 atol 0 rtol 0
  %a32 = tensor.extract %x32[%c8] : tensor<13xi32>
  %b32 = tensor.extract %y32[%c8] : tensor<13xi32>
  %s32 = arith.shrsi %a32, %b32 : i32
  %t32 = tensor.from_elements %s32 : tensor<i32>
  %f32 = arith.constant dense<0> : tensor<i32>
  vellum.expect_close %t32, %f32 atol 0 rtol 0
  %x64 = arith.constant dense<[1, -1, -8, 127, -128, 85, 85, 1, 1, -1, 3, -3, 7]> : tensor<13xi64>
  %n64 = arith.constant dense<[0, 1, 2, 7, 8, 9, -1, 31, 32, 33, 63, 64, 65]> : tensor<13xi64>
  %y64 = arith.select %yes, %n64, %x64 : tensor<13xi64>
  %e64 = arith.constant dense<[1, -1, -2, 0, -1, 0, 0, 0, 0, -1, 0, -1, 0]> : tensor<13xi64>
  %r64 = arith.shrsi %x64, %y64 : tensor<13xi64>
  vellum.expect_close %r64, %e64 atol 0 rtol 0
  %k64 = arith.shrsi %x64, %n64 : tensor<13xi64>
  vellum.expect_close %k64, %e64 atol 0 rtol 0
  %a64 = tensor.extract %x64[%c8] : tensor<13xi64>
  %b64 = tensor.extract %y64[%c8] : tensor<13xi64>
  %s64 = arith.shrsi %a64, %b64 : i64
  %t64 = tensor.from_elements %s64 : tensor<i64>
  %f64 = arith.constant dense<0> : tensor<i64>
  vellum.expect_close %t64, %f64 atol 0 rtol 0
  return
}

// An integer of 64 bits is rounded to a float once: the first lies just above the middle of two floats, which a double is
// at, and the wrong one is 1.2e-7 away. The interpreter keeps the double here.
func.func @to_float() {
  %known = arith.constant dense<[1152921573326323713, -1152921573326323713, 9223372036854775807, -1, 16777217]> : tensor<5xi64>
  %other = arith.constant dense<0> : tensor<5xi64>
  %yes = call @is_first() : () -> i1
  %x = arith.select %yes, %known, %other : tensor<5xi64>
  %s = arith.sitofp %x : tensor<5xi64> to tensor<5xf32>
  %se = arith.constant dense<[0x5D800001, 0xDD800001, 0x5F000000, -1.0, 16777216.0]> : tensor<5xf32>
  vellum.expect_close %s, %se atol 0 rtol 6.0e-8
  %u = arith.uitofp %x : tensor<5xi64> to tensor<5xf32>
  %ue = arith.constant dense<[0x5D800001, 0x5F700000, 0x5F000000, 0x5F800000, 16777216.0]> : tensor<5xf32>
  vellum.expect_close %u, %ue atol 0 rtol 6.0e-8
  return
}

// The bits that do not fit are gone, also where the number goes back at once.
func.func @narrow_index() {
  %yes = call @is_first() : () -> i1
  %known = arith.constant 4294967301 : index
  %other = arith.constant 0 : index
  %i = arith.select %yes, %known, %other : index
  %five = arith.constant 5 : index
  %a = arith.index_cast %i : index to i32
  %b = arith.index_cast %a : i32 to index
  %t = tensor.from_elements %b : tensor<index>
  %e = tensor.from_elements %five : tensor<index>
  vellum.expect_close %t, %e atol 0 rtol 0
  %c = arith.index_castui %i : index to i8
  %d = arith.index_castui %c : i8 to index
  %u = tensor.from_elements %d : tensor<index>
  vellum.expect_close %u, %e atol 0 rtol 0
  return
}

// Products wrap; negative powers are whole numbers of 1 and -1 only.
func.func @ipowi() {
  %yes = call @is_first() : () -> i1
  %known = arith.constant dense<[10, 0, -1, 63, -3, -4, -5, -7, 5]> : tensor<9xi64>
  %other = arith.constant dense<0> : tensor<9xi64>
  %n = arith.select %yes, %known, %other : tensor<9xi64>
  %x = arith.constant dense<[3, 0, 2, 2, 1, -1, -1, 0, -7]> : tensor<9xi64>
  %y = math.ipowi %x, %n : tensor<9xi64>
  %e = arith.constant dense<[59049, 1, 0, -9223372036854775808, 1, 1, -1, 0, -16807]> : tensor<9xi64>
  vellum.expect_close %y, %e atol 0 rtol 0
  %a = arith.trunci %x : tensor<9xi64> to tensor<9xi32>
  %b = arith.trunci %n : tensor<9xi64> to tensor<9xi32>
  %z = math.ipowi %a, %b : tensor<9xi32>
  %f = arith.constant dense<[59049, 1, 0, 0, 1, 1, -1, 0, -16807]> : tensor<9xi32>
  vellum.expect_close %z, %f atol 0 rtol 0
  %c0 = arith.constant 0 : index
  %s = tensor.extract %b[%c0] : tensor<9xi32>
  %p = math.ipowi %s, %s : i32
  %t = tensor.from_elements %p : tensor<i32>
  %g = arith.constant dense<1410065408> : tensor<i32>
  vellum.expect_close %t, %g atol 0 rtol 0
  return
}
