#include "ot/single_assignment.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <bit>
#include <limits>
#include <utility>

#include "clouds.h"
#include "core/value.h"
#include "ot/places.h"
#include "ot/repair.h"
#include "support/points.h"

using namespace fm;

namespace {

constexpr Index columns_in_all = 192;
constexpr float far = std::numeric_limits<float>::infinity();

/// Eight rows against columns with many equal values, in the plane or from a matrix.
struct EightRows {
  std::vector<float> y[2], offset, cost;
  RowGroup rows;

  explicit EightRows(std::uint64_t seed) {
    Draws draws(seed, Purpose::test, 0);
    const auto fill = [&](std::vector<float>& values, Index count) {
      for (Index k = 0; k < count; ++k) values.push_back(static_cast<float>(draws.below(9)) / 3);
    };
    for (std::vector<float>& row : y) fill(row, columns_in_all);
    fill(offset, columns_in_all);
    fill(cost, columns_in_all * row_group);
    for (int r = 0; r < row_group; ++r) {
      for (float* slope : {&rows.slope[0][r], &rows.slope[1][r]})
        *slope = static_cast<float>(draws.below(7)) / 3;
      rows.cost[r] = cost.data() + r * columns_in_all;
    }
  }

  ColumnValues columns() const { return {{y[0].data(), y[1].data()}, offset.data(), columns_in_all}; }
  float value(int r, Index column, bool plane) const {
    const auto j = static_cast<std::size_t>(column);
    if (!plane) return rows.cost[r][j] + offset[j];
    return (offset[j] - rows.slope[0][r] * y[0][j]) - rows.slope[1][r] * y[1][j];
  }
};

double exact_cost(const SingleCosts& costs, const std::vector<Index>& to) {
  double sum = 0;
  for (Index i = 0; i < costs.size(); ++i) sum += costs.cost(i, to[static_cast<std::size_t>(i)]);
  return sum;
}

SingleCosts plane_costs(const Points& x, const Points& y) {
  return SingleCosts(x, y, single_kernels());
}

}  // namespace

TEST_CASE("scan in single precision: the two best of each row, ties to the lowest column, on every set") {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const EightRows problem(seed);
    for (const bool plane : {true, false})
      for (const InstructionSet set : available_instruction_sets()) {
        CAPTURE(print_value(set));
        SingleBestTwo found[row_group];
        single_kernels(set).best_two(problem.rows, problem.columns(), plane, found);
        for (int r = 0; r < row_group; ++r) {
          std::vector<std::pair<float, Index>> values;
          for (Index j = 0; j < columns_in_all; ++j) values.emplace_back(problem.value(r, j, plane), j);
          std::sort(values.begin(), values.end());
          CHECK(found[r].best == values[0].first);
          CHECK(found[r].column == values[0].second);
          CHECK(found[r].second == values[1].first);
        }
      }
  }
}

TEST_CASE("scan in single precision: what eight rows reach, one after the other, on every instruction set") {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const EightRows problem(seed);
    Reach from;
    from.count = seed % 2 == 0 ? 3 : row_group;
    Draws draws(seed, Purpose::test, 1);
    for (int r = 0; r < row_group; ++r) {
      from.row[r] = r < from.count ? r : 0;
      from.base[r] = r < from.count ? static_cast<float>(draws.below(5)) : from.base[0];
      from.floor[r] = r < from.count ? static_cast<float>(draws.below(2)) : from.floor[0];
    }
    for (const bool plane : {true, false})
      for (const InstructionSet set : available_instruction_sets()) {
        CAPTURE(print_value(set));
        RowGroup rows = problem.rows;
        for (int r = from.count; r < row_group; ++r) {
          rows.cost[r] = rows.cost[0];
          for (float* slope : rows.slope) slope[r] = slope[0];
        }
        std::vector<float> distance(columns_in_all, 3), looked_at(columns_in_all, far);
        std::vector<std::int32_t> previous(columns_in_all, -1);
        for (std::size_t j = 0; j < columns_in_all; j += 3) looked_at[j] = 2;
        NearestOfClasses nearest;
        single_kernels(set).reach(rows, problem.columns(), plane, from, looked_at.data(), distance.data(),
                                  previous.data(), &nearest);
        float wanted_nearest[column_classes];
        std::int32_t wanted_column[column_classes] = {};
        std::fill_n(wanted_nearest, column_classes, far);
        for (Index j = 0; j < columns_in_all; ++j) {
          float wanted = 3;
          std::int32_t by = -1;
          for (int r = 0; r < from.count; ++r) {
            const float through = std::max(from.floor[r], problem.value(r, j, plane) + from.base[r]);
            if (through < wanted) wanted = through, by = r;
          }
          const auto at = static_cast<std::size_t>(j);
          CHECK(distance[at] == wanted);
          CHECK(previous[at] == by);
          const Index k = j % column_classes;
          if (wanted < looked_at[at] && wanted < wanted_nearest[k])
            wanted_nearest[k] = wanted, wanted_column[k] = static_cast<std::int32_t>(j);
        }
        for (int k = 0; k < column_classes; ++k) {
          CHECK(nearest.distance[k] == wanted_nearest[k]);
          if (wanted_nearest[k] < far) CHECK(nearest.column[k] == wanted_column[k]);
        }
      }
  }
}

