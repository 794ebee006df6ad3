//===- dialect/interpreter/Initializers.h - how parameters start ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_DIALECT_INTERPRETER_INITIALIZERS_H
#define VELLUM_DIALECT_INTERPRETER_INITIALIZERS_H

#include "dialect/Vellum.h"
#include "dialect/interpreter/Array.h"
#include "runtime/Initializer.h"

namespace vellum::interpreter {

/// Kind, sizes and numbers of a parameter's initialiser.
Initializer initializerOf(ParameterOp parameter);

/// The value a parameter starts from in the run named by `seed`: a function of
/// the seed, the parameter's name, its shape and its initialiser alone, in
/// single precision whatever the element type.
Array initialParameter(ParameterOp parameter, uint64_t seed);

} // namespace vellum::interpreter

#endif // VELLUM_DIALECT_INTERPRETER_INITIALIZERS_H
