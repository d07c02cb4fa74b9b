#include "flow/rescheduled_field.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "core/value.h"
#include "flow/conversion.h"
#include "flow/empirical_field.h"
#include "support/points.h"

using namespace fm;

namespace {

constexpr double epsilon = std::numeric_limits<double>::epsilon();

/// The exact field between N(0, I) and N(m, diag(v)), independent: by regression in each coordinate, with its
/// derivative. Closed form, in the domain of the scheduler.
class GaussianField final : public VelocityField {
 public:
  explicit GaussianField(const Scheduler& scheduler) : scheduler_(scheduler) {}
  static Moments moments() {
    return {Vector::Zero(2), m(), Points::Identity(2, 2), v().asDiagonal(), Points::Zero(2, 2)};
  }
  Index dim() const override { return 2; }
  TimeDomain domain() const override { return scheduler_domain(scheduler_); }
  void evaluate(VectorIn t, PointsIn x, PointsOut u) const override {
    Points unused = x;
    tangent(t, x, x, u, unused);
  }
  void tangent(VectorIn t, PointsIn x, PointsIn dx, PointsOut u, PointsOut du) const override {
    for (Index n = 0; n < x.cols(); ++n) {
      const SchedulerValue s = scheduler_at(scheduler_, t(n));
      for (Index d = 0; d < 2; ++d) {
        const double slope = (s.alpha * s.d_alpha * v()(d) + noise_rate(scheduler_, t(n))) /
                             (s.alpha * s.alpha * v()(d) + s.sigma * s.sigma);
        u(d, n) = s.d_alpha * m()(d) + slope * (x(d, n) - s.alpha * m()(d));
        du(d, n) = slope * dx(d, n);
      }
    }
  }

 private:
  static Vector m() { return Vector{{1.5, -0.5}}; }
  static Vector v() { return Vector{{0.49, 2}}; }
  Scheduler scheduler_;
};

RescheduledField rescheduled_gaussian(const Scheduler& own, const Scheduler& other) {
  return {std::make_unique<GaussianField>(own), own, other, GaussianField::moments()};
}

/// Calls visit(own, other) for every pair of members.
template <class Visitor>
void for_each_pair(const Visitor& visit) {
  for_each_member<Scheduler>([&](const auto& own) {
    for_each_member<Scheduler>([&](const auto& other) {
      CAPTURE(std::string(own.name));
      CAPTURE(std::string(other.name));
      visit(Scheduler(own), Scheduler(other));
    });
  });
}

/// Points where the path of `scheduler` is at t.
Points on_path(const Scheduler& scheduler, double t) {
  const SchedulerValue s = scheduler_at(scheduler, t);
  return s.alpha * normal_points(2, 20, 1) + s.sigma * normal_points(2, 20, 2);
}

}  // namespace

TEST_CASE(
    "rescheduled field: of an exact field it is the exact field of the other scheduler, for every pair") {
  for_each_pair([](const Scheduler& own, const Scheduler& other) {
    const RescheduledField field = rescheduled_gaussian(own, other);
    const GaussianField exact(other);
    for (const double t : {0.0, 1e-3, 0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99, field.domain().end}) {
      CAPTURE(t);
      if (t > field.domain().end) continue;
      const Points x = on_path(other, t);
      Points v(2, 20), u(2, 20);
      field.evaluate(Vector::Constant(20, t), x, v);
      exact.evaluate(Vector::Constant(20, t), x, u);
      const PolarValue polar = polar_at(other, t);
      const double snr = snr_at(other, t), least = snr_at(own, 0);
      // Below the ratios of the field's own path w is frozen: wrong by at most the angle between, which is
      // their difference, times a derivative of w below 4 for these moments.
      const double frozen = snr < least ? 4 * (least - snr) * (1 + x.norm() / polar.rho) : 0;
      const double speed = polar.rho * (std::abs(polar.d_log_rho) + polar.d_theta);
      // Times near 1 are rounded to 1e-16, and with them what is left of the noise there.
      CHECK((v - u).norm() <=
            (1e-9 + 100 * epsilon / polar.cos + frozen) * (1 + speed) * (1 + x.norm() / polar.rho));
    }
  });
}

