// RUN: vellum-opt %s --vellum-lower-functions | FileCheck %s

// CHECK-LABEL: func.func @floats
// CHECK-SAME:    (%[[V:[^:]+]]: {{.*}}, %[[S:[^:]+]]: f32)
// CHECK:         call @vl_exp_f32x16(%[[V]])
// CHECK:         call @vl_sigmoid_f32(%[[S]])
// CHECK:         call @vl_erf_f32x16(%[[V]])
// CHECK:         call @vl_atan2_f32(%[[S]], %[[S]])
func.func @floats(%v: vector<16xf32>, %s: f32) -> (vector<16xf32>, f32, vector<16xf32>, f32) {
  %0 = math.exp %v : vector<16xf32>
  %1 = vellum.sigmoid %s
  %2 = math.erf %v : vector<16xf32>
  %3 = math.atan2 %s, %s : f32
  return %0, %1, %2, %3 : vector<16xf32>, f32, vector<16xf32>, f32
}

// An element at a time, but for what LLVM has an intrinsic of.
// CHECK-LABEL: func.func @doubles
// CHECK-SAME:    (%[[V:[^:]+]]: {{.*}}, %[[S:[^:]+]]: f64)
// CHECK:         math.exp %[[S]] : f64
// CHECK:         call @cbrt(%[[S]]) : (f64) -> f64
// CHECK:         %[[FIRST:.*]] = vector.extract %[[V]][0]
// CHECK:         %[[Y:.*]] = call @expm1(%[[FIRST]])
// CHECK:         vector.insert %[[Y]], %{{.*}} [0]
// CHECK:         vector.extract %[[V]][1]
// CHECK-NOT:     math.expm1
// CHECK:         return
func.func @doubles(%v: vector<2xf64>, %s: f64) -> (f64, f64, vector<2xf64>) {
  %0 = math.exp %s : f64
  %1 = math.cbrt %s : f64
  %2 = math.expm1 %v : vector<2xf64>
  return %0, %1, %2 : f64, f64, vector<2xf64>
}

// CHECK-LABEL: func.func @halves
// CHECK-SAME:    (%[[V:[^:]+]]:
// CHECK:         %[[WIDE:.*]] = arith.extf %[[V]] : vector<8xf16> to vector<8xf32>
// CHECK:         %[[Y:.*]] = call @vl_tanh_f32x8(%[[WIDE]])
// CHECK:         arith.truncf %[[Y]] : vector<8xf32> to vector<8xf16>
func.func @halves(%v: vector<8xf16>) -> vector<8xf16> {
  %0 = math.tanh %v : vector<8xf16>
  return %0 : vector<8xf16>
}

// CHECK-LABEL: func.func @power
// CHECK-SAME:    (%[[X:[^:]+]]: f32, %[[N:[^:]+]]: i32)
// CHECK:         %[[BITS:.*]] = arith.bitcast %[[N]] : i32 to f32
// CHECK:         call @vl_powi_f32(%[[X]], %[[BITS]])
func.func @power(%x: f32, %n: i32) -> f32 {
  %0 = math.fpowi %x, %n : f32, i32
  return %0 : f32
}

// Limited to 32 bits, of which the last stays.
// CHECK-LABEL: func.func @wide_power
// CHECK-SAME:    (%[[X:[^:]+]]: {{.*}}, %[[N:[^:]+]]: vector<4xi64>)
// CHECK:         %[[ODD:.*]] = arith.andi %[[N]],
// CHECK:         arith.maxsi %[[N]],
// CHECK:         %[[BOTH:.*]] = arith.minsi
// CHECK:         %[[LIMITED:.*]] = arith.ori %[[BOTH]], %[[ODD]]
// CHECK:         arith.trunci %[[LIMITED]] : vector<4xi64> to vector<4xi32>
// CHECK:         call @vl_powi_f32x4(
func.func @wide_power(%x: vector<4xf32>, %n: vector<4xi64>) -> vector<4xf32> {
  %0 = math.fpowi %x, %n : vector<4xf32>, vector<4xi64>
  return %0 : vector<4xf32>
}

// A factor for each bit of the power.
// CHECK-LABEL: func.func @integers
// CHECK-SAME:    (%[[X:[^:]+]]: {{.*}}, %[[N:[^:]+]]: vector<4xi32>)
// CHECK-DAG:     %[[ZERO:.*]] = arith.constant dense<0>
// CHECK-DAG:     %[[BITS:.*]] = arith.constant 32 : index
// CHECK:         %[[LARGE:.*]] = arith.andi
// CHECK:         %[[VANISHES:.*]] = arith.andi %{{.*}}, %[[LARGE]]
// CHECK:         %[[POWER:.*]]:3 = scf.for %{{.*}} to %[[BITS]] {{.*}} iter_args(%{{.*}} = %{{.*}}, %{{.*}} = %[[X]], %{{.*}} = %[[N]])
// CHECK:           arith.muli
// CHECK:           arith.shrui
// CHECK:         arith.select %[[VANISHES]], %[[ZERO]], %[[POWER]]#0
func.func @integers(%x: vector<4xi32>, %n: vector<4xi32>) -> vector<4xi32> {
  %0 = math.ipowi %x, %n : vector<4xi32>
  return %0 : vector<4xi32>
}
