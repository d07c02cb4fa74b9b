// Tables as they are found in the world: each is trained on, or refused with a hint that says what to type.
#include <regex>

#include "tools/found_tables.h"
#include "tools/support.h"

using namespace fm::test;

namespace {

/// The options that the hint of an error spells out; of two ways the last, which takes no row for names.
std::string options_in_hint(const std::string& messages) {
  static const std::regex option(
      R"((-c \S+|--missing drop|--bad-rows skip|--comment '#'|--header no|-d \S+( --decimal ,)?)(?= |$))");
  const std::size_t hint = messages.find("hint: ");
  if (hint == std::string::npos) return "";
  std::smatch found;
  const std::string line = messages.substr(hint, messages.find('\n', hint) - hint);
  return std::regex_search(line, found, option) ? " " + found.str() : "";
}

}  // namespace

TEST_CASE("found tables: the hints, followed one after the other, lead to a training") {
  const Folder folder;
  const auto files = found_tables();
  if (files.empty()) MESSAGE("skipped: no folder FM_SHARED_DATA or ../shared/data");
  constexpr int most_hints = 3;
  for (const std::string& file : files) {
    std::string options;
    Result result;
    for (int k = 0; k <= most_hints; ++k) {
      result = shell(folder, "fm-train '" + file + "' --dry-run" + options);
      if (result.code == 0) break;
      CAPTURE(result.err);
      const std::string more = options_in_hint(result.err);
      CHECK(result.code == 3);
      REQUIRE_FALSE(more.empty());
      options += more;
    }
    CHECK_MESSAGE(result.code == 0, file, options);
  }
}
