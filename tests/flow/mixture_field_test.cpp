#include "flow/mixture_field.h"

#include <Eigen/LU>
#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

#include "flow/exact_domain.h"
#include "flow/exact_laws.h"
#include "flow/moments.h"

using namespace fm;

namespace {

constexpr double epsilon = std::numeric_limits<double>::epsilon();

using Real = long double;
using Matrix = Eigen::Matrix<Real, Eigen::Dynamic, Eigen::Dynamic>;
using Column = Eigen::Matrix<Real, Eigen::Dynamic, 1>;

/// Everything at one point by the formulas of the header, inverses by LU in long double.
struct Twin {
  Vector weights, mean, velocity, score;
  double log_density;
};
Twin slow_twin(const Mixture& mixture, const Scheduler& scheduler, double t, const Vector& at) {
  const SchedulerValue s = scheduler_at(scheduler, t);
  const Index dim = mixture.means.rows(), count = mixture.means.cols();
  const Real alpha = s.alpha, sigma = s.sigma;
  const Column x = at.cast<Real>();
  Column weight(count), mean = Column::Zero(dim), score = Column::Zero(dim);
  std::vector<Column> means, scores;
  for (Index k = 0; k < count; ++k) {
    const Matrix cov = mixture.covariances[static_cast<std::size_t>(k)].cast<Real>();
    const Column m = mixture.means.col(k).cast<Real>();
    const Matrix c = alpha * alpha * cov + sigma * sigma * Matrix::Identity(dim, dim);
    const Matrix inverse = c.inverse();
    const Column offset = x - alpha * m;
    weight(k) = mixture.weights(k) * std::exp(-offset.dot(inverse * offset) / 2) /
                std::sqrt(std::pow(2 * std::numbers::pi_v<Real>, static_cast<Real>(dim)) * c.determinant());
    means.emplace_back(m + alpha * cov * inverse * offset);
    scores.emplace_back(-inverse * offset);
  }
  const Real density = weight.sum();
  weight /= density;
  for (Index k = 0; k < count; ++k) {
    mean += weight(k) * means[static_cast<std::size_t>(k)];
    score += weight(k) * scores[static_cast<std::size_t>(k)];
  }
  // d_sigma E[x0 | x_t = x]: where sigma = 0 the limit, with E[x0 | x_t = x] = -sigma score.
  const Column turned = sigma > 0 ? Column(static_cast<Real>(s.d_sigma) * (x - alpha * mean) / sigma)
                                  : Column(static_cast<Real>(-noise_rate(scheduler, t)) * score);
  const Column velocity = static_cast<Real>(s.d_alpha) * mean + turned;
  return {weight.cast<double>(), mean.cast<double>(), velocity.cast<double>(), score.cast<double>(),
          static_cast<double>(std::log(density))};
}

/// The K = 1 mixture.
Mixture one_normal(const Vector& mean, const Points& covariance) {
  return {Vector::Ones(1), mean, {covariance}};
}

Mixture points_mixture(const Points& rows, const Vector& weights) {
  return {weights / weights.sum(), rows,
          std::vector<Points>(static_cast<std::size_t>(rows.cols()), Points::Zero(rows.rows(), rows.rows()))};
}

}  // namespace

TEST_CASE("mixture field: agrees with a slow sum in long double from t = 0 to t = 1") {
  const Mixture mixture = three_normals();
  for_each_member<Scheduler>([&](const auto& scheduler) {
    CAPTURE(std::string(scheduler.name));
    const MixtureField field(mixture, scheduler);
    CHECK(field.domain().end == 1);
    for (const double t : {0.0, 1e-9, 0.1, 0.5, 0.9, 0.999, 1.0}) {
      CAPTURE(t);
      const SchedulerValue s = scheduler_at(scheduler, t);
      const Points x = s.alpha * draw_mixture(mixture, 40, 1) + s.sigma * normal_points(3, 40, 2);
      const Vector times = Vector::Constant(40, t);
      Points r(3, 40), mean(3, 40), v(3, 40), score(3, 40);
      Vector log_p(40);
      field.posterior_weights(times, x, r);
      field.posterior_mean(times, x, mean);
      field.evaluate(times, x, v);
      field.score(times, x, score);
      field.log_density(times, x, log_p);
      for (Index n = 0; n < 40; ++n) {
        CAPTURE(n);
        const Twin twin = slow_twin(mixture, scheduler, t, x.col(n));
        // Condition numbers are below 100, exponents below 20.
        constexpr double tolerance = 2000 * epsilon;
        CHECK((r.col(n) - twin.weights).norm() < tolerance);
        CHECK((mean.col(n) - twin.mean).norm() < tolerance * (1 + twin.mean.norm()));
        CHECK((score.col(n) - twin.score).norm() < tolerance * (1 + twin.score.norm()));
        CHECK((v.col(n) - twin.velocity).norm() < tolerance * (1 + twin.velocity.norm()));
        CHECK(std::abs(log_p(n) - twin.log_density) < tolerance * (1 + std::abs(twin.log_density)));
      }
    }
  });
}

