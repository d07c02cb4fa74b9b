// Solvers by kind, and what is known of each, for tests of solvers.
#pragma once

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <string>

#include "core/value.h"
#include "ode/dopri8_tableau.h"
#include "ode/embedded_tableau.h"
#include "ode/known_fields.h"
#include "ode/solver.h"
#include "ode/tableau.h"

namespace fm {

/// Order and stages of each fixed-step solver.
struct Method {
  int order, stages;
};
template <std::size_t Stages>
Method method(const Tableau<Stages>& tableau) {
  return {tableau.order, static_cast<int>(Stages)};
}
inline Method method_of(const Euler&) {
  return method(euler_tableau);
}
inline Method method_of(const Midpoint&) {
  return method(midpoint_tableau);
}
inline Method method_of(const Heun&) {
  return method(heun_tableau);
}
inline Method method_of(const Rk4&) {
  return method(rk4_tableau);
}
inline Method method_of(const Multistep&) {
  return {2, 1};
}

/// Calls visit(member) for every solver whose steps are laid out in advance.
template <class Visitor>
void for_each_fixed(const Visitor& visit) {
  for_each_member<Solver>([&]<class Member>(const Member& member) {
    if constexpr (requires { member.steps; }) {
      CAPTURE(std::string(member.name));
      visit(member);
    }
  });
}

/// What is known of a solver with its own steps.
struct Adaptive {
  int order, interpolant, step_cost, inside_cost;
};
template <std::size_t Stages, std::size_t Steps, std::size_t Estimates, std::size_t Bends>
Adaptive adaptive(const EmbeddedTableau<Stages, Steps, Estimates, Bends>& pair) {
  // Each correction of the cubic interpolant is worth one order.
  return {pair.method.order, 3 + static_cast<int>(Bends), Steps - 1, Stages - Steps};
}
inline Adaptive adaptive_of(const Bosh3&) {
  return adaptive(bosh3_tableau);
}
inline Adaptive adaptive_of(const Dopri5&) {
  return adaptive(dopri5_tableau);
}
inline Adaptive adaptive_of(const Tsit5&) {
  return adaptive(tsit5_tableau);
}
inline Adaptive adaptive_of(const Dopri8&) {
  return adaptive(dopri8_tableau);
}

/// Calls visit(member) for every solver that chooses its own steps.
template <class Visitor>
void for_each_adaptive(const Visitor& visit) {
  for_each_member<Solver>([&]<class Member>(const Member& member) {
    if constexpr (requires { member.rtol; }) {
      CAPTURE(std::string(member.name));
      visit(member);
    }
  });
}

/// Points at radii from 0.1 to 3.
inline Points starts(Index count) {
  Points x(2, count);
  for (Index n = 0; n < count; ++n) {
    const double radius = 0.1 + 2.9 * static_cast<double>(n) / static_cast<double>(count),
                 angle = static_cast<double>(n);
    x.col(n) = Vector{{radius * std::cos(angle), radius * std::sin(angle)}};
  }
  return x;
}

inline Points whirled_all(const Points& x0, double t0, double t1) {
  Points x = x0;
  for (Index n = 0; n < x.cols(); ++n) x.col(n) = whirled(x0.col(n), t0, t1);
  return x;
}

}  // namespace fm
