#include "flow/mixture_field.h"

#include <Eigen/Eigenvalues>
#include <cmath>
#include <limits>
#include <numbers>

#include "flow/exact_domain.h"

namespace fm {

namespace {

/// Eigenvalues (D) that are rounding of the largest become 0: the solver's error is some D epsilon of it.
Vector without_rounding(const Vector& values) {
  const double share = 8 * static_cast<double>(values.size()) * std::numeric_limits<double>::epsilon();
  return (values.array() > share * values.maxCoeff()).select(values, 0.0);
}

double spread_of(const Mixture& mixture) {
  return std::sqrt(mixture_covariance(mixture).trace() / static_cast<double>(mixture.means.rows()));
}

}  // namespace

MixtureField::MixtureField(const Mixture& target, const Scheduler& scheduler)
    : log_weights_(target.weights.array().log()),
      means_(target.means),
      variances_(means_.rows(), means_.cols()),
      scheduler_(scheduler) {
  for (Index k = 0; k < means_.cols(); ++k) {
    const Eigen::SelfAdjointEigenSolver<Points> solver(target.covariances[static_cast<std::size_t>(k)]);
    axes_.push_back(solver.eigenvectors());
    variances_.col(k) = without_rounding(solver.eigenvalues());
  }
  end_ = variances_.minCoeff() > 0 ? 1 : exact_domain_end(scheduler_, spread_of(target));
}

/// What a point at one time tells about the components, and the scratch to find it.
class MixtureField::Posterior {
 public:
  explicit Posterior(const MixtureField& field)
      : f_(field),
        variance_(f_.means_.rows(), f_.means_.cols()),
        rate_(variance_),
        offset_(variance_),
        log_norm_(variance_.cols()),
        weights_(variance_.cols()),
        scratch_(variance_.rows()) {}

  /// Puts the point x (D) at time t. Points of one time in a row share its coefficients.
  void put(double t, VectorIn x) {
    if (t != time_) set_time(t);
    for (Index k = 0; k < weights_.size(); ++k) {
      scratch_ = x - s_.alpha * f_.means_.col(k);
      offset_.col(k).noalias() = axes(k).transpose() * scratch_;
      weights_(k) = log_norm_(k) - (offset_.col(k).array().square() / variance_.col(k).array()).sum() / 2;
    }
    const double largest = weights_.maxCoeff();
    for (double& weight : weights_) weight = std::exp(weight - largest);
    const double total = weights_.sum();
    weights_ /= total;
    log_density_ = largest + std::log(total);
  }

  const Vector& weights() const { return weights_; }
  double log_density() const { return log_density_; }

  void velocity(VectorOut v) {
    v.setZero();
    for_each_component([&](Index k, double r) {
      scratch_ = r * rate_.col(k).cwiseProduct(offset_.col(k));
      v.noalias() += axes(k) * scratch_;
      v += r * s_.d_alpha * f_.means_.col(k);
    });
  }
  void score(VectorOut score) {
    score.setZero();
    for_each_component([&](Index k, double r) {
      scratch_ = -r * offset_.col(k).cwiseQuotient(variance_.col(k));
      score.noalias() += axes(k) * scratch_;
    });
  }
  void mean(VectorOut mean) {
    mean.setZero();
    for_each_component([&](Index k, double r) {
      scratch_ =
          r * s_.alpha * f_.variances_.col(k).cwiseProduct(offset_.col(k)).cwiseQuotient(variance_.col(k));
      mean.noalias() += axes(k) * scratch_;
      mean += r * f_.means_.col(k);
    });
  }

  /// dv = (dv/dx) dx, from v and the score at the point.
  void tangent(VectorIn dx, const Vector& v, const Vector& score, VectorOut dv) {
    dv.setZero();
    for_each_component([&](Index k, double r) {
      const Vector along = axes(k).transpose() * dx;
      const double slope =
          -along.dot(offset_.col(k).cwiseQuotient(variance_.col(k))) - score.dot(dx);  // (s_k - score) dx
      dv += r * (axes(k) * rate_.col(k).cwiseProduct(along) + slope * (component_velocity(k) - v));
    });
  }
  double divergence(const Vector& v, const Vector& score) {
    double trace = 0;
    for_each_component([&](Index k, double r) {
      scratch_ = -offset_.col(k).cwiseQuotient(variance_.col(k));
      const Vector tilt = axes(k) * scratch_ - score;
      trace += r * (rate_.col(k).sum() + tilt.dot(component_velocity(k) - v));
    });
    return trace;
  }

