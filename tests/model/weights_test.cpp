// Weighted rows: a row of weight k is as k rows, in every part that training is made of.
#include <doctest/doctest.h>

#include <cmath>

#include "core/numeric.h"
#include "data/standardiser.h"
#include "flow/empirical_field.h"
#include "flow/exact_path.h"
#include "model/pairs.h"
#include "model/trainer.h"
#include "ode/solve.h"
#include "ot/semidiscrete.h"
#include "ot/transport.h"
#include "support/points.h"

using namespace fm;

namespace {

/// Rows with weights 1, 2 or 3, and the table in which each comes so often.
struct Repeated {
  Points rows, all;
  Vector weights;
  std::vector<Index> row_of;  // of each column of `all`
};

Repeated repeated(Index dim, Index count, std::uint64_t seed) {
  Repeated r;
  r.rows = normal_points(dim, count, seed);
  r.rows.row(0) = r.rows.row(0).array() * 3 + 5;
  r.weights.resize(count);
  for (Index i = 0; i < count; ++i) {
    r.weights(i) = static_cast<double>(1 + i % 3);
    for (Index k = 0; k <= i % 3; ++k) r.row_of.push_back(i);
  }
  r.all = r.rows(Eigen::all, r.row_of);
  return r;
}

TrainingOptions brief() {
  TrainingOptions options;
  options.steps = 30;
  options.hidden = {8, 8};
  options.batch_size = 32;
  options.pool = 300;
  return options;
}

const auto silent = [](const TrainingProgress&) { return true; };

}  // namespace

TEST_CASE("weights: coordinates are those of the table with rows repeated") {
  const Repeated r = repeated(3, 40, 1);
  const Points other = normal_points(3, 25, 2);
  for (const auto& [kind, name] : enum_names(Standardize{})) {
    CAPTURE(name);
    const Standardiser map = fit_standardiser_of(r.rows, 1e-3 * r.weights, kind);
    const Standardiser wanted = fit_standardiser(r.all, kind);
    CHECK((map.shift - wanted.shift).cwiseAbs().maxCoeff() < 1e-12);
    CHECK((map.scale - wanted.scale).cwiseAbs().maxCoeff() < 1e-12);
    const Standardiser equal = fit_standardiser(other, r.rows, Vector::Constant(40, 0.1), kind);
    CHECK(equal.shift == fit_standardiser(other, r.rows, kind).shift);
    CHECK(equal.scale == fit_standardiser(other, r.rows, kind).scale);
  }
}

TEST_CASE("weights: the exact path is that of the table with rows repeated") {
  const Repeated r = repeated(2, 20, 3);
  const ExactPath path(r.rows, 0.1 * r.weights, CondOt{}), wanted(r.all, CondOt{});
  CHECK((path.moments().mean1 - wanted.moments().mean1).cwiseAbs().maxCoeff() < 1e-12);
  CHECK((path.moments().cov11 - wanted.moments().cov11).cwiseAbs().maxCoeff() < 1e-12);
  const Points x = normal_points(2, 50, 4);
  const Vector t = Vector::LinSpaced(50, 0, 0.9);
  Points v(2, 50), wanted_v(2, 50), score(2, 50), wanted_score(2, 50);
  path.field().evaluate(t, x, v);
  wanted.field().evaluate(t, x, wanted_v);
  path.score(t, x, score);
  wanted.score(t, x, wanted_score);
  CHECK((v - wanted_v).cwiseAbs().maxCoeff() < 1e-12 * wanted_v.cwiseAbs().maxCoeff());
  CHECK((score - wanted_score).cwiseAbs().maxCoeff() < 1e-12 * wanted_score.cwiseAbs().maxCoeff());
  // Draws of the target: row i in count w_i of them, within 4.5 deviations (false alarm 20 * 7e-6).
  const Index count = 20000;
  Vector hits = Vector::Zero(20), x1(2);
  for (Index n = 0; n < count; ++n) {
    Draws draws(5, Purpose::test, static_cast<std::uint64_t>(n));
    path.draw_target(draws, Vector::Zero(2), x1);
    Index row = 0;
    (r.rows.colwise() - x1).colwise().squaredNorm().minCoeff(&row);
    ++hits(row);
  }
  for (Index i = 0; i < 20; ++i) {
    const double share = r.weights(i) / r.weights.sum();
    CHECK(std::abs(hits(i) - count * share) < 4.5 * std::sqrt(count * share * (1 - share)));
  }
}

