#include "flow/moments.h"

#include <doctest/doctest.h>

#include <Eigen/LU>
#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "core/value.h"
#include "flow/conversion.h"
#include "support/points.h"

using namespace fm;

namespace {

constexpr double epsilon = std::numeric_limits<double>::epsilon();

bool is_usable(const AffineVelocity& affine) {
  return affine.mean_x.allFinite() && affine.mean_u.allFinite() && affine.slope.allFinite() &&
         affine.std_x.allFinite() && affine.residual_std.allFinite() && (affine.std_x.array() > 0).all() &&
         (affine.residual_std.array() > 0).all();
}

/// Independent N(0, I) and N(m, S) in 3-D, typed by hand.
struct Gaussians {
  Vector m{{1, -2, 0.5}};
  Points s{{2, 0.6, -0.3}, {0.6, 0.5, 0.1}, {-0.3, 0.1, 1.5}};
  Moments moments{Vector::Zero(3), m, Points::Identity(3, 3), s, Points::Zero(3, 3)};
};

/// Calls visit(scheduler, t) for every member at times from 0 to 1.
template <class Visitor>
void for_each_time(const Visitor& visit) {
  for_each_member<Scheduler>([&](const auto& scheduler) {
    CAPTURE(std::string(scheduler.name));
    for (int k = 0; k <= 20; ++k) {
      const double t = std::min(k / 20.0, scheduler_domain(scheduler).end);
      CAPTURE(t);
      visit(Scheduler(scheduler), t);
    }
  });
}

}  // namespace

TEST_CASE("moments: means and covariances of three pairs") {
  const Points x0{{0, 3, 6}, {1, 1, 1}}, x1{{1, 2, 6}, {-1, 0, 1}};
  const Moments moments = pair_moments(x0, x1);
  CHECK(moments.mean0 == Vector{{3, 1}});
  CHECK(moments.mean1 == Vector{{3, 0}});
  CHECK((moments.cov00 - Points{{6, 0}, {0, 0}}).norm() < 8 * epsilon);
  CHECK((moments.cov11 - Points{{14.0 / 3, 5.0 / 3}, {5.0 / 3, 2.0 / 3}}).norm() < 8 * epsilon);
  CHECK((moments.cov01 - Points{{5, 2}, {0, 0}}).norm() < 8 * epsilon);
}

TEST_CASE("moments: covariances survive a shift by a billion, constant columns have none") {
  const Points x0 = normal_points(2, 1000, 1), x1 = normal_points(2, 1000, 2);
  const Moments near = pair_moments(x0, x1), far = pair_moments(x0.array() + 1e9, x1);
  // Numbers near 1e9 are spaced 1.2e-7.
  CHECK((near.cov00 - far.cov00).norm() < 1e-6);
  CHECK((near.cov01 - far.cov01).norm() < 1e-6);
  const Points constant = Points::Constant(2, 100001, 0.1);
  CHECK(pair_moments(constant, constant).cov00.maxCoeff() <= 1e-32);
}

TEST_CASE("moments: between Gaussians the affine velocity is the closed form of the marginal one") {
  const Gaussians g;
  const Points x = 2 * normal_points(3, 5, 1);
  for_each_time([&](const Scheduler& scheduler, double t) {
    const SchedulerValue s = scheduler_at(scheduler, t);
    const AffineVelocity affine = best_affine_velocity(g.moments, scheduler, t);
    // A mixture of one component: C = alpha^2 S + sigma^2 I, xh1 = m + alpha S C^-1 (x - alpha m).
    const Points c = s.alpha * s.alpha * g.s + s.sigma * s.sigma * Points::Identity(3, 3);
    for (Index n = 0; n < x.cols(); ++n) {
      const Vector inner = c.inverse() * (x.col(n) - s.alpha * g.m);
      const Vector u = t < 0.5 ? velocity_from_x1(s, x.col(n), g.m + s.alpha * g.s * inner)
                               : velocity_from_x0(s, x.col(n), s.sigma * inner);
      const Vector v = affine.mean_u + affine.slope * (x.col(n) - affine.mean_x);
      // The smallest eigenvalue of S is above 0.2, those of C above 0.1: rounding grows at most tenfold a
      // product.
      CHECK((u - v).norm() < 1e-13 * (1 + u.norm()));
    }
    CHECK((affine.std_x - c.diagonal().cwiseSqrt()).norm() < 1e-14);
  });
}

