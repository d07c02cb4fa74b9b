// Stochastic paths on the exact field of rows with bandwidths: they end in the same kernel density estimate
// as its ODE.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "core/value.h"
#include "flow/adaptive_field.h"
#include "flow/adaptive_path.h"
#include "flow/empirical_field.h"
#include "ode/sde.h"
#include "support/points.h"

using namespace fm;

namespace {

std::vector<Diffusion> diffusions(std::int64_t steps) {
  std::vector<Diffusion> all;
  for_each_member<Diffusion>([&](auto member) {
    member.steps = steps;
    all.emplace_back(member);
  });
  return all;
}

template <class Visitor>
void for_each_fitting_scheduler(const Visitor& visit) {
  for_each_member<Scheduler>([&](const auto& scheduler) {
    CAPTURE(std::string(scheduler.name));
    if (takes_bandwidths(scheduler)) visit(Scheduler(scheduler));
  });
}

/// Three rows on a line: two that overlap under their kernels, of widths a tenth of each other, and a far
/// one.
const Points rows{{-1, 0, 2}};
const Vector bandwidths{{0.05, 0.5, 0.2}}, weights{{1, 2, 1}};

/// P[x_t <= x] of the path to these rows.
double law(double x, const Scheduler& scheduler, double t) {
  const SchedulerValue s = scheduler_at(scheduler, t);
  double sum = 0;
  for (Index i = 0; i < 3; ++i) {
    const double std = s.sigma + bandwidths(i) * s.alpha;
    sum += weights(i) / weights.sum() * std::erfc(-(x - s.alpha * rows(0, i)) / (std * std::sqrt(2))) / 2;
  }
  return sum;
}

/// The largest distance between the empirical distribution of x (1, N) and that law.
double distance_to_law(const Points& x, const Scheduler& scheduler, double t) {
  std::vector<double> sorted(x.data(), x.data() + x.size());
  std::sort(sorted.begin(), sorted.end());
  const double count = static_cast<double>(sorted.size());
  double largest = 0;
  for (std::size_t n = 0; n < sorted.size(); ++n) {
    const double p = law(sorted[n], scheduler, t);
    largest = std::max({largest, p - static_cast<double>(n) / count, static_cast<double>(n + 1) / count - p});
  }
  return largest;
}

// Of 8,000 draws: Kolmogorov's distance stays below sqrt(log(2 / p) / (2 n)) with probability 1 - p
// (Dvoretzky, Kiefer and Wolfowitz; Massart 1990): .031 at p = 1e-6.
constexpr Index count = 8000;
constexpr double noise_bound = 0.031;

}  // namespace

TEST_CASE("sde of adaptive paths: the law is that of the path, for every diffusion and scheduler") {
  for_each_fitting_scheduler([](const Scheduler& scheduler) {
    const AdaptiveField field(rows, bandwidths, weights, scheduler);
    for (const Diffusion& diffusion : diffusions(100))
      for (const double t : {0.4, 1.0}) {
        CAPTURE(print_value(diffusion));
        CAPTURE(t);
        const Points x = solve_sde(field, diffusion, 5, normal_points(1, count, 1), 0, t).x;
        CHECK(distance_to_law(x, scheduler, t) < noise_bound + 0.02);  // the bias of 100 steps
      }
  });
}

TEST_CASE("sde of adaptive paths: backwards from the estimate it ends in the source") {
  const AdaptiveField field(rows, bandwidths, weights, CondOt{});
  Points kernels = normal_points(1, count, 3);
  for (Index n = 0; n < count; ++n) {
    const Index i = n % 4 == 0 ? 0 : n % 4 == 3 ? 2 : 1;
    kernels(0, n) = rows(0, i) + bandwidths(i) * kernels(0, n);
  }
  REQUIRE(distance_to_law(kernels, CondOt{}, 1) < noise_bound);
  for (const Diffusion& diffusion : diffusions(100)) {
    CAPTURE(print_value(diffusion));
    CHECK(distance_to_law(solve_sde(field, diffusion, 5, kernels, 1, 0).x, CondOt{}, 0) < noise_bound + 0.02);
  }
}

TEST_CASE("sde of adaptive paths: the bias falls with the steps") {
  const AdaptiveField field(rows, bandwidths, weights, CondOt{});
  const auto error = [&](const Diffusion& diffusion) {
    return distance_to_law(solve_sde(field, diffusion, 5, normal_points(1, count, 1), 0, 1).x, CondOt{}, 1);
  };
  const auto coarse = diffusions(4), fine = diffusions(200);
  for (std::size_t k = 0; k < coarse.size(); ++k) {
    CAPTURE(print_value(coarse[k]));
    CHECK(error(fine[k]) < noise_bound);
    CHECK(error(fine[k]) < error(coarse[k]) / 2);
  }
}

