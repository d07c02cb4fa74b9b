#include "model/objective.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/parallel.h"
#include "core/value.h"
#include "flow/conversion.h"
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

Setup make_setup(Index dim, Index size, const Scheduler& scheduler = CondOt{},
                 Prediction prediction = Prediction::velocity) {
  Points x0(dim, size), x1(dim, size);
  fill_normal({1, Purpose::test}, 0, x0);
  fill_normal({2, Purpose::test}, 0, x1);
  x1 = x1.array().sinh() * 0.5 + 1;
  Setup setup;
  setup.batch = {Vector::LinSpaced(size, 0.01, 0.99), Points(dim, size), Points(dim, size), {}};
  for (Index n = 0; n < size; ++n) {
    const SchedulerValue s = scheduler_at(scheduler, setup.batch.t(n));
    setup.batch.xt.col(n) = s.alpha * x1.col(n) + s.sigma * x0.col(n);
    setup.batch.ut.col(n) = s.d_alpha * x1.col(n) + s.d_sigma * x0.col(n);
  }
  setup.moments = pair_moments(x0, x1);
  setup.network = {network_shape(dim, {16, 16}, Activation::silu, RawTime{}),
                   RawTime{},
                   Preconditioner(setup.moments, scheduler, prediction),
                   {}};
  setup.network.parameters.resize(static_cast<std::size_t>(parameter_count(setup.network.shape)));
  Draws draws(3, Purpose::test, 0);
  for (float& p : setup.network.parameters) p = static_cast<float>(0.3 * draws.normal());
  return setup;
}

}  // namespace

TEST_CASE(
    "objective: the gradient is the derivative of the loss along random directions, whatever loss and "
    "weights") {
  Setup setup = make_setup(3, 300);
  const auto parameters = setup.network.parameters;
  const auto check = [&](const RegressionLoss& loss) {
    CAPTURE(print_value(loss));
    Objective objective(setup.network, 300, loss);
    std::vector<float> gradient(parameters.size());
    setup.network.parameters = parameters;
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
  };
  for (const bool weighted : {false, true}) {
    CAPTURE(weighted);
    if (weighted) setup.batch.weight = Vector::LinSpaced(300, 0, 3).array().square();
    for_each_member<RegressionLoss>(check);
    check(PseudoHuber{0.1});
  }
}

TEST_CASE("objective: losses are means of their formulas over the field's errors, weights included") {
  Setup setup = make_setup(2, 200);
  // Errors in the preconditioned space from the outside: one network that says 0 tells base and scale.
  Points v(2, 200), error(2, 200);
  NetworkField(setup.network).evaluate(setup.batch.t, setup.batch.xt, v);
  Block<float> input(2);
  Points base(2, block_points), scale(2, block_points);
  for (Index first = 0; first < 200; first += block_points) {
    const Index count = std::min<Index>(block_points, 200 - first);
    setup.network.preconditioner.prepare(setup.batch.t.segment(first, count),
                                         setup.batch.xt.middleCols(first, count), input, base.leftCols(count),
                                         scale.leftCols(count));
    error.middleCols(first, count) =
        (v - setup.batch.ut).middleCols(first, count).cwiseQuotient(scale.leftCols(count));
  }
  setup.batch.weight = Vector::LinSpaced(200, 0, 2);
  const Vector q = error.colwise().squaredNorm() / 2;
  const auto huber = [&](double c) -> Vector { return 2 * c * ((q.array() + c * c).sqrt() - c); };
  const auto loss = [&](const RegressionLoss& member) {
    return Objective(setup.network, 200, member).value(setup.batch).normalised;
  };
  CHECK(loss(Mse{}) == doctest::Approx(setup.batch.weight.dot(q) / 200).epsilon(1e-12));
  CHECK(loss(PseudoHuber{0.3}) == doctest::Approx(setup.batch.weight.dot(huber(0.3)) / 200).epsilon(1e-12));
  // Between its limits: squared for large c, 2 c times the root for small c.
  CHECK(loss(PseudoHuber{1e5}) == doctest::Approx(loss(Mse{})).epsilon(1e-8));
  const Vector root = q.cwiseSqrt();
  CHECK(loss(PseudoHuber{1e-6}) / 2e-6 == doctest::Approx(setup.batch.weight.dot(root) / 200).epsilon(1e-4));
}

