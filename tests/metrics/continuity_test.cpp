#include "metrics/continuity.h"

#include <doctest/doctest.h>

#include <cmath>

#include "core/value.h"
#include "support/mixtures.h"

using namespace fm;

namespace {

Mixture two_normals() {
  return {Vector{{0.6, 0.4}},
          Points{{1, -1}, {0.5, -0.5}},
          {Points{{0.4, 0.3}, {0.3, 0.5}}, Points{{0.2, -0.1}, {-0.1, 0.3}}}};
}

/// Points where the path has mass.
Points seen(const ExactPath& path, double t) {
  const PathPoints pairs = draw_path_points(path, Vector::Zero(200), {1, Purpose::test}, 0);
  const SchedulerValue s = scheduler_at(path.scheduler(), t);
  return s.alpha * pairs.x1 + s.sigma * pairs.x0;
}

double size_of(const Vector& values) {
  return values.cwiseAbs().mean();
}

}  // namespace

TEST_CASE(
    "continuity: the exact field leaves a residual of second order in the step or better, for every "
    "scheduler") {
  for_each_member<Scheduler>([&](const auto& scheduler) {
    CAPTURE(std::string(scheduler.name));
    const auto check = [&](const ExactPath& path, const std::vector<double>& times) {
      for (const double t : times) {
        CAPTURE(t);
        const Points x = seen(path, t);
        const auto residual = [&](double step) {
          return size_of(continuity(path, path.field(), t, x, step).residual);
        };
        const Continuity fine = continuity(path, path.field(), t, x, 1e-4);
        // A path at rest (polynomial at t = 0) has no rate to compare with.
        CHECK(size_of(fine.residual) < 1e-4 * (size_of(fine.rate) + size_of(fine.density)));
        // Third order where p is even around the end (cosine at t = 1).
        CHECK(residual(2e-3) > 3.5 * residual(1e-3));
      }
    };
    // Second order from either side at the ends; at t = 1 of vp and linear-vp p moves smoothly too.
    check(ExactPath(two_normals(), scheduler), {0.0, 0.3, 0.7, 1.0});
    check(ExactPath(normal_points(2, 30, 2), scheduler), {0.2, 0.6});
  });
}

TEST_CASE("continuity: the residual of another field is the divergence of what it adds to the flux") {
  // u = v + c: the residual is div(p c) = p c . score.
  class Shifted final : public VelocityField {
   public:
    explicit Shifted(const VelocityField& field) : field_(field) {}
    Index dim() const override { return 2; }
    void evaluate(VectorIn t, PointsIn x, PointsOut v) const override {
      field_.evaluate(t, x, v);
      v.row(0).array() += 0.5;
    }
    void tangent(VectorIn t, PointsIn x, PointsIn dx, PointsOut v, PointsOut dv) const override {
      field_.tangent(t, x, dx, v, dv);
      v.row(0).array() += 0.5;
    }

   private:
    const VelocityField& field_;
  };
  const ExactPath path(two_normals(), CondOt{});
  const Points x = seen(path, 0.5);
  const Continuity result = continuity(path, Shifted(path.field()), 0.5, x, 1e-4);
  // The density's slope by differences of the density itself.
  const auto density = [&](double offset) {
    Points moved = x;
    moved.row(0).array() += offset;
    return continuity(path, path.field(), 0.5, moved, 1e-4).density;
  };
  const Vector expected = 0.5 * (density(1e-5) - density(-1e-5)) / 2e-5;
  CHECK((result.residual - expected).cwiseAbs().maxCoeff() < 1e-6 * expected.cwiseAbs().maxCoeff() + 1e-6);
}
