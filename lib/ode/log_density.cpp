#include "ode/log_density.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <numbers>
#include <utility>

#include "core/error.h"
#include "core/numeric.h"
#include "core/random.h"
#include "core/text.h"

namespace fm {

namespace {

/// A field whose points carry more rows than coordinates, so that any solver integrates these along.
/// The first D rows are the point (and rows of it that stand still), the next `integrals()` ones integrals of
/// -div u or of estimates of it.
class AugmentedField : public VelocityField {
 public:
  explicit AugmentedField(const VelocityField& field) : field_(field) {}

  Index dim() const override { return field_.dim() + integrals() + labels(); }
  TimeDomain domain() const override { return field_.domain(); }
  Scheduler scheduler() const override { return field_.scheduler(); }
  Index path_rows() const override { return field_.path_rows(); }
  Index still_rows() const override { return field_.still_rows(); }
  virtual Index integrals() const = 0;
  /// Rows at the end that tell a point from others and do not change.
  virtual Index labels() const { return 0; }
  /// The points x (D, N) with all integrals 0.
  virtual Points augmented(PointsIn x, std::int64_t /*first_row*/) const {
    Points state = Points::Zero(dim(), x.cols());
    state.topRows(x.rows()) = x;
    return state;
  }

 protected:
  const VelocityField& field_;
};

class ExactIntegral final : public AugmentedField {
 public:
  ExactIntegral(const VelocityField& field, const ExactDivergence&, std::uint64_t) : AugmentedField(field) {}

  Index integrals() const override { return 1; }
  void evaluate(VectorIn t, PointsIn state, PointsOut v) const override {
    const Index dim = field_.dim();
    Vector div(state.cols());
    field_.divergence(t, state.topRows(dim), v.topRows(dim), div);
    v.row(dim) = -div.transpose();
  }
};

/// The last row of a point is its row's number, so that its probes are found again wherever a solver puts it.
/// It is scaled by 2^-100, exactly, to weigh nothing in a solver's choice of its first step.
class ProbeIntegrals final : public AugmentedField {
 public:
  ProbeIntegrals(const VelocityField& field, const Hutchinson& hutchinson, std::uint64_t seed)
      : AugmentedField(field), probes_(hutchinson.probes), random_{seed, Purpose::probes} {}

  Index integrals() const override { return probes_; }
  Index labels() const override { return 1; }
  Points augmented(PointsIn x, std::int64_t first_row) const override {
    Points state = AugmentedField::augmented(x, first_row);
    for (Index n = 0; n < x.cols(); ++n)
      state(dim() - 1, n) = static_cast<double>(first_row + n) * number_scale;
    return state;
  }

  void evaluate(VectorIn t, PointsIn state, PointsOut v) const override {
    const Index dim = field_.dim(), count = state.cols();
    std::vector<Draws> draws;
    draws.reserve(static_cast<std::size_t>(count));
    for (Index n = 0; n < count; ++n)
      draws.push_back(random_.row(static_cast<std::uint64_t>(state(state.rows() - 1, n) / number_scale)));
    for (Index first = 0; first < probes_; first += probes_at_once) {
      const Index probes = std::min(probes_at_once, probes_ - first);
      Points z = Points::Zero(probes * dim, count), jz(probes * dim, count);
      for (Index n = 0; n < count; ++n)
        for (Index k = 0; k < probes; ++k)
          draw_signs(draws[static_cast<std::size_t>(n)], z.col(n).segment(k * dim, field_.path_rows()));
      field_.tangents(t, state.topRows(dim), z, v.topRows(dim), jz);
      for (Index n = 0; n < count; ++n)
        for (Index k = 0; k < probes; ++k)
          v(dim + first + k, n) = -product(z.col(n).segment(k * dim, dim), jz.col(n).segment(k * dim, dim));
    }
    v.row(v.rows() - 1).setZero();
  }

 private:
  static constexpr double number_scale = 0x1p-100;
  // Tangents share the field's value; a few at a time do so nearly as well as all, in bounded memory.
  static constexpr Index probes_at_once = 16;

  /// z^T jz, added one by one: the bits of a vectorised sum would depend on where the column stands in
  /// memory.
  static double product(VectorIn z, VectorIn jz) {
    double sum = 0;
    for (Index d = 0; d < z.size(); ++d) sum += z(d) * jz(d);
    return sum;
  }