TEST_CASE("rescheduled field: of the empirical field it is the empirical field of the other scheduler") {
  const Points rows = normal_points(2, 5, 3);
  const Points x0 = normal_points(2, 5, 4);
  for_each_pair([&](const Scheduler& own, const Scheduler& other) {
    const RescheduledField field(std::make_unique<EmpiricalField>(rows, own), own, other,
                                 pair_moments(x0, rows));
    const EmpiricalField exact(rows, other);
    for (const double t : {0.1, 0.4, 0.8, 0.95}) {
      if (snr_at(other, t) < snr_at(own, 0)) continue;
      CAPTURE(t);
      const SchedulerValue s = scheduler_at(other, t);
      const Points x = s.alpha * rows + s.sigma * x0;
      Points v(2, 5), u(2, 5);
      field.evaluate(Vector::Constant(5, t), x, v);
      exact.evaluate(Vector::Constant(5, t), x, u);
      CHECK((v - u).norm() < 1e-9 * (1 + u.norm()));
    }
    if (field.domain().end == 1) return;
    // Both ends leave little noise, so that the last step lands on the row the point comes from, or, where
    // the field ends with noise (lipman, ve: .01), between the rows by their weights, exp(-(distance / .01)^2
    // / 2).
    const SchedulerValue s = scheduler_at(other, field.domain().end);
    Points x1(2, 5);
    field.endpoint(s.alpha * rows + s.sigma * x0, x1);
    CHECK((x1 - rows).norm() < 1e-9);
  });
}

TEST_CASE("rescheduled field: tangent and divergence are those of the other scheduler's exact field") {
  for_each_pair([](const Scheduler& own, const Scheduler& other) {
    const RescheduledField field = rescheduled_gaussian(own, other);
    const GaussianField exact(other);
    const double t = 0.6;
    const Vector times = Vector::Constant(20, t);
    const Points x = on_path(other, t), dx = normal_points(2, 20, 5);
    Points v(2, 20), u(2, 20), dv(2, 20), du(2, 20), value(2, 20);
    Vector div(20), trace(20);
    field.evaluate(times, x, value);
    field.tangent(times, x, dx, v, dv);
    exact.tangent(times, x, dx, u, du);
    CHECK(same_bits(v, value));
    CHECK((dv - du).norm() < 1e-10 * (1 + du.norm()));
    field.divergence(times, x, v, div);
    exact.divergence(times, x, u, trace);
    CHECK(same_bits(v, value));
    CHECK((div - trace).norm() < 1e-10 * (1 + trace.norm()));
  });
}

TEST_CASE(
    "rescheduled field: it ends where the field does or the speed is infinite, and refuses what lies "
    "beyond") {
  for_each_pair([](const Scheduler& own, const Scheduler& other) {
    const RescheduledField field = rescheduled_gaussian(own, other);
    const double end = field.domain().end;
    const double own_reach = snr_at(own, scheduler_domain(own).end), most = snr_at(other, 1);
    double reach = std::min(own_reach, most);
    if (scheduler_domain(other).end < 1) reach = std::min(reach, 1e3);
    CHECK(field.domain().begin == 0);
    if (std::isinf(reach) || reach == most)
      CHECK(end == 1);
    else
      CHECK(end == time_of_snr(other, reach));
    Points v(2, 1);
    const auto at = [&](double t) { field.evaluate(Vector::Constant(1, t), Points::Ones(2, 1), v); };
    CHECK(error_of([&] { at(std::nextafter(end, 2)); }).id() == "time-domain");
    CHECK(error_of([&] { at(-1e-9); }).id() == "time-domain");
    if (end == 1) CHECK(error_of([&] { field.endpoint(v, v); }).id() == "no-endpoint");
  });
}

TEST_CASE("rescheduled field: the last step is E[x1 | x_t] of the exact field") {
  // lipman ends with noise .5: what it cannot clear away, the last step does.
  const LipmanOt own{0.5};
  const RescheduledField field = rescheduled_gaussian(own, CondOt{});
  const double end = field.domain().end;
  CHECK(end == doctest::Approx(2.0 / 3));  // t / (1 - t) = 1 / .5
  const SchedulerValue s = scheduler_at(CondOt{}, end);
  const Points x = on_path(CondOt{}, end);
  Points x1(2, 20), u(2, 20);
  field.endpoint(x, x1);
  GaussianField(CondOt{}).evaluate(Vector::Constant(20, end), x, u);
  for (Index n = 0; n < 20; ++n) CHECK((x1.col(n) - x1_from_velocity(s, x.col(n), u.col(n))).norm() < 1e-12);
}

TEST_CASE("rescheduled field: paths start where those of the other scheduler do") {
  const RescheduledField field = rescheduled_gaussian(CondOt{}, Ve{10, 0.1});
  Points x = Points::Zero(2, 1);
  leave_source(field.start(), x);
  CHECK((x - Points{{1.5}, {-0.5}}).norm() < 1e-15);
  x.setOnes();
  leave_source(field.start(), x);
  CHECK((x - Points{{11.5}, {9.5}}).norm() < 1e-14);
}
