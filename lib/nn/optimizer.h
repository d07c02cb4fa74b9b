// How parameters follow a gradient: Adam and AdamW, clipping of the gradient, moving average of the
// parameters.
#pragma once

#include <cstdint>
#include <span>
#include <tuple>
#include <variant>
#include <vector>

#include "core/fields.h"
#include "core/types.h"

namespace fm {

/// m <- beta1 m + (1 - beta1) g;  v <- beta2 v + (1 - beta2) g^2;
/// p <- p - lr (m / (1 - beta1^k)) / (sqrt(v / (1 - beta2^k)) + epsilon) at step k = 1, 2, ...
/// Source: Kingma and Ba 2014, arXiv:1412.6980, algorithm 1.
struct Adam {
  static constexpr auto name = "adam";
  static constexpr auto summary = "Adam (arXiv:1412.6980)";
  double beta1 = 0.9;
  double beta2 = 0.999;
  double epsilon = 1e-8;
  static constexpr auto fields() {
    return std::tuple{
        field("beta1", &Adam::beta1, "decay of the mean of gradients", from_below(0, 1)),
        field("beta2", &Adam::beta2, "decay of the mean of squared gradients", from_below(0, 1)),
        field("epsilon", &Adam::epsilon, "added to the root", above(0))};
  }
};

/// Adam whose step also subtracts lr weight_decay p. Source: Loshchilov and Hutter 2017, arXiv:1711.05101,
/// algorithm 2 (their schedule multiplier is lr here, as in PyTorch).
struct AdamW {
  static constexpr auto name = "adamw";
  static constexpr auto summary = "Adam with decoupled weight decay (arXiv:1711.05101)";
  double beta1 = 0.9;
  double beta2 = 0.999;
  double epsilon = 1e-8;
  double weight_decay = 0.01;
  static constexpr auto fields() {
    return std::tuple{
        field("beta1", &AdamW::beta1, "decay of the mean of gradients", from_below(0, 1)),
        field("beta2", &AdamW::beta2, "decay of the mean of squared gradients", from_below(0, 1)),
        field("epsilon", &AdamW::epsilon, "added to the root", above(0)),
        field("weight_decay", &AdamW::weight_decay, "pull to 0, times the learning rate", at_least(0))};
  }
};

using Optimizer = std::variant<Adam, AdamW>;

/// What an optimizer remembers; all of it must be saved to go on later.
template <class T>
struct OptimizerState {
  std::vector<T> mean;      ///< m
  std::vector<T> variance;  ///< v, of uncentred gradients
  std::int64_t step = 0;    ///< steps taken

  /// All but the vectors.
  static constexpr auto fields() { return std::tuple{field("step", &OptimizerState::step, "", at_least(0))}; }

  OptimizerState() = default;
  explicit OptimizerState(Index parameters)
      : mean(static_cast<std::size_t>(parameters)), variance(static_cast<std::size_t>(parameters)) {}
};

/// One step with learning rate lr along gradient_scale * gradient. All lengths equal.
template <class T>
void optimizer_step(const Optimizer& optimizer, double lr, std::span<const T> gradient,
                    OptimizerState<T>& state, std::span<T> parameters, double gradient_scale = 1);

/// Euclidean length of the gradient, summed in double in a fixed order.
template <class T>
double gradient_norm(std::span<const T> gradient);

/// Factor that brings a gradient of that norm to at most max_norm (Pascanu et al. 2012, arXiv:1211.5063, alg.
/// 1). A norm that is not finite gives NaN, so that the step shows it.
double clip_scale(double norm, double max_norm);

/// Whether every number is finite.
template <class T>
bool all_finite(std::span<const T> x);

/// average <- decay average + (1 - decay) parameters, the exponential moving average.
template <class T>
void update_average(double decay, std::span<const T> parameters, std::span<T> average);

}  // namespace fm
