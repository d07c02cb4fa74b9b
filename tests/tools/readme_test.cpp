// Every command of the README is run, in its order, in a folder that holds data/.
#include "tools/support.h"

using namespace fm::test;

namespace {

/// The commands of the tools: indented lines of code, and code in the first cell of a table, where a pipe is
/// written "\\|".
std::vector<std::string> readme_commands() {
  std::vector<std::string> commands;
  for (const std::string& line : lines_of(read_text(data_file("../README.md")))) {
    if (line.starts_with("    fm-")) commands.push_back(line.substr(4));
    if (!line.starts_with("| `fm-")) continue;
    std::string command = line.substr(3, line.find('`', 3) - 3);
    for (std::size_t at; (at = command.find("\\|")) != std::string::npos;) command.erase(at, 1);
    commands.push_back(std::move(command));
  }
  return commands;
}

}  // namespace

TEST_CASE("readme: every command works as written") {
  const Folder folder;
  REQUIRE(shell(folder, "ln -s '" + data_file("") + "' data").code == 0);
  const auto commands = readme_commands();
  CHECK(commands.size() >= 10);
  for (const std::string& command : commands) {
    const Result result = shell(folder, command);
    CHECK_MESSAGE(result.code == 0, command, "\n", result.err);
  }
  CHECK(lines_of(read_text(folder / "new.csv")).size() == 10001);
  CHECK(lines_of(read_text(folder / "paths.csv")).size() == 1 + 200 * 21);
}

TEST_CASE("help: every tool explains itself, with three examples or more") {
  const Folder folder;
  for (const char* tool : {"fm-train", "fm-sample", "fm-path", "fm-eval", "fm-data", "fm-solvers", "fm-pairs",
                           "fm-loss", "fm-energy", "fm-grid"}) {
    const Result help = shell(folder, std::string(tool) + " --help");
    CHECK(help.code == 0);
    std::size_t examples = 0;
    for (const std::string& line : lines_of(help.out)) examples += line.starts_with("  fm-");
    CHECK_MESSAGE(examples >= 3, tool);
    const Result version = shell(folder, std::string(tool) + " -V");
    CHECK(version.out.starts_with(std::string(tool) + " "));
  }
}
