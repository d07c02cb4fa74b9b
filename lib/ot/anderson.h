// Anderson acceleration of a fixed-point iteration x <- T x: the next x is the combination of the last images
// whose residuals, to first order, cancel best. Near a fixed point where T contracts like a symmetric matrix
// it takes about the root of the iterations. Sources: Anderson 1965, J. ACM 12(4); Walker and Ni 2011, SIAM
// J. Numer. Anal. 49(4), whose letters the code uses.
#pragma once

#include <cstdint>

#include "core/types.h"

namespace fm {

class Anderson {
 public:
  /// weights (N) > 0: residuals are compared by the norm sum_n weights_n r_n^2.
  explicit Anderson(VectorIn weights);

  /// The next x to try, after x, its image T x and its error >= 0, whatever the caller wants to fall. An
  /// accelerated run ends where an x is more than twice as wrong as the best one, or the best has not changed
  /// for `window` calls. Plain iterations from the image of the best one follow, twice as many as the last
  /// time unless the run has halved the error: where acceleration does not help, it costs little, and the
  /// iteration converges as the plain one does. Cost O(window N).
  const Vector& next(const Vector& x, const Vector& image, double error);

  /// Differences of residuals that are remembered. Entropic plans between 256 points at reg from 0.2 to 0.002
  /// mean costs take as many iterations with 10, but for the hardest, which take up to three times as many.
  static constexpr Index window = 20;

 private:
  void remember(const Vector& residual, const Vector& image);
  void end_run();

  Vector weights_;
  Points residual_steps_, image_steps_;  // (N, window), columns in use: min(steps_, window)
  Eigen::MatrixXd gram_;                 // (window, window) of residual_steps_
  Vector residual_, image_, next_;       // of the last call
  Vector best_image_;
  double best_, first_;     // errors: the least, and that at the start of the run
  std::int64_t steps_ = 0;  // of the run, remembered
  std::int64_t calls_since_best_ = 0, plain_calls_ = 0, pause_ = 1;
  bool started_ = false;  // residual_ and image_ are of this run
};

}  // namespace fm
