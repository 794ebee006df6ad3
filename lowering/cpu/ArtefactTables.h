//===- lowering/cpu/ArtefactTables.h - an artefact's own functions --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_LOWERING_CPU_ARTEFACTTABLES_H
#define VELLUM_LOWERING_CPU_ARTEFACTTABLES_H

#include "llvm/IR/Module.h"

#include "lowering/cpu/Artefact.h"

namespace vellum {

/// The name that the code of an entry has in the module.
std::string versionName(const ArtefactEntry &entry, llvm::StringRef target);

/// Adds the tables of runtime/artefact/Artefact.h and the exported functions to
/// a module that has the code of all entries for some of the targets, and the
/// artefact library. Returns the names of the exported functions.
std::vector<std::string> addInterface(llvm::Module &module,
                                      const ArtefactInterface &interface);

} // namespace vellum

#endif // VELLUM_LOWERING_CPU_ARTEFACTTABLES_H
