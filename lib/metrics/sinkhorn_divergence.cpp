#include "metrics/sinkhorn_divergence.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

#include "core/error.h"
#include "core/numeric.h"
#include "core/parallel.h"
#include "core/text.h"
#include "metrics/metric.h"
#include "ot/anderson.h"
#include "ot/scan.h"
#include "ot/soft_scan.h"

namespace fm {

namespace {

/// Where costs are up to more than so many reg, reg falls to its value by this factor from there, with one
/// update at each (sinkhorn.cpp).
constexpr double first_range = 128, reg_factor = 4;

constexpr Index points_at_once = 16;

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

/// g -> T g, (T g)_i = -reg log sum_j b_j exp((g_j - |x_i - y_j|^2) / reg), (n).
class SoftTransform {
 public:
  SoftTransform(const WeightedPoints& x, const WeightedPoints& y)
      : x_(x.points), columns_(Points::Zero(padded(y.points.cols()), y.points.rows())), log_masses_(y.log) {
    columns_.topRows(y.points.cols()) = y.points.transpose();
  }

  Vector operator()(const Vector& g, double reg) const {
    Vector f(x_.cols()), offset = Vector::Constant(columns_.rows(), -std::numeric_limits<double>::infinity());
    offset.head(g.size()) = g / reg + log_masses_;
    parallel_chunks(f.size(), points_at_once, [&](Index begin, Index end, Index) {
      Vector costs(offset.size()), terms(offset.size());
      for (Index i = begin; i < end; ++i) {
        scan_kernels().squared_distances(x_.col(i).data(), columns_.data(), x_.rows(), offset.size(),
                                         costs.data());
        f[i] =
            -reg * soft_kernels().log_sum(costs.data(), offset.data(), 1 / reg, offset.size(), terms.data());
      }
    });
    return f;
  }

 private:
  static Index padded(Index count) {
    static_assert(scan_block % soft_block == 0);
    return chunk_count(count, scan_block) * scan_block;
  }

  const Points& x_;  // (D, n)
  Points columns_;   // (m padded, D): each dimension's numbers side by side
  const Vector& log_masses_;
};

/// sum_i a_i |exp((f_i - now_i) / reg) - 1|: L1 error of the marginal a of the plan of f, now = T g.
double marginal_error(const WeightedPoints& x, const Vector& f, const Vector& now, double reg) {
  return (x.masses.array() * (((f - now) / reg).array().exp() - 1).abs()).sum();
}

[[noreturn]] void not_converged(double error, const SinkhornDivergenceOptions& options) {
  throw numeric_error("sinkhorn-iterations",
                      "the plan did not converge: after " + std::to_string(options.max_iterations) +
                          " iterations the marginals are wrong by " + shortest(error) + ", more than " +
                          shortest(options.tolerance),
                      "raise reg");
}

double between(const WeightedPoints& x, const WeightedPoints& y, double largest,
               const SinkhornDivergenceOptions& options) {
  const SoftTransform to_x(x, y), to_y(y, x);
  Vector f = Vector::Zero(x.points.cols());
  for (double reg = largest / first_range; reg > options.reg; reg /= reg_factor) f = to_x(to_y(f, reg), reg);
  Anderson mixing(x.masses);
  double error = 0;
  for (std::int64_t k = 0; k < options.max_iterations; ++k) {
    const Vector g = to_y(f, options.reg), next = to_x(g, options.reg);
    error = marginal_error(x, f, next, options.reg);
    // The dual value with g = T f, so that the plan of (f, g) has mass 1.
    if (error <= options.tolerance) return x.masses.dot(next) + y.masses.dot(g);
    f = mixing.next(f, next, error);
  }
  not_converged(error, options);
}

double with_itself(const WeightedPoints& x, double largest, const SinkhornDivergenceOptions& options) {
  const SoftTransform transform(x, x);
  Vector f = Vector::Zero(x.points.cols());
  for (double reg = largest / first_range; reg > options.reg; reg /= reg_factor)
    f = (f + transform(f, reg)) / 2;
  Anderson mixing(x.masses);
  double error = 0;
  for (std::int64_t k = 0; k < options.max_iterations; ++k) {
    const Vector next = transform(f, options.reg);
    error = marginal_error(x, f, next, options.reg);
    // T f and f are a pair of which one is the other's transform, as in between().
    if (error <= options.tolerance) return x.masses.dot(f) + x.masses.dot(next);
    f = mixing.next(f, (f + next) / 2, error);
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
