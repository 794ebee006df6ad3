//===- lowering/interpreter/Memory.h - memory and its shadow --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_LOWERING_INTERPRETER_MEMORY_H
#define VELLUM_LOWERING_INTERPRETER_MEMORY_H

#include "mlir/IR/Operation.h"

#include <optional>
#include <string>
#include <vector>

#include "dialect/interpreter/Array.h"

namespace vellum::interpreter {

using llvm::ArrayRef;
using llvm::SmallVector;
using mlir::FailureOr;
using mlir::LogicalResult;
using mlir::Operation;

/// What a memref is at run time. Frames hold it as integers in the order of the
/// descriptor that compiled code passes: allocated, aligned, offset, sizes,
/// strides. Addresses, offsets and strides count words, whatever the element.
struct View {
  int64_t base = 0, offset = 0;
  Shape sizes, strides;

  static View rowMajor(int64_t base, ArrayRef<int64_t> sizes);
  static View of(const Array &handle);
  Array handle() const;

  int64_t addressOf(ArrayRef<int64_t> index) const;
  /// The address of every word, in row-major order.
  SmallVector<int64_t> addresses() const;
};

/// A word that was read: by which operand, where it was, what was there, and
/// who had put it there.
struct Read {
  unsigned operand;
  /// -1 for an element of a tensor.
  int64_t address;
  /// The bits of the number; all NaN are one.
  uint64_t bits;
  /// The op that wrote the word; null for what was there before the program.
  Operation *writer;
};

/// What one op read when it ran once.
struct ReadsOfOp {
  Operation *op;
  std::vector<Read> reads;
};

/// The reads of a run, in the order of execution.
using Trace = std::vector<ReadsOfOp>;

/// The number that stands for an element that nobody has written: a NaN whose
/// payload survives arithmetic, and rounding to f32.
double unwrittenNumber();
bool isUnwritten(double number);
/// A tensor of elements that nobody has written. Integers, which have no such
/// number, are zeros.
Array unwrittenArray(ArrayRef<int64_t> shape, Kind kind);

/// All memory of a run. Each word has a shadow: the write that put there what
/// it holds, by op and tile, or that there was none yet. Every access is
/// checked; one that is wrong is a diagnostic at the op that makes it.
class Memory {
public:
  /// Takes `words` words that nobody has written, for `origin`, and returns
  /// their address.
  int64_t allocate(Kind kind, int64_t words, Operation *origin,
                   std::string name = {});

  /// Says which op accesses memory from here on.
  void enter(Operation *op);

  /// The words at these addresses, in a row. With `moves` they are only moved:
  /// some may be words that nobody has written, and stay so.
  FailureOr<Array> load(unsigned operand, ArrayRef<int64_t> addresses,
                        bool moves = false);
  /// Writes a word for each element; unwritten elements leave unwritten words.
  LogicalResult store(ArrayRef<int64_t> addresses, const Array &elements);
  /// The words as a tensor, in which those that nobody has written have the
  /// number that says so. Nothing is traced.
  FailureOr<Array> snapshot(const View &view);

  /// Runs one iteration of a loop whose iterations may run at the same time.
  template <typename F> LogicalResult runTile(int64_t loop, F run) {
    const uint32_t outer = tile;
    tiles.push_back({loop, outer});
    tile = tiles.size() - 1;
    LogicalResult result = run();
    tile = outer;
    return result;
  }
  int64_t beginTiles() { return ++loops; }

  /// Notes elements of a tensor that are read.
  void traceElements(unsigned operand, const Array &elements);
  void setTrace(Trace *to) { trace = to; }

  /// "word 3 of the buffer 'x'", and where that comes from.
  std::string describe(int64_t address) const;
  Operation *originOf(int64_t address) const;
  Operation *writerOf(int64_t address) const;

private:
  struct Buffer {
    Kind kind;
    Operation *origin;
    std::string name;
    std::vector<double> floats;
    std::vector<int64_t> integers;
    /// For each word the number of its last write; 0 for none.
    std::vector<uint32_t> writes;
  };
  struct Write {
    Operation *op;
    uint32_t tile;
  };
  /// One iteration of a loop, and the tile that this loop runs in.
  struct Tile {
    int64_t loop;
    uint32_t outer;
  };

  Buffer *find(int64_t address, int64_t &word);
  const Buffer *find(int64_t address, int64_t &word) const {
    return const_cast<Memory *>(this)->find(address, word);
  }
  FailureOr<Buffer *> access(int64_t address, int64_t &word);
  FailureOr<Buffer *> accessWritten(int64_t address, int64_t &word);
  bool isWritten(int64_t address) const;
  Kind kindAt(ArrayRef<int64_t> addresses) const;
  bool isFromAnotherTile(uint32_t written) const;
  mlir::InFlightDiagnostic complain(int64_t address);
  uint32_t currentWrite();

  std::vector<Buffer> buffers;
  std::vector<Write> written{{nullptr, 0}};
  std::vector<Tile> tiles{{0, 0}};
  uint32_t tile = 0;
  int64_t loops = 0;
  Operation *op = nullptr;
  /// The number of this op's writes, once there is one.
  uint32_t write = 0;
  /// The last write that was found to be none of another tile's.
  uint32_t lastChecked = 0;
  Trace *trace = nullptr;
};

} // namespace vellum::interpreter

#endif // VELLUM_LOWERING_INTERPRETER_MEMORY_H
