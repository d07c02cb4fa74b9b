#include "model/objective.h"

#include <doctest/doctest.h>

#include <cmath>

#include "core/parallel.h"
#include "model/trainer.h"

using namespace fm;

namespace {

/// A batch between normal noise and a shifted, correlated cloud, and the network for it, away from its zero
/// start.
struct Setup {
  PathBatch batch;
  Moments moments;
  Network network;
};

Setup make_setup(Index dim, Index size) {
  Points x0(dim, size), x1(dim, size);
  fill_normal({1, Purpose::test}, 0, x0);
  fill_normal({2, Purpose::test}, 0, x1);
  x1 = x1.array().sinh() * 0.5 + 1;
  Setup setup;
  setup.batch = {Vector::LinSpaced(size, 0.01, 0.99), Points(dim, size), Points(dim, size)};
  for (Index n = 0; n < size; ++n) {
    const double t = setup.batch.t(n);
    setup.batch.xt.col(n) = t * x1.col(n) + (1 - t) * x0.col(n);
    setup.batch.ut.col(n) = x1.col(n) - x0.col(n);
  }
  setup.moments = pair_moments(x0, x1);
  setup.network = {network_shape(dim, {16, 16}, Activation::silu, RawTime{}),
                   RawTime{},
                   Preconditioner(setup.moments, CondOt{}),
                   {}};
  setup.network.parameters.resize(static_cast<std::size_t>(parameter_count(setup.network.shape)));
  Draws draws(3, Purpose::test, 0);
  for (float& p : setup.network.parameters) p = static_cast<float>(0.3 * draws.normal());
  return setup;
}

}  // namespace

TEST_CASE("objective: the gradient is the derivative of the loss along random directions") {
  Setup setup = make_setup(3, 300);
  Objective objective(setup.network, 300);
  const auto parameters = setup.network.parameters;
  std::vector<float> gradient(parameters.size());
  objective.gradient(setup.batch, gradient);
  for (std::uint64_t trial = 0; trial < 5; ++trial) {
    Draws draws(4, Purpose::test, trial);
    std::vector<double> direction(parameters.size());
    for (double& d : direction) d = draws.normal();
    const auto loss_at = [&](double step) {
      for (std::size_t p = 0; p < parameters.size(); ++p)
        setup.network.parameters[p] = static_cast<float>(parameters[p] + step * direction[p]);
      return objective.value(setup.batch).normalised;
    };
    // The network is float: a step of 1e-3 balances its rounding (1e-7 / 1e-3) against curvature (1e-6).
    const double difference = (loss_at(1e-3) - loss_at(-1e-3)) / 2e-3;
    double product = 0;
    for (std::size_t p = 0; p < parameters.size(); ++p)
      product += static_cast<double>(gradient[p]) * direction[p];
    CHECK(difference == doctest::Approx(product).epsilon(2e-3));
  }
}

TEST_CASE("objective: the velocity loss is the mean squared distance of the field from the targets") {
  const Setup setup = make_setup(2, 200);
  Objective objective(setup.network, 200);
  const Loss loss = objective.value(setup.batch);
  const NetworkField field(setup.network);
  Points v(2, 200);
  field.evaluate(setup.batch.t, setup.batch.xt, v);
  CHECK(loss.velocity == doctest::Approx((v - setup.batch.ut).colwise().squaredNorm().mean()).epsilon(1e-12));
}

TEST_CASE("objective: any number of threads gives the same bits") {
  const Setup setup = make_setup(2, 1000);
  Objective objective(setup.network, 1000);
  std::vector<float> one(setup.network.parameters.size()), more(one.size());
  const Loss loss = objective.gradient(setup.batch, one);
  for (const int threads : {2, 3, 5}) {
    set_threads(threads);
    CHECK(objective.gradient(setup.batch, more).velocity == loss.velocity);
    CHECK(more == one);
  }
  set_threads(1);
}

TEST_CASE("preconditioner: a network that says 0 is the best affine velocity") {
  const Setup setup = make_setup(3, 500);
  Network network = setup.network;
  std::fill(network.parameters.begin(), network.parameters.end(), 0.0f);
  const NetworkField field(network);
  for (const Index knot : {0, 16, 48, 64}) {  // at its knots the preconditioner is exact
    const double t = static_cast<double>(knot) / 64;
    const AffineVelocity affine = best_affine_velocity(setup.moments, CondOt{}, t);
    const Points x = setup.batch.xt.leftCols(10);
    Points v(3, 10);
    field.evaluate(Vector::Constant(10, t), x, v);
    const Points expected = (affine.slope * (x.colwise() - affine.mean_x)).colwise() + affine.mean_u;
    CHECK((v - expected).cwiseAbs().maxCoeff() < 1e-12);
  }
}

TEST_CASE(
    "preconditioner: targets of the network have mean square 1 and its inputs unit variance at every time") {
  // For Gaussian data the moments tell everything, so the affine velocity leaves exactly the residual.
  const Index size = 20000;
  Points x0(2, size), x1(2, size);
  fill_normal({5, Purpose::test}, 0, x0);
  fill_normal({6, Purpose::test}, 0, x1);
  x1.row(0) = 3 * x1.row(0).array() + 2;
  const Moments moments = pair_moments(x0, x1);
  const Preconditioner preconditioner(moments, CondOt{});
  for (const double t : {0.0, 0.3, 0.77, 1.0}) {
    Block<float> input(2);
    Points base(2, block_points), scale(2, block_points);
    double target_square = 0, input_square = 0;
    for (Index first = 0; first + block_points <= size; first += block_points) {
      const Points xt = t * x1.middleCols(first, block_points) + (1 - t) * x0.middleCols(first, block_points);
      const Points ut = x1.middleCols(first, block_points) - x0.middleCols(first, block_points);
      preconditioner.prepare(Vector::Constant(block_points, t), xt, input, base, scale);
      target_square += ((ut - base).array() / scale.array()).square().sum();
      for (Index d = 0; d < 2; ++d)
        for (Index n = 0; n < block_points; ++n) input_square += input(d, n) * input(d, n);
    }
    const double count = 2.0 * static_cast<double>(size / block_points * block_points);
    // Interpolation between knots 1/64 apart and sampling of 40,000 squares: 2 sqrt(2/40000) = 1.4 %.
    CHECK(target_square / count == doctest::Approx(1).epsilon(0.02));
    CHECK(input_square / count ==
          doctest::Approx(1).epsilon(0.05));  // the clip takes about 3 % of the variance
  }
}

TEST_CASE("network field: a point's velocity has the same bits whatever stands beside it") {
  const Setup setup = make_setup(2, 300);
  const NetworkField field(setup.network);
  Points whole(2, 300), alone(2, 1);
  field.evaluate(setup.batch.t, setup.batch.xt, whole);
  for (const Index n : {0, 1, 63, 64, 65, 200, 299}) {
    field.evaluate(setup.batch.t.segment(n, 1), setup.batch.xt.middleCols(n, 1), alone);
    CHECK(alone.col(0) == whole.col(n));
  }
}
