#include "flow/pairs_field.h"

#include <doctest/doctest.h>

#include <cmath>
#include <numbers>
#include <string>
#include <vector>

#include "core/value.h"
#include "flow/exact_domain.h"
#include "support/points.h"

using namespace fm;

TEST_CASE("pairs field: agrees with a slow sum in long double at every time") {
  using Real = long double;
  const Points x0 = normal_points(2, 300, 1), x1 = 2 * normal_points(2, 300, 2), z = normal_points(2, 40, 3);
  const Vector weights = normal_points(1, 300, 4).row(0).cwiseAbs();
  const Real variance = 0.3 * 0.3;
  for_each_member<Scheduler>([&](const auto& scheduler) {
    CAPTURE(std::string(scheduler.name));
    const PairsField field(x0, x1, weights, 0.3, scheduler);
    for (const double t : {0.0, 0.2, 0.5, 0.9, field.domain().end}) {
      CAPTURE(t);
      const SchedulerValue s = scheduler_at(scheduler, t);
      const Points x = s.alpha * x1.leftCols(40) + s.sigma * x0.leftCols(40) + 0.3 * z;
      Points v(2, 40);
      Vector log_p(40);
      field.evaluate(Vector::Constant(40, t), x, v);
      field.log_density(Vector::Constant(40, t), x, log_p);
      for (Index n = 0; n < 40; ++n) {
        Real total = 0, all = 0, sum[2] = {0, 0};
        for (Index i = 0; i < 300; ++i) {
          Real square = 0;
          for (Index d = 0; d < 2; ++d)
            square += std::pow(Real(x(d, n)) - s.alpha * Real(x1(d, i)) - s.sigma * Real(x0(d, i)), 2);
          const Real weight = weights(i) * std::exp(-square / (2 * variance));
          total += weight;
          all += weights(i);
          for (Index d = 0; d < 2; ++d)
            sum[d] += weight * (s.d_alpha * Real(x1(d, i)) + s.d_sigma * Real(x0(d, i)));
        }
        // Exponents of the nearest pairs are below 50, velocities below 20 a unit of speed.
        const double speed = std::abs(s.d_alpha) + std::abs(s.d_sigma);
        for (Index d = 0; d < 2; ++d) CHECK(std::abs(v(d, n) - double(sum[d] / total)) < 1e-12 * (1 + speed));
        const Real density = total / all / (2 * std::numbers::pi_v<Real> * variance);
        CHECK(std::abs(log_p(n) - double(std::log(density))) < 1e-12);
      }
    }
  });
}

TEST_CASE("pairs field: one pair moves everything by its own velocity") {
  const Points x0{{1}, {2}}, x1{{4}, {-1}}, x = 5 * normal_points(2, 10, 1);
  for_each_member<Scheduler>([&](const auto& scheduler) {
    CAPTURE(std::string(scheduler.name));
    const PairsField field(x0, x1, Vector::Ones(1), 0.1, scheduler);
    const SchedulerValue s = scheduler_at(scheduler, 0.3);
    Points v(2, 10);
    field.evaluate(Vector::Constant(10, 0.3), x, v);
    CHECK((v.colwise() - (s.d_alpha * x1 + s.d_sigma * x0).col(0)).cwiseAbs().maxCoeff() < 1e-14);
  });
}

TEST_CASE("pairs field: where the path is infinitely fast, the last step goes the rest of each pair's way") {
  // Pairs 10 b apart and more at the end: a point tells which one it comes from.
  const Points x1{{0, 4, 8, 12}, {0, -4, 4, 0}}, x0 = normal_points(2, 4, 1);
  const Points z = 0.4 * normal_points(2, 4, 2);
  for_each_member<Scheduler>([&](const auto& scheduler) {
    CAPTURE(std::string(scheduler.name));
    const PairsField field(x0, x1, Vector::Ones(4), 0.4, scheduler);
    const double end = field.domain().end;
    Points landed(2, 4);
    if (scheduler_domain(scheduler).end == 1) {
      CHECK(end == 1);
      CHECK(error_of([&] { field.endpoint(x0, landed); }).id() == "no-endpoint");
      return;
    }
    CHECK(end == exact_domain_end(scheduler, 0.4));
    const SchedulerValue s = scheduler_at(scheduler, end);
    field.endpoint(s.alpha * x1 + s.sigma * x0 + z, landed);
    // Others weigh exp(-10^2 / 2 + 10 * 3) and less, times what is left of the way, 1e-4.
    CHECK((landed - (x1 + z)).cwiseAbs().maxCoeff() < 1e-4 * std::exp(-20));
  });
}

TEST_CASE("pairs field: paths start at the best affine guess, each pair counting by its weight") {
  const Points x0 = normal_points(2, 4, 1), x1 = normal_points(2, 4, 2), from = normal_points(2, 10, 3);
  Points repeated0(2, 6), repeated1(2, 6);
  const Index copies[] = {0, 2, 2, 3, 3, 3};
  for (Index n = 0; n < 6; ++n) repeated0.col(n) = x0.col(copies[n]), repeated1.col(n) = x1.col(copies[n]);
  for_each_member<Scheduler>([&](const auto& scheduler) {
    CAPTURE(std::string(scheduler.name));
    const PathStart expected = path_start(pair_moments(repeated0, repeated1), scheduler);
    Points x = from, y = from;
    leave_source(PairsField(x0, x1, Vector{{5, 1e-300, 10, 15}}, 0.1, scheduler).start(), x);
    leave_source(expected, y);
    CHECK((x - y).cwiseAbs().maxCoeff() < 1e-12 * (1 + y.cwiseAbs().maxCoeff()));
    if (scheduler_at(scheduler, 0).alpha == 0) CHECK(same_bits(x, from));
  });
}

TEST_CASE("pairs field: the ends it expects make up the velocity, and the centre that the score points to") {
  const Points x0 = normal_points(2, 50, 1), x1 = 2 * normal_points(2, 50, 2), x = normal_points(2, 20, 3);
  for_each_member<Scheduler>([&](const auto& scheduler) {
    CAPTURE(std::string(scheduler.name));
    const PairsField field(x0, x1, Vector::Ones(50), 0.3, scheduler);
    const Vector t = Vector::LinSpaced(20, 0.05, 0.95);
    Points end1(2, 20), end0(2, 20), v(2, 20), score(2, 20);
    field.predict_ends(t, x, end1, end0);
    field.evaluate(t, x, v);
    field.score(t, x, score);
    for (Index n = 0; n < 20; ++n) {
      const SchedulerValue s = scheduler_at(scheduler, t(n));
      const Vector velocity = s.d_alpha * end1.col(n) + s.d_sigma * end0.col(n);
      CHECK((velocity - v.col(n)).norm() < 1e-11 * (1 + std::abs(s.d_alpha) + std::abs(s.d_sigma)));
      const Vector centre = s.alpha * end1.col(n) + s.sigma * end0.col(n);
      CHECK((centre - x.col(n) - 0.09 * score.col(n)).norm() < 1e-11 * (1 + s.sigma));
    }
  });
}
