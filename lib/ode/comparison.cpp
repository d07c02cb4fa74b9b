#include "ode/comparison.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numeric>

#include "core/value.h"
#include "ode/solve.h"

namespace fm {

SolverScore score_solver(const VelocityField& field, const Solver& solver, PointsIn x0, double t0, double t1,
                         PointsIn wanted) {
  const auto start = std::chrono::steady_clock::now();
  const Solution solution = solve(field, solver, x0, t0, t1);
  const std::chrono::duration<double> time = std::chrono::steady_clock::now() - start;
  const auto& counts = solution.evaluations;
  const std::int64_t sum = std::accumulate(counts.begin(), counts.end(), std::int64_t{0});
  return {solver, static_cast<double>(sum) / static_cast<double>(counts.size()),
          *std::max_element(counts.begin(), counts.end()),
          std::sqrt((solution.x - wanted).colwise().squaredNorm().mean()), time.count()};
}

std::vector<Solver> solver_menu() {
  std::vector<Solver> menu;
  for_each_member<Solver>([&](auto solver) {
    if constexpr (requires { solver.steps; }) {
      for (const std::int64_t evaluations : {8, 16, 32, 64}) {
        solver.steps = evaluations / solver.step_evaluations;
        menu.emplace_back(solver);
      }
    } else {
      for (const double tolerance : {1e-2, 1e-3, 1e-4, 1e-6}) {
        solver.rtol = solver.atol = tolerance;
        menu.emplace_back(solver);
      }
    }
  });
  return menu;
}

}  // namespace fm
