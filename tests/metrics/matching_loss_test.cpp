#include "metrics/matching_loss.h"

#include <doctest/doctest.h>

#include <cmath>
#include <numbers>

#include "core/value.h"
#include "support/mixtures.h"

using namespace fm;

namespace {

Mixture normal_law(const Vector& mean) {
  return {Vector::Ones(1), mean, {Points::Identity(mean.size(), mean.size())}};
}

Mixture two_normals() {
  return {Vector{{0.6, 0.4}},
          Points{{1, -1}, {0.5, -0.5}},
          {Points{{0.4, 0.3}, {0.3, 0.5}}, Points{{0.2, -0.1}, {-0.1, 0.3}}}};
}

/// The exact field of a path plus a constant: its L* is |shift|^2 at all times.
class ShiftedField final : public VelocityField {
 public:
  ShiftedField(const VelocityField& field, Vector shift) : field_(field), shift_(std::move(shift)) {}
  Index dim() const override { return field_.dim(); }
  TimeDomain domain() const override { return field_.domain(); }
  void evaluate(VectorIn t, PointsIn x, PointsOut v) const override {
    field_.evaluate(t, x, v);
    v.colwise() += shift_;
  }

 private:
  const VelocityField& field_;
  Vector shift_;
};

// A normal estimate lies further off than this once in 30,000 times, but all is seeded: it does or does not.
constexpr double four_errors = 4;
bool near(const Estimate& estimate, double expected) {
  return std::abs(estimate.value - expected) <= four_errors * estimate.standard_error;
}

}  // namespace

TEST_CASE("matching loss: between two normal laws the floor is pi/2 a dimension, at each time 1/s_t^2") {
  // Var(x1 - x0 | x_t) = 2 - (2t - 1)^2 / s^2 = 1 / s^2 with s^2 = t^2 + (1 - t)^2.
  const ExactPath path(normal_law(Vector{{2, -1, 0.5}}), CondOt{});
  const auto losses = matching_losses(path, path.field(), 0, 1, 10, 20000, 1);
  CHECK(near(losses.total.floor, 3 * std::numbers::pi / 2));
  CHECK(losses.total.floor.standard_error < 0.02);
  const auto antiderivative = [](double t) { return std::atan(2 * t - 1); };
  for (const MatchingLoss& bin : losses.bins) {
    CAPTURE(bin.begin);
    CHECK(near(bin.floor, 3 * (antiderivative(bin.end) - antiderivative(bin.begin)) / (bin.end - bin.begin)));
    CHECK(bin.loss.value == bin.floor.value);
    CHECK(bin.distance.value == 0);
  }
}

TEST_CASE("matching loss: L is the floor plus L*, for every scheduler, mixtures and rows") {
  const Vector shift{{0.3, -0.4}};
  for_each_member<Scheduler>([&](const auto& scheduler) {
    CAPTURE(std::string(scheduler.name));
    const auto check = [&](const ExactPath& path) {
      const ShiftedField field(path.field(), shift);
      const auto losses = matching_losses(path, field, 0, 0.95, 5, 4000, 2);
      const auto holds = [&](const MatchingLoss& part) {
        CAPTURE(part.begin);
        CHECK(part.distance.value == doctest::Approx(shift.squaredNorm()).epsilon(1e-12));
        CHECK(near(part.cross, 0));
        CHECK(near(part.excess, shift.squaredNorm()));
        CHECK(part.loss.value == doctest::Approx(part.floor.value + part.excess.value).epsilon(1e-9));
      };
      for (const MatchingLoss& bin : losses.bins) holds(bin);
      holds(losses.total);
    };
    check(ExactPath(two_normals(), scheduler));
    check(ExactPath(normal_points(2, 50, 3), scheduler));
    if (takes_bandwidths(scheduler)) check(ExactPath(normal_points(2, 50, 3), scheduler, AdaptivePath{}));
  });
}

TEST_CASE("matching loss: where the speed is not square integrable, L and floor are infinite, L* is not") {
  for_each_member<Scheduler>([&](const auto& scheduler) {
    CAPTURE(std::string(scheduler.name));
    const bool infinite = scheduler_domain(scheduler).end < 1;
    const ExactPath path(two_normals(), scheduler), rows(normal_points(2, 20, 3), scheduler);
    const ShiftedField field(path.field(), Vector{{0.3, -0.4}});
    const auto whole = matching_losses(path, field, 0, 1, 4, 500, 1);
    CHECK(std::isinf(whole.total.loss.value) == infinite);
    CHECK(std::isinf(whole.total.floor.value) == infinite);
    CHECK(std::isinf(whole.bins[3].loss.value) == infinite);
    CHECK(std::isfinite(whole.bins[2].loss.value));
    CHECK(whole.total.distance.value == doctest::Approx(0.25));
    CHECK(std::isfinite(matching_losses(path, field, 0, 0.9, 4, 500, 1).total.loss.value));
    const auto discrete = matching_losses(rows, rows.field(), 0, 1, 4, 500, 1);
    CHECK(std::isfinite(discrete.total.floor.value));
    // Of the path's own field the loss is the floor; any other is off by its distance to speeds without
    // bound.
    CHECK(discrete.total.loss.value == discrete.total.floor.value);
    const ShiftedField beside(rows.field(), Vector{{0.3, -0.4}});
    CHECK(std::isinf(matching_losses(rows, beside, 0, 1, 4, 500, 1).total.loss.value) == infinite);
  });
}

TEST_CASE("matching loss: any number of threads gives the same numbers, nothing of the time is an error") {
  const ExactPath path(two_normals(), CondOt{}), rows(normal_points(2, 20, 3), CondOt{});
  const auto one = matching_losses(path, rows.field(), 0, 1, 3, 700, 5);
  const ThreadsFor three(3);
  const auto more = matching_losses(path, rows.field(), 0, 1, 3, 700, 5);
  CHECK(one.total.loss.value == more.total.loss.value);
  CHECK(one.total.distance.standard_error == more.total.distance.standard_error);
  CHECK(error_of([&] { matching_losses(rows, rows.field(), 0.99999, 1, 1, 10, 1); }).id() == "time-domain");
}