TEST_CASE("sde of adaptive paths: one row is reached exactly, in as few steps as one") {
  // Given one row a step is exact for g = 0; with noise, x_1 = row + h (k z + sqrt(1 - k^2) xi) for any k.
  const AdaptiveField field(Points{{1}, {-2}}, Vector{{0.3}}, CondOt{});
  for (const std::int64_t steps : {1, 2, 7})
    for (const Diffusion& diffusion : diffusions(steps)) {
      CAPTURE(print_value(diffusion));
      Points z = solve_sde(field, diffusion, 2, normal_points(2, count, 1), 0, 1).x;
      z = (z.colwise() - Vector{{1, -2}}) / 0.3;
      const Points square = z * z.transpose() / double(count);
      const double root = std::sqrt(double(count));
      CHECK(z.rowwise().mean().cwiseAbs().maxCoeff() < 5 / root);
      CHECK((square - Points::Identity(2, 2)).cwiseAbs().maxCoeff() < 5 * std::sqrt(2) / root);
    }
}

TEST_CASE("sde of adaptive paths: equal bandwidths and a constant g are lipman with that sigma_min") {
  const Points cloud = normal_points(2, 40, 1), x0 = normal_points(2, 600, 2);
  ConstantDiffusion diffusion;
  diffusion.steps = 20;
  const Points kernel =
      solve_sde(AdaptiveField(cloud, Vector::Constant(40, 0.2), CondOt{}), diffusion, 3, x0, 0, 1).x;
  const Points lipman = solve_sde(EmpiricalField(cloud, LipmanOt{0.2}), diffusion, 3, x0, 0, 1).x;
  CHECK((kernel - lipman).cwiseAbs().maxCoeff() < 1e-9);
}

TEST_CASE("sde of adaptive paths: a column depends on its row alone, whatever shard or thread it is in") {
  const AdaptiveField field(rows, bandwidths, weights, CondOt{});
  const Points x0 = normal_points(1, 1500, 2);
  for (const Diffusion& diffusion : diffusions(5)) {
    const Points whole = solve_sde(field, diffusion, 3, x0, 0, 1, 100).x;
    CHECK(same_bits(whole.rightCols(700), solve_sde(field, diffusion, 3, x0.rightCols(700), 0, 1, 900).x));
    const ThreadsFor two(2);
    CHECK(same_bits(whole, solve_sde(field, diffusion, 3, x0, 0, 1, 100).x));
  }
}

TEST_CASE("diffusion of kernel noise: k is exp(-int (g/std)^2 / 2 dt) of one g for all bandwidths") {
  // By Simpson's rule in 20,000 parts.
  const auto integral = [](const auto& f, double a, double b) {
    constexpr int parts = 20000;
    double sum = f(a) + f(b);
    for (int k = 1; k < parts; ++k) sum += (k % 2 == 1 ? 4 : 2) * f(a + (b - a) * k / parts);
    return sum * (b - a) / (3 * parts);
  };
  for_each_fitting_scheduler([&](const Scheduler& scheduler) {
    const auto half_square = [&](double t) {  // g^2 / 2 of the scheduler's own diffusion
      const SchedulerValue s = scheduler_at(scheduler, t);
      return s.sigma * s.sigma * s.d_alpha / s.alpha - s.sigma * s.d_sigma;
    };
    for (const double h : {1e-3, 0.1, 1.0, 20.0})
      for (const double t_new : {0.35, 0.8, 1.0}) {
        CAPTURE(h);
        CAPTURE(t_new);
        const double exponent = integral(
            [&](double t) { return half_square(t) / std::pow(noise_std(KernelNoise{h}, scheduler, t), 2); },
            0.3, t_new);
        const double keep = kept_noise(OwnDiffusion{}, KernelNoise{h}, scheduler, 0.3, t_new);
        CHECK(keep == doctest::Approx(std::exp(-exponent)).epsilon(1e-6));
        CHECK(keep == doctest::Approx(kept_noise(OwnDiffusion{}, KernelNoise{h}, scheduler, t_new, 0.3)));
      }
    CHECK(kept_noise(OwnDiffusion{}, KernelNoise{0.2}, scheduler, 0, 0.5) == 0);
    CHECK(kept_noise(OwnDiffusion{}, KernelNoise{1e-9}, scheduler, 0.3, 0.7) ==
          doctest::Approx(kept_noise(OwnDiffusion{}, SourceNoise{}, scheduler, 0.3, 0.7)));
  });
  const auto constant = [](double a, double b) {
    return kept_noise(ConstantDiffusion{}, KernelNoise{0.3}, CondOt{}, a, b);
  };
  CHECK(constant(0.2, 1) == doctest::Approx(constant(0.2, 0.5) * constant(0.5, 1)).epsilon(1e-12));
}