TEST_CASE("moments: the residual is what an affine prediction leaves of u, for any pairs") {
  // Pairs that are far from Gaussian, with a coupling.
  const Points x0 = normal_points(2, 500, 1);
  const Points x1 = x0.array().cube() + normal_points(2, 500, 2).array();
  const Moments moments = pair_moments(x0, x1);
  for_each_time([&](const Scheduler& scheduler, double t) {
    const SchedulerValue s = scheduler_at(scheduler, t);
    const AffineVelocity affine = best_affine_velocity(moments, scheduler, t);
    const Points xt = s.alpha * x1 + s.sigma * x0, u = s.d_alpha * x1 + s.d_sigma * x0;
    const Points centred = xt.colwise() - affine.mean_x;
    const Points residual = (u.colwise() - affine.mean_u) - affine.slope * centred;
    const double size = 1 + u.norm();
    CHECK(residual.rowwise().mean().norm() < 1e-14 * size);
    CHECK((residual * centred.transpose()).norm() < 1e-12 * size * (1 + centred.norm()));
    if (s.d_alpha == 0) return;  // a path at rest leaves nothing
    const Vector std_u = ((u.colwise() - affine.mean_u).rowwise().squaredNorm() / 500).cwiseSqrt();
    const Vector expected = (residual.rowwise().squaredNorm() / 500).cwiseSqrt().cwiseMax(1e-3 * std_u);
    CHECK((affine.residual_std - expected).norm() < 1e-12 * size);
  });
}

TEST_CASE("moments: the slope is that of the covariance, slope C + C slope^T = dC/dt") {
  const Points x0 = normal_points(3, 200, 1), x1 = x0.array().square() - normal_points(3, 200, 2).array();
  const Moments moments = pair_moments(x0, x1);
  const auto covariance = [&](const Scheduler& scheduler, double t) -> Points {
    const SchedulerValue s = scheduler_at(scheduler, t);
    const Points xt = s.alpha * x1 + s.sigma * x0;
    return pair_moments(xt, xt).cov00;
  };
  for_each_time([&](const Scheduler& scheduler, double t) {
    if (t == 0 || t > 0.99) return;
    const Points rate = best_affine_velocity(moments, scheduler, t).slope * covariance(scheduler, t);
    const auto error = [&](double h) {
      const Points change = (covariance(scheduler, t + h) - covariance(scheduler, t - h)) / (2 * h);
      return (rate + rate.transpose() - change).norm();
    };
    // The error of a central difference grows fourfold from h to 2 h; the rounding of C comes over h.
    constexpr double h = 1e-5;
    CHECK(error(h) <
          error(2 * h) / 3 + 20 * epsilon / h * (moments.cov00.norm() + covariance(scheduler, t).norm()));
  });
}

TEST_CASE("moments: singular covariances give finite velocities and positive scales") {
  Points constant_column = normal_points(3, 50, 1), other = normal_points(3, 50, 2);
  constant_column.row(1).setConstant(0.1);
  Points both_constant = other;
  both_constant.row(1).setConstant(1e6);
  Points doubled = other;
  doubled.row(2) = 3 * doubled.row(0);
  const Points few0 = normal_points(5, 3, 3), few1 = normal_points(5, 3, 4), one = normal_points(2, 1, 5);
  const Points same = Points::Constant(2, 7, 0.3);
  const std::vector<Moments> cases{
      pair_moments(other, constant_column),
      pair_moments(constant_column, both_constant),
      pair_moments(doubled, doubled),
      pair_moments(few0, few1),
      pair_moments(one, one),
      pair_moments(same, same),
      pair_moments(other, other),
      pair_moments(other, -other),
      pair_moments(1e-150 * other, 1e-150 * doubled),
      pair_moments(1e100 * other, 1e100 * doubled),
  };
  for (std::size_t i = 0; i < cases.size(); ++i) {
    CAPTURE(i);
    for_each_time([&](const Scheduler& scheduler, double t) {
      CHECK(is_usable(best_affine_velocity(cases[i], scheduler, t)));
    });
  }
}

