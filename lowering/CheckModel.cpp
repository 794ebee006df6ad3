//===- lowering/CheckModel.cpp - what may stand in a model ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowering/CheckModel.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/ConvertUTF.h"

#include "dialect/Vellum.h"
#include "lowering/CallGraph.h"
#include "lowering/Passes.h"

#define DEBUG_TYPE "vellum-check-model"

namespace vellum {
#define GEN_PASS_DEF_CHECKMODEL
#include "lowering/Passes.h.inc"
} // namespace vellum

using namespace mlir;
using namespace vellum;

//===----------------------------------------------------------------------===//
// Names
//===----------------------------------------------------------------------===//

/// Names become members of archives, comments and identifiers of C, symbols,
/// and lines on a terminal.
static constexpr size_t kLongestName = 128;

/// True for letters beyond ASCII, but not for what only directs a terminal:
/// controls, and marks that change the direction or hide.
static bool isForeignLetter(uint32_t code) {
  return code >= 0xa0 && code != 0xad && !(code >= 0x2000 && code <= 0x206f) &&
         !(code >= 0xe000 && code <= 0xf8ff) && code != 0xfeff &&
         code < 0xe0000;
}

static bool isNameLetter(uint32_t code) {
  if (code >= 0x80)
    return isForeignLetter(code);
  return llvm::isAlnum(char(code)) || StringRef("_.$-/ ").contains(char(code));
}

static bool hasNameLetters(StringRef name) {
  const auto *next = reinterpret_cast<const llvm::UTF8 *>(name.begin()),
             *end = reinterpret_cast<const llvm::UTF8 *>(name.end());
  while (next != end) {
    llvm::UTF32 code = 0;
    if (llvm::convertUTF8Sequence(&next, end, &code, llvm::strictConversion) !=
            llvm::conversionOK ||
        !isNameLetter(code))
      return false;
  }
  return true;
}

/// True for a path that stays where it begins: `layer/w`, not `../w`.
static bool staysInside(StringRef name) {
  SmallVector<StringRef> parts;
  name.split(parts, '/');
  return llvm::none_of(parts, [](StringRef part) {
    return part.empty() || part == "." || part == ".." || part != part.trim();
  });
}

LogicalResult vellum::checkName(Operation *op, StringRef what, StringRef name) {
  if (name.empty())
    return op->emitError() << what << " has no name";
  if (name.size() > kLongestName)
    return op->emitError() << "the name of " << what << " must have at most "
                           << kLongestName << " bytes, but got " << name.size();
  if (hasNameLetters(name) && staysInside(name))
    return success();
  std::string shown;
  llvm::raw_string_ostream(shown).write_escaped(name);
  return op->emitError() << "the name of " << what
                         << " must consist of letters, digits, '_', '.', '$', "
                            "'-' and single '/' or spaces between them, but "
                            "got \""
                         << shown << "\"";
}

/// The names that arguments or results are given. Those of arguments are what
/// the command line gives values by, so each stands once.
static LogicalResult checkValueNames(func::FuncOp function, ArrayAttr all,
                                     StringRef what, bool mayRepeat) {
  llvm::StringSet<> taken;
  for (Attribute each : all ? all : ArrayAttr::get(function.getContext(), {})) {
    auto name = cast<DictionaryAttr>(each).getAs<StringAttr>("vellum.name");
    if (!name)
      continue;
    if (failed(checkName(function, what, name)))
      return failure();
    if (!taken.insert(name).second && !mayRepeat)
      return function.emitError("@")
             << function.getSymName() << " has two arguments called '"
             << name.getValue() << "'";
  }
  return success();
}

