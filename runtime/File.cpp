//===- runtime/File.cpp - whole files -------------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/File.h"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace vellum {

namespace {

/// A file descriptor that closes itself.
class Descriptor {
public:
  explicit Descriptor(int fd) : fd(fd) {}
  Descriptor(const Descriptor &) = delete;
  Descriptor &operator=(const Descriptor &) = delete;
  ~Descriptor() { close(); }

  int get() const { return fd; }

  /// Returns false, with errno, when the system could not close it cleanly.
  bool close() {
    const int old = fd;
    fd = -1;
    return old < 0 || ::close(old) == 0;
  }

private:
  int fd;
};

Error systemError(const std::string &path, const char *action) {
  return {path + ": cannot " + action + ": " + std::strerror(errno)};
}

bool writeAll(int fd, std::string_view data) {
  while (!data.empty()) {
    const ssize_t n = ::write(fd, data.data(), data.size());
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      return false;
    data.remove_prefix(static_cast<size_t>(n));
  }
  return true;
}

std::string directoryOf(const std::string &path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos)
    return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

} // namespace

Result<FileFront> readFileFront(const std::string &path, uint64_t most) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0)
    return systemError(path, "open");
  struct stat info;
  if (::fstat(file.get(), &info) != 0)
    return systemError(path, "examine");
  if (!S_ISREG(info.st_mode))
    return Error{path + ": not a regular file"};
  const auto size = static_cast<uint64_t>(info.st_size);
  std::string contents(std::min(size, most), '\0');
  size_t done = 0;
  while (done < contents.size()) {
    const ssize_t n =
        ::read(file.get(), contents.data() + done, contents.size() - done);
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      return systemError(path, "read");
    if (n == 0)
      return Error{path + ": shrank from " + std::to_string(contents.size()) +
                   " to " + std::to_string(done) + " bytes while being read"};
    done += static_cast<size_t>(n);
  }
  return FileFront{std::move(contents), size};
}

Result<std::string> readFile(const std::string &path) {
  auto whole = readFileFront(path, UINT64_MAX);
  if (!whole)
    return whole.takeError();
  return std::move(whole->bytes);
}

std::pair<std::string, std::string> temporaryNames(const std::string &path) {
  return {path + ".", ".tmp"};
}

/// Makes and opens a file beside `path` that nobody else has.
static int makeTemporary(const std::string &path, std::string &temporary) {
  // The process's number says whose it is, but does not make it its own: in a
  // container a program has the same one each time, so that a killed run's file
  // may have the name. That one is passed over.
  static std::atomic<unsigned> counter{0};
  const auto [front, back] = temporaryNames(path);
  constexpr int kMostLeftBehind = 10000;
  int file = -1;
  for (int i = 0; file < 0 && i < kMostLeftBehind; ++i) {
    temporary = front + std::to_string(::getpid()) + "." +
                std::to_string(counter++) + back;
    file = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
                  0666);
    if (file < 0 && errno != EEXIST)
      break;
  }
  return file;
}

/// Writes to what is there: a device or a pipe, which no file may replace.
static Status writeInto(const std::string &path, std::string_view contents) {
  Descriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (file.get() < 0)
    return systemError(path, "open");
  if (!writeAll(file.get(), contents) || !file.close())
    return systemError(path, "write");
  return {};
}

/// The file that `path` is a link to, which stays one.
static std::string followLinks(const std::string &path) {
  char *target = ::realpath(path.c_str(), nullptr);
  std::string followed = target ? target : path;
  std::free(target);
  return followed;
}

Status writeFileAtomic(const std::string &name, std::string_view contents) {
  struct stat info;
  const bool exists = ::stat(name.c_str(), &info) == 0;
  if (exists && S_ISDIR(info.st_mode))
    return Error{name + ": is a directory"};
  if (exists && !S_ISREG(info.st_mode))
    return writeInto(name, contents);
  struct stat link;
  const bool isLink =
      exists && ::lstat(name.c_str(), &link) == 0 && S_ISLNK(link.st_mode);
  const std::string path = isLink ? followLinks(name) : name;
  std::string temporary;
  Descriptor file(makeTemporary(path, temporary));
  if (file.get() < 0)
    return systemError(path, "make a temporary file beside it");
  const auto fail = [&](const char *action) {
    Error error = systemError(path, action);
    ::unlink(temporary.c_str());
    return error;
  };
  if (!writeAll(file.get(), contents))
    return fail("write");
  if (::fsync(file.get()) != 0)
    return fail("flush");
  if (!file.close())
    return fail("close");
  if (::rename(temporary.c_str(), path.c_str()) != 0)
    return fail("rename the temporary file");
  // The rename is durable once the directory is. Not all file systems can
  // flush one; the file is whole either way.
  const Descriptor directory(
      ::open(directoryOf(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory.get() >= 0)
    (void)::fsync(directory.get());
  return {};
}

Status appendToFile(const std::string &path, std::string_view text) {
  Descriptor file(
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666));
  if (file.get() < 0)
    return systemError(path, "open");
  const off_t before = ::lseek(file.get(), 0, SEEK_END);
  if (before >= 0 && writeAll(file.get(), text) && file.close())
    return {};
  Error error = systemError(path, "append");
  if (before >= 0)
    (void)!::truncate(path.c_str(), before);
  return error;
}

Status flushFile(const std::string &path) {
  const Descriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (file.get() < 0)
    return systemError(path, "open");
  if (::fsync(file.get()) != 0)
    return systemError(path, "flush");
  return {};
}

} // namespace vellum
