//===- dialect/Vellum.td - all ops of the dialect -*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===-------------------------------------------------------------===//

include "dialect/AddressOps.td"
include "dialect/ControlOps.td"
include "dialect/LayerOps.td"
include "dialect/MemoryOps.td"
include "dialect/ModuleOps.td"
include "dialect/PrimitiveOps.td"
include "dialect/TestOps.td"
