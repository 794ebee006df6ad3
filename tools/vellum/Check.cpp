//===- tools/vellum/Check.cpp - vellum check ------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "llvm/Support/Format.h"

#include "tools/vellum/Commands.h"
#include "tools/vellum/GradientCheck.h"

using namespace mlir;
using namespace vellum;

/// How far the compiled gradient may be from that in f64.
static constexpr double kCompiledLimit = 1e-4;

/// What is to be said of a gradient beside its errors.
static StringRef remarkOn(const GradientErrors &errors) {
  if (errors.smoothness == Smoothness::Edge)
    return errors.isFinite
               ? "  (at the edge of the domain, compared on one side)"
               : "  (not finite, at the edge of the domain)";
  if (!errors.isFinite)
    return "  (not finite)";
  if (errors.smoothness == Smoothness::Kink)
    return "  (at a kink, between the slopes of its sides)";
  if (errors.excludes)
    return "  (excludes where it is 0, right beside it)";
  return errors.isZero ? "  (zero)" : "";
}

static bool print(const GradientErrors &errors, size_t nameWidth) {
  const bool isInfiniteEdge =
      errors.smoothness == Smoothness::Edge && !errors.isFinite;
  const bool passed =
      isInfiniteEdge ||
      ((errors.differences <= kDifferencesLimit || errors.excludes) &&
       errors.compiled <= kCompiledLimit);
  llvm::outs() << llvm::left_justify(errors.name, nameWidth)
               << llvm::format("%9lld  %16.2e  %8.2e  ",
                               static_cast<long long>(errors.elements),
                               errors.differences, errors.compiled)
               << (passed ? "PASS" : "FAIL") << remarkOn(errors) << '\n';
  return passed;
}

static LogicalResult check(CheckOptions &options) {
  options.timeLimit.begin();
  std::unique_ptr<Model> model = Model::load(options.model);
  if (!model)
    return failure();
  GradientCheck gradientCheck(*model, options);
  if (failed(gradientCheck.prepare()))
    return failure();
  size_t nameWidth = 12;
  for (StringRef name : gradientCheck.getNames())
    nameWidth = std::max(nameWidth, name.size() + 2);
  llvm::outs() << "gradient of @" << gradientCheck.getEntry()
               << llvm::format(", relative errors (limits %.0e, %.0e)\n",
                               kDifferencesLimit, kCompiledLimit)
               << llvm::left_justify("", nameWidth)
               << " elements  f64 differences  compiled\n";
  bool passed = true;
  auto done = gradientCheck.run([&](const GradientErrors &errors) {
    passed &= print(errors, nameWidth);
    llvm::outs().flush();
  });
  return success(succeeded(done) && passed);
}

int vellum::checkCommand(Arguments arguments) {
  CheckOptions options;
  CommandLine line(
      "vellum check",
      "compares the gradient of a function, in f64 with central\n"
      "differences, and compiled in its own types with that in f64",
      "vellum check model.mlir\n"
      "vellum check model.mlir --entry=predict --input x=x.npy");
  line.file("MODEL.mlir", options.model);
  line.text("entry", "NAME", options.entry,
            "the function (default: the recipe's loss, with\n"
            "data of the recipe's data function)");
  options.inputs.declare(line);
  line.text("weights", "FILE.safetensors", options.weights,
            "the parameters (default: from their initialisers)");
  line.integer("seed", options.seed, 0,
               "of data, initialisers and directions; arguments\n"
               "that nothing else gives are random (default: 0)");
  options.backend.declare(line);
  options.backend.declareVerification(line);
  options.timeLimit.declare(line);
  if (std::optional<int> code = line.parse(arguments))
    return *code;
  return failed(check(options));
}
