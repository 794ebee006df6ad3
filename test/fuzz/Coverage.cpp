//===- test/fuzz/Coverage.cpp - which operations are generated ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "test/fuzz/Coverage.h"

#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

#include <map>

#include "test/fuzz/Program.h"
#include "tools/vellum/Dialects.h"

using namespace mlir;
using namespace vellum;
using namespace vellum::fuzz;

/// The dialect is registered, its operations are what a model is made of.
static MLIRContext &contextOfModels() {
  static MLIRContext context(dialectRegistry(),
                             MLIRContext::Threading::DISABLED);
  context.loadAllAvailableDialects();
  return context;
}

Tape fuzz::drawTape(uint64_t key) {
  Choices choices(key);
  (void)generate(choices, &contextOfModels(), /*isDynamic=*/false);
  return choices.tape();
}

/// No part of a function that is run and differentiated.
static bool isOutside(StringRef name) {
  return name == TrainingOp::getOperationName() ||
         name == ExpectCloseOp::getOperationName();
}

int fuzz::checkCoverage(uint64_t seed, uint64_t begin, uint64_t count) {
  std::map<std::string, unsigned> numbers;
  for (RegisteredOperationName name :
       contextOfModels().getRegisteredOperations())
    if (isa<VellumDialect>(name.getDialect()) &&
        !isOutside(name.getStringRef()))
      numbers[name.getStringRef().str()] = 0;
  for (uint64_t i = begin; i < begin + count; ++i) {
    Choices choices(philoxFold(seed, i));
    Program program = generate(choices, &contextOfModels(), i % 2);
    program.module->walk(
        [&](Operation *op) { ++numbers[op->getName().getStringRef().str()]; });
  }
  int status = 0;
  for (const auto &[name, number] : numbers) {
    llvm::outs() << llvm::format("%7u  ", number) << name << '\n';
    if (number == 0) {
      llvm::errs() << "error: no random program has a '" << name << "'\n";
      status = 1;
    }
  }
  return status;
}
