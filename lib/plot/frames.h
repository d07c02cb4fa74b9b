// Frames of a moving picture: not every time of a long course is one.
#pragma once

#include <cstddef>
#include <vector>

namespace fm {

constexpr std::size_t most_frames = 60;  ///< five seconds at the 12 a second of gnuplot_script()

/// At most `most` >= 2 of the values, evenly chosen, with the first and the last.
template <class Value>
std::vector<Value> some_of(const std::vector<Value>& values, std::size_t most) {
  if (values.size() <= most) return values;
  std::vector<Value> chosen;
  for (std::size_t k = 0; k < most; ++k) chosen.push_back(values[k * (values.size() - 1) / (most - 1)]);
  return chosen;
}

}  // namespace fm
