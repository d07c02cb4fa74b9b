#include "nn/time_features.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace fm {

namespace {

Index count(const RawTime&) {
  return 1;
}
Index count(const FourierTime& fourier) {
  return 2 * fourier.frequencies;
}

/// Row `row` of the features of one time.
double feature(const RawTime&, Index, double t) {
  return t;
}
double feature(const FourierTime&, Index row, double t) {
  const double angle = std::ldexp(std::numbers::pi, static_cast<int>(row / 2)) * t;
  return row % 2 == 0 ? std::sin(angle) : std::cos(angle);
}

}  // namespace

Index time_feature_count(const TimeFeatures& features) {
  return std::visit([](const auto& member) { return count(member); }, features);
}

template <class T>
void load_time_features(const TimeFeatures& features, VectorIn t, Block<T>& block, Index first_row) {
  std::visit(
      [&](const auto& member) {
        for (Index r = 0; r < count(member); ++r) {
          T* row = block.row(first_row + r);
          for (Index n = 0; n < t.size(); ++n) row[n] = static_cast<T>(feature(member, r, t[n]));
          std::fill(row + t.size(), row + block_points, T{0});
        }
      },
      features);
}

template void load_time_features(const TimeFeatures&, VectorIn, Block<float>&, Index);
template void load_time_features(const TimeFeatures&, VectorIn, Block<double>&, Index);

}  // namespace fm
