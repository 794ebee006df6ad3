//===- runtime/Npz.cpp - .npz files ---------------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/Npz.h"
#include "runtime/File.h"
#include "runtime/Npy.h"
#include "runtime/Zip.h"

namespace vellum {

static constexpr std::string_view kSuffix = ".npy";

Result<std::vector<NamedTensor>> parseNpz(std::string_view bytes,
                                          const std::string &path) {
  auto members = parseZip(bytes, path);
  if (!members)
    return members.takeError();
  std::vector<NamedTensor> tensors;
  for (ZipMember &member : *members) {
    const std::string where = path + ": member '" + member.name + "'";
    const size_t stem = member.name.size() - kSuffix.size();
    if (member.name.size() <= kSuffix.size() ||
        member.name.compare(stem, kSuffix.size(), kSuffix) != 0)
      return Error{where + ": expected a name that ends in .npy"};
    auto tensor = parseNpy(member.contents, where);
    if (!tensor)
      return tensor.takeError();
    // One copy of the data at a time is enough.
    member.contents = std::string();
    tensors.push_back({member.name.substr(0, stem), std::move(*tensor)});
  }
  return tensors;
}

Result<std::string> formatNpz(const std::vector<NamedTensor> &tensors) {
  std::vector<ZipMember> members;
  for (const NamedTensor &named : tensors) {
    if (named.name.empty())
      return Error{"a tensor without a name"};
    members.push_back(
        {named.name + std::string(kSuffix), formatNpy(named.tensor)});
  }
  return formatZip(members);
}

Result<std::vector<NamedTensor>> readNpz(const std::string &path) {
  auto bytes = readFile(path);
  if (!bytes)
    return bytes.takeError();
  return parseNpz(*bytes, path);
}

Status writeNpz(const std::string &path,
                const std::vector<NamedTensor> &tensors) {
  const auto bytes = formatNpz(tensors);
  if (!bytes)
    return Error{path + ": " + bytes.error()};
  return writeFileAtomic(path, *bytes);
}

} // namespace vellum
