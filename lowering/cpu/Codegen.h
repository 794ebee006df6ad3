//===- lowering/cpu/Codegen.h - closed functions as LLVM IR ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// What compilation into this process and ahead of time share.
///
//===----------------------------------------------------------------------===//

#ifndef VELLUM_LOWERING_CPU_CODEGEN_H
#define VELLUM_LOWERING_CPU_CODEGEN_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/ExecutionEngine/Orc/JITTargetMachineBuilder.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/Error.h"

#include <memory>

#include "lowering/cpu/LoweringOptions.h"
#include "runtime/device/DeviceLibrary.h"

namespace vellum {

/// How machine code is made for a processor of this system: position
/// independent, in the small code model.
llvm::orc::JITTargetMachineBuilder machineBuilder(llvm::StringRef cpu);

/// The names of the functions of `module` that are public and have a body.
llvm::SmallVector<std::string> publicFunctions(mlir::ModuleOp module);

/// What a function of the model is called in generated code.
std::string programSymbol(llvm::StringRef function);

/// Lowers the closed functions of `module`, which it changes, and inlines what
/// they need of the device library's elementwise functions. What is left is
/// ready for instruction selection: an external function of type VellumEntry
/// for each public one, under its `programSymbol`, all else internal, and every
/// function for `target`; the kernels are declared. Errors are diagnostics on
/// the module's operations or the returned error. `loweringSeconds`, if given,
/// is set to how long the passes to LLVM's dialect took.
llvm::Expected<std::unique_ptr<llvm::Module>>
generateCode(mlir::ModuleOp module, const DeviceTarget &target,
             llvm::TargetMachine &machine, llvm::LLVMContext &context,
             const LoweringOptions &lowering = {},
             double *loweringSeconds = nullptr);

/// Defines the kernels that generated code calls, as internal functions, for
/// where the device library's machine code cannot be reached.
llvm::Error linkKernels(llvm::Module &module, const DeviceTarget &target);

} // namespace vellum

#endif // VELLUM_LOWERING_CPU_CODEGEN_H
