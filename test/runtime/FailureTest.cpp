//===- test/runtime/FailureTest.cpp - calls that fail ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/Context.h"
#include "runtime/Services.h"

#include <atomic>
#include <cstring>
#include <functional>
#include <gtest/gtest.h>
#include <string>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace vellum;

namespace {

using Program = std::function<void(VellumContext *)>;

/// Runs a program as an entry is run: 0, or 1 where it failed.
int32_t call(const ContextPtr &context, Program program) {
  VellumTensor argument = {};
  argument.data = &program;
  reset(*context);
  return vellum_rt_call(
      context.get(),
      [](VellumContext *own, const VellumTensor *inputs,
         VellumTensor *) -> int32_t {
        (*static_cast<Program *>(inputs->data))(own);
        return 0;
      },
      &argument, nullptr);
}

TEST(Failure, EndsTheCall) {
  const ContextPtr context = createContext();
  bool isPassed = false;
  EXPECT_EQ(call(context,
                 [&](VellumContext *own) {
                   const int64_t values[] = {-7, 4};
                   vellum_rt_fail(own, "m.mlir:3:5",
                                  "index {0} of {1}, {2 and {x}", values);
                   isPassed = true;
                 }),
            1);
  EXPECT_FALSE(isPassed);
  EXPECT_EQ(error(*context), "index -7 of 4, {2 and {x}");
  EXPECT_EQ(errorPlace(*context), "m.mlir:3:5");
  EXPECT_EQ(std::string(errorMessage(*context)),
            "m.mlir:3:5: index -7 of 4, {2 and {x}");
}

TEST(Failure, LeavesTheContextUsable) {
  const ContextPtr context = createContext();
  for (int round = 0; round < 3; ++round) {
    EXPECT_EQ(call(context,
                   [](VellumContext *own) {
                     vellum_rt_alloc(own, 1000, nullptr);
                     vellum_rt_fail(own, nullptr, "again", nullptr);
                   }),
              1);
    EXPECT_EQ(error(*context), "again");
    EXPECT_EQ(errorPlace(*context), "");
    EXPECT_EQ(call(context,
                   [](VellumContext *own) {
                     std::memset(vellum_rt_alloc(own, 1000, nullptr), 1, 1000);
                   }),
              0);
    EXPECT_EQ(error(*context), "");
  }
  // The same memory every time.
  EXPECT_LE(arenaCapacity(*context), 2 << 20);
}

/// Text in braces is no number's place where there are no numbers.
TEST(Failure, TakesTextOfHostsAsItIs) {
  const ContextPtr context = createContext();
  vellum_rt_error(context.get(), "tensor '{0}' is missing");
  EXPECT_EQ(error(*context), "tensor '{0}' is missing");
}

TEST(Failure, NoMemory) {
  const ContextPtr context = createContext();
  for (int64_t bytes : {INT64_MAX, int64_t(1) << 60}) {
    EXPECT_EQ(call(context,
                   [=](VellumContext *own) {
                     vellum_rt_alloc(own, bytes, "m.mlir:1:2");
                   }),
              1);
    EXPECT_EQ(error(*context),
              "no memory for " + std::to_string(bytes) + " bytes");
    EXPECT_EQ(errorPlace(*context), "m.mlir:1:2");
  }
  EXPECT_EQ(call(context,
                 [](VellumContext *own) { vellum_rt_alloc(own, -1, nullptr); }),
            1);
  EXPECT_EQ(error(*context), "needs more memory than there can be");
  EXPECT_EQ(call(context,
                 [](VellumContext *own) {
                   std::memset(vellum_rt_alloc(own, 64, nullptr), 0, 64);
                 }),
            0);
}

/// Where others would write, the first that fails is named, however many
/// threads there are; the context goes on.
TEST(Failure, OfTilesTheFirst) {
  for (int threads : {1, 2, 4}) {
    const ContextPtr context = createContext();
    ASSERT_TRUE(setThreads(*context, threads));
    for (int round = 0; round < 50; ++round) {
      std::atomic<int64_t> done{0};
      bool isPassed = false;
      EXPECT_EQ(call(context,
                     [&](VellumContext *own) {
                       vellum_rt_tiles(
                           own, 40,
                           [](VellumContext *tile, int64_t i, void *arg) {
                             auto *memory = static_cast<char *>(
                                 vellum_rt_alloc(tile, 4096, nullptr));
                             std::memset(memory, int(i), 4096);
                             if (i % 10 == 7)
                               vellum_rt_fail(tile, "m.mlir:9:9", "tile {0}",
                                              &i);
                             ++*static_cast<std::atomic<int64_t> *>(arg);
                           },
                           &done);
                       isPassed = true;
                     }),
                1);
      EXPECT_FALSE(isPassed);
      EXPECT_EQ(error(*context), "tile 7");
      EXPECT_EQ(errorPlace(*context), "m.mlir:9:9");
      EXPECT_GE(done, 7);
    }
    std::atomic<int64_t> done{0};
    EXPECT_EQ(call(context,
                   [&](VellumContext *own) {
                     vellum_rt_tiles(
                         own, 40,
                         [](VellumContext *, int64_t, void *arg) {
                           ++*static_cast<std::atomic<int64_t> *>(arg);
                         },
                         &done);
                   }),
              0);
    EXPECT_EQ(done, 40);
    EXPECT_EQ(vellum_rt_threads(context.get()), threads);
  }
}

/// An error that is recorded without leaving the tile ends the call as well.
TEST(Failure, OfTilesThatReturn) {
  const ContextPtr context = createContext();
  EXPECT_EQ(call(context,
                 [](VellumContext *own) {
                   vellum_rt_tiles(
                       own, 5,
                       [](VellumContext *tile, int64_t i, void *) {
                         if (i >= 2)
                           vellum_rt_error(tile, i == 2 ? "second" : "later");
                       },
                       nullptr);
                 }),
            1);
  EXPECT_EQ(error(*context), "second");
}

/// What `body` returns in a process of its own, whose limits are its own.
int inChild(const std::function<int()> &body) {
  const pid_t child = fork();
  if (child == 0)
    _exit(body());
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(Failure, AddressSpaceThatEnds) {
  EXPECT_EQ(inChild([] {
              const ContextPtr context = createContext();
              const rlimit limit = {256 << 20, 256 << 20};
              setrlimit(RLIMIT_AS, &limit);
              const int32_t code = call(context, [](VellumContext *own) {
                for (;;)
                  vellum_rt_alloc(own, 16 << 20, nullptr);
              });
              return code == 1 &&
                             error(*context) == "no memory for 16777216 bytes"
                         ? 0
                         : 1;
            }),
            0);
}

TEST(Failure, ThreadsThatAreRefused) {
  EXPECT_EQ(inChild([] {
              const ContextPtr context = createContext();
              // A thread's stack needs address space.
              const rlimit limit = {64 << 20, 64 << 20};
              setrlimit(RLIMIT_AS, &limit);
              if (setThreads(*context, 4000))
                return 1;
              // With those that there are, everything works.
              std::atomic<int64_t> done{0};
              const int32_t code = call(context, [&](VellumContext *own) {
                vellum_rt_tiles(
                    own, 100,
                    [](VellumContext *, int64_t, void *arg) {
                      ++*static_cast<std::atomic<int64_t> *>(arg);
                    },
                    &done);
              });
              return code == 0 && done == 100 ? 0 : 2;
            }),
            0);
}

} // namespace
