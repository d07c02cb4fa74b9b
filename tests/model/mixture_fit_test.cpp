#include "model/mixture_fit.h"

#include <doctest/doctest.h>

#include <cmath>
#include <numbers>
#include <string>
#include <vector>

#include "flow/mixture_field.h"
#include "flow/moments.h"
#include "support/mixtures.h"

using namespace fm;

namespace {

/// Three components in 2-D, some 4 deviations apart.
Mixture known() {
  return {Vector{{0.5, 0.3, 0.2}},
          Points{{0, 4, -3}, {0, 1, 4}},
          {Points{{1, 0.5}, {0.5, 0.6}}, Points{{0.3, -0.2}, {-0.2, 0.8}}, Points{{0.5, 0}, {0, 0.2}}}};
}

Points draw_known(Index count, std::uint64_t seed) {
  return draw_mixture(known(), count, seed);
}

MixtureFit fit(const Points& rows, Index components, std::uint64_t seed = 0) {
  MixtureFitOptions options;
  options.components = components;
  return fit_mixture(rows, options, seed);
}

bool same_fit(const MixtureFit& a, const MixtureFit& b) {
  bool same = same_bits(a.mixture.weights, b.mixture.weights) &&
              same_bits(a.mixture.means, b.mixture.means) && a.course == b.course && a.bic == b.bic;
  for (std::size_t k = 0; k < a.mixture.covariances.size(); ++k)
    same = same && same_bits(a.mixture.covariances[k], b.mixture.covariances[k]);
  return same;
}

}  // namespace

TEST_CASE("mixture fit: finds the components of a known mixture, and their number") {
  constexpr Index count = 2000;
  const Points rows = draw_known(count, 1);
  const Mixture truth = known();
  const MixtureFit found = fit(rows, 0);
  CHECK(found.converged);
  REQUIRE(found.mixture.weights.size() == 3);
  CHECK(found.log_likelihood > log_likelihood(truth, rows));
  for (Index k = 0; k < 3; ++k) {
    CAPTURE(k);
    const auto at = static_cast<std::size_t>(k);
    const double members = truth.weights(k) * count;
    // Components hardly overlap: estimates are those of the members alone. 5 standard errors; a covariance's
    // relative one is at most sqrt(2 / n).
    CHECK(std::abs(found.mixture.weights(k) - truth.weights(k)) < 5 * 0.5 / std::sqrt(count));
    const Vector deviation = truth.covariances[at].diagonal().cwiseSqrt();
    for (Index d = 0; d < 2; ++d) {
      CHECK(std::abs(found.mixture.means(d, k) - truth.means(d, k)) < 5 * deviation(d) / std::sqrt(members));
      for (Index e = 0; e < 2; ++e)
        CHECK(std::abs(found.mixture.covariances[at](d, e) - truth.covariances[at](d, e)) <
              5 * std::sqrt(2 / members) * deviation(d) * deviation(e));
    }
  }
}

TEST_CASE("mixture fit: no iteration lowers the objective") {
  const Points rows = draw_known(400, 2);
  for (const double ridge : {1e-9, 1e-6, 0.1})
    for (const Index components : {1, 2, 3, 5, 8}) {
      CAPTURE(ridge);
      CAPTURE(components);
      MixtureFitOptions options;
      options.components = components;
      options.ridge = ridge;
      options.tolerance = 0;
      options.max_iterations = 200;
      const MixtureFit found = fit_mixture(rows, options, 3);
      for (std::size_t i = 1; i < found.course.size(); ++i)
        CHECK(found.course[i] >= found.course[i - 1] - 1e-13 * std::abs(found.course[i]));
    }
}

TEST_CASE("mixture fit: runs that go on can only help, and the best after 30 iterations is not always it") {
  const Points rows = draw_known(300, 8);
  int helped = 0;
  for (std::uint64_t seed = 0; seed < 5; ++seed) {
    CAPTURE(seed);
    MixtureFitOptions options;
    options.components = 6;
    const auto end = [&](Index finalists) {
      options.finalists = finalists;
      return fit_mixture(rows, options, seed).course.back();
    };
    const double one = end(1), three = end(3), most = end(6);
    CHECK(three >= one);
    CHECK(most >= three);
    if (three > one + 1e-4) ++helped;
  }
  CHECK(helped > 0);
}

