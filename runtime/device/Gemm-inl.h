//===- runtime/device/Gemm-inl.h - products with a broadcast A --*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The tiles of C (+)= A B, with A broadcast and B and C streamed along their
/// rows.
///
/// Every element of C is one chain of multiply-adds in the order of k, from
/// C's old value (accumulate) or 0. Its bits therefore depend on nothing but
/// its own row of A and column of B: not on m, n, the tiles or the blocks.
///
//===----------------------------------------------------------------------===//

#ifndef VELLUM_RUNTIME_DEVICE_GEMM_INL_H
#define VELLUM_RUNTIME_DEVICE_GEMM_INL_H

#include "runtime/device/Common-inl.h"

HWY_BEFORE_NAMESPACE();
namespace vellum {
namespace HWY_NAMESPACE {

/// The widest panel, in vectors, of a tile with `rows` rows: accumulators plus
/// one row of B fit the 32 (AVX-512) or 16 registers.
constexpr int maxPanel(int rows) {
  return HWY_TARGET <= HWY_AVX3 ? (rows >= 8   ? 3
                                   : rows == 6 ? 4
                                   : rows == 5 ? 5
                                   : rows == 3 ? 8
                                   : rows == 4 ? 6
                                   : rows == 2 ? 8
                                               : 26)
                                : (rows == 4   ? 3
                                   : rows == 2 ? 5
                                               : 12);
}

/// Rows of the largest tile.
constexpr int kMaxRows = HWY_TARGET <= HWY_AVX3 ? 8 : 4;

/// AVX-512 has the registers for tiles of 9, 6, 5 and 3 rows too. Of up to nine
/// rows only seven still read B twice: 3 and 5 x 100 x 400 become 1.3 times as
/// fast, 9 x 100 x 400 1.18 times.
constexpr bool kHasOddTiles = HWY_TARGET <= HWY_AVX3;

/// The most rows that are a single tile.
constexpr int kTileRows = kHasOddTiles ? 9 : kMaxRows;

/// Floats of a cache line, and of a page.
constexpr int64_t kLineFloats = 16;
constexpr int64_t kPageFloats = 1024;

/// True if a tile should fetch A ahead: its rows, or its columns, lie on pages
/// of their own, across which the hardware foresees nothing. Closer ones it
/// does, and the instructions would cost 3 % on AVX-512 and 9 % on AVX2.
VELLUM_KERNEL_INLINE bool wantsPrefetch(int64_t rsA, int64_t csA) {
  return csA == 1 ? rsA >= kPageFloats : csA >= kPageFloats;
}

/// Hides from the compiler where `p` comes from. It would make every address of
/// a tile beforehand, and keep them in memory.
template <class T> VELLUM_KERNEL_INLINE T *opaque(T *p) {
  asm volatile("" : "+r"(p));
  return p;
}

/// How many rows of B a tile fetches ahead, into L1: 12 or 24 are as good, but
/// into L2 9 x 5248 x 400 is 0.7 times as fast.
constexpr int64_t kRowsAhead = 16;

/// True if the largest tiles should fetch B ahead: some lines from each of its
/// rows, of which a page holds one or two, are a pattern that the hardware does
/// not foresee. On AVX-512, 9 x 1312 x 400 becomes 1.4 times as fast; rows that
/// follow each other gain where they come from beyond L2, 8 x 512 x 2048 in
/// panels a tenth. The smaller tiles of AVX2 lose a tenth where B is in L2.
VELLUM_KERNEL_INLINE bool wantsRowsAhead(int64_t k, int64_t ldb) {
  return k >= 48 && ldb >= 48 &&
         (HWY_TARGET <= HWY_AVX3 || k * ldb >= (256 << 10));
}

/// Fetches what a tile reads of A three lines on in each row, or the next 16
/// columns.
template <int Rows>
VELLUM_KERNEL_INLINE void prefetchA(const float *const *at, int64_t rsA,
                                    int64_t csA) {
  if (csA == 1)
    for (int i = 0; i < Rows; ++i)
      __builtin_prefetch(at[i / 3] + i % 3 * rsA + 3 * kLineFloats);
  else {
    const float *column = at[0] + kLineFloats * csA;
    for (int64_t p = 0; p < kLineFloats; ++p) {
      __builtin_prefetch(column);
      column = opaque(column + csA);
    }
  }
}

/// Computes `Rows` x `Vectors` vectors of C in registers, from C's old value
/// if `load`. With `Tail` the last vector has `tail` columns, else all; B's
/// rows have whole vectors nevertheless if they are `Padded`.
template <int Rows, int Vectors, bool Tail, bool Padded>
VELLUM_KERNEL_INLINE void gemmTile(int64_t k, const float *a, int64_t rsA,
                                   int64_t csA, const float *HWY_RESTRICT b,
                                   int64_t ldb, float *c, int64_t ldc,
                                   int64_t tail, bool load) {
  const WideTag d;
  const auto isTail = [](int v) { return Tail && v == Vectors - 1; };
  WideVec acc[Rows][Vectors];
  const float *from = c;
  VELLUM_UNROLL
  for (int i = 0; i < Rows; ++i) {
    VELLUM_UNROLL
    for (int v = 0; v < Vectors; ++v)
      acc[i][v] = !load       ? hn::Zero(d)
                  : isTail(v) ? loadTail(d, from + v * kLanes, tail)
                              : hn::LoadU(d, from + v * kLanes);
    from = opaque(from + ldc);
  }
  // Three rows share a pointer, at 0, 1 and 2 times the stride.
  const float *at[(Rows + 2) / 3];
  VELLUM_UNROLL
  for (int i = 0; i < Rows; i += 3) {
    // Else the compiler finds one pointer and walks it from row to row: a
    // chain of additions longer than the narrow tiles' multiply-adds.
    at[i / 3] = opaque(a + i * rsA);
  }
  TailLoader tailOfB(tail);
  const bool ahead = Rows >= kMaxRows && Vectors > 1 && wantsRowsAhead(k, ldb);
  const auto step = [&]() __attribute__((always_inline)) {
    WideVec row[Vectors];
    VELLUM_UNROLL
    for (int v = 0; v < Vectors; ++v)
      row[v] = isTail(v) && !Padded ? tailOfB.load(b + v * kLanes)
                                    : hn::LoadU(d, b + v * kLanes);
    VELLUM_UNROLL
    for (int i = 0; i < Rows; ++i) {
      const WideVec x = hn::Set(d, at[i / 3][i % 3 * rsA]);
      VELLUM_UNROLL
      for (int v = 0; v < Vectors; ++v)
        acc[i][v] = hn::MulAdd(x, row[v], acc[i][v]);
    }
    VELLUM_UNROLL
    for (int i = 0; i < Rows; i += 3)
      at[i / 3] += csA;
    b += ldb;
  };
  while (k > 0) {
    int64_t chunk = k;
    if ((Rows >= kMaxRows || Rows == 6) && wantsPrefetch(rsA, csA)) {
      prefetchA<Rows>(at, rsA, csA);
      chunk = k < kLineFloats ? k : kLineFloats;
    }
    k -= chunk;
    if (ahead)
      do {
        VELLUM_UNROLL
        for (int v = 0; v < Vectors; ++v)
          __builtin_prefetch(b + kRowsAhead * ldb + v * kLanes);
        __builtin_prefetch(at[0] + kRowsAhead * csA);
        step();
      } while (--chunk != 0);
    else
      do
        step();
      while (--chunk != 0);
  }
  c = opaque(c);
  VELLUM_UNROLL
  for (int i = 0; i < Rows; ++i) {
    VELLUM_UNROLL
    for (int v = 0; v < Vectors; ++v) {
      if (isTail(v))
        storeTail(d, acc[i][v], c + v * kLanes, tail);
      else
        hn::StoreU(acc[i][v], d, c + v * kLanes);
    }
    c = opaque(c + ldc);
  }
}

/// Rows [0, m), a multiple of `Rows`, of a panel. Its operands are never in a
/// struct: a struct is copied by vectors right after its fields are stored,
/// which costs a short product more than the product does.
template <int Rows, int Vectors, bool Tail, bool Padded>
HWY_NOINLINE void gemmTiles(int64_t m, int64_t k, const float *a, int64_t rsA,
                            int64_t csA, const float *b, int64_t ldb, float *c,
                            int64_t ldc, int64_t tail, bool load) {
  for (int64_t i = 0; i < m; i += Rows)
    gemmTile<Rows, Vectors, Tail, Padded>(k, a + i * rsA, rsA, csA, b, ldb,
                                          c + i * ldc, ldc, tail, load);
}

/// Runs the tiles that have `vectors` (1 <= vectors <= Vectors) vectors.
template <int Rows, int Vectors, bool Padded = false, class... Operands>
VELLUM_KERNEL_INLINE void gemmPanel(int64_t vectors, int64_t tail,
                                    Operands... operands) {
  if constexpr (Vectors > 1)
    if (vectors != Vectors)
      return gemmPanel<Rows, Vectors - 1, Padded>(vectors, tail, operands...);
  // A masked load costs nothing on AVX-512: there one form serves both.
  constexpr bool kTails = Padded || kHasMaskedLoad;
  if (HWY_TARGET <= HWY_AVX3 || (kTails && tail != kLanes))
    gemmTiles<Rows, Vectors, kTails, Padded>(operands...);
  else
    gemmTiles<Rows, Vectors, HWY_TARGET <= HWY_AVX3, Padded>(operands...);
}

} // namespace HWY_NAMESPACE
} // namespace vellum
HWY_AFTER_NAMESPACE();

#endif // VELLUM_RUNTIME_DEVICE_GEMM_INL_H
