#include "flow/empirical_field.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "core/value.h"
#include "flow/path.h"
#include "support/points.h"

using namespace fm;

namespace {

constexpr double epsilon = std::numeric_limits<double>::epsilon();

/// Posterior mean of the rows by long double log-sum-exp over all of them, and the largest exponent's size.
struct Twin {
  Vector mean;
  double largest_exponent = 0;
};
Twin slow_posterior_mean(const Points& rows, const SchedulerValue& s, const Vector& x) {
  std::vector<long double> exponent(static_cast<std::size_t>(rows.cols()));
  long double largest = -std::numeric_limits<long double>::infinity();
  for (Index i = 0; i < rows.cols(); ++i) {
    long double square = 0;
    for (Index d = 0; d < rows.rows(); ++d) {
      const long double offset =
          static_cast<long double>(x(d)) - static_cast<long double>(s.alpha) * rows(d, i);
      square += offset * offset;
    }
    exponent[static_cast<std::size_t>(i)] = -square / (2 * static_cast<long double>(s.sigma) * s.sigma);
    largest = std::max(largest, exponent[static_cast<std::size_t>(i)]);
  }
  long double total = 0;
  for (const long double e : exponent) total += std::exp(e - largest);
  Twin twin{Vector::Zero(rows.rows()), static_cast<double>(-largest)};
  for (Index d = 0; d < rows.rows(); ++d) {
    long double sum = 0;
    for (Index i = 0; i < rows.cols(); ++i)
      sum += std::exp(exponent[static_cast<std::size_t>(i)] - largest) * rows(d, i);
    twin.mean(d) = static_cast<double>(sum / total);
  }
  return twin;
}

/// Times from 0 to the end of the field's domain, denser towards it, where sigma falls by decades.
std::vector<double> times_of(const EmpiricalField& field) {
  const double end = field.domain().end;
  std::vector<double> times{0, 1e-9, 0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.97, 0.99, 0.997, 0.999, end};
  std::erase_if(times, [&](double t) { return t > end; });
  times.push_back(1 - 2 * (1 - end));
  return times;
}

}  // namespace

TEST_CASE("empirical field: of one row it is the conditional field") {
  for_each_member<Scheduler>([](const auto& scheduler) {
    CAPTURE(std::string(scheduler.name));
    const Points row = normal_points(3, 1, 1), x = 3 * normal_points(3, 40, 2);
    const EmpiricalField field(row, scheduler);
    for (const double t : times_of(field)) {
      CAPTURE(t);
      const Vector times = Vector::Constant(40, t);
      Points v(3, 40), u(3, 40);
      field.evaluate(times, x, v);
      conditional_velocity(scheduler, times, x, row.replicate(1, 40), u);
      CHECK((v - u).cwiseAbs().maxCoeff() <= 1e-12 * (1 + u.cwiseAbs().maxCoeff()));
    }
  });
}

TEST_CASE("empirical field: agrees with a slow sum in long double at every time of its domain") {
  for_each_member<Scheduler>([](const auto& scheduler) {
    CAPTURE(std::string(scheduler.name));
    const Points rows = normal_points(2, 1500, 1),
                 x0 = normal_points(2, 1500, 2);  // more rows than one chunk
    const EmpiricalField field(rows, scheduler);
    for (const double t : times_of(field)) {
      CAPTURE(t);
      const SchedulerValue s = scheduler_at(scheduler, t);
      // Points of the path and, harder, points between the rows, where rounding of large exponents counts.
      Points x(2, 60);
      x.leftCols(30) = s.alpha * rows.middleCols(600, 30) + s.sigma * x0.leftCols(30);
      x.rightCols(30) = 2 * x0.rightCols(30);
      Points mean(2, 60), v(2, 60);
      field.posterior_mean(Vector::Constant(60, t), x, mean);
      field.evaluate(Vector::Constant(60, t), x, v);
      for (Index n = 0; n < 60; ++n) {
        CAPTURE(n);
        const Twin twin = slow_posterior_mean(rows, s, x.col(n));
        // An exponent e is rounded to some epsilon e, and weights with it; rows lie within 4 of 0.
        const double tolerance = 1e-11 + 16 * epsilon * twin.largest_exponent * 4;
        CHECK((mean.col(n) - twin.mean).norm() < tolerance);
        const Vector u = s.d_alpha * twin.mean + (s.d_sigma / s.sigma) * (x.col(n) - s.alpha * twin.mean);
        if (n < 30)
          // Points are rounded to some epsilon of their parts, and the rate d_sigma / sigma magnifies that.
          CHECK((v.col(n) - u).norm() <
                1e-11 * (1 + s.d_alpha) + 32 * epsilon * (1 + s.sigma) * -s.d_sigma / s.sigma);
        else
          CHECK((v.col(n) - u).norm() < tolerance * (1 + s.d_alpha - s.d_sigma / s.sigma) * (1 + s.sigma));
      }
    }
  });
}

