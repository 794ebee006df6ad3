// RUN: vellum-opt %s | vellum-opt | FileCheck %s
// RUN: vellum-opt %s --canonicalize | FileCheck %s --check-prefix=CANONICAL

// CHECK-LABEL: @require
func.func @require(%holds: i1, %n: index) {
  // CHECK: vellum.require %{{.*}}, "there are {0} of {0}, not { }"(%{{.*}})
  vellum.require %holds, "there are {0} of {0}, not { }" (%n)
  // CHECK: vellum.require %{{.*}}, "no numbers"
  vellum.require %holds, "no numbers"
  return
}

// What holds vanishes; what does not stays, and so does what is unknown.
// CANONICAL-LABEL: @known
func.func @known(%holds: i1) {
  %yes = arith.constant true
  %no = arith.constant false
  // CANONICAL-NOT: "yes"
  vellum.require %yes, "yes"
  // CANONICAL: vellum.require %false, "no"
  vellum.require %no, "no"
  // CANONICAL: vellum.require %{{.*}}, "perhaps"
  vellum.require %holds, "perhaps"
  return
}
