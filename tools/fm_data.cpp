// fm-data: draws points of a toy cloud whose law is known.
#include "cli/counts.h"
#include "cli/tool.h"
#include "core/random.h"
#include "data/toy.h"
#include "io/output.h"
#include "io/table_writer.h"

using namespace fm;

namespace {

struct DataOptions : WriteOptions, ShardOptions, RunOptions {
  Toy cloud = Moons{};
  std::int64_t count = 1000;

  static constexpr auto fields() {
    using O = DataOptions;
    constexpr auto group = "Cloud";
    return std::tuple_cat(
        std::tuple{field("cloud", &O::cloud, "which cloud").positional().in(group),
                   field("count", &O::count, "points to draw", between(1, 1e15)).flag('n').in(group)},
        ShardOptions::fields(), WriteOptions::fields(), RunOptions::fields());
  }
};

constexpr Index block_rows = 8192;

int run(DataOptions& options, Session& session) {
  check_outputs({options.output, options.report}, {options.config});
  const RowRange rows = shard_rows(options.shard, options.count);
  if (options.dry_run) {
    print_json({{"columns", toy_columns(options.cloud)},
                {"rows", rows.end - rows.begin},
                {"options", to_json(options)}});
    return exit_done;
  }
  Output output(options.output, !options.no_clobber);
  TableWriter writer(output, options, toy_columns(options.cloud));
  if (rows.first_shard) writer.header();
  const Random random{session.seed, Purpose::toy};
  for (Index row = rows.begin; row < rows.end; row += block_rows) {
    const Index count = std::min(block_rows, rows.end - row);
    writer.write(draw_toy(options.cloud, random, static_cast<std::uint64_t>(row), count));
  }
  output.commit();
  session.report["rows"] = rows.end - rows.begin;
  return exit_done;
}

}  // namespace

int main(int argc, char** argv) {
  return tool_main<DataOptions>(
      {.name = "fm-data",
       .summary = "draws points of a toy cloud whose law is known",
       .usage = "fm-data CLOUD [-n N] [options]",
       .examples =
           {"fm-data moons -n 2000 > moons.csv # two half circles",
            "fm-data moons:noise=0.2 -n 1e4 --seed 7 -o noisy.csv.gz # other noise, other seed, compressed",
            "fm-data 8gaussians -n 500 | fm-train -o ring.safetensors # straight into training"}},
      argc, argv, run);
}
