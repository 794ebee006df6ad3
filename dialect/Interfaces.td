//===- dialect/Interfaces.td - what all ops of a kind can do -*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------===//

#ifndef VELLUM_DIALECT_INTERFACES
#define VELLUM_DIALECT_INTERFACES

include "mlir/IR/OpBase.td"

def Differentiable : OpInterface<"Differentiable"> {
  let cppNamespace = "::vellum";
  let description = [{
    An op with a reverse-mode rule. The engine walks a function backwards and
    knows no op; the rule says which forward values its adjoint reads
    (`savedValues`) and builds, as IR, the operand cotangents from the result
    cotangents (`buildAdjoint`). Reading a forward value that was not declared
    is an error, so that what a reverse pass keeps is always visible.
  }];
  let methods = [
    InterfaceMethod<[{
        Appends the forward values (operands or results of this op) that
        `buildAdjoint` will read. Only values needed for operands that
        `isActive` says need a cotangent have to be listed.
      }],
      "void", "savedValues",
      (ins "::llvm::function_ref<bool(::mlir::Value)>":$isActive,
           "::llvm::SmallVectorImpl<::mlir::Value> &":$saved), "",
      /*defaultImplementation=*/[{ (void)saved; }]>,
    InterfaceMethod<[{
        Builds the adjoint at `adjoint.builder` and hands every operand
        cotangent to `adjoint.accumulate`. Fails with a diagnostic on this op
        where no derivative exists.
      }],
      "::llvm::LogicalResult", "buildAdjoint",
      (ins "::vellum::AdjointContext &":$adjoint)>,
    InterfaceMethod<[{
        False if no derivative flows through this op although it reads floats
        and makes floats.
      }],
      "bool", "passesCotangents", (ins), "",
      /*defaultImplementation=*/[{ return true; }]>,
    InterfaceMethod<[{
        True if a loop's reverse pass had better keep the results of every step
        than compute them again: products, reductions, transcendentals.
      }],
      "bool", "isCostly", (ins), "",
      /*defaultImplementation=*/[{ return false; }]>,
  ];
}

def Decomposable : OpInterface<"Decomposable"> {
  let cppNamespace = "::vellum";
  let description = [{
    An op that is an abbreviation: `decompose` writes the same function with
    smaller ops. The decomposition serves differentiation and every back end,
    while the interpreter evaluates the op itself, so each checks the other.
  }];
  let methods = [
    InterfaceMethod<[{
        Builds the op's meaning from smaller ops at the builder's insertion
        point and returns the values that replace its results.
      }],
      "::llvm::FailureOr<::llvm::SmallVector<::mlir::Value>>", "decompose",
      (ins "::mlir::OpBuilder &":$builder)>,
    InterfaceMethod<[{
        False for an op that is primitive in the form it has here.
      }],
      "bool", "isDecomposable", (ins), "",
      /*defaultImplementation=*/[{ return true; }]>,
  ];
}

def Counted : OpInterface<"Counted"> {
  let cppNamespace = "::vellum";
  let description = [{
    An op whose floating-point operations are other than one for each element of
    its results, which is what an elementwise op is taken to do.
  }];
  let methods = [
    InterfaceMethod<[{
        What one execution does. The sizes of operands and results are static.
      }],
      "::vellum::Work", "countWork">,
  ];
}

def Checked : OpInterface<"Checked"> {
  let cppNamespace = "::vellum";
  let description = [{
    An op that asks more of its operands than their types say: sizes that agree,
    indices that lie inside, divisors that are not 0. The interpreter finds out
    when it gets there; for compiled code `buildChecks` writes the same
    conditions, in the same words, as `vellum.require` ops before the op.
  }];
  let methods = [
    InterfaceMethod<[{
        Builds what must hold when the op runs. What is known to hold is left
        out.
      }],
      "void", "buildChecks", (ins "::vellum::CheckBuilder &":$check)>,
  ];
}

#endif // VELLUM_DIALECT_INTERFACES
