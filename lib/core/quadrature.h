// Quadrature by Gauss and Legendre: exact for polynomials of degree 2 n - 1.
#pragma once

#include <cmath>
#include <numbers>

#include "core/types.h"

namespace fm {

/// int_{-1}^{1} f(x) dx is near sum_i weights(i) f(nodes(i)); nodes rise. Both (n).
struct GaussRule {
  Vector nodes, weights;
};

/// The rule of n >= 1 nodes, to the last bits: roots of the Legendre polynomial P_n by Newton's method from
/// cos(pi (i - 1/4) / (n + 1/2)), weights 2 / ((1 - x^2) P_n'(x)^2). Source: Abramowitz and Stegun 1964,
/// 25.4.29 and 22.16.6.
inline GaussRule gauss_legendre(Index n) {
  GaussRule rule{Vector(n), Vector(n)};
  for (Index i = 0; i < n; ++i) {
    double x = -std::cos(std::numbers::pi * (static_cast<double>(i) + 0.75) / (static_cast<double>(n) + 0.5));
    double slope = 0;
    for (int step = 0; step < 6; ++step) {  // quadratic from 3 digits on: 4 steps reach the last bit
      double before = 1, value = x;         // P_0, P_1
      for (Index k = 2; k <= n; ++k) {
        const auto degree = static_cast<double>(k);
        const double next = ((2 * degree - 1) * x * value - (degree - 1) * before) / degree;
        before = value;
        value = next;
      }
      slope = static_cast<double>(n) * (x * value - before) / (x * x - 1);
      x -= value / slope;
    }
    rule.nodes(i) = x;
    rule.weights(i) = 2 / ((1 - x * x) * slope * slope);
  }
  return rule;
}

}  // namespace fm
