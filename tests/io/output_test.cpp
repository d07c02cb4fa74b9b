#include "io/output.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <iostream>
#include <memory>
#include <thread>
#include <vector>

#include "core/error.h"
#include "io/read_file.h"
#include "support/process.h"

using namespace fm;
using namespace fm::test;

namespace {

/// Id of the error that `action` throws, "" if it throws none.
std::string failure(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.id();
  }
  return "";
}

std::string hint(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.hint();
  }
  return "";
}

std::size_t entries(const Folder& folder) {
  const std::filesystem::directory_iterator all(folder.path());
  return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

unsigned mode_of(const std::string& path) {
  struct stat status = {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  return status.st_mode & 0777u;
}

/// Bytes that do not repeat, so that a piece lost or doubled shows.
std::string long_text(std::size_t lines) {
  std::string text;
  for (std::size_t i = 0; i < lines; ++i) text += std::to_string(i * 7919 % 1000003) + "\n";
  return text;
}

/// Exit code of a child process that runs `body`; -SIGNAL if a signal ended it.
int in_child(const std::function<int()>& body) {
  // Under sanitizers and valgrind _exit empties buffers: the child would write what is in the parent's.
  std::cout.flush();
  std::fflush(stdout);
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) ::_exit(body());
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

/// Restores the umask at the end of its scope.
struct Umask {
  mode_t old;
  explicit Umask(mode_t mask) : old(::umask(mask)) {}
  ~Umask() { ::umask(old); }
};

}  // namespace

TEST_CASE("output: the old file stays until commit, and for ever without it, no temporary is left") {
  const Folder folder;
  write_text(folder / "a", "old");
  {
    Output output(folder / "a");
    output.write("new");
    output.flush();
    CHECK(read_text(folder / "a") == "old");
    CHECK(entries(folder) == 2);
  }
  CHECK(read_text(folder / "a") == "old");
  CHECK(entries(folder) == 1);
  Output output(folder / "a");
  output.write("new");
  output.commit();
  CHECK(read_text(folder / "a") == "new");
  CHECK(entries(folder) == 1);
}

TEST_CASE("output: writes of any size arrive whole and in order") {
  const Folder folder;
  const std::string text = long_text(400000);  // 2.7 MB, several blocks
  for (const std::size_t piece : {std::size_t{999}, std::size_t{262144}, text.size()}) {
    Output output(folder / "a");
    output.write("");
    for (std::size_t at = 0; at < text.size(); at += piece)
      output.write(std::string_view(text).substr(at, piece));
    Output moved(std::move(output));
    moved.write("end");
    moved.commit();
    CHECK(read_text(folder / "a") == text + "end");
  }
}

TEST_CASE("output: a new file obeys the umask, a replaced one keeps its permissions") {
  const Folder folder;
  const Umask mask(027);
  write_file(folder / "new", "x");
  CHECK(mode_of(folder / "new") == 0640u);
  REQUIRE(::chmod((folder / "new").c_str(), 0604) == 0);
  write_file(folder / "new", "y");
  CHECK(mode_of(folder / "new") == 0604u);
}

TEST_CASE("output: a symbolic link stays, the file it leads to is replaced or made") {
  const Folder folder, elsewhere;
  write_text(elsewhere / "a", "old");
  std::filesystem::create_symlink(elsewhere / "a", folder / "absolute");
  std::filesystem::create_symlink("absolute", folder / "chain");
  std::filesystem::create_symlink("later", folder / "dangling");
  write_file(folder / "chain", "new");
  write_file(folder / "dangling", "made");
  for (const char* link : {"absolute", "chain", "dangling"})
    CHECK(std::filesystem::is_symlink(folder / link));
  CHECK(read_text(elsewhere / "a") == "new");
  CHECK(read_text(folder / "later") == "made");
  std::filesystem::create_symlink("circle", folder / "circle");
  CHECK(failure([&] { write_file(folder / "circle", "x"); }) == "open");
}

TEST_CASE("output: names as long as the system allows, and a temporary left by another process") {
  const Folder folder;
  const std::string longest(255, 'n');
  write_file(folder / longest, "x");
  CHECK(read_text(folder / longest) == "x");
  CHECK(failure([&] { Output(folder / (longest + "n")); }) == "open");
  const std::string stale = ".a." + std::to_string(::getpid()) + ".tmp";
  write_text(folder / stale, "left");
  write_file(folder / "a", "x");
  CHECK(read_text(folder / "a") == "x");
  CHECK(read_text(folder / stale) == "left");
}

TEST_CASE("output: what cannot be written is an io error with a hint") {
  const Folder folder;
  const auto write_to = [](const std::string& path) { return [path] { write_file(path, "x"); }; };
  CHECK(failure(write_to(folder / "no/a")) == "open");
  CHECK(hint(write_to(folder / "no/a")).find("mkdir") != std::string::npos);
  CHECK(failure(write_to(folder.path())) == "directory");
  CHECK(!hint(write_to(folder.path())).empty());
  CHECK(failure(write_to(folder / "a/")) == "directory");
  write_text(folder / "file", "x");
  CHECK(failure(write_to(folder / "file/a")) == "open");
  CHECK(failure(write_to("/dev/full")) == "write");
  CHECK(!hint(write_to("/dev/full")).empty());
  CHECK(failure([] {
          Output output("/dev/full");
          output.write(long_text(100000));  // more than the buffer: fails before commit
        }) == "write");
}

TEST_CASE("output: 64 may be open at once, one more is a limit error, and a place is free again after each") {
  const Folder folder;
  std::vector<std::unique_ptr<Output>> outputs;
  for (int k = 0; k < 64; ++k) outputs.push_back(std::make_unique<Output>(folder / std::to_string(k)));
  CHECK(failure([&] { write_file(folder / "one more", "x"); }) == "too-many-outputs");
  outputs.pop_back();
  write_file(folder / "one more", "x");
  CHECK(read_text(folder / "one more") == "x");
}

TEST_CASE("output: a folder without the right to write is an io error with a hint") {
  const Folder folder;
  REQUIRE(::chmod(folder.path().c_str(), 0555) == 0);
  const auto write = [&] { write_file(folder / "a", "x"); };
  const int code = in_child([&] {
    if (::geteuid() == 0 && ::setuid(65534) != 0) return 2;  // root may write everywhere; nobody may not
    return failure(write) == "open" && !hint(write).empty() ? 0 : 1;
  });
  CHECK(code == 0);
}

TEST_CASE("output: without clobber an existing file stays, also one that came in between") {
  const Folder folder;
  write_text(folder / "a", "old");
  CHECK(failure([&] { Output(folder / "a", false); }) == "output-exists");
  Output output(folder / "b", false);
  output.write("mine");
  write_text(folder / "b", "theirs");
  CHECK(failure([&] { output.commit(); }) == "output-exists");
  CHECK(read_text(folder / "b") == "theirs");
  Output fresh(folder / "c", false);
  fresh.commit();
  CHECK(std::filesystem::exists(folder / "c"));
}

TEST_CASE("output: a write that fails leaves the old file and no temporary") {
  const Folder folder;
  write_text(folder / "a", "old");
  // A limit on the size of files is the full disk that every test machine has.
  const int code = in_child([&] {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit = {100000, 100000};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    return failure([&] { write_file(folder / "a", long_text(100000)); }) == "write" ? 0 : 1;
  });
  CHECK(code == 0);
  CHECK(read_text(folder / "a") == "old");
  CHECK(entries(folder) == 1);
}

TEST_CASE("output: a FIFO is written straight, and a reader that leaves is a closed pipe") {
  const Folder folder;
  const std::string fifo = folder / "fifo", text = long_text(100000);
  REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
  std::string received;
  std::thread reader([&] { received = read_file(fifo, text.size()); });
  write_file(fifo, text);
  reader.join();
  CHECK(received == text);
  CHECK(entries(folder) == 1);

  ::signal(SIGPIPE, SIG_IGN);
  std::thread leaver([&] { ::close(::open(fifo.c_str(), O_RDONLY)); });
  Output output(fifo);
  leaver.join();
  CHECK(failure([&] {
          output.write(text);
          output.commit();
        }) == "closed-pipe");
  ::signal(SIGPIPE, SIG_DFL);
}

TEST_CASE("output: a name of an open descriptor keeps its position") {
  const Folder folder;
  write_text(folder / "log", "before\n");
  const int log = ::open((folder / "log").c_str(), O_WRONLY | O_APPEND);
  REQUIRE(log >= 0);
  write_file("/dev/fd/" + std::to_string(log), "after\n");
  ::close(log);
  CHECK(read_text(folder / "log") == "before\nafter\n");
}

TEST_CASE(
    "output: standard output that is closed or not open for writing is an error, no other file is hit") {
  const Folder folder;
  write_text(folder / "other", "other");
  for (const bool reopened : {false, true}) {
    const int code = in_child([&] {
      ::close(STDOUT_FILENO);
      if (reopened && ::open((folder / "other").c_str(), O_RDONLY) != STDOUT_FILENO) return 2;
      return failure([] { write_file("-", "x"); }) == "write" ? 0 : 1;
    });
    CHECK(code == 0);
  }
  CHECK(read_text(folder / "other") == "other");
}

TEST_CASE("output: .gz is gzip of the bytes, the same file each time") {
  const Folder folder;
  const std::string text = long_text(300000);
  for (const char* name : {"a.gz", "b.gz"}) {
    Output output(folder / name);
    for (std::size_t at = 0; at < text.size(); at += 10007)
      output.write(std::string_view(text).substr(at, 10007));
    output.commit();
  }
  const std::string packed = read_text(folder / "a.gz");
  CHECK(packed == read_text(folder / "b.gz"));
  CHECK(packed.size() < text.size() / 2);
  // RFC 1952: magic, deflate, no flags (so no name), no time.
  CHECK(packed.substr(0, 8) == std::string("\x1f\x8b\x08\0\0\0\0\0", 8));
  const gzFile file = ::gzopen((folder / "a.gz").c_str(), "rb");
  std::string unpacked(text.size() + 1, '\0');
  unpacked.resize(static_cast<std::size_t>(
      std::max(0, ::gzread(file, unpacked.data(), static_cast<unsigned>(unpacked.size())))));
  CHECK(::gzclose(file) == Z_OK);
  CHECK(unpacked == text);
}

TEST_CASE(
    "output: a growing file begins anew, a continued one goes on where it ends, both seen before commit") {
  const Folder folder;
  const std::string path = folder / "log";
  write_text(path, "old\n");
  Output anew(path, OutputMode::growing);
  CHECK(read_text(path).empty());
  anew.write("first\n");
  anew.flush();
  CHECK(read_text(path) == "first\n");
  anew.commit();
  Output more(path, OutputMode::continued);
  CHECK(read_text(path) == "first\n");
  more.write("second\n");
  more.flush();
  CHECK(read_text(path) == "first\nsecond\n");
  more.commit();
  Output absent(folder / "absent", OutputMode::continued);
  absent.commit();
  CHECK(read_text(folder / "absent").empty());
}

TEST_CASE("output: remove_temporaries takes away what a signal would leave, and commit fails from then on") {
  const Folder folder;
  write_text(folder / "a", "old");
  Output output(folder / "a");
  output.write("new");
  remove_temporaries();
  CHECK(entries(folder) == 1);
  CHECK(failure([&] { output.commit(); }) == "write");
  CHECK(read_text(folder / "a") == "old");
}

TEST_CASE("output: a process that is stopped at any moment by a handled signal leaves no temporary") {
  const Folder folder;
  const auto on_signal = [](int) {
    remove_temporaries();
    ::_exit(0);
  };
  for (useconds_t delay = 0; delay < 40; ++delay) {
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      ::signal(SIGTERM, on_signal);
      for (;;) write_file(folder / "a", "whole");
    }
    while (!std::filesystem::exists(folder / "a")) ::usleep(100);
    ::usleep(delay * 97);
    ::kill(child, SIGTERM);
    ::waitpid(child, nullptr, 0);
    CHECK(read_text(folder / "a") == "whole");
    CHECK(entries(folder) == 1);
    std::filesystem::remove(folder / "a");
  }
}