static LogicalResult checkNames(Operation *op) {
  if (auto probe = dyn_cast<ProbeOp>(op))
    return checkName(op, "a probe", probe.getName());
  if (auto parameter = dyn_cast<ParameterOp>(op))
    return checkName(op, "a parameter", parameter.getSymName());
  auto function = dyn_cast<func::FuncOp>(op);
  if (!function)
    return success();
  return success(
      succeeded(checkName(op, "a function", function.getSymName())) &&
      succeeded(checkValueNames(function, function.getArgAttrsAttr(),
                                "an argument", /*mayRepeat=*/false)) &&
      succeeded(checkValueNames(function, function.getResAttrsAttr(),
                                "a result",
                                /*mayRepeat=*/true)));
}

//===----------------------------------------------------------------------===//
// Structured operations
//===----------------------------------------------------------------------===//

/// True for sums of loop counters, each some times: over a loop they grow, so
/// the first and the last step have the least and the greatest index, which is
/// what is checked, of types and when the program runs.
static bool isMonotone(AffineExpr index) {
  if (isa<AffineDimExpr>(index))
    return true;
  if (auto constant = dyn_cast<AffineConstantExpr>(index))
    return constant.getValue() >= 0;
  auto binary = dyn_cast<AffineBinaryOpExpr>(index);
  return binary &&
         llvm::is_contained({AffineExprKind::Add, AffineExprKind::Mul},
                            index.getKind()) &&
         isMonotone(binary.getLHS()) && isMonotone(binary.getRHS());
}

static LogicalResult checkMaps(linalg::LinalgOp op) {
  for (AffineMap map : op.getIndexingMapsArray())
    if (map.getNumSymbols() > 0 || !llvm::all_of(map.getResults(), isMonotone))
      return op->emitError("'")
             << op->getName() << "' may ask for elements at sums of its loops' "
             << "counters, but got " << AffineMapAttr::get(map);
  return success();
}

/// True for what may be done for each element.
static bool isScalar(Operation *op) {
  const bool isKnown = op->hasTrait<OpTrait::Elementwise>() ||
                       op->hasTrait<OpTrait::ConstantLike>() ||
                       op->hasTrait<OpTrait::IsTerminator>() ||
                       isa<linalg::IndexOp, tensor::ExtractOp, tensor::DimOp,
                           tensor::RankOp, arith::SelectOp>(op);
  return isKnown && llvm::none_of(op->getResultTypes(), [](Type type) {
           return isa<ShapedType>(type);
         });
}

static LogicalResult checkBody(Operation *op) {
  for (Region &region : op->getRegions())
    for (Operation &inner : region.getOps())
      if (!isScalar(&inner))
        return inner.emitError("'")
               << inner.getName() << "' cannot stand in the body of '"
               << op->getName() << "', which computes one element";
  return success();
}

static LogicalResult checkStructure(Operation *op) {
  auto structured = dyn_cast<linalg::LinalgOp>(op);
  if (structured && failed(checkMaps(structured)))
    return failure();
  return structured || isa<tensor::GenerateOp, tensor::PadOp>(op)
             ? checkBody(op)
             : success();
}

//===----------------------------------------------------------------------===//
// Programs
//===----------------------------------------------------------------------===//

static LogicalResult checkFunction(func::FuncOp function, CallGraph &calls) {
  if (function.isExternal())
    return function.emitError("@")
           << function.getSymName()
           << " has no body; a model calls no functions but its own";
  return calls.check(function);
}

LogicalResult vellum::checkProgram(ModuleOp module) {
  WalkResult checked = module.walk<WalkOrder::PreOrder>([](Operation *op) {
    return WalkResult(
        success(succeeded(checkNames(op)) && succeeded(checkStructure(op))));
  });
  if (checked.wasInterrupted())
    return failure();
  CallGraph calls;
  for (auto function : module.getOps<func::FuncOp>())
    if (failed(checkFunction(function, calls)))
      return failure();
  return success();
}

namespace {
struct CheckModel : vellum::impl::CheckModelBase<CheckModel> {
  void runOnOperation() override {
    markAllAnalysesPreserved();
    if (failed(checkOperations(getOperation())) ||
        failed(checkProgram(getOperation())))
      signalPassFailure();
  }
};
} // namespace