TEST_CASE("mixture field: of one component it is the best affine velocity") {
  const Vector m{{1, -2, 0.5}};
  const Points cov{{2, 0.6, -0.3}, {0.6, 0.5, 0.1}, {-0.3, 0.1, 1.5}};
  const Moments moments{Vector::Zero(3), m, Points::Identity(3, 3), cov, Points::Zero(3, 3)};
  const Points x1 = draw_mixture(one_normal(m, cov), 20, 1), x0 = normal_points(3, 20, 2);
  for_each_member<Scheduler>([&](const auto& scheduler) {
    CAPTURE(std::string(scheduler.name));
    const MixtureField field(one_normal(m, cov), scheduler);
    for (const double t : {0.0, 0.2, 0.5, 0.8, scheduler_domain(scheduler).end}) {
      CAPTURE(t);
      const SchedulerValue s = scheduler_at(scheduler, t);
      const Points x = s.alpha * x1 + s.sigma * x0;
      const AffineVelocity affine = best_affine_velocity(moments, scheduler, t);
      const Points expected = (affine.slope * (x.colwise() - affine.mean_x)).colwise() + affine.mean_u;
      const Vector times = Vector::Constant(20, t);
      Points v(3, 20);
      Vector div(20);
      field.divergence(times, x, v, div);
      CHECK((v - expected).cwiseAbs().maxCoeff() < 1e-12 * (1 + expected.cwiseAbs().maxCoeff()));
      CHECK((div.array() - affine.slope.trace()).abs().maxCoeff() < 1e-12 * (1 + affine.slope.norm()));
    }
  });
}

TEST_CASE("mixture field: without covariances it is the field of weighted rows") {
  const Points rows = normal_points(3, 40, 1);
  Vector weights = normal_points(1, 40, 2).row(0).cwiseAbs();
  weights(7) = 0;
  for_each_member<Scheduler>([&](const auto& scheduler) {
    CAPTURE(std::string(scheduler.name));
    const MixtureField mixture(points_mixture(rows, weights), scheduler);
    const EmpiricalField field(rows, weights, scheduler);
    CHECK(std::abs(mixture.domain().end - field.domain().end) <= 8 * epsilon);
    for (const double t : {0.0, 0.3, 0.7, 0.95}) {
      CAPTURE(t);
      const SchedulerValue s = scheduler_at(scheduler, t);
      const Points x = s.alpha * rows.leftCols(20) + s.sigma * normal_points(3, 20, 3);
      const Vector times = Vector::Constant(20, t);
      Points a(3, 20), b(3, 20), r(40, 20), w(40, 20);
      Vector p(20), q(20);
      const auto near = [](const auto& left, const auto& right) {
        return (left - right).cwiseAbs().maxCoeff() < 1e-10 * (1 + right.cwiseAbs().maxCoeff());
      };
      mixture.evaluate(times, x, a), field.evaluate(times, x, b);
      CHECK(near(a, b));
      mixture.score(times, x, a), field.score(times, x, b);
      CHECK(near(a, b));
      mixture.posterior_mean(times, x, a), field.posterior_mean(times, x, b);
      CHECK(near(a, b));
      mixture.posterior_weights(times, x, r), field.posterior_weights(times, x, w);
      CHECK(near(r, w));
      CHECK(w.row(7).cwiseAbs().maxCoeff() == 0);
      mixture.log_density(times, x, p), field.log_density(times, x, q);
      CHECK(near(p, q));
      mixture.divergence(times, x, a, p), field.divergence(times, x, b, q);
      CHECK(near(p, q));
    }
  });
}

TEST_CASE("mixture field: narrow components approach the rows as the square of their width") {
  const Points rows = normal_points(2, 30, 1), x = normal_points(2, 50, 2);
  const Vector times = Vector::Constant(50, 0.6);
  for_each_member<Scheduler>([&](const auto& scheduler) {
    CAPTURE(std::string(scheduler.name));
    Points limit(2, 50), v(2, 50);
    EmpiricalField(rows, scheduler).evaluate(times, x, limit);
    const auto error = [&](double width) {
      Mixture mixture = points_mixture(rows, Vector::Ones(30));
      for (Points& covariance : mixture.covariances) covariance.diagonal().setConstant(width * width);
      MixtureField(mixture, scheduler).evaluate(times, x, v);
      return (v - limit).norm();
    };
    const double coarse = error(1e-3), fine = error(1e-4);
    CHECK(coarse / fine == doctest::Approx(100).epsilon(0.01));
  });
}

