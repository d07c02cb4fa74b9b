#include "ot/anderson.h"

#include <Eigen/Cholesky>
#include <algorithm>
#include <limits>

namespace fm {

namespace {

/// Of the trace of the normal equations: their rounding is of that size, and steps that differ by less are
/// one.
constexpr double ridge = 1e-14;

constexpr double tolerated_rise = 2;

}  // namespace

Anderson::Anderson(VectorIn weights)
    : weights_(weights),
      residual_steps_(weights.size(), window),
      image_steps_(weights.size(), window),
      gram_(window, window),
      best_(std::numeric_limits<double>::infinity()),
      first_(best_) {}

void Anderson::remember(const Vector& residual, const Vector& image) {
  if (started_) {
    const Index slot = steps_++ % window, used = std::min<Index>(steps_, window);
    residual_steps_.col(slot) = residual - residual_;
    image_steps_.col(slot) = image - image_;
    const Vector weighted = weights_.cwiseProduct(residual_steps_.col(slot));
    gram_.col(slot).head(used) = residual_steps_.leftCols(used).transpose() * weighted;
    gram_.row(slot).head(used) = gram_.col(slot).head(used).transpose();
  }
  residual_ = residual;
  image_ = image;
  started_ = true;
}

void Anderson::end_run() {
  pause_ = best_ < first_ / 2 ? 1 : 2 * pause_;
  plain_calls_ = pause_ - 1;  // the one that is due comes first
  steps_ = calls_since_best_ = 0;
  started_ = false;
}

const Vector& Anderson::next(const Vector& x, const Vector& image, double error) {
  if (plain_calls_ > 0) {
    --plain_calls_;
    best_ = error;
    best_image_ = next_ = image;
    return next_;
  }
  if (!started_) first_ = error;
  ++calls_since_best_;
  if (error <= best_ || !started_) {
    best_ = error;
    best_image_ = image;
    calls_since_best_ = 0;
  } else if (!(error <= tolerated_rise * best_) || calls_since_best_ >= window) {
    end_run();
    next_ = best_image_;
    return next_;
  }
  remember(image - x, image);
  next_ = image;
  const Index used = std::min<Index>(steps_, window);
  if (used == 0) return next_;
  Eigen::MatrixXd normal = gram_.topLeftCorner(used, used);
  normal.diagonal().array() += ridge * normal.trace();
  const Vector gamma =
      normal.ldlt().solve(residual_steps_.leftCols(used).transpose() * weights_.cwiseProduct(residual_));
  const Vector mixed = image - image_steps_.leftCols(used) * gamma;
  if (mixed.allFinite()) next_ = mixed;
  return next_;
}

}  // namespace fm
