#include "cli/path_columns.h"

#include <algorithm>

#include "cli/density.h"
#include "core/parallel.h"
#include "core/text.h"

namespace fm {

namespace {

constexpr Index chunk_points = 512;

/// A name for each of the data's columns, or one.
std::vector<std::string> names_of(PathColumn column, const std::vector<std::string>& columns) {
  const std::string name = print_value(column);
  if (column == PathColumn::log_density || column == PathColumn::log_p) return {name};
  std::vector<std::string> names;
  for (const std::string& data_column : columns) names.push_back(name + "_" + data_column);
  return names;
}

/// grad log p_t(x) of points at one time, by the closed form or from the noise of the path.
void find_score(const ChosenField& chosen, VectorIn t, PointsIn x, PointsOut score) {
  if (chosen.exact) return chosen.exact->score(t, x, score);
  const VelocityField& field = *chosen.field;
  Points x1(x.rows(), x.cols()), x0(x1);
  field.predict(t, x, x1, x0, score);
  for (Index n = 0; n < x.cols(); ++n)
    score.col(n).head(field.path_rows()) /= -noise_std(field.noise(), field.scheduler(), t(n));
}

/// E[x1 | x_t], E[x0 | x_t] or the score at one time, in data units (D, N).
Points found(PathColumn column, const ChosenField& chosen, double time, const Points& x) {
  Points result(x.rows(), x.cols()), other(result);
  parallel_chunks(x.cols(), chunk_points, [&](Index begin, Index end, Index) {
    const Index count = end - begin;
    const Vector t = Vector::Constant(count, time);
    const auto at = x.middleCols(begin, count);
    auto wanted = result.middleCols(begin, count), rest = other.middleCols(begin, count);
    if (column == PathColumn::score) return find_score(chosen, t, at, wanted);
    if (column == PathColumn::x1) return chosen.field->predict_ends(t, at, wanted, rest);
    chosen.field->predict_ends(t, at, rest, wanted);
  });
  result.conservativeResize(chosen.field->path_rows(), Eigen::NoChange);
  if (column != PathColumn::score) return to_data(chosen.coordinates, result);
  return chosen.coordinates.scale.cwiseInverse().asDiagonal() * result;
}

bool knows_score(const ChosenField& chosen, double t) {
  const VelocityField& field = *chosen.field;
  return field.domain().contains(t) && (chosen.exact || noise_std(field.noise(), field.scheduler(), t) > 0);
}

void check_score_times(const ChosenField& chosen, const Vector& times) {
  if (!chosen.exact) check_score(*chosen.field);
  for (const double t : times)
    if (!knows_score(chosen, t))
      throw usage_error("score-time", "no score is known at t = " + shortest(t) + ", where no noise is left",
                        "leave that time out, e.g. --times 0.05:0.95:0.05 or 0:0.95:0.05");
}

void check_densities(const ChosenField& chosen, const Vector& times) {
  if (!chosen.exact) return check_density(chosen, times(0), times(times.size() - 1));
  const double end = chosen.field->domain().end;
  if (times.maxCoeff() > end)
    throw numeric_error("no-density",
                        "this field is defined up to t = " + shortest(end) +
                            ": there is no density at t = " + shortest(times.maxCoeff()),
                        "end --times before it, e.g. 0:0.95:0.05");
}

}  // namespace

bool asks(const PathColumns& wanted, PathColumn column) {
  return std::find(wanted.begin(), wanted.end(), column) != wanted.end();
}

std::vector<std::string> path_column_names(const PathColumns& wanted,
                                           const std::vector<std::string>& columns) {
  std::vector<std::string> names;
  for (const auto& [column, name] : enum_names(PathColumn{}))
    if (asks(wanted, column))
      for (std::string& text : names_of(column, columns)) names.push_back(std::move(text));
  return names;
}

void check_path_columns(const PathColumns& wanted, const ChosenField& chosen, const Vector& times) {
  if (asks(wanted, PathColumn::log_p))
    throw usage_error("conditional-density", "log_p is the density given the end of a path",
                      "add --conditional, or ask for log_density");
  if (asks(wanted, PathColumn::score)) check_score_times(chosen, times);
  if (asks(wanted, PathColumn::log_density)) check_densities(chosen, times);
}

Vector known_times(const PathColumns& wanted, const ChosenField& chosen, const Vector& times) {
  const auto known = [&](double t) {
    return (!asks(wanted, PathColumn::score) || knows_score(chosen, t)) &&
           (!asks(wanted, PathColumn::log_density) || chosen.field->domain().contains(t));
  };
  Index count = times.size();
  while (count > 1 && !known(times(count - 1))) --count;
  return times.head(count);
}

DensityTrajectories trace_columns(const PathColumns& wanted, const ChosenField& chosen, const Solver& solver,
                                  const Points& x, const Vector& times, std::int64_t first_row) {
  const bool velocity = asks(wanted, PathColumn::velocity), density = asks(wanted, PathColumn::log_density);
  if (density && !chosen.exact)
    return trace_with_density(*chosen.field, solver, x, times, velocity, first_row);
  DensityTrajectories paths{trace(*chosen.field, solver, x, times, velocity, first_row)};
  if (density)
    for (Index k = 0; k < times.size(); ++k)
      paths.log_density.push_back(
          log_densities(*chosen.exact, times(k), paths.x[static_cast<std::size_t>(k)]));
  return paths;
}

Points path_column_rows(const PathColumns& wanted, const ChosenField& chosen,
                        const DensityTrajectories& paths, const Vector& times, Index k) {
  const auto at = static_cast<std::size_t>(k);
  const Index dim = chosen.field->path_rows();
  const bool beyond = !chosen.field->domain().contains(times(k));
  const double t = beyond ? chosen.field->domain().end : times(k);
  const Points& x = beyond ? paths.before_last_step : paths.x[at];
  Points rows(static_cast<Index>(path_column_names(wanted, chosen.columns).size()), x.cols());
  Index row = 0;
  for (const PathColumn column : {PathColumn::velocity, PathColumn::x1, PathColumn::x0, PathColumn::score}) {
    if (!asks(wanted, column)) continue;
    rows.middleRows(row, dim) = column == PathColumn::velocity
                                    ? Points(chosen.coordinates.scale.asDiagonal() * paths.v[at].topRows(dim))
                                    : found(column, chosen, t, x);
    row += dim;
  }
  if (asks(wanted, PathColumn::log_density))
    rows.row(row) = (paths.log_density[at].array() - log_volume(chosen.coordinates)).matrix().transpose();
  return rows;
}

}  // namespace fm
