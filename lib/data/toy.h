// Toy clouds whose law is known. Rows are independent draws from the law: a cloud that puts exactly half of
// its points on each moon has a smaller noise floor than any honest sample can reach.
#pragma once

#include <cstdint>
#include <string>
#include <tuple>
#include <variant>
#include <vector>

#include "core/fields.h"
#include "core/random.h"
#include "core/types.h"

namespace fm {

/// Two half circles that reach into each other, as in scikit-learn's make_moons, scaled:
///   (x, y) = scale * (c + noise * z) + shift,   z ~ N(0, I),   a uniform in [0, pi],
///   c = (cos a, sin a) or (1 - cos a, 1/2 - sin a), each with probability 1/2.
/// The defaults are those of Tong et al. 2024, arXiv:2307.03672: noise 0.05, times 2, minus 1.
struct Moons {
  static constexpr auto name = "moons";
  static constexpr auto summary = "two half circles that reach into each other";
  double noise = 0.05;
  double scale = 2;
  double shift = -1;
  static constexpr auto fields() {
    return std::tuple{
        field("noise", &Moons::noise, "standard deviation around the circles, before scaling", at_least(0)),
        field("scale", &Moons::scale, "factor of the whole cloud", above(0)),
        field("shift", &Moons::shift, "added to both coordinates")};
  }
};

/// Eight normal modes of standard deviation `std` at equal angles on a circle of that radius, each with
/// probability 1/8. The defaults are those of Tong et al. 2024, arXiv:2307.03672.
struct EightGaussians {
  static constexpr auto name = "8gaussians";
  static constexpr auto summary = "eight normal modes on a circle";
  double radius = 5;
  double std = 1;
  static constexpr auto fields() {
    return std::tuple{field("radius", &EightGaussians::radius, "radius of the circle", at_least(0)),
                      field("std", &EightGaussians::std, "standard deviation of a mode", at_least(0))};
  }
};

using Toy = std::variant<Moons, EightGaussians>;

/// Names of the cloud's columns (D).
std::vector<std::string> toy_columns(const Toy& toy);

/// Rows first_row, ..., first_row + count - 1 of the endless sample of that seed, as columns (D, count).
Points draw_toy(const Toy& toy, const Random& random, std::uint64_t first_row, Index count);

}  // namespace fm
