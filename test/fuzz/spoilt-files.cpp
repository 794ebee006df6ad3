//===- test/fuzz/spoilt-files.cpp - does a damaged file do harm? ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   spoilt-files [--seed=N] [--index=N] [--count=N] [--minutes=N]
//
// Damages files of tensors and reads them. A reader must say what is wrong or
// accept the file; with sanitizers it must also not look where it should not.
// Links the runtime alone, so that it can be built with sanitizers in seconds.
//
//===----------------------------------------------------------------------===//

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>

#include "runtime/Philox.h"
#include "test/fuzz/Campaign.h"
#include "test/fuzz/Spoil.h"

using namespace vellum;
using namespace vellum::fuzz;

static constexpr uint64_t kFormats = std::size(kFormatNames);

static std::string fileOf(uint64_t seed, uint64_t index) {
  Choices choices(philoxFold(seed, index));
  return makeFile(Format(index % kFormats), true, choices);
}

/// The sound files must be read: else the damaged ones show nothing.
static bool readsSoundFiles() {
  for (uint64_t i = 0; i < 200; ++i) {
    Choices choices(philoxFold(7, i));
    const Format format = Format(i % kFormats);
    if (!readsFile(format, makeFile(format, false, choices))) {
      std::printf("a sound file is refused: %s %llu\n",
                  kFormatNames[i % kFormats], (unsigned long long)i);
      return false;
    }
  }
  return true;
}

/// The value of `--name=value`, or `otherwise`.
static uint64_t option(int argc, char **argv, const char *name,
                       uint64_t otherwise) {
  const size_t size = std::strlen(name);
  for (int i = 1; i < argc; ++i)
    if (std::strncmp(argv[i], name, size) == 0 && argv[i][size] == '=')
      return std::strtoull(argv[i] + size + 1, nullptr, 10);
  return otherwise;
}

int main(int argc, char **argv) {
  const uint64_t seed = option(argc, argv, "--seed", 1),
                 begin = option(argc, argv, "--index", 0),
                 count = option(argc, argv, "--count", 10000),
                 minutes = option(argc, argv, "--minutes", 0);
  if (!readsSoundFiles())
    return 1;
  char scratch[] = "/tmp/spoilt-files-XXXXXX";
  if (!mkdtemp(scratch))
    return 2;
  const auto start = std::chrono::steady_clock::now();
  std::map<std::string, uint64_t> accepted;
  uint64_t number = 0, failures = 0;
  Campaign campaign(scratch, 20);
  campaign.run(
      begin, begin + count,
      [&](uint64_t i) {
        return readsFile(Format(i % kFormats), fileOf(seed, i)) ? "y" : "n";
      },
      [&](uint64_t i, const Outcome &outcome) {
        ++number;
        accepted[kFormatNames[i % kFormats]] += outcome.text == "y";
        if (!outcome.death.empty()) {
          ++failures;
          std::printf("FAIL --seed=%llu --index=%llu (%s): %s\n%s\n",
                      (unsigned long long)seed, (unsigned long long)i,
                      kFormatNames[i % kFormats], outcome.death.c_str(),
                      outcome.errors.substr(0, 4000).c_str());
        }
        const std::chrono::duration<double> took =
            std::chrono::steady_clock::now() - start;
        return failures < 20 && !(minutes && took.count() > 60.0 * minutes);
      });
  std::remove((std::string(scratch) + "/errors").c_str());
  std::remove(scratch);
  std::printf("%llu damaged files from seed %llu, index %llu on: %llu "
              "failures; accepted:",
              (unsigned long long)number, (unsigned long long)seed,
              (unsigned long long)begin, (unsigned long long)failures);
  for (const auto &[format, times] : accepted)
    std::printf(" %s %llu", format.c_str(), (unsigned long long)times);
  std::printf("\n");
  return failures > 0;
}
