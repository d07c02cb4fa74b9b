// Explicit Runge-Kutta methods as tables of numbers:
//   k_i = v(t + c_i h, x + h sum_j a_ij k_j),   x_new = x + h sum_i b_i k_i
#pragma once

#include <array>
#include <cstddef>

namespace fm {

template <std::size_t Stages>
struct Tableau {
  int order;
  std::array<std::array<double, Stages>, Stages> a;  // strictly lower triangle; row sums are c
  std::array<double, Stages> b;
  std::array<double, Stages> c;
};

/// Euler 1768.
inline constexpr Tableau<1> euler_tableau{1, {{{0}}}, {1}, {0}};

/// The midpoint rule; Runge 1895.
inline constexpr Tableau<2> midpoint_tableau{2, {{{0, 0}, {0.5, 0}}}, {0, 1}, {0, 0.5}};

/// Heun 1900: Euler predictor, trapezoidal corrector.
inline constexpr Tableau<2> heun_tableau{2, {{{0, 0}, {1, 0}}}, {0.5, 0.5}, {0, 1}};

/// The classical method; Kutta 1901.
inline constexpr Tableau<4> rk4_tableau{4,
                                        {{{0, 0, 0, 0}, {0.5, 0, 0, 0}, {0, 0.5, 0, 0}, {0, 0, 1, 0}}},
                                        {1.0 / 6, 1.0 / 3, 1.0 / 3, 1.0 / 6},
                                        {0, 0.5, 0.5, 1}};

}  // namespace fm
