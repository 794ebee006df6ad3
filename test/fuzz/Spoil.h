//===- test/fuzz/Spoil.h - damaging bytes and text --------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_TEST_FUZZ_SPOIL_H
#define VELLUM_TEST_FUZZ_SPOIL_H

#include <string>
#include <vector>

#include "test/fuzz/Choices.h"

namespace vellum::fuzz {

/// Bits flipped, numbers replaced by ones that lie often, parts cut out,
/// repeated, brought in from `other`, and the end cut off: one to four of them.
std::string spoilBytes(std::string bytes, const std::string &other,
                       Choices &choices);

/// The same for words, numbers, lines and brackets of a text.
std::string spoilText(std::string text, const std::string &other,
                      Choices &choices);

/// Damages the header of a .safetensors file, whose length is made right again,
/// or any of its bytes.
std::string spoilSafetensors(const std::string &bytes, Choices &choices);

/// The formats that tensors travel in.
enum class Format { Npy, Npz, Zip, Safetensors, Json };
inline constexpr const char *kFormatNames[] = {"npy", "npz", "zip",
                                               "safetensors", "json"};

/// A file of this format, sound or damaged. What stands in front of the damaged
/// part (lengths, checksums) is made right again as often as not, so that
/// readers get as far as that.
std::string makeFile(Format format, bool isDamaged, Choices &choices);

/// Reads it: whether it was accepted.
bool readsFile(Format format, const std::string &bytes);

} // namespace vellum::fuzz

#endif // VELLUM_TEST_FUZZ_SPOIL_H
