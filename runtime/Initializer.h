//===- runtime/Initializer.h - how parameters start -------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_RUNTIME_INITIALIZER_H
#define VELLUM_RUNTIME_INITIALIZER_H

#include <cstdint>

namespace vellum {

/// The values that a parameter starts from, as a matrix whose columns are the
/// parameter's last dimension. Artefacts hold it in this layout.
struct Initializer {
  enum Kind : int32_t {
    Constant,   ///< `first`
    Uniform,    ///< between `first` and `second`
    Normal,     ///< of mean 0 and standard deviation `first`
    Orthogonal, ///< `first` times orthonormal rows, or columns if these are
                ///< fewer
    Identity,   ///< 1 on the diagonal, 0 elsewhere
    OneHot,     ///< `second` in column `first` of every row, 0 elsewhere
  };

  Kind kind = Constant;
  int32_t padding = 0;
  int64_t rows = 1, columns = 1;
  double first = 0, second = 0;

  int64_t size() const { return rows * columns; }
};

/// The key of a parameter's random numbers in the run named by `seed`, given
/// hashName of its name.
uint64_t initializerKey(uint64_t seed, uint64_t nameHash);

/// FNV-1a with 64 bits.
uint64_t hashName(const char *name, uint64_t length);

/// Fills `values` with size() numbers, each of single precision. A function of
/// its arguments alone: with arithmetic and square roots only, a seed gives the
/// same bits with every C library.
void initialize(const Initializer &initializer, uint64_t key, double *values);

} // namespace vellum

#endif // VELLUM_RUNTIME_INITIALIZER_H
