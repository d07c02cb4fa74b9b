// fm-grid: density, velocity and continuity residual of a field on a grid in the plane; or a model's own
// density, whose integral says whether its log-densities are right.
#include <algorithm>
#include <cmath>

#include "cli/condition_choice.h"
#include "cli/counts.h"
#include "cli/density.h"
#include "cli/field_choice.h"
#include "cli/path_choice.h"
#include "cli/plane.h"
#include "io/output.h"
#include "io/table_writer.h"
#include "metrics/continuity.h"
#include "ode/log_density.h"

using namespace fm;

namespace {

struct GridOptions : PathChoice, ConditionOptions, WriteOptions, ReadOptions, RunOptions {
  std::optional<Scheduler> scheduler;
  std::string times = "0,0.25,0.5,0.75,0.95";
  std::string range;
  std::int64_t cells = 50;
  double step = 1e-4;
  bool sums = false;
  std::string column_prefix;

  static constexpr auto fields() {
    using O = GridOptions;
    constexpr auto group = "Grid";
    return std::tuple_cat(
        PathChoice::fields(), ConditionOptions::fields(),
        std::tuple{
            field(
                "scheduler", &O::scheduler,
                "path of the exact field, and a change of the model's (default: the model's own, or cond-ot)")
                .in("Field"),
            field("times", &O::times, "times of the grid: one, START:END:STEP or a list")
                .shown_as("TIMES")
                .in(group),
            field("range", &O::range,
                  "stretch of both columns in data units (default: four standard deviations around the path)")
                .shown_as("X0:X1,Y0:Y1")
                .in(group),
            field("cells", &O::cells, "cells along each side", between(1, 5000)).in(group),
            field("step", &O::step, "step of the difference in time", between(1e-7, 1e-2)).in(group),
            field("sums", &O::sums, "one row a time: integrals over the grid").in(group),
            field("column_prefix", &O::column_prefix, "put this before the names of added columns")
                .in("Output")},
        WriteOptions::fields(), ReadOptions::fields(), RunOptions::fields());
  }
};

/// Everything in data units: densities by the change of variables, velocities by the scale.
Continuity in_data_units(Continuity result, const Standardiser& coordinates) {
  const double volume = std::exp(log_volume(coordinates));
  result.density /= volume;
  result.rate /= volume;
  result.residual /= volume;
  result.velocity = coordinates.scale.asDiagonal() * result.velocity;
  return result;
}

/// (7, N): time, place, density, velocity, residual.
Points grid_rows(double t, const Points& x, const Continuity& at) {
  Points rows(7, x.cols());
  rows.row(0).setConstant(t);
  rows.middleRows(1, 2) = x;
  rows.row(3) = at.density.transpose();
  rows.middleRows(4, 2) = at.velocity;
  rows.row(6) = at.residual.transpose();
  return rows;
}

/// (4, 1): time, mass, integrals of |d/dt p| and |residual|.
Points sum_row(double t, double area, const Continuity& at) {
  return Vector{
      {t, area * at.density.sum(), area * at.rate.cwiseAbs().sum(), area * at.residual.cwiseAbs().sum()}};
}

std::vector<std::string> names_of(const GridOptions& options, const std::vector<std::string>& columns) {
  if (options.sums) return {"t", "mass", "rate", "residual"};
  return with_added_columns({"t"}, columns, options.column_prefix,
                            {"density", "v_" + columns[0], "v_" + columns[1], "residual"});
}

void check_plane(const std::vector<std::string>& columns, bool of_model) {
  if (columns.size() != 2)
    throw usage_error("plane", "a grid needs two columns, not " + std::to_string(columns.size()),
                      of_model ? "train a model of two: fm-train -c" : "choose two with -c");
}

void print_grid_plan(const GridOptions& options, const std::vector<std::string>& columns,
                     const Vector& times) {
  print_json({{"columns", columns}, {"times", times.size()}, {"options", to_json(options)}});
}

/// A single time too, which is no course of times.
Vector grid_times(const std::string& text) {
  double time = 0;
  if (parse_double(text, time) == NumberText::number && time >= 0 && time <= 1)
    return Vector::Constant(1, time);
  return parse_times(text);
}

/// Throws usage error "grid-time" for a time at which the path or the field on it is not known.
void check_times(const GridOptions& options, const MeasuredPath& measured, const Vector& times) {
  const TimeDomain path = measured.path.field().domain(), field = measured.field().domain();
  const TimeDomain known{std::max(path.begin, field.begin), std::min(path.end, field.end)};
  const auto beyond =
      std::find_if_not(times.begin(), times.end(), [&](double t) { return known.contains(t); });
  if (beyond == times.end()) return;
  const bool may_widen = options.model.empty() && options.mixture.empty() && !options.path;
  throw usage_error("grid-time",
                    "density and residual are known for t in [" + shortest(known.begin) + ", " +
                        shortest(known.end) + "], not at t = " + shortest(*beyond),
                    "keep --times within that" +
                        std::string(may_widen ? ", or let the law keep a width: --path adaptive" : ""));
}

/// Throws usage error "exact-only" for options of an exact path: a model alone has none.
void refuse_path_options(const GridOptions& options) {
  for (const auto& [flag, given] :
       {std::pair{"--weight", !options.weight.empty()}, std::pair{"--path", options.path.has_value()},
        std::pair{"--standardize", is_changed(options, &PathChoice::standardize)},
        std::pair{"--step", is_changed(options, &GridOptions::step)}})
    if (given)
      throw usage_error(
          "exact-only", std::string(flag) + " says how a model is held against an exact path",
          "name its law with --exact DATA or --mixture FILE.json, or leave " + std::string(flag) + " out");
}

/// Points x (2, N) with the condition of all of them below, as the field takes them.
Points with_condition(const ChosenField& chosen, const Points& x) {
  Points rows(chosen.field->dim(), x.cols());
  rows << x, chosen.conditions.rows(chosen.conditions.values(Points(0, x.cols())));
  return rows;
}

/// Four standard deviations around the means of draws of the source moved along a field to the times.
Plane plane_around(const ChosenField& chosen, const Vector& times, std::uint64_t seed) {
  constexpr Index draws = 1000;
  Points x(2, draws), corners(2, 2 * times.size());
  fill_normal({seed, Purpose::source}, 0, x);
  leave_source(chosen.field->start(), x);
  for (Index k = 0; k < times.size(); ++k) {
    Points at = with_condition(chosen, x);
    if (times(k) > 0) at = solve(*chosen.field, Dopri5{}, at, 0, times(k)).x;
    at.conservativeResize(2, Eigen::NoChange);
    const Vector mean = at.rowwise().mean();
    const Vector spread = (at.colwise() - mean).cwiseAbs2().rowwise().mean().cwiseSqrt();
    corners.col(2 * k) = mean - 4 * spread;
    corners.col(2 * k + 1) = mean + 4 * spread;
  }
  return plane_around(corners, chosen.coordinates);
}

/// Of the law that the field carries the source into, at one time t; x (2 + C, N) in coordinates.
Vector own_log_density(const VelocityField& field, double t, const Points& x) {
  if (t > 0) return solve_with_density(field, Dopri5{}, ExactDivergence{}, 0, x, t, 0).log_density;
  Points source = x.topRows(2);
  return_to_source(field.start(), source);
  return normal_log_density(source).array() - log_volume(field.start());
}

/// A model alone: its density along the ODE from the source, and its velocity.
int run_model(GridOptions& options, Session& session, const Vector& times) {
  refuse_path_options(options);
  FieldOptions choice;
  choice.model = options.model;
  choice.scheduler = options.scheduler;
  choice.ConditionOptions::operator=(options);
  const ChosenField chosen = choose_field(choice, options, options, session);
  check_plane(chosen.columns, true);
  for (const double t : times) check_density(chosen, t, 0);
  const Plane plane =
      options.range.empty() ? plane_around(chosen, times, session.seed) : parse_range(options.range);
  if (options.dry_run) return print_grid_plan(options, chosen.columns, times), exit_done;
  const Points x = plane.centres(options.cells);
  const Points inside = with_condition(chosen, to_coordinates(chosen.coordinates, x));
  Output output(options.output, !options.no_clobber);
  auto names = names_of(options, chosen.columns);
  names.resize(options.sums ? 2 : 6);  // no residual: this density is the one that the velocity carries
  TableWriter writer(output, options, names);
  writer.header();
  for (const double t : times) {
    const Vector density =
        (own_log_density(*chosen.field, t, inside).array() - log_volume(chosen.coordinates)).exp();
    if (options.sums) {
      writer.write(Vector{{t, plane.cell_area(options.cells) * density.sum()}});
      continue;
    }
    Points velocity(inside.rows(), x.cols()), rows(6, x.cols());
    chosen.field->evaluate(Vector::Constant(x.cols(), t), inside, velocity);
    rows << Points::Constant(1, x.cols(), t), x, density.transpose(),
        chosen.coordinates.scale.asDiagonal() * velocity.topRows(2);
    writer.write(rows);
  }
  output.commit();
  session.report["points"] = x.cols();
  session.report["times"] = times.size();
  return exit_done;
}

int run(GridOptions& options, Session& session) {
  const Vector times = grid_times(options.times);
  if (!options.model.empty() && options.exact.empty() && options.mixture.empty())
    return run_model(options, session, times);
  refuse_conditions(options);
  const ChosenPath chosen = choose_path(options, options, options, session);
  check_plane(chosen.columns, !options.model.empty());
  const MeasuredPath measured = chosen.under(settled_scheduler(chosen, options.scheduler));
  check_times(options, measured, times);
  const Plane plane = options.range.empty() ? plane_around(measured.path, times, chosen.coordinates)
                                            : parse_range(options.range);
  if (options.dry_run) return print_grid_plan(options, chosen.columns, times), exit_done;
  const Points x = plane.centres(options.cells);
  const Points inside = to_coordinates(chosen.coordinates, x);
  Output output(options.output, !options.no_clobber);
  TableWriter writer(output, options, names_of(options, chosen.columns));
  writer.header();
  for (const double t : times) {
    const Continuity at = in_data_units(continuity(measured.path, measured.field(), t, inside, options.step),
                                        chosen.coordinates);
    writer.write(options.sums ? sum_row(t, plane.cell_area(options.cells), at) : grid_rows(t, x, at));
  }
  output.commit();
  session.report["points"] = x.cols();
  session.report["times"] = times.size();
  return exit_done;
}

}  // namespace

