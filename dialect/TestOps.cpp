//===- dialect/TestOps.cpp - expectations of numeric tests ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialect/Shapes.h"
#include "dialect/Vellum.h"

using namespace mlir;
using namespace vellum;

LogicalResult ExpectCloseOp::verify() {
  RankedTensorType actual = getActual().getType();
  RankedTensorType expected = getExpected().getType();
  // expect_close_c1
  Shape shape(expected.getShape());
  if (failed(unifyShape(getLoc(), shape, actual.getShape(), "actual value",
                        "the expected one's")))
    return failure();
  // expect_close_c2
  if (actual.getElementType() != expected.getElementType() ||
      !actual.getElementType().isIntOrIndexOrFloat())
    return emitOpError("operands must have the same numeric element type, but "
                       "got ")
           << actual.getElementType() << " and " << expected.getElementType();
  // expect_close_c3
  for (const APFloat &tolerance : {getAtol(), getRtol()})
    if (!tolerance.isFinite() || tolerance.isNegative())
      return emitOpError("tolerances must be finite and not negative, but got ")
             << formatNumber(tolerance.convertToDouble());
  return success();
}
