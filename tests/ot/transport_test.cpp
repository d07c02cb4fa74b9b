#include "ot/transport.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "clouds.h"
#include "core/error.h"
#include "core/value.h"
#include "ot/assignment.h"
#include "ot/sinkhorn.h"
#include "support/points.h"
#include "support/reference_clouds.h"

using namespace fm;

namespace {

Points squared_distances(const Points& x, const Points& y) {
  Points costs(x.cols(), y.cols());
  for (Index i = 0; i < x.cols(); ++i)
    for (Index j = 0; j < y.cols(); ++j) costs(i, j) = (x.col(i) - y.col(j)).squaredNorm();
  return costs;
}

double sum_of_squares(const Plan& plan) {
  double sum = 0;
  for (const PlanEntry& entry : plan.entries) sum += entry.mass * entry.mass;
  return sum;
}

/// Largest difference between masses and the same share for all.
double unevenness(const Vector& masses) {
  return (masses.array() - 1 / static_cast<double>(masses.size())).abs().maxCoeff();
}

/// Least cost of `pairs` one-to-one pairs among all, by trying every one (few points).
double least_partial_cost(const Points& costs, Index row, Index pairs, std::vector<bool>& used) {
  if (pairs == 0) return 0;
  if (row + pairs > costs.rows()) return std::numeric_limits<double>::infinity();
  double least = least_partial_cost(costs, row + 1, pairs, used);
  for (Index j = 0; j < costs.cols(); ++j) {
    if (used[static_cast<std::size_t>(j)]) continue;
    used[static_cast<std::size_t>(j)] = true;
    least = std::min(least, costs(row, j) + least_partial_cost(costs, row + 1, pairs - 1, used));
    used[static_cast<std::size_t>(j)] = false;
  }
  return least;
}

const Random draws_of_seed_3{3, Purpose::test};

}  // namespace

TEST_CASE("transport: every method's plan lists positive masses by source, then target, no pair twice") {
  for_each_member<Transport>([](const auto& method) {
    for (const CloudPair& clouds : cloud_families(2, 30, 1)) {
      CAPTURE(std::string(method.name));
      CAPTURE(clouds.family);
      const Plan plan = transport_plan(method, clouds.x, clouds.y);
      CHECK(plan.sources == 30);
      CHECK(plan.targets == 30);
      CHECK(!plan.entries.empty());
      for (std::size_t k = 0; k < plan.entries.size(); ++k) {
        const PlanEntry& entry = plan.entries[k];
        REQUIRE(entry.mass > 0);
        REQUIRE(entry.from >= 0);
        REQUIRE(entry.from < 30);
        REQUIRE(entry.to >= 0);
        REQUIRE(entry.to < 30);
        if (k > 0)
          REQUIRE(std::pair(plan.entries[k - 1].from, plan.entries[k - 1].to) <
                  std::pair(entry.from, entry.to));
      }
      CHECK(plan_mass(plan) <= 1 + 1e-12);
    }
  });
}

TEST_CASE("transport: no method moves mass more cheaply than the exact plan, but for those that leave some") {
  const Points x = normal_points(3, 60, 1), y = normal_points(3, 60, 2);
  const double least = plan_cost(transport_plan(ExactTransport{}, x, y), x, y);
  CHECK(least == doctest::Approx(solve_assignment(x, y).cost / 60).epsilon(1e-12));
  // Sinkhorn's targets may miss their weights by the tolerance, each part at most the largest cost.
  const double slack = SinkhornTransport{}.tolerance * squared_distances(x, y).maxCoeff();
  CHECK(plan_cost(transport_plan(SinkhornTransport{}, x, y), x, y) > least - slack);
  CHECK(plan_cost(transport_plan(GreedyTransport{}, x, y), x, y) > least);
  CHECK(plan_cost(transport_plan(PartialTransport{}, x, y), x, y) < least);
  CHECK(plan_cost(transport_plan(UnbalancedTransport{}, x, y), x, y) < least);
}

