// Times as somebody would type them, where arithmetic has left them a rounding away.
#pragma once

#include <cmath>

namespace fm {

/// The double that the first 12 decimals of `time`, in [0, 1], name, if it is less than 2^-50 away: three
/// steps of 0.05 are 0.15, as typed, not 0.15000000000000002. A time is moved by rounding alone.
inline double as_typed(double time) {
  const double typed = std::round(time * 1e12) / 1e12;
  return std::abs(typed - time) < 0x1p-50 ? typed : time;
}

}  // namespace fm
