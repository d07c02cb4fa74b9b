// Log-densities of networks: estimates against the exact divergence, and trained models against the truth.
#include <doctest/doctest.h>

#include <cmath>
#include <numbers>

#include "core/numeric.h"
#include "data/standardiser.h"
#include "data/toy.h"
#include "model/network_field.h"
#include "model/trainer.h"
#include "ode/log_density.h"
#include "support/points.h"

using namespace fm;

namespace {

/// A network with random parameters over correlated moments of dimension `dim`.
NetworkField random_field(Index dim) {
  const Points x0 = normal_points(dim, 500, 1);
  Points x1 = normal_points(dim, 500, 2);
  x1.row(1) += 0.7 * x0.row(0) - 2 * x1.row(2);
  const MlpShape shape = network_shape(dim, {16, 16}, Activation::silu, RawTime{});
  Network network{shape, RawTime{}, Preconditioner(pair_moments(x0, x1), CondOt{}), {}};
  Draws draws(3, Purpose::test, 0);
  for (Index k = 0; k < parameter_count(shape); ++k)
    network.parameters.push_back(static_cast<float>(0.4 * draws.normal()));
  return NetworkField(std::move(network));
}

/// A model of a toy cloud, in the coordinates of its own rows.
struct ToyModel {
  Standardiser coordinates;
  NetworkField field;
};
ToyModel trained_on(const Toy& toy, Index rows, const TrainingOptions& options) {
  const Points data = draw_toy(toy, {1, Purpose::toy}, 0, rows);
  const Standardiser coordinates = fit_standardiser(data, Standardize::columns);
  const Trained trained =
      train({to_coordinates(coordinates, data)}, options, 0, [](const TrainingProgress&) { return true; });
  return {coordinates, NetworkField(trained.network)};
}

/// Log-densities (N) in data units of points x (D, N) in data units.
Vector model_log_density(const ToyModel& model, const Points& x) {
  const DensitySolution found = solve_with_density(model.field, Dopri5{}, ExactDivergence{}, 0,
                                                   to_coordinates(model.coordinates, x), 1, 0);
  return found.log_density.array() - log_volume(model.coordinates);
}

}  // namespace

TEST_CASE("likelihood: of a network, Hutchinson's estimate is within 3 standard errors in 97 of 100 seeds") {
  const NetworkField field = random_field(6);
  const Points x = normal_points(6, 1, 4);
  const double exact = solve_with_density(field, Rk4{}, ExactDivergence{}, 0, x, 1, 0).log_density(0);
  Index within = 0;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    const auto found = solve_with_density(field, Rk4{}, Hutchinson{.probes = 64}, seed, x, 1, 0);
    REQUIRE(found.log_density_error(0) > 0.01);
    within += std::abs(found.log_density(0) - exact) <= 3 * found.log_density_error(0);
  }
  MESSAGE("within 3 standard errors: " << within << " of 100");
  CHECK(within >= 97);
}

TEST_CASE("likelihood: of a network, blocks and threads do not change a bit") {
  const NetworkField field = random_field(3);
  const Points x = normal_points(3, 700, 4);
  for (const Divergence& divergence : {Divergence(ExactDivergence{}), Divergence(Hutchinson{.probes = 4})}) {
    const auto whole = solve_with_density(field, Dopri5{}, divergence, 1, x, 1, 0);
    const ThreadsFor two(2);
    const auto again = solve_with_density(field, Dopri5{}, divergence, 1, x, 1, 0);
    CHECK(same_bits(whole.log_density, again.log_density));
    const auto part = solve_with_density(field, Dopri5{}, divergence, 1, x.middleCols(300, 90), 1, 0, 300);
    CHECK(same_bits(whole.log_density.segment(300, 90), part.log_density));
    CHECK(same_bits(whole.x.middleCols(300, 90), part.x));
  }
}

TEST_CASE("likelihood: the density of a model of two moons integrates to 1") {
  TrainingOptions options;
  options.hidden = {32, 32, 32};
  options.steps = 2000;
  const ToyModel model = trained_on(Moons{}, 5000, options);
  // The moons are 0.1 wide: at steps of half of that the sum has no error to speak of, and beyond 3.6
  // standard deviations there are no moons.
  const Index side = 240;
  const double step = 7.2 / static_cast<double>(side);
  Points grid(2, side * side);
  for (Index n = 0; n < grid.cols(); ++n)
    grid.col(n) << step * (static_cast<double>(n % side) + 0.5) - 3.6,
        step * (static_cast<double>(n / side) + 0.5) - 3.6;
  const Vector log_density = model_log_density(model, to_data(model.coordinates, grid));
  const double cell = step * step * std::exp(log_volume(model.coordinates));
  const double integral = log_density.array().exp().sum() * cell;
  MESSAGE("integral: " << integral);
  CHECK(std::abs(integral - 1) < 1e-3);
}

TEST_CASE("likelihood: a model of eight Gaussians is within 0.02 nats of the truth" *
          doctest::test_suite("slow")) {
  const EightGaussians law;
  TrainingOptions options;
  options.hidden = {64, 64, 64};
  options.steps = 5000;
  const ToyModel model = trained_on(law, 50000, options);
  const Points fresh = draw_toy(law, {2, Purpose::toy}, 0, 4000);
  const Vector found = model_log_density(model, fresh);
  Vector shortfall(fresh.cols());
  for (Index n = 0; n < fresh.cols(); ++n) {
    Vector modes(8);
    for (Index k = 0; k < 8; ++k) {
      const double angle = static_cast<double>(k) * std::numbers::pi / 4;
      const Vector centre = law.radius * Vector{{std::cos(angle), std::sin(angle)}};
      modes(k) = -(fresh.col(n) - centre).squaredNorm() / (2 * law.std * law.std);
    }
    const double truth =
        log_sum_exp(modes) - std::log(8) - std::log(2 * std::numbers::pi * law.std * law.std);
    shortfall(n) = truth - found(n);
  }
  // The mean shortfall is the relative entropy, at least 0 but for its standard error.
  const Estimate entropy = mean_estimate(shortfall);
  MESSAGE("shortfall: " << entropy.value << " +- " << entropy.standard_error << " nats");
  CHECK(entropy.value < 0.02);
  CHECK(entropy.value > -4 * entropy.standard_error);
}