TEST_CASE("transport: exact, greedy and the whole partial plan are permutations") {
  const Points x = normal_points(2, 50, 1), y = normal_points(2, 50, 2);
  for (const Transport& method :
       {Transport{ExactTransport{}}, Transport{GreedyTransport{}}, Transport{PartialTransport{1}}}) {
    CAPTURE(name_of(method));
    const Plan plan = transport_plan(method, x, y);
    CHECK(plan.entries.size() == 50);
    CHECK(unevenness(source_masses(plan)) < 1e-16);
    CHECK(unevenness(target_masses(plan)) < 1e-16);
  }
  CHECK(plan_cost(transport_plan(PartialTransport{1}, x, y), x, y) ==
        doctest::Approx(plan_cost(transport_plan(ExactTransport{}, x, y), x, y)).epsilon(1e-12));
}

TEST_CASE("transport: greedy gives each point in turn the nearest one left") {
  const Points x = normal_points(2, 40, 1), y = normal_points(2, 40, 2);
  const Points costs = squared_distances(x, y);
  const Plan plan = transport_plan(GreedyTransport{}, x, y);
  std::set<Index> left;
  for (Index j = 0; j < 40; ++j) left.insert(j);
  for (Index i = 0; i < 40; ++i) {
    const Index nearest = *std::min_element(left.begin(), left.end(),
                                            [&](Index a, Index b) { return costs(i, a) < costs(i, b); });
    REQUIRE(plan.entries[static_cast<std::size_t>(i)].to == nearest);
    left.erase(nearest);
  }
}

TEST_CASE("transport: the partial plan is the cheapest of all of its size") {
  for (std::uint64_t seed = 0; seed < 5; ++seed)
    for (Index pairs = 1; pairs <= 6; ++pairs) {
      CAPTURE(seed);
      CAPTURE(pairs);
      const Points x = normal_points(2, 6, seed), y = normal_points(2, 6, seed + 100);
      const Plan plan = transport_plan(PartialTransport{static_cast<double>(pairs) / 6}, x, y);
      std::vector<bool> used(6);
      CHECK(plan.entries.size() == static_cast<std::size_t>(pairs));
      CHECK(6 * plan_cost(plan, x, y) ==
            doctest::Approx(least_partial_cost(squared_distances(x, y), 0, pairs, used)).epsilon(1e-12));
    }
}

TEST_CASE("transport: the partial plan leaves outliers") {
  Points x = normal_points(2, 40, 1), y = normal_points(2, 40, 2);
  y.leftCols(4).array() += 100;
  const Plan plan = transport_plan(PartialTransport{0.9}, x, y);
  CHECK(target_masses(plan).head(4).sum() == 0);
  CHECK(plan.entries.size() == 36);
}

TEST_CASE("transport: the unbalanced plan leaves outliers, and is balanced when that is dear") {
  Points x = normal_points(2, 40, 1), y = normal_points(2, 40, 2);
  const Plan dear = transport_plan(UnbalancedTransport{.penalty = 1e6, .tolerance = 1e-6}, x, y);
  CHECK(unevenness(target_masses(dear)) < 1e-5);
  y.leftCols(4).array() += 20;
  CHECK(target_masses(transport_plan(UnbalancedTransport{.penalty = 0.1}, x, y)).head(4).sum() < 1e-3);
}

TEST_CASE("transport: costs and masses of POT") {
  // tests/peers/transport_reference.py (POT 0.9.7)
  const Points x = reference_cloud(3, 40, 7), y = reference_cloud(3, 40, 8, 1.2, 0.1),
               z = reference_cloud(3, 25, 9, 0.9, 0.2);
  const auto check = [&](const Transport& method, const Points& other, double cost, double mass,
                         double squares) {
    CAPTURE(print_value(method));
    const Plan plan = transport_plan(method, x, other);
    CHECK(plan_cost(plan, x, other) == doctest::Approx(cost).epsilon(1e-8));
    CHECK(plan_mass(plan) == doctest::Approx(mass).epsilon(1e-8));
    if (squares > 0) CHECK(sum_of_squares(plan) == doctest::Approx(squares).epsilon(1e-8));
  };
  const SinkhornTransport sinkhorn{.tolerance = 1e-13};
  check(sinkhorn, y, 0.29179287851565744, 1, 0.0068534930908995834);
  check(sinkhorn, z, 0.16501128273778762, 1, 0.0098419172181873158);
  const UnbalancedTransport unbalanced{.penalty = 0.3, .tolerance = 1e-13};
  check(unbalanced, y, 0.073768385108388596, 0.61563532441625002, 0.0029075779368190014);
  check(unbalanced, z, 0.04418083549268545, 0.65906007646047216, 0.0048621351069659657);
  check(PartialTransport{0.25}, y, 0.0025202897536208083, 0.25, 0);
  check(PartialTransport{0.6}, y, 0.029582401257353771, 0.6, 0);
  check(PartialTransport{0.95}, y, 0.20589799234118655, 0.95, 0);
}

