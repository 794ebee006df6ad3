//===- lowering/buffers/PlaceResults.cpp - results where they go ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Upstream's elimination of empty tensors lets what starts from uninitialised
/// memory start from the memory that it is inserted into. For insertions into
/// tensors, bufferisation sees what that changes, and copies where it has to.
/// For memory that a tensor is written to it does not: what `restrict`
/// promises, that no other tensor is there, was true of the copy, not of an
/// earlier write. So here it is asked first.
///
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Bufferization/Transforms/OneShotAnalysis.h"
#include "mlir/Dialect/Bufferization/Transforms/OneShotModuleBufferize.h"
#include "mlir/Dialect/Bufferization/Transforms/Transforms.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Interfaces/DestinationStyleOpInterface.h"

#include "lowering/Passes.h"
#include "lowering/Remarks.h"
#include "lowering/buffers/Liveness.h"
#include "lowering/buffers/MemoryRanges.h"

namespace vellum {
#define GEN_PASS_DEF_PLACERESULTS
#include "lowering/Passes.h.inc"
} // namespace vellum

#define DEBUG_TYPE "vellum-place-results"

using namespace mlir;
using namespace vellum;

using bufferization::MaterializeInDestinationOp;

/// True if `tensor` is what is in `memory`.
static bool isIn(Value tensor, Value memory) {
  while (auto cast = tensor.getDefiningOp<tensor::CastOp>())
    tensor = cast.getSource();
  auto whole = tensor.getDefiningOp<bufferization::ToTensorOp>();
  return whole && isSameView(whole.getBuffer(), memory);
}

/// True if an op that `excepted` does not name may write over `value`, itself
/// or through views: bufferisation lets the last that uses a tensor do so, and
/// does not see that its place is to keep it.
static bool isWrittenOver(Value value,
                          function_ref<bool(Operation *)> excepted) {
  return llvm::any_of(value.getUses(), [&](OpOperand &use) {
    Operation *user = use.getOwner();
    if (isTensorView(user))
      return isWrittenOver(user->getResult(0), excepted);
    auto style = dyn_cast<DestinationStyleOpInterface>(user);
    const bool mayWrite =
        style ? style.isDpsInit(&use) : user->getNumRegions() > 0;
    return mayWrite && !excepted(user);
  });
}

/// True if what `write` writes may be in its place from `user` on, which is the
/// op that writes to an empty tensor.
static bool mayBeComputedInPlace(MaterializeInDestinationOp write,
                                 Operation *user) {
  Value place = write.getDest();
  const WriteChain chain(write.getSource());
  Operation *first = chain.firstIn(write->getBlock(), /*freshLate=*/false);
  if (!first || !chain.isWrittenBy(user))
    return false;
  const PlaceLiveness liveness(write.getDestMutable());
  return liveness.isFreeFrom(first,
                             [&](OpOperand &read) {
                               return isIn(read.get(), place) &&
                                      readsInPlace(read, chain);
                             }) &&
         liveness.isReadInTime(chain.end()) &&
         !isWrittenOver(chain.end(),
                        [&](Operation *op) {
                          Operation *top =
                              write->getBlock()->findAncestorOpInBlock(*op);
                          return top && top->isBeforeInBlock(write);
                        }) &&
         llvm::all_of(chain.interim(), [&](Value value) {
           return liveness.isReadBefore(value) &&
                  !isWrittenOver(value, [&](Operation *op) {
                    return chain.isWrittenBy(op);
                  });
         });
}

namespace {
struct PlaceResults : vellum::impl::PlaceResultsBase<PlaceResults> {
  void runOnOperation() override {
    bufferization::OneShotBufferizationOptions options;
    options.allowReturnAllocsFromLoops = true;
    options.bufferizeFunctionBoundaries = true;
    bufferization::OneShotAnalysisState state(getOperation(), options);
    if (failed(bufferization::analyzeModuleOp(getOperation(), state)))
      return signalPassFailure();
    IRRewriter rewriter(&getContext());
    auto place = [&](RewriterBase &b, SubsetInsertionOpInterface insertion,
                     tensor::EmptyOp empty, Operation *user) {
      return placeFor(b, insertion, empty, user);
    };
    if (failed(bufferization::eliminateEmptyTensors(rewriter, getOperation(),
                                                    state, place)))
      signalPassFailure();
  }

  /// What `user` writes to instead of `empty`; null to leave it.
  Value placeFor(RewriterBase &b, SubsetInsertionOpInterface insertion,
                 tensor::EmptyOp empty, Operation *user) {
    auto write = dyn_cast<MaterializeInDestinationOp>(*insertion);
    if (!write || !isa<MemRefType>(write.getDest().getType()))
      return bufferization::buildSubsetExtraction(b, insertion, empty, user);
    if (mayBeComputedInPlace(write, user)) {
      Value place =
          bufferization::buildSubsetExtraction(b, insertion, empty, user);
      ++(place ? placed : missed);
      return place;
    }
    ++missed;
    if (auto remark =
            remarkMissed(user->getLoc(), "place-results", topic::kMemory))
      remark << "computed elsewhere and copied, as its place is in use until "
                "then: " +
                    describeBytes(empty.getType());
    return {};
  }
};
} // namespace
