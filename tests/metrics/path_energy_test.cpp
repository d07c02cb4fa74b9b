#include "metrics/path_energy.h"

#include <doctest/doctest.h>

#include <cmath>
#include <numbers>

#include "core/value.h"
#include "support/mixtures.h"

using namespace fm;

namespace {

Mixture normal_law(const Vector& mean, const Points& covariance) {
  return {Vector::Ones(1), mean, {covariance}};
}
Mixture shifted_normal(const Vector& mean) {
  return normal_law(mean, Points::Identity(mean.size(), mean.size()));
}

Mixture two_normals() {
  return {Vector{{0.6, 0.4}},
          Points{{1, -1}, {0.5, -0.5}},
          {Points{{0.4, 0.3}, {0.3, 0.5}}, Points{{0.2, -0.1}, {-0.1, 0.3}}}};
}

/// v = m: the flow of the optimal coupling of N(0, I) with N(m, I).
class ConstantField final : public VelocityField {
 public:
  explicit ConstantField(Vector velocity) : velocity_(std::move(velocity)) {}
  Index dim() const override { return velocity_.size(); }
  void evaluate(VectorIn, PointsIn, PointsOut v) const override { v.colwise() = velocity_; }

 private:
  Vector velocity_;
};

const Solver precise = [] {
  Dopri8 solver;
  solver.rtol = solver.atol = 1e-9;
  return solver;
}();

constexpr double excess = 2 - std::numbers::pi / 2;  // int (d/dt sqrt((1-t)^2 + t^2))^2 dt

}  // namespace

TEST_CASE("path energy: between N(0, I) and N(m, I) the independent coupling pays 2 - pi/2 a dimension") {
  const Vector m{{2, -1, 0.5}};
  const ExactPath path(shifted_normal(m), CondOt{});
  const FlowEnergy flow = flow_energy(path, path.field(), precise, 2000, 1);
  // Energies are linear in the controls: nothing is left to chance.
  CHECK(flow.t_end == 1);
  CHECK(flow.energy.value == doctest::Approx(m.squaredNorm() + 3 * excess).epsilon(1e-7));
  CHECK(flow.energy.standard_error < 1e-6);
  CHECK(flow.straightness.value == doctest::Approx(3 * excess).epsilon(1e-6));
  const EndsDistance ends = ends_distance(path, 100, 2, 1);
  CHECK(ends.w2_squared.value == doctest::Approx(m.squaredNorm()).epsilon(1e-12));
  CHECK(ends.rows == 0);
  CHECK(normalised_path_energy(flow.energy, ends.w2_squared).value ==
        doctest::Approx(3 * excess / m.squaredNorm()).epsilon(1e-6));
  CHECK(conditional_energy(path) == doctest::Approx(m.squaredNorm() + 6).epsilon(1e-12));
}

TEST_CASE("path energy: the optimal coupling's flow has the least energy and is straight") {
  const Vector m{{2, -1, 0.5}};
  const ExactPath path(shifted_normal(m), CondOt{});
  const FlowEnergy flow = flow_energy(path, ConstantField(m), precise, 100, 1);
  CHECK(flow.energy.value == doctest::Approx(m.squaredNorm()).epsilon(1e-12));
  CHECK(std::abs(flow.straightness.value) < 1e-12);
  CHECK(normalised_path_energy(flow.energy, ends_distance(path, 100, 2, 1).w2_squared).value < 1e-12);
}

TEST_CASE(
    "path energy: on an adaptive path it is E|x1 - (1 - h) x0|^2, and W2 that to the density estimate") {
  const Points rows = normal_points(2, 60, 1);
  const AdaptivePath adaptive{.neighbors = 5};
  const Vector h = adaptive_bandwidths(adaptive, rows, rows);
  const ExactPath path(rows, CondOt{}, adaptive);
  const double square = rows.colwise().squaredNorm().mean() + 2 * (1 - h.array()).square().mean();
  CHECK(conditional_energy(path) == doctest::Approx(square).epsilon(1e-12));
  const FlowEnergy flow = flow_energy(path, path.field(), Dopri5{}, 500, 1);
  CHECK(flow.t_end == 1);
  CHECK(flow.energy.value < square);
  // Bound by means and covariances, here those of the rows with the mean of h^2.
  Points covariance = pair_moments(rows, rows).cov00;
  covariance.diagonal().array() += h.array().square().mean();
  const Vector mean = rows.rowwise().mean();
  CHECK(ends_distance(path, 100, 2, 1).lower_bound ==
        doctest::Approx(normal_w2_squared(Vector::Zero(2), Points::Identity(2, 2), mean, covariance))
            .epsilon(1e-12));
}

