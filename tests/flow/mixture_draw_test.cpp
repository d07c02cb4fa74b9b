#include "flow/mixture_draw.h"

#include <doctest/doctest.h>

#include <cmath>

#include "support/points.h"

using namespace fm;

namespace {

Mixture three() {
  Mixture mixture{Vector(3), Points(2, 3), {}};
  mixture.weights << 0.5, 0, 0.5;
  mixture.means << -1, 50, 2, 0, 50, 1;
  Points slanted(2, 2), flat(2, 2);
  slanted << 1, 0.6, 0.6, 2;
  flat << 4, 0, 0, 0;
  mixture.covariances = {slanted, slanted, flat};
  return mixture;
}

}  // namespace

TEST_CASE("mixture draws: shares, means and covariances of the components are those of the mixture") {
  constexpr Index rows = 100000;
  const Mixture mixture = three();
  const MixtureDraws drawn = draw_mixture(mixture, {3, Purpose::toy}, 0, rows);
  for (Index k = 0; k < 3; ++k) {
    const Eigen::ArrayXd member = (drawn.components.array() == static_cast<double>(k)).cast<double>();
    const double share = mixture.weights(k), count = member.sum();
    // Five standard deviations of the counts.
    CHECK(std::abs(count - rows * share) <= 5 * std::sqrt(rows * share * (1 - share)));
    if (count == 0) continue;
    const Points offsets = (drawn.points.colwise() - mixture.means.col(k)) * member.matrix().asDiagonal();
    const Points& covariance = mixture.covariances[static_cast<std::size_t>(k)];
    const Points second = offsets * offsets.transpose() / count;
    for (Index i = 0; i < 2; ++i) {
      CHECK(std::abs(offsets.row(i).sum() / count) <= 5 * std::sqrt(covariance(i, i) / count));
      for (Index j = 0; j < 2; ++j) {
        // Var x_i x_j of a normal law is S_ii S_jj + S_ij^2 (Isserlis 1918).
        const double variance = covariance(i, i) * covariance(j, j) + covariance(i, j) * covariance(i, j);
        CHECK(std::abs(second(i, j) - covariance(i, j)) <= 5 * std::sqrt(variance / count));
      }
    }
  }
}

TEST_CASE("mixture draws: a row does not depend on the block it is drawn in") {
  const MixtureDraws whole = draw_mixture(three(), {4, Purpose::toy}, 0, 100);
  const MixtureDraws part = draw_mixture(three(), {4, Purpose::toy}, 40, 10);
  CHECK(same_bits(part.points, whole.points.middleCols(40, 10)));
  CHECK(part.components == whole.components.segment(40, 10));
}
