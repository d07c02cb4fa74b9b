// What fm-path writes beside positions: the columns of --columns-out, and how they are found.
#pragma once

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "cli/field_choice.h"
#include "ode/log_density.h"

namespace fm {

/// In the order of the columns. log_p belongs to conditional paths, the others but v to marginal ones.
enum class PathColumn { velocity, x1, x0, score, log_density, log_p };
constexpr auto enum_names(PathColumn) {
  using enum PathColumn;
  return std::array{std::pair{velocity, "v"},
                    std::pair{x1, "x1"},
                    std::pair{x0, "x0"},
                    std::pair{score, "score"},
                    std::pair{log_density, "log_density"},
                    std::pair{log_p, "log_p"}};
}
using PathColumns = std::vector<PathColumn>;

bool asks(const PathColumns& wanted, PathColumn column);

/// v_NAME, x1_NAME, x0_NAME, score_NAME for each of the data's columns, log_density, log_p, as far as wanted.
std::vector<std::string> path_column_names(const PathColumns& wanted,
                                           const std::vector<std::string>& columns);

/// Throws unless all that is wanted is known along marginal paths over `times`: usage errors
/// "conditional-density" for log_p, "score-unknown"; "score-time" where the law of x_t has no score or none
/// that is known; and for log_density numeric error "no-density" beyond the domain of an exact field, else
/// the errors of check_density().
void check_path_columns(const PathColumns& wanted, const ChosenField& chosen, const Vector& times);

/// The first of `times` up to the last one at which score and log_density, if wanted, are known; one at
/// least.
Vector known_times(const PathColumns& wanted, const ChosenField& chosen, const Vector& times);

/// Trajectories from x (D, N) in coordinates, with all that the columns need.
DensityTrajectories trace_columns(const PathColumns& wanted, const ChosenField& chosen, const Solver& solver,
                                  const Points& x, const Vector& times, std::int64_t first_row);

/// The wanted columns at times(k) in data units (C, N), in the order of path_column_names(). Beyond the
/// field's domain v, x1 and x0 are those where the last step began.
Points path_column_rows(const PathColumns& wanted, const ChosenField& chosen,
                        const DensityTrajectories& paths, const Vector& times, Index k);

}  // namespace fm
