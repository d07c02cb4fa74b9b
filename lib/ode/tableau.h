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

/// Dormand and Prince 1980, "A family of embedded Runge-Kutta formulae", J. Comp. Appl. Math. 6, table 2:
/// order 5; its last stage is the first of the next step.
inline constexpr Tableau<7> dopri5_tableau{
    5,
    {{{0, 0, 0, 0, 0, 0, 0},
      {1.0 / 5, 0, 0, 0, 0, 0, 0},
      {3.0 / 40, 9.0 / 40, 0, 0, 0, 0, 0},
      {44.0 / 45, -56.0 / 15, 32.0 / 9, 0, 0, 0, 0},
      {19372.0 / 6561, -25360.0 / 2187, 64448.0 / 6561, -212.0 / 729, 0, 0, 0},
      {9017.0 / 3168, -355.0 / 33, 46732.0 / 5247, 49.0 / 176, -5103.0 / 18656, 0, 0},
      {35.0 / 384, 0, 500.0 / 1113, 125.0 / 192, -2187.0 / 6784, 11.0 / 84, 0}}},
    {35.0 / 384, 0, 500.0 / 1113, 125.0 / 192, -2187.0 / 6784, 11.0 / 84, 0},
    {0, 1.0 / 5, 3.0 / 10, 4.0 / 5, 8.0 / 9, 1, 1}};

/// Weights of the embedded method of order 4 (same source).
inline constexpr std::array<double, 7> dopri5_embedded{
    5179.0 / 57600, 0, 7571.0 / 16695, 393.0 / 640, -92097.0 / 339200, 187.0 / 2100, 1.0 / 40};

/// Weights of the fourth-order interpolant inside a step; Hairer, Norsett and Wanner 1993, "Solving ordinary
/// differential equations I", section II.6 (Shampine's choice, as in their code DOPRI5).
inline constexpr std::array<double, 7> dopri5_dense{
    -12715105075.0 / 11282082432,  0,
    87487479700.0 / 32700410799,   -10690763975.0 / 1880347072,
    701980252875.0 / 199316789632, -1453857185.0 / 822651844,
    69997945.0 / 29380423};

}  // namespace fm
