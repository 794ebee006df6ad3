//===- tools/vellum/Dialects.cpp - what a model may be written in ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/vellum/Dialects.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/Extensions/InlinerExtension.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

#include "dialect/ExternalModels.h"
#include "dialect/Vellum.h"
#include "lowering/cpu/Pipeline.h"

using namespace mlir;

const DialectRegistry &vellum::modelRegistry() {
  static const DialectRegistry registry = [] {
    DialectRegistry made;
    made.insert<VellumDialect, arith::ArithDialect, func::FuncDialect,
                linalg::LinalgDialect, math::MathDialect, scf::SCFDialect,
                tensor::TensorDialect>();
    return made;
  }();
  return registry;
}

const DialectRegistry &vellum::dialectRegistry() {
  static const DialectRegistry registry = [] {
    DialectRegistry made;
    modelRegistry().appendTo(made);
    func::registerInlinerExtension(made);
    registerDifferentiableModels(made);
    registerCheckedModels(made);
    registerCpuDialects(made);
    return made;
  }();
  return registry;
}
