#include "core/quadrature.h"

#include <doctest/doctest.h>

#include <cmath>

using namespace fm;

TEST_CASE("quadrature: n nodes of Gauss and Legendre integrate powers up to 2 n - 1, and no more") {
  for (Index n = 1; n <= 20; ++n) {
    const GaussRule rule = gauss_legendre(n);
    const auto integral = [&](Index power) {
      return (rule.weights.array() * rule.nodes.array().pow(static_cast<double>(power))).sum();
    };
    for (Index power = 0; power < 2 * n; ++power)
      CHECK(std::abs(integral(power) - (power % 2 == 0 ? 2.0 / static_cast<double>(power + 1) : 0)) < 1e-14);
    if (n <= 8) CHECK(std::abs(integral(2 * n) - 2.0 / static_cast<double>(2 * n + 1)) > 1e-6);
    CHECK(rule.weights.minCoeff() > 0);
  }
}