TEST_CASE("weights: rows come in passes, each as often as its weight says but for two") {
  Points rows(1, 50);
  rows.row(0).setLinSpaced(0, 49);
  Vector weights = (0.2 * normal_points(1, 50, 6).row(0)).array().exp();
  weights(7) = 20;
  weights(8) = 1e-3;
  const Vector wanted = 50 * weights / weights.sum();  // of a pass
  const auto hits = [&](PairStream& pairs, Index count) {
    Points x0(1, count), x1(1, count);
    pairs.next(x0, x1);
    Vector found = Vector::Zero(50);
    for (const double row : x1.reshaped()) ++found(static_cast<Index>(row));
    return found;
  };
  PairStream independent({.points = rows, .weights = 3 * weights}, NormalSource{}, Independent{}, 0, 1);
  Vector total = Vector::Zero(50);
  constexpr int passes = 40;
  for (int pass = 0; pass < passes; ++pass) {
    const Vector of_pass = hits(independent, 50);
    CHECK((of_pass - wanted).cwiseAbs().maxCoeff() < 2);
    total += of_pass;
  }
  // Two places of a row are left to chance in a pass, each with variance 1/4 at most: 5 deviations.
  CHECK((total - passes * wanted).cwiseAbs().maxCoeff() < 5 * std::sqrt(passes / 2.0));
  // Whole blocks of pairs that are whole passes: couplings only change who goes with whom.
  const Coupling exact = Exact{};
  const Index block = Coupler(exact, {rows}, NormalSource{}, 1).block();
  PairStream coupled({.points = rows, .weights = weights}, NormalSource{}, exact, 0, 1);
  const auto many = static_cast<double>(block);
  CHECK((hits(coupled, 50 * block) - many * wanted).cwiseAbs().maxCoeff() < 5 * std::sqrt(many / 2));
}

TEST_CASE("weights: equal ones of any size train what none train, to the last bit") {
  const Points rows = normal_points(2, 60, 7);
  for (const Coupling& coupling : {Coupling(Independent{}), Coupling(Exact{}), Coupling(Semidiscrete{})})
    for (const double validation : {0.0, 0.2}) {
      TrainingOptions options = brief();
      options.coupling = coupling;
      options.validation = validation;
      const Trained plain = train({rows}, options, 1, silent);
      const Trained equal = train({.points = rows, .weights = Vector::Constant(60, 0.3)}, options, 1, silent);
      CHECK(plain.network.parameters == equal.network.parameters);
      CHECK(plain.moments.cov11 == equal.moments.cov11);
      Vector weights = Vector::Constant(60, 0.3);
      weights(3) = 2;
      CHECK(train({.points = rows, .weights = weights}, options, 1, silent).network.parameters !=
            plain.network.parameters);
    }
}

TEST_CASE("weights: points of a semidiscrete plan get shares in proportion to theirs") {
  const Index count = 200, draws = 40000;
  const Points rows = normal_points(2, count, 8);
  Vector weights(count);
  for (Index i = 0; i < count; ++i) weights(i) = i % 10 == 0 ? 10 : 1 + 0.1 * static_cast<double>(i % 7);
  const Random random{9, Purpose::test};
  const auto source = [&](std::uint64_t first, PointsOut x) { fill_normal(random, first, x); };
  const SemidiscretePlan plan(rows, source, {}, 5 * weights);
  CHECK(plan.share_error() < 0.1);
  Points x(2, draws);
  fill_normal({10, Purpose::test}, 0, x);
  Vector hits = Vector::Zero(count);
  for (const Index row : plan.map(x)) ++hits(row);
  const Vector wanted = draws * weights / weights.sum();
  // The mean of (hits - wanted)^2 / wanted is 1 for right shares, sd sqrt(2 / 200); wrong by a relative e it
  // rises by e^2 draws / count: 0.1 allows 2.
  CHECK(((hits - wanted).array().square() / wanted.array()).mean() < 1 + 2 + 5 * 0.1);
}