TEST_CASE("mixture fit: one component is the normal law of the rows") {
  const Points rows = draw_known(500, 3);
  const MixtureFit found = fit(rows, 1);
  const Moments moments = pair_moments(rows, rows);
  CHECK((found.mixture.means.col(0) - moments.mean0).norm() < 1e-13);
  Points covariance = moments.cov00;
  covariance.diagonal().array() += MixtureFitOptions{}.ridge;
  CHECK((found.mixture.covariances[0] - covariance).norm() < 1e-12);
  // log det and trace: -N/2 (D log 2 pi + log |S| + D), D = 2, up to the ridge.
  const double determinant = covariance(0, 0) * covariance(1, 1) - covariance(0, 1) * covariance(1, 0);
  const double expected = -250 * (2 * std::log(2 * std::numbers::pi) + std::log(determinant) + 2);
  CHECK(found.log_likelihood == doctest::Approx(expected).epsilon(1e-6));
  CHECK(found.bic == doctest::Approx(-2 * found.log_likelihood + 5 * std::log(500)).epsilon(1e-14));
}

TEST_CASE("mixture fit: the log-likelihood is the sum of the field's log density at t = 1") {
  const Points rows = draw_known(700, 4);
  Vector log_p(700);
  MixtureField(known(), CondOt{}).log_density(Vector::Ones(700), rows, log_p);
  CHECK(log_likelihood(known(), rows) == doctest::Approx(log_p.sum()).epsilon(1e-13));
}

TEST_CASE("mixture fit: threads change no bit, seeds choose the starts, components come by weight") {
  const Points rows = draw_known(300, 5);
  const MixtureFit one = fit(rows, 4);
  {
    const ThreadsFor threads(4);
    CHECK(same_fit(fit(rows, 4), one));
  }
  CHECK(!same_fit(fit(rows, 4, 1), one));
  for (Index k = 1; k < 4; ++k) CHECK(one.mixture.weights(k) <= one.mixture.weights(k - 1));
}

TEST_CASE("mixture fit: as many components as distinct rows are the most there can be") {
  Points rows(2, 7);
  rows << 0, 1, 2, 0, 1, 2, 2, 5, 5, 6, 5, 5, 6, 6;
  const MixtureFit most = fit(rows, 3);
  CHECK(most.mixture.weights(0) == doctest::Approx(3.0 / 7).epsilon(1e-6));
  const Error error = error_of([&] { fit(rows, 4); });
  CHECK(error.id() == "mixture-components");
  CHECK(error.kind() == ErrorKind::usage);
  CHECK(fit_mixtures(rows, {}, 0).size() <= 3);
  const MixtureFit single = fit(rows.leftCols(1), 0);
  CHECK(single.mixture.weights.size() == 1);
  CHECK(single.mixture.covariances[0].diagonal().minCoeff() == MixtureFitOptions{}.ridge);
}

TEST_CASE("mixture fit: rows that differ by less than their squares can tell still give finite numbers") {
  const Points rows{{0, 1e-200, 1, 1, 0}};
  const MixtureFit found = fit(rows, 3);
  CHECK(found.mixture.weights.allFinite());
  CHECK(found.mixture.means.allFinite());
  CHECK(std::isfinite(found.log_likelihood));
}

TEST_CASE("mixture fit: columns that are constant or equal get the ridge as their least variance") {
  Points rows(4, 60);
  rows.topRows(2) = normal_points(2, 60, 7);
  rows.row(2) = rows.row(0);
  rows.row(3).setZero();
  const MixtureFit found = fit(rows, 2);
  CHECK(std::isfinite(found.log_likelihood));
  for (const Points& covariance : found.mixture.covariances) {
    const Eigen::SelfAdjointEigenSolver<Points> solver(covariance);
    CHECK(solver.eigenvalues()(0) == doctest::Approx(1e-6).epsilon(1e-6));
    CHECK(solver.eigenvalues()(1) == doctest::Approx(1e-6).epsilon(1e-6));
  }
}

TEST_CASE("mixture fit: a run that is cut short says so") {
  MixtureFitOptions options;
  options.components = 6;
  options.max_iterations = 3;
  const MixtureFit cut = fit_mixture(draw_known(300, 6), options, 0);
  CHECK(!cut.converged);
  CHECK(cut.course.size() == 3);
}
