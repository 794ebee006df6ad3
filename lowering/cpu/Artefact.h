//===- lowering/cpu/Artefact.h - programs compiled ahead of time ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// An artefact is one relocatable object with the code of a model's entries for
/// several instruction sets, the runtime that this code needs, and exported C
/// functions that check their arguments and choose the code for the machine. It
/// is one LLVM module: each function carries the target that it is for. So an
/// object needs no linker, nothing but its C interface is visible, and no
/// dynamic linker has to resolve anything (as it would have to for ifuncs,
/// which static programs and other C libraries lack).
///
//===----------------------------------------------------------------------===//

#ifndef VELLUM_LOWERING_CPU_ARTEFACT_H
#define VELLUM_LOWERING_CPU_ARTEFACT_H

#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/Error.h"

#include <optional>
#include <string>
#include <vector>

#include "lowering/cpu/LoweringOptions.h"
#include "runtime/artefact/Artefact.h"
#include "runtime/device/DeviceLibrary.h"

namespace vellum {

/// An argument or a result of an entry. The layout's name is not set.
struct ArtefactPort {
  /// As in the model, and in its C struct.
  std::string name, member;
  artefact::Port layout = {};
  /// Whether the entry writes over it.
  bool isWritten = false;
};

/// An exported function that runs a public function of the module.
struct ArtefactEntry {
  /// The function in the module, what messages call it, and the exported name.
  std::string function, name, symbol;
  std::vector<ArtefactPort> arguments, results;
  /// As in artefact::Entry.
  int64_t numSizes = 0;
  bool isTrainingStep = false;

  /// Whether the C function takes a struct of this kind.
  bool takes(artefact::Place place) const;
  /// Whether it writes over a value in that struct.
  bool writes(artefact::Place place) const;
  bool hasResults() const;
};

/// A member of a struct. The layout's names are not set.
struct ArtefactField {
  /// As in the model, and in C.
  std::string name, member;
  artefact::RecordField layout = {};
};

/// A struct of arrays, with exported functions `<symbol>_field`, `_init`,
/// `_load` and `_save`.
struct ArtefactRecord {
  std::string symbol;
  /// Whether `_init` takes a seed.
  bool isRandom = false;
  std::vector<ArtefactField> fields;
};

/// The C interface of a model: `<prefix>_create`, `_destroy`, `_error` and
/// `_target`, and the functions of its parts.
struct ArtefactInterface {
  std::string prefix;
  std::vector<ArtefactEntry> entries;
  std::vector<ArtefactRecord> records;
};

/// The targets of these names, least first, or all where there are none.
std::vector<const DeviceTarget *>
selectTargets(llvm::ArrayRef<std::string> names);

/// Compiles the closed public functions of `module`, which must be the entries,
/// and writes the object file. Errors are diagnostics on the module's
/// operations or the returned error.
llvm::Error emitArtefact(mlir::ModuleOp module,
                         const ArtefactInterface &interface,
                         llvm::ArrayRef<const DeviceTarget *> targets,
                         llvm::raw_pwrite_stream &object,
                         const LoweringOptions &lowering = {});

} // namespace vellum

#endif // VELLUM_LOWERING_CPU_ARTEFACT_H
