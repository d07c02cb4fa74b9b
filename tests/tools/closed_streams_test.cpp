// Standard streams that are closed at the start, as some daemons and cron jobs leave them: the next file that
// a program opens would be its standard output, and what it says would be written there.
#include "tools/support.h"

using namespace fm::test;

namespace {

struct Command {
  std::string text;         ///< reads standard input and writes standard output, or ...
  std::string output = {};  ///< ... this file
  bool reads_stdin = false;
};

std::vector<Command> commands() {
  return {{"fm-train in.csv -o out" + brief + "--log log --report report", "out"},
          {"fm-train -o out" + brief, "out", true},
          {"fm-sample -m m.safetensors -n 20 -v"},
          {"fm-sample -m m.safetensors -n 20 -v -o out", "out"},
          {"fm-sample -n 20", "", true},
          {"fm-path -m m.safetensors -n 5 -v -o out", "out"},
          {"fm-eval in.csv -r in.csv --metric w1 --repeats 1 -v"},
          {"fm-data moons -n 5 -v"},
          {"fm-data check -", "", true},
          {"fm-data split in.csv --train out --test other -v", "out"},
          {"fm-pairs in.csv in.csv -v -o out", "out"},
          {"fm-solvers -m m.safetensors -n 20 --solvers euler:steps=4 -v"},
          {"fm-loss --exact in.csv -n 100 -v -o out", "out"},
          {"fm-energy --exact in.csv -n 100 -v"},
          {"fm-grid --exact in.csv --cells 4 -v -o out", "out"},
          {"fm-info m.safetensors -v"},
          {"fm-plot in.csv -o out.txt -v", "out.txt"},
          {"fm-sample --version"},
          {"fm-train --no-such-option"}};
}

/// A bit each for standard input, output and error.
std::string closed(int which) {
  return std::string(which & 1 ? " <&-" : "") + (which & 2 ? " >&-" : "") + (which & 4 ? " 2>&-" : "");
}

}  // namespace

TEST_CASE("closed streams: every tool ends as documented and no file holds what was meant for a stream" *
          doctest::test_suite("slow")) {
  const Folder folder;
  make_model(folder);
  output_of(folder, "head -100 '" + data_file("moons.csv") + "' > in.csv; cp in.csv in; cp m.safetensors m");
  for (const Command& command : commands()) {
    CAPTURE(command.text);
    const std::string clean = "rm -f out other out.txt log report; ";
    const std::string input = command.text.starts_with("fm-sample -n") ? " < m" : " < in";
    const Result open = shell(folder, clean + command.text + input);
    const std::string right = command.output.empty() ? "" : read_text(folder / command.output);
    for (int which = 1; which < 8; ++which) {
      CAPTURE(closed(which));
      const Result result = shell(folder, clean + command.text + (which & 1 ? "" : input) + closed(which));
      CAPTURE(result.err);
      CHECK(result.signal == 0);
      const bool lacks_input = (which & 1) && command.reads_stdin;
      const bool lacks_output = (which & 2) && command.output.empty() && open.code == 0;
      CHECK(result.code == (lacks_input || lacks_output ? 5 : open.code));
      if (result.code == 5 && !(which & 4)) CHECK(contains(result.err, "Bad file descriptor"));
      if (result.code == 0 && !command.output.empty()) CHECK(read_text(folder / command.output) == right);
      if (!(which & 2))
        CHECK((result.out == open.out || result.code != 0 || contains(command.text, "solvers")));
      CHECK(read_text(folder / "in.csv") == read_text(folder / "in"));
      CHECK(read_text(folder / "m.safetensors") == read_text(folder / "m"));
    }
  }
}
