#include "model/trainer.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "core/error.h"
#include "core/parallel.h"
#include "core/value.h"
#include "data/toy.h"
#include "flow/path.h"
#include "model/pairs.h"
#include "model/training_defaults.h"
#include "nn/bf16_kernels.h"

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
    PairStream stream({target}, NormalSource{}, Independent{}, pool, 1);
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
    PairStream stream({target}, NormalSource{}, coupling, 0, 1);
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

TEST_CASE("pairs: every coupling keeps the draws of the source, with and without a pool") {
  for_each_member<Coupling>([](const auto& coupling) {
    CAPTURE(std::string(coupling.name));
    const Points target = moons(50);
    for (const Index pool : {0, 300}) {
      PairStream stream({target}, NormalSource{}, coupling, pool, 1);
      PairStream plain({target}, NormalSource{}, Independent{}, pool, 1);
      Points x0(2, 300), x1(2, 300), draws(2, 300), rows(2, 300);
      stream.next(x0, x1);
      plain.next(draws, rows);
      CHECK(x0 == draws);
      const std::set<double> known(target.row(0).begin(), target.row(0).end());
      for (Index n = 0; n < 300; ++n) REQUIRE(known.count(x1(0, n)) == 1);
    }
  });
}

TEST_CASE("pairs: rows that no pair of the pool holds are counted") {
  const Points target = moons(200);
  CHECK(PairStream({target}, NormalSource{}, Exact{}, 200, 1).unpaired_rows() == 0);
  CHECK(PairStream({target}, NormalSource{}, Independent{}, 0, 1).unpaired_rows() == 0);
  PairStream stream({target}, NormalSource{}, Partial{{0.5}, 100}, 200, 1);
  Points x0(2, 200), x1(2, 200);
  stream.next(x0, x1);
  const std::set<double> seen(x1.row(0).begin(), x1.row(0).end());
  CHECK(stream.unpaired_rows() == 200 - static_cast<Index>(seen.size()));
  CHECK(stream.unpaired_rows() == 100);
}

TEST_CASE("pairs: given pairs stay together and come as often as they weigh") {
  Points source(1, 4), target(1, 4);
  source << 1.0, 2.0, 3.0, 4.0;
  target = 10 * source;
  Vector weights(4);
  weights << 1.0, 1.0, 2.0, 4.0;
  PairStream stream({target}, PairedSource(source, weights, 0), Exact{}, 8000, 1);
  Points x0(1, 8000), x1(1, 8000);
  stream.next(x0, x1);
  CHECK(x1 == 10 * x0);
  // Passes of four draws, one in each quarter of [0, 1]: counts vary less than independent ones, whose
  // standard errors these are.
  for (int k = 0; k < 4; ++k) {
    const double share = weights(k) / 8, seen = static_cast<double>((x0.array() == k + 1).count()) / 8000;
    CHECK(std::abs(seen - share) < 4 * std::sqrt(share * (1 - share) / 8000));
  }
  PairStream even({target}, PairedSource(source, Vector::Ones(4), 0), Exact{}, 0, 1);
  Points first(1, 4), ends(1, 4);
  even.next(first, ends);
  CHECK(std::set<double>(first.data(), first.data() + 4).size() == 4);
}

TEST_CASE("trainer: given pairs are split with their rows") {
  const Points target = moons(300);
  TrainingOptions options = small_options();
  options.validation = 0.2;
  // The target moved by (3, 0): the velocity of every given pair is (-3, 0), and any other pair would show.
  const Points moved = target.colwise() + Eigen::Vector2d(3, 0);
  const Trained trained = train({target, PairedSource(moved, Vector::Ones(300), 0)}, options, 1, never_stop);
  CHECK(trained.record.held_out == 60);
  CHECK(trained.record.final_loss < 0.01);
  CHECK(*trained.record.validation_loss < 0.01);
}

TEST_CASE("trainer: equal arguments give equal bits for any number of threads") {
  const Points target = moons(500);
  std::vector<float> first;
  for (const int threads : {1, 2, 3}) {
    set_threads(threads);
    const Trained trained = train({target}, small_options(), 7, never_stop);
    if (first.empty()) first = trained.network.parameters;
    CHECK(trained.network.parameters == first);
  }
  set_threads(1);
  const Trained other = train({target}, small_options(), 8, never_stop);
  CHECK(other.network.parameters != first);
}