  /// z (D) of the next probe, which begins with a new word of bits.
  static void draw_signs(Draws& draws, VectorOut z) {
    std::uint64_t bits = 0;
    for (Index d = 0; d < z.size(); ++d) {
      bits = d % 64 == 0 ? draws.bits() : bits >> 1;
      z(d) = (bits & 1) != 0 ? 1 : -1;
    }
  }

  Index probes_;
  Random random_;
};

std::unique_ptr<AugmentedField> augment(const VelocityField& field, const ExactDivergence& divergence,
                                        std::uint64_t seed) {
  return std::make_unique<ExactIntegral>(field, divergence, seed);
}
std::unique_ptr<AugmentedField> augment(const VelocityField& field, const Hutchinson& divergence,
                                        std::uint64_t seed) {
  return std::make_unique<ProbeIntegrals>(field, divergence, seed);
}

}  // namespace

void check_density_times(const VelocityField& field, double t0, double t1) {
  if (t0 != 0 && t1 != 0)
    throw usage_error("density-times",
                      "log-densities are known from the source on: paths from t = " + shortest(t0) +
                          " to t = " + shortest(t1) + " have no end at t = 0",
                      "choose times from 0, or to 0");
  const double end = field.domain().end;
  if (std::max(t0, t1) > end)
    throw numeric_error(
        "no-density",
        "this field is defined up to t = " + shortest(end) +
            ": there is no density at t = " + shortest(std::max(t0, t1)),
        "take that at an earlier time: --times 0:T, or T:0 backwards, T at most " + shortest(end));
}

namespace {

/// log p_0 of points where the path starts, which is a step away from the source for some schedulers.
Vector start_log_density(const VelocityField& field, PointsIn points) {
  Points x = points.topRows(field.path_rows());
  return_to_source(field.start(), x);
  return normal_log_density(x).array() - log_volume(field.start());
}

}  // namespace

Vector normal_log_density(PointsIn x) {
  const double at_zero = -0.5 * static_cast<double>(x.rows()) * std::log(2 * std::numbers::pi);
  Vector log_density(x.cols());
  for (Index n = 0; n < x.cols(); ++n) {
    double square = 0;
    for (Index d = 0; d < x.rows(); ++d) square += x(d, n) * x(d, n);
    log_density(n) = at_zero - square / 2;
  }
  return log_density;
}

DensitySolution solve_with_density(const VelocityField& field, const Solver& solver,
                                   const Divergence& divergence, std::uint64_t seed, PointsIn x0, double t0,
                                   double t1, std::int64_t first_row) {
  check_density_times(field, t0, t1);
  const auto along = std::visit([&](const auto& member) { return augment(field, member, seed); }, divergence);
  DensitySolution result{solve(*along, solver, along->augmented(x0, first_row), t0, t1, first_row)};

  const Index dim = field.dim(), integrals = along->integrals();
  const Points changes = result.x.middleRows(dim, integrals);
  result.x.conservativeResize(dim, Eigen::NoChange);
  // Backwards the integral of -div u runs from t0 down to 0 and has the other sign.
  const double sign = t0 == 0 ? 1 : -1;
  result.log_density = start_log_density(field, t0 == 0 ? Points(x0) : result.x);
  if (integrals > 1) result.log_density_error.resize(x0.cols());
  for (Index n = 0; n < x0.cols(); ++n) {
    const Estimate change = mean_estimate(Vector(changes.col(n)));
    result.log_density(n) += sign * change.value;
    if (integrals > 1) result.log_density_error(n) = change.standard_error;
  }
  return result;
}

DensityTrajectories trace_with_density(const VelocityField& field, const Solver& solver, PointsIn x0,
                                       const Vector& times, bool with_velocity, std::int64_t first_point) {
  check_density_times(field, times(0), times(times.size() - 1));
  const ExactIntegral along(field, {}, 0);
  DensityTrajectories paths{
      trace(along, solver, along.augmented(x0, first_point), times, with_velocity, first_point)};
  const Index dim = field.dim();
  std::vector<Vector> integrals;  // of -div u since the first time
  for (Points& x : paths.x) {
    integrals.emplace_back(x.row(dim).transpose());
    x.conservativeResize(dim, Eigen::NoChange);
  }
  for (Points& v : paths.v) v.conservativeResize(dim, Eigen::NoChange);
  const std::size_t source = times(0) == 0 ? 0 : paths.x.size() - 1;
  const Vector at_source = start_log_density(field, paths.x[source]) - integrals[source];
  for (const Vector& integral : integrals) paths.log_density.emplace_back(at_source + integral);
  return paths;
}

}  // namespace fm
