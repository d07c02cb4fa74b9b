// Activation functions of the network: their names and their definitions, one number at a time. These are the
// slow, obvious forms that state what is meant; the vectorised ones in kernels_activation.h are tested
// against them.
#pragma once

#include <array>
#include <utility>

namespace fm {

enum class Activation : int {
  silu,  ///< x / (1 + exp(-x)); Elfwing et al. 2017, arXiv:1702.03118
  selu,  ///< lambda x for x > 0, lambda alpha (exp(x) - 1) below; Klambauer et al. 2017, arXiv:1706.02515
  gelu,  ///< x Phi(x), Phi the normal distribution function; Hendrycks and Gimpel 2016, arXiv:1606.08415
  tanh,
  relu,  ///< max(x, 0), derivative 0 at 0
};

constexpr auto enum_names(Activation) {
  return std::array{std::pair{Activation::silu, "silu"}, std::pair{Activation::selu, "selu"},
                    std::pair{Activation::gelu, "gelu"}, std::pair{Activation::tanh, "tanh"},
                    std::pair{Activation::relu, "relu"}};
}

/// Constants of SELU: mean 0 and variance 1 are a fixed point (arXiv:1706.02515, eq. 14).
inline constexpr double selu_alpha = 1.6732632423543772848;
inline constexpr double selu_lambda = 1.0507009873554804934;

/// The function and its derivative at any x, infinities included (their limits). NaN gives NaN.
double activation_value(Activation activation, double x);
double activation_slope(Activation activation, double x);

}  // namespace fm
