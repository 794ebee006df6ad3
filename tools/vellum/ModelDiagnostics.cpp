//===- tools/vellum/ModelDiagnostics.cpp - errors in a model's text -------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/vellum/ModelDiagnostics.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace vellum;

/// Longer lines are data, of which a screen full says nothing.
static constexpr size_t kLongestLine = 240;
static constexpr size_t kLongestMessage = 1000;

/// The line around a place.
static StringRef lineAt(const llvm::SourceMgr &sources, llvm::SMLoc place) {
  const unsigned buffer = sources.FindBufferContainingLoc(place);
  if (!buffer)
    return {};
  StringRef text = sources.getMemoryBuffer(buffer)->getBuffer();
  const size_t at = place.getPointer() - text.data();
  const size_t end = std::min(text.find('\n', at), text.size());
  const size_t before = text.take_front(at).rfind('\n');
  return text.slice(before == StringRef::npos ? 0 : before + 1, end);
}

static bool isPlain(StringRef text) {
  return llvm::none_of(text, [](char c) {
    return (static_cast<unsigned char>(c) < ' ' && c != '\t') || c == 0x7f;
  });
}

static bool isFit(StringRef line) {
  return line.size() <= kLongestLine && isPlain(line.rtrim('\r'));
}

static std::string cleaned(StringRef message) {
  std::string text = message.take_front(kLongestMessage).str();
  for (char &c : text)
    if (!isPlain(StringRef(&c, 1)))
      c = '?';
  return text + (message.size() > kLongestMessage ? " …" : "");
}

LogicalResult vellum::reportErrorAt(const llvm::SourceMgr &sources,
                                    llvm::SMLoc place,
                                    const llvm::Twine &message) {
  llvm::SMDiagnostic error =
      sources.GetMessage(place, llvm::SourceMgr::DK_Error, message);
  if (!isFit(error.getLineContents()))
    error = llvm::SMDiagnostic(sources, place, error.getFilename(),
                               error.getLineNo(), error.getColumnNo(),
                               llvm::SourceMgr::DK_Error, error.getMessage(),
                               /*LineStr=*/"", /*Ranges=*/{});
  error.print(/*ProgName=*/nullptr, llvm::errs());
  return failure();
}

ModelDiagnostics::ModelDiagnostics(llvm::SourceMgr &sources,
                                   MLIRContext *context)
    : sources(sources), printer(sources, context, llvm::errs()),
      guard(context,
            [this](Diagnostic &diagnostic) { return handle(diagnostic); }) {}

/// Prints what the printer must not see as it is; fails for what it may.
LogicalResult ModelDiagnostics::handle(Diagnostic &diagnostic) {
  const std::string message = diagnostic.str();
  bool isFitToPrint = message.size() <= kLongestMessage && isPlain(message);
  if (auto place = diagnostic.getLocation()->findInstanceOf<FileLineColLoc>())
    isFitToPrint &=
        isFit(lineAt(sources, sources.FindLocForLineAndColumn(
                                  sources.getMainFileID(), place.getLine(),
                                  place.getColumn())));
  if (isFitToPrint)
    return failure();
  printer.emitDiagnostic(diagnostic.getLocation(), cleaned(message),
                         diagnostic.getSeverity(), /*displaySourceLine=*/false);
  return success();
}
