// Toy clouds on plane curves with noise around them. Their densities are quadratures to 1e-12: curve_law.h.
#pragma once

#include <cstdint>
#include <tuple>

#include "core/fields.h"
#include "data/curve_law.h"

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

/// Circles around 0 of radius radius * k / count, k = 1 ... count, each with probability 1 / count and an
/// angle uniform on the whole turn. The defaults are those of Grathwohl et al. 2019, arXiv:1810.01367.
struct Rings {
  static constexpr auto name = "rings";
  static constexpr auto summary = "circles around one centre";
  std::int64_t count = 4;
  double radius = 3;
  double noise = 0.08;
  static constexpr auto fields() {
    return std::tuple{field("count", &Rings::count, "circles", between(1, 100)),
                      field("radius", &Rings::radius, "radius of the largest", above(0)),
                      field("noise", &Rings::noise, "standard deviation around the circles", at_least(0))};
  }
};

/// Columns 0 and 2 of scikit-learn's make_s_curve, scaled: two parts of 3/4 of a circle,
///   c = (sin a, 1 - cos a), a in [-3 pi / 2, 0], or (sin a, cos a - 1), a in [0, 3 pi / 2],
/// each with probability 1/2. The defaults are those of Tong et al. 2024, arXiv:2307.03672.
struct SCurve {
  static constexpr auto name = "s-curve";
  static constexpr auto summary = "a curve like the letter S";
  double noise = 0.05;
  double scale = 1.5;
  static constexpr auto fields() {
    return std::tuple{
        field("noise", &SCurve::noise, "standard deviation around the curve, before scaling", at_least(0)),
        field("scale", &SCurve::scale, "factor of the whole cloud", above(0))};
  }
};

/// Columns 0 and 2 of scikit-learn's make_swiss_roll, scaled: c = a (cos a, sin a), a uniform in
/// [3 pi / 2, 9 pi / 2]. The defaults are those of Grathwohl et al. 2019, arXiv:1810.01367.
struct SwissRoll {
  static constexpr auto name = "swiss-roll";
  static constexpr auto summary = "a spiral of one turn and a half";
  double noise = 1;
  double scale = 0.2;
  static constexpr auto fields() {
    return std::tuple{field("noise", &SwissRoll::noise,
                            "standard deviation around the spiral, before scaling", at_least(0)),
                      field("scale", &SwissRoll::scale, "factor of the whole cloud", above(0))};
  }
};

/// Two spirals into each other, c = +- a / 3 (-cos a, sin a), a = 3 pi sqrt(u), u uniform in [0, 1], which is
/// nearly uniform in length. As in Grathwohl et al. 2019, arXiv:1810.01367, whose points are moved by a
/// further uniform step of at most 1/6 in each coordinate.
struct TwoSpirals {
  static constexpr auto name = "two-spirals";
  static constexpr auto summary = "two spirals wound into each other";
  double noise = 0.1;
  double scale = 1;
  static constexpr auto fields() {
    return std::tuple{field("noise", &TwoSpirals::noise,
                            "standard deviation around the spirals, before scaling", at_least(0)),
                      field("scale", &TwoSpirals::scale, "factor of the whole cloud", above(0))};
  }
};

CurveLaw curve_law(const Moons& moons);
CurveLaw curve_law(const Rings& rings);
CurveLaw curve_law(const SCurve& curve);
CurveLaw curve_law(const SwissRoll& roll);
CurveLaw curve_law(const TwoSpirals& spirals);

/// A toy cloud on curves.
template <class T>
concept CurveToy = requires(const T& toy) {
  curve_law(toy);
};

}  // namespace fm
