// RUN: vellum-opt %s -split-input-file -verify-diagnostics

func.func @require_c1(%holds: i1) {
  // expected-error @+1 {{'vellum.require' op text must not be empty, but got ""}}
  vellum.require %holds, ""
  return
}

// -----

func.func @require_c2(%holds: i1, %n: index) {
  // expected-error @+1 {{'vellum.require' op text needs 3 values, but got 1}}
  vellum.require %holds, "{0} and {2}" (%n)
  return
}
