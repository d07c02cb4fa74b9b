// Models of bridge paths against the Schroedinger bridge between N(-a, I) and N(a, I), which is known: law of
// x_t N((2t - 1) a, s_t I), s_t = t (1 - t) sqrt(4 + std^4) + (1 - t)^2 + t^2, covariance of its ends
// (sqrt(std^4 + 4) - std^2) / 2 (Bunne et al. 2023, arXiv:2202.05722).
#include <doctest/doctest.h>

#include <cmath>

#include "model/model_file.h"
#include "model/trainer.h"
#include "ode/sde.h"
#include "support/points.h"

using namespace fm;

namespace {

constexpr double bridge_std = 1.2;
const Vector a{{0.5, -0.3, 0.1}};

double variance_at(double t) {
  return t * (1 - t) * std::sqrt(4 + std::pow(bridge_std, 4)) + (1 - t) * (1 - t) + t * t;
}

/// Moments of the ends of that bridge.
Moments bridge_ends() {
  const Points one = Points::Identity(3, 3);
  return {-a, a, one, one, (std::sqrt(std::pow(bridge_std, 4) + 4) - bridge_std * bridge_std) / 2 * one};
}

/// A network on these moments whose parameters are normal times `size`; at 0 it is the affine prediction,
/// which is exact here.
NetworkField bridge_field(double size) {
  const BridgePath path{bridge_std};
  MlpShape shape = network_shape(3, {16, 16}, Activation::silu, RawTime{});
  shape.outputs = 6;
  Network network{shape,
                  RawTime{},
                  Preconditioner(bridge_ends(), CondOt{}, Prediction::velocity, path),
                  {},
                  BridgeNoise{bridge_std}};
  Draws draws(3, Purpose::test, 0);
  for (Index k = 0; k < parameter_count(shape); ++k)
    network.parameters.push_back(static_cast<float>(size * draws.normal()));
  return NetworkField(std::move(network));
}

/// Largest errors of mean and covariance of x (3, N) as the law at t.
void check_law(const Points& x, double t, double bias) {
  CAPTURE(t);
  const Moments found = pair_moments(x, x);
  const double root = std::sqrt(static_cast<double>(x.cols())), variance = variance_at(t);
  // 5 standard errors of a mean and of a second moment.
  CHECK((found.mean0 - (2 * t - 1) * a).cwiseAbs().maxCoeff() < 5 * std::sqrt(variance) / root + bias);
  CHECK((found.cov00 - variance * Points::Identity(3, 3)).cwiseAbs().maxCoeff() <
        5 * std::sqrt(2.0) * variance / root + bias);
}

}  // namespace

TEST_CASE("bridge: the affine prediction is the Schroedinger bridge of normal laws, velocity and score") {
  const NetworkField field = bridge_field(0);
  const Index count = 33;
  const Vector t = Vector::LinSpaced(count, 0, 1);
  const Points x = normal_points(3, count, 1);
  Points v(3, count), x1(3, count), x0(3, count), noise(3, count);
  field.evaluate(t, x, v);
  field.predict(t, x, x1, x0, noise);
  for (Index n = 0; n < count; ++n) {
    const double h = 1e-6, rate = (variance_at(t(n) + h) - variance_at(t(n) - h)) / (4 * h);
    const Vector offset = x.col(n) - (2 * t(n) - 1) * a;
    // The velocity between isotropic normal laws scales and shifts; knots between which things are linear
    // leave 1/64^2.
    CHECK((v.col(n) - (2 * a + rate / variance_at(t(n)) * offset)).cwiseAbs().maxCoeff() < 2e-3);
    const double c = bridge_std * std::sqrt(t(n) * (1 - t(n)));
    CHECK((noise.col(n) - c / variance_at(t(n)) * offset).cwiseAbs().maxCoeff() < 2e-3);
    // x = mu + c z in expectation.
    CHECK(((1 - t(n)) * x0.col(n) + t(n) * x1.col(n) + c * noise.col(n) - x.col(n)).cwiseAbs().maxCoeff() <
          1e-12);
  }
}

