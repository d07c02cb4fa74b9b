#include "cli/plane.h"

#include "core/error.h"
#include "core/text.h"

namespace fm {

namespace {

[[noreturn]] void bad_range(const std::string& text) {
  throw usage_error("range", "--range: " + in_quotes(text) + " is not X0:X1,Y0:Y1 with X0 < X1 and Y0 < Y1",
                    "e.g. --range -3:3,-2:2");
}

}  // namespace

double Plane::cell_area(Index cells) const {
  return (high[0] - low[0]) * (high[1] - low[1]) / static_cast<double>(cells * cells);
}

Points Plane::centres(Index cells) const {
  Points x(2, cells * cells);
  for (Index n = 0; n < x.cols(); ++n)
    for (Index d = 0; d < 2; ++d) {
      const auto place = static_cast<double>(d == 0 ? n % cells : n / cells) + 0.5;
      const auto side = static_cast<std::size_t>(d);
      x(d, n) = low[side] + (high[side] - low[side]) * place / static_cast<double>(cells);
    }
  return x;
}

Plane parse_range(const std::string& text) {
  const auto sides = split(text, ',');
  if (sides.size() != 2) bad_range(text);
  Plane plane{};
  for (std::size_t d = 0; d < 2; ++d) {
    const auto ends = split(sides[d], ':');
    if (ends.size() != 2 || parse_double(ends[0], plane.low[d]) != NumberText::number ||
        parse_double(ends[1], plane.high[d]) != NumberText::number || !(plane.low[d] < plane.high[d]))
      bad_range(text);
  }
  return plane;
}

Plane plane_around(PointsIn corners, const Standardiser& coordinates) {
  const Points ends = to_data(coordinates, corners);
  return {{ends.row(0).minCoeff(), ends.row(1).minCoeff()}, {ends.row(0).maxCoeff(), ends.row(1).maxCoeff()}};
}

Plane plane_around(const ExactPath& path, const Vector& times, const Standardiser& coordinates) {
  const Moments& moments = path.moments();
  Points corners(2, 2 * times.size());
  for (Index k = 0; k < times.size(); ++k) {
    const SchedulerValue s = scheduler_at(path.scheduler(), times(k));
    const Vector spread = (s.alpha * s.alpha * moments.cov11.diagonal().array() +
                           2 * s.alpha * s.sigma * moments.cov01.diagonal().array() + s.sigma * s.sigma)
                              .sqrt();
    corners.col(2 * k) = s.alpha * moments.mean1 - 4 * spread;
    corners.col(2 * k + 1) = s.alpha * moments.mean1 + 4 * spread;
  }
  return plane_around(corners, coordinates);
}

}  // namespace fm
