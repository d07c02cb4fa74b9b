// fm-data: draws points of a cloud whose law is known; with a first word for it, works on a table.
#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "cli/check_table.h"
#include "cli/convert_table.h"
#include "cli/draw_cloud.h"
#include "cli/split_table.h"
#include "cli/table_statistics.h"
#include "core/error.h"
#include "core/text.h"

using namespace fm;

namespace {

/// A first word that makes fm-data another tool.
struct Work {
  const char* word;
  int (*main)(int argc, const char* const* argv);
  Chapter (*chapter)();
};

template <Described Options, Tool (*tool)(), int (*run)(Options&, Session&)>
constexpr Work work(const char* word) {
  return {word, [](int argc, const char* const* argv) { return tool_main<Options>(tool(), argc, argv, run); },
          [] { return chapter_of<Options>(tool()); }};
}

constexpr std::array works = {work<CheckOptions, check_tool, check_table>("check"),
                              work<ConvertOptions, convert_tool, convert_table>("convert"),
                              work<SplitOptions, split_tool, split_table>("split"),
                              work<StatisticsOptions, statistics_tool, table_statistics>("stats")};

std::vector<std::string> words() {
  std::vector<std::string> words;
  for (const Work& work : works) words.emplace_back(work.word);
  return words;
}

std::vector<Chapter> chapters() {
  std::vector<Chapter> chapters;
  for (const Work& work : works) chapters.push_back(work.chapter());
  return chapters;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view word = argc > 1 ? argv[1] : "";
  for (const Work& work : works)
    if (word == work.word) return work.main(argc - 1, argv + 1);
  const std::string cloud(word.substr(0, word.find(':')));
  const std::vector<std::string> clouds = member_names<Cloud>();
  const auto meant = nearest(cloud, words());
  if (meant && std::find(clouds.begin(), clouds.end(), cloud) == clouds.end() && !nearest(cloud, clouds)) {
    const Error error =
        usage_error("unknown-name", "unknown name " + in_quotes(cloud), suggestion(cloud, {*meant}));
    Session("fm-data", RunOptions()).print_error(error);
    return exit_code(error.kind());
  }
  return tool_main<DrawOptions>(
      {.name = "fm-data",
       .summary = "draws points of a cloud whose law is known",
       .usage = "fm-data CLOUD [-n N] [options]; of tables: fm-data " + joined(words(), ", ") + " --help",
       .examples =
           {"fm-data moons -n 2000 > moons.csv # two half circles",
            "fm-data moons:noise=0.2 -n 1e4 --seed 7 -o noisy.csv.gz # other noise, other seed, compressed",
            "fm-data 8gaussians -n 500 | fm-train -o ring.safetensors # straight into training",
            "fm-data rings -n 500 --with-label --log-density -o rings.csv # which ring, and log p of each "
            "row",
            "fm-data funnel:dimension=5 -n 1e4 -o funnel.csv # a cloud of five columns"},
       .others = chapters},
      argc, argv, draw_cloud);
}