TEST_CASE("path energy: conditional energies have closed forms, and the straight line's is least") {
  const ExactPath straight(two_normals(), CondOt{});
  const Moments& moments = straight.moments();
  const double square = moments.mean1.squaredNorm() + moments.cov11.trace();
  const auto energy = [&](const Scheduler& scheduler) {
    return conditional_energy(ExactPath(two_normals(), scheduler));
  };
  CHECK(energy(CondOt{}) == doctest::Approx(square + 2).epsilon(1e-12));
  CHECK(energy(Polynomial{3}) == doctest::Approx(9.0 / 5 * (square + 2)).epsilon(1e-12));
  CHECK(energy(Polynomial{1.5}) == doctest::Approx(9.0 / 8 * (square + 2)).epsilon(1e-9));
  CHECK(energy(Cosine{}) == doctest::Approx(std::pow(std::numbers::pi, 2) / 8 * (square + 2)).epsilon(1e-12));
  CHECK(energy(LipmanOt{0.1}) == doctest::Approx(square + 2 * 0.81).epsilon(1e-12));
  const double rate = std::log(50 / 0.01);  // of ve: d_sigma = -rate sigma
  CHECK(energy(Ve{}) == doctest::Approx(2 * rate / 2 * (2500 - 1e-4)).epsilon(1e-9));
  CHECK(std::isinf(energy(Vp{})));
  CHECK(std::isinf(energy(LinearVp{})));
  for_each_member<Scheduler>([&](const auto& scheduler) {
    CAPTURE(std::string(scheduler.name));
    const SchedulerValue s0 = scheduler_at(scheduler, 0), s1 = scheduler_at(scheduler, 1);
    const bool same_ends = s0.alpha == 0 && s0.sigma == 1 && s1.alpha == 1 && s1.sigma == 0;
    if (same_ends) CHECK(energy(scheduler) >= energy(CondOt{}) * (1 - 1e-12));
  });
}

TEST_CASE(
    "path energy: the chain W2^2 <= energy of the flow <= energy of the pairs holds for every scheduler") {
  for_each_member<Scheduler>([&](const auto& scheduler) {
    CAPTURE(std::string(scheduler.name));
    const ExactPath path(two_normals(), scheduler);
    const EndsDistance ends = ends_distance(path, 200, 4, 1);
    const FlowEnergy flow = flow_energy(path, path.field(), Dopri5{}, 1000, 1);
    CHECK(ends.lower_bound > 0);
    CHECK(ends.lower_bound < ends.w2_squared.value + 4 * ends.w2_squared.standard_error);
    // The lower bound is not lifted by the bias of samples.
    CHECK(ends.lower_bound < flow.energy.value + 4 * flow.energy.standard_error);
    CHECK(flow.energy.value < conditional_energy(path));
    CHECK(flow.straightness.value > 0);
  });
}

TEST_CASE("path energy: the energy along the flow is the mean speed over the path's own points") {
  // X_t drawn as alpha x1 + sigma x0 has the law of the flow: an oracle without any ODE.
  const ExactPath path(two_normals(), CondOt{});
  constexpr Index count = 40000;
  Vector t(count);
  for (Index n = 0; n < count; ++n) t(n) = (static_cast<double>(n) + 0.5) / count;
  const Points x = draw_path_points(path, t, {7, Purpose::test}, 0).xt;
  Points v(2, count);
  path.field().evaluate(t, x, v);
  const Estimate mean = mean_estimate(v.colwise().squaredNorm().transpose());
  const FlowEnergy flow = flow_energy(path, path.field(), Dopri5{}, 4000, 1);
  CHECK(std::abs(flow.energy.value - mean.value) <
        4 * std::hypot(flow.energy.standard_error, mean.standard_error));
}

TEST_CASE("path energy: W2^2 between normal laws") {
  // Commuting covariances: the squared distance of the standard deviations.
  const Points a = Vector{{4, 1}}.asDiagonal(), b = Vector{{1, 9}}.asDiagonal();
  CHECK(normal_w2_squared(Vector{{1, 0}}, a, Vector{{0, 2}}, b) == doctest::Approx(5 + 1 + 4));
  // The linear map x -> A x, A symmetric and positive, is optimal: W2^2 = tr (A - I) S (A - I).
  const Points s{{2, 0.5}, {0.5, 1}}, map{{1.5, 0.4}, {0.4, 0.8}}, change = map - Points::Identity(2, 2);
  CHECK(normal_w2_squared(Vector::Zero(2), s, Vector::Zero(2), map * s * map) ==
        doctest::Approx((change * s * change).trace()).epsilon(1e-12));
}

TEST_CASE("path energy: a controlled mean is exact for linear values and unbiased for others") {
  constexpr Index count = 5000;
  const Points z = normal_points(2, count, 3);
  const Vector linear = 3 + (2 * z.row(0) - z.row(1)).transpose().array();
  CHECK(controlled_mean(linear, z).value == doctest::Approx(3).epsilon(1e-12));
  const Vector noisy = linear + normal_points(1, count, 4).transpose();
  const Estimate mean = controlled_mean(noisy, z);
  CHECK(mean.standard_error == doctest::Approx(1 / std::sqrt(count)).epsilon(0.05));
  CHECK(std::abs(mean.value - 3) < 4 * mean.standard_error);
}
