// Stretches of time that something is defined on.
#pragma once

namespace fm {

/// The closed interval [begin, end]. Where a limit itself is excluded, the double next to it is the end.
struct TimeDomain {
  double begin = 0;
  double end = 1;

  /// False for NaN.
  constexpr bool contains(double t) const { return t >= begin && t <= end; }
};

}  // namespace fm
