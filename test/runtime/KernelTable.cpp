//===- test/runtime/KernelTable.cpp - kernels of every target -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "test/runtime/KernelTable.h"
#include "runtime/device/DeviceLibrary.h"

namespace vellum {

extern const KernelTable kernelTable_v2_test, kernelTable_v3_test,
    kernelTable_v4_test;

std::vector<const KernelTable *> kernelTables() {
  std::vector<const KernelTable *> tables;
  for (const KernelTable *table :
       {&kernelTable_v2_test, &kernelTable_v3_test, &kernelTable_v4_test})
    if (isSupportedByHost(*findDeviceTarget(table->target)))
      tables.push_back(table);
  return tables;
}

} // namespace vellum
