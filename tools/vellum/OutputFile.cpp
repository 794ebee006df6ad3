//===- tools/vellum/OutputFile.cpp - files that commands write ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/vellum/OutputFile.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"

#include "tools/vellum/Report.h"

using namespace llvm;
using namespace vellum;

static LogicalResult reportUnwritable(StringRef path, std::error_code code) {
  return reportError(path + ": cannot be written: " + code.message());
}

LogicalResult vellum::checkWritable(const std::string &path) {
  if (sys::fs::is_directory(path))
    return reportUnwritable(path,
                            std::make_error_code(std::errc::is_a_directory));
  StringRef folder = sys::path::parent_path(path);
  std::error_code code = sys::fs::access(folder.empty() ? "." : folder,
                                         sys::fs::AccessMode::Write);
  return code ? reportUnwritable(path, code) : success();
}

LogicalResult vellum::writeOutput(const std::string &path,
                                  function_ref<void(raw_ostream &)> write) {
  Error error = writeToOutput(path, [&](raw_ostream &os) {
    write(os);
    return Error::success();
  });
  if (!error)
    return success();
  return reportError(path +
                     ": cannot be written: " + toString(std::move(error)));
}

//===----------------------------------------------------------------------===//
// Linking
//===----------------------------------------------------------------------===//

FailureOr<std::string> vellum::findCCompiler(const std::string &wanted) {
  if (!wanted.empty()) {
    if (auto found = sys::findProgramByName(wanted))
      return *found;
    return reportError("there is no program '" + wanted + "' to link with");
  }
  for (StringRef name : {"cc", "clang-22", "clang", "gcc"})
    if (auto found = sys::findProgramByName(name))
      return *found;
  return reportError(
      "there is no C compiler to link a .so: none of cc, clang and gcc is "
      "found; '--linker=PROGRAM' names another, and an .o needs none");
}

/// Runs the linker, and passes on what it says where it fails.
static LogicalResult runLinker(StringRef program, ArrayRef<StringRef> arguments,
                               StringRef path) {
  SmallString<128> log;
  if (std::error_code code =
          sys::fs::createTemporaryFile("vellum-link", "log", log))
    return reportUnwritable(log, code);
  FileRemover removeLog(log);
  const std::optional<StringRef> streams[] = {StringRef(), StringRef(log),
                                              StringRef(log)};
  std::string problem;
  const int status = sys::ExecuteAndWait(program, arguments, std::nullopt,
                                         streams, 0, 0, &problem);
  if (status == 0)
    return success();
  if (auto text = MemoryBuffer::getFile(log); problem.empty() && text)
    problem = (*text)->getBuffer().trim().split('\n').first.str();
  return reportError(path + ": cannot be linked by " + program + ": " +
                     problem);
}

LogicalResult vellum::linkSharedLibrary(StringRef object,
                                        const std::string &path,
                                        const std::string &compiler) {
  SmallString<128> input;
  if (std::error_code code = sys::fs::createTemporaryFile("vellum", "o", input))
    return reportUnwritable(input, code);
  FileRemover removeInput(input);
  if (failed(writeOutput(input.str().str(),
                         [&](raw_ostream &os) { os << object; })))
    return failure();
  // Renamed when it is whole.
  const std::string unfinished = path + ".new";
  FileRemover removeUnfinished(unfinished);
  const StringRef name = sys::path::filename(path);
  // No start files, as there is nothing to run before main; then the C library
  // is all that is left to need.
  const StringRef arguments[] = {compiler,
                                 "-shared",
                                 "-nostartfiles",
                                 "-o",
                                 unfinished,
                                 input,
                                 "-Xlinker",
                                 "-soname",
                                 "-Xlinker",
                                 name,
                                 "-Wl,-z,defs,-z,now,-z,noexecstack",
                                 "-Wl,--as-needed",
                                 "-lm"};
  if (failed(runLinker(compiler, arguments, path)))
    return failure();
  if (std::error_code code = sys::fs::rename(unfinished, path))
    return reportUnwritable(path, code);
  removeUnfinished.releaseFile();
  return success();
}
