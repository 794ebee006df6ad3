//===- tools/vellum/OutputFile.h - files that commands write --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_TOOLS_VELLUM_OUTPUTFILE_H
#define VELLUM_TOOLS_VELLUM_OUTPUTFILE_H

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/LogicalResult.h"
#include "llvm/Support/raw_ostream.h"

#include <string>

namespace vellum {

/// An error where no file of this name could be made.
llvm::LogicalResult checkWritable(const std::string &path);

/// Writes a file, which is there whole or not at all.
llvm::LogicalResult
writeOutput(const std::string &path,
            llvm::function_ref<void(llvm::raw_ostream &)> write);

/// Links an object file into a shared library that needs the C library only,
/// by the C compiler `linker` or, where this is empty, one that is found.
llvm::LogicalResult linkSharedLibrary(llvm::StringRef object,
                                      const std::string &path,
                                      const std::string &linker);

} // namespace vellum

#endif // VELLUM_TOOLS_VELLUM_OUTPUTFILE_H