TEST_CASE("transport: sinkhorn becomes exact as reg falls") {
  // <P, C> exceeds the least cost by at most reg times the entropy that a plan can lose, log n (Cuturi 2013:
  // the exact plan's KL to the product is log n), plus what the tolerance moves.
  const Points x = normal_points(2, 50, 1), y = normal_points(2, 50, 2);
  const double exact = plan_cost(transport_plan(ExactTransport{}, x, y), x, y);
  const double mean = squared_distances(x, y).mean();
  double before = std::numeric_limits<double>::infinity();
  for (const double reg : {1.0, 0.1, 0.01, 0.002}) {
    CAPTURE(reg);
    const Plan plan =
        transport_plan(SinkhornTransport{.reg = reg, .tolerance = 1e-5, .max_iterations = 100000}, x, y);
    const double excess = plan_cost(plan, x, y) - exact;
    const double moved = 1e-5 * squared_distances(x, y).maxCoeff();
    CHECK(excess < reg * mean * std::log(50.0) + moved);
    CHECK(excess > -moved);
    CHECK(excess < before);
    before = excess;
  }
  CHECK(before < 0.01 * exact);
}

TEST_CASE("transport: sinkhorn keeps both marginals, of any sizes") {
  for (const Index targets : {1, 7, 40, 90}) {
    const Points x = normal_points(2, 40, 1), y = normal_points(2, targets, 2);
    const Plan plan = transport_plan(SinkhornTransport{.tolerance = 1e-10}, x, y);
    CHECK(unevenness(source_masses(plan)) < 1e-12);
    CHECK(unevenness(target_masses(plan)) < 1e-10);
  }
}

TEST_CASE("transport: reg_abs is reg in units of the cost") {
  const Points x = normal_points(2, 30, 1), y = normal_points(2, 30, 2);
  const double mean = squared_distances(x, y).mean();
  const double relative = plan_cost(transport_plan(SinkhornTransport{.reg = 0.1}, x, y), x, y);
  CHECK(plan_cost(transport_plan(SinkhornTransport{.reg_abs = 0.1 * mean}, x, y), x, y) ==
        doctest::Approx(relative).epsilon(1e-12));
  CHECK(plan_cost(transport_plan(SinkhornTransport{.reg = 0.1}, 1e3 * x, 1e3 * y), x, y) ==
        doctest::Approx(relative).epsilon(1e-9));
}

TEST_CASE("transport: a plan that does not converge is an error, never a plan") {
  const Points x = normal_points(2, 30, 1), y = normal_points(2, 30, 2);
  const SinkhornTransport hasty{.reg = 1e-4, .tolerance = 1e-9, .max_iterations = 5};
  const Error error = error_of([&] { transport_plan(hasty, x, y); });
  CHECK(error.id() == "sinkhorn-iterations");
  CHECK(error.kind() == ErrorKind::numeric);
  // Spent before reg has fallen to its value, iterations leave no error that could be named.
  CHECK(std::string(error.what()).find("inf") == std::string::npos);
  CHECK(error.hint().find("raise max_iterations (now 5) or reg") == 0);
}

