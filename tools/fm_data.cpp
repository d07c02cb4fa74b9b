// fm-data: draws points of a cloud whose law is known; with a first word for it, works on a table.
#include <algorithm>
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

int main(int argc, char** argv) {
  const std::string_view word = argc > 1 ? argv[1] : "";
  if (word == "check") return tool_main<CheckOptions>(check_tool(), argc - 1, argv + 1, check_table);
  if (word == "convert") return tool_main<ConvertOptions>(convert_tool(), argc - 1, argv + 1, convert_table);
  if (word == "split") return tool_main<SplitOptions>(split_tool(), argc - 1, argv + 1, split_table);
  if (word == "stats")
    return tool_main<StatisticsOptions>(statistics_tool(), argc - 1, argv + 1, table_statistics);
  const std::string cloud(word.substr(0, word.find(':')));
  const std::vector<std::string> clouds = member_names<Cloud>();
  const auto meant = nearest(cloud, {"check", "convert", "split", "stats"});
  if (meant && std::find(clouds.begin(), clouds.end(), cloud) == clouds.end() && !nearest(cloud, clouds)) {
    const Error error =
        usage_error("unknown-name", "unknown name " + in_quotes(cloud), suggestion(cloud, {*meant}));
    Session("fm-data", RunOptions()).print_error(error);
    return exit_code(error.kind());
  }
  return tool_main<DrawOptions>(
      {.name = "fm-data",
       .summary = "draws points of a cloud whose law is known",
       .usage = "fm-data CLOUD [-n N] [options]; of tables: fm-data check, convert, split, stats --help",
       .examples =
           {"fm-data moons -n 2000 > moons.csv # two half circles",
            "fm-data moons:noise=0.2 -n 1e4 --seed 7 -o noisy.csv.gz # other noise, other seed, compressed",
            "fm-data 8gaussians -n 500 | fm-train -o ring.safetensors # straight into training",
            "fm-data rings -n 500 --with-label --log-density -o rings.csv # which ring, and log p of each "
            "row",
            "fm-data funnel:dimension=5 -n 1e4 -o funnel.csv # a cloud of five columns"}},
      argc, argv, draw_cloud);
}
