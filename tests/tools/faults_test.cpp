// Faults of the system at every place: the K-th write, fsync, rename, close, open or allocation fails, for
// all K (tests/support/preload/faults.cpp).
#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <random>

#include "core/text.h"
#include "tools/support.h"

using namespace fm;
using namespace fm::test;

namespace {

struct Command {
  std::string text;                 ///< writes "out" and perhaps others
  std::vector<std::string> others;  ///< outputs beside "out"

  std::string out() const {
    for (const std::string name : {"out.gz", "out.txt", "out.npy"})
      if (contains(text, name)) return name;
    return "out";
  }
  std::string rest() const { return joined(others, " "); }
};

std::vector<Command> writers() {
  return {
      {"fm-train in.csv -o out --steps 20 --report report --log log", {"report", "log"}},
      {"fm-train in.csv -o out --steps 20 --checkpoint state --checkpoint-every 0 --resume auto", {"state"}},
      {"fm-sample -m m.safetensors -n 3000 -o out --report report", {"report"}},
      {"fm-sample -m m.safetensors in.csv -o out.gz", {}},
      {"fm-sample -m m.safetensors -n 3000 -o out.npy", {}},
      {"fm-data moons -n 3000 -o out", {}},
      {"fm-data split in.csv --train out --test other", {"other"}},
      {"fm-data split in.csv --train other --test out", {"other"}},
      {"fm-eval in.csv -r in.csv -o out --repeats 1 --metric w1", {}},
      {"fm-info m.safetensors -o out", {}},
      {"fm-plot in.csv -o out.txt", {}}};
}

Folder& folder_with_inputs(Folder& folder) {
  make_model(folder);
  output_of(folder, "head -200 '" + data_file("moons.csv") + "' > in.csv");
  return folder;
}

struct Fault {
  Result result;
  bool happened;
};

/// `more`: other variables of faults.cpp.
Fault run_with(const Folder& folder, const std::string& fault, const std::string& command,
               const std::string& more = "") {
  shell(folder, "rm -f mark");
  const std::string environment =
      "LD_PRELOAD='" FM_FAULTS "' FM_FAULT=" + fault + " FM_FAULT_MARK=$PWD/mark " + more + " ";
  const Result result = shell(folder, environment + command + " -q -j1");
  return {result, shell(folder, "test -e mark").code == 0};
}

bool can_inject(const Folder& folder) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  (void)folder;
  return false;
#else
  return run_with(folder, "write:1", "fm-data --version").happened;
#endif
}

}  // namespace

TEST_CASE("faults: at every write and sync and rename and close and open old files or new ones stay whole") {
  Folder folder;
  folder_with_inputs(folder);
  if (!can_inject(folder)) {
    MESSAGE("skipped: nothing can be loaded before the C library here");
    return;
  }
  int faults = 0;
  for (const Command& writer : writers()) {
    const std::string command = writer.text, out = writer.out(), rest = writer.rest();
    CAPTURE(command);
    output_of(folder, "rm -rf " + out + " " + rest + "; " + command + " -q -j1; cp " + out + " right");
    for (const std::string function : {"write", "fsync", "rename", "close", "open"}) {
      CAPTURE(function);
      for (int k = 1;; ++k) {
        CAPTURE(k);
        REQUIRE(k < 500);
        output_of(folder, "rm -f " + rest + "; echo old > " + out);
        const auto [result, happened] = run_with(folder, function + ":" + std::to_string(k), command);
        CAPTURE(result.err);
        if (!happened) {
          CHECK(result.code == 0);
          break;
        }
        ++faults;
        // A file that is tried and thrown away may close badly.
        const bool harmless = result.code == 0 && function == "close";
        CHECK((result.code == 5 || harmless));
        CHECK((contains(result.err, ": error: ") || harmless));
        const bool whole = shell(folder, "cmp " + out + " right").code == 0;
        CHECK((whole || read_text(folder / out) == "old\n"));
        CHECK(output_of(folder, "ls -A | grep -c tmp || true") == "0\n");
      }
    }
  }
  CHECK(faults > 60);
}

TEST_CASE(
    "faults: an allocation that fails anywhere in reading or writing ends with 7 and leaves the old file" *
    doctest::test_suite("slow")) {
  Folder folder;
  folder_with_inputs(folder);
  if (!can_inject(folder)) {
    MESSAGE("skipped: nothing can be loaded before the C library here");
    return;
  }
  output_of(folder, "gzip -k in.csv; fm-data convert in.csv -o in.jsonl");
  int faults = 0;
  for (const auto& [command, from] : std::vector<std::pair<std::string, std::string>>{
           {"fm-train in.csv -o out --steps 2 --hidden 4", "in.csv"},
           {"fm-sample -m m.safetensors in.csv.gz -o out", "m.safetensors"},
           {"fm-data convert in.jsonl -o out", "in.jsonl"},
           {"fm-data check in.csv -o out", "in.csv"},
           {"fm-info m.safetensors --dump -o out", "m.safetensors"}}) {
    CAPTURE(command);
    output_of(folder, command + " -q -j1; cp out right");
    // Every one of the first, then fewer and fewer.
    for (int k = 1;; k += 1 + k / 8) {
      CAPTURE(k);
      output_of(folder, "echo old > out");
      const auto [result, happened] =
          run_with(folder, "allocate:" + std::to_string(k), command, "FM_FAULT_FROM=" + from);
      CAPTURE(result.err);
      if (!happened) break;
      ++faults;
      // Streams of the C++ library take a buffer that they do not get as a file that cannot be read.
      CHECK((result.code == 7 || result.code == 5 || result.code == 0));
      const bool whole = shell(folder, "cmp out right").code == 0;
      CHECK((whole || (result.code != 0 && read_text(folder / "out") == "old\n")));
      if (result.code == 7) CHECK(contains(result.err, "[memory]"));
      CHECK(output_of(folder, "ls -A | grep -c tmp || true") == "0\n");
    }
  }
  CHECK(faults > 150);
}