TEST_CASE("moments: more columns than rows still predict the pairs' own velocities where they can") {
  // 3 pairs in 5-D or more: affine functions of x_t interpolate anything on 3 points.
  for (const Index columns : {5, 40}) {
    const Points x0 = normal_points(columns, 3, 3), x1 = normal_points(columns, 3, 4);
    const Moments moments = pair_moments(x0, x1);
    for_each_time([&](const Scheduler& scheduler, double t) {
      const SchedulerValue s = scheduler_at(scheduler, t);
      const AffineVelocity affine = best_affine_velocity(moments, scheduler, t);
      const Points xt = s.alpha * x1 + s.sigma * x0, u = s.d_alpha * x1 + s.d_sigma * x0;
      const Points v = (affine.slope * (xt.colwise() - affine.mean_x)).colwise() + affine.mean_u;
      CHECK((v - u).norm() < 1e-10 * (1 + u.norm()));
    });
  }
}

TEST_CASE(
    "moments: of many columns, the error of the affine velocity is uncorrelated with x, flat ends or not") {
  for (const Index rows : {20, 500}) {
    const Points x0 = normal_points(40, rows, 6),
                 x1 = x0.array().square() + normal_points(40, rows, 7).array();
    const Moments moments = pair_moments(x0, x1);
    for_each_time([&](const Scheduler& scheduler, double t) {
      const SchedulerValue s = scheduler_at(scheduler, t);
      const AffineVelocity affine = best_affine_velocity(moments, scheduler, t);
      const Points xt = s.alpha * x1 + s.sigma * x0, u = s.d_alpha * x1 + s.d_sigma * x0;
      const Points x = xt.colwise() - affine.mean_x;
      const Points error = u - ((affine.slope * x).colwise() + affine.mean_u);
      CHECK((error * x.transpose()).norm() < 1e-9 * (1 + u.norm() * x.norm()));
      const Vector left = error.rowwise().norm() / std::sqrt(static_cast<double>(rows));
      const Vector least =
          1e-3 * (u.colwise() - affine.mean_u).rowwise().norm() / std::sqrt(static_cast<double>(rows));
      if (u.norm() > 0) CHECK((left.cwiseMax(least) - affine.residual_std).norm() < 1e-6 * (1 + u.norm()));
    });
  }
}

TEST_CASE("moments: the unit of a column changes nothing but the unit") {
  const Points x0 = normal_points(2, 300, 1), x1 = x0.array().square() + normal_points(2, 300, 2).array();
  const Vector unit{{1e8, 1e-3}};
  const Moments plain = pair_moments(x0, x1),
                scaled = pair_moments(unit.asDiagonal() * x0, unit.asDiagonal() * x1);
  for_each_time([&](const Scheduler& scheduler, double t) {
    const AffineVelocity a = best_affine_velocity(plain, scheduler, t),
                         b = best_affine_velocity(scaled, scheduler, t);
    const Vector inverse = unit.cwiseInverse();
    CHECK((inverse.asDiagonal() * b.slope * unit.asDiagonal() - a.slope).norm() <
          1e-11 * (1 + a.slope.norm()));
    CHECK((b.std_x.cwiseProduct(inverse) - a.std_x).norm() < 1e-12);
    CHECK((b.residual_std.cwiseProduct(inverse) - a.residual_std).norm() <
          1e-11 * (1 + a.residual_std.norm()));
  });
}
