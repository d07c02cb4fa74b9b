#include "ot/sinkhorn.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "core/error.h"
#include "core/text.h"
#include "ot/anderson.h"
#include "ot/soft_scan.h"

namespace fm {

namespace {

/// Potentials may move by this many reg before the kernel absorbs them: e^100 is far from the ends of the
/// doubles (e^709), also squared and summed.
constexpr double absorb_at = 100;

/// The kernel of potentials 0 is that of costs up to this many reg; where they are larger, reg falls to its
/// value by this factor, and each stage starts near the solution of its own.
constexpr double first_range = 128, reg_factor = 4;
constexpr double stage_tolerance = 0.05;  // of a stage before the last
constexpr std::int64_t stage_iterations = 20;

class Scaling {
 public:
  Scaling(const Points& costs, VectorIn a, VectorIn b, const EntropicOptions& options)
      : costs_(costs),
        a_(a),
        b_(b),
        options_(options),
        f_(Vector::Zero(a.size())),
        g_(Vector::Zero(b.size())) {}

  EntropicPlan run() {
    const double largest = costs_.cwiseAbs().maxCoeff();
    for (double reg = largest / first_range; reg > reg_factor * options_.reg; reg /= reg_factor)
      stage(reg, stage_tolerance, stage_iterations);
    const double error = stage(options_.reg, options_.tolerance, options_.max_iterations);
    if (!(error <= options_.tolerance)) throw_unfinished(error, largest);
    absorb();
    return {f_, g_, std::move(kernel_), error, iterations_};
  }

 private:
  [[noreturn]] void throw_unfinished(double error, double largest) const {
    const std::string scale =
        "reg is " + shortest(options_.reg) + " and costs are up to " + shortest(largest);
    if (std::isnan(error))
      throw numeric_error(
          "sinkhorn-range",
          "the plan left the finite numbers after " + std::to_string(iterations_) + " iterations: " + scale,
          "take reg nearer to the costs");
    // Iterations that were spent before reg had fallen to its value leave no error to speak of.
    const std::string reached = std::isinf(error) ? ""
                                                  : ", where the marginals are wrong by " + shortest(error) +
                                                        ", more than " + shortest(options_.tolerance);
    throw numeric_error("sinkhorn-iterations",
                        "the plan did not converge: " + std::to_string(iterations_) +
                            " iterations were not enough" + reached + " (" + scale + ")",
                        "raise max_iterations (now " + std::to_string(options_.max_iterations) + ") or reg" +
                            (std::isinf(error) ? "" : ", or the tolerance"));
  }

  /// Iterates at one reg until the error is within `tolerance`, or `most` iterations are done; the error. The
  /// iteration is that of g, of which f is the image.
  double stage(double reg, double tolerance, std::int64_t most) {
    reg_ = reg;
    lambda_ = std::isinf(options_.penalty) ? 1 : options_.penalty / (options_.penalty + reg);
    absorb();
    Anderson mixing(b_);
    Vector image;
    double error = std::numeric_limits<double>::infinity();
    for (std::int64_t k = 0; k < most && iterations_ < options_.max_iterations; ++k, ++iterations_) {
      rows_.noalias() = kernel_ * v_;
      if (transform(rows_, a_, f0_, f_))
        u_ = ((f_ - f0_) / reg_).array().exp();
      else
        f_ = f_in_logs(), absorb();
      columns_.noalias() = kernel_.transpose() * u_;
      error = column_error();
      if (!(error > tolerance)) break;  // NaN too: nothing mends it
      if (!transform(columns_, b_, g0_, image)) image = g_in_logs();
      g_ = mixing.next(g_, image, error);
      v_ = (g_ - g0_) / reg_;
      if (v_.cwiseAbs().maxCoeff() <= absorb_at)
        v_ = v_.array().exp();
      else
        absorb();
    }
    return error;
  }

  double column_error() const {
    const auto wanted = b_.array() * (-g_.array() / options_.penalty).exp();
    return (v_.array() * columns_.array() - wanted).abs().sum();
  }

  /// New potential f from the sums (K v)_i = a_i exp(f0_i / reg) S_i with S_i = sum_j b_j exp((g_j - c_ij) /
  /// reg); the other side likewise. False if that leaves the range of the kernel: then the potential is of no
  /// use.
  bool transform(const Vector& sums, VectorIn marginal, const Vector& f0, Vector& f) const {
    f = -lambda_ * (reg_ * (sums.array() / marginal.array()).log() - f0.array());
    return (f - f0).cwiseAbs().maxCoeff() <= absorb_at * reg_;
  }

  /// The same from the costs, by log-sum-exp; exact for potentials of any size.
  Vector f_in_logs() const {
    const Vector shifted = g_ / reg_ + Vector(b_.array().log());
    Points terms = (costs_ / -reg_).rowwise() + shifted.transpose();
    const Vector top = terms.rowwise().maxCoeff();
    terms.colwise() -= top;
    return -lambda_ * reg_ * (top.array() + terms.array().exp().rowwise().sum().log());
  }
  Vector g_in_logs() const {
    const Vector shifted = f_ / reg_ + Vector(a_.array().log());
    Points terms = (costs_ / -reg_).colwise() + shifted;
    const Eigen::RowVectorXd top = terms.colwise().maxCoeff();
    terms.rowwise() -= top;
    return -lambda_ * reg_ * (top.array() + terms.array().exp().colwise().sum().log()).transpose();
  }

  /// K_ij = a_i b_j exp((f_i + g_j - c_ij) / reg), scalings 1.
  void absorb() {
    f0_ = f_;
    g0_ = g_;
    kernel_.resize(costs_.rows(), costs_.cols());
    const Vector of_row = f_ / reg_ + Vector(a_.array().log());
    const Vector of_column = g_ / reg_ + Vector(b_.array().log());
    Vector offset(f_.size());
    for (Index j = 0; j < costs_.cols(); ++j) {
      offset = of_row.array() + of_column(j);
      soft_kernels().exponentials(costs_.col(j).data(), offset.data(), 1 / reg_, offset.size(),
                                  kernel_.col(j).data());
    }
    u_ = Vector::Ones(f_.size());
    v_ = Vector::Ones(g_.size());
  }

  const Points& costs_;  // (N, M)
  VectorIn a_, b_;
  const EntropicOptions& options_;
  double reg_ = 0, lambda_ = 1;
  std::int64_t iterations_ = 0;
  Vector f_, f0_, u_, rows_;     // (N)
  Vector g_, g0_, v_, columns_;  // (M)
  Points kernel_;                // (N, M)
};

}  // namespace

EntropicPlan solve_sinkhorn(const Points& costs, VectorIn a, VectorIn b, const EntropicOptions& options) {
  return Scaling(costs, a, b, options).run();
}

}  // namespace fm
