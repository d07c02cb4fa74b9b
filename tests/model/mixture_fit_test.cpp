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
  return fit_mixture(rows, {}, options, seed);
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
      const MixtureFit found = fit_mixture(rows, {}, options, 3);
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
      return fit_mixture(rows, {}, options, seed).course.back();
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
  CHECK(fit_mixtures(rows, {}, {}, 0).size() <= 3);
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
  const MixtureFit cut = fit_mixture(draw_known(300, 6), {}, options, 0);
  CHECK(!cut.converged);
  CHECK(cut.course.size() == 3);
}

namespace {

/// Rows of weights 1, 2, 3, 4 in turn, and the same with each row as often as its weight says.
struct WeightedRows {
  Points rows, repeated;
  Vector weights;
};
WeightedRows weighted_rows(Index count) {
  WeightedRows data{draw_known(count, 9), {}, Vector(count)};
  std::vector<Index> which;
  for (Index n = 0; n < count; ++n) {
    data.weights(n) = static_cast<double>(1 + n % 4);
    which.insert(which.end(), static_cast<std::size_t>(1 + n % 4), n);
  }
  data.repeated = data.rows(Eigen::all, which);
  return data;
}

}  // namespace

TEST_CASE("mixture fit: a row of weight k pulls as k rows") {
  const WeightedRows data = weighted_rows(300);
  MixtureFitOptions options;
  options.tolerance = 0;  // to the maximum itself, from whatever start
  for (const Index components : {1, 3}) {
    CAPTURE(components);
    options.components = components;
    const MixtureFit weighted = fit_mixture(data.rows, data.weights, options, 0),
                     repeated = fit_mixture(data.repeated, {}, options, 0);
    const double count = static_cast<double>(data.repeated.cols());
    CHECK(std::abs(weighted.course.back() - repeated.course.back()) < 1e-9);
    CHECK(std::abs(weighted.log_likelihood / weighted.effective_rows - repeated.log_likelihood / count) <
          1e-9);
    for (Index k = 0; k < components; ++k) {
      const auto at = static_cast<std::size_t>(k);
      // Where the objective is flat to its rounding, 1e-16, parameters are so to its root.
      CHECK(std::abs(weighted.mixture.weights(k) - repeated.mixture.weights(k)) < 1e-6);
      CHECK((weighted.mixture.means.col(k) - repeated.mixture.means.col(k)).norm() < 1e-6);
      CHECK((weighted.mixture.covariances[at] - repeated.mixture.covariances[at]).norm() < 1e-6);
    }
  }
}

TEST_CASE("mixture fit: the unit of weights changes nothing, and equal ones are none") {
  const WeightedRows data = weighted_rows(200);
  MixtureFitOptions options;
  options.components = 3;
  const MixtureFit one = fit_mixture(data.rows, data.weights, options, 0);
  CHECK(same_fit(fit_mixture(data.rows, 0x1p-700 * data.weights, options, 0), one));
  const MixtureFit other = fit_mixture(data.rows, 3e200 * data.weights, options, 0);
  CHECK(other.log_likelihood == doctest::Approx(one.log_likelihood).epsilon(1e-12));
  CHECK(other.bic == doctest::Approx(one.bic).epsilon(1e-12));
  CHECK(same_fit(fit_mixture(data.rows, Vector::Constant(200, 0.3), options, 0),
                 fit_mixture(data.rows, {}, options, 0)));
}

TEST_CASE("mixture fit: weighted rows count as (sum v)^2 / sum v^2 rows in the likelihood and in BIC") {
  const WeightedRows data = weighted_rows(200);
  MixtureFitOptions options;
  options.components = 2;
  const MixtureFit found = fit_mixture(data.rows, data.weights, options, 0);
  const double effective = 500.0 * 500 / (50 * (1 + 4 + 9 + 16));
  CHECK(found.effective_rows == doctest::Approx(effective).epsilon(1e-14));
  const double mean = log_likelihood(found.mixture, data.repeated) / 500;
  CHECK(found.log_likelihood == doctest::Approx(effective * mean).epsilon(1e-12));
  CHECK(found.bic == doctest::Approx(-2 * effective * mean + 11 * std::log(effective)).epsilon(1e-12));
}
