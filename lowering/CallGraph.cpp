//===- lowering/CallGraph.cpp - what calls come to ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowering/CallGraph.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace vellum;

func::FuncOp vellum::calleeOf(func::CallOp call) {
  return SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(
      call, call.getCalleeAttr());
}

/// A function whose calls are being followed.
struct CallGraph::Visit {
  func::FuncOp function;
  SmallVector<func::CallOp> calls;
  size_t next = 0;
  /// Of what has been followed.
  uint64_t size = 0;
};

void CallGraph::begin(func::FuncOp function, SmallVectorImpl<Visit> &path) {
  sizes[function] = 0;
  Visit &visit = path.emplace_back();
  visit.function = function;
  function.walk([&](Operation *op) {
    ++visit.size;
    if (auto call = dyn_cast<func::CallOp>(op))
      visit.calls.push_back(call);
  });
}

/// Adds what the call comes to, or begins to find it out.
LogicalResult CallGraph::enter(func::CallOp call,
                               SmallVectorImpl<Visit> &path) {
  func::FuncOp callee = calleeOf(call);
  if (callee.isExternal())
    return call.emitOpError("calls @")
           << callee.getSymName() << ", which has no body";
  auto found = sizes.find(callee);
  if (found == sizes.end()) {
    begin(callee, path);
    return success();
  }
  if (found->second == 0)
    return call.emitOpError("calls @")
           << callee.getSymName() << " recursively, which has no gradient "
           << "and no compiled form; use a scan";
  Visit &caller = path.back();
  caller.size = llvm::SaturatingAdd(caller.size, found->second);
  ++caller.next;
  if (caller.size <= kMostOperations)
    return success();
  return call.emitOpError("of @")
         << callee.getSymName() << " makes @" << caller.function.getSymName()
         << " more than " << kMostOperations
         << " operations long, as every call stands for what it calls";
}

/// Follows calls with a path of its own: they may be nested deeper than C++
/// frames can be.
LogicalResult CallGraph::check(func::FuncOp function) {
  if (function.isExternal() || sizes.contains(function))
    return success();
  SmallVector<Visit> path;
  begin(function, path);
  while (!path.empty()) {
    Visit &visit = path.back();
    if (visit.next == visit.calls.size()) {
      sizes[visit.function] = visit.size;
      path.pop_back();
    } else if (failed(enter(visit.calls[visit.next], path))) {
      return failure();
    }
  }
  return success();
}
