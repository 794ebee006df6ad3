//===- runtime/artefact/Text.cpp - messages -------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/artefact/Artefact.h"

#include <cinttypes>
#include <cstdarg>
#include <cstdio>

using namespace vellum::artefact;

static size_t print(char *to, size_t room, const char *format,
                    va_list arguments) {
  const int length = std::vsnprintf(to, room, format, arguments);
  const size_t wanted = length < 0 ? 0 : static_cast<size_t>(length);
  return wanted < room ? wanted : room - 1;
}

void Text::add(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  used += print(characters + used, sizeof characters - used, format, arguments);
  va_end(arguments);
}

void Text::addShape(const int64_t *shape, int32_t rank) {
  if (rank == 0)
    add("[]");
  for (int32_t dim = 0; dim < rank; ++dim) {
    add("%s", dim ? "x" : "");
    if (shape[dim] < 0)
      add("?");
    else
      add("%" PRId64, shape[dim]);
  }
}

Code vellum::artefact::fail(VellumContext *context, Code code,
                            const char *format, ...) {
  char message[600];
  va_list arguments;
  va_start(arguments, format);
  print(message, sizeof message, format, arguments);
  va_end(arguments);
  vellum_rt_error(context, message);
  return code;
}

int64_t vellum::artefact::elementBytes(int32_t dtype) {
  switch (dtype) {
  case VELLUM_F64:
  case VELLUM_I64:
    return 8;
  case VELLUM_I1:
  case VELLUM_I8:
    return 1;
  default:
    return 4;
  }
}
