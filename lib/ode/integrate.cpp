#include "ode/integrate.h"

#include "core/error.h"
#include "core/parallel.h"
#include "core/text.h"

namespace fm {

namespace {

/// Points that are integrated together: wide enough for the network's blocks, small enough that all stages
/// stay in cache.
constexpr Index chunk_points = 512;

void check_order(const Vector& times) {
  if (times.size() < 2) throw usage_error("times-order", "a path needs two times or more");
  const double direction = times(1) - times(0);
  for (Index k = 0; k + 1 < times.size(); ++k)
    if ((times(k + 1) - times(k)) * direction <= 0)
      throw usage_error("times-order", "times must rise or fall strictly: " + shortest(times(k + 1)) +
                                           " follows " + shortest(times(k)));
}

}  // namespace

Times split_times(const VelocityField& field, const Vector& times) {
  check_order(times);
  const TimeDomain domain = field.domain();
  const Index count = times.size();
  const auto out = [&](double t) { return !(t >= domain.begin && t <= domain.end); };
  for (Index k = 0; k < count; ++k) {
    const bool is_last_step = k + 1 == count && times(k) == 1;
    if (out(times(k)) && !is_last_step)
      throw numeric_error(
          "time-domain",
          "the field is defined for t in [" + shortest(domain.begin) + ", " + shortest(domain.end) +
              "], not at t = " + shortest(times(k)),
          times(k) == 1 ? "paths can end at t = 1, but not start there: start at t = " + shortest(domain.end)
                        : "");
  }
  if (!out(times(count - 1))) return {times, false};
  Times split{times, true};
  split.inside(count - 1) = domain.end;
  if (times(count - 2) == domain.end) split.inside.conservativeResize(count - 1);
  return split;
}

Integrated integrate_all(const VelocityField& field, const Solver& solver, PointsIn x0, const Vector& times,
                         std::int64_t first_point) {
  Integrated result{
      std::vector<Points>(static_cast<std::size_t>(times.size() - 1), Points(x0.rows(), x0.cols())),
      std::vector<std::int64_t>(static_cast<std::size_t>(x0.cols())), Vector::Zero(x0.cols())};
  if (times.size() == 1) return result;
  parallel_chunks(x0.cols(), chunk_points, [&](Index begin, Index end, Index) {
    const Integration run{field,
                          times,
                          x0.middleCols(begin, end - begin),
                          begin,
                          first_point + begin,
                          result.x,
                          result.evaluations,
                          result.error};
    std::visit([&](const auto& member) { integrate(run, member); }, solver);
  });
  return result;
}

Points last_step(const VelocityField& field, const Points& x) {
  Points x1(x.rows(), x.cols());
  parallel_chunks(x.cols(), chunk_points, [&](Index begin, Index end, Index) {
    field.endpoint(x.middleCols(begin, end - begin), x1.middleCols(begin, end - begin));
  });
  return x1;
}

Points velocities(const VelocityField& field, double t, const Points& x) {
  Points v(x.rows(), x.cols());
  parallel_chunks(x.cols(), chunk_points, [&](Index begin, Index end, Index) {
    field.evaluate(Vector::Constant(end - begin, t), x.middleCols(begin, end - begin),
                   v.middleCols(begin, end - begin));
  });
  return v;
}

}  // namespace fm
