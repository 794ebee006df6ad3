//===- lowering/cpu/CpuOps.td - calls of device-library kernels -*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------===//

#ifndef VELLUM_LOWERING_CPU_CPUOPS
#define VELLUM_LOWERING_CPU_CPUOPS

include "mlir/IR/OpBase.td"
include "mlir/Interfaces/DestinationStyleOpInterface.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def VellumCpu_Dialect : Dialect {
  let name = "vellum_cpu";
  let cppNamespace = "::vellum::cpu";
  let summary = "what lies between Vellum's operations and machine code";
}

def KernelOp : Op<VellumCpu_Dialect, "kernel", [AttrSizedOperandSegments,
    DestinationStyleOpInterface,
    DeclareOpInterfaceMethods<MemoryEffectsOpInterface>,
    DeclareOpInterfaceMethods<ReifyRankedShapedTypeOpInterface,
                              ["reifyResultShapes"]>]> {
  let summary = "a device-library kernel in destination style";
  let description = [{
    Calls the kernel `vl_<name>` of the device library on row-major data. It
    reads `inputs` and writes every element of `outputs`; on tensors the results
    are the new contents of `outputs`. Leading dimensions are batches of rows.
    `pack_panels` copies k rows and n columns to `[ceil(n / width)][k][width]`,
    `pack_panels_transposed` those of the input's transpose.

    Example:
    ```mlir
    %y = vellum_cpu.kernel "softmax" ins(%x : tensor<?x128xf32>)
           outs(%e : tensor<?x128xf32>) -> tensor<?x128xf32>
    ```
  }];
  let arguments = (ins StrAttr:$name, Variadic<AnyShaped>:$inputs,
                       Variadic<I64>:$scalars, Variadic<AnyShaped>:$outputs);
  let results = (outs Variadic<AnyRankedTensor>:$results);
  let assemblyFormat = [{
    $name (`ins` `(` $inputs^ `:` type($inputs) `)`)?
    (`scalars` `(` $scalars^ `)`)?
    `outs` `(` $outputs `:` type($outputs) `)` attr-dict (`->` type($results)^)?
  }];
  let extraClassDeclaration = [{
    ::mlir::MutableOperandRange getDpsInitsMutable() { return getOutputsMutable(); }
    /// True for memory as the kernel wants it: most kernels take any distance
    /// between rows, whose elements lie side by side.
    bool takes(::mlir::MemRefType type);
  }];
}

#endif // VELLUM_LOWERING_CPU_CPUOPS
