// Claims that hold for the exact field of any law: what it says about velocity, score, density and their
// derivatives fits together.
#include "flow/exact_laws.h"

#include <cmath>
#include <type_traits>

using namespace fm;

namespace {

constexpr Index count = 30;

constexpr double times[] = {0.05, 0.3, 0.6, 0.9};

/// Central difference of a function of h at 0. Its error is h^2 times a third derivative plus rounding / h.
/// Steps of 1e-5 to 1e-4 of the length or time that the law changes over keep both near 1e-8 of the value's
/// size.
template <class Function>
auto difference(const Function& function, double h) {
  const auto ahead = function(h), behind = function(-h);
  return ((ahead - behind) / (2 * h)).eval();
}

template <class Field>
Vector log_density(const Field& field, double t, const Points& x) {
  Vector log_p(x.cols());
  field.log_density(Vector::Constant(x.cols(), t), x, log_p);
  return log_p;
}

}  // namespace

TEST_CASE("exact law: the score is the gradient of the log density") {
  for_each_exact_law([](const auto& law) {
    for (const double t : times) {
      CAPTURE(t);
      const auto& field = law.field;
      const Points x = law.draws(t, count);
      Points score(3, count);
      field.score(Vector::Constant(count, t), x, score);
      const double h = 1e-4 * law.width(t);
      for (Index d = 0; d < 3; ++d) {
        const Vector slope = difference(
            [&](double step) {
              Points moved = x;
              moved.row(d).array() += step;
              return log_density(field, t, moved);
            },
            h);
        CHECK((slope - score.row(d).transpose()).cwiseAbs().maxCoeff() <
              1e-6 * (1 + score.cwiseAbs().maxCoeff()));
      }
    }
  });
}

TEST_CASE("exact law: the tangent is the difference quotient, the divergence the trace of tangents") {
  for_each_exact_law([](const auto& law) {
    for (const double t : times) {
      CAPTURE(t);
      const auto& field = law.field;
      const Points x = law.draws(t, count);
      const Vector at = Vector::Constant(count, t);
      const Points dx = normal_points(3, count, 3);
      Points v(3, count), value(3, count), dv(3, count);
      field.evaluate(at, x, value);
      field.tangent(at, x, dx, v, dv);
      CHECK(same_bits(v, value));
      const Points quotient = difference(
          [&](double step) {
            Points moved(3, count);
            field.evaluate(at, x + step * dx, moved);
            return moved;
          },
          2e-5 * law.width(t));
      const double size = 1 + dv.cwiseAbs().maxCoeff();
      CHECK((dv - quotient).cwiseAbs().maxCoeff() < 1e-6 * size);
      Vector div(count), trace(count);
      field.divergence(at, x, v, div);
      CHECK(same_bits(v, value));
      field.VelocityField::divergence(at, x, v, trace);
      CHECK((div - trace).cwiseAbs().maxCoeff() < 1e-12 * (size + trace.cwiseAbs().maxCoeff()));
    }
  });
}

TEST_CASE("exact law: velocity, score and density obey the continuity equation") {
  for_each_exact_law([](const auto& law) {
    for (const double t : times) {
      CAPTURE(t);
      const auto& field = law.field;
      const Points x = law.draws(t, count);
      const Vector at = Vector::Constant(count, t);
      Points v(3, count), score(3, count);
      Vector div(count);
      field.divergence(at, x, v, div);
      field.score(at, x, score);
      const Vector change =
          difference([&](double step) { return log_density(field, t + step, x); }, 1e-5 * law.while_at(t));
      const Vector flux = v.cwiseProduct(score).colwise().sum().transpose();
      const double size = 1 + div.cwiseAbs().maxCoeff() + flux.cwiseAbs().maxCoeff();
      CHECK((change + div + flux).cwiseAbs().maxCoeff() < 1e-6 * size);
    }
  });
}

TEST_CASE(
    "exact law: the posterior mean gives velocity and score, where x0 is normal and all noise there is") {
  for_each_exact_law([]<class Field>(const ExactLaw<Field>& law) {
    if constexpr (requires(const Field& f, Vector t, Points x) { f.posterior_mean(t, x, x); })
      for (const double t : times) {
        CAPTURE(t);
        const Field& field = law.field;
        const Points x = law.draws(t, count);
        const Vector at = Vector::Constant(count, t);
        const SchedulerValue s = scheduler_at(law.scheduler, t);
        Points mean(3, count), v(3, count), score(3, count);
        field.posterior_mean(at, x, mean);
        field.evaluate(at, x, v);
        field.score(at, x, score);
        const Points noise = (x - s.alpha * mean) / s.sigma;  // E[x0 | x_t = x]
        CHECK((v - (s.d_alpha * mean + s.d_sigma * noise)).cwiseAbs().maxCoeff() <
              1e-12 * (1 + v.cwiseAbs().maxCoeff() + std::abs(s.d_sigma) * noise.cwiseAbs().maxCoeff()));
        CHECK((score + noise / s.sigma).cwiseAbs().maxCoeff() < 1e-11 * (1 + score.cwiseAbs().maxCoeff()));
      }
  });
}

TEST_CASE("exact law: a column depends on its own time and place alone, bit for bit") {
  for_each_exact_law([](const auto& law) {
    const auto& field = law.field;
    const Points x = normal_points(3, 37, 2), dx = normal_points(3, 37, 3);
    const Vector t = Vector::LinSpaced(37, 0, field.domain().end);
    Points v(3, 37), dv(3, 37), alone(3, 1), alone_dv(3, 1);
    Vector div(37), alone_div(1), log_p(37), alone_log_p(1);
    field.divergence(t, x, v, div);
    field.log_density(t, x, log_p);
    field.tangent(t, x, dx, v, dv);
    for (Index n = 0; n < 37; ++n) {
      field.tangent(t.segment(n, 1), x.col(n), dx.col(n), alone, alone_dv);
      REQUIRE(same_bits(alone, v.col(n)));
      REQUIRE(same_bits(alone_dv, dv.col(n)));
      field.divergence(t.segment(n, 1), x.col(n), alone, alone_div);
      REQUIRE(same_bits(alone_div, div.segment(n, 1)));
      field.log_density(t.segment(n, 1), x.col(n), alone_log_p);
      REQUIRE(same_bits(alone_log_p, log_p.segment(n, 1)));
    }
  });
}

TEST_CASE("exact law: outside its domain it says so") {
  for_each_exact_law([](const auto& law) {
    const auto& field = law.field;
    const Points x = normal_points(3, 4, 1);
    Points out(3, 4);
    Vector numbers(4);
    for (const double t : {std::nextafter(field.domain().end, 2), -1e-9, std::nan("")}) {
      CAPTURE(t);
      Vector at = Vector::Zero(4);
      at(2) = t;
      CHECK(error_of([&] { field.evaluate(at, x, out); }).id() == "time-domain");
      CHECK(error_of([&] { field.score(at, x, out); }).id() == "time-domain");
      CHECK(error_of([&] { field.log_density(at, x, numbers); }).id() == "time-domain");
      CHECK(error_of([&] { field.divergence(at, x, out, numbers); }).id() == "time-domain");
    }
    CHECK_NOTHROW(field.evaluate(Vector::Constant(4, field.domain().end), x, out));
  });
}