TEST_CASE(
    "empirical field: at t = 0 it is the limit from above, and pure noise tells nothing but the rows' mean") {
  for_each_member<Scheduler>([](const auto& scheduler) {
    CAPTURE(std::string(scheduler.name));
    const Points rows = normal_points(3, 700, 1), x = normal_points(3, 20, 2);
    const EmpiricalField field(rows, scheduler);
    const SchedulerValue s = scheduler_at(scheduler, 0);
    Points mean(3, 20), at_start(3, 20), later(3, 20);
    field.evaluate(Vector::Zero(20), s.sigma * x, at_start);
    field.evaluate(Vector::Constant(20, 1e-9), s.sigma * x, later);
    // |du/dt| < 100 for rows within 5; for ve 8.5^2 |x|, with sigma = 50.
    CHECK((at_start - later).cwiseAbs().maxCoeff() < 1e-7 * (1 + 10 * s.sigma));
    if (s.alpha > 0) return;
    field.posterior_mean(Vector::Zero(20), x, mean);
    CHECK((mean.colwise() - rows.rowwise().mean()).cwiseAbs().maxCoeff() < 700 * epsilon);
    CHECK((at_start - (s.d_alpha * mean + s.d_sigma * x)).cwiseAbs().maxCoeff() < 1e-14);
  });
}

TEST_CASE("empirical field: a column depends on its own time and place alone, bit for bit") {
  for_each_member<Scheduler>([](const auto& scheduler) {
    CAPTURE(std::string(scheduler.name));
    for (const Index dim : {1, 2, 3, 8}) {
      CAPTURE(dim);
      const EmpiricalField field(normal_points(dim, 1037, 1), scheduler);
      const Points x = normal_points(dim, 37, 2);
      const Vector t = Vector::LinSpaced(37, 0, field.domain().end);
      Points all(dim, 37), backwards(dim, 37), alone(dim, 1), part(dim, 5);
      field.evaluate(t, x, all);
      field.evaluate(t.reverse(), x.rowwise().reverse(), backwards);
      CHECK(same_bits(backwards.rowwise().reverse(), all));
      for (Index n = 0; n < 37; ++n) {
        field.evaluate(t.segment(n, 1), x.col(n), alone);
        REQUIRE(same_bits(alone, all.col(n)));
      }
      for (Index n = 0; n + 5 <= 37; ++n) {
        field.evaluate(t.segment(n, 5), x.middleCols(n, 5), part);
        REQUIRE(same_bits(part, all.middleCols(n, 5)));
      }
    }
  });
}

TEST_CASE(
    "empirical field: the domain ends where sigma is 1e-4 of the smaller of both deviations, or at t = 1") {
  for_each_member<Scheduler>([](const auto& scheduler) {
    CAPTURE(std::string(scheduler.name));
    const Points rows{{1, -1, 1, -1}, {2, 2, -2, -2}};  // variances 1 and 4
    for (const double scale : {1e-3, 0.1, 1.0, 100.0}) {
      CAPTURE(scale);
      const EmpiricalField field(scale * rows, scheduler);
      CHECK(field.domain().begin == 0);
      const double expected = 1e-4 * std::min(1.0, scale * std::sqrt(2.5));
      const SchedulerValue end = scheduler_at(scheduler, field.domain().end);
      if (scheduler_at(scheduler, 1).sigma > expected)
        CHECK(field.domain().end == 1);
      else  // one bit of t near 1, magnified by the slope of sigma
        CHECK(std::abs(end.sigma - expected) < 8 * epsilon * (1 - end.d_sigma));
    }
    CHECK(EmpiricalField(Points::Ones(2, 3), scheduler).domain().end ==
          EmpiricalField(rows, scheduler).domain().end);
  });
}

TEST_CASE("empirical field: outside its domain it says so") {
  for_each_member<Scheduler>([](const auto& scheduler) {
    CAPTURE(std::string(scheduler.name));
    const Points rows = normal_points(2, 5, 1);
    const EmpiricalField field(rows, scheduler);
    Points v(2, 5);
    const double beyond = std::nextafter(field.domain().end, 2);
    for (const double t : {std::max(1.0, beyond), beyond, -1e-9, std::nan("")}) {
      CAPTURE(t);
      Vector times = Vector::Zero(5);
      times(3) = t;
      const Error error = error_of([&] { field.evaluate(times, rows, v); });
      CHECK(error.id() == "time-domain");
      CHECK(error.kind() == ErrorKind::numeric);
      CHECK(error_of([&] { field.posterior_mean(times, rows, v); }).id() == "time-domain");
    }
    CHECK_NOTHROW(field.evaluate(Vector::Constant(5, field.domain().end), rows, v));
  });
}

