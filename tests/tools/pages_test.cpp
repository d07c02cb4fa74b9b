// Man pages and completions that the programs print of themselves: whole, in order, and used as a shell uses
// them.
#include <algorithm>

#include "tools/support.h"

using namespace fm::test;

namespace {

std::vector<std::string> programs(const Folder& folder) {
  return lines_of(output_of(folder, "cd \"$(dirname \"$(command -v fm-train)\")\" && ls fm-*"));
}

/// The flags at the left of a help text.
std::vector<std::string> flags(const std::string& help) {
  std::vector<std::string> flags;
  for (const std::string& line : lines_of(help)) {
    const std::size_t at = line.find("--");
    if (line.starts_with("  ") && at == 6) flags.push_back(line.substr(at, line.find(' ', at) - at));
  }
  return flags;
}

bool present(const Folder& folder, const std::string& command) {
  if (shell(folder, "command -v " + command).code == 0) return true;
  MESSAGE("skipped: no " << command);
  return false;
}

/// The words that bash offers for the last of `words`.
std::string offered(const Folder& folder, const std::string& words) {
  return output_of(folder, "set -- " + words +
                               "; source <($1 --help=bash); COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1)); "
                               "_${1//-/_}; echo \"${COMPREPLY[*]}\"");
}

std::string offered_by_fish(const Folder& folder, const std::string& line) {
  const std::string program = line.substr(0, line.find(' '));
  return output_of(folder, program +
                               " --help=fish > completions.fish; HOME=$PWD fish --no-config -c 'source "
                               "completions.fish; complete -C \"" +
                               line + "\"' | cut -f 1 | paste -sd ' '");
}

}  // namespace

TEST_CASE("pages: every option of every program is in its man page and in its completions") {
  const Folder folder;
  const auto all = programs(folder);
  CHECK(all.size() >= 11);
  for (const std::string& program : all) {
    CAPTURE(program);
    const auto known = flags(output_of(folder, program + " --help"));
    CHECK(known.size() >= 10);
    std::string man = output_of(folder, program + " --help=man");
    man.erase(std::remove(man.begin(), man.end(), '\\'), man.end());
    const std::string bash = output_of(folder, program + " --help=bash");
    const std::string zsh = output_of(folder, program + " --help=zsh");
    const std::string fish = output_of(folder, program + " --help=fish");
    for (const std::string& flag : known) {
      CAPTURE(flag);
      CHECK(contains(man, "fB" + flag + "fR"));
      CHECK(contains(bash, " " + flag));
      CHECK(contains(zsh, flag));
      CHECK(contains(fish, " -l " + flag.substr(2) + " "));
    }
  }
}

TEST_CASE("pages: --help takes the forms it has, and no other") {
  const Folder folder;
  CHECK(output_of(folder, "fm-train --help=text") == output_of(folder, "fm-train -h"));
  check_error(shell(folder, "fm-train --help=mann"), 2, "unknown-name", "did you mean \"man\"?");
}

TEST_CASE("pages: formatters of man pages have nothing to warn of") {
  const Folder folder;
  if (!present(folder, "man")) return;
  for (const std::string& program : programs(folder)) {
    const Result page =
        shell(folder, program + " --help=man > page.1 && MANWIDTH=80 man --warnings -l page.1");
    CHECK(page.code == 0);
    CHECK_MESSAGE(page.err.empty(), program, ": ", page.err);
    CHECK(contains(page.out, program + " - "));
  }
}

TEST_CASE("pages: bash completes flags, members of families, values of enums, elements of lists") {
  const Folder folder;
  CHECK(offered(folder, "fm-train --sched") == "--scheduler --schedule\n");
  CHECK(offered(folder, "fm-train --scheduler c") == "cond-ot cosine\n");
  CHECK(offered(folder, "fm-train --scheduler = c") == "cond-ot cosine\n");
  CHECK(offered(folder, "fm-train --scheduler =") == offered(folder, "fm-train --scheduler ''"));
  CHECK(offered(folder, "fm-sample --solver dop") == "dopri5 dopri8\n");
  CHECK(offered(folder, "fm-train --progress a") == "auto always\n");
  CHECK(offered(folder, "fm-eval --metric w2,en") == "w2,energy\n");
  CHECK(offered(folder, "fm-sample --log-density h") == "hutchinson\n");
  CHECK(offered(folder, "fm-sample --log-density --dry") == "--dry-run\n");
  for (const char* file : {"fm-train moo", "fm-train -o moo", "fm-train --source moo"})
    CHECK_MESSAGE(offered(folder, file) == "\n", file, ": bash is to offer files");
}

TEST_CASE("pages: bash completes the clouds and the works of fm-data, and then their options") {
  const Folder folder;
  CHECK(offered(folder, "fm-data s") == "s-curve swiss-roll split stats\n");
  CHECK(offered(folder, "fm-data moons --with") == "--with-label\n");
  CHECK(offered(folder, "fm-data stats --corr") == "--correlation\n");
  CHECK(offered(folder, "fm-data split --tr") == "--train\n");
  CHECK(offered(folder, "fm-data check --missing ''") == "error drop\n");
}

TEST_CASE("pages: zsh reads the completions") {
  const Folder folder;
  if (!present(folder, "zsh")) return;
  for (const std::string& program : programs(folder)) {
    const Result result = shell(folder, program + " --help=zsh > _it && zsh -n _it");
    CHECK_MESSAGE(result.code == 0, program, ": ", result.err);
  }
}

TEST_CASE("pages: fish completes flags, members of families, elements of lists and the works of fm-data") {
  const Folder folder;
  if (!present(folder, "fish")) return;
  for (const std::string& program : programs(folder))
    CHECK(shell(folder, program + " --help=fish > it.fish && fish --no-config -n it.fish").code == 0);
  CHECK(offered_by_fish(folder, "fm-train --sched") == "--schedule --scheduler\n");
  CHECK(offered_by_fish(folder, "fm-train --scheduler c") == "cond-ot cosine\n");
  CHECK(offered_by_fish(folder, "fm-eval --metric w2,en") == "w2,energy\n");
  CHECK(offered_by_fish(folder, "fm-data check --missing ") == "drop error\n");
  CHECK(offered_by_fish(folder, "fm-data sp") == "split\n");
}
