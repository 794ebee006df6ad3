// RUN: vellum-opt %s --vellum-differentiate --vellum-cpu-fuse --vellum-cpu-bufferize="memory=1 cuts=2 tile=1" \
// RUN:   | FileCheck %s

// Segments in segments, whose states have sizes that are known where their
// memory is taken, and that their types do not tell.
// CHECK-LABEL: func.func private @ragged.gradient.body
// CHECK:         memref.alloc
// CHECK:         scf.for
// CHECK:           scf.for
func.func @ragged(%xs: tensor<3x1x3xf32>, %a: tensor<1x3xf32>, %b: tensor<1xf32>,
                  %lengths: tensor<1xi64>) -> tensor<3x1xf32> {
  %last, %next, %ys = vellum.scan for %x in %xs carry %p = %a, %q = %b lengths %lengths {
    %1 = math.tanh %p : tensor<1x3xf32>
    %2 = sigmoid %q
    yield %1, %2 emit %2
  }
  return %ys : tensor<3x1xf32>
}

// The second loop begins with what the tiles of the first have left in memory
// that is taken before both.
// CHECK-LABEL: func.func private @thinks.gradient.body
// CHECK:         memref.alloc
// CHECK:         scf.for
func.func @thinks(%x: tensor<?x1xf32>, %b0: tensor<1xf32>, %w: tensor<1x1xf32>) -> tensor<?x1xf32> {
  %c1 = arith.constant 1 : index
  %b = vellum.scan carry %h = %b0 length %c1 {
    %1 = math.tanh %h : tensor<1xf32>
    yield %1
  }
  %last, %ponder, %count = vellum.ponder first %first carry %s = %x cap 2 {
    %1 = linear %s by %w bias %b
    %2 = sigmoid %1
    yield %2 halt %2
  }
  return %last : tensor<?x1xf32>
}
