// When training looks at a path: the law of its times t, and what a time counts for in the loss.
// The loss is E_{t ~ p} w(t) l(t), p the sampler's density and w the weight: a sampler that draws some times
// more often makes them count more, and nothing corrects it unless the weight `inverse-density` is chosen.
// Here t = 1 is data; in Esser et al. 2024 (arXiv:2403.03206) t = 1 is noise, so their t is 1 - ours.
#pragma once

#include <tuple>
#include <variant>

#include "core/fields.h"
#include "core/random.h"
#include "core/types.h"

namespace fm {

/// One uniform time in each of B equal parts of [0, 1]: uniform in law, with less noise than independent
/// draws.
struct StratifiedTimes {
  static constexpr auto name = "stratified";
  static constexpr auto summary = "uniform, one time in each of batch-size equal parts of [0, 1]";
  static constexpr auto fields() { return std::tuple{}; }
};

struct UniformTimes {
  static constexpr auto name = "uniform";
  static constexpr auto summary = "uniform and independent";
  static constexpr auto fields() { return std::tuple{}; }
};

/// log(t / (1 - t)) is normal. Esser et al. 2024, eq. 19, with the sign of their mean turned.
struct LogitNormalTimes {
  static constexpr auto name = "logit-normal";
  static constexpr auto summary = "log(t / (1 - t)) is normal; a mean above 0 moves times to the data";
  double mean = 0;
  double std = 1;
  static constexpr auto fields() {
    // Normals that a generator of 53 bits can draw are below 8.6, so t stays inside (0, 1).
    return std::tuple{
        field("mean", &LogitNormalTimes::mean, "mean of the logit", between(-5, 5)),
        field("std", &LogitNormalTimes::std, "standard deviation of the logit", between(0.01, 3))};
  }
};

/// t = u + scale (cos^2(pi u / 2) - 1 + u), u uniform. Esser et al. 2024, eq. 20, mirrored.
struct ModeTimes {
  static constexpr auto name = "mode";
  static constexpr auto summary =
      "scale > 0: more times in the middle, < 0: more at both ends; all of [0, 1] is drawn";
  double scale = 1.29;
  static constexpr auto fields() {
    // Up to 2 / (pi - 2) = 1.7519 the map rises; there its slope in the middle is 0 and the density infinite.
    return std::tuple{field("scale", &ModeTimes::scale, "how strongly", between(-1, 1.75))};
  }
};

/// p(t) = 2 / (pi (1 - 2 t + 2 t^2)), the cosine schedule's share of times. Esser et al. 2024, eq. 21; its
/// own mirror image.
struct CosMapTimes {
  static constexpr auto name = "cosmap";
  static constexpr auto summary = "as often as a cosine path passes: p(t) = 2 / (pi (1 - 2 t + 2 t^2))";
  static constexpr auto fields() { return std::tuple{}; }
};

/// t = u^exponent, u uniform: p(t) = t^(1/exponent - 1) / exponent.
struct PowerTimes {
  static constexpr auto name = "power";
  static constexpr auto summary =
      "u^exponent with u uniform: above 1 more times at the source, below more at the data";
  double exponent = 2;
  static constexpr auto fields() {
    return std::tuple{field("exponent", &PowerTimes::exponent, "exponent", between(0.1, 10))};
  }
};

/// p(t) = a cosh(a (t - 1/2)) / (2 sinh(a / 2)). The shape of Lee, Lin and Fanti 2024, arXiv:2405.20320,
/// section 4.
struct UShapedTimes {
  static constexpr auto name = "u-shaped";
  static constexpr auto summary = "more times at both ends: p(t) proportional to cosh(a (t - 1/2))";
  double a = 4;
  static constexpr auto fields() {
    return std::tuple{field("a", &UShapedTimes::a, "steepness", between(0.01, 50))};
  }
};

using TimeSampler = std::variant<StratifiedTimes, UniformTimes, LogitNormalTimes, ModeTimes, CosMapTimes,
                                 PowerTimes, UShapedTimes>;

/// Fills t (B) with times in [0, 1], all from `draws`.
void draw_times(const TimeSampler& sampler, Draws draws, VectorOut t);

/// p(t), t in (0, 1); integrates to 1.
double time_density(const TimeSampler& sampler, double t);

struct NoWeight {
  static constexpr auto name = "none";
  static constexpr auto summary = "every point counts the same; times count as often as they are drawn";
  static constexpr auto fields() { return std::tuple{}; }
};

/// 1 / p(t): the loss has the expectation that it has for uniform times, whatever the sampler.
struct InverseDensity {
  static constexpr auto name = "inverse-density";
  static constexpr auto summary = "1 / p(t): undoes the sampler's preference, all times count the same";
  static constexpr auto fields() { return std::tuple{}; }
};

/// (1 - t)^exponent. With 2 on cond-ot, the squared error of the velocity becomes that of the prediction of
/// x1.
struct NoiseWeight {
  static constexpr auto name = "noise";
  static constexpr auto summary = "(1 - t)^exponent: errors near the source count more";
  double exponent = 2;
  static constexpr auto fields() {
    return std::tuple{field("exponent", &NoiseWeight::exponent, "exponent", between(0, 10))};
  }
};

using TimeWeight = std::variant<NoWeight, InverseDensity, NoiseWeight>;

/// w(t), t in (0, 1), for times drawn by `sampler`.
double time_weight(const TimeWeight& weight, const TimeSampler& sampler, double t);

}  // namespace fm
