// Limits: what takes too much memory ends with 7 and a word about it, never by the system.
#include <doctest/doctest.h>

#include <filesystem>

#include "tools/support.h"

using namespace fm;
using namespace fm::test;

namespace {

/// One command of every tool that has work to do.
std::vector<std::string> commands() {
  const std::string moons = " '" + data_file("moons.csv") + "' ";
  return {"fm-train" + moons + "-o out" + brief,
          "fm-sample -m m.safetensors -n 20k -o out",
          "fm-path -m m.safetensors -n 1k --times 0:1:0.1 -o out",
          "fm-eval" + moons + "-r" + moons + "-o out --repeats 1 --max-rows 200",
          "fm-data convert" + moons + "-o out",
          "fm-data moons -n 50k -o out",
          "fm-pairs" + moons + moons + "-o out --coupling greedy",
          "fm-solvers -m m.safetensors -n 200 -o out",
          "fm-loss --exact" + moons + "-n 200 -o out",
          "fm-energy --exact" + moons + "-n 200 -o out",
          "fm-grid --exact" + moons + "-o out",
          "fm-info m.safetensors -o out"};
}

}  // namespace

TEST_CASE(
    "limits: with too little memory every tool ends with 7 and leaves nothing, with enough as without a "
    "limit") {
  const Folder folder;
  make_model(folder);
  for (const std::string& command : commands()) {
    CAPTURE(command);
    const Result none = shell(folder, command + " -j1 --max-memory 1");
    CHECK(none.code == 7);
    CHECK(contains(none.err, "[memory]"));
    CHECK(output_of(folder, "ls -A") == "m.safetensors\n");
    bool ended = false;
    for (const char* bytes : {"200k", "500k", "1M", "2M", "4M", "8M", "16M", "1G"}) {
      CAPTURE(bytes);
      const Result result = shell(folder, command + " -j1 --max-memory " + bytes);
      CAPTURE(result.err);
      if (result.code == 0) ended = true;
      if (result.code != 0) {
        CHECK(result.code == 7);
        CHECK(contains(result.err, "[memory]"));
        CHECK(output_of(folder, "ls -A") == "m.safetensors\n");
      }
      shell(folder, "mv out with-limit");
    }
    CHECK(ended);
    output_of(folder, command + " -j2");
    if (!contains(command, "fm-solvers"))
      output_of(folder, "cmp out with-limit");  // it says how long it took
    output_of(folder, "rm out with-limit");
  }
}

TEST_CASE("limits: a network too large for the memory is refused before work is done for it") {
  const Folder folder;
  const std::string train = "fm-train '" + data_file("moons.csv") + "' -o m.st ";
  check_error(shell(folder, train + "--hidden 65536,65536,65536,65536,65536,65536,65536"), 7, "network-size");
  check_error(shell(folder, train + "--hidden 4096,4096 --dry-run --max-memory 400M"), 7, "network-size",
              "and there are 400.0 MB");
  CHECK(
      contains(shell(folder, "fm-data moons -n 5M -o x.csv && fm-train x.csv -o m.st --max-memory 100M").err,
               "more than the 100000000 bytes of --max-memory [memory]"));
  check_error(shell(folder, train + "--hidden 1000000000"), 2, "option-range");
  check_error(shell(folder, train + "--steps 1e13"), 2, "option-range");
  check_error(shell(folder, train + "--batch-size 1e9"), 2, "option-range");
}

TEST_CASE("limits: sizes beyond all counting are refused with what may be said") {
  const Folder folder;
  make_model(folder);
  for (const std::string command :
       {"fm-sample -m m.safetensors -n 1e30", "fm-sample -m m.safetensors -n -1",
        "fm-data moons -n 99999999999999999999", "fm-sample -m m.safetensors --max-memory -5",
        "fm-eval m.safetensors --max-rows 1e300",
        "fm-sample -m m.safetensors -n 5 --solver euler:steps=1e300",
        "fm-sample -m m.safetensors -n 5 -j 1e9"})
    CHECK(shell(folder, command).code == 2);
}

TEST_CASE(
    "limits: tables larger than the memory stream through drawing and moving and scoring and converting") {
  const Folder folder;
  make_model(folder);
  output_of(folder, "fm-data moons -n 800k -o big.csv -q");
  const std::string memory = " --max-memory 25e6 -q ", solver = " --solver euler:steps=2 ";
  REQUIRE(std::filesystem::file_size(folder / "big.csv") > 30'000'000);
  for (const std::string& command : std::vector<std::string>{
           "fm-sample -m m.safetensors big.csv -o o.csv" + solver,
           "fm-sample -m m.safetensors -n 800k -o o.csv" + solver,
           "fm-eval big.csv -m m.safetensors --per-row -f csv -o o.csv" + solver,
           "fm-data convert big.csv -f tsv -o o.csv", "fm-data moons -n 800k -o o.csv"}) {
    output_of(folder, command + memory);
    CHECK_MESSAGE(output_of(folder, "wc -l < o.csv") == "800001\n", command);
  }
  output_of(folder, "fm-data convert big.csv -o big.npy" + memory + "&& fm-data convert big.npy -o back.csv" +
                        memory);
  CHECK(shell(folder, "cmp <(tail -n +2 big.csv) back.csv").code == 0);
}
