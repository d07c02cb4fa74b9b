// fm-pairs: the transport plan between two clouds, as a table of pairs, or the flow along it.
#include <cmath>

#include "cli/counts.h"
#include "cli/field_choice.h"
#include "cli/rows_read.h"
#include "cli/tool.h"
#include "data/dataset.h"
#include "data/pair_table.h"
#include "data/standardiser.h"
#include "io/output.h"
#include "io/table_writer.h"
#include "ot/transport.h"

using namespace fm;

namespace {

struct PairsOptions : ReadOptions, WriteOptions, RunOptions {
  std::string source;
  std::string target;
  std::string weight;
  Transport coupling = ExactTransport{};
  Standardize standardize = Standardize::none;
  double min_weight = 0;
  std::string times;
  std::string column_prefix;

  static constexpr auto fields() {
    using O = PairsOptions;
    constexpr auto group = "Plan";
    return std::tuple_cat(
        std::tuple{
            field("source", &O::source, "where the mass is").positional().shown_as("FILE").in(group),
            field("target", &O::target, "where it goes, with the same columns")
                .positional()
                .shown_as("FILE")
                .in(group),
            field("weight", &O::weight,
                  "column that weighs the rows of SOURCE and TARGET, of those that have it")
                .shown_as("COL")
                .in(group),
            field("coupling", &O::coupling, "how the plan between the two clouds is found").in(group),
            field("standardize", &O::standardize,
                  "scale in which distances are measured, from both clouds pooled")
                .in(group),
            field("min_weight", &O::min_weight,
                  "leave pairs of less weight out of the table: plans of sinkhorn hold every pair, most of "
                  "next to no weight",
                  at_least(0))
                .in(group),
            field("times", &O::times,
                  "write the flow x + t (phi(x) - x) at these times instead of the plan: START:END:STEP or "
                  "a list")
                .shown_as("TIMES")
                .in(group),
            field("column_prefix", &O::column_prefix, "put this before sample and t, which --times adds")
                .in("Output")},
        WriteOptions::fields(), ReadOptions::fields(), RunOptions::fields());
  }
};

struct Clouds {
  Dataset source, target;
};

Clouds read_clouds(const PairsOptions& options, Session& session) {
  const WantedColumns wanted{.weight = options.weight, .weight_may_miss = true};
  Clouds clouds;
  clouds.source = read_told(options.source, options, session, wanted);
  clouds.target = read_told_alongside(clouds.source, options.target, options, session, options.weight);
  if (!options.weight.empty() && clouds.source.weights.size() + clouds.target.weights.size() == 0)
    throw_no_weight(options.weight, options.source + " and " + options.target);
  return clouds;
}

/// Takes the pairs of less weight than `least` out of the plan; the mass that they carried.
double leave_out_light(Plan& plan, double least) {
  const double before = plan_mass(plan);
  std::erase_if(plan.entries, [&](const PlanEntry& entry) { return entry.mass < least; });
  return before - plan_mass(plan);
}

constexpr std::size_t block_entries = 8192;

void write_plan(const Plan& plan, const Clouds& clouds, TableWriter& writer) {
  const Index dim = clouds.source.points.rows();
  for (std::size_t begin = 0; begin < plan.entries.size(); begin += block_entries) {
    const std::size_t count = std::min(block_entries, plan.entries.size() - begin);
    Points rows(2 * dim + 1, static_cast<Index>(count));
    for (std::size_t k = 0; k < count; ++k) {
      const PlanEntry& entry = plan.entries[begin + k];
      rows.col(static_cast<Index>(k)) << clouds.source.points.col(entry.from),
          clouds.target.points.col(entry.to), entry.mass;
    }
    writer.write(rows);
  }
}

/// Sample by sample, as fm-path writes: number, time, position. Points that the plan leaves behind have no
/// way and are left out.
Index write_flow(const Plan& plan, const Clouds& clouds, const Vector& times, TableWriter& writer) {
  const Points& x = clouds.source.points;
  const Points phi = barycentric_map(plan, clouds.target.points);
  Points rows(2 + x.rows(), times.size());
  Index written = 0;
  for (Index n = 0; n < x.cols(); ++n) {
    if (std::isnan(phi(0, n))) continue;
    for (Index k = 0; k < times.size(); ++k)
      rows.col(k) << static_cast<double>(n), times(k), (1 - times(k)) * x.col(n) + times(k) * phi.col(n);
    writer.write(rows);
    ++written;
  }
  return written;
}

/// Of all rows: equal ones where the table has none.
Vector weights_of(const Dataset& cloud) {
  return cloud.weights.size() > 0 ? cloud.weights : Vector(Vector::Ones(cloud.points.cols()));
}

Plan plan_of(const PairsOptions& options, const Clouds& clouds, const Points& x, const Points& y) {
  const Vector a = weights_of(clouds.source), b = weights_of(clouds.target);
  const auto equal = [](const Vector& weights) { return (weights.array() == weights(0)).all(); };
  if (equal(a) && equal(b)) return transport_plan(options.coupling, x, y);  // all plans take these
  return transport_plan(options.coupling, x, y, a, b);
}

/// L1 distance of masses to the weights.
double marginal_error(const Vector& masses, const Vector& weights) {
  return (masses - weights / weights.sum()).cwiseAbs().sum();
}

/// From both clouds pooled: row by row, or where rows have weights each cloud for a half.
Standardiser units_of(const PairsOptions& options, const Clouds& clouds) {
  const Points &x = clouds.source.points, &y = clouds.target.points;
  if (options.weight.empty()) return fit_standardiser(x, y, options.standardize);
  const Vector a = weights_of(clouds.source), b = weights_of(clouds.target);
  Points pooled(x.rows(), x.cols() + y.cols());
  pooled << x, y;
  Vector weights(pooled.cols());
  weights << a / a.sum(), b / b.sum();
  return fit_standardiser_of(pooled, weights, options.standardize);
}

void check_arguments(PairsOptions& options) {
  if (options.source.empty() || options.target.empty())
    throw usage_error("two-clouds", "a plan needs two clouds", "fm-pairs SOURCE TARGET");
  if (options.min_weight > 0 && !options.times.empty())
    throw usage_error("table-only",
                      "--min-weight thins the table of pairs; --times moves points by all of them",
                      "leave one of them out");
  for (std::string* input : {&options.source, &options.target})
    if (*input == "-") *input = input_or_stdin(*input, "table");
  refuse_two_stdins({options.source, options.target});
  check_outputs(options, {options.source, options.target});
}

int run(PairsOptions& options, Session& session) {
  check_arguments(options);
  const Vector times = options.times.empty() ? Vector() : parse_times(options.times);
  const Clouds clouds = read_clouds(options, session);
  auto names = options.times.empty()
                   ? pair_columns(clouds.source.names)
                   : with_added_columns({"sample", "t"}, clouds.source.names, options.column_prefix);
  if (options.times.empty()) names.push_back(pair_weight_column);
  if (options.dry_run) {
    print_json({{"source_rows", clouds.source.points.cols()},
                {"target_rows", clouds.target.points.cols()},
                {"columns", names},
                {"tables", session.report["tables"]},
                {"options", to_json(options)}});
    return exit_done;
  }
  const Standardiser units = units_of(options, clouds);
  const Points x = to_coordinates(units, clouds.source.points);
  const Points y = to_coordinates(units, clouds.target.points);
  Output output(options.output, !options.no_clobber);
  TableWriter writer(output, options, names, {options.column_prefix + "sample"});
  Plan plan = plan_of(options, clouds, x, y);
  session.report.update(
      {{"cost", plan_cost(plan, x, y)},
       {"mass", plan_mass(plan)},
       {"source_rows", plan.sources},
       {"target_rows", plan.targets},
       {"source_marginal_error", marginal_error(source_masses(plan), weights_of(clouds.source))},
       {"target_marginal_error", marginal_error(target_masses(plan), weights_of(clouds.target))}});
  if (options.min_weight > 0) session.report["left_out_mass"] = leave_out_light(plan, options.min_weight);
  if (plan.entries.empty())
    throw usage_error("no-pairs", "no pair has a weight of " + shortest(options.min_weight) + " or more",
                      "choose a smaller --min-weight");
  session.report["pairs"] = plan.entries.size();
  writer.header();
  if (options.times.empty())
    write_plan(plan, clouds, writer);
  else
    session.report["samples"] = write_flow(plan, clouds, times, writer);
  output.commit();
  return exit_done;
}

}  // namespace

int main(int argc, char** argv) {
  return tool_main<PairsOptions>(
      {.name = "fm-pairs",
       .summary = "finds the optimal transport plan between two clouds",
       .usage = "fm-pairs SOURCE TARGET [options]",
       .examples =
           {"fm-pairs moons.csv 8gaussians.csv > plan.csv # the exact plan: which point goes where",
            "fm-pairs moons.csv 8gaussians.csv --coupling sinkhorn:reg=0.01 --report - -o plan.csv # the "
            "entropic plan, and its cost",
            "fm-pairs moons.csv 8gaussians.csv | fm-train --pairs - -o map.safetensors # learn the map from "
            "the plan",
            "fm-pairs moons.csv 8gaussians.csv --times 0:1:0.1 > flow.csv # the points on their way"},
       .notes =
           {"All points of a cloud weigh the same, unless --weight names a column: then sinkhorn and "
            "unbalanced "
            "move masses in proportion to it. A plan is a row for each pair: source_NAME, "
            "target_NAME and weight, the mass that goes from one to the other. The cost in the report is "
            "the mean of |x - y|^2 under the plan, in the scale of --standardize: for exact, W2 squared. "
            "With --times, phi(x) is the mean of the targets of x under the plan."}},
      argc, argv, run);
}
