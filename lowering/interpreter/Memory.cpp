//===- lowering/interpreter/Memory.cpp - memory and its shadow ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowering/interpreter/Memory.h"

#include "mlir/IR/Diagnostics.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/bit.h"

#include <cmath>
#include <limits>

using namespace mlir;
using namespace vellum;
using namespace vellum::interpreter;

/// Buffers lie this many words apart, so that no access of a wrong offset meets
/// another buffer.
static constexpr int kBufferBits = 36;
/// A payload of bits that a float has too.
static constexpr uint64_t kUnwrittenBits = 0x7FFA5A5A40000000;

double interpreter::unwrittenNumber() {
  return llvm::bit_cast<double>(kUnwrittenBits);
}

bool interpreter::isUnwritten(double number) {
  constexpr uint64_t sign = uint64_t(1) << 63;
  return (llvm::bit_cast<uint64_t>(number) & ~sign) == kUnwrittenBits;
}

Array interpreter::unwrittenArray(ArrayRef<int64_t> shape, Kind kind) {
  Array array = Array::zeros(shape, kind);
  llvm::fill(array.floats, unwrittenNumber());
  return array;
}

//===----------------------------------------------------------------------===//
// Views
//===----------------------------------------------------------------------===//

View View::rowMajor(int64_t base, ArrayRef<int64_t> sizes) {
  return {base, 0, Shape(sizes), rowMajorStrides(sizes)};
}

View View::of(const Array &handle) {
  const ArrayRef<int64_t> words(handle.integers);
  const size_t rank = (words.size() - 3) / 2;
  return {words[1], words[2], Shape(words.slice(3, rank)),
          Shape(words.take_back(rank))};
}

Array View::handle() const {
  SmallVector<int64_t> words{base, base, offset};
  llvm::append_range(words, sizes);
  llvm::append_range(words, strides);
  return Array::ofIntegers(int64_t(words.size()), words);
}

int64_t View::addressOf(ArrayRef<int64_t> index) const {
  int64_t address = base + offset;
  for (auto [i, stride] : llvm::zip_equal(index, strides))
    address += i * stride;
  return address;
}

SmallVector<int64_t> View::addresses() const {
  SmallVector<int64_t> all;
  all.reserve(elementCount(sizes));
  if (!llvm::is_contained(sizes, 0))
    forEachOffset(sizes, strides, base + offset,
                  [&](int64_t address) { all.push_back(address); });
  return all;
}

//===----------------------------------------------------------------------===//
// Buffers
//===----------------------------------------------------------------------===//

int64_t Memory::allocate(Kind kind, int64_t words, Operation *origin,
                         std::string name) {
  Buffer buffer{kind, origin, std::move(name), {}, {}, {}};
  if (kind == Kind::Float)
    buffer.floats.assign(words, unwrittenNumber());
  else
    buffer.integers.assign(words, 0);
  buffer.writes.assign(words, 0);
  buffers.push_back(std::move(buffer));
  return int64_t(buffers.size()) << kBufferBits;
}

Memory::Buffer *Memory::find(int64_t address, int64_t &word) {
  // Half of the distance lies in front of a buffer, for negative offsets.
  constexpr int64_t half = int64_t(1) << (kBufferBits - 1);
  const int64_t number = (address + half) >> kBufferBits;
  if (number < 1 || number > int64_t(buffers.size()))
    return nullptr;
  word = address - (number << kBufferBits);
  return &buffers[number - 1];
}

std::string Memory::describe(int64_t address) const {
  int64_t word;
  const Buffer *buffer = find(address, word);
  if (!buffer)
    return "no buffer";
  std::string text = "word " + std::to_string(word) + " of ";
  if (!buffer->name.empty())
    return text + buffer->name;
  return text + "the buffer of " + std::to_string(buffer->writes.size()) +
         " words";
}

Operation *Memory::originOf(int64_t address) const {
  int64_t word;
  const Buffer *buffer = find(address, word);
  return buffer ? buffer->origin : nullptr;
}

Operation *Memory::writerOf(int64_t address) const {
  int64_t word;
  const Buffer *buffer = find(address, word);
  return buffer ? written[buffer->writes[word]].op : nullptr;
}

InFlightDiagnostic Memory::complain(int64_t address) {
  InFlightDiagnostic diagnostic = op->emitOpError();
  if (Operation *origin = originOf(address))
    diagnostic.attachNote(origin->getLoc()) << "the buffer is taken here";
  return diagnostic;
}

FailureOr<Memory::Buffer *> Memory::access(int64_t address, int64_t &word) {
  Buffer *buffer = find(address, word);
  if (buffer && word >= 0 && word < int64_t(buffer->writes.size()))
    return buffer;
  complain(address) << "accesses " << describe(address)
                    << ", which lies outside";
  return failure();
}

//===----------------------------------------------------------------------===//
// Access
//===----------------------------------------------------------------------===//

