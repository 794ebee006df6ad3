// RUN: vellum-opt %s --vellum-define-ranges | FileCheck %s

// What is converted lies inside of the range; the ends are chosen.
// CHECK-LABEL: func.func @signed
// CHECK-SAME:    (%[[X:[^:]+]]: vector<4xf32>)
// CHECK-DAG:     %[[LOW:.*]] = arith.constant dense<-2.14748365E+9>
// CHECK-DAG:     %[[HIGH:.*]] = arith.constant dense<2.14748365E+9>
// CHECK-DAG:     %[[ABOVE:.*]] = arith.cmpf ogt, %[[X]], %[[LOW]]
// CHECK-DAG:     %[[BELOW:.*]] = arith.cmpf olt, %[[X]], %[[HIGH]]
// CHECK:         %[[IS:.*]] = arith.andi %[[ABOVE]], %[[BELOW]]
// CHECK:         %[[INSIDE:.*]] = arith.select %[[IS]], %[[X]],
// CHECK:         arith.fptosi %[[INSIDE]]
// CHECK:         arith.cmpf oge, %[[X]], %[[HIGH]]
// CHECK:         arith.select
// CHECK:         arith.cmpf ole, %[[X]], %[[LOW]]
// CHECK:         arith.select
func.func @signed(%x: vector<4xf32>) -> vector<4xi32> {
  %0 = arith.fptosi %x : vector<4xf32> to vector<4xi32>
  return %0 : vector<4xi32>
}

// 0 is both what stands for others and the least number.
// CHECK-LABEL: func.func @unsigned
// CHECK:         arith.fptoui
// CHECK:         arith.cmpf oge
// CHECK:         arith.select
// CHECK-NOT:     arith.select
// CHECK:         return
func.func @unsigned(%x: f64) -> i8 {
  %0 = arith.fptoui %x : f64 to i8
  return %0 : i8
}

// CHECK-LABEL: func.func @shifts
// CHECK-SAME:    (%[[X:[^:]+]]: i32, %[[N:[^:]+]]: i32)
// CHECK:         %[[SOME:.*]] = arith.cmpi ult, %[[N]],
// CHECK:         %[[COUNT:.*]] = arith.select %[[SOME]], %[[N]],
// CHECK:         %[[Y:.*]] = arith.shli %[[X]], %[[COUNT]]
// CHECK:         arith.select %[[SOME]], %[[Y]],
// CHECK:         %[[LIMITED:.*]] = arith.minui %[[N]],
// CHECK:         arith.shrsi %[[X]], %[[LIMITED]]
func.func @shifts(%x: i32, %n: i32) -> (i32, i32) {
  %0 = arith.shli %x, %n : i32
  %1 = arith.shrsi %x, %n : i32
  return %0, %1 : i32, i32
}

// CHECK-LABEL: func.func @known
// CHECK-NOT:     arith.select
// CHECK-NOT:     arith.minui
// CHECK:         return
func.func @known(%x: i32) -> (i32, i32) {
  %c7 = arith.constant 7 : i32
  %0 = arith.shrui %x, %c7 : i32
  %1 = arith.shrsi %x, %c7 : i32
  return %0, %1 : i32, i32
}
