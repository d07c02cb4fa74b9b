#include "fidelity/laws.h"

#include <Eigen/Cholesky>

#include <cmath>

#include "data/standardiser.h"
#include "model/network_field.h"
#include "model/trainer.h"
#include "ode/log_density.h"
#include "ode/sde.h"

namespace fm::fidelity {

namespace {

/// KL(N(mean, covariance of the columns of x) | N(m, s I)).
double divergence_to(const Points& x, double m, double s) {
  const auto dim = static_cast<double>(x.rows());
  const Vector mean = x.rowwise().mean();
  const Points centred = x.colwise() - mean;
  const Points covariance = centred * centred.transpose() / static_cast<double>(x.cols());
  const double log_det = 2 * Points(covariance.llt().matrixL()).diagonal().array().log().sum();
  return 0.5 *
         (covariance.trace() / s + (mean.array() - m).square().sum() / s - dim + dim * std::log(s) - log_det);
}

/// Variance at t of the bridge between N(., 1) and N(., 1) with noise 1: that of the entropic plan, whose
/// covariance is (sqrt(5) - 1) / 2 (Janati et al. 2020, arXiv:2006.02572), and of the Brownian bridge.
double bridge_variance(double t) {
  const double covariance = (std::sqrt(5.0) - 1) / 2;
  return (1 - t) * (1 - t) + t * t + 2 * t * (1 - t) * covariance + t * (1 - t);
}

Points normal_rows(Index dim, double mean, std::uint64_t seed, std::uint64_t first, Index count) {
  Points x(dim, count);
  draw_source(NormalSource{}, {seed, Purpose::source}, first, x);
  return x.array() + mean;
}

}  // namespace

BridgeScore normal_bridge(Index dim, std::uint64_t seed, Index rows, Index count) {
  constexpr std::uint64_t far = 1 << 24;  // rows of the generator between the samples
  TrainingOptions options;
  options.path = BridgePath{1};
  Sinkhorn sinkhorn;
  sinkhorn.reg_abs = 2;
  sinkhorn.batch = 1000;
  options.coupling = sinkhorn;
  options.pool = 20000;
  options.steps = 3000;
  TrainingRows training{normal_rows(dim, 0.1, seed, 0, rows)};
  training.source = PointSource(normal_rows(dim, -0.1, seed, far, rows), 0);
  const NetworkField field(
      train(training, options, seed, [](const TrainingProgress&) { return true; }).network);
  constexpr int times = 21;
  OwnDiffusion diffusion;
  diffusion.steps = 5;
  Points x = normal_rows(dim, -0.1, seed, 2 * far, count);
  BridgeScore score;
  for (int k = 0; k < times; ++k) {
    const double t = static_cast<double>(k) / (times - 1);
    if (k > 0)
      x = solve_sde(field, diffusion, seed + 1000 * static_cast<std::uint64_t>(k), x,
                    static_cast<double>(k - 1) / (times - 1), t)
              .x;
    score.divergence += divergence_to(x, -0.1 + 0.2 * t, bridge_variance(t)) / times;
  }
  score.floor = static_cast<double>(dim * (dim + 3)) / 2 / (2 * static_cast<double>(count));
  return score;
}

LikelihoodScore likelihood(const Toy& toy, std::uint64_t seed, Index rows, Index count) {
  constexpr std::uint64_t far = 1 << 24;
  const Random random{seed, Purpose::toy};
  const Points data = draw_toy(toy, random, 0, rows), fresh = draw_toy(toy, random, far, count);
  const Standardiser coordinates = fit_standardiser(data, Standardize::columns);
  const NetworkField field(
      train({to_coordinates(coordinates, data)}, TrainingOptions{}, seed, [](const TrainingProgress&) {
        return true;
      }).network);
  const auto log_density = [&](const Points& x) {
    return Vector(
        solve_with_density(field, Dopri5{}, ExactDivergence{}, seed, to_coordinates(coordinates, x), 1, 0)
            .log_density.array() -
        log_volume(coordinates));
  };
  LikelihoodScore score;
  score.learned = log_density(fresh).mean();
  score.truth = toy_log_density(toy, fresh).mean();
  constexpr Index cells = 200;
  const Vector low = fresh.rowwise().minCoeff().array() - 1, high = fresh.rowwise().maxCoeff().array() + 1;
  Points grid(2, cells * cells);
  for (Index n = 0; n < grid.cols(); ++n) {
    grid(0, n) = low(0) + (high(0) - low(0)) * (static_cast<double>(n % cells) + 0.5) / cells;
    grid(1, n) = low(1) + (high(1) - low(1)) * (static_cast<double>(n / cells) + 0.5) / cells;
  }
  score.integral =
      log_density(grid).array().exp().sum() * (high - low).prod() / static_cast<double>(cells * cells);
  return score;
}

}  // namespace fm::fidelity
