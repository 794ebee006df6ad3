//===- tools/vellum/StopRequest.h - wishes that a run end early -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_TOOLS_VELLUM_STOPREQUEST_H
#define VELLUM_TOOLS_VELLUM_STOPREQUEST_H

namespace vellum {

/// From here on to the end of the process SIGINT, SIGTERM and SIGHUP are noted
/// instead of ending it: a signal often comes twice, to the process and to its
/// group, and must not end it while a checkpoint is written. A SIGHUP that is
/// ignored, as under nohup, stays so.
void noteStopRequests();

/// From here on they end the process again.
void endOnStopRequests();

/// Whether one of them has come.
bool isStopRequested();

} // namespace vellum

#endif // VELLUM_TOOLS_VELLUM_STOPREQUEST_H
