//===- tools/vellum/Commands.h - the subcommands --------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Each subcommand has a file of its name. It takes the arguments behind its
/// name and returns the exit code: 0, 1 after an error that it has printed, or
/// 130 where it was interrupted.
///
//===----------------------------------------------------------------------===//

#ifndef VELLUM_TOOLS_VELLUM_COMMANDS_H
#define VELLUM_TOOLS_VELLUM_COMMANDS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

namespace vellum {

using Arguments = llvm::ArrayRef<llvm::StringRef>;

int runCommand(Arguments arguments);
int gradCommand(Arguments arguments);
int trainCommand(Arguments arguments);
int checkCommand(Arguments arguments);
int compileCommand(Arguments arguments);
int benchCommand(Arguments arguments);
int explainCommand(Arguments arguments);
int testCommand(Arguments arguments);
int plotCommand(Arguments arguments);

} // namespace vellum

#endif // VELLUM_TOOLS_VELLUM_COMMANDS_H
