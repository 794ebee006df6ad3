//===- lowering/cpu/Texts.cpp - text in compiled programs -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowering/cpu/Texts.h"

#include "llvm/Support/Path.h"

using namespace mlir;
using namespace vellum::cpu;

static constexpr StringLiteral prefix = "vellum.text.";

Texts::Texts(ModuleOp module, bool baseNames)
    : module(module), baseNames(baseNames) {
  for (auto global : module.getOps<LLVM::GlobalOp>())
    if (auto text = dyn_cast_or_null<StringAttr>(global.getValueAttr()))
      if (global.getSymName().starts_with(prefix))
        known[text.getValue().drop_back()] = global;
}

Value Texts::addressOf(OpBuilder &b, Location loc, StringRef text) {
  LLVM::GlobalOp &global = known[text];
  if (!global) {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(module.getBody());
    const std::string bytes = text.str() + std::string(1, '\0');
    global = LLVM::GlobalOp::create(
        b, module.getLoc(),
        LLVM::LLVMArrayType::get(b.getI8Type(), bytes.size()),
        /*isConstant=*/true, LLVM::Linkage::Private,
        (prefix + Twine(known.size())).str(), b.getStringAttr(bytes));
  }
  return LLVM::AddressOfOp::create(b, loc, global);
}

/// Where in a text it is. Of a call's, the place in what is called.
static FileLineColLoc findPlace(Location location) {
  FileLineColLoc place;
  location->walk([&](Location each) {
    place = dyn_cast<FileLineColLoc>(each);
    return place ? WalkResult::interrupt() : WalkResult::advance();
  });
  return place;
}

Value Texts::placeOf(OpBuilder &b, Location loc) {
  FileLineColLoc place = findPlace(loc);
  if (!place)
    return LLVM::ZeroOp::create(b, loc,
                                LLVM::LLVMPointerType::get(b.getContext()));
  StringRef file = place.getFilename();
  if (baseNames)
    file = llvm::sys::path::filename(file);
  return addressOf(
      b, loc,
      (file + ":" + Twine(place.getLine()) + ":" + Twine(place.getColumn()))
          .str());
}
