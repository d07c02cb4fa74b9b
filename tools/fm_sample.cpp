// fm-sample: draws points from a model, or transports given ones, as a stream.
#include <algorithm>

#include "cli/counts.h"
#include "cli/density.h"
#include "cli/field_choice.h"
#include "cli/job_array.h"
#include "cli/progress.h"
#include "cli/tool.h"
#include "data/pair_table.h"
#include "io/output.h"
#include "io/table_writer.h"
#include "ode/sde.h"

using namespace fm;

namespace {

struct SampleOptions : FieldOptions, DensityOptions, ReadOptions, WriteOptions, ShardOptions, RunOptions {
  std::string times = "0:1";
  bool reverse = false;
  std::optional<Diffusion> sde;
  bool with_index = false;
  bool with_stats = false;
  bool as_pairs = false;
  std::string column_prefix;

  static constexpr auto fields() {
    using O = SampleOptions;
    return std::tuple_cat(
        FieldOptions::fields(),
        std::tuple{
            field("times", &O::times, "integrate from T0 to T1").shown_as("T0:T1").in("Field"),
            field("reverse", &O::reverse, "integrate from 1 to 0: from data to the source").in("Field"),
            field("sde", &O::sde,
                  "stochastic paths with the same marginals, instead of --solver (own when NAME is left out)")
                .bare("own")
                .in("Field")},
        DensityOptions::fields(),
        std::tuple{
            field("with_index", &O::with_index, "add a column `sample` with the row's number from 0")
                .in("Output"),
            field(
                "with_stats", &O::with_stats,
                "add columns `nfe`, evaluations of the field, and `error`, the sum of the solver's estimates "
                "of its local errors in coordinates and nats (0 for equal steps)")
                .in("Output"),
            field(
                "as_pairs", &O::as_pairs,
                "write source_NAME and target_NAME: where each point is at t = 0 and at t = 1, for fm-train "
                "--pairs")
                .in("Output"),
            field("column_prefix", &O::column_prefix, "put this before the names of added columns")
                .in("Output")},
        WriteOptions::fields(), ReadOptions::fields(), ShardOptions::fields(), RunOptions::fields());
  }
};

constexpr Index block_rows = 8192;

/// Function evaluations of all points so far.
struct Work {
  std::int64_t points = 0, evaluations = 0, most = 0;