TEST_CASE("transport: parameters and masses that no plan can be weighed with are errors") {
  const Points x = normal_points(2, 30, 1), y = normal_points(2, 30, 2);
  const auto id = [&](const Transport& method) {
    return error_of([&] { transport_plan(method, x, y); }).id();
  };
  CHECK(id(SinkhornTransport{.reg_abs = 1e308}) == "plan-range");
  CHECK(id(SinkhornTransport{.reg_abs = 1e-320}) == "plan-range");
  CHECK(id(SinkhornTransport{.reg = 0.1, .reg_abs = 0.1}) == "reg-twice");
  CHECK(id(UnbalancedTransport{.penalty = 1e-320}) == "plan-range");
  for (const char* const text :
       {"sinkhorn:reg=1e308", "sinkhorn:tolerance=1e308", "unbalanced:penalty=1e300"})
    CHECK_THROWS_AS(parse_family<Transport>(text), Error);
  Vector weights = Vector::Ones(30);
  weights(3) = std::numeric_limits<double>::denorm_min();
  CHECK(error_of([&] { transport_plan(SinkhornTransport{}, x, y, weights, weights); }).id() == "plan-masses");
  const Vector large = Vector::Constant(30, 1e308);
  CHECK(transport_plan(SinkhornTransport{}, x, y, large, large).entries.size() ==
        transport_plan(SinkhornTransport{}, x, y).entries.size());
}

TEST_CASE("transport: costs that underflow are an error, those of equal points are 0") {
  const Points x = 1e-170 * normal_points(2, 30, 1), y = 1e-170 * normal_points(2, 30, 2);
  for (const Transport& method : {Transport{SinkhornTransport{}}, Transport{UnbalancedTransport{}},
                                  Transport{PartialTransport{}}, Transport{GreedyTransport{}}}) {
    CHECK(error_of([&] { transport_plan(method, x, y); }).id() == "squares-underflow");
    CHECK(transport_plan(method, Points::Ones(2, 9), Points::Ones(2, 9)).entries.size() >= 8);
  }
}

TEST_CASE("transport: bad clouds are errors") {
  const Points x = normal_points(2, 30, 1), y = normal_points(2, 20, 2);
  for (const Transport& method :
       {Transport{ExactTransport{}}, Transport{PartialTransport{}}, Transport{GreedyTransport{}}})
    CHECK(error_of([&] { transport_plan(method, x, y); }).id() == "plan-sizes");
  Points bad = x;
  bad(0, 3) = std::numeric_limits<double>::infinity();
  CHECK(error_of([&] { transport_plan(SinkhornTransport{}, x, bad); }).id() == "not-finite");
  const Points wide = Points::Zero(1, max_plan_entries / 4);
  CHECK(error_of([&] { transport_plan(SinkhornTransport{}, Points::Zero(1, 5), wide); }).id() ==
        "plan-limit");
}

TEST_CASE("transport: rows appended to both clouds extend the cost") {
  const Points x = normal_points(2, 20, 1), y = normal_points(2, 20, 2);
  Points longer_x(3, 20), longer_y(3, 20);
  longer_x << x, Eigen::RowVectorXd::Constant(20, 0);
  longer_y << y, Eigen::RowVectorXd::Constant(20, 0);
  for (Index n = 0; n < 20; ++n) longer_x(2, n) = longer_y(2, n) = 1e4 * static_cast<double>(n % 2);
  for (const PlanEntry& entry : transport_plan(ExactTransport{}, longer_x, longer_y).entries)
    CHECK(entry.from % 2 == entry.to % 2);
}

TEST_CASE("plan: partners are drawn in proportion to the masses of their row, by their own row's numbers") {
  const Plan plan{1, 3, {{0, 0, 0.1}, {0, 1, 0.3}, {0, 2, 0.1}}};
  const Points x = Points::Zero(1, 1), y = Points::Zero(1, 3);
  Vector counts = Vector::Zero(3);
  constexpr int draws = 10000;
  for (int row = 0; row < draws; ++row)
    ++counts(draw_partners(plan, x, y, draws_of_seed_3, static_cast<std::uint64_t>(row)).front());
  // Four standard errors of a share of 0.6 (false alarm 6e-5 a share).
  const double bound = 4 * std::sqrt(0.6 * 0.4 / draws);
  CHECK(std::abs(counts(0) / draws - 0.2) < bound);
  CHECK(std::abs(counts(1) / draws - 0.6) < bound);
  CHECK(std::abs(counts(2) / draws - 0.2) < bound);
  const Points x0 = normal_points(2, 20, 1), x1 = normal_points(2, 20, 2);
  const Plan both = transport_plan(SinkhornTransport{}, x0, x1);
  CHECK(draw_partners(both, x0, x1, draws_of_seed_3, 7) == draw_partners(both, x0, x1, draws_of_seed_3, 7));
  CHECK(draw_partners(both, x0, x1, draws_of_seed_3, 7) != draw_partners(both, x0, x1, draws_of_seed_3, 8));
}

