// Where bytes come from and how they may end: pipes, folders, damaged gzip, huge records, random damage.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <thread>

#include "core/error.h"
#include "core/random.h"
#include "io/byte_source.h"
#include "io/reader_cases.h"
#include "io/reader_files.h"
#include "io/record_reader.h"
#include "io/table_reader.h"

using namespace fm;
using namespace fm::test;
using namespace std::string_literals;

namespace {

/// A named pipe that a thread fills by `produce`, which writes through the given function until that returns
/// false.
class Pipe {
 public:
  using Write = std::function<bool(std::string_view)>;

  explicit Pipe(std::function<void(const Write&)> produce) {
    REQUIRE(::mkfifo(name_.c_str(), 0600) == 0);
    thread_ = std::thread([this, produce = std::move(produce)] {
      sigset_t broken_pipe;  // a reader that stops early is no reason for this program to end
      sigemptyset(&broken_pipe);
      sigaddset(&broken_pipe, SIGPIPE);
      pthread_sigmask(SIG_BLOCK, &broken_pipe, nullptr);
      const int descriptor = ::open(name_.c_str(), O_WRONLY);
      produce([&](std::string_view text) {
        while (!text.empty()) {
          const ssize_t count = ::write(descriptor, text.data(), text.size());
          if (count < 0) return false;
          text.remove_prefix(static_cast<std::size_t>(count));
        }
        return true;
      });
      ::close(descriptor);
    });
  }
  ~Pipe() {
    thread_.join();
    std::filesystem::remove(name_);
  }
  const std::string& name() const { return name_; }

 private:
  std::string name_ =
      (std::filesystem::temp_directory_path() / ("fm-reader-pipe-" + std::to_string(::getpid()))).string();
  std::thread thread_;
};

long peak_kilobytes() {
  rusage usage = {};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

}  // namespace

TEST_CASE("byte source: gzip members are put together, zeros after them are padding") {
  MemoryFile file(gzipped("1,2\n3,") + gzipped("4\n") + std::string(1000, '\0'));
  CHECK(outcome(file.name(), {}) == "1,2 3,4");
  file.write(gzipped("1,2\n") + "more");
  CHECK(outcome(file.name(), {}) == "gzip 0:0");
}

TEST_CASE("byte source: gzip that is cut or changed anywhere is an error, never a shorter table") {
  std::string text;
  Draws draws(7, Purpose::test, 0);
  for (int i = 0; i < 200; ++i) text += std::to_string(draws.normal()) + ",1\n";
  const std::string whole = gzipped(text);
  MemoryFile file;
  file.write("");
  CHECK_THROWS_AS(read_all(file.name()), Error);
  file.write(whole.substr(0, 1));
  CHECK(read_all(file.name()).cols() == 0);  // a table without rows, which read_dataset() refuses
  for (std::size_t cut = 2; cut < whole.size(); ++cut) {
    file.write(whole.substr(0, cut));
    CHECK_MESSAGE(outcome(file.name(), {}) == "gzip 0:0", cut);
  }
  for (std::size_t at = 10; at < whole.size(); at += 7) {  // behind the header, where each bit is checked
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 4);
    file.write(damaged);
    const std::string result = outcome(file.name(), {});
    CHECK_MESSAGE(result.find(' ') != std::string::npos, at);
    CHECK_MESSAGE(result.find("gzip") == 0, at);
  }
}

TEST_CASE("byte source: what cannot be opened or read is an io error") {
  const auto kind_and_id = [](const std::string& path) {
    try {
      ByteSource source(path);
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::io);
      return error.id();
    }
    return std::string();
  };
  CHECK(kind_and_id("/no/such/file") == "open");
  CHECK(kind_and_id("") == "open");
  CHECK(kind_and_id(std::filesystem::temp_directory_path().string()) == "directory");
}

TEST_CASE("table reader: a pipe that gives a byte at a time gives what a file gives") {
  for (const ReaderCase& c : reader_cases()) {
    Pipe pipe([&c](const Pipe::Write& write) {
      for (const char byte : c.input)
        if (!write({&byte, 1})) return;
    });
    CHECK_MESSAGE(outcome(pipe.name(), parse_options(c.options)) == c.values, c.what);
  }
}

TEST_CASE("table reader: - is standard input") {
  const MemoryFile file("a,b\n1,2\n");
  const int saved = ::dup(STDIN_FILENO);
  const int descriptor = ::open(file.name().c_str(), O_RDONLY);
  ::dup2(descriptor, STDIN_FILENO);
  const std::string result = outcome("-", {});
  ::dup2(saved, STDIN_FILENO);
  ::close(descriptor);
  ::close(saved);
  CHECK(result == "1,2");
}

TEST_CASE("table reader: a standard input that does not block is waited for") {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
  const int saved = ::dup(STDIN_FILENO);
  ::dup2(ends[0], STDIN_FILENO);
  std::thread writer([&] {
    for (const std::string_view part : {"a,b\n1,", "2\n"}) {
      std::this_thread::sleep_for(std::chrono::milliseconds(30));
      CHECK(::write(ends[1], part.data(), part.size()) == static_cast<ssize_t>(part.size()));
    }
    ::close(ends[1]);
  });
  const std::string result = outcome("-", {});
  writer.join();
  ::dup2(saved, STDIN_FILENO);
  ::close(saved);
  ::close(ends[0]);
  CHECK(result == "1,2");
}

