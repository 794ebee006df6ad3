//===- runtime/artefact/Call.cpp - calling an entry -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/Philox.h"
#include "runtime/Services.h"
#include "runtime/artefact/Artefact.h"

#include <cinttypes>
#include <cstdlib>
#include <cstring>
#include <new>

using namespace vellum;
using namespace vellum::artefact;

//===----------------------------------------------------------------------===//
// Contexts
//===----------------------------------------------------------------------===//

namespace {
/// A context that keeps results apart from what a program needs to make them:
/// those of a call may be arguments of the next, which leaves them alone.
struct ArtefactContext : VellumContext {
  Arena results[2];
  unsigned latest = 0;
};
} // namespace

VellumContext *vellum_artefact_create(int32_t threads) {
  void *memory = threads < 1 ? nullptr : std::malloc(sizeof(ArtefactContext));
  if (!memory)
    return nullptr;
  auto *context = new (memory) ArtefactContext;
  if (context->pool.resize(threads))
    return context;
  vellum_artefact_destroy(context);
  return nullptr;
}

void vellum_artefact_destroy(VellumContext *context) {
  if (!context)
    return;
  auto *artefact = static_cast<ArtefactContext *>(context);
  artefact->~ArtefactContext();
  std::free(artefact);
}

const char *vellum_artefact_error(const VellumContext *context) {
  if (!context)
    return "there is no context";
  const Lock lock(context->mutex);
  return errorMessage(*context);
}

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

namespace {
/// A size that arguments share, when it is known.
struct SharedSize {
  int64_t value;
  const char *owner;
};

class Call {
public:
  Call(const Entry &entry, VellumContext *context, const Structs &structs)
      : entry(entry), context(context), structs(structs) {}

  Code run();

private:
  /// Null, with the error recorded, where there is no memory.
  template <class T> T *allocate(int64_t count) {
    return static_cast<T *>(
        vellum::allocate(context, count * int64_t(sizeof(T))));
  }
  char *structOf(const Port &port) const;
  Code bind(const Port &port, VellumTensor &tensor);
  Code checkTensor(const Port &port, const VellumTensor &tensor);
  Code checkNumber(const Port &port, const VellumTensor &tensor);
  Code reportShape(const Port &port, const VellumTensor &tensor,
                   const char *owner);
  /// What a size must be, or a negative number, and whose size that is.
  int64_t expect(int64_t size, const char *&owner) const;
  void learn(int64_t size, int64_t actual, const char *owner);
  Code copyOut(const Port &port, VellumTensor &tensor, Arena &memory);
  void handOut(const Port &port, const VellumTensor &tensor);

  const Entry &entry;
  VellumContext *context;
  const Structs &structs;
  SharedSize *sizes = nullptr;
  /// The product of the sizes that are numbers among the arguments.
  double product = 1;
};
} // namespace

char *Call::structOf(const Port &port) const {
  switch (port.place) {
  case kInParameters:
    return structs.parameters;
  case kInState:
    return structs.state;
  default:
    return structs.inputs;
  }
}

int64_t Call::expect(int64_t size, const char *&owner) const {
  if (size >= 0 || size == kAnySize)
    return size;
  const SharedSize &shared = sizes[-1 - size];
  owner = shared.owner;
  return shared.value;
}

void Call::learn(int64_t size, int64_t actual, const char *owner) {
  if (size < 0 && size != kAnySize && !sizes[-1 - size].owner)
    sizes[-1 - size] = {actual, owner};
}

Code Call::reportShape(const Port &port, const VellumTensor &tensor,
                       const char *owner) {
  int64_t wanted[VELLUM_MAX_RANK];
  for (int32_t dim = 0; dim < port.rank; ++dim) {
    const char *ignored = nullptr;
    wanted[dim] = expect(port.shape[dim], ignored);
  }
  Text expected, actual;
  expected.addShape(wanted, port.rank);
  actual.addShape(tensor.shape, port.rank);
  if (owner)
    expected.add(" to go with '%s'", owner);
  return fail(context, kBadArgument,
              "@%s: argument '%s' must have shape %s, but got %s", entry.name,
              port.name, expected.line(), actual.line());
}

Code Call::checkTensor(const Port &port, const VellumTensor &tensor) {
  bool isEmpty = false;
  for (int32_t dim = 0; dim < port.rank; ++dim) {
    const int64_t actual = tensor.shape[dim];
    isEmpty |= actual == 0;
    if (actual < 0)
      return fail(context, kBadArgument,
                  "@%s: argument '%s' has a negative size, %" PRId64,
                  entry.name, port.name, actual);
    const char *owner = nullptr;
    const int64_t wanted = expect(port.shape[dim], owner);
    if (wanted >= 0 && wanted != actual)
      return reportShape(port, tensor, owner);
    learn(port.shape[dim], actual, port.name);
  }
  if (!tensor.data && !isEmpty)
    return fail(context, kBadArgument, "@%s: argument '%s' has no data",
                entry.name, port.name);
  return kOk;
}

/// A number that the shapes of others, or of what the program makes, follow.
Code Call::checkNumber(const Port &port, const VellumTensor &tensor) {
  if (port.shape[0] == kAnySize)
    return kOk;
  int64_t actual;
  std::memcpy(&actual, tensor.data, sizeof actual);
  const char *owner = nullptr;
  const int64_t wanted = expect(port.shape[0], owner);
  if (wanted >= 0 && wanted != actual)
    return fail(context, kBadArgument,
                "@%s: argument '%s' must be %" PRId64
                "%s%s%s, but got %" PRId64,
                entry.name, port.name, wanted, owner ? " to go with '" : "",
                owner ? owner : "", owner ? "'" : "", actual);
  // 2^36 floats are 256 GiB; below it no size in bytes overflows.
  product *= actual > 0 ? double(actual) : 1;
  if (actual < 0 || product > 0x1p36)
    return fail(context, kBadArgument,
                "@%s: argument '%s' must be a size, but got %" PRId64,
                entry.name, port.name, actual);
  learn(port.shape[0], actual, port.name);
  return kOk;
}