TEST_CASE("plan: a point left behind goes with the nearest target that the plan reaches") {
  const Plan plan{3, 3, {{1, 2, 0.5}, {2, 0, 0.5}}};
  Points x(1, 3), y(1, 3);
  x << 1.0, 5.0, -5.0;
  y << -4.0, 1.0, 4.0;
  CHECK(draw_partners(plan, x, y, draws_of_seed_3, 0) == std::vector<Index>{2, 2, 0});
}

TEST_CASE("plan: the barycentric map is the permutation, or the mean of the targets") {
  const Points x = normal_points(2, 20, 1), y = normal_points(2, 20, 2);
  const Assignment exact = solve_assignment(x, y);
  const Points map = barycentric_map(transport_plan(ExactTransport{}, x, y), y);
  for (Index i = 0; i < 20; ++i)
    CHECK((map.col(i) - y.col(exact.to[static_cast<std::size_t>(i)])).norm() < 1e-15);
  Points three(1, 3);
  three << 1.0, 2.0, 4.0;
  const Points means = barycentric_map({2, 3, {{0, 0, 0.1}, {0, 2, 0.2}}}, three);
  CHECK(means(0, 0) == doctest::Approx(3));
  CHECK(std::isnan(means(0, 1)));
}

namespace {

constexpr Index numbers[] = {3, 7};  // of classes, of two conditions

/// Points (2, n) with classes of each condition below them.
Points with_classes(Index n, std::uint64_t seed) {
  Points points(4, n);
  points.topRows(2) = normal_points(2, n, seed);
  for (Index k = 0; k < n; ++k)
    points.col(k).tail(2) << static_cast<double>(k % 3), static_cast<double>(k * k % 7);
  return points;
}

/// The same with one-hot codes, `one` for 1, in place of the classes.
Points with_codes(const Points& points, double one) {
  Points coded = Points::Zero(2 + numbers[0] + numbers[1], points.cols());
  coded.topRows(2) = points.topRows(2);
  for (Index n = 0; n < points.cols(); ++n) {
    coded(2 + static_cast<Index>(points(2, n)), n) = one;
    coded(2 + numbers[0] + static_cast<Index>(points(3, n)), n) = one;
  }
  return coded;
}

}  // namespace

TEST_CASE("transport: classes cost what one-hot codes of them do, for every method") {
  const Points x = with_classes(60, 1), y = with_classes(60, 2);
  for (const double one : {0.0, 0.3, 1.0, 20.0}) {
    CAPTURE(one);
    const ExtraRows classes{.count = 2, .classes = 2, .class_cost = 2 * one * one}, codes{.count = 10};
    for_each_member<Transport>([&](const auto& method) {
      CAPTURE(std::string(method.name));
      const Plan coded = transport_plan(method, with_codes(x, one), with_codes(y, one), codes),
                 plan = transport_plan(method, x, y, classes);
      const auto dense = [](const Plan& of) {
        Points mass = Points::Zero(of.sources, of.targets);
        for (const PlanEntry& entry : of.entries) mass(entry.from, entry.to) = entry.mass;
        return mass;
      };
      CHECK((dense(coded) - dense(plan)).cwiseAbs().maxCoeff() < 1e-12);
      CHECK(draw_partners(plan, x, y, draws_of_seed_3, 0, classes) ==
            draw_partners(coded, with_codes(x, one), with_codes(y, one), draws_of_seed_3, 0, codes));
    });
  }
}
