//===- tools/vellum/StopRequest.cpp - wishes that a run end early ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/vellum/StopRequest.h"

#include <csignal>

static volatile std::sig_atomic_t requested = 0;

static void note(int) { requested = 1; }

void vellum::noteStopRequests() {
  std::signal(SIGINT, note);
  std::signal(SIGTERM, note);
  if (std::signal(SIGHUP, note) == SIG_IGN)
    std::signal(SIGHUP, SIG_IGN);
}

void vellum::endOnStopRequests() {
  for (int signal : {SIGINT, SIGTERM, SIGHUP})
    if (std::signal(signal, SIG_DFL) == SIG_IGN)
      std::signal(signal, SIG_IGN);
}

bool vellum::isStopRequested() { return requested; }
