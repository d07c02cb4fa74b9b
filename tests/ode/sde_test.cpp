// Stochastic paths: whatever g, the marginals are those of the field.
#include "ode/sde.h"

#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <vector>

#include "core/value.h"
#include "flow/empirical_field.h"
#include "flow/mixture_field.h"
#include "ode/known_fields.h"
#include "support/mixtures.h"
#include "support/points.h"

using namespace fm;

namespace {

/// Two correlated normal laws apart from each other, in 2-D.
Mixture two_normals() {
  return {Vector{{0.4, 0.6}},
          Points{{1.5, -1}, {-1, 0.5}},
          {Points{{0.4, 0.15}, {0.15, 0.2}}, Points{{0.3, -0.1}, {-0.1, 0.5}}}};
}

std::vector<Diffusion> diffusions(std::int64_t steps) {
  std::vector<Diffusion> all;
  for_each_member<Diffusion>([&](auto member) {
    member.steps = steps;
    all.emplace_back(member);
  });
  ConstantDiffusion still, strong;
  still.g = 0, strong.g = 1.5;
  still.steps = strong.steps = steps;
  all.insert(all.end(), {still, strong});
  return all;
}

/// The law of x_t: mean and covariance of alpha x1 + sigma x0.
Moments law_at(const Mixture& target, const Scheduler& scheduler, double t) {
  const SchedulerValue s = scheduler_at(scheduler, t);
  const Index dim = target.means.rows();
  Moments law;
  law.mean0 = s.alpha * mixture_mean(target);
  law.cov00 = s.alpha * s.alpha * mixture_covariance(target) + s.sigma * s.sigma * Points::Identity(dim, dim);
  return law;
}

}  // namespace

TEST_CASE("sde: mean and covariance are those of the path, for every diffusion and scheduler") {
  const Index count = 5000;
  const Mixture target = two_normals();
  for_each_member<Scheduler>([&](const auto& scheduler) {
    if (std::string(scheduler.name) == "ve") return;  // its start only resembles the source
    const MixtureField field(target, scheduler);
    for (const Diffusion& diffusion : diffusions(100)) {
      for (const double t : {0.4, 1.0}) {
        CAPTURE(std::string(scheduler.name));
        CAPTURE(print_value(diffusion));
        CAPTURE(t);
        Points x0 = normal_points(2, count, 1);
        leave_source(field.start(), x0);
        const Points x = solve_sde(field, diffusion, 5, x0, 0, t).x;
        const Moments found = pair_moments(x, x), wanted = law_at(target, scheduler, t);
        // Errors of a mean and of a second moment are below 5 standard errors, of which each is at most
        // sqrt(C / n) and, for laws of no more kurtosis than the normal, sqrt(2) C / sqrt(n), C the largest
        // variance. Steps of 1/100 add a bias that is first order in them.
        const double largest = wanted.cov00.diagonal().maxCoeff(), root = std::sqrt(double(count));
        CHECK((found.mean0 - wanted.mean0).cwiseAbs().maxCoeff() < 5 * std::sqrt(largest) / root + 0.02);
        CHECK((found.cov00 - wanted.cov00).cwiseAbs().maxCoeff() < 5 * std::sqrt(2) * largest / root + 0.02);
      }
    }
  });
}

TEST_CASE("sde: the bias is first order in the step") {
  // N(0, 1) to N(0, 4): one variance, which a step maps linearly, so that the law at the end is known without
  // a draw: x_new = a x + b xi with a, b from one point and many.
  const Mixture target{Vector{{1}}, Points{{0}}, {Points{{4}}}};
  const MixtureField field(target, CondOt{});
  for (Diffusion diffusion : diffusions(1)) {
    CAPTURE(print_value(diffusion));
    const auto variance_error = [&](std::int64_t steps) {
      double variance = 1;
      for (std::int64_t k = 0; k < steps; ++k) {
        const double t = double(k) / double(steps), t_new = double(k + 1) / double(steps);
        // Two points and the same noise: their difference is the linear part. Its noise by k alone.
        const double slope = (solve_sde(field, diffusion, 1, Points{{1}}, t, t_new).x -
                              solve_sde(field, diffusion, 1, Points{{0}}, t, t_new).x)(0, 0);
        const double keep = kept_noise(diffusion, SourceNoise{}, CondOt{}, t, t_new);
        variance = slope * slope * variance + std::pow(1 - t_new, 2) * (1 - keep * keep);
      }
      return variance - 4;
    };
    const double coarse = variance_error(100), fine = variance_error(200);
    // Where g does not fall with the noise, more and more of the last steps' noise is fresh: a logarithm
    // more.
    const double order = std::log2(coarse / fine);
    CHECK(order > (std::holds_alternative<ConstantDiffusion>(diffusion) ? 0.65 : 0.9));
    CHECK(order < 1.1);
  }
}

