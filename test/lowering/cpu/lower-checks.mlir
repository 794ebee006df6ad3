// RUN: vellum-opt %s --vellum-lower-checks --split-input-file --verify-diagnostics | FileCheck %s
// RUN: vellum-opt %s --vellum-lower-checks=base-names --split-input-file --verify-diagnostics | FileCheck %s --check-prefix=BASE

// Each text is there once, the place as often as there are places.
// CHECK-DAG:   llvm.mlir.global private constant @[[$TEXT:vellum.text.[0-9]+]]("index {0} of {1}\00")
// CHECK-DAG:   llvm.mlir.global private constant @[[$PLACE:vellum.text.[0-9]+]]("{{.*}}/lower-checks.mlir:[[#@LINE+20]]:3\00")
// CHECK-DAG:   llvm.func @vellum_rt_fail(!llvm.ptr, !llvm.ptr, !llvm.ptr, !llvm.ptr) attributes {passthrough = ["noreturn", "cold"]}
// CHECK-LABEL: func.func @f
// CHECK-SAME:    (%[[CONTEXT:[^:]+]]: !llvm.ptr, %[[HOLDS:[^:]+]]: i1, %[[I:[^:]+]]: index, %[[N:[^:]+]]: index)
// CHECK:         %[[VALUES:.*]] = llvm.alloca %{{.*}} x i64
// CHECK:         %[[FAILS:.*]] = arith.xori %[[HOLDS]], %{{.*}} : i1
// CHECK:         scf.if %[[FAILS]]
// CHECK:           %[[AT:.*]] = llvm.mlir.addressof @[[$PLACE]]
// CHECK:           %[[SAYS:.*]] = llvm.mlir.addressof @[[$TEXT]]
// CHECK:           %[[I64:.*]] = arith.index_cast %[[I]]
// CHECK:           llvm.store %[[I64]], %{{.*}} : i64, !llvm.ptr
// CHECK:           %[[N64:.*]] = arith.index_cast %[[N]]
// CHECK:           llvm.store %[[N64]], %{{.*}} : i64, !llvm.ptr
// CHECK:           llvm.call @vellum_rt_fail(%[[CONTEXT]], %[[AT]], %[[SAYS]], %[[VALUES]])
// CHECK:         scf.if
// CHECK:           llvm.mlir.addressof @[[$TEXT]]
// CHECK-NOT:     vellum.require

// BASE-DAG:    ("lower-checks.mlir:[[#@LINE+2]]:3\00")
func.func @f(%context: !llvm.ptr, %holds: i1, %i: index, %n: index) {
  vellum.require %holds, "index {0} of {1}" (%i, %n)
  vellum.require %holds, "index {0} of {1}" (%n, %i)
  return
}

// -----

func.func @without_context(%holds: i1) {
  // expected-error @below {{can fail, but its function's first argument is no context}}
  vellum.require %holds, "no"
  return
}
