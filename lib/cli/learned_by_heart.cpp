#include "cli/learned_by_heart.h"

#include "core/error.h"
#include "core/random.h"
#include "core/text.h"
#include "data/condition.h"
#include "flow/path_start.h"
#include "model/network_field.h"
#include "ode/solve.h"

namespace fm {

namespace {

constexpr Index draw_count = 500;
constexpr Index most_training_rows = 20000, most_rows = 2000;  // of each side in the vote
constexpr Index permutations = 999;

/// Every k-th of the rows, at most most_training_rows.
Points thinned(const Points& rows) {
  const Index stride = (rows.cols() + most_training_rows - 1) / most_training_rows;
  const Index count = (rows.cols() + stride - 1) / stride;
  return rows(Eigen::all, Eigen::seqN(0, count, stride));
}

/// `count` draws that start where those of this side do.
Points starting_points(const TrainingRows& side, const VelocityField& field, Index count,
                       std::uint64_t first_row, std::uint64_t seed) {
  const Index dim = side.points.rows();
  Points x0(dim, count);
  draw_source(side.source, {seed, Purpose::memorisation}, first_row, x0);
  leave_source(field.start(), x0);
  if (field.still_rows() == 0) return x0;
  Points x(field.dim(), count);
  x.topRows(dim) = x0;
  for (Index n = 0; n < count; ++n)
    x.col(n).bottomRows(field.still_rows()) =
        encoded(side.conditions, side.labels.col(n * side.points.cols() / count));
  return x;
}

/// Draws (D, count) of the model at t = 1, in coordinates.
Points draws(const Trained& trained, const TrainingSplit& rows, Index count, std::uint64_t seed) {
  const NetworkField field(trained.network);
  const Index half = (count + 1) / 2;
  Points x(field.dim(), count);
  x.leftCols(half) = starting_points(rows.training, field, half, 0, seed);
  x.rightCols(count - half) =
      starting_points(rows.held_out, field, count - half, static_cast<std::uint64_t>(half), seed);
  Points ends = solve(field, Dopri5{}, x, 0, 1).x.topRows(field.path_rows());
  // Columns of one value in training come back as it, as fm-sample gives them.
  for (Index column = 0; column < ends.rows(); ++column)
    if (trained.moments.cov11(column, column) == 0)
      ends.row(column).setConstant(trained.moments.mean1(column));
  return ends;
}

}  // namespace

std::optional<Memorisation> learned_by_heart(const Trained& trained, const TrainingSplit& rows,
                                             std::uint64_t seed) {
  if (rows.held_out.points.cols() == 0) return std::nullopt;
  try {
    const Points samples = draws(trained, rows, draw_count, seed);
    return memorisation(samples, thinned(rows.training.points), rows.held_out.points, most_rows, permutations,
                        seed);
  } catch (const Error& error) {
    // A model too wild to be drawn from is a model all the same: fm-sample says what is wrong with it.
    if (error.kind() != ErrorKind::numeric && error.kind() != ErrorKind::data) throw;
    return std::nullopt;
  }
}

void tell_learned_by_heart(const Memorisation& found, Session& session) {
  session.report["memorisation"] = {
      {"value", found.value},   {"p_value", found.p_value},           {"ratio", found.ratio},
      {"copies", found.copies}, {"copies_floor", found.copies_floor}, {"draws", found.samples},
      {"rows", found.rows}};
  const auto percent = [](double share) { return rounded(100 * share, 3) + " %"; };
  const std::string numbers =
      "of " + std::to_string(found.samples) + " draws " + percent(found.value) +
      " lie nearer to a training row than to any of as many held-out rows (50 % where nothing is learned by "
      "heart, p = " +
      rounded(found.p_value, 2) + "), at a median ratio of the distances of " + rounded(found.ratio, 3) +
      ", and " + percent(found.copies) + " are copies";
  // Held-out rows that equal training rows are the data's own doing.
  constexpr double certain = 0.001, some_copies = 0.02;
  if (found.p_value <= certain || found.copies > found.copies_floor + some_copies)
    session.warn(numbers +
                 ": the model repeats its rows. Fewer passes over them (--epochs 100) keep it from that, or "
                 "--optimizer adamw:weight_decay=1");
  else
    session.detail(numbers);
}

}  // namespace fm
