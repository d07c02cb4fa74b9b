#include "ot/soft_scan.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "support/points.h"

using namespace fm;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

Vector exponentials(const SoftKernels& kernels, const Vector& offset, const Vector& cost, double scale) {
  Vector value = Vector::Constant(offset.size(), -1);
  kernels.exponentials(cost.data(), offset.data(), scale, offset.size(), value.data());
  return value;
}

double log_sum(const SoftKernels& kernels, const Vector& offset, const Vector& cost, double scale) {
  Vector terms(offset.size());
  return kernels.log_sum(cost.data(), offset.data(), scale, offset.size(), terms.data());
}

}  // namespace

TEST_CASE("soft scan: exponentials are those of the C library, for any number of columns") {
  constexpr double ulp = std::numeric_limits<double>::epsilon();
  for (const InstructionSet set : available_instruction_sets())
    for (const Index count : {1, 3, 7, 8, 17, 4001}) {
      const Vector x = Vector::LinSpaced(count, -707.9, 708.9);
      const Vector value = exponentials(soft_kernels(set), x, Vector::Zero(count), 1);
      for (Index j = 0; j < count; ++j) REQUIRE(std::abs(value[j] / std::exp(x[j]) - 1) <= 2 * ulp);
    }
}

TEST_CASE("soft scan: exponentials beyond the ends of the doubles are 0 and infinite, that of 0 is 1") {
  Vector x(6);
  x << -infinity, -1e300, -708.5, 0, 709.5, 1e300;
  Vector expected(6);
  expected << 0, 0, 0, 1, infinity, infinity;
  for (const InstructionSet set : available_instruction_sets())
    CHECK((exponentials(soft_kernels(set), x, Vector::Zero(6), 1).array() == expected.array()).all());
}

TEST_CASE("soft scan: log-sums are those of long doubles, whatever their size") {
  for (const InstructionSet set : available_instruction_sets())
    for (const double size : {1.0, 1e3, 1e8}) {
      CAPTURE(size);
      Vector offset = size * normal_points(48, 1, 3).col(0);
      offset.tail(10).setConstant(-infinity);
      const Vector cost = size * normal_points(48, 1, 4).col(0).cwiseAbs();
      long double top = -infinity, sum = 0;
      for (Index j = 0; j < 38; ++j)
        top = std::max(top, static_cast<long double>(offset[j]) - 0.5L * static_cast<long double>(cost[j]));
      for (Index j = 0; j < 38; ++j)
        sum += std::exp(static_cast<long double>(offset[j]) - 0.5L * static_cast<long double>(cost[j]) - top);
      const auto expected = static_cast<double>(top + std::log(sum));
      CHECK(log_sum(soft_kernels(set), offset, cost, 0.5) == doctest::Approx(expected).epsilon(1e-14));
    }
}

TEST_CASE("soft scan: all instruction sets give the same bits") {
  const Vector offset = 30 * normal_points(160, 1, 5).col(0),
               cost = normal_points(160, 1, 6).col(0).cwiseAbs();
  for (const InstructionSet set : available_instruction_sets()) {
    CHECK(log_sum(soft_kernels(set), offset, cost, 2) == log_sum(portable_soft, offset, cost, 2));
    CHECK(exponentials(soft_kernels(set), offset, cost, 2) == exponentials(portable_soft, offset, cost, 2));
  }
}