TEST_CASE("scan in single precision: a bit for each near column, on every instruction set") {
  const EightRows problem(3);
  for (const bool plane : {true, false})
    for (const InstructionSet set : available_instruction_sets())
      for (const float limit : {-2.0F, 0.0F, 1.0F}) {
        std::vector<std::uint32_t> bits(columns_in_all / 32);
        single_kernels(set).near(problem.rows, problem.columns(), plane, limit, bits.data());
        for (Index j = 0; j < columns_in_all; ++j)
          CHECK(((bits[static_cast<std::size_t>(j / 32)] >> (j % 32)) & 1) ==
                (problem.value(0, j, plane) <= limit));
      }
}

TEST_CASE("assignment in single precision: a permutation, each row with its best column up to rounding") {
  for (const Index n : {5, 40, 300}) {
    const Points x = normal_points(2, n, 1) / 4, y = normal_points(2, n, 2) / 4;
    const SingleCosts costs = plane_costs(x, y);
    const std::optional<SingleAssignment> found = assign_in_single(costs, true);
    REQUIRE(found);
    float largest = 0;
    for (Index j = 0; j < n; ++j)
      largest = std::max(largest, std::abs(found->offset[static_cast<std::size_t>(j)]));
    const float rounding = 8 * costs.error(largest);
    for (Index i = 0; i < n; ++i) {
      const Index own = found->to[static_cast<std::size_t>(i)];
      CHECK(found->owner[static_cast<std::size_t>(own)] == i);
      for (Index j = 0; j < n; ++j)
        CHECK(costs.value(i, own, found->offset) <= costs.value(i, j, found->offset) + rounding);
    }
  }
}

TEST_CASE("assignment in single precision: values are wrong by less than they say") {
  const Points x = normal_points(2, 100, 1) / 4, y = normal_points(2, 100, 2) / 4;
  const SingleCosts costs = plane_costs(x, y);
  const std::vector<float> offset = costs.start();
  float largest = 0;
  for (Index j = 0; j < 100; ++j) largest = std::max(largest, offset[static_cast<std::size_t>(j)]);
  for (Index i = 0; i < 100; ++i)
    for (Index j = 0; j < 100; ++j) {
      const double exact = costs.cost(i, j) - costs.price(j, offset[static_cast<std::size_t>(j)]);
      CHECK(std::abs(exact - x.col(i).squaredNorm() - costs.value(i, j, offset)) <= costs.error(largest));
    }
}

TEST_CASE("assignment in single precision: refused where near columns look alike, taken where they are") {
  Points x = normal_points(2, 64, 1) / 4, y = normal_points(2, 64, 2) / 4;
  CHECK(assign_in_single(plane_costs(x, y), false));
  Points near_x = x / 1e4, near_y = y / 1e4;
  for (Points* cloud : {&near_x, &near_y})
    for (Index k = 0; k < 64; ++k) cloud->col(k).array() += k % 2 == 0 ? 0.9 : -0.9;
  CHECK_FALSE(assign_in_single(plane_costs(near_x, near_y), true));
  const Points tied = (2 * x).array().round() / 2, other = (2 * y).array().round() / 2;
  CHECK(assign_in_single(plane_costs(tied, other), true));
  CHECK_FALSE(assign_in_single(plane_costs(tied, other), false));
}

TEST_CASE("repair: partners that were exchanged are found again, and the prices prove it") {
  const Index n = 60;
  const Points x = normal_points(2, n, 1) / 4, y = normal_points(2, n, 2) / 4;
  const SingleCosts costs = plane_costs(x, y);
  SingleAssignment found = *assign_in_single(costs, true);
  const std::optional<RepairedAssignment> wanted = repair(costs, found);
  REQUIRE(wanted);
  const auto exchange = [&](Index i, Index k) {
    std::swap(found.to[static_cast<std::size_t>(i)], found.to[static_cast<std::size_t>(k)]);
    for (const Index row : {i, k})
      found.owner[static_cast<std::size_t>(found.to[static_cast<std::size_t>(row)])] = row;
  };
  for (const Index i : {0, 7, 23}) {
    // With the row whose partner costs least more.
    Index nearest = nobody;
    double least = std::numeric_limits<double>::infinity();
    for (Index k = 0; k < n; ++k) {
      if (k == i) continue;
      exchange(i, k);
      if (exact_cost(costs, found.to) < least) least = exact_cost(costs, found.to), nearest = k;
      exchange(i, k);
    }
    exchange(i, nearest);
    CHECK(exact_cost(costs, found.to) > exact_cost(costs, wanted->to));
    const std::optional<RepairedAssignment> again = repair(costs, found);
    REQUIRE(again);
    CHECK(again->to == wanted->to);
    const double dual = again->u.sum() + again->v.sum();
    CHECK(dual == doctest::Approx(exact_cost(costs, wanted->to)).epsilon(1e-12));
    for (Index row = 0; row < n; ++row)
      for (Index j = 0; j < n; ++j) CHECK(costs.cost(row, j) - again->u(row) - again->v(j) >= -1e-13);
    exchange(i, nearest);
  }
}
