// How the time of a point enters the network: rows of the input block computed from t.
#pragma once

#include <cstdint>
#include <tuple>
#include <variant>

#include "core/fields.h"
#include "core/types.h"
#include "nn/block.h"

namespace fm {

struct RawTime {
  static constexpr auto name = "raw";
  static constexpr auto summary = "t itself";
  static constexpr auto fields() { return std::tuple{}; }
};

struct FourierTime {
  static constexpr auto name = "fourier";
  static constexpr auto summary =
      "sin(2^k pi t) and cos(2^k pi t) for k = 0, 1, ... (arXiv:2003.08934, eq. 4)";
  std::int64_t frequencies = 4;
  static constexpr auto fields() {
    // Beyond 2^20 pi, one float step of t is no longer small against a period.
    return std::tuple{
        field("frequencies", &FourierTime::frequencies, "how many values of k", between(1, 20))};
  }
};

using TimeFeatures = std::variant<RawTime, FourierTime>;

/// Rows it takes in the input block.
Index time_feature_count(const TimeFeatures& features);

/// Fills rows first_row, ... of `block` from t (N), N <= block_points; columns N and up become 0.
template <class T>
void load_time_features(const TimeFeatures& features, VectorIn t, Block<T>& block, Index first_row);

}  // namespace fm
