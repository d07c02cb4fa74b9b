// fm-path: the trajectories of points under a field, as a stream of (sample, t, position[, velocity]).
#include <algorithm>

#include "cli/counts.h"
#include "cli/field_choice.h"
#include "cli/progress.h"
#include "cli/tool.h"
#include "io/output.h"
#include "io/table_writer.h"
#include "ode/trajectory.h"

using namespace fm;

namespace {

enum class Extra { velocity };
constexpr auto enum_names(Extra) {
  return std::array{std::pair{Extra::velocity, "v"}};
}

struct PathOptions : FieldOptions, ReadOptions, WriteOptions, ShardOptions, RunOptions {
  std::string times = "0:1:0.05";
  std::vector<Extra> columns_out;
  std::string column_prefix;

  static constexpr auto fields() {
    using O = PathOptions;
    return std::tuple_cat(
        FieldOptions::fields(),
        std::tuple{field("times", &O::times,
                         "times of the positions: START:END:STEP or a list; falling times run backwards")
                       .shown_as("TIMES")
                       .in("Field"),
                   field("columns_out", &O::columns_out, "more columns: v, the velocity there")
                       .shown_as("LIST")
                       .in("Output"),
                   field("column_prefix", &O::column_prefix, "put this before the names of added columns")
                       .in("Output")},
        WriteOptions::fields(), ReadOptions::fields(), ShardOptions::fields(), RunOptions::fields());
  }
};

/// Rows (2 + D [+ D], samples * times) of a block, sample by sample: number, time, position[, velocity], in
/// data units.
Points output_rows(const Trajectories& paths, const Vector& times, const ChosenField& chosen,
                   std::int64_t first_row) {
  const Index dim = chosen.field->dim(), samples = paths.x.front().cols(), count = times.size();
  const bool velocity = !paths.v.empty();
  Points rows(2 + dim * (velocity ? 2 : 1), samples * count);
  for (Index k = 0; k < count; ++k) {
    const auto at = static_cast<std::size_t>(k);
    const Points x = to_data(chosen.coordinates, paths.x[at]);
    for (Index n = 0; n < samples; ++n) {
      auto row = rows.col(n * count + k);
      row(0) = static_cast<double>(first_row + n);
      row(1) = times(k);
      row.segment(2, dim) = x.col(n);
      if (velocity) row.tail(dim) = chosen.coordinates.scale.cwiseProduct(paths.v[at].col(n));
    }
  }
  return rows;
}

std::vector<std::string> output_names(const PathOptions& options, const ChosenField& chosen) {
  auto names = with_added_columns({"sample", "t"}, chosen.columns, options.column_prefix);
  if (options.columns_out.empty()) return names;
  std::vector<std::string> velocities;
  for (const std::string& column : chosen.columns) velocities.push_back("v_" + column);
  const auto checked = with_added_columns(velocities, names, options.column_prefix);
  names.insert(names.end(), checked.begin(),
               checked.begin() + static_cast<std::ptrdiff_t>(velocities.size()));
  return names;
}

/// Samples a block: about 8 MB of numbers, whatever the number of times.
Index block_samples(Index dim, Index times) {
  return std::clamp<Index>((Index{1} << 20) / (dim * times), 1, 8192);
}

int run(PathOptions& options, Session& session) {
  const Vector times = parse_times(options.times);
  const ChosenField chosen = choose_field(options, options, options, session);
  StartingPoints start(options, chosen, options, options.shard, session.seed, times(0));
  const auto names = output_names(options, chosen);
  if (options.dry_run)
    return print_plan(chosen, start.total(), session.report["tables"], to_json(options)), exit_done;

  Output output(options.output, !options.no_clobber);
  TableWriter writer(output, options, names, {options.column_prefix + "sample"});
  if (start.first_shard()) writer.header();
  Progress progress(session);
  std::int64_t samples = 0;
  const Index block = block_samples(chosen.field->dim(), times.size());
  for (Points x; start.next(x, block);) {
    Trajectories paths =
        trace(*chosen.field, options.solver, x, times, !options.columns_out.empty(), start.row());
    chosen.hold_constants(times(times.size() - 1), paths.x.back());
    writer.write(output_rows(paths, times, chosen, start.row()));
    samples += x.cols();
    progress.rows(samples, start.total());
  }
  output.commit();
  start.tell(session);
  session.report["samples"] = samples;
  session.report["times"] = times.size();
  return exit_done;
}

}  // namespace

int main(int argc, char** argv) {
  return tool_main<PathOptions>(
      {.name = "fm-path",
       .summary = "traces the paths of points from source to target",
       .usage = "fm-path [POINTS] [-m MODEL] [--times TIMES] [options]",
       .examples =
           {"fm-path -m quakes.safetensors -n 200 --times 0:1:0.05 > paths.csv # 200 paths at 21 times",
            "fm-path --exact faithful.csv -n 100 --columns-out v # paths and velocities of the exact field",
            "fm-path -m quakes.safetensors quakes-test.csv --times 1,0.5,0 # given points, traced back to "
            "the source"}},
      argc, argv, run);
}
