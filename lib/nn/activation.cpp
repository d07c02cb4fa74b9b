#include "nn/activation.h"

#include <cmath>
#include <limits>
#include <numbers>

namespace fm {

namespace {

double normal_density(double x) {
  return std::exp(-0.5 * x * x) * std::numbers::inv_sqrtpi / std::numbers::sqrt2;
}

double normal_distribution(double x) {
  return 0.5 * std::erfc(-x / std::numbers::sqrt2);
}

/// x f for a factor f that falls faster than 1/x grows: 0 where f is 0, also at infinite x.
double vanishing_product(double x, double f) {
  return f == 0 ? 0 : x * f;
}

}  // namespace

double activation_value(Activation activation, double x) {
  switch (activation) {
    case Activation::silu:
      return vanishing_product(x, 1 / (1 + std::exp(-x)));
    case Activation::selu:
      return selu_lambda * (x > 0 ? x : selu_alpha * std::expm1(x));
    case Activation::gelu:
      return vanishing_product(x, normal_distribution(x));
    case Activation::tanh:
      return std::tanh(x);
    case Activation::relu:
      return x < 0 ? 0 : x;
  }
  return std::numeric_limits<double>::quiet_NaN();
}

double activation_slope(Activation activation, double x) {
  switch (activation) {
    case Activation::silu: {
      const double s = 1 / (1 + std::exp(-x));
      return s + vanishing_product(x, s / (1 + std::exp(x)));
    }
    case Activation::selu:
      return selu_lambda * (x > 0 ? 1 : selu_alpha * std::exp(x));
    case Activation::gelu:
      return normal_distribution(x) + vanishing_product(x, normal_density(x));
    case Activation::tanh:
      return 1 - std::tanh(x) * std::tanh(x);
    case Activation::relu:
      return std::isnan(x) ? x : x > 0;
  }
  return std::numeric_limits<double>::quiet_NaN();
}

}  // namespace fm
