#include "model/mixture_start.h"

#include <limits>
#include <vector>

namespace fm {

namespace {

/// Squared distance of each row (N) to its nearest seed so far, and which seed that is.
struct Nearest {
  Vector square;
  std::vector<Index> seed;
};

void add_seed(PointsIn rows, Index row, Index number, Nearest& nearest) {
  const Vector square = (rows.colwise() - rows.col(row)).colwise().squaredNorm().transpose();
  for (Index n = 0; n < rows.cols(); ++n)
    if (square(n) < nearest.square(n)) {
      nearest.square(n) = square(n);
      nearest.seed[static_cast<std::size_t>(n)] = number;
    }
}

/// A row drawn with probability in proportion to `weights` (N), of which one at least is above 0.
Index draw_row(const Vector& weights, double uniform) {
  double left = uniform * weights.sum();
  Index last = 0;
  for (Index n = 0; n < weights.size(); ++n) {
    if (weights(n) == 0) continue;
    last = n;
    left -= weights(n);
    if (left < 0) break;
  }
  return last;
}

}  // namespace

Mixture start_mixture(PointsIn rows, const Vector& masses, Index count, double ridge, Draws draws) {
  const Index dim = rows.rows(), total = rows.cols();
  Nearest nearest{Vector::Constant(total, std::numeric_limits<double>::infinity()),
                  std::vector<Index>(static_cast<std::size_t>(total))};
  for (Index k = 0; k < count; ++k) {
    const Vector weights = k == 0 ? masses : Vector(masses.cwiseProduct(nearest.square));
    add_seed(rows, draw_row(weights, draws.uniform()), k, nearest);
  }
  Mixture mixture{Vector::Zero(count), Points::Zero(dim, count), {}};
  for (Index n = 0; n < total; ++n) {
    const Index k = nearest.seed[static_cast<std::size_t>(n)];
    mixture.weights(k) += masses(n);
    mixture.means.col(k) += masses(n) * rows.col(n);
  }
  // A seed whose distance to another underflows has no rows, and its component no weight.
  mixture.means.array().rowwise() /=
      (mixture.weights.array() > 0).select(mixture.weights.array(), 1).transpose();
  // Scatter of the rows around each seed's mean; that of all joins in as so many rows as settle a covariance,
  // so that no component starts as a spike on the few rows it has.
  std::vector<Points> scatter(static_cast<std::size_t>(count), Points::Zero(dim, dim));
  Points pooled = Points::Zero(dim, dim);
  for (Index n = 0; n < total; ++n) {
    const Index k = nearest.seed[static_cast<std::size_t>(n)];
    const Vector offset = rows.col(n) - mixture.means.col(k);
    scatter[static_cast<std::size_t>(k)].noalias() += masses(n) * offset * offset.transpose();
  }
  for (const Points& one : scatter) pooled += one / masses.sum();
  const auto guests = static_cast<double>(dim + 1);
  for (Index k = 0; k < count; ++k) {
    mixture.covariances.emplace_back((scatter[static_cast<std::size_t>(k)] + guests * pooled) /
                                     (mixture.weights(k) + guests));
    mixture.covariances.back().diagonal().array() += ridge;
  }
  mixture.weights /= masses.sum();
  return mixture;
}

}  // namespace fm