TEST_CASE("empirical field: the last step lands on the row that the point comes from") {
  for_each_member<Scheduler>([](const auto& scheduler) {
    CAPTURE(std::string(scheduler.name));
    // A grid of spacing 0.2 and deviation 1: rows are 2000 sigma apart at the end.
    Points rows(2, 289);
    for (int i = 0; i < 289; ++i) rows.col(i) = 0.2 * Vector{{i % 17 - 8.0, i / 17 - 8.0}};
    const EmpiricalField field(rows, scheduler);
    const SchedulerValue s = scheduler_at(scheduler, field.domain().end);
    Points x1(2, 289);
    if (field.domain().end == 1) {
      CHECK(error_of([&] { field.endpoint(rows, x1); }).id() == "no-endpoint");
      return;
    }
    field.endpoint(s.alpha * rows + s.sigma * normal_points(2, 289, 1), x1);
    CHECK((x1 - rows).cwiseAbs().maxCoeff() <= epsilon);
  });
}

TEST_CASE(
    "empirical field: paths start at the source, times the noise of the start, around the rows' share") {
  const Points rows = normal_points(2, 9, 1).array() + 3, x0 = normal_points(2, 5, 2);
  for_each_member<Scheduler>([&](const auto& scheduler) {
    CAPTURE(std::string(scheduler.name));
    const EmpiricalField field(rows, scheduler);
    const SchedulerValue s = scheduler_at(scheduler, 0);
    Points x = x0;
    leave_source(field.start(), x);
    const Points expected = (s.sigma * x0).colwise() + s.alpha * rows.rowwise().mean();
    CHECK((x - expected).cwiseAbs().maxCoeff() < 8 * epsilon * (s.sigma + 3) * 3);
    if (s.alpha == 0) CHECK(same_bits(x, x0));
    return_to_source(field.start(), x);
    CHECK((x - x0).cwiseAbs().maxCoeff() < 64 * epsilon);
  });
}

TEST_CASE("empirical field: doubled rows weigh double") {
  const Points three{{-1, 1, 1}}, weighted{{-1, 1}};
  const EmpiricalField field(three, CondOt{});
  Points mean(1, 1);
  field.posterior_mean(Vector::Constant(1, 0.5), Points::Constant(1, 1, 0.1), mean);
  // Weights exp(-(0.1 +- 0.5)^2 / (2 * 0.25)) once and twice: ratio 2 exp(0.4).
  const double ratio = 2 * std::exp(0.4);
  CHECK(mean(0, 0) == doctest::Approx((ratio - 1) / (ratio + 1)).epsilon(1e-14));
}

TEST_CASE("empirical field: a weight counts like so many rows, and its unit does not count") {
  const Points rows = normal_points(2, 4, 1), x = normal_points(2, 30, 2);
  Points repeated(2, 6);
  repeated << rows.col(0), rows.col(2), rows.col(2), rows.col(3), rows.col(3), rows.col(3);
  const Vector t = Vector::LinSpaced(30, 0, 0.99);
  for_each_member<Scheduler>([&](const auto& scheduler) {
    CAPTURE(std::string(scheduler.name));
    const EmpiricalField weighted(rows, Vector{{5, 0, 10, 15}}, scheduler), plain(repeated, scheduler);
    Points a(2, 30), b(2, 30);
    Vector p(30), q(30);
    weighted.evaluate(t, x, a), plain.evaluate(t, x, b);
    CHECK((a - b).cwiseAbs().maxCoeff() < 1e-11 * (1 + b.cwiseAbs().maxCoeff()));
    weighted.log_density(t, x, p), plain.log_density(t, x, q);
    CHECK((p - q).cwiseAbs().maxCoeff() < 1e-12 * (1 + q.cwiseAbs().maxCoeff()));
    CHECK(std::abs(weighted.domain().end - plain.domain().end) < 8 * epsilon);
  });
}

TEST_CASE("empirical field: weights that are no weights are errors") {
  const Points rows = normal_points(2, 3, 1);
  for (const Vector& weights : {Vector{{1, -1e-300, 1}}, Vector{{1, std::nan(""), 1}},
                                Vector{{1, std::numeric_limits<double>::infinity(), 1}}, Vector{{0, 0, 0}}}) {
    const Error error = error_of([&] { EmpiricalField(rows, weights, CondOt{}); });
    CHECK(error.id() == "row-weights");
    CHECK(error.kind() == ErrorKind::data);
  }
}

TEST_CASE("velocity field: one that reaches t = 1 has no last step") {
  struct Still final : VelocityField {
    Index dim() const override { return 1; }
    void evaluate(VectorIn, PointsIn, PointsOut v) const override { v.setZero(); }
  } field;
  Points x = Points::Zero(1, 1);
  CHECK(error_of([&] { field.endpoint(x, x); }).id() == "no-endpoint");
  CHECK(field.domain().begin == 0);
  CHECK(field.domain().end == 1);
}
