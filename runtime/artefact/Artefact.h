//===- runtime/artefact/Artefact.h - inside compiled artefacts --*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// What an artefact of `vellum compile` consists of beside the code of its
/// entries: tables, which the compiler writes, and the functions below, which
/// work on them. Every function that an artefact exports calls one of these
/// with its table.
///
/// This folder and the services it stands on are compiled to bitcode that
/// becomes part of each artefact, so they need the C library only. Layouts are
/// known to lowering/cpu/ArtefactTables.cpp.
///
//===----------------------------------------------------------------------===//

#ifndef VELLUM_RUNTIME_ARTEFACT_ARTEFACT_H
#define VELLUM_RUNTIME_ARTEFACT_ARTEFACT_H

#include "runtime/Abi.h"
#include "runtime/Initializer.h"

#include <cstddef>
#include <cstdint>

namespace vellum::artefact {

//===----------------------------------------------------------------------===//
// Entries
//===----------------------------------------------------------------------===//

/// What an entry returns to its caller; the header has the same numbers.
enum Code : int32_t {
  kOk = 0,
  kBadArgument = 1, ///< an argument does not fit, or a file does not
  kBadMachine = 2,  ///< no code for this machine's instruction set
  kFailed = 3,      ///< the program, or the system, reports an error
};

/// Which of the caller's structs a value stands in.
enum Place : int32_t { kInParameters, kInState, kInCall };

/// How it stands there.
enum Form : int32_t {
  kArray,  ///< the elements themselves
  kTensor, ///< a pointer to the elements, then `rank` sizes
  kNumber, ///< the only element, by value
  kKey,    ///< an int64_t seed, then the int64_t number of a step: the program
           ///< takes the key that `vellum train` derives from these
  kHidden, ///< nowhere: a number that nothing asks for, which is 0, or a result
           ///< that is written over an argument
};

/// A size that is whatever it is; all others that are negative, -1 - i, are the
/// same as those with the same i in the other arguments of the entry.
constexpr int64_t kAnySize = INT64_MIN;

/// One argument or result of an entry.
struct Port {
  const char *name;
  /// In bytes from the start of the struct.
  int64_t offset;
  /// The first `rank` are sizes. A number that is a size has itself as the
  /// first.
  int64_t shape[VELLUM_MAX_RANK];
  int32_t place, form;
  int32_t dtype, rank;
};

/// The code of an entry for each level of the instruction set; null where the
/// artefact has none.
struct Versions {
  static constexpr int count = 3;
  VellumEntry code[count];
};

/// The names of the levels, the least first.
extern const char *const targetNames[Versions::count];

struct Entry {
  /// As in the model.
  const char *name;
  const Port *arguments, *results;
  int64_t numArguments, numResults;
  /// How many different sizes the arguments' shapes speak of.
  int64_t numSizes;
  Versions versions;
};

/// The structs of a call; null where the entry has none of the kind.
struct Structs {
  char *parameters, *state, *inputs, *results;
};

//===----------------------------------------------------------------------===//
// Records
//===----------------------------------------------------------------------===//

/// One member of the struct of parameters, or of the optimiser's state, as the
/// header declares it under the name `vellum_field`.
struct Field {
  const char *name;
  int32_t dtype, rank;
  int64_t shape[VELLUM_MAX_RANK];
  uint64_t offset, bytes;
};

struct RecordField {
  Field field;
  /// The name as JSON text.
  const char *quoted;
  /// hashName of the name of the parameter.
  uint64_t nameHash;
  Initializer initializer;
};

/// A struct of arrays of known sizes.
struct Record {
  const RecordField *fields;
  uint64_t numFields;
};

//===----------------------------------------------------------------------===//
// Parts
//===----------------------------------------------------------------------===//

/// The level of the instruction set that this machine has, counted as in
/// Versions; -1 for less than the first. Asked once.
int machineLevel();

/// The code for the greatest level up to `level`; null if there is none.
VellumEntry chooseVersion(const Versions &versions, int level);

/// Records an error in the format of printf, and returns `code`.
__attribute__((format(printf, 3, 4))) Code fail(VellumContext *context,
                                                Code code, const char *format,
                                                ...);

/// A line of text in memory of its own; what is too long is cut.
class Text {
public:
  __attribute__((format(printf, 2, 3))) void add(const char *format, ...);
  /// "4x?x20", where negative sizes are unknown; "[]" for rank 0.
  void addShape(const int64_t *shape, int32_t rank);
  const char *line() const { return characters; }

private:
  char characters[400] = "";
  size_t used = 0;
};

/// Bytes of an element of a VellumDType.
int64_t elementBytes(int32_t dtype);

} // namespace vellum::artefact

//===----------------------------------------------------------------------===//
// What exported functions call
//===----------------------------------------------------------------------===//

extern "C" {

/// Null where there is no memory, or the system gives fewer threads.
VellumContext *vellum_artefact_create(int32_t threads);
void vellum_artefact_destroy(VellumContext *context);
/// The error of the last call; "" where it had none.
const char *vellum_artefact_error(const VellumContext *context);
/// The target whose code this machine runs; null where there is none.
const char *vellum_artefact_target(const vellum::artefact::Versions *any);

/// Checks the arguments, runs the entry and hands out its results, which lie in
/// the context's memory to the end of the next call.
int32_t vellum_artefact_call(const vellum::artefact::Entry *entry,
                             VellumContext *context, void *parameters,
                             void *state, void *inputs, void *results);

/// The field of this number; null beyond the last.
const vellum::artefact::Field *
vellum_artefact_field(const vellum::artefact::Record *record, size_t i);
/// Sets all fields to what their initialisers draw for a seed.
int32_t vellum_artefact_initialize(const vellum::artefact::Record *record,
                                   VellumContext *context, void *values,
                                   uint64_t seed);
/// Reads the fields from a .safetensors file, which may hold more. Leaves them
/// as they are where it does not fit.
int32_t vellum_artefact_load(const vellum::artefact::Record *record,
                             VellumContext *context, void *values,
                             const char *path);
/// Writes the fields to a .safetensors file, replacing it at once.
int32_t vellum_artefact_save(const vellum::artefact::Record *record,
                             VellumContext *context, const void *values,
                             const char *path);
}

#endif // VELLUM_RUNTIME_ARTEFACT_ARTEFACT_H