  void add(const Solution& solution) {
    for (const std::int64_t count : solution.evaluations) {
      ++points;
      evaluations += count;
      most = std::max(most, count);
    }
  }
  void report(Json& json) const {
    json["rows"] = points;
    if (points == 0) return;
    json["evaluations_mean"] = static_cast<double>(evaluations) / static_cast<double>(points);
    json["evaluations_max"] = most;
  }
};

/// The names of the output's columns.
std::vector<std::string> output_names(const SampleOptions& options, const ChosenField& chosen) {
  std::vector<std::string> before, behind;
  if (options.with_index) before = {"sample"};
  if (options.log_density) behind = density_columns(*options.log_density);
  if (options.with_stats) behind.insert(behind.end(), {"nfe", "error"});
  return with_added_columns(before, options.as_pairs ? pair_columns(chosen.columns) : point_columns(chosen),
                            options.column_prefix, behind);
}

/// Points moved from t0 to t1, with log-densities if they are asked for.
DensitySolution moved(const SampleOptions& options, const ChosenField& chosen, const Session& session,
                      PointsIn x, double t0, double t1, std::int64_t first_row) {
  if (options.sde) return {solve_sde(*chosen.field, *options.sde, session.seed, x, t0, t1, first_row)};
  if (!options.log_density) return {solve(*chosen.field, options.solver, x, t0, t1, first_row)};
  return solve_with_density(*chosen.field, options.solver, *options.log_density, session.seed, x, t0, t1,
                            first_row);
}

/// Where points are in the source, and below it where they are in the target (2 D, N), in data units. `ends`
/// have come to t1, from what start.next() gave.
Points pairs_of(const StartingPoints& start, const Points& starts, const Points& ends, double t1,
                const ChosenField& chosen) {
  Points from = start.data();
  if (from.size() == 0) {
    Points drawn = starts.topRows(chosen.field->path_rows());
    return_to_source(chosen.field->start(), drawn);
    from = to_data(chosen.coordinates, drawn);
  }
  const Points to = to_data(chosen.coordinates, ends);
  Points pairs(2 * to.rows(), to.cols());
  if (t1 == 0)
    pairs << to, from;
  else
    pairs << from, to;
  return pairs;
}

/// Where points (D, N) are, in data units, and their conditions (K, N) below.
Points rows_of(const Points& x, const Points& conditions, const ChosenField& chosen) {
  Points rows(x.rows() + conditions.rows(), x.cols());
  rows << to_data(chosen.coordinates, x), conditions;
  return rows;
}

/// One block of the output, the rows in the order of output_names(); x are the points and conditions,
/// or pairs, in data units.
Points output_rows(const SampleOptions& options, const ChosenField& chosen, PointsIn x,
                   const DensitySolution& solution, std::int64_t first_row) {
  const Points densities = density_rows(solution, chosen, options.log_density_unit);
  const Index index = options.with_index, stats = options.with_stats ? 2 : 0;
  Points rows(index + x.rows() + densities.rows() + stats, x.cols());
  for (Index n = 0; n < x.cols(); ++n) {
    if (index > 0) rows(0, n) = static_cast<double>(first_row + n);
    if (stats == 0) continue;
    rows(rows.rows() - 2, n) = static_cast<double>(solution.evaluations[static_cast<std::size_t>(n)]);
    rows(rows.rows() - 1, n) = solution.error(n);
  }
  rows.middleRows(index, x.rows()) = x;
  rows.middleRows(index + x.rows(), densities.rows()) = densities;
  return rows;
}

/// Throws usage errors for options that do not go with --sde, and if the field does not know its score.
void check_sde(const SampleOptions& options, const ChosenField& chosen) {
  if (!options.sde) return;
  if (options.log_density)
    throw usage_error("sde-density", "--log-density follows the ODE and does not go with --sde");
  if (!options.pairs.empty())
    throw usage_error("sde-pairs", "--sde does not go with --pairs, whose noise is the same at all times",
                      "leave --sde out, or learn a bridge: fm-train --pairs FILE --path bridge");
  if (is_changed(options, &FieldOptions::solver))
    throw usage_error("sde-solver", "--solver is for the ODE and does not go with --sde",
                      "give the steps with the diffusion: --sde own:steps=100");
  check_score(*chosen.field);
}

int run(SampleOptions& options, Session& session) {
  if (options.reverse && is_changed(options, &SampleOptions::times))
    throw usage_error("times-and-reverse", "--times and --reverse exclude each other",
                      "times that fall run backwards: --times 1:0");
  check_density_unit(options);
  const auto [t0, t1] = options.reverse ? std::pair{1.0, 0.0} : parse_interval(options.times);
  if (options.as_pairs && (std::min(t0, t1) != 0 || std::max(t0, t1) != 1))
    throw usage_error("pairs-times",
                      "a pair is a point at t = 0 and the same at t = 1: --as-pairs goes all the way",
                      "leave --times out");
  const ChosenField chosen = choose_field(options, options, options, session);
  if (options.as_pairs && chosen.conditions.used)
    throw usage_error("pairs-conditions", "--as-pairs writes no conditions, which would then be lost",
                      "--guidance 0, without --given, writes the pairs of the model's field without them");
  StartingPoints start(options, chosen, options, options.shard, session.seed, t0);
  if (options.points.empty() || options.sde) warn_of_same_draws(session, options.shard);
  check_sde(options, chosen);
  if (options.log_density) check_density(chosen, t0, t1);
  const auto names = output_names(options, chosen);
  if (options.dry_run)
    return print_plan(chosen, start.total(), session.report["tables"], to_json(options)), exit_done;

  Output output(options.output, !options.no_clobber);
  TableWriter writer(output, options, names,
                     {options.column_prefix + "sample", options.column_prefix + "nfe"});
  show_classes(chosen, options.with_index, writer);
  if (start.first_shard()) writer.header();
  Progress progress(session);
  Work work;
  for (Points x; start.next(x, block_rows);) {
    DensitySolution solution = moved(options, chosen, session, x, t0, t1, start.row());
    solution.x.conservativeResize(chosen.field->path_rows(), Eigen::NoChange);  // without conditions
    chosen.hold_constants(t1, solution.x);
    if (t1 == 0) return_to_source(chosen.field->start(), solution.x);
    const Points points = options.as_pairs ? pairs_of(start, x, solution.x, t1, chosen)
                                           : rows_of(solution.x, start.conditions(), chosen);
    writer.write(output_rows(options, chosen, points, solution, start.row()));
    work.add(solution);
    progress.rows(work.points, start.total());
  }
  output.commit();
  start.tell(session);
  work.report(session.report);
  return exit_done;
}

}  // namespace

int main(int argc, char** argv) {
  return tool_main<SampleOptions>(
      {.name = "fm-sample",
       .summary = "draws points from a model, or transports given ones",
       .usage = "fm-sample [POINTS] [-m MODEL] [-n N] [options]",
       .examples =
           {"fm-sample -m quakes.safetensors -n 10k > new.csv # ten thousand new points",
            "fm-train moons.csv | fm-sample -n 10k # the model comes through the pipe",
            "fm-sample -m quakes.safetensors -n 1e6 --shard 3/8 -o part3.csv.gz # one of eight parts of one "
            "big sample",
            "fm-sample -m quakes.safetensors -n 1k --scheduler cosine --solver rk4:steps=10 # another path "
            "than the one that was learned",
            "fm-sample -m quakes.safetensors quakes.csv --reverse # where the data come from in the source",
            "fm-sample -m moons.safetensors -n 1k --log-density # new points, each with the logarithm of its "
            "density",
            "fm-sample -m iris.safetensors -n 1k --given species=setosa --guidance 2 # points of one kind, "
            "from a model of fm-train --condition species",
            "fm-sample -m moons.safetensors -n 20k --as-pairs | fm-train --pairs - --source normal -o "
            "straight.safetensors # reflow: "
            "learn from the model's own pairs, which straightens its paths",
            "fm-train quakes.csv --coupling independent | fm-sample -n 1k --sde # along stochastic paths",
            "fm-sample --exact quakes.csv -n 1k # by the exact field of the data: draws its rows",
            "fm-pairs moons.csv 8gaussians.csv | fm-sample --pairs - moons.csv # one cloud into another by "
            "the "
            "exact field of the pairs",
            "fm-train faithful.csv --gaussians auto | fm-sample --mixture - -n 1k # by the exact field of a "
            "fitted mixture"}},
      argc, argv, run);
}
