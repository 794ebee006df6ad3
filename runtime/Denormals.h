//===- runtime/Denormals.h - numbers too small to be normal -----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// How a thread treats results between 0 and 2^-126. Gradients of a trained
/// memory machine are full of them, products of weightings close to 0, and x86
/// takes over a hundred cycles for each: a training step of the copy task at
/// five time steps took twice as long once it had learnt.
///
//===----------------------------------------------------------------------===//

#ifndef VELLUM_RUNTIME_DENORMALS_H
#define VELLUM_RUNTIME_DENORMALS_H

#include <xmmintrin.h>

namespace vellum {

/// From now on such results of this thread are 0, as in XLA's programs. Those
/// that are read from memory keep their value. Returns what restores it.
inline unsigned flushDenormals() {
  const unsigned control = _mm_getcsr();
  _mm_setcsr(control | _MM_FLUSH_ZERO_ON);
  return control;
}

inline void restoreDenormals(unsigned control) { _mm_setcsr(control); }

} // namespace vellum

#endif // VELLUM_RUNTIME_DENORMALS_H