TEST_CASE("table reader: records across the ends of blocks are whole") {
  // Rows of many lengths, so that each byte of a row meets the end of a block somewhere.
  std::string text;
  Index rows = 0;
  double sum = 0;
  for (; text.size() < (3u << 20); ++rows) {
    text += std::to_string(rows) + "," + std::string(rows % 97, ' ') + "\"1\"\r\n";
    sum += static_cast<double>(rows);
  }
  const MemoryFile file(text);
  TableReader reader(file.name(), {});
  Points block;
  Index count = 0;
  double total = 0;
  while (const Index more = reader.read(block, 1000)) {
    count += more;
    total += block.row(0).sum();
    CHECK((block.row(1).array() == 1).all());
  }
  CHECK(count == rows);
  CHECK(total == sum);
}

TEST_CASE("table reader: a stream is read in bounded memory") {
  constexpr std::size_t bytes = 50u << 20;
  const std::string rows = "0.123456789,1.23456789,-2.3456789e-5\n4,5,6\n";
  Pipe pipe([&](const Pipe::Write& write) {
    std::string block;
    while (block.size() < (1u << 16)) block += rows;
    for (std::size_t done = 0; done < bytes && write(block);) done += block.size();
  });
  const long before = peak_kilobytes();
  TableReader reader(pipe.name(), {});
  Points block;
  while (reader.read(block, 1024) > 0) continue;
  CHECK(reader.summary().rows >= static_cast<std::int64_t>(2 * bytes / rows.size()));
  // The window, the sample of 1 MiB and a block; the sanitizers' own memory comes on top where they are used.
  CHECK(peak_kilobytes() - before < 16 << 10);
}

TEST_CASE("table reader: behind a bad row a stream is searched for more in bounded memory") {
  constexpr std::size_t bytes = 50u << 20;  // 25 million numbers, 200 MB
  Pipe pipe([&](const Pipe::Write& write) {
    if (!write("a,b\nx,2\n")) return;
    std::string block;
    while (block.size() < (1u << 16)) block += "1,2\n";
    for (std::size_t done = 0; done < bytes && write(block);) done += block.size();
  });
  const pid_t child = ::fork();  // whose peak no other test has raised
  if (child == 0) {
    const long before = peak_kilobytes();
    try {
      TableReader reader(pipe.name(), {});
      Points block;
      reader.read(block, 1024);
    } catch (const Error& error) {
      const bool right = error.id() == "csv-number" && error.problems().size() == 1;
      ::_exit(right && peak_kilobytes() - before < 16 << 10 ? 0 : 1);
    }
    ::_exit(2);
  }
  int status = -1;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(status == 0);
}

TEST_CASE("table reader: a record that is too long is named by the line where it starts") {
  const std::string blanks(RecordReader::max_record + 1, ' ');
  for (const std::string& record :
       {"5," + blanks + "6\n7,8\n", "5,\"\n" + blanks, "\"\n" + blanks + "\",1\n"}) {
    const MemoryFile file("1,2\n\n" + record);
    try {
      TableReader reader(file.name(), {.delimiter = ","});
      Points block;
      while (reader.read(block, 10) > 0) continue;
      FAIL("no error");
    } catch (const Error& error) {
      CHECK(error.id() == "record-too-long");
      CHECK(error.problems().front().place.line == 3);
    }
  }
}

TEST_CASE("table reader: a record without end is refused at the limit") {
  for (const std::string start : {"1,2\n3,\"", "1", "[1,", "# "}) {
    Pipe pipe([&](const Pipe::Write& write) {
      const std::string block(1 << 16, '4');
      if (!write(start)) return;
      for (std::size_t done = 0; done < 3 * RecordReader::max_record && write(block);) done += block.size();
    });
    std::string id;
    try {
      TableReader reader(pipe.name(), {.comment = "#"});
      Points block;
      while (reader.read(block, 10) > 0) continue;
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::limit);
      id = error.id();
    }
    CHECK_MESSAGE(id == "record-too-long", start);
  }
}

TEST_CASE("table reader: random damage ends in rows or in an error") {
  const std::vector<ReaderCase>& cases = reader_cases();
  const std::string alphabet = "\",;\t| \r\n\0{}[]:\\#-+.eE019axN\xff\xef"s;
  MemoryFile file;
  Draws draws(8, Purpose::test, 0);
  int read = 0, refused = 0;
  for (int round = 0; round < 20000; ++round) {
    const ReaderCase& c = cases[draws.below(cases.size())];
    std::string text = round % 4 == 0 ? gzipped(c.input) : c.input;
    for (std::uint64_t edits = 1 + draws.below(4); edits > 0; --edits) {
      const std::size_t at = draws.below(text.size() + 1);
      const char byte = alphabet[draws.below(alphabet.size())];
      switch (draws.below(4)) {
        case 0:
          text.insert(at, 1, byte);
          break;
        case 1:
          text.erase(at, 1 + draws.below(3));
          break;
        case 2:
          if (at < text.size()) text[at] = byte;
          break;
        default:
          text.insert(at, text.substr(draws.below(text.size() + 1), draws.below(20)));
      }
    }
    file.write(text);
    try {
      const Points points = read_all(file.name(), parse_options(c.options));
      CHECK(points.allFinite());
      ++read;
    } catch (const Error& error) {
      CHECK(!error.id().empty());
      ++refused;
    }
  }
  // Both kinds of end are met, or the damage is not what it should be.
  CHECK(read > 2000);
  CHECK(refused > 2000);
}