TEST_CASE("trainer: in bf16 equal arguments give equal bits and the loss ends where it does in float") {
  TrainingOptions options = small_options();
  const double loss = train({moons(500)}, options, 7, never_stop).record.final_loss;
  options.precision_compute = ComputePrecision::bf16;
  if (!bf16_kernels()) {
    CHECK_THROWS_AS(train({moons(500)}, options, 7, never_stop), Error);
    return;
  }
  std::vector<float> first;
  for (const int threads : {1, 2, 3}) {
    set_threads(threads);
    const Trained trained = train({moons(500)}, options, 7, never_stop);
    if (first.empty()) first = trained.network.parameters;
    CHECK(trained.network.parameters == first);
    CHECK(trained.record.final_loss == doctest::Approx(loss).epsilon(0.05));
    CHECK(trained.record.final_loss != loss);
  }
  set_threads(1);
}

TEST_CASE("trainer: training lowers the loss") {
  std::vector<double> losses;
  train({moons(500)}, small_options(), 1, [&](const TrainingProgress& progress) {
    losses.push_back(progress.loss.normalised);
    return true;
  });
  REQUIRE(losses.size() == 200);
  CHECK(losses.back() < 0.7 * losses.front());
}

TEST_CASE("trainer: every time sampler, weight and loss lowers the velocity loss") {
  const auto falls = [](const TrainingOptions& options) {
    std::vector<double> losses;
    train({moons(500)}, options, 1, [&](const TrainingProgress& progress) {
      losses.push_back(progress.loss.velocity);
      return true;
    });
    REQUIRE(losses.size() == 200);
    CHECK(losses.back() < 0.9 * losses.front());
  };
  TrainingOptions options = small_options();
  for_each_member<TimeSampler>([&](const auto& sampler) {
    CAPTURE(std::string(sampler.name));
    options.time_sampler = sampler;
    falls(options);
    for_each_member<TimeWeight>([&](const auto& weight) {
      CAPTURE(std::string(weight.name));
      options.time_weight = weight;
      falls(options);
    });
    options.time_weight = NoWeight{};
  });
  for_each_member<RegressionLoss>([&](const auto& loss) {
    CAPTURE(std::string(loss.name));
    options.loss = loss;
    falls(options);
  });
}

TEST_CASE(
    "trainer: what is drawn, weighed and minimised matters, but the validation's measure stays the same") {
  TrainingOptions options = small_options();
  options.validation = 0.2;
  options.lr = 1e-12;  // the network stays where it starts, so all validation losses are of one network
  std::vector<double> validation;
  for_each_member<TimeSampler>([&](const auto& sampler) {
    options.time_sampler = sampler;
    options.time_weight = InverseDensity{};
    options.loss = PseudoHuber{};
    validation.push_back(*train({moons(100)}, options, 1, never_stop).record.validation_loss);
  });
  for (const double loss : validation) CHECK(loss == doctest::Approx(validation.front()).epsilon(1e-6));
}