namespace {

bool killed(const Result& result) {
  return result.signal == SIGKILL || result.code == 128 + SIGKILL;
}

/// Kills a command at moments of its own and looks at what is left.
class Killer {
 public:
  Killer(const Folder& folder, Command command) : folder_(folder), command_(std::move(command)) {
    const auto begin = std::chrono::steady_clock::now();
    output_of(folder, "rm -rf " + command_.out() + " " + command_.rest() + "; " + command_.text + " -q -j1");
    seconds_ = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    output_of(folder, "cp " + command_.out() + " right");
  }

  int kills() const { return kills_; }

  /// At the k-th call of `function`, `when` = before or after; false: there are not so many.
  bool at_call(const std::string& function, int k, const std::string& when) {
    make_old();
    const Fault fault =
        run_with(folder_, function + ":" + std::to_string(k), command_.text, "FM_FAULT_KILL=" + when);
    REQUIRE(killed(fault.result) == fault.happened);
    if (fault.happened) check();
    return fault.happened;
  }

  /// After a share of its time.
  void at_time(double share) {
    make_old();
    const Result result = shell(
        folder_, "timeout -s KILL " + std::to_string(share * seconds_) + " " + command_.text + " -q -j1");
    REQUIRE((killed(result) || result.code == 0));
    if (killed(result)) check();
  }

 private:
  void make_old() { output_of(folder_, "rm -f " + command_.rest() + "; echo old > " + command_.out()); }

  /// The old file or the new one, whole; and that the next run goes through, whatever was left.
  void check() {
    CAPTURE(command_.text);
    ++kills_;
    const bool whole = shell(folder_, "cmp " + command_.out() + " right").code == 0;
    CHECK((whole || read_text(folder_ / command_.out()) == "old\n"));
    output_of(folder_, command_.text + " -q -j1; cmp " + command_.out() + " right");
    output_of(folder_, "rm -f .*.tmp");
  }

  const Folder& folder_;
  Command command_;
  double seconds_ = 0;
  int kills_ = 0;
};

}  // namespace

TEST_CASE("faults: of 1000 kills while files are written each leaves the old file or the new one whole" *
          doctest::test_suite("slow")) {
  Folder folder;
  folder_with_inputs(folder);
  if (!can_inject(folder)) {
    MESSAGE("skipped: nothing can be loaded before the C library here");
    return;
  }
  int kills = 0;
  for (const Command& writer : writers()) {
    Killer killer(folder, writer);
    for (const std::string function : {"write", "fsync", "rename", "close", "open"})
      for (const std::string when : {"before", "after"})
        for (int k = 1; killer.at_call(function, k, when);) REQUIRE(++k < 500);
    const int at_calls = killer.kills();
    std::mt19937 random(1);
    while (killer.kills() < std::max(100, at_calls))
      killer.at_time(std::uniform_real_distribution<double>(0.1, 1)(random));
    kills += killer.kills();
    MESSAGE(writer.text, ": ", at_calls, " at calls, ", killer.kills(), " in all");
  }
  CHECK(kills >= 1000);
}

TEST_CASE("faults: a full device at any output of any tool is exit 5 and said") {
  Folder folder;
  folder_with_inputs(folder);
  if (shell(folder, "test -c /dev/full").code != 0) {
    MESSAGE("skipped: no /dev/full");
    return;
  }
  for (const std::string command :
       {"fm-train in.csv --steps 5", "fm-sample -m m.safetensors -n 9", "fm-path -m m.safetensors -n 9",
        "fm-eval in.csv -r in.csv --metric w1 --repeats 1", "fm-data moons -n 5", "fm-data check in.csv",
        "fm-data stats in.csv", "fm-data convert in.csv", "fm-pairs in.csv in.csv",
        "fm-solvers -m m.safetensors -n 20 --solvers euler", "fm-loss --exact in.csv -n 100",
        "fm-energy --exact in.csv -n 100", "fm-grid --exact in.csv --cells 4", "fm-info m.safetensors"}) {
    CAPTURE(command);
    for (const std::string output : {" -o /dev/full", " > /dev/full", " -o out --report /dev/full"}) {
      CAPTURE(output);
      const Result result = shell(folder, command + " -q" + output);
      CAPTURE(result.err);
      CHECK(result.code == 5);
      CHECK(contains(result.err, "No space left on device"));
    }
  }
  for (const std::string command :
       {"fm-train in.csv -o out --steps 5 --log /dev/full",
        "fm-data split in.csv --train /dev/full --test other",
        "fm-data split in.csv --train other --test /dev/full", "fm-sample --help > /dev/full",
        "fm-sample --version > /dev/full", "fm-plot in.csv > /dev/full", "fm-plot in.csv -o /dev/full",
        "fm-sample -m m.safetensors --dry-run > /dev/full"}) {
    CAPTURE(command);
    CHECK(shell(folder, command).code == 5);
  }
}