TEST_CASE("output: same_file sees through links and other spellings") {
  const Folder folder;
  write_text(folder / "a", "x");
  write_text(folder / "b", "x");
  std::filesystem::create_symlink("a", folder / "soft");
  std::filesystem::create_hard_link(folder / "a", folder / "hard");
  CHECK(same_file(folder / "a", folder / "./a"));
  CHECK(same_file(folder / "a", folder / "soft"));
  CHECK(same_file(folder / "a", folder / "hard"));
  CHECK(!same_file(folder / "a", folder / "b"));
  CHECK(!same_file(folder / "none", folder / "none"));
}

TEST_CASE("read_file: the whole file up to the limit, an error beyond") {
  const Folder folder;
  write_text(folder / "ten", "0123456789");
  CHECK(read_file(folder / "ten", 10) == "0123456789");
  CHECK(failure([&] { read_file(folder / "ten", 9); }) == "too-large");
  CHECK(failure([] { read_file("/dev/zero", 1000000); }) == "too-large");
  CHECK(read_file("/dev/null", 0).empty());
  CHECK(read_file("/proc/self/status", 1 << 20).size() > 100);  // says it has 0 bytes
  CHECK(failure([&] { read_file(folder / "none", 10); }) == "open");
  CHECK(failure([&] { read_file(folder.path(), 10); }) == "directory");
}

