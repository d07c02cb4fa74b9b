// Couplings of rows that carry conditions.
#include <doctest/doctest.h>

#include <cmath>
#include <numeric>

#include "core/value.h"
#include "flow/coupling.h"
#include "support/points.h"

using namespace fm;

namespace {

constexpr Index rows = 256;

/// Rows of two classes in turn, around (-2, 0) and (2, 0).
Points two_classes() {
  Points x = normal_points(2, rows, 2);
  for (Index n = 0; n < rows; ++n) x(0, n) = x(0, n) / 4 + (n % 2 == 0 ? -2 : 2);
  return x;
}

/// One-hot classes of these rows, `factor` for 1.
Points class_rows(double factor) {
  Points c = Points::Zero(2, rows);
  for (Index n = 0; n < rows; ++n) c(n % 2, n) = factor;
  return c;
}

std::vector<Index> in_turn(Index count) {
  std::vector<Index> turn(static_cast<std::size_t>(count));
  for (Index n = 0; n < count; ++n) turn[static_cast<std::size_t>(n)] = n % rows;
  return turn;
}

Points below(const Points& x, const Points& c) {
  Points both(x.rows() + c.rows(), x.cols());
  both << x, c;
  return both;
}

}  // namespace

TEST_CASE("coupling: without conditions, or with those that cost nothing, every member pairs as before") {
  const Points target = two_classes(), x0 = normal_points(2, rows, 1), none = Points::Zero(3, rows);
  for_each_member<Coupling>([&](const auto& coupling) {
    if constexpr (std::is_same_v<std::decay_t<decltype(coupling)>, Semidiscrete>) return;  // other draws
    CAPTURE(std::string(coupling.name));
    const Coupler plain(coupling, {target}, NormalSource{}, 1),
        free(coupling, {target, none}, NormalSource{}, 1);
    CHECK(plain.rows(x0, in_turn(rows), 0) == free.rows(x0, in_turn(rows), 0));
  });
}

TEST_CASE(
    "coupling: with conditions that cost much every member keeps source points to the class they carry") {
  const Points target = two_classes(), codes = class_rows(10), classes = codes.row(1) / 10;
  const TargetRows coded{target, codes},
      told{.points = target, .conditions = classes, .classes = 1, .class_cost = 200};
  constexpr Index count = 4 * rows;
  const Points x0 = normal_points(2, count, 1);
  for_each_member<Coupling>([&](const auto& coupling) {
    CAPTURE(std::string(coupling.name));
    const std::vector<Index> turn = in_turn(count);
    for (const TargetRows& rows_told : {coded, told}) {
      const std::vector<Index> partner = Coupler(coupling, rows_told, NormalSource{}, 1).rows(x0, turn, 0);
      Index astray = 0;
      for (Index n = 0; n < count; ++n) astray += partner[static_cast<std::size_t>(n)] % 2 != n % 2;
      // The prices of the semidiscrete map are found from draws: the shares of the classes are true to 1 %.
      CHECK(astray <= (std::is_same_v<std::decay_t<decltype(coupling)>, Semidiscrete> ? count / 100 : 0));
      // So the source points of a class are all of the source: coupled by place alone, they are its left
      // half.
      double mean = 0;
      for (Index n = 0; n < count; ++n)
        if (partner[static_cast<std::size_t>(n)] % 2 == 0) mean += x0(0, n) / (count / 2);
      CHECK(std::abs(mean) < 5 / std::sqrt(count / 2.0));
    }
  });
}

TEST_CASE("coupling: an exact plan that minds classes is the exact plan of each class alone") {
  const Points target = two_classes(), x0 = normal_points(2, rows, 1);
  const std::vector<Index> all =
      Coupler(Exact{}, {target, class_rows(10)}, NormalSource{}, 1).rows(x0, in_turn(rows), 0);
  for (Index first = 0; first < 2; ++first) {
    const auto half = Eigen::seqN(first, rows / 2, 2);
    const std::vector<Index> alone = couple(Exact{}, Points(x0(Eigen::all, half)),
                                            Points(target(Eigen::all, half)), {1, Purpose::plan}, 0);
    for (Index n = 0; n < rows / 2; ++n)
      CHECK(all[static_cast<std::size_t>(first + 2 * n)] == first + 2 * alone[static_cast<std::size_t>(n)]);
  }
}

TEST_CASE("transport: reg is relative to the mean cost without that of conditions") {
  const Points x = normal_points(2, rows, 1), y = two_classes(), c = class_rows(10);
  double mean = 0;
  for (Index i = 0; i < rows; ++i)
    for (Index j = 0; j < rows; ++j) mean += (x.col(i) - y.col(j)).squaredNorm() / (rows * rows);
  const SinkhornTransport relative{.reg = 0.1, .tolerance = 1e-9},
      absolute{.reg_abs = 0.1 * mean, .tolerance = 1e-9};
  const Plan whole = transport_plan(relative, below(x, c), below(y, c), {.count = 2});
  for (Index first = 0; first < 2; ++first) {
    const auto half = Eigen::seqN(first, rows / 2, 2);
    const Plan alone = transport_plan(absolute, Points(x(Eigen::all, half)), Points(y(Eigen::all, half)));
    Points masses = Points::Zero(rows / 2, rows / 2);
    for (const auto& entry : alone.entries) masses(entry.from, entry.to) = entry.mass / 2;
    for (const auto& entry : whole.entries)
      if (entry.from % 2 == first) {
        REQUIRE(entry.to % 2 == first);
        CHECK(std::abs(entry.mass - masses(entry.from / 2, entry.to / 2)) < 1e-8);
      }
  }
}

TEST_CASE("coupling: numbers as conditions keep source points near the number they carry, for every member") {
  const Points target = normal_points(2, rows, 2), x0 = normal_points(2, rows, 1);
  const Points numbers = target.row(0);  // what they say is where the row lies
  const Points conditions = std::sqrt(200) * numbers;
  for_each_member<Coupling>([&](const auto& coupling) {
    CAPTURE(std::string(coupling.name));
    const std::vector<Index> partner =
        Coupler(coupling, {target, conditions}, NormalSource{}, 1).rows(x0, in_turn(rows), 0);
    double square = 0;
    for (Index n = 0; n < rows; ++n)
      square += std::pow(numbers(0, partner[static_cast<std::size_t>(n)]) - numbers(0, n), 2) / rows;
    // Giving way by d saves at most about 4 |d| of |x0 - x1|^2 and costs 200 d^2: d is below .1 or so.
    CHECK(std::sqrt(square) < 0.2);
  });
}
