// What sampling is made of, on one thread: a learned field's value, tangent and divergence, and every solver
// at its defaults. The network is 3 x 64; items a second are points.
#include <benchmark/benchmark.h>

#include <string>
#include <utility>

#include "data/toy.h"
#include "model/trainer.h"
#include "ode/solve.h"
#include "peak.h"

namespace {

using namespace fm;

constexpr Index point_count = 4096;

/// Eight normal modes learned for a second or so, in two dimensions.
const NetworkField& field_of_modes() {
  static const NetworkField field = [] {
    TrainingOptions options;
    options.coupling = Independent{};
    options.hidden = {64, 64, 64};
    options.steps = 2000;
    const Points target = draw_toy(EightGaussians{}, {1, Purpose::toy}, 0, 10000);
    return NetworkField(train({target}, options, 0, [](const TrainingProgress&) { return true; }).network);
  }();
  return field;
}

/// Operations of one product with all weights, a point.
constexpr double product_operations = 2.0 * (3 * 64 + 64 * 64 + 64 * 64 + 64 * 2);

struct Arrays {
  Vector t = Vector::LinSpaced(point_count, 0, 1), div = Vector(point_count);
  Points x = Points(2, point_count), dx = Points::Ones(2, point_count), v = x, dv = x;
  Arrays() { fill_normal({2, Purpose::source}, 0, x); }
};

void report_points(benchmark::State& state, double products) {
  state.SetItemsProcessed(state.iterations() * point_count);
  report_operations(state, products * product_operations * static_cast<double>(point_count));
}

void field_value(benchmark::State& state) {
  const NetworkField& field = field_of_modes();
  Arrays a;
  for (auto _ : state) field.evaluate(a.t, a.x, a.v);
  report_points(state, 1);
}

void field_tangent(benchmark::State& state) {
  const NetworkField& field = field_of_modes();
  Arrays a;
  for (auto _ : state) field.tangent(a.t, a.x, a.dx, a.v, a.dv);
  report_points(state, 2);
}

void field_divergence(benchmark::State& state) {
  const NetworkField& field = field_of_modes();
  Arrays a;
  for (auto _ : state) field.divergence(a.t, a.x, a.v, a.div);
  report_points(state, 3);
}

void solver(benchmark::State& state, const Solver& solver) {
  const NetworkField& field = field_of_modes();
  const Arrays a;
  double evaluations = 0;
  for (auto _ : state) {
    const Solution solution = solve(field, solver, a.x, 0, 1);
    evaluations = 0;
    for (const std::int64_t count : solution.evaluations) evaluations += static_cast<double>(count);
  }
  state.SetItemsProcessed(state.iterations() * point_count);
  state.counters["evaluations"] = evaluations / static_cast<double>(point_count);
}

template <std::size_t... k>
bool add_solvers(std::index_sequence<k...>) {
  const auto add = [](const Solver& member) {
    const std::string name =
        std::visit([](const auto& chosen) { return std::string("solver/") + chosen.name; }, member);
    benchmark::RegisterBenchmark(name.c_str(), solver, member)->Unit(benchmark::kMillisecond);
  };
  (add(std::variant_alternative_t<k, Solver>{}), ...);
  return true;
}

BENCHMARK(field_value)->Unit(benchmark::kMicrosecond);
BENCHMARK(field_tangent)->Unit(benchmark::kMicrosecond);
BENCHMARK(field_divergence)->Unit(benchmark::kMicrosecond);
[[maybe_unused]] const bool added = add_solvers(std::make_index_sequence<std::variant_size_v<Solver>>());

}  // namespace