TEST_CASE("weights: entropic plans are those of the table with points repeated, and others refuse") {
  const Repeated a = repeated(2, 12, 11), b = repeated(2, 15, 12);
  for (const Transport& method : {Transport(SinkhornTransport{0.2, 0, 1e-10, 100000}),
                                  Transport(UnbalancedTransport{0.2, 1, 1e-10, 100000})}) {
    Points mass = Points::Zero(12, 15), wanted = mass;
    for (const PlanEntry& entry : transport_plan(method, a.rows, b.rows, 2 * a.weights, b.weights).entries)
      mass(entry.from, entry.to) += entry.mass;
    for (const PlanEntry& entry : transport_plan(method, a.all, b.all).entries)
      wanted(a.row_of[static_cast<std::size_t>(entry.from)], b.row_of[static_cast<std::size_t>(entry.to)]) +=
          entry.mass;
    CHECK((mass - wanted).cwiseAbs().maxCoeff() < 1e-8);
  }
  for (const Transport& method :
       {Transport(ExactTransport{}), Transport(PartialTransport{}), Transport(GreedyTransport{})})
    CHECK_THROWS_AS(transport_plan(method, a.rows, b.rows, a.weights, b.weights), Error);
}

TEST_CASE("weights: the weighted mean and its error are those of the formulas, and of plain ones for equal") {
  const Vector x = normal_points(1, 30, 13).row(0), w = x.array().cos().abs() + 0.1;
  RunningEstimate weighted, equal;
  for (Index n = 0; n < 30; ++n) {
    weighted.add(x(n), w(n));
    equal.add(x(n), 0.7);
  }
  const double mean = w.dot(x) / w.sum();
  const double variance = 30.0 / 29 * (w.array() * (x.array() - mean)).square().sum() / (w.sum() * w.sum());
  CHECK(std::abs(weighted.estimate().value - mean) < 1e-14);
  CHECK(std::abs(weighted.estimate().standard_error - std::sqrt(variance)) < 1e-14);
  CHECK(std::abs(equal.estimate().value - mean_estimate(x).value) < 1e-14);
  CHECK(std::abs(equal.estimate().standard_error - mean_estimate(x).standard_error) < 1e-14);
}

TEST_CASE("weights: a model of two clouds has their shares by weight") {
  // 100 rows around each of (-4, 0) and (4, 0); those on the right weigh three times as much.
  Points rows = 0.3 * normal_points(2, 200, 14);
  Vector weights(200);
  for (Index n = 0; n < 200; ++n) {
    rows(0, n) += n % 2 ? 4 : -4;
    weights(n) = n % 2 ? 3 : 1;
  }
  const Standardiser map = fit_standardiser_of(rows, weights, Standardize::columns);
  TrainingOptions options = brief();
  options.steps = 1500;
  options.hidden = {32, 32};
  options.batch_size = 128;
  options.pool = 5000;
  const Trained trained =
      train({.points = to_coordinates(map, rows), .weights = weights}, options, 1, silent);
  Points x(2, 2000);
  fill_normal({15, Purpose::test}, 0, x);
  const Points ends = to_data(map, solve(NetworkField(trained.network), Dopri5{}, x, 0, 1).x);
  const double right = (ends.row(0).array() > 0).cast<double>().mean();
  // 4 deviations of a share of 2000 draws, and 0.02 for the error of so short a training.
  CHECK(std::abs(right - 0.75) < 4 * std::sqrt(0.75 * 0.25 / 2000) + 0.02);
}
