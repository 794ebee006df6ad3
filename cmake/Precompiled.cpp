//===- cmake/Precompiled.cpp - gives the precompiled header an owner ------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "cmake/Precompiled.h"
