#include "flow/time_sampler.h"

#include <cmath>
#include <numbers>

namespace fm {

namespace {

using std::numbers::pi;

/// Independent times, each from the quantile function at a uniform number.
template <class Quantile>
void fill(Draws& draws, VectorOut t, const Quantile& quantile) {
  for (Index n = 0; n < t.size(); ++n) t(n) = quantile(draws.uniform());
}

void fill(const StratifiedTimes&, Draws& draws, VectorOut t) {
  const auto count = static_cast<double>(t.size());
  for (Index n = 0; n < t.size(); ++n) t(n) = (static_cast<double>(n) + draws.uniform()) / count;
}
void fill(const UniformTimes&, Draws& draws, VectorOut t) {
  fill(draws, t, [](double u) { return u; });
}
void fill(const LogitNormalTimes& sampler, Draws& draws, VectorOut t) {
  for (Index n = 0; n < t.size(); ++n)
    t(n) = 1 / (1 + std::exp(-(sampler.mean + sampler.std * draws.normal())));
}
double mode_time(const ModeTimes& sampler, double u) {
  const double cosine = std::cos(pi * u / 2);
  return u + sampler.scale * (cosine * cosine - 1 + u);
}
void fill(const ModeTimes& sampler, Draws& draws, VectorOut t) {
  fill(draws, t, [&](double u) { return mode_time(sampler, u); });
}
void fill(const CosMapTimes&, Draws& draws, VectorOut t) {
  fill(draws, t, [](double u) { return 1 - 1 / (std::tan(pi * u / 2) + 1); });
}
void fill(const PowerTimes& sampler, Draws& draws, VectorOut t) {
  fill(draws, t, [&](double u) { return std::pow(u, sampler.exponent); });
}
void fill(const UShapedTimes& sampler, Draws& draws, VectorOut t) {
  const double top = std::sinh(sampler.a / 2);
  fill(draws, t, [&](double u) { return 0.5 + std::asinh((2 * u - 1) * top) / sampler.a; });
}

double density(const StratifiedTimes&, double) {
  return 1;
}
double density(const UniformTimes&, double) {
  return 1;
}
double density(const LogitNormalTimes& sampler, double t) {
  const double z = (std::log(t / (1 - t)) - sampler.mean) / sampler.std;
  return std::exp(-z * z / 2) / (std::sqrt(2 * pi) * sampler.std * t * (1 - t));
}
/// 1 / (dt/du) at the u of t, which is found by halving: the map rises. 60 halvings leave less than the last
/// bit.
double density(const ModeTimes& sampler, double t) {
  double low = 0, high = 1;
  for (int k = 0; k < 60; ++k) {
    const double middle = (low + high) / 2;
    (mode_time(sampler, middle) < t ? low : high) = middle;
  }
  return 1 / (1 + sampler.scale * (1 - pi / 2 * std::sin(pi * low)));
}
double density(const CosMapTimes&, double t) {
  return 2 / (pi * (1 - 2 * t + 2 * t * t));
}
double density(const PowerTimes& sampler, double t) {
  return std::pow(t, 1 / sampler.exponent - 1) / sampler.exponent;
}
double density(const UShapedTimes& sampler, double t) {
  return sampler.a * std::cosh(sampler.a * (t - 0.5)) / (2 * std::sinh(sampler.a / 2));
}

double value(const NoWeight&, const TimeSampler&, double) {
  return 1;
}
double value(const InverseDensity&, const TimeSampler& sampler, double t) {
  return 1 / time_density(sampler, t);
}
double value(const NoiseWeight& weight, const TimeSampler&, double t) {
  return std::pow(1 - t, weight.exponent);
}

}  // namespace

void draw_times(const TimeSampler& sampler, Draws draws, VectorOut t) {
  std::visit([&](const auto& member) { fill(member, draws, t); }, sampler);
}

double time_density(const TimeSampler& sampler, double t) {
  return std::visit([t](const auto& member) { return density(member, t); }, sampler);
}

double time_weight(const TimeWeight& weight, const TimeSampler& sampler, double t) {
  return std::visit([&](const auto& member) { return value(member, sampler, t); }, weight);
}

}  // namespace fm
