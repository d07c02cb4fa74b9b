#include "model/trainer.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "core/error.h"
#include "core/parallel.h"
#include "data/toy.h"
#include "model/pairs.h"

using namespace fm;

namespace {

TrainingOptions small_options() {
  TrainingOptions options;
  options.hidden = {16, 16};
  options.steps = 200;
  options.pool = 2000;
  return options;
}

Points moons(Index n, std::uint64_t seed = 1) {
  return draw_toy(Moons{}, {seed, Purpose::toy}, 0, n);
}

const auto never_stop = [](const TrainingProgress&) { return true; };

}  // namespace

TEST_CASE("pairs: every pass uses every row once, with and without a pool") {
  const Points target = moons(50);
  for (const Index pool : {0, 50}) {
    PairStream stream(target, NormalSource{}, Independent{}, pool, 1);
    for (int pass = 0; pass < 3; ++pass) {
      std::multiset<double> seen, rows;
      Points x0(2, 10), x1(2, 10);
      for (int batch = 0; batch < 5; ++batch) {
        stream.next(x0, x1);
        for (Index n = 0; n < 10; ++n) seen.insert(x1(0, n));
      }
      for (Index n = 0; n < 50; ++n) rows.insert(target(0, n));
      CHECK(seen == rows);
    }
  }
}

TEST_CASE("pairs: the exact coupling shortens the way, and keeps both marginals of a block") {
  const Points target = moons(256);
  const auto mean_cost = [&](const Coupling& coupling) {
    PairStream stream(target, NormalSource{}, coupling, 0, 1);
    Points x0(2, 256), x1(2, 256);
    stream.next(x0, x1);
    std::vector<double> used(x1.row(0).begin(), x1.row(0).end()),
        rows(target.row(0).begin(), target.row(0).end());
    std::sort(used.begin(), used.end());
    std::sort(rows.begin(), rows.end());
    CHECK(used == rows);
    return (x1 - x0).colwise().squaredNorm().mean();
  };
  CHECK(mean_cost(Exact{}) < 0.7 * mean_cost(Independent{}));
}

TEST_CASE("trainer: equal arguments give equal bits for any number of threads") {
  const Points target = moons(500);
  std::vector<float> first;
  for (const int threads : {1, 2, 3}) {
    set_threads(threads);
    const Trained trained = train(target, NormalSource{}, small_options(), 7, never_stop);
    if (first.empty()) first = trained.network.parameters;
    CHECK(trained.network.parameters == first);
  }
  set_threads(1);
  const Trained other = train(target, NormalSource{}, small_options(), 8, never_stop);
  CHECK(other.network.parameters != first);
}

TEST_CASE("trainer: training lowers the loss") {
  std::vector<double> losses;
  train(moons(500), NormalSource{}, small_options(), 1, [&](const TrainingProgress& progress) {
    losses.push_back(progress.loss.normalised);
    return true;
  });
  REQUIRE(losses.size() == 200);
  CHECK(losses.back() < 0.7 * losses.front());
}

TEST_CASE("trainer: held-out rows are kept apart, and the best state on them is kept") {
  TrainingOptions options = small_options();
  options.validation = 0.2;
  options.steps = 400;
  double best = INFINITY;
  const Trained trained =
      train(moons(100), NormalSource{}, options, 1, [&](const TrainingProgress& progress) {
        if (progress.validation) best = std::min(best, *progress.validation);
        return true;
      });
  CHECK(trained.record.rows == 80);
  CHECK(trained.record.held_out == 20);
  REQUIRE(trained.record.validation_loss);
  CHECK(*trained.record.validation_loss == best);
}

TEST_CASE("trainer: patience ends a training that no longer gets better") {
  TrainingOptions options = small_options();
  options.validation = 0.5;
  options.patience = 3;
  options.steps = 4000;
  const Trained trained = train(moons(20), NormalSource{}, options, 1, never_stop);
  CHECK(trained.record.stopped == Stopped::patience);
  CHECK(trained.record.steps < 4000);
  CHECK(trained.record.kept_step < trained.record.steps);
}

TEST_CASE("trainer: the caller can stop it, and the record says so") {
  const Trained trained = train(moons(100), NormalSource{}, small_options(), 1,
                                [](const TrainingProgress& progress) { return progress.step < 17; });
  CHECK(trained.record.stopped == Stopped::caller);
  CHECK(trained.record.steps == 17);
}

TEST_CASE("trainer: a loss that leaves the finite numbers ends it with the last good state") {
  // In some step, in the first one, and in the last one, whose loss nobody looks at.
  for (const auto& [lr, steps] : {std::pair{1e30, 200}, {1e300, 200}, {1e300, 1}})
    for (const double ema : {0.0, 0.99}) {
      TrainingOptions options = small_options();
      options.lr = lr;
      options.steps = steps;
      options.ema = ema;
      const Trained trained = train(moons(100), NormalSource{}, options, 1, never_stop);
      CHECK(trained.record.stopped == Stopped::non_finite);
      CHECK(trained.record.steps < steps);
      REQUIRE_FALSE(trained.network.parameters.empty());
      for (const float parameter : trained.network.parameters) REQUIRE(std::isfinite(parameter));
    }
}

TEST_CASE("trainer: a share that holds out none or all of the rows is refused") {
  TrainingOptions options = small_options();
  options.validation = 0.01;
  CHECK_THROWS_AS(train(moons(10), NormalSource{}, options, 1, never_stop), Error);
  options.validation = 0.99;
  CHECK_THROWS_AS(train(moons(10), NormalSource{}, options, 1, never_stop), Error);
}

TEST_CASE("trainer: between Gaussians the learned field approaches the exact affine one") {
  // N(0, I) -> N(m, diag(s^2)), independent: v(t, x) is affine, known from the moments of the path.
  const Index size = 4000;
  Points target(2, size);
  fill_normal({11, Purpose::test}, 0, target);
  target.row(0) = 2 * target.row(0).array() + 1;
  TrainingOptions options = small_options();
  options.coupling = Independent{};
  options.pool = 0;
  options.steps = 500;
  const Trained trained = train(target, NormalSource{}, options, 3, never_stop);
  Points x(2, 200), v(2, 200);
  fill_normal({12, Purpose::test}, 0, x);
  const NetworkField field(trained.network);
  for (const double t : {0.2, 0.5, 0.8}) {
    const double variance0 = t * t * 4 + (1 - t) * (1 - t), variance1 = t * t + (1 - t) * (1 - t);
    Points xt = x;  // points where the path is
    xt.row(0) = std::sqrt(variance0) * x.row(0).array() + t;
    xt.row(1) *= std::sqrt(variance1);
    field.evaluate(Vector::Constant(200, t), xt, v);
    Points exact(2, 200);
    exact.row(0) = 1 + (t * 4 - (1 - t)) / variance0 * (xt.row(0).array() - t);
    exact.row(1) = (t - (1 - t)) / variance1 * xt.row(1).array();
    // Mean square of v is about 3: the error is below 2 % of it.
    CHECK((v - exact).colwise().squaredNorm().mean() < 0.06);
  }
}
