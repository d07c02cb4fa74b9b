// Training on adaptive paths: pairs lead to row + h x0, and everything made from pairs follows.
#include <doctest/doctest.h>

#include <cmath>
#include <map>
#include <utility>

#include "data/toy.h"
#include "flow/adaptive_path.h"
#include "flow/exact_path.h"
#include "model/model_file.h"
#include "model/pairs.h"
#include "model/trainer.h"
#include "nn/block.h"
#include "support/points.h"

using namespace fm;

namespace {

TrainingOptions adaptive_options() {
  TrainingOptions options;
  options.path = AdaptivePath{};
  options.coupling = Independent{};
  options.hidden = {16, 16};
  options.steps = 50;
  options.pool = 1000;
  return options;
}

const auto never_stop = [](const TrainingProgress&) { return true; };

Points moons(Index n) {
  return draw_toy(Moons{}, {1, Purpose::toy}, 0, n);
}

}  // namespace

TEST_CASE("adaptive pairs: each leads from x0 to its row and h x0 beside it, with and without a pool") {
  const Points rows = moons(200);
  const Vector h = adaptive_bandwidths({}, rows, rows);
  for (const Index pool : {0, 500}) {
    CAPTURE(pool);
    const auto stream_of = [&](const Vector& bandwidths) {
      return PairStream({.points = rows, .bandwidths = bandwidths}, NormalSource{}, Independent{}, pool, 3);
    };
    PairStream plain = stream_of({}), blurred = stream_of(h);
    Points x0(2, 300), x1(2, 300), b0(2, 300), b1(2, 300);
    plain.next(x0, x1);
    blurred.next(b0, b1);
    REQUIRE(same_bits(x0, b0));
    std::map<std::pair<double, double>, Index> place;
    for (Index i = 0; i < rows.cols(); ++i) place[{rows(0, i), rows(1, i)}] = i;
    for (Index n = 0; n < 300; ++n) {
      const Index row = place.at({x1(0, n), x1(1, n)});
      REQUIRE((b1.col(n) - (rows.col(row) + h(row) * x0.col(n))).cwiseAbs().maxCoeff() < 1e-15);
    }
  }
}

TEST_CASE("adaptive pairs: their moments are those of x0 and row + h x0") {
  const Points rows = moons(400);
  const Vector h = adaptive_bandwidths({.neighbors = 40}, rows, rows);
  const Moments drawn =
      PairStream({.points = rows, .bandwidths = h}, NormalSource{}, Independent{}, 0, 1).moments();
  const Moments exact = ExactPath(rows, CondOt{}, AdaptivePath{.neighbors = 40}).moments();
  // Of 20,000 pairs: four standard errors; variances of these columns are below 1.5, h below 1.
  REQUIRE(h.maxCoeff() < 1);
  constexpr double root = 141;
  CHECK((drawn.mean1 - exact.mean1).cwiseAbs().maxCoeff() < 4 * 1.3 / root);
  CHECK((drawn.cov11 - exact.cov11).cwiseAbs().maxCoeff() < 4 * 1.5 * 2 / root);
  CHECK((drawn.cov01 - exact.cov01).cwiseAbs().maxCoeff() < 4 * 1.3 * 1.5 / root);
  CHECK(exact.cov01(0, 0) == doctest::Approx(h.mean()).epsilon(1e-12));
  CHECK(exact.cov01(0, 1) == 0);
}

TEST_CASE("adaptive path: the preconditioner's inputs have unit variance and its targets mean square 1") {
  // Points by the path's own formula, sigma_t(x1) = sigma + h alpha, not by its pairs. The mean square of
  // what the affine velocity leaves is its residual for any law.
  constexpr Index count = 20480;
  const Points rows = normal_points(2, 200, 5), x0 = normal_points(2, count, 6);
  const Vector h = 2 * adaptive_bandwidths({}, rows, rows);
  const Moments moments = ExactPath(rows, CondOt{}, AdaptivePath{.scale = 2}).moments();
  const Preconditioner preconditioner(moments, CondOt{}, Prediction::velocity, AdaptivePath{});
  REQUIRE(count % block_points == 0);
  for (const double t : {1e-3, 0.3, 0.5, 0.77, 1.0}) {
    CAPTURE(t);
    Block<float> input(2);
    Points base(2, block_points), scale(2, block_points), xt(2, block_points), ut(2, block_points);
    Vector target(2), mean(2), square(2);
    target.setZero(), mean.setZero(), square.setZero();
    for (Index first = 0; first < count; first += block_points) {
      for (Index n = 0; n < block_points; ++n) {
        const Index row = (first + n) % rows.cols();
        xt.col(n) = t * rows.col(row) + (1 - (1 - h(row)) * t) * x0.col(first + n);
        ut.col(n) = rows.col(row) - (1 - h(row)) * x0.col(first + n);
      }
      preconditioner.prepare(Vector::Constant(block_points, t), xt, input, base, scale);
      target += ((ut - base).array() / scale.array()).square().matrix().rowwise().sum();
      for (Index d = 0; d < 2; ++d)
        for (Index n = 0; n < block_points; ++n) {
          mean(d) += input(d, n);
          square(d) += input(d, n) * input(d, n);
        }
    }
    // Four standard errors of a mean square, sqrt(2/20480) = 1 % for normal draws and three times as much for
    // these laws' tails; the clip takes about 3 % of the variance.
    for (Index d = 0; d < 2; ++d) {
      CHECK(target(d) / count == doctest::Approx(1).epsilon(0.12));
      CHECK(std::abs(mean(d) / count) < 4 / std::sqrt(double(count)) + 0.01);
      CHECK(square(d) / count == doctest::Approx(1).epsilon(0.12));
    }
  }
}

