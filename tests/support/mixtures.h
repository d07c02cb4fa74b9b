// Draws of mixtures of normal laws, for tests of what is fitted to them or leads to them.
#pragma once

#include <Eigen/Eigenvalues>
#include <cstdint>
#include <vector>

#include "flow/mixture.h"
#include "support/points.h"

namespace fm {

/// `count` independent draws, as columns.
inline Points draw_mixture(const Mixture& mixture, Index count, std::uint64_t seed) {
  std::vector<Points> roots;
  for (const Points& covariance : mixture.covariances) {
    const Eigen::SelfAdjointEigenSolver<Points> solver(covariance);
    roots.emplace_back(solver.eigenvectors() * solver.eigenvalues().cwiseMax(0).cwiseSqrt().asDiagonal());
  }
  const Points z = normal_points(mixture.means.rows(), count, seed);
  Points x(z.rows(), count);
  for (Index n = 0; n < count; ++n) {
    double u = Random{seed + 1000, Purpose::test}.row(static_cast<std::uint64_t>(n)).uniform();
    Index k = 0;
    while (k + 1 < mixture.weights.size() && u > mixture.weights(k)) u -= mixture.weights(k++);
    x.col(n) = mixture.means.col(k) + roots[static_cast<std::size_t>(k)] * z.col(n);
  }
  return x;
}

}  // namespace fm
