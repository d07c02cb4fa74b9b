// How a network's error counts: a function of q, the mean over the columns of the squared error of one point,
// in the preconditioned space, where targets have unit variance.
#pragma once

#include <cmath>
#include <tuple>
#include <variant>

#include "core/fields.h"

namespace fm {

/// q: least at the conditional mean of the target, which is the marginal velocity.
struct Mse {
  static constexpr auto name = "mse";
  static constexpr auto summary = "mean squared error: learns the marginal velocity";
  static constexpr auto fields() { return std::tuple{}; }
};

/// 2 c (sqrt(q + c^2) - c): q where it is small against c^2, 2 c sqrt(q) where it is large; Mse in the limit
/// of large c. Least at a centre between mean and median: where targets scatter at one (x, t), as they do
/// under an independent coupling, that is not the marginal velocity. Meant for targets that hardly scatter,
/// but for outliers. Source: Song and Dhariwal 2024, arXiv:2310.14189, section 3.3 (there without the factor
/// 2 c).
struct PseudoHuber {
  static constexpr auto name = "pseudo-huber";
  static constexpr auto summary =
      "linear for errors above c standard deviations: outliers pull less, but biased where targets scatter";
  double c = 1;
  static constexpr auto fields() {
    return std::tuple{field("c", &PseudoHuber::c,
                            "where squared becomes linear, in the target's standard deviations",
                            between(1e-6, 1e6))};
  }
};

using RegressionLoss = std::variant<Mse, PseudoHuber>;

/// A loss and its derivative in q.
struct LossValue {
  double value, slope;
};

inline LossValue loss_of(const Mse&, double q) {
  return {q, 1};
}

/// 2 c (sqrt(q + c^2) - c) without cancellation for small q.
inline LossValue loss_of(const PseudoHuber& loss, double q) {
  const double root = std::sqrt(q + loss.c * loss.c);
  return {2 * loss.c * q / (root + loss.c), loss.c / root};
}

inline LossValue loss_of(const RegressionLoss& loss, double q) {
  return std::visit([q](const auto& member) { return loss_of(member, q); }, loss);
}

}  // namespace fm