TEST_CASE("objective: weights of 1 change no bit") {
  Setup setup = make_setup(3, 300);
  Objective objective(setup.network, 300);
  std::vector<float> without(setup.network.parameters.size()), with(without.size());
  const Loss plain = objective.gradient(setup.batch, without);
  setup.batch.weight = Vector::Ones(300);
  CHECK(objective.gradient(setup.batch, with).normalised == plain.normalised);
  CHECK(with == without);
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
    Objective made_for_many(setup.network, 1000);  // it holds more points at a time
    for (Objective* each : {&objective, &made_for_many}) {
      CHECK(each->gradient(setup.batch, more).velocity == loss.velocity);
      CHECK(more == one);
    }
  }
  set_threads(1);
}

TEST_CASE("objective: with a prediction of x1 or x0 the loss is the mean squared error of that prediction") {
  for_each_member<Scheduler>([](const auto& member) {
    CAPTURE(std::string(member.name));
    const Scheduler scheduler = member;
    for (const Prediction prediction : {Prediction::x1, Prediction::x0}) {
      CAPTURE(print_value(prediction));
      const Setup setup = make_setup(1, 200, scheduler, prediction);
      Objective objective(setup.network, 1);
      const NetworkField field(setup.network);
      // One column, so that one factor leads from the squared error to the loss at every time.
      double factor = 0;
      for (const Index n : {3, 50, 120, 190}) {
        const PathBatch one{setup.batch.t.segment(n, 1), setup.batch.xt.col(n), setup.batch.ut.col(n)};
        const SchedulerValue s = scheduler_at(scheduler, one.t(0));
        Points v(1, 1);
        field.evaluate(one.t, one.xt, v);
        const auto convert = prediction == Prediction::x1 ? x1_from_velocity : x0_from_velocity;
        const double error =
            (convert(s, one.xt.col(0), v.col(0)) - convert(s, one.xt.col(0), one.ut.col(0))).norm();
        const double found = objective.value(one).normalised / (error * error);
        if (factor == 0) factor = found;
        CHECK(found == doctest::Approx(factor).epsilon(1e-6));
      }
    }
  });
}

TEST_CASE("objective: a path at rest counts as no error") {
  const Setup setup = make_setup(2, 10, Polynomial{1000});
  Objective objective(setup.network, 10);
  const PathBatch resting{Vector::Constant(10, 0.1), setup.batch.xt, Points::Zero(2, 10)};
  std::vector<float> gradient(setup.network.parameters.size(), 1);
  CHECK(objective.gradient(resting, gradient).normalised == 0);
  CHECK(*std::max_element(gradient.begin(), gradient.end()) == 0);
}

