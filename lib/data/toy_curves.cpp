#include "data/toy_curves.h"

#include <cmath>
#include <numbers>

namespace fm {

namespace {

using Point2 = Eigen::Vector2d;
constexpr double pi = std::numbers::pi;

}  // namespace

CurveLaw curve_law(const Moons& moons) {
  Arc lower{"lower", 0, pi,
            false,   1, [](double a) -> Point2 {
              return Point2(1, 0.5) - Point2(std::cos(a), std::sin(a)); }};
  Arc upper{"upper", 0, pi, false, 1, [](double a) { return Point2(std::cos(a), std::sin(a)); }};
  return {{std::move(lower), std::move(upper)}, moons.noise, moons.scale, moons.shift};
}

CurveLaw curve_law(const Rings& rings) {
  CurveLaw law{{}, rings.noise};
  for (std::int64_t k = 0; k < rings.count; ++k) {
    const double radius = rings.radius * static_cast<double>(k + 1) / static_cast<double>(rings.count);
    law.arcs.push_back({"ring" + std::to_string(k), 0, 2 * pi, false, radius,
                        [radius](double a) -> Point2 { return radius * Point2(std::cos(a), std::sin(a)); }});
  }
  return law;
}

CurveLaw curve_law(const SCurve& curve) {
  Arc upper{"upper", -1.5 * pi, 0, false, 1, [](double a) { return Point2(std::sin(a), 1 - std::cos(a)); }};
  Arc lower{"lower", 0, 1.5 * pi, false, 1, [](double a) { return Point2(std::sin(a), std::cos(a) - 1); }};
  return {{std::move(upper), std::move(lower)}, curve.noise, curve.scale};
}

CurveLaw curve_law(const SwissRoll& roll) {
  const double end = 4.5 * pi;
  Arc arc{
      "roll", 1.5 * pi,           end,
      false,  std::hypot(1, end), [](double a) -> Point2 {
            return a * Point2(std::cos(a), std::sin(a)); }};
  return {{std::move(arc)}, roll.noise, roll.scale};
}

CurveLaw curve_law(const TwoSpirals& spirals) {
  CurveLaw law{{}, spirals.noise, spirals.scale};
  const double end = 3 * pi;
  for (const double sign : {1.0, -1.0})
    law.arcs.push_back(
        {sign > 0 ? "first" : "second", 0, end, true, std::hypot(1, end) / 3,
         [sign](double a) -> Point2 { return sign * a / 3 * Point2(-std::cos(a), std::sin(a)); }});
  return law;
}

}  // namespace fm
