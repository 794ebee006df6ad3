//===- test/runtime/FileTest.cpp - whole files ----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/File.h"
#include "runtime/Npy.h"
#include "runtime/Npz.h"
#include "runtime/Safetensors.h"

#include <csignal>
#include <cstdlib>
#include <dirent.h>
#include <fcntl.h>
#include <fstream>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace vellum;

namespace {

class FileTest : public ::testing::Test {
protected:
  void SetUp() override {
    std::string pattern = ::testing::TempDir() + "vellum-XXXXXX";
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    directory = pattern;
  }
  void TearDown() override {
    for (const std::string &name : list())
      unlink((directory + "/" + name).c_str());
    rmdir(directory.c_str());
  }

  std::vector<std::string> list() const {
    std::vector<std::string> names;
    DIR *d = opendir(directory.c_str());
    while (const dirent *entry = readdir(d))
      if (entry->d_name[0] != '.')
        names.push_back(entry->d_name);
    closedir(d);
    return names;
  }

  std::string directory;
};

TEST_F(FileTest, WritesAndReplaces) {
  const std::string path = directory + "/a";
  for (const std::string &text :
       {std::string("one"), std::string(), std::string(100000, '\0')}) {
    ASSERT_TRUE(writeFileAtomic(path, text));
    const auto read = readFile(path);
    ASSERT_TRUE(read) << read.error();
    EXPECT_EQ(*read, text);
  }
  EXPECT_EQ(list(), std::vector<std::string>{"a"}) << "nothing is left over";
}

TEST_F(FileTest, LeftoversAreNotInTheWay) {
  const std::string path = directory + "/a";
  // As processes of this number, killed while they wrote, would leave them.
  const std::string front = path + "." + std::to_string(getpid()) + ".";
  for (int i = 0; i < 100; ++i)
    std::ofstream(front + std::to_string(i) + ".tmp") << "half";
  ASSERT_TRUE(writeFileAtomic(path, "whole"));
  EXPECT_EQ(*readFile(path), "whole");
  EXPECT_EQ(list().size(), 101u) << "others' files are theirs";
  const auto [begin, end] = temporaryNames(path);
  EXPECT_EQ(front.rfind(begin, 0), 0u);
  EXPECT_EQ(end, ".tmp");
}

TEST_F(FileTest, AppendsWholeOrNotAtAll) {
  const std::string path = directory + "/a";
  ASSERT_TRUE(appendToFile(path, "one\n"));
  ASSERT_TRUE(appendToFile(path, "two\n"));
  ASSERT_TRUE(flushFile(path));
  EXPECT_EQ(*readFile(path), "one\ntwo\n");

  // A limit of 10 bytes, as a full disk would set it.
  rlimit before;
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit ten = {10, before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &ten), 0);
  const Status status = appendToFile(path, "three\n");
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &before), 0);
  std::signal(SIGXFSZ, handler);
  EXPECT_EQ(status.error(), path + ": cannot append: File too large");
  EXPECT_EQ(*readFile(path), "one\ntwo\n");

  EXPECT_EQ(appendToFile(directory, "x").error(),
            directory + ": cannot open: Is a directory");
  EXPECT_EQ(flushFile(directory + "/none").error(),
            directory + "/none: cannot open: No such file or directory");
}

TEST_F(FileTest, LinksAndPipesStay) {
  const std::string target = directory + "/target", link = directory + "/link",
                    pipe = directory + "/pipe";
  ASSERT_TRUE(writeFileAtomic(target, "old"));
  ASSERT_EQ(symlink("target", link.c_str()), 0);
  ASSERT_TRUE(writeFileAtomic(link, "new"));
  EXPECT_EQ(*readFile(target), "new");
  struct stat info;
  ASSERT_EQ(lstat(link.c_str(), &info), 0);
  EXPECT_TRUE(S_ISLNK(info.st_mode));

  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  const int reader = open(pipe.c_str(), O_RDONLY | O_NONBLOCK);
  ASSERT_GE(reader, 0);
  ASSERT_TRUE(writeFileAtomic(pipe, "through"));
  char got[8] = {};
  EXPECT_EQ(read(reader, got, sizeof got), 7);
  EXPECT_STREQ(got, "through");
  close(reader);
  ASSERT_EQ(lstat(pipe.c_str(), &info), 0);
  EXPECT_TRUE(S_ISFIFO(info.st_mode));

  EXPECT_EQ(writeFileAtomic(directory, "x").error(),
            directory + ": is a directory");
}

TEST_F(FileTest, ErrorsNameThePath) {
  const std::string path = directory + "/no/where";
  EXPECT_EQ(readFile(path).error(),
            path + ": cannot open: No such file or directory");
  EXPECT_NE(writeFileAtomic(path, "x").error().find(path), std::string::npos);
  EXPECT_EQ(readFile(directory).error(), directory + ": not a regular file");
}

TEST_F(FileTest, TensorsInEveryFormat) {
  const Tensor t = Tensor::of<float>({2, 1}, {1.5f, -2});
  ASSERT_TRUE(writeNpy(directory + "/t.npy", t));
  ASSERT_TRUE(writeNpz(directory + "/t.npz", {{"t", t}}));
  ASSERT_TRUE(writeSafetensors(directory + "/t.safetensors", {{{"t", t}}, {}}));
  const auto npy = readNpy(directory + "/t.npy");
  const auto npz = readNpz(directory + "/t.npz");
  const auto safe = readSafetensors(directory + "/t.safetensors");
  ASSERT_TRUE(npy) << npy.error();
  ASSERT_TRUE(npz) << npz.error();
  ASSERT_TRUE(safe) << safe.error();
  EXPECT_EQ(*npy, t);
  EXPECT_EQ(npz->at(0).tensor, t);
  EXPECT_EQ(safe->tensors.at(0).tensor, t);
}

} // namespace
