// Runge-Kutta methods that estimate their own error, and know positions inside a step.
#pragma once

#include <array>
#include <cstddef>

#include "ode/tableau.h"

namespace fm {

/// The first `Steps` of `Stages` stages make the step; the last of them is its end, which is the first stage
/// of the next step. Stages behind it are evaluated only where the interpolant is asked for.
///
/// error: weights e of h sum_i e_i k_i, the difference from an embedded method of lower order. With two
/// estimates, E against the method of higher and F against that of lower order, the error is |E|^2 /
/// sqrt(|E|^2 + |F|^2 / 100), which shrinks by the order of the method itself (Hairer, Norsett and Wanner
/// 1993, section II.10).
///
/// bends: weights B_j of the interpolant, the cubic Hermite polynomial of the step and corrections that leave
/// its values and slopes at both ends alone. With rise = sum_i b_i k_i and rest = 1 - theta
///   x(theta) = x + h theta (rise + rest (k_first - rise + theta (2 rise - k_first - k_last
///                + rest (B_0 + theta (B_1 + rest (B_2 + theta B_3))))))
/// (the form of their codes DOPRI5 and DOP853, section II.6). None: the cubic itself, of order 3.
template <std::size_t Stages, std::size_t Steps, std::size_t Estimates, std::size_t Bends>
struct EmbeddedTableau {
  Tableau<Stages> method;
  std::array<std::array<double, Stages>, Estimates> error;
  std::array<std::array<double, Stages>, Bends> bends;
};

/// Weights b_i(theta) of the interpolant: x(theta) = x + h sum_i b_i(theta) k_i. theta in [0, 1].
template <std::size_t Stages, std::size_t Steps, std::size_t Estimates, std::size_t Bends>
constexpr std::array<double, Stages> interpolant_weights(
    const EmbeddedTableau<Stages, Steps, Estimates, Bends>& pair, double theta) {
  const double rest = 1 - theta;
  std::array<double, Stages> weights{};
  for (std::size_t i = 0; i < Stages; ++i) {
    const double first = i == 0 ? 1 : 0, last = i + 1 == Steps ? 1 : 0, rise = pair.method.b[i];
    double bend = 0;
    for (std::size_t j = Bends; j-- > 0;) bend = pair.bends[j][i] + (j % 2 == 0 ? theta : rest) * bend;
    weights[i] = theta * (rise + rest * (first - rise + theta * (2 * rise - first - last + rest * bend)));
  }
  return weights;
}

/// b minus the weights of an embedded method.
template <std::size_t Stages>
constexpr std::array<double, Stages> difference(const std::array<double, Stages>& b,
                                                const std::array<double, Stages>& embedded) {
  std::array<double, Stages> error{};
  for (std::size_t i = 0; i < Stages; ++i) error[i] = b[i] - embedded[i];
  return error;
}

/// Bogacki and Shampine 1989, "A 3(2) pair of Runge-Kutta formulas", Appl. Math. Lett. 2; cubic Hermite
/// interpolant.
inline constexpr EmbeddedTableau<4, 4, 1, 0> bosh3_tableau = [] {
  constexpr Tableau<4> method{3,
                              {{{0}, {1.0 / 2}, {0, 3.0 / 4}, {2.0 / 9, 1.0 / 3, 4.0 / 9}}},
                              {2.0 / 9, 1.0 / 3, 4.0 / 9, 0},
                              {0, 1.0 / 2, 3.0 / 4, 1}};
  constexpr std::array<double, 4> embedded{7.0 / 24, 1.0 / 4, 1.0 / 3, 1.0 / 8};
  return EmbeddedTableau<4, 4, 1, 0>{method, {difference(method.b, embedded)}, {}};
}();

/// Dormand and Prince 1980, "A family of embedded Runge-Kutta formulae", J. Comp. Appl. Math. 6, table 2.
/// Interpolant of order 4: Shampine's choice, as in the code DOPRI5 (Hairer, Norsett and Wanner 1993, section
/// II.6).
inline constexpr EmbeddedTableau<7, 7, 1, 1> dopri5_tableau = [] {
  constexpr Tableau<7> method{5,
                              {{{0},
                                {1.0 / 5},
                                {3.0 / 40, 9.0 / 40},
                                {44.0 / 45, -56.0 / 15, 32.0 / 9},
                                {19372.0 / 6561, -25360.0 / 2187, 64448.0 / 6561, -212.0 / 729},
                                {9017.0 / 3168, -355.0 / 33, 46732.0 / 5247, 49.0 / 176, -5103.0 / 18656},
                                {35.0 / 384, 0, 500.0 / 1113, 125.0 / 192, -2187.0 / 6784, 11.0 / 84}}},
                              {35.0 / 384, 0, 500.0 / 1113, 125.0 / 192, -2187.0 / 6784, 11.0 / 84, 0},
                              {0, 1.0 / 5, 3.0 / 10, 4.0 / 5, 8.0 / 9, 1, 1}};
  constexpr std::array<double, 7> embedded{
      5179.0 / 57600, 0, 7571.0 / 16695, 393.0 / 640, -92097.0 / 339200, 187.0 / 2100, 1.0 / 40};
  constexpr std::array<double, 7> bend{-12715105075.0 / 11282082432,  0,
                                       87487479700.0 / 32700410799,   -10690763975.0 / 1880347072,
                                       701980252875.0 / 199316789632, -1453857185.0 / 822651844,
                                       69997945.0 / 29380423};
  return EmbeddedTableau<7, 7, 1, 1>{method, {difference(method.b, embedded)}, {bend}};
}();

/// Tsitouras 2011, "Runge-Kutta pairs of order 5(4) satisfying only the first column simplifying assumption",
/// Comput. Math. Appl. 62, with his interpolant of order 4.
inline constexpr EmbeddedTableau<7, 7, 1, 1> tsit5_tableau = [] {
  constexpr Tableau<7> method{
      5,
      {{{0},
        {0.161},
        {-0.008480655492356988544, 0.335480655492356988544},
        {2.897153057105493432130, -6.359448489975074843148, 4.362295432869581411018},
        {5.325864828439256604429, -11.74888356406282787775, 7.495539342889836208305,
         -0.09249506636175524925651},
        {5.861455442946420028659, -12.92096931784710929170, 8.159367898576158643180,
         -0.07158497328140099722453, -0.02826905039406838290900},
        {0.09646076681806522951817, 0.01, 0.4798896504144995747752, 1.379008574103741893192,
         -3.290069515436080679901, 2.324710524099773982415}}},
      {0.09646076681806522951817, 0.01, 0.4798896504144995747752, 1.379008574103741893192,
       -3.290069515436080679901, 2.324710524099773982415, 0},
      {0, 0.161, 0.327, 0.9, 0.9800255409045096857298, 1, 1}};
  constexpr std::array<double, 7> embedded{0.09468075576583945807479,
                                           0.009183565540343253096776,
                                           0.4877705284247615707856,
                                           1.234297566930478985656,
                                           -2.707712349983525454881,
                                           1.866628418170587035754,
                                           1.0 / 66};
  // The coefficients of theta^4 in his b_i(theta).
  constexpr std::array<double, 7> bend{
      -1.0530884977290216,   0.1017, 2.490627285651252793, -16.54810288924490272, 47.37952196281928122,
      -34.87065786149660974, 2.5};
  return EmbeddedTableau<7, 7, 1, 1>{method, {difference(method.b, embedded)}, {bend}};
}();

}  // namespace fm