TEST_CASE("bridge: any diffusion, and the ODE, have the marginals of the Schroedinger bridge") {
  const NetworkField field = bridge_field(0);
  const Index count = 5000;
  const Points x0 = normal_points(3, count, 1).colwise() - a;
  for_each_member<Diffusion>([&](const auto& diffusion) {
    CAPTURE(std::string(diffusion.name));
    for (const double t : {0.3, 1.0}) check_law(solve_sde(field, diffusion, 5, x0, 0, t).x, t, 0.03);
    check_law(solve_sde(field, diffusion, 5, (normal_points(3, count, 2).colwise() + a).eval(), 1, 0.3).x,
              0.3, 0.03);
  });
  check_law(solve(field, Dopri5{}, x0, 0, 1).x, 1, 0.005);
}

TEST_CASE("bridge: the path's own diffusion joins the ends as the Schroedinger bridge does") {
  const Index count = 5000;
  const Points x0 = normal_points(3, count, 1).colwise() - a;
  const Points x1 = solve_sde(bridge_field(0), OwnDiffusion{}, 5, x0, 0, 1).x;
  const Moments found = pair_moments(x0, x1);
  // The standard error of a covariance of unit normals is at most sqrt(2 / n).
  CHECK((found.cov01 - bridge_ends().cov01).cwiseAbs().maxCoeff() <
        5 * std::sqrt(2.0 / static_cast<double>(count)) + 0.02);
}

TEST_CASE("bridge: the tangent is the difference quotient") {
  const NetworkField field = bridge_field(0.4);
  const Index count = 100;
  const Points x = normal_points(3, count, 4), dx = normal_points(3, count, 5);
  const Vector t = Vector::LinSpaced(count, 0, 1);
  Points v(3, count), dv(3, count), value(3, count), ahead(3, count), behind(3, count);
  field.tangent(t, x, dx, v, dv);
  field.evaluate(t, x, value);
  CHECK(v == value);
  const double h = 1e-2;  // float noise 1e-7 / h against curvature h^2: both about 1e-4
  field.evaluate(t, x + h * dx, ahead);
  field.evaluate(t, x - h * dx, behind);
  CHECK((dv - (ahead - behind) / (2 * h)).cwiseAbs().maxCoeff() < 3e-3 * (1 + dv.cwiseAbs().maxCoeff()));
}

TEST_CASE("bridge: training between normal clouds by the entropic plan finds the Schroedinger bridge") {
  const Index rows = 3000;
  const Points source = normal_points(3, rows, 7).colwise() - a,
               target = normal_points(3, rows, 8).colwise() + a;
  TrainingOptions options;
  options.path = BridgePath{bridge_std};
  Sinkhorn plan;
  plan.reg_abs = 2 * bridge_std * bridge_std;
  plan.batch = 500;
  options.coupling = plan;
  options.pool = 6000;
  options.steps = 400;
  options.hidden = {32, 32};
  const Trained trained =
      train({target, PointSource(source, 0)}, options, 1, [](const TrainingProgress&) { return true; });
  CHECK(std::holds_alternative<BridgeNoise>(trained.network.noise));
  const NetworkField field(trained.network);
  const Points x0 = normal_points(3, 5000, 9).colwise() - a;
  // 3,000 rows know the law to 5 standard errors of .03, and a short training the field to a few hundredths.
  for (const double t : {0.5, 1.0}) check_law(solve_sde(field, OwnDiffusion{}, 5, x0, 0, t).x, t, 0.15);
}

TEST_CASE("bridge: other schedulers and predictions are refused") {
  TrainingOptions options;
  options.path = BridgePath{};
  check_path(options, true);
  options.predict = Prediction::x1;
  CHECK(error_of([&] { check_path(options, true); }).id() == "bridge-predict");
  options.scheduler = Cosine{};
  CHECK(error_of([&] { check_path(options, true); }).id() == "bridge-scheduler");
}