TEST_CASE("read_file: gzip is decompressed, and its limit is on what comes out") {
  const Folder folder;
  write_file(folder / "zeros.gz", std::string(100000, '0'));
  CHECK(std::filesystem::file_size(folder / "zeros.gz") < 1000);
  CHECK(read_file(folder / "zeros.gz", 100000) == std::string(100000, '0'));
  CHECK(failure([&] { read_file(folder / "zeros.gz", 99999); }) == "too-large");
}

TEST_CASE("output: .GZ compresses as .gz does") {
  const Folder folder;
  write_file(folder / "a.CSV.GZ", "1,2\n");
  CHECK(shell(folder, "gzip -dc < a.CSV.GZ").out == "1,2\n");
}

TEST_CASE("output: a start that is known last takes the place of the first bytes") {
  const Folder folder;
  {
    Output output(folder / "t");
    output.replace_start("123");
    output.write("000 rows\n" + long_text(300000));
    output.flush();
    output.replace_start("456");
    CHECK_FALSE(std::filesystem::exists(folder / "t"));
    output.commit();
  }
  CHECK(read_text(folder / "t") == "456 rows\n" + long_text(300000));
  write_text(folder / "before", "before\n");
  const int code = in_child([&] {
    const int file = ::open((folder / "before").c_str(), O_WRONLY);
    if (::lseek(file, 7, SEEK_SET) != 7 || ::dup2(file, STDOUT_FILENO) < 0) return 2;
    Output output("-");
    output.write("000 rows\n");
    output.replace_start("789");
    output.commit();
    return 0;
  });
  CHECK(code == 0);
  CHECK(read_text(folder / "before") == "before\n789 rows\n");
  for (const char* name : {"t.gz", "/dev/null"})
    CHECK(failure([&] {
            Output output(name[0] == '/' ? name : folder / name);
            output.replace_start("1");
          }) == "output-start");
}