TEST_CASE("mixture field: its density integrates to 1 at every time") {
  Mixture mixture{Vector{{0.7, 0.3}}, Points{{1, -1}, {0.5, -0.5}}, {}};
  mixture.covariances = {Points{{0.4, 0.3}, {0.3, 0.5}}, Points{{0.2, -0.1}, {-0.1, 0.3}}};
  // Sums over a grid of step h integrate a normal law of variance l to exp(-2 pi^2 l / h^2): below 1e-16 for
  // l > 0.09 and h = 0.2. Outside [-12, 12] nothing is left.
  constexpr Index side = 121;
  constexpr double step = 0.2;
  Points x(2, side * side);
  for (Index i = 0; i < x.cols(); ++i)
    x.col(i) = step * Vector{{static_cast<double>(i % side) - 60, static_cast<double>(i / side) - 60}};
  for_each_member<Scheduler>([&](const auto& scheduler) {
    CAPTURE(std::string(scheduler.name));
    const MixtureField field(mixture, scheduler);
    for (const double t : {0.0, 0.25, 0.5, 0.75, 1.0}) {
      CAPTURE(t);
      if (scheduler_at(scheduler, t).sigma > 1) continue;  // wider than the grid
      Vector log_p(x.cols());
      field.log_density(Vector::Constant(x.cols(), t), x, log_p);
      CHECK(std::abs(step * step * log_p.array().exp().sum() - 1) < 1e-12);
    }
  });
}

TEST_CASE("mixture field: a singular covariance ends the domain, and the last step lands in its plane") {
  const Vector a{{1, 2, -1}}, b{{0.5, -0.5, 1}}, m{{1, 0, -1}};
  const Vector normal = Vector{{1.5, -1.5, -1.5}}.normalized();  // a x b
  const Points plane = a * a.transpose() / 4 + b * b.transpose();
  const Points x1 = draw_mixture(one_normal(m, plane), 100, 1), x0 = normal_points(3, 100, 2);
  for_each_member<Scheduler>([&](const auto& scheduler) {
    CAPTURE(std::string(scheduler.name));
    const MixtureField field(one_normal(m, plane), scheduler);
    CHECK(field.domain().end == exact_domain_end(scheduler, std::sqrt(plane.trace() / 3)));
    const SchedulerValue s = scheduler_at(scheduler, field.domain().end);
    Points landed(3, 100);
    if (field.domain().end == 1) return;  // noise is left, and no last step takes it away
    field.endpoint(s.alpha * x1 + s.sigma * x0, landed);
    // Rounding of the eigenvectors against the size of the plane.
    CHECK((normal.transpose() * (landed.colwise() - m)).cwiseAbs().maxCoeff() < 100 * epsilon);
    // In the plane x1 is known up to the noise, of which 6 deviations are not seen in 200 draws.
    CHECK((landed - x1).colwise().norm().maxCoeff() < 6 * std::sqrt(2) * s.sigma / s.alpha);
  });
}

TEST_CASE(
    "mixture field: paths start at the source, times the noise of the start, around the mixture's share") {
  const Points x0 = normal_points(3, 5, 2);
  const Mixture mixture = three_normals();
  for_each_member<Scheduler>([&](const auto& scheduler) {
    CAPTURE(std::string(scheduler.name));
    const MixtureField field(mixture, scheduler);
    CHECK(print_value(field.scheduler()) == print_value(Scheduler(scheduler)));
    const SchedulerValue s = scheduler_at(scheduler, 0);
    Points x = x0;
    leave_source(field.start(), x);
    const Points expected = (s.sigma * x0).colwise() + s.alpha * mixture_mean(mixture);
    CHECK((x - expected).cwiseAbs().maxCoeff() < 16 * epsilon * (1 + expected.cwiseAbs().maxCoeff()));
    if (s.alpha == 0) CHECK(same_bits(x, x0));
  });
}

TEST_CASE("mixture field: where it reaches t = 1 there is no last step") {
  Points x = Points::Zero(3, 1), x1 = x;
  for_each_member<Scheduler>([&](const auto& scheduler) {
    CAPTURE(std::string(scheduler.name));
    CHECK(error_of([&] { MixtureField(three_normals(), scheduler).endpoint(x, x1); }).id() == "no-endpoint");
  });
}

TEST_CASE("mixture field: far from everything the nearest component decides, without overflow") {
  const MixtureField field(three_normals(), CondOt{});
  const Points x{{1e8, -1e8}, {0, 0}, {0, 0}};
  Points v(3, 2), r(3, 2);
  Vector log_p(2);
  field.evaluate(Vector::Constant(2, 0.5), x, v);
  field.posterior_weights(Vector::Constant(2, 0.5), x, r);
  field.log_density(Vector::Constant(2, 0.5), x, log_p);
  CHECK(v.allFinite());
  CHECK(log_p.allFinite());
  CHECK((r.colwise().sum().array() - 1).abs().maxCoeff() <= epsilon);
  CHECK(r(1, 0) == 1);  // the widest in that direction
}