int main(int argc, char** argv) {
  return tool_main<GridOptions>(
      {.name = "fm-grid",
       .summary = "writes density, velocity and continuity residual of a field on a grid in the plane",
       .usage = "fm-grid [--exact DATA | --mixture FILE.json] [-m MODEL] [--times TIMES] [options]",
       .examples =
           {"fm-grid --exact faithful.csv --times 0:0.9:0.1 -o grid.csv # the exact field, 50 x 50 cells",
            "fm-grid --exact faithful.csv --sums # integrals over the grid, one row a time",
            "fm-grid -m moons.safetensors --times 1 --sums # whether a model's own density integrates to 1",
            "fm-grid --exact moons.csv -m moons.safetensors --times 0.5 --range -2:3,-2:2 # a model's "
            "velocity, against the exact density"},
       .notes =
           {"Rows are t, the cell's centre, the density p of the path there, the velocity v of the field, "
            "and "
            "the residual d/dt p + div(p v), which is 0 where v carries p: for the exact field but for the "
            "difference in time (see --step), for a model as far as training went. All in data units. "
            "--sums: "
            "the integrals of p, |d/dt p| and |residual| over the grid; a mass below 1 says what lies "
            "outside, one above it that the cells are wider than the density's features: --cells. A model "
            "alone: its own density, by the ODE back to the source, and no residual."}},
      argc, argv, run);
}
