#include "nn/optimizer.h"

#include <array>
#include <cmath>
#include <limits>

#include "nn/kernels_in_use.h"

namespace fm {

namespace {

double decay_of(const Adam&) {
  return 0;
}
double decay_of(const AdamW& adamw) {
  return adamw.weight_decay;
}

}  // namespace

template <class T>
void optimizer_step(const Optimizer& optimizer, double lr, std::span<const T> gradient,
                    OptimizerState<T>& state, std::span<T> parameters, double gradient_scale) {
  const auto k = static_cast<double>(++state.step);
  const AdamStep<T> step = std::visit(
      [&](const auto& member) {
        return AdamStep<T>{.beta1 = static_cast<T>(member.beta1),
                           .beta2 = static_cast<T>(member.beta2),
                           .epsilon = static_cast<T>(member.epsilon),
                           .scale = static_cast<T>(gradient_scale),
                           .rate = static_cast<T>(lr / (1 - std::pow(member.beta1, k))),
                           .root = static_cast<T>(std::sqrt(1 - std::pow(member.beta2, k))),
                           .shrink = static_cast<T>(1 - lr * decay_of(member))};
      },
      optimizer);
  kernels<T>().adam(step, static_cast<Index>(parameters.size()), gradient.data(), state.mean.data(),
                    state.variance.data(), parameters.data());
}

template <class T>
double gradient_norm(std::span<const T> gradient) {
  std::array<double, 8> sums{};  // a fixed order that still fills the lanes of a vector
  for (std::size_t i = 0; i < gradient.size(); ++i) {
    const auto g = static_cast<double>(gradient[i]);
    sums[i % sums.size()] += g * g;
  }
  double sum = 0;
  for (const double s : sums) sum += s;
  return std::sqrt(sum);
}

double clip_scale(double norm, double max_norm) {
  if (!std::isfinite(norm)) return std::numeric_limits<double>::quiet_NaN();
  return norm > max_norm ? max_norm / norm : 1;
}

template <class T>
bool all_finite(std::span<const T> x) {
  return kernels<T>().all_finite(static_cast<Index>(x.size()), x.data());
}

template <class T>
void update_average(double decay, std::span<const T> parameters, std::span<T> average) {
  kernels<T>().update_average(static_cast<T>(decay), static_cast<Index>(average.size()), parameters.data(),
                              average.data());
}

template void optimizer_step(const Optimizer&, double, std::span<const float>, OptimizerState<float>&,
                             std::span<float>, double);
template void optimizer_step(const Optimizer&, double, std::span<const double>, OptimizerState<double>&,
                             std::span<double>, double);
template double gradient_norm(std::span<const float>);
template double gradient_norm(std::span<const double>);
template bool all_finite(std::span<const float>);
template bool all_finite(std::span<const double>);
template void update_average(double, std::span<const float>, std::span<float>);
template void update_average(double, std::span<const double>, std::span<double>);

}  // namespace fm
