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

/// The path of the C compiler of this name or, where it is empty, of any.
llvm::FailureOr<std::string> findCCompiler(const std::string &name);

/// Links an object file into a shared library that needs the C library only, by
/// a C compiler.
llvm::LogicalResult linkSharedLibrary(llvm::StringRef object,
                                      const std::string &path,
                                      const std::string &compiler);

} // namespace vellum

#endif // VELLUM_TOOLS_VELLUM_OUTPUTFILE_H