TEST_CASE("trainer: held-out rows are kept apart, and the best state on them is kept") {
  TrainingOptions options = small_options();
  options.validation = 0.2;
  options.steps = 400;
  double best = INFINITY;
  const Trained trained = train({moons(100)}, options, 1, [&](const TrainingProgress& progress) {
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
  const Trained trained = train({moons(20)}, options, 1, never_stop);
  CHECK(trained.record.stopped == Stopped::patience);
  CHECK(trained.record.steps < 4000);
  CHECK(trained.record.kept_step < trained.record.steps);
}

TEST_CASE("trainer: the caller can stop it, and the record says so") {
  const Trained trained = train({moons(100)}, small_options(), 1,
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
      const Trained trained = train({moons(100)}, options, 1, never_stop);
      CHECK(trained.record.stopped == Stopped::non_finite);
      CHECK(trained.record.steps < steps);
      REQUIRE_FALSE(trained.network.parameters.empty());
      for (const float parameter : trained.network.parameters) REQUIRE(std::isfinite(parameter));
    }
}

TEST_CASE("trainer: a share that holds out none or all of the rows is refused") {
  TrainingOptions options = small_options();
  options.validation = 0.01;
  CHECK_THROWS_AS(train({moons(10)}, options, 1, never_stop), Error);
  options.validation = 0.99;
  CHECK_THROWS_AS(train({moons(10)}, options, 1, never_stop), Error);
}

namespace {

/// Mean squared error of a field trained between N(0, I) and N((1, 0), diag(4, 1)), independent, against the
/// exact affine one, in units of its mean square, over points of the path at three times.
double error_between_gaussians(const TrainingOptions& options) {
  const Index size = 4000;
  Points target(2, size);
  fill_normal({11, Purpose::test}, 0, target);
  target.row(0) = 2 * target.row(0).array() + 1;
  const Trained trained = train({target}, options, 3, never_stop);
  const NetworkField field(trained.network);
  const Moments exact{Vector::Zero(2), Vector{{1, 0}}, Points::Identity(2, 2), Points{{4, 0}, {0, 1}},
                      Points::Zero(2, 2)};
  Points z(2, 200), v(2, 200);
  fill_normal({12, Purpose::test}, 0, z);
  double error = 0, size_of_v = 0;
  for (const double t : {0.2, 0.5, 0.8}) {
    const AffineVelocity affine = best_affine_velocity(exact, options.scheduler, t);
    const Points offset = affine.std_x.asDiagonal() * z;
    field.evaluate(Vector::Constant(200, t), offset.colwise() + affine.mean_x, v);
    const Points u = (affine.slope * offset).colwise() + affine.mean_u;
    error += (v - u).squaredNorm();
    size_of_v += u.squaredNorm();
  }
  return error / size_of_v;
}

TrainingOptions gaussian_options() {
  TrainingOptions options = small_options();
  options.coupling = Independent{};
  options.pool = 0;
  options.steps = 500;
  return options;
}

}  // namespace

TEST_CASE(
    "trainer: between Gaussians the learned field approaches the exact affine one, for every scheduler") {
  for_each_member<Scheduler>([](const auto& scheduler) {
    CAPTURE(std::string(scheduler.name));
    TrainingOptions options = gaussian_options();
    options.scheduler = scheduler;
    CHECK(error_between_gaussians(options) < 0.02);
  });
}

TEST_CASE(
    "trainer: whatever the network predicts, the field that is learned is the same within training error") {
  for (const Scheduler& scheduler : {Scheduler(CondOt{}), Scheduler(Vp{})}) {
    CAPTURE(print_value(scheduler));
    std::vector<Points> fields;
    Points affine(2, 300);
    for (const auto& [prediction, name] : enum_names(Prediction{})) {
      CAPTURE(name);
      TrainingOptions options = gaussian_options();
      options.scheduler = scheduler;
      options.predict = prediction;
      CHECK(error_between_gaussians(options) < 0.02);
      options.coupling = Exact{};
      options.pool = 2000;
      options.steps = 1500;
      const Trained trained = train({moons(1000)}, options, 5, never_stop);
      Points x0(2, 300), x(2, 300), v(2, 300);  // points where the path is, about half and half
      fill_normal({13, Purpose::test}, 0, x0);
      const Vector t = Vector::LinSpaced(300, 0.3, 0.7);
      path_sample(scheduler, t, 0.5 * x0, moons(300), x, v);
      NetworkField(trained.network).evaluate(t, x, v);
      fields.push_back(v);
      Network silent = trained.network;
      std::fill(silent.parameters.begin(), silent.parameters.end(), 0.0f);
      NetworkField(silent).evaluate(t, x, affine);
    }
    // Twice nearer to each other than to what they all start from, the best affine velocity.
    const double learned = (affine - fields.front()).norm();
    for (const Points& other : fields) CHECK((other - fields.front()).norm() < 0.5 * learned);
  }
}

TEST_CASE("trainer: times are drawn from the domain alone, so that targets are finite") {
  TrainingOptions options = small_options();
  options.scheduler = LinearVp{};
  options.batch_size = 4096;
  options.steps = 20;
  options.validation = 0.2;
  const Trained trained = train({moons(100)}, options, 1, never_stop);
  // Inside the domain the mean square of the speed is at most that of d_sigma: -log(1 - t_end^2) / 2 + t_end,
  // times 2 columns and some more for x1.
  CHECK(trained.record.final_loss < 40);
  CHECK(*trained.record.validation_loss < 40);
  CHECK(trained.record.stopped == Stopped::steps);
}

TEST_CASE("training defaults: steps follow the rows, within bounds, unless they are given") {
  TrainingOptions options;
  CHECK(settled(options, 1000).steps == 2000);  // 512 passes by batches of 256
  CHECK(settled(options, 10).steps == 256);
  CHECK(settled(options, 1000000).steps == 12000);
  CHECK(settled(options, 1000000).pool == TrainingOptions().pool);
  CHECK(settled(options, 10).pool == 256 * 256);
  options.pool = 0;
  CHECK(settled(options, 10).pool == 0);
  options.batch_size = 512;
  CHECK(settled(options, 1000).steps == 1000);
  options.steps = 7;
  CHECK(settled(options, 1000).steps == 7);
  options.steps = 0;
  options.batch_size = 64;
  options.hidden = {4};
  CHECK(train({moons(40)}, options, 1, never_stop).record.steps == 320);
}