TEST_CASE("sde: without diffusion it is Euler's method on cond-ot") {
  const MixtureField field(two_normals(), CondOt{});
  ConstantDiffusion still;
  still.g = 0;
  still.steps = 7;
  Euler euler;
  euler.steps = 7;
  const Points x0 = normal_points(2, 600, 2);
  const Points ode = solve(field, euler, x0, 0, 1).x, sde = solve_sde(field, still, 3, x0, 0, 1).x;
  CHECK((ode - sde).cwiseAbs().maxCoeff() < 1e-12);
}

TEST_CASE("sde: backwards from the target it ends in the source") {
  const Index count = 5000;
  const Mixture target = two_normals();
  const MixtureField field(target, CondOt{});
  for (const Diffusion& diffusion : diffusions(100)) {
    CAPTURE(print_value(diffusion));
    const Points x = solve_sde(field, diffusion, 5, draw_mixture(target, count, 3), 1, 0).x;
    const Moments found = pair_moments(x, x);
    const double root = std::sqrt(double(count));
    CHECK(found.mean0.cwiseAbs().maxCoeff() < 5 / root + 0.02);
    CHECK((found.cov00 - Points::Identity(2, 2)).cwiseAbs().maxCoeff() < 5 * std::sqrt(2) / root + 0.02);
  }
}

TEST_CASE("sde: a data set's field ends in its rows, each as often as another") {
  const Points rows{{-1, 2, 0.5}, {0, 1, -2}};
  const EmpiricalField field(rows, Cosine{});
  const Index count = 9000;
  const Points x = solve_sde(field, OwnDiffusion{}, 1, normal_points(2, count, 4), 0, 1).x;
  Vector hits = Vector::Zero(3);
  for (Index n = 0; n < count; ++n) {
    Index nearest = 0;
    CHECK((rows.colwise() - x.col(n)).colwise().norm().minCoeff(&nearest) < 1e-6);
    hits(nearest) += 1;
  }
  // A binomial share of 1/3 at 5 standard errors, and the bias of 100 steps.
  CHECK((hits / double(count) - Vector::Constant(3, 1.0 / 3)).cwiseAbs().maxCoeff() <
        5 * std::sqrt(2.0 / 9 / double(count)) + 0.02);
}

TEST_CASE("sde: a column depends on its row alone, whatever block, shard or thread it is in") {
  const MixtureField field(two_normals(), CondOt{});
  const Points x0 = normal_points(2, 1500, 2);
  for (const Diffusion& diffusion : diffusions(5)) {
    const Points whole = solve_sde(field, diffusion, 3, x0, 0, 1, 100).x;
    CHECK(same_bits(whole.rightCols(700), solve_sde(field, diffusion, 3, x0.rightCols(700), 0, 1, 900).x));
    const ThreadsFor two(2);
    CHECK(same_bits(whole, solve_sde(field, diffusion, 3, x0, 0, 1, 100).x));
  }
  const Points one = solve_sde(field, OwnDiffusion{}, 3, x0, 0, 1).x;
  CHECK(!same_bits(one, solve_sde(field, OwnDiffusion{}, 4, x0, 0, 1).x));
}

TEST_CASE("sde: fields that do not know their score are refused") {
  const Error error = error_of([] { solve_sde(whirl(), OwnDiffusion{}, 0, normal_points(2, 3, 1), 0, 1); });
  CHECK(error.id() == "score-unknown");
}

TEST_CASE("diffusion: noise that is kept over two steps is that over both, where k is exact") {
  OwnDiffusion own;
  SigmaDiffusion sigma;
  ConstantDiffusion constant;
  const auto splits = [](const Diffusion& diffusion, const PathNoise& noise) {
    const auto k = [&](double a, double b) { return kept_noise(diffusion, noise, CondOt{}, a, b); };
    CHECK(k(0.2, 0.7) == doctest::Approx(k(0.2, 0.5) * k(0.5, 0.7)).epsilon(1e-12));
    CHECK(k(0.2, 0.7) == doctest::Approx(k(0.7, 0.2)).epsilon(1e-12));
  };
  for (const PathNoise& noise : {PathNoise(SourceNoise{}), PathNoise(BridgeNoise{0.8})}) {
    splits(own, noise);
    splits(sigma, noise);
    splits(constant, noise);
  }
  // The bridge's own diffusion is g = bridge_std.
  constant.g = 0.8;
  CHECK(kept_noise(own, BridgeNoise{0.8}, CondOt{}, 0.3, 0.4) ==
        doctest::Approx(kept_noise(constant, BridgeNoise{0.8}, CondOt{}, 0.3, 0.4)));
}
