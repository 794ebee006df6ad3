//===- runtime/artefact/Record.cpp - parameters and state -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/artefact/Artefact.h"

#include <cstdlib>
#include <cstring>

using namespace vellum;
using namespace vellum::artefact;

const Field *vellum_artefact_field(const Record *record, size_t i) {
  return i < record->numFields ? &record->fields[i].field : nullptr;
}

static void store(const Field &field, const double *from, char *to) {
  const uint64_t count = field.bytes / uint64_t(elementBytes(field.dtype));
  if (field.dtype == VELLUM_F64) {
    std::memcpy(to, from, field.bytes);
    return;
  }
  for (uint64_t i = 0; i < count; ++i) {
    const float value = float(from[i]);
    std::memcpy(to + i * sizeof value, &value, sizeof value);
  }
}

int32_t vellum_artefact_initialize(const Record *record, VellumContext *context,
                                   void *values, uint64_t seed) {
  if (!context)
    return kBadArgument;
  vellum_rt_reset(context);
  if (!values)
    return fail(context, kBadArgument, "there is nothing to initialise");
  for (uint64_t i = 0; i < record->numFields; ++i) {
    const RecordField &each = record->fields[i];
    // One more, as no bytes at all may come as a null pointer.
    const uint64_t bytes =
        (uint64_t(each.initializer.size()) + 1) * sizeof(double);
    auto *drawn = static_cast<double *>(std::malloc(bytes));
    if (!drawn)
      return fail(context, kFailed, "no memory for the values of '%s'",
                  each.field.name);
    initialize(each.initializer, initializerKey(seed, each.nameHash), drawn);
    store(each.field, drawn, static_cast<char *>(values) + each.field.offset);
    std::free(drawn);
  }
  return kOk;
}
