//===- tools/vellum/RunFolder.cpp - where a training run leaves its files -===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/vellum/RunFolder.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/WithColor.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/File.h"
#include "tools/vellum/Report.h"

using namespace llvm;
using namespace vellum;

static constexpr StringLiteral kLock = ".vellum-lock";
static constexpr StringLiteral kFiles[] = {
    RunFolder::kMetrics, RunFolder::kCheckpoint, RunFolder::kWeights};

std::string RunFolder::operator/(StringRef name) const {
  SmallString<128> joined(path);
  sys::path::append(joined, name);
  return joined.str().str();
}

bool RunFolder::hasRun() const {
  return any_of(kFiles,
                [&](StringRef name) { return sys::fs::exists(*this / name); });
}

LogicalResult RunFolder::make() {
  isMade = !sys::fs::exists(path);
  if (std::error_code code = sys::fs::create_directories(path))
    return reportError(path + ": cannot make the directory: " + code.message());
  return success();
}

//===----------------------------------------------------------------------===//
// The lock
//===----------------------------------------------------------------------===//

/// What the holder of a lock has written into its file: its number, which in
/// another container may be another's.
static std::string holderOf(const std::string &lock) {
  Result<std::string> contents = readFile(lock);
  const StringRef number = contents ? StringRef(*contents).trim() : "";
  return number.empty() || !all_of(number, isDigit)
             ? ""
             : (", process " + number).str();
}

bool RunFolder::isCurrent() const {
  struct stat ours, there;
  return ::fstat(file, &ours) == 0 &&
         ::stat((*this / kLock).c_str(), &there) == 0 &&
         ours.st_ino == there.st_ino && ours.st_dev == there.st_dev;
}

LogicalResult RunFolder::lock() {
  const std::string lockPath = *this / kLock;
  const auto fail = [&](const Twine &action) {
    return reportError(
        lockPath + ": cannot " + action + ": " +
        std::error_code(errno, std::generic_category()).message());
  };
  // The run before removes the file when it ends: one that was opened before
  // that is nobody's, and locks nothing.
  do {
    if (file >= 0)
      ::close(file);
    file = ::open(lockPath.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (file < 0)
      return fail("open");
    if (::flock(file, LOCK_EX | LOCK_NB) == 0)
      continue;
    if (errno == EWOULDBLOCK)
      return reportError(path + ": belongs to a run that is going on" +
                         holderOf(lockPath));
    // Some network file systems have no locks.
    WithColor::warning() << path << ": cannot be locked ("
                         << std::generic_category().message(errno)
                         << "): that no other run writes there is for you to "
                            "see to\n";
    return success();
  } while (!isCurrent());
  const std::string number = std::to_string(::getpid()) + "\n";
  if (::ftruncate(file, 0) != 0 ||
      ::write(file, number.data(), number.size()) < 0)
    return fail("write");
  return success();
}

/// Files that `writeFileAtomic` did not come to rename. Nobody writes such ones
/// now, as the folder is locked.
void RunFolder::removeLeftovers() const {
  std::error_code code;
  SmallVector<std::string> leftovers;
  for (sys::fs::directory_iterator it(path, code), end; it != end && !code;
       it.increment(code))
    for (StringRef name : kFiles) {
      const auto [front, back] = temporaryNames(name.str());
      StringRef found = sys::path::filename(it->path());
      if (found.consume_front(front) && found.consume_back(back))
        leftovers.push_back(it->path());
    }
  for (const std::string &each : leftovers)
    sys::fs::remove(each);
}

LogicalResult RunFolder::open(const std::string &folder) {
  path = folder;
  if (failed(make()) || failed(lock()))
    return failure();
  removeLeftovers();
  return success();
}

RunFolder::~RunFolder() {
  if (file < 0)
    return;
  // Only the holder removes the file; whoever was refused has it open still.
  if (::flock(file, LOCK_EX | LOCK_NB) == 0 && isCurrent())
    ::unlink((*this / kLock).c_str());
  ::close(file);
  if (isMade)
    ::rmdir(path.c_str());
}
