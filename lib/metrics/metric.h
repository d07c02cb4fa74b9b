// Comparisons of two clouds of points, chosen by name: distances, shares of neighbours and accuracies of
// classifiers. They act on points as given, save that classifiers that need units take each column's own: in
// data units the column with the largest spread rules Euclidean distances, so clouds of unlike columns are
// best divided by the reference's standard deviations first.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <tuple>
#include <variant>

#include "core/fields.h"
#include "core/types.h"
#include "metrics/mmd.h"
#include "metrics/pair_sums.h"

namespace fm {

constexpr double no_bound = std::numeric_limits<double>::infinity();
constexpr Index all_rows = std::numeric_limits<Index>::max();

/// What a metric is beside its name.
struct MetricTraits {
  Index usual_rows;  ///< of each side in a comparison unless told otherwise, so that it ends within seconds
  Index test_rows;   ///< of each side in the permutation test, at most
  bool unbiased = false;   ///< its mean is 0 for equal laws, and it is a PairContrast: contrast_of()
  bool grows = true;       ///< grows, not falls, as laws part
  int power_of_unit = 0;   ///< how it scales with the unit of the coordinates
  double most = no_bound;  ///< upper bound; the lower one is 0 of those that are not unbiased
  Index least = 1;         ///< the fewest rows of each side
};

struct Energy {
  static constexpr auto name = "energy";
  static constexpr auto summary = "2E|x-y| - E|x-x'| - E|y-y'|, unbiased, not halved; time n^2, memory n";
  constexpr MetricTraits traits() const {
    return {.usual_rows = 4000, .test_rows = all_rows, .unbiased = true, .power_of_unit = 1, .least = 2};
  }
  static constexpr auto fields() { return std::tuple{}; }
};

struct SlicedW2 {
  static constexpr auto name = "sliced-w2";
  static constexpr auto summary =
      "root of the mean over random directions of the squared W2 of projections; time n log n a direction";
  std::int64_t directions = 100;
  constexpr MetricTraits traits() const {
    return {.usual_rows = 20000, .test_rows = 4000, .power_of_unit = 1};
  }
  static constexpr auto fields() {
    return std::tuple{field("directions", &SlicedW2::directions, "random unit vectors", between(1, 100000))};
  }
};

struct W2 {
  static constexpr auto name = "w2";
  static constexpr auto summary =
      "exact 2-Wasserstein distance, root taken; time about n^1.5, more in many columns";
  constexpr MetricTraits traits() const { return {.usual_rows = 2000, .test_rows = 200, .power_of_unit = 1}; }
  static constexpr auto fields() { return std::tuple{}; }
};

struct W1 {
  static constexpr auto name = "w1";
  static constexpr auto summary =
      "exact 1-Wasserstein distance, of Euclidean costs; time about n^1.5, more in many columns";
  constexpr MetricTraits traits() const { return {.usual_rows = 1000, .test_rows = 100, .power_of_unit = 1}; }
  static constexpr auto fields() { return std::tuple{}; }
};

/// Largest L1 error of a plan's marginals: far below the noise of any sample, and reached where 1e-9 takes
/// more iterations than it is worth.
constexpr double sinkhorn_tolerance = 1e-5;

/// Costs are lost beside reg by its multiple of 2^-53. At the upper end that leaves nine digits, and the
/// divergence is the distance of means but for one part in 1e5.
constexpr Range sinkhorn_regs = {.low = 0, .high = 1e6, .low_open = true};

struct SinkhornW2 {
  static constexpr auto name = "sinkhorn";
  static constexpr auto summary =
      "root of the Sinkhorn divergence of squared costs: w2 as reg falls, the distance of means as it grows; "
      "time n^2 an iteration";
  double reg = 0.1;
  constexpr MetricTraits traits() const { return {.usual_rows = 300, .test_rows = 50, .power_of_unit = 1}; }
  static constexpr auto fields() {
    return std::tuple{field("reg", &SinkhornW2::reg,
                            "weight of the entropy, in units of the mean squared distance between the clouds",
                            sinkhorn_regs)};
  }
};

struct Mmd {
  static constexpr auto name = "mmd";
  static constexpr auto summary =
      "squared maximum mean discrepancy E k(x,x') + E k(y,y') - 2E k(x,y), unbiased; time n^2, memory n";
  MmdKernel kernel = MmdKernel::gaussian;
  double bandwidth = 0;
  constexpr MetricTraits traits() const {
    return {.usual_rows = 4000, .test_rows = all_rows, .unbiased = true, .least = 2};
  }
  static constexpr auto fields() {
    return std::tuple{
        field("kernel", &Mmd::kernel, "function of distances"),
        field("bandwidth", &Mmd::bandwidth,
              "length h in the kernel; 0: the median distance of the points compared", at_least(0))};
  }
};

// The four of metrics/manifold.h, with the k of their papers.
constexpr auto ball_help = "a ball around a point reaches the k-th nearest of its own cloud";

struct Precision {
  static constexpr auto name = "precision";
  static constexpr auto summary = "share of samples in some ball of the reference; time n^2";
  std::int64_t k = 3;
  constexpr MetricTraits traits() const {
    return {.usual_rows = 2000, .test_rows = 2000, .grows = false, .most = 1, .least = k + 1};
  }
  static constexpr auto fields() {
    return std::tuple{field("k", &Precision::k, ball_help, between(1, 1000))};
  }
};

struct Recall {
  static constexpr auto name = "recall";
  static constexpr auto summary = "share of the reference in some ball of the samples; time n^2";
  std::int64_t k = 3;
  constexpr MetricTraits traits() const {
    return {.usual_rows = 2000, .test_rows = 2000, .grows = false, .most = 1, .least = k + 1};
  }
  static constexpr auto fields() { return std::tuple{field("k", &Recall::k, ball_help, between(1, 1000))}; }
};

struct Density {
  static constexpr auto name = "density";
  static constexpr auto summary = "balls of the reference around a sample, over k; time n^2";
  std::int64_t k = 5;
  constexpr MetricTraits traits() const {
    return {.usual_rows = 2000, .test_rows = 2000, .grows = false, .least = k + 1};
  }
  static constexpr auto fields() { return std::tuple{field("k", &Density::k, ball_help, between(1, 1000))}; }
};

struct Coverage {
  static constexpr auto name = "coverage";
  static constexpr auto summary = "share of the reference's balls that hold some sample; time n^2";
  std::int64_t k = 5;
  constexpr MetricTraits traits() const {
    return {.usual_rows = 2000, .test_rows = 2000, .grows = false, .most = 1, .least = k + 1};
  }
  static constexpr auto fields() { return std::tuple{field("k", &Coverage::k, ball_help, between(1, 1000))}; }
};

// The three of metrics/classifier.h: accuracy on points not seen, 1/2 where laws are equal.

struct C2stLinear {
  static constexpr auto name = "c2st-linear";
  static constexpr auto summary =
      "cross-validated accuracy of a linear classifier, which sees means alone; time n D^2";
  std::int64_t folds = 5;
  constexpr MetricTraits traits() const {
    return {.usual_rows = 20000, .test_rows = 20000, .most = 1, .least = folds};
  }
  static constexpr auto fields() {
    return std::tuple{
        field("folds", &C2stLinear::folds, "parts, each tested on what the others teach", between(2, 100))};
  }
};

struct C2stKnn {
  static constexpr auto name = "c2st-knn";
  static constexpr auto summary = "leave-one-out accuracy of the majority of k neighbours; time n^2";
  std::int64_t k = 5;
  constexpr MetricTraits traits() const {
    return {.usual_rows = 2000, .test_rows = 2000, .most = 1, .least = k + 1};
  }
  static constexpr auto fields() {
    return std::tuple{
        field("k", &C2stKnn::k, "neighbours that vote; an odd number has no ties", between(1, 1000))};
  }
};

struct C2stNetwork {
  static constexpr auto name = "c2st-network";
  static constexpr auto summary =
      "accuracy of a network on the half it has not learnt from, p by the exact law; time steps width^2";
  std::int64_t width = 32;
  std::int64_t steps = 1000;
  constexpr MetricTraits traits() const {
    return {.usual_rows = 4000, .test_rows = all_rows, .most = 1, .least = 4};
  }
  static constexpr auto fields() {
    return std::tuple{
        field("width", &C2stNetwork::width, "units of each of the two hidden layers", between(1, 1024)),
        field("steps", &C2stNetwork::steps, "steps of training, 64 points each", between(1, 1e6))};
  }
};

using Metric = std::variant<Energy, SlicedW2, W2, W1, SinkhornW2, Mmd, Precision, Recall, Density, Coverage,
                            C2stLinear, C2stKnn, C2stNetwork>;

inline MetricTraits traits_of(const Metric& metric) {
  return std::visit([](const auto& member) { return member.traits(); }, metric);
}

/// The comparison of samples x (D, n) with a reference y (D, m); `seed` draws what is random in it. Throws
/// data errors "cloud-columns", "cloud-size" (fewer than `least` rows on a side), "not-finite", and those of
/// solve_assignment: W2 and c2st-network need n = m.
double distance(const Metric& metric, PointsIn x, PointsIn y, std::uint64_t seed);

/// The same for each column of `labels` (N, P), where 1 marks the samples among `points` (D, N) and 0 the
/// reference: what distances, neighbours or projections of the points can be shared is found once.
Vector distances(const Metric& metric, PointsIn points, const Points& labels, std::uint64_t seed);

/// What an unbiased metric is the contrast of, nullopt for the others; a bandwidth of 0 stands for the median
/// distance of these points, all of both sides.
std::optional<PairContrast> contrast_of(const Metric& metric, PointsIn points, std::uint64_t seed);

/// Throws data error "cloud-size" for fewer than `least` rows on a side.
void check_size(const Metric& metric, Index x_rows, Index y_rows);

/// check_clouds() and check_size().
void check_comparable(const Metric& metric, PointsIn x, PointsIn y);

/// Throws data errors "cloud-columns" (different D), "not-finite" (also where squared distances would
/// overflow).
void check_clouds(PointsIn x, PointsIn y);

}  // namespace fm
