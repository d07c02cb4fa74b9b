#include "fidelity/transports.h"

#include <chrono>
#include <cmath>
#include <numbers>
#include <numeric>

#include "metrics/wasserstein.h"
#include "model/network_field.h"
#include "ode/sde.h"
#include "ode/solve.h"
#include "ode/trajectory.h"

namespace fm::fidelity {

namespace {

/// Rows of the generators that parts of a sample begin at.
constexpr std::uint64_t part_rows = std::uint64_t{1} << 32;

/// Standard deviation of the numbers of both columns together of moons of scale 1, each column centred:
/// x is cos a or 1 - cos a, y is sin a or 1/2 - sin a, with noise on both.
double moons_deviation(double noise) {
  const double pi = std::numbers::pi;
  const double x = 0.5 + 0.25;
  const double y = 0.5 - 4 / (pi * pi) + std::pow(2 / pi - 0.25, 2);
  return std::sqrt((x + y) / 2 + noise * noise);
}

Points draw(const Toy& toy, std::uint64_t seed, std::uint64_t row, Index count) {
  return draw_toy(toy, {seed, Purpose::toy}, row, count);
}

TrainingOptions options_of(Method method) {
  TrainingOptions options;
  if (method == Method::independent) options.coupling = Independent{};
  if (method == Method::bridge) {
    constexpr double std = 0.5;
    Sinkhorn sinkhorn;
    sinkhorn.reg_abs = 2 * std * std;
    options.coupling = sinkhorn;
    options.path = BridgePath{std};
    options.pool = 50000;
  }
  return options;
}

double squared(double distance) {
  return distance * distance;
}

/// E int |v|^2 dt by the trapezium rule over `times` times.
double path_energy(const VelocityField& field, const Points& x0) {
  constexpr Index times = 51;
  const Trajectories paths = trace(field, Dopri5{}, x0, Vector::LinSpaced(times, 0, 1), true);
  double energy = 0;
  for (Index k = 0; k < times; ++k)
    energy += (k == 0 || k == times - 1 ? 0.5 : 1.0) *
              paths.v[static_cast<std::size_t>(k)].colwise().squaredNorm().mean() / (times - 1);
  return energy;
}

}  // namespace

std::vector<Task> transports() {
  constexpr double noise = 0.1;
  const double scale = 7 / moons_deviation(noise);
  return {{"N→8gaussians", {}, EightGaussians{}},
          {"moons→8gaussians", Moons{noise, scale, 0}, EightGaussians{12, 1.5}, 0.5 * scale, 0.25 * scale},
          {"N→moons", {}, Moons{}},
          {"N→scurve", {}, SCurve{}}};
}

Points draw_source(const Task& task, std::uint64_t seed, std::uint64_t part, Index count) {
  const std::uint64_t row = part * part_rows;
  if (task.source) {
    Points x = draw(*task.source, seed, row + part_rows / 2, count);
    x.row(0).array() -= task.centre_x;
    x.row(1).array() -= task.centre_y;
    return x;
  }
  Points x(2, count);
  draw_source(NormalSource{}, {seed, Purpose::source}, row, x);
  return x;
}

Points draw_target(const Task& task, std::uint64_t seed, std::uint64_t part, Index count) {
  return draw(task.target, seed, part * part_rows, count);
}

std::string name_of(Method method) {
  switch (method) {
    case Method::independent:
      return "independent";
    case Method::exact:
      return "exact OT";
    case Method::bridge:
      return "SB (SDE)";
  }
  return {};
}

double Score::npe() const {
  return std::abs(energy - w2_squared) / w2_squared;
}

Score score(const Task& task, Method method, std::uint64_t seed, Index rows, Index count) {
  TrainingRows training{draw_target(task, seed, 0, rows)};
  const TrainingOptions options = options_of(method);
  // A bridge starts from rows, as the paper's does; so does whatever has a source of its own.
  if (task.source || method == Method::bridge)
    training.source =
        PointSource(draw_source(task, seed, 0, rows), method == Method::bridge ? 0 : options.jitter);
  const auto start = std::chrono::steady_clock::now();
  Trained trained = train(training, options, seed, [](const TrainingProgress&) { return true; });
  Score result;
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  const NetworkField field(std::move(trained.network));
  const Points x0 = draw_source(task, seed, 1, count);
  const Points truth = draw_target(task, seed, 1, count), more = draw_target(task, seed, 2, count);
  const Solution moved = method == Method::bridge ? solve_sde(field, OwnDiffusion{}, seed, x0, 0, 1)
                                                  : solve(field, Dopri5{}, x0, 0, 1);
  result.evaluations =
      std::accumulate(moved.evaluations.begin(), moved.evaluations.end(), 0.0) / static_cast<double>(count);
  result.w2 = wasserstein(moved.x, truth, CostPower::two).distance;
  result.floor = wasserstein(more, truth, CostPower::two).distance;
  if (method != Method::bridge) {
    result.energy = path_energy(field, x0);
    result.w2_squared = squared(wasserstein(x0, truth, CostPower::two).distance);
  }
  return result;
}

}  // namespace fm::fidelity
