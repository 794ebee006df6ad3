//===- test/fuzz/Values.h - numbers for random programs ---------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_TEST_FUZZ_VALUES_H
#define VELLUM_TEST_FUZZ_VALUES_H

#include "dialect/interpreter/Array.h"
#include "runtime/Tensor.h"
#include "test/fuzz/Program.h"

namespace vellum::fuzz {

using Tensors = std::vector<Tensor>;
using Arrays = llvm::SmallVector<interpreter::Array>;

/// The numbers of an argument, which follow from the key.
Tensor makeTensor(const ArgumentSpec &spec, uint64_t key);

/// Normal numbers, which follow from the key.
Tensor makeCotangent(llvm::ArrayRef<int64_t> shape, uint64_t key);

/// The floats moved by as little as their last bits.
Arrays disturbed(llvm::ArrayRef<interpreter::Array> arrays, uint64_t key);

/// Where two results differ, as text; nothing where they agree.
std::optional<std::string> differenceInBits(const Tensors &lhs,
                                            const Tensors &rhs);

/// What the results of one function should be, and how far from it they may be
/// that were computed in f32. That is derived from how much the interpreter's
/// own results change if it rounds to f32, and if the arguments change in their
/// last bits: what is well conditioned must be right to the last digits, and
/// nothing is asked of what depends on a tie or a jump.
class Reference {
public:
  /// `exact` is computed in f64; the others show how it reacts to rounding.
  Reference(Arrays exact, llvm::ArrayRef<Arrays> others);

  /// Where the results are wrong, as text; nothing where they are right.
  std::optional<std::string> check(const Tensors &results) const;
  /// Whether results that are not finite, or depend on every last bit, leave
  /// little to be checked.
  bool isVague() const { return numVague > 0; }
  const Arrays &getExact() const { return exact; }

private:
  std::optional<std::string> checkOne(unsigned number,
                                      const Tensor &result) const;
  Arrays exact;
  /// How far elements of each result may be off; infinite where nothing is
  /// known.
  std::vector<double> tolerances;
  unsigned numVague = 0;
};

} // namespace vellum::fuzz

#endif // VELLUM_TEST_FUZZ_VALUES_H
