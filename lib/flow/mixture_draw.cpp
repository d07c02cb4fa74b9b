#include "flow/mixture_draw.h"

#include <Eigen/Eigenvalues>
#include <vector>

#include "core/numeric.h"

namespace fm {

MixtureDraws draw_mixture(const Mixture& mixture, const Random& random, std::uint64_t first_row,
                          Index count) {
  const Index dim = mixture.means.rows();
  std::vector<Points> roots;
  for (const Points& covariance : mixture.covariances) {
    const Eigen::SelfAdjointEigenSolver<Points> solver(covariance);
    roots.emplace_back(solver.eigenvectors() * solver.eigenvalues().cwiseMax(0).cwiseSqrt().asDiagonal());
  }
  const Vector shares = running_shares(mixture.weights);
  MixtureDraws drawn{Points(dim, count), Vector(count)};
  Vector z(dim);
  for (Index n = 0; n < count; ++n) {
    Draws draws = random.row(first_row + static_cast<std::uint64_t>(n));
    const Index k = place_at(shares, draws.uniform());
    for (double& value : z) value = draws.normal();
    drawn.points.col(n) = mixture.means.col(k);
    drawn.points.col(n).noalias() += roots[static_cast<std::size_t>(k)] * z;
    drawn.components(n) = static_cast<double>(k);
  }
  return drawn;
}

}  // namespace fm