 private:
  void set_time(double t) {
    check_exact_time(t, f_.end_);
    time_ = t;
    s_ = scheduler_at(f_.scheduler_, t);
    const auto l = f_.variances_.array();
    variance_ = s_.alpha * s_.alpha * l + s_.sigma * s_.sigma;
    rate_ = (s_.alpha * s_.d_alpha * l + noise_rate(f_.scheduler_, t)) / variance_.array();
    log_norm_ = f_.log_weights_;
    log_norm_ -= (2 * std::numbers::pi * variance_.array()).log().colwise().sum().matrix().transpose() / 2;
  }
  const Points& axes(Index k) const { return f_.axes_[static_cast<std::size_t>(k)]; }
  Vector component_velocity(Index k) const {
    return s_.d_alpha * f_.means_.col(k) + axes(k) * rate_.col(k).cwiseProduct(offset_.col(k));
  }
  /// Calls visit(k, r_k) where r_k is not 0.
  template <class Visitor>
  void for_each_component(const Visitor& visit) {
    for (Index k = 0; k < weights_.size(); ++k)
      if (weights_(k) > 0) visit(k, weights_(k));
  }

  const MixtureField& f_;
  double time_ = -1;
  SchedulerValue s_{};
  Points variance_, rate_;     // of C_k and G_k along the axes (D, K)
  Points offset_;              // Q_k^T (x - alpha m_k) (D, K)
  Vector log_norm_, weights_;  // (K)
  Vector scratch_;             // (D)
  double log_density_ = 0;
};

template <class Visitor>
void MixtureField::for_each_point(VectorIn t, PointsIn x, const Visitor& visit) const {
  Posterior posterior(*this);
  for (Index n = 0; n < x.cols(); ++n) {
    posterior.put(t(n), x.col(n));
    visit(n, posterior);
  }
}

void MixtureField::evaluate(VectorIn t, PointsIn x, PointsOut v) const {
  for_each_point(t, x, [&](Index n, Posterior& p) { p.velocity(v.col(n)); });
}

void MixtureField::tangent(VectorIn t, PointsIn x, PointsIn dx, PointsOut v, PointsOut dv) const {
  Vector velocity(dim()), score(dim());
  for_each_point(t, x, [&](Index n, Posterior& p) {
    p.velocity(velocity);
    p.score(score);
    v.col(n) = velocity;
    p.tangent(dx.col(n), velocity, score, dv.col(n));
  });
}

void MixtureField::divergence(VectorIn t, PointsIn x, PointsOut v, VectorOut div) const {
  Vector velocity(dim()), score(dim());
  for_each_point(t, x, [&](Index n, Posterior& p) {
    p.velocity(velocity);
    p.score(score);
    v.col(n) = velocity;
    div(n) = p.divergence(velocity, score);
  });
}

PathStart MixtureField::start() const {
  return independent_start(means_ * log_weights_.array().exp().matrix(), scheduler_);
}

void MixtureField::endpoint(PointsIn x, PointsOut x1) const {
  if (end_ == 1) return VelocityField::endpoint(x, x1);
  posterior_mean(Vector::Constant(x.cols(), end_), x, x1);
}

void MixtureField::predict(VectorIn t, PointsIn x, PointsOut x1, PointsOut x0, PointsOut noise) const {
  posterior_mean(t, x, x1);
  score(t, x, x0);
  for (Index n = 0; n < x.cols(); ++n) x0.col(n) *= -scheduler_at(scheduler_, t(n)).sigma;
  noise = x0;
}

void MixtureField::posterior_mean(VectorIn t, PointsIn x, PointsOut mean) const {
  for_each_point(t, x, [&](Index n, Posterior& p) { p.mean(mean.col(n)); });
}

void MixtureField::posterior_weights(VectorIn t, PointsIn x, PointsOut r) const {
  for_each_point(t, x, [&](Index n, Posterior& p) { r.col(n) = p.weights(); });
}

void MixtureField::score(VectorIn t, PointsIn x, PointsOut score) const {
  for_each_point(t, x, [&](Index n, Posterior& p) { p.score(score.col(n)); });
}

void MixtureField::log_density(VectorIn t, PointsIn x, VectorOut log_p) const {
  for_each_point(t, x, [&](Index n, Posterior& p) { log_p(n) = p.log_density(); });
}

}  // namespace fm
