// RUN: vellum-opt %s --vellum-define-divisions | FileCheck %s

// CHECK-LABEL: func.func @quotient
// CHECK-SAME:    (%[[A:[^:]+]]: i64, %[[B:[^:]+]]: i64)
// CHECK:         %[[IS:.*]] = arith.cmpi eq, %[[B]], %{{.*}} : i64
// CHECK:         %[[SAFE:.*]] = arith.select %[[IS]], %{{.*}}, %[[B]] : i64
// CHECK:         %[[Q:.*]] = arith.divsi %[[A]], %[[SAFE]] : i64
// CHECK:         %[[NEGATED:.*]] = arith.subi %{{.*}}, %[[A]] : i64
// CHECK:         %[[R:.*]] = arith.select %[[IS]], %[[NEGATED]], %[[Q]] : i64
// CHECK:         return %[[R]]
func.func @quotient(%a: i64, %b: i64) -> i64 {
  %q = arith.divsi %a, %b : i64
  return %q : i64
}

// CHECK-LABEL: func.func @rest
// CHECK:         %[[SAFE:.*]] = arith.select
// CHECK:         %[[R:.*]] = arith.remsi %{{.*}}, %[[SAFE]] : i32
// CHECK:         return %[[R]]
func.func @rest(%a: i32, %b: i32) -> i32 {
  %r = arith.remsi %a, %b : i32
  return %r : i32
}

// CHECK-LABEL: func.func @constants
// CHECK-NOT:     arith.select
// CHECK:         return
func.func @constants(%a: i64, %b: i64) -> (i64, i64, i64) {
  %c7 = arith.constant 7 : i64
  %q = arith.divsi %a, %c7 : i64
  %r = arith.remsi %a, %c7 : i64
  // No sign, no overflow.
  %u = arith.divui %a, %b : i64
  return %q, %r, %u : i64, i64, i64
}

// CHECK-LABEL: func.func @vectors
// CHECK:         arith.select {{.*}} : vector<4xi1>, vector<4xi32>
// CHECK-NOT:     arith.floordivsi
// CHECK:         return
func.func @vectors(%a: vector<4xi32>, %b: vector<4xi32>) -> vector<4xi32> {
  %q = arith.floordivsi %a, %b : vector<4xi32>
  return %q : vector<4xi32>
}
