// Closed pipes, interrupted and killed runs.
#include <signal.h>

#include "tools/support.h"

using namespace fm::test;

TEST_CASE("signals: a closed pipe ends fm-sample quietly") {
  const Folder folder;
  make_model(folder);
  const Result result =
      shell(folder, "fm-sample -m m.safetensors -n 1e9 | head -n 3; echo ${PIPESTATUS[0]} >&2");
  CHECK(lines_of(result.out).size() == 3);
  CHECK(result.err == std::to_string(128 + SIGPIPE) + "\n");
}

TEST_CASE(
    "signals: an interrupted training leaves the old model and no temporary file, and ends by the signal") {
  const Folder folder;
  write_text(folder / "old", "an older model");
  for (const char* name : {"INT", "TERM"}) {
    const Result result = shell(folder, "set -m; fm-train " + data_file("moons.csv") +
                                            " --steps 1e9 -o old & "
                                            "sleep 1; kill -" +
                                            std::string(name) + " $!; wait $!; echo $?");
    CHECK(result.out == std::to_string(128 + (std::string(name) == "INT" ? SIGINT : SIGTERM)) + "\n");
    CHECK(read_text(folder / "old") == "an older model");
    CHECK(shell(folder, "ls -A").out == "old\n");
  }
}

TEST_CASE("signals: a run killed while it writes leaves the old file or the new one, whole") {
  const Folder folder;
  REQUIRE(
      shell(folder, "fm-data moons -n 200k -s 1 -o old.csv; fm-data moons -n 200k -s 2 -o new.csv").code ==
      0);
  const std::string old_text = read_text(folder / "old.csv"), new_text = read_text(folder / "new.csv");
  for (int delay = 0; delay < 20; ++delay) {
    REQUIRE(shell(folder, "cp old.csv target.csv").code == 0);
    shell(folder, "fm-data moons -n 200k -s 2 -o target.csv & sleep 0.0" + std::to_string(10 + 4 * delay) +
                      "; kill -9 $!; wait");
    const std::string now = read_text(folder / "target.csv");
    CHECK((now == old_text || now == new_text));
  }
}