void Memory::enter(Operation *next) {
  op = next;
  write = 0;
  lastChecked = 0;
  if (trace)
    trace->push_back({op, {}});
}

uint32_t Memory::currentWrite() {
  if (!write) {
    write = written.size();
    written.push_back({op, tile});
  }
  return write;
}

/// Whether a word was written by another iteration of a loop around this one,
/// while both may run. What inner loops wrote belongs to the tile around them.
bool Memory::isFromAnotherTile(uint32_t number) const {
  for (uint32_t theirs = written[number].tile; theirs;
       theirs = tiles[theirs].outer)
    for (uint32_t ours = tile; ours; ours = tiles[ours].outer)
      if (ours != theirs && tiles[ours].loop == tiles[theirs].loop)
        return true;
  return false;
}

static uint64_t bitsOf(double number) {
  return std::isnan(number) ? kUnwrittenBits : llvm::bit_cast<uint64_t>(number);
}

static uint64_t bitsOf(const Array &array, int64_t i) {
  return array.kind == Kind::Float ? bitsOf(array.floats[i])
                                   : uint64_t(array.integers[i]);
}

/// The buffer of a word that an op uses, checked to hold something of this run
/// of a tile.
FailureOr<Memory::Buffer *> Memory::accessWritten(int64_t address,
                                                  int64_t &word) {
  FailureOr<Buffer *> buffer = access(address, word);
  if (failed(buffer))
    return failure();
  const uint32_t number = (*buffer)->writes[word];
  if (!number) {
    complain(address) << "reads " << describe(address)
                      << ", which nothing has written";
    return failure();
  }
  if (number != lastChecked && isFromAnotherTile(number)) {
    complain(address) << "reads " << describe(address)
                      << ", which another tile writes";
    return failure();
  }
  lastChecked = number;
  return buffer;
}

FailureOr<Array> Memory::load(unsigned operand, ArrayRef<int64_t> addresses,
                              bool moves) {
  int64_t word;
  Array elements = Array::zeros(int64_t(addresses.size()), kindAt(addresses));
  for (auto [i, address] : llvm::enumerate(addresses)) {
    const bool isUnused = moves && !isWritten(address);
    FailureOr<Buffer *> buffer =
        isUnused ? access(address, word) : accessWritten(address, word);
    if (failed(buffer))
      return failure();
    if (elements.kind == Kind::Float)
      elements.floats[i] = (*buffer)->floats[word];
    else
      elements.integers[i] = (*buffer)->integers[word];
    if (trace && !isUnused)
      trace->back().reads.push_back({operand, address, bitsOf(elements, i),
                                     written[(*buffer)->writes[word]].op});
  }
  return elements;
}

LogicalResult Memory::store(ArrayRef<int64_t> addresses,
                            const Array &elements) {
  int64_t word;
  const uint32_t number = currentWrite();
  for (auto [i, address] : llvm::enumerate(addresses)) {
    FailureOr<Buffer *> buffer = access(address, word);
    if (failed(buffer))
      return failure();
    if ((*buffer)->kind != elements.kind) {
      complain(address) << "writes another kind of number to "
                        << describe(address);
      return failure();
    }
    if (elements.kind == Kind::Float)
      (*buffer)->floats[word] = elements.floats[i];
    else
      (*buffer)->integers[word] = elements.integers[i];
    const bool isNothing =
        elements.kind == Kind::Float && isUnwritten(elements.floats[i]);
    (*buffer)->writes[word] = isNothing ? 0 : number;
  }
  return success();
}

bool Memory::isWritten(int64_t address) const {
  int64_t word;
  const Buffer *buffer = find(address, word);
  return !buffer || word < 0 || word >= int64_t(buffer->writes.size()) ||
         buffer->writes[word];
}

/// The kind of the buffer that the first word lies in.
Kind Memory::kindAt(ArrayRef<int64_t> addresses) const {
  int64_t word;
  const Buffer *buffer =
      addresses.empty() ? nullptr : find(addresses.front(), word);
  return buffer ? buffer->kind : Kind::Float;
}

FailureOr<Array> Memory::snapshot(const View &view) {
  int64_t word;
  const Buffer *known = find(view.base, word);
  Array array = Array::zeros(view.sizes, known ? known->kind : Kind::Float);
  for (auto [i, address] : llvm::enumerate(view.addresses())) {
    FailureOr<Buffer *> buffer = access(address, word);
    if (failed(buffer))
      return failure();
    if ((*buffer)->kind == Kind::Integer)
      array.integers[i] = (*buffer)->integers[word];
    else
      array.floats[i] = (*buffer)->floats[word];
  }
  return array;
}

void Memory::traceElements(unsigned operand, const Array &elements) {
  if (!trace)
    return;
  for (int64_t i = 0; i < elements.size(); ++i)
    trace->back().reads.push_back({operand, -1, bitsOf(elements, i), nullptr});
}
