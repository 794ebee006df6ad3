//===- test/fuzz/Campaign.cpp - many trials, none of which ends it --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "test/fuzz/Campaign.h"

#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <poll.h>
#include <sstream>
#include <sys/wait.h>
#include <unistd.h>

using namespace vellum::fuzz;

/// The child writes each text behind its length.
static void send(int to, const std::string &text) {
  const uint64_t size = text.size();
  if (write(to, &size, sizeof size) != sizeof size ||
      write(to, text.data(), size) != ssize_t(size))
    _exit(3);
}

Campaign::Child Campaign::start(uint64_t begin, uint64_t end,
                                const Trial &trial) {
  const std::string errors = scratch + "/errors";
  int ends[2];
  if (pipe(ends) != 0)
    std::abort();
  std::fflush(stdout);
  const int pid = fork();
  if (pid == 0) {
    close(ends[0]);
    const int file = open(errors.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    dup2(file, 2);
    for (uint64_t i = begin; i < end; ++i)
      send(ends[1], trial(i));
    std::_Exit(0);
  }
  close(ends[1]);
  errorsSeen = 0;
  return {pid, ends[0]};
}

/// What was added to the file of errors.
std::string Campaign::takeErrors() {
  std::ifstream file(scratch + "/errors");
  std::stringstream all;
  all << file.rdbuf();
  const std::string text = all.str();
  const size_t before = std::min(errorsSeen, text.size());
  errorsSeen = text.size();
  return text.substr(before);
}

/// Reads `size` bytes within the time limit: 1, or 0 at the end of the pipe, or
/// -1 where it takes too long.
static int readAll(int from, char *to, size_t size, unsigned seconds) {
  while (size > 0) {
    pollfd wait{from, POLLIN, 0};
    if (poll(&wait, 1, int(seconds) * 1000) == 0)
      return -1;
    const ssize_t count = ::read(from, to, size);
    if (count <= 0)
      return 0;
    to += count;
    size -= count;
  }
  return 1;
}

/// The outcome of the next trial; false where the child did not survive it.
bool Campaign::read(Child &child, Outcome &outcome) {
  uint64_t size = 0;
  int state =
      readAll(child.from, reinterpret_cast<char *>(&size), sizeof size, limit);
  if (state == 1) {
    outcome.text.resize(size);
    state = readAll(child.from, outcome.text.data(), size, limit);
  }
  outcome.errors = takeErrors();
  if (state == 1)
    return true;
  if (state == -1)
    kill(child.pid, SIGKILL);
  int status = 0;
  waitpid(child.pid, &status, 0);
  close(child.from);
  outcome.death = state == -1 ? "hang"
                  : WIFSIGNALED(status)
                      ? "crash: signal " + std::to_string(WTERMSIG(status))
                      : "crash: exit " + std::to_string(WEXITSTATUS(status));
  return false;
}

void Campaign::run(uint64_t begin, uint64_t end, const Trial &trial,
                   const std::function<bool(uint64_t, const Outcome &)> &goOn) {
  while (begin < end) {
    Child child = start(begin, end, trial);
    bool isAlive = true;
    while (isAlive && begin < end) {
      Outcome outcome;
      isAlive = read(child, outcome);
      if (!goOn(begin++, outcome))
        end = begin;
    }
    if (isAlive) {
      kill(child.pid, SIGKILL);
      waitpid(child.pid, nullptr, 0);
      close(child.from);
    }
  }
}

Outcome Campaign::runOne(const Trial &trial) {
  Outcome result;
  run(0, 1, trial, [&](uint64_t, const Outcome &outcome) {
    result = outcome;
    return false;
  });
  return result;
}
