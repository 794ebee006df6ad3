//===- tools/vellum/main.cpp - the vellum tool ----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// vellum trains, runs and checks models. Each subcommand has its own file.
//
//===----------------------------------------------------------------------===//

#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <new>
#include <unistd.h>

#include "tools/vellum/Commands.h"
#include "tools/vellum/Report.h"

using namespace vellum;

namespace {
struct Command {
  llvm::StringRef name, summary;
  int (*run)(Arguments);
};
} // namespace

static constexpr Command commands[] = {
    {"train", "trains a model by its recipe", trainCommand},
    {"run", "evaluates a function of a model", runCommand},
    {"grad", "evaluates a function and its gradient", gradCommand},
    {"check", "compares gradients with finite differences", checkCommand},
    {"compile", "makes a library for C of a model's functions", compileCommand},
    {"bench", "times a training step or a function", benchCommand},
    {"explain", "says what the compiler does with a model", explainCommand},
    {"test", "runs the functions of a file of numeric tests", testCommand},
    {"plot", "draws training curves and recorded tensors", plotCommand},
};

static int printHelp() {
  llvm::outs() << "vellum: trains, runs and checks differentiable memory "
                  "programs\n\nusage: vellum COMMAND [options]\n\ncommands:\n";
  for (const Command &command : commands)
    llvm::outs() << "  " << llvm::left_justify(command.name, 8)
                 << command.summary << '\n';
  llvm::outs() << "\n'vellum COMMAND --help' says more of a command.\n";
  return 0;
}

static int dispatch(Arguments arguments) {
  if (arguments.empty()) {
    (void)reportError("no command is given; 'vellum --help' lists them");
    return 1;
  }
  const llvm::StringRef name = arguments.front();
  if (name == "--help" || name == "-h" || name == "help")
    return printHelp();
  llvm::SmallVector<llvm::StringRef> names;
  for (const Command &command : commands) {
    if (command.name == name)
      return command.run(arguments.drop_front());
    names.push_back(command.name);
  }
  (void)reportError("'vellum' has no command '" + name + "'" +
                    suggestion(name, names));
  return 1;
}

/// A standard stream that the caller closed must not become the next file that
/// is opened. What is written to it fails as it did.
static void keepStandardStreams() {
  for (int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    if (fcntl(stream, F_GETFD) < 0 && errno == EBADF)
      (void)open("/dev/null", stream == STDOUT_FILENO ? O_RDONLY : O_RDWR);
}

/// There is no memory to print with.
[[noreturn]] static void endOutOfMemory() {
  static constexpr char message[] = "error: out of memory\n";
  (void)!write(STDERR_FILENO, message, sizeof message - 1);
  _exit(1);
}

/// What could not be written is an error like others; left to the streams, it
/// would end the process with a signal when they are destroyed.
static int flushOutput(int code) {
  llvm::outs().flush();
  if (llvm::outs().has_error()) {
    (void)reportError("cannot write the output: " +
                      llvm::outs().error().message());
    llvm::outs().clear_error();
    code = 1;
  }
  llvm::errs().clear_error();
  return code;
}

int main(int argc, char **argv) {
  keepStandardStreams();
  std::set_new_handler(endOutOfMemory);
  llvm::install_bad_alloc_error_handler(
      [](void *, const char *, bool) { endOutOfMemory(); });
  // A limit of file sizes is an error like a full disk, not the end.
  std::signal(SIGXFSZ, SIG_IGN);
  // https://no-color.org: set and not empty.
  const char *noColor = std::getenv("NO_COLOR");
  if (noColor && *noColor) {
    llvm::outs().enable_colors(false);
    llvm::errs().enable_colors(false);
  }
  llvm::SmallVector<llvm::StringRef> arguments(argv + 1, argv + argc);
  return flushOutput(dispatch(arguments));
}
