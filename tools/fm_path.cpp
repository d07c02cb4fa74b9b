// fm-path: the trajectories of points under a field, as a stream of (sample, t, position[, what is known
// there]), or the conditional paths between source points and rows that such a field is the mean of.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "cli/conditional_law.h"
#include "cli/counts.h"
#include "cli/field_choice.h"
#include "cli/job_array.h"
#include "cli/path_columns.h"
#include "cli/progress.h"
#include "cli/tool.h"
#include "flow/path.h"
#include "io/output.h"
#include "io/table_writer.h"
#include "ode/trajectory.h"

using namespace fm;

namespace {

struct PathOptions : FieldOptions, ReadOptions, WriteOptions, ShardOptions, RunOptions {
  std::optional<std::string> times;
  bool conditional = false;
  PathColumns columns_out;
  std::string column_prefix;

  static constexpr auto fields() {
    using O = PathOptions;
    return std::tuple_cat(
        FieldOptions::fields(),
        std::tuple{
            field("times", &O::times,
                  "times of the positions: START:END:STEP or a list; falling times run backwards (default: "
                  "0:1:0.05, up to the last time at which all of --columns-out is known)")
                .shown_as("TIMES")
                .in("Field"),
            field("conditional", &O::conditional,
                  "conditional paths psi_t(x0 | x1) from source points to rows of --exact DATA, drawn at "
                  "random, or between --pairs, drawn by weight and each with its --jitter, instead of "
                  "trajectories")
                .in("Field"),
            field("columns_out", &O::columns_out,
                  "more columns: v, the velocity there; x1 and x0, the mean of the ends of the paths through "
                  "there; score, the gradient of log p_t; log_density, log p_t(x); log_p, log p_t(x | x1) of "
                  "--conditional, given the pair with --pairs")
                .shown_as("LIST")
                .in("Output"),
            field("column_prefix", &O::column_prefix, "put this before the names of added columns")
                .in("Output")},
        WriteOptions::fields(), ReadOptions::fields(), ShardOptions::fields(), RunOptions::fields());
  }
};

/// Rows (2 + D + K + C, samples * times) of a block, sample by sample: number, time, position, conditions (K,
/// samples), the C columns asked for; in data units.
Points output_rows(const PathOptions& options, const DensityTrajectories& paths, const Vector& times,
                   const ChosenField& chosen, const Points& conditions, std::int64_t first_row) {
  const Index dim = chosen.field->path_rows(), samples = paths.x.front().cols(), count = times.size();
  Points rows;
  for (Index k = 0; k < count; ++k) {
    const Points x = to_data(chosen.coordinates, paths.x[static_cast<std::size_t>(k)].topRows(dim));
    const Points more = path_column_rows(options.columns_out, chosen, paths, times, k);
    if (k == 0) rows.resize(2 + dim + conditions.rows() + more.rows(), samples * count);
    for (Index n = 0; n < samples; ++n)
      rows.col(n * count + k) << static_cast<double>(first_row + n), times(k), x.col(n), conditions.col(n),
          more.col(n);
  }
  return rows;
}

std::vector<std::string> output_names(const PathOptions& options, const ChosenField& chosen) {
  auto names = with_added_columns({"sample", "t"}, point_columns(chosen), options.column_prefix);
  const auto added = path_column_names(options.columns_out, chosen.columns);
  const auto checked = with_added_columns(added, names, options.column_prefix);
  names.insert(names.end(), checked.begin(), checked.begin() + static_cast<std::ptrdiff_t>(added.size()));
  return names;
}

/// Samples a block: about 8 MB of numbers, whatever the number of times and columns.
Index block_samples(Index columns, Index times) {
  return std::clamp<Index>((Index{1} << 20) / (columns * times), 1, 8192);
}

/// Rows (2 + D [+ D] [+ 1], times) of one conditional path, in data units.
Points conditional_rows(const PathOptions& options, const Scheduler& scheduler, const Vector& times,
                        const Standardiser& coordinates, std::int64_t sample, const ConditionalDraw& draw) {
  const Index dim = draw.z.size(), velocity = asks(options.columns_out, PathColumn::velocity) ? dim : 0;
  Points rows(2 + dim + velocity + (asks(options.columns_out, PathColumn::log_p) ? 1 : 0), times.size());
  Points xt(dim, times.size()), ut(dim, times.size());
  path_sample(scheduler, times, draw.x0.replicate(1, times.size()), draw.end.replicate(1, times.size()), xt,
              ut);
  xt.colwise() += draw.jitter * draw.z;
  rows.row(0).setConstant(static_cast<double>(sample));
  rows.row(1) = times.transpose();
  rows.middleRows(2, dim) = to_data(coordinates, xt);
  if (velocity > 0) rows.middleRows(2 + dim, dim) = coordinates.scale.asDiagonal() * ut;
  if (!asks(options.columns_out, PathColumn::log_p)) return rows;
  const double constant = static_cast<double>(dim) / 2 * std::log(2 * std::numbers::pi) +
                          coordinates.scale.array().log().sum() + draw.z.squaredNorm() / 2;
  for (Index k = 0; k < times.size(); ++k)
    rows(rows.rows() - 1, k) =
        -constant - static_cast<double>(dim) * std::log(draw.noise(scheduler_at(scheduler, times(k))));
  return rows;
}

constexpr auto default_times = "0:1:0.05";

/// Says so where the default times end early.
void tell_times(const Vector& times, const Session& session) {
  if (times(times.size() - 1) < 1)
    session.detail("times end at " + shortest(times(times.size() - 1)) + ", the last of " + default_times +
                   " at which all of --columns-out is known");
}

/// Whether the law given x1 has a density at time t.
bool knows_log_p(const PathOptions& options, const Scheduler& scheduler, double t) {
  const bool adaptive = options.path && std::holds_alternative<AdaptivePath>(*options.path);
  return adaptive || !options.pairs.empty() || scheduler_at(scheduler, t).sigma > 0;
}

/// The times of --conditional paths.
Vector conditional_times(const PathOptions& options, const Scheduler& scheduler, const Session& session) {
  Vector times = parse_times(options.times.value_or(default_times));
  if (options.times) return times;
  const bool log_p = asks(options.columns_out, PathColumn::log_p);
  if (log_p && !knows_log_p(options, scheduler, 1)) times.conservativeResize(times.size() - 1);
  tell_times(times, session);
  return times;
}

/// Settles the input and throws usage errors for what --conditional does not go with.
void check_conditional(PathOptions& options, const Vector& times, const Scheduler& scheduler) {
  if (options.exact.empty() == options.pairs.empty() || !options.model.empty() || !options.mixture.empty() ||
      !options.points.empty())
    throw usage_error(
        "conditional-exact",
        "--conditional leads from drawn source points to the rows of a data set, or between the "
        "points of given pairs",
        "name the data with --exact DATA or the pairs with --pairs FILE, and no model, mixture or "
        "points");
  refuse_misplaced(options);
  refuse_conditions(options);
  for (const PathColumn column : options.columns_out)
    if (column != PathColumn::velocity && column != PathColumn::log_p)
      throw usage_error("conditional-columns",
                        print_value(column) + " is known along trajectories, not along --conditional paths",
                        "choose --columns-out v,log_p, or leave --conditional out");
  const bool adaptive = options.path && std::holds_alternative<AdaptivePath>(*options.path);
  if (adaptive) check_adaptive_scheduler(scheduler);
  if (options.path && std::holds_alternative<BridgePath>(*options.path))
    throw usage_error("exact-path", "--conditional shows affine and adaptive paths");
  for (const double t : times)
    if (asks(options.columns_out, PathColumn::log_p) && !knows_log_p(options, scheduler, t))
      throw usage_error("conditional-density",
                        "at t = " + shortest(t) + " all of the law given x1 is in x1, and has no density",
                        "end --times before it, or let the law keep a width: --path adaptive");
  for (std::string* input : {&options.exact, &options.pairs})
    if (*input == "-") *input = input_or_stdin(*input, "table");
  check_outputs(options, {options.exact, options.pairs});
}

int run_conditional(PathOptions& options, Session& session) {
  const Scheduler scheduler = options.scheduler.value_or(CondOt{});
  const Vector times = conditional_times(options, scheduler, session);
  check_conditional(options, times, scheduler);
  const ConditionalLaw law = read_conditional(options, options, session);
  warn_of_same_draws(session, options.shard);
  ChosenField chosen;  // for its columns
  chosen.columns = law.columns;
  const auto names = output_names(options, chosen);
  const RowRange range = shard_rows(options.shard, options.count.value_or(law.x1.cols()));
  if (options.dry_run)
    return print_plan(chosen, range.end - range.begin, session.report["tables"], to_json(options)), exit_done;

  Output output(options.output, !options.no_clobber);
  TableWriter writer(output, options, names, {options.column_prefix + "sample"});
  if (range.first_shard) writer.header();
  for (std::int64_t n = range.begin; n < range.end; ++n)
    writer.write(conditional_rows(options, scheduler, times, law.coordinates, n,
                                  draw_conditional(law, session.seed, static_cast<std::uint64_t>(n))));
  output.commit();
  session.report["samples"] = range.end - range.begin;
  session.report["times"] = times.size();
  return exit_done;
}

int run(PathOptions& options, Session& session) {
  if (options.conditional) return run_conditional(options, session);
  Vector times = parse_times(options.times.value_or(default_times));
  const ChosenField chosen = choose_field(options, options, options, session);
  if (!options.times) {
    times = known_times(options.columns_out, chosen, times);
    tell_times(times, session);
  }
  check_path_columns(options.columns_out, chosen, times);
  StartingPoints start(options, chosen, options, options.shard, session.seed, times(0));
  if (options.points.empty()) warn_of_same_draws(session, options.shard);
  const auto names = output_names(options, chosen);
  if (options.dry_run)
    return print_plan(chosen, start.total(), session.report["tables"], to_json(options)), exit_done;

  Output output(options.output, !options.no_clobber);
  TableWriter writer(output, options, names, {options.column_prefix + "sample"});
  show_classes(chosen, 2, writer);
  if (start.first_shard()) writer.header();
  Progress progress(session);
  std::int64_t samples = 0;
  const Index block = block_samples(static_cast<Index>(names.size()), times.size());
  for (Points x; start.next(x, block);) {
    DensityTrajectories paths =
        trace_columns(options.columns_out, chosen, options.solver, x, times, start.row());
    chosen.hold_constants(times(times.size() - 1), paths.x.back());
    writer.write(output_rows(options, paths, times, chosen, start.conditions(), start.row()));
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
            "fm-path --exact faithful.csv -n 20 --conditional --columns-out v,log_p --times 0:0.9:0.1 # what "
            "training learns from, with densities",
            "fm-path -m quakes.safetensors -n 50 --columns-out log_density,x1 # log p_t(x_t) and where each "
            "point is bound for",
            "fm-pairs moons.csv 8gaussians.csv | fm-path --pairs - --columns-out v # the exact field between "
            "two clouds",
            "fm-pairs moons.csv 8gaussians.csv | fm-path --pairs - --conditional -n 200 # and the paths of "
            "the pairs, which it is the mean of",
            "fm-path -m quakes.safetensors quakes-test.csv --times 1,0.5,0 # given points, traced back to "
            "the source"},
       .notes = {"All is in data units. log_density is log p_t of the law of x_t: of exact fields in closed "
                 "form, of "
                 "models along the ODE from t = 0 by the exact divergence (the cost of as many evaluations "
                 "as columns). "
                 "score is its gradient; models know it if they learned from independent pairs or bridges. "
                 "x1 and x0 "
                 "are E[x1 | x_t] and E[x0 | x_t], x0 shown where a source point stands at t = 0."}},
      argc, argv, run);
}