Code Call::bind(const Port &port, VellumTensor &tensor) {
  static const int64_t zero = 0;
  if (port.form == kHidden) {
    tensor = {const_cast<int64_t *>(&zero), port.dtype, port.rank, {}};
    return kOk;
  }
  char *place = structOf(port) + port.offset;
  tensor = {place, port.dtype, port.rank, {}};
  if (port.form == kArray) {
    std::memcpy(tensor.shape, port.shape, sizeof tensor.shape);
    return kOk;
  }
  if (port.form == kNumber)
    return checkNumber(port, tensor);
  if (port.form == kKey) {
    uint64_t numbers[2];
    std::memcpy(numbers, place, sizeof numbers);
    auto *key = allocate<uint64_t>(1);
    if (!key)
      return kFailed;
    *key = philoxFold(numbers[0], numbers[1]);
    tensor.data = key;
    return kOk;
  }
  std::memcpy(&tensor.data, place, sizeof tensor.data);
  std::memcpy(tensor.shape, place + sizeof tensor.data,
              size_t(port.rank) * sizeof tensor.shape[0]);
  return checkTensor(port, tensor);
}

/// Copies a result that lies in the arena to where it stays until the end of
/// the next call.
Code Call::copyOut(const Port &port, VellumTensor &tensor, Arena &memory) {
  if (port.form != kTensor)
    return kOk;
  size_t bytes = size_t(elementBytes(port.dtype));
  for (int32_t dim = 0; dim < port.rank; ++dim)
    bytes *= size_t(tensor.shape[dim]);
  void *data = memory.allocate(bytes);
  if (!data)
    return fail(context, kFailed, "@%s: no memory for %zu bytes of result '%s'",
                entry.name, bytes, port.name);
  if (bytes)
    std::memcpy(data, tensor.data, bytes);
  tensor.data = data;
  return kOk;
}

void Call::handOut(const Port &port, const VellumTensor &tensor) {
  char *place = structs.results + port.offset;
  if (port.form == kNumber)
    std::memcpy(place, tensor.data, size_t(elementBytes(port.dtype)));
  if (port.form != kTensor)
    return;
  std::memcpy(place, &tensor.data, sizeof tensor.data);
  std::memcpy(place + sizeof tensor.data, tensor.shape,
              size_t(port.rank) * sizeof tensor.shape[0]);
}

Code Call::run() {
  sizes = allocate<SharedSize>(entry.numSizes);
  auto *inputs = allocate<VellumTensor>(entry.numArguments);
  auto *outputs = allocate<VellumTensor>(entry.numResults);
  if (!sizes || !inputs || !outputs)
    return kFailed;
  for (int64_t i = 0; i < entry.numSizes; ++i)
    sizes[i] = {-1, nullptr};
  for (int64_t i = 0; i < entry.numArguments; ++i)
    if (const Code code = bind(entry.arguments[i], inputs[i]); code != kOk)
      return code;
  for (int64_t i = 0; i < entry.numResults; ++i)
    outputs[i] = {nullptr, entry.results[i].dtype, entry.results[i].rank, {}};
  const VellumEntry code = chooseVersion(entry.versions, machineLevel());
  if (!code)
    return fail(context, kBadMachine,
                "@%s: there is no code for the instructions of this machine",
                entry.name);
  // The first error counts, which this one is only where there is no other.
  if (vellum_rt_call(context, code, inputs, outputs) != 0)
    return fail(context, kFailed, "@%s: failed", entry.name);
  // All are copied before the first is handed out: a call that fails leaves the
  // caller's struct as it was, and what it points to too.
  auto *owner = static_cast<ArtefactContext *>(context);
  Arena &memory = owner->results[owner->latest ^ 1];
  memory.reset();
  for (int64_t i = 0; i < entry.numResults; ++i)
    if (const Code copied = copyOut(entry.results[i], outputs[i], memory);
        copied != kOk)
      return copied;
  owner->latest ^= 1;
  for (int64_t i = 0; i < entry.numResults; ++i)
    handOut(entry.results[i], outputs[i]);
  return kOk;
}

/// The first struct that a port needs and that is not there.
static const char *missingStruct(const Entry &entry, const Structs &structs) {
  for (int64_t i = 0; i < entry.numArguments; ++i) {
    const int32_t place = entry.arguments[i].place;
    if (entry.arguments[i].form == kHidden)
      continue;
    if (place == kInParameters && !structs.parameters)
      return "parameters";
    if (place == kInState && !structs.state)
      return "state";
    if (place == kInCall && !structs.inputs)
      return "inputs";
  }
  for (int64_t i = 0; i < entry.numResults; ++i)
    if (entry.results[i].form != kHidden && !structs.results)
      return "results";
  return nullptr;
}

int32_t vellum_artefact_call(const Entry *entry, VellumContext *context,
                             void *parameters, void *state, void *inputs,
                             void *results) {
  if (!context)
    return kBadArgument;
  vellum_rt_reset(context);
  const Structs structs = {
      static_cast<char *>(parameters), static_cast<char *>(state),
      static_cast<char *>(inputs), static_cast<char *>(results)};
  if (const char *missing = missingStruct(*entry, structs))
    return fail(context, kBadArgument, "@%s: '%s' is a null pointer",
                entry->name, missing);
  return Call(*entry, context, structs).run();
}
