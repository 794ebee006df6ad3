//===- dialect/TestOps.td - expectations of numeric tests -*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_DIALECT_TEST_OPS
#define VELLUM_DIALECT_TEST_OPS

include "dialect/Base.td"

def ExpectCloseOp : Vellum_Op<"expect_close", [MemoryEffects<[MemWrite]>]> {
  let summary = "fails the run unless two tensors are close";
  let description = [{
    Every element must satisfy

    `|actual - expected| <= atol + rtol |expected|`.

    Equal infinities are close; NaN is close to nothing or, under `nan_equal`,
    to NaN. The first element that is not close is reported with its position.
    Integers are compared as numbers.

    Shapes: both operands the same, of any shape.

    Constraints:
    - C1: both operands are tensors of the same shape.
    - C2: both have the same element type, a float, an integer or an index.
    - C3: both tolerances are finite and not negative.

    Example:
    ```mlir
    vellum.expect_close %y, %expected atol 1e-6 rtol 1e-5
    ```

    Gradient: none; not part of a program that is differentiated.
  }];
  let arguments = (ins Vellum_AnyTensor:$actual, Vellum_AnyTensor:$expected,
                       F64Attr:$atol, F64Attr:$rtol, UnitAttr:$nan_equal);
  let assemblyFormat = [{
    custom<Operand>($actual, type($actual)) `,`
    custom<Operand>($expected, type($expected))
    `atol` custom<Number>($atol) `rtol` custom<Number>($rtol)
    (`nan_equal` $nan_equal^)? attr-dict
  }];
  let hasVerifier = 1;
}

#endif // VELLUM_DIALECT_TEST_OPS
