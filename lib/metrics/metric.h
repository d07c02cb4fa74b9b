// Distances between two clouds of points, chosen by name. They act on points as given: in data units the
// column with the largest spread rules Euclidean distances, so clouds of unlike columns are best divided by
// the reference's standard deviations first.
#pragma once

#include <cstdint>
#include <tuple>
#include <variant>

#include "core/fields.h"
#include "core/types.h"

namespace fm {

// `usual_rows`: rows of each side that a comparison takes unless told otherwise, so that it ends within
// seconds.

struct Energy {
  static constexpr auto name = "energy";
  static constexpr auto summary =
      "2E|x-y| - E|x-x'| - E|y-y'|, unbiased, not halved, with a permutation test";
  static constexpr Index usual_rows = 4000;
  static constexpr auto fields() { return std::tuple{}; }
};

struct SlicedW2 {
  static constexpr auto name = "sliced-w2";
  static constexpr auto summary = "root of the mean over random directions of the squared W2 of projections";
  static constexpr Index usual_rows = 20000;
  std::int64_t directions = 100;
  static constexpr auto fields() {
    return std::tuple{field("directions", &SlicedW2::directions, "random unit vectors", between(1, 100000))};
  }
};

struct W2 {
  static constexpr auto name = "w2";
  static constexpr auto summary = "exact 2-Wasserstein distance, root taken, equal sizes";
  static constexpr Index usual_rows = 2000;
  static constexpr auto fields() { return std::tuple{}; }
};

using Metric = std::variant<Energy, SlicedW2, W2>;

/// The distance between x (D, n) and y (D, m); `seed` draws what is random in it. Energy needs n, m >= 2, W2
/// n = m, and all of them n, m >= 1. Throws data errors "cloud-columns", "cloud-size", "not-finite", and
/// those of solve_assignment.
double distance(const Metric& metric, PointsIn x, PointsIn y, std::uint64_t seed);

/// Throws data errors "cloud-columns" (different D), "not-finite" (also where squared distances would
/// overflow).
void check_clouds(PointsIn x, PointsIn y);

}  // namespace fm