TEST_CASE(
    "preconditioner: a network that says 0 is the best affine velocity, for every scheduler and prediction") {
  for_each_member<Scheduler>([](const auto& member) {
    CAPTURE(std::string(member.name));
    const Scheduler scheduler = member;
    for (const auto& [prediction, name] : enum_names(Prediction{})) {
      CAPTURE(name);
      const Setup setup = make_setup(3, 100, scheduler, prediction);
      Network network = setup.network;
      std::fill(network.parameters.begin(), network.parameters.end(), 0.0f);
      const NetworkField field(network);
      for (const double knot :
           {1.0, 16.0, 48.0, 63.0}) {  // where alpha / (alpha + sigma) is knot / 64 it is exact
        const double snr = knot / (64 - knot);
        if (snr < snr_at(scheduler, 0) || snr > snr_at(scheduler, field.domain().end)) continue;
        const double t = time_of_snr(scheduler, snr);
        CAPTURE(t);
        const SchedulerValue s = scheduler_at(scheduler, t);
        const AffineVelocity affine = best_affine_velocity(setup.moments, scheduler, t);
        const Points x = setup.batch.xt.leftCols(10);
        Points v(3, 10);
        field.evaluate(Vector::Constant(10, t), x, v);
        const Points expected = (affine.slope * (x.colwise() - affine.mean_x)).colwise() + affine.mean_u;
        CHECK((v - expected).cwiseAbs().maxCoeff() < 1e-11 * (1 + s.d_alpha - s.d_sigma));
      }
    }
  });
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
  for_each_member<Scheduler>([&](const auto& scheduler) {
    CAPTURE(std::string(scheduler.name));
    const Preconditioner preconditioner(moments, scheduler);
    for (const double share : {1e-3, 0.3, 0.77, 1.0}) {
      const double t = share * preconditioner.domain().end;
      CAPTURE(t);
      const SchedulerValue s = scheduler_at(scheduler, t);
      Block<float> input(2);
      Points base(2, block_points), scale(2, block_points);
      double target_square = 0, input_square = 0;
      for (Index first = 0; first + block_points <= size; first += block_points) {
        const auto b0 = x0.middleCols(first, block_points), b1 = x1.middleCols(first, block_points);
        const Points xt = s.alpha * b1 + s.sigma * b0, ut = s.d_alpha * b1 + s.d_sigma * b0;
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
  });
}

TEST_CASE(
    "preconditioner: the domain ends at t = 1, or where the noise is a thousandth if the speed is infinite "
    "there") {
  const Setup setup = make_setup(2, 50);
  for (const double scale : {0.01, 1.0, 100.0}) {
    Moments moments = setup.moments;
    moments.cov11 = Points::Identity(2, 2) * scale * scale;
    for_each_member<Scheduler>([&](const auto& scheduler) {
      CAPTURE(std::string(scheduler.name));
      const TimeDomain domain = Preconditioner(moments, scheduler).domain();
      CHECK(domain.begin == 0);
      if (scheduler_domain(scheduler).end == 1)
        CHECK(domain.end == 1);
      else
        CHECK(1 / snr_at(scheduler, domain.end) ==
              doctest::Approx(1e-3 * std::min(1.0, scale)).epsilon(1e-3));
    });
  }
}

TEST_CASE(
    "network field: outside its domain it says so, and its last step is E[x1 | x_t] by its own velocity") {
  for_each_member<Scheduler>([](const auto& scheduler) {
    CAPTURE(std::string(scheduler.name));
    const Setup setup = make_setup(2, 70, scheduler);
    const NetworkField field(setup.network);
    const double end = field.domain().end;
    Points v(2, 70), x1(2, 70);
    for (const double t : {std::nextafter(end, 2), -1e-9, std::nan("")}) {
      const Vector times = Vector::Constant(70, t);
      const auto id_of = [](const auto& call) {
        try {
          call();
        } catch (const Error& error) {
          return error.id();
        }
        return std::string();
      };
      CHECK(id_of([&] { field.evaluate(times, setup.batch.xt, v); }) == "time-domain");
      CHECK(id_of([&] { field.tangent(times, v, v, v, v); }) == "time-domain");
    }
    if (end == 1) {
      CHECK_THROWS_AS(field.endpoint(v, x1), Error);
      return;
    }
    const SchedulerValue s = scheduler_at(scheduler, end);
    const Points x = setup.batch.xt;
    field.evaluate(Vector::Constant(70, end), x, v);
    field.endpoint(x, x1);
    CHECK((s.alpha * x1 + s.sigma * ((s.d_alpha * x1 - v) / -s.d_sigma) - x).norm() < 1e-9);
  });
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
