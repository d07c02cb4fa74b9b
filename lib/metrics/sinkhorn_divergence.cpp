#include "metrics/sinkhorn_divergence.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "core/error.h"
#include "core/numeric.h"
#include "core/text.h"
#include "metrics/metric.h"

namespace fm {

namespace {

/// reg falls by this factor from the largest cost to its value, with one update at each (sinkhorn.cpp).
constexpr double reg_factor = 4;

struct WeightedPoints {
  Points points;       // (D, n)
  Vector masses, log;  // (n), sum 1, > 0
};

/// The points of mass above 0.
WeightedPoints weighted(PointsIn x, const Vector& masses, const Vector& centre) {
  if (masses.size() != 0 && (masses.size() != x.cols() || !(masses.minCoeff() >= 0) || !(masses.sum() > 0) ||
                             !std::isfinite(masses.sum())))
    throw data_error("masses", "each point needs one finite mass >= 0, and the sum must be above 0");
  const Vector all = masses.size() != 0 ? masses : Vector(Vector::Ones(x.cols()));
  WeightedPoints kept = {Points(x.rows(), x.cols()), Vector(x.cols()), {}};
  Index count = 0;
  for (Index i = 0; i < x.cols(); ++i) {
    const double mass = all[i] / all.sum();
    if (!(mass > 0)) continue;
    kept.points.col(count) = x.col(i) - centre;
    kept.masses[count++] = mass;
  }
  kept.points.conservativeResize(Eigen::NoChange, count);
  kept.masses.conservativeResize(count);
  kept.log = kept.masses.array().log();
  return kept;
}

/// (T g)_i = -reg log sum_j b_j exp((g_j - |x_i - y_j|^2) / reg), (n).
Vector soft_transform(const WeightedPoints& x, const WeightedPoints& y, const Vector& g, double reg) {
  const Vector offset = g / reg + y.log;
  Vector f(x.points.cols()), terms(y.points.cols());
  for (Index i = 0; i < f.size(); ++i) {
    terms = offset - (y.points.colwise() - x.points.col(i)).colwise().squaredNorm().transpose() / reg;
    f[i] = -reg * log_sum_exp(terms);
  }
  return f;
}

/// sum_i a_i |exp((f_i - now_i) / reg) - 1|: L1 error of the marginal a of the plan of f, now = T g.
double marginal_error(const WeightedPoints& x, const Vector& f, const Vector& now, double reg) {
  return (x.masses.array() * (((f - now) / reg).array().exp() - 1).abs()).sum();
}

[[noreturn]] void not_converged(double error, const SinkhornDivergenceOptions& options) {
  throw numeric_error("sinkhorn-iterations",
                      "the plan did not converge: after " + std::to_string(options.max_iterations) +
                          " iterations the marginals are wrong by " + shortest(error) + ", more than " +
                          shortest(options.tolerance),
                      "raise reg, max_iterations or tolerance");
}

double between(const WeightedPoints& x, const WeightedPoints& y, double largest,
               const SinkhornDivergenceOptions& options) {
  Vector f = Vector::Zero(x.points.cols()), g = Vector::Zero(y.points.cols());
  for (double reg = largest; reg > options.reg; reg /= reg_factor) {
    g = soft_transform(y, x, f, reg);
    f = soft_transform(x, y, g, reg);
  }
  double error = 0;
  for (std::int64_t k = 0; k < options.max_iterations; ++k) {
    g = soft_transform(y, x, f, options.reg);
    const Vector next = soft_transform(x, y, g, options.reg);
    error = marginal_error(x, f, next, options.reg);
    f = next;
    // The dual value with g = T f, so that the plan of (f, g) has mass 1.
    if (error <= options.tolerance) return x.masses.dot(f) + y.masses.dot(g);
  }
  not_converged(error, options);
}

double with_itself(const WeightedPoints& x, double largest, const SinkhornDivergenceOptions& options) {
  Vector f = Vector::Zero(x.points.cols());
  for (double reg = largest; reg > options.reg; reg /= reg_factor) f = (f + soft_transform(x, x, f, reg)) / 2;
  double error = 0;
  for (std::int64_t k = 0; k < options.max_iterations; ++k) {
    const Vector next = soft_transform(x, x, f, options.reg);
    error = marginal_error(x, f, next, options.reg);
    // T f and f are a pair of which one is the other's transform, as in between().
    if (error <= options.tolerance) return x.masses.dot(f) + x.masses.dot(next);
    f = (f + next) / 2;
  }
  not_converged(error, options);
}

}  // namespace

double sinkhorn_divergence(PointsIn x, PointsIn y, const SinkhornDivergenceOptions& options, const Vector& a,
                           const Vector& b) {
  check_clouds(x, y);
  if (x.cols() == 0 || y.cols() == 0)
    throw data_error("cloud-size", "this distance needs at least 1 point on each side");
  if (!(options.reg > 0) || !(options.tolerance > 0))
    throw usage_error("sinkhorn-reg", "reg and tolerance must be above 0");
  const Vector centre = mean_point(x);
  const WeightedPoints from = weighted(x, a, centre), to = weighted(y, b, centre);
  const double radius =
      std::max(from.points.colwise().norm().maxCoeff(), to.points.colwise().norm().maxCoeff());
  const double largest = 4 * radius * radius;
  return between(from, to, largest, options) -
         (with_itself(from, largest, options) + with_itself(to, largest, options)) / 2;
}

}  // namespace fm