TEST_CASE("adaptive training: what it does not go with is said") {
  const auto id_of = [](const TrainingOptions& options, bool normal) {
    return error_of([&] { check_path(options, normal); }).id();
  };
  TrainingOptions options = adaptive_options();
  CHECK_NOTHROW(check_path(options, true));
  CHECK(id_of(options, false) == "adaptive-source");
  CHECK(error_of([&] {
          train({moons(50), PointSource(moons(20), 0)}, options, 1, never_stop);
        }).id() == "adaptive-source");
  options.coupling = Exact{};
  CHECK(id_of(options, true) == "adaptive-coupling");
  options.coupling = Independent{};
  options.scheduler = LipmanOt{};
  CHECK(id_of(options, true) == "adaptive-scheduler");
  options.scheduler = CondOt{};
  options.path = AdaptivePath{.neighbors = 50};
  CHECK(error_of([&] { train({moons(50)}, options, 1, never_stop); }).id() == "adaptive-neighbors");
}

TEST_CASE("adaptive training: the field does not claim a score, and held-out rows have their bandwidths") {
  TrainingOptions options = adaptive_options();
  options.validation = 0.2;
  const Trained trained = train({moons(200)}, options, 1, never_stop);
  CHECK(std::holds_alternative<Noiseless>(trained.network.noise));
  CHECK(trained.record.held_out == 40);
  CHECK(std::isfinite(trained.record.validation_loss.value()));
  CHECK(error_of([&] { check_score(NetworkField(trained.network)); }).id() == "score-unknown");
  // The reader of model files makes the same of the stored options.
  const Standardiser coordinates{Vector::Zero(2), Vector::Ones(2)};
  const Model model = decode_model(encode_model({to_json(options),
                                                 {"x", "y"},
                                                 true,
                                                 coordinates,
                                                 trained.moments,
                                                 trained.network,
                                                 trained.record}),
                                   "model");
  const Points x = normal_points(2, 50, 1);
  Points v(2, 50), w(2, 50);
  const Vector t = Vector::LinSpaced(50, 0, 1);
  NetworkField(trained.network).evaluate(t, x, v);
  NetworkField(model.network).evaluate(t, x, w);
  CHECK(same_bits(v, w));
  CHECK(std::holds_alternative<Noiseless>(model.network.noise));
}

TEST_CASE("adaptive training: equal bits for any number of threads") {
  const auto parameters = [] {
    return train({moons(300)}, adaptive_options(), 1, never_stop).network.parameters;
  };
  const auto alone = parameters();
  const ThreadsFor scope(3);
  CHECK(parameters() == alone);
}

TEST_CASE("adaptive training: by a column it learns what it does by the neighbors of equal bandwidths") {
  const Points rows = moons(200);
  TrainingOptions options = adaptive_options();
  const Trained near = train({rows}, options, 1, never_stop);
  TrainingRows with_column{rows};
  with_column.bandwidths = adaptive_bandwidths({}, rows, rows) / 2;
  options.path = AdaptivePath{.scale = 2, .column = "h"};
  CHECK(train(with_column, options, 1, never_stop).network.parameters == near.network.parameters);
  options.validation = 0.2;
  CHECK(std::isfinite(train(with_column, options, 1, never_stop).record.validation_loss.value()));
  options.path = AdaptivePath{.neighbors = 3, .column = "h"};
  CHECK(error_of([&] { check_path(options, true); }).id() == "bandwidth-twice");
  options.path = AdaptivePath{.column = "h"};
  CHECK(error_of([&] { train({rows}, options, 1, never_stop); }).id() == "bandwidth-column");
}
