// Log-densities along the way.
#include <doctest/doctest.h>

#include <cmath>

#include "flow/empirical_field.h"
#include "flow/exact_laws.h"
#include "flow/mixture_field.h"
#include "ode/log_density.h"
#include "support/points.h"

using namespace fm;

namespace {

Solver tight() {
  Dopri8 solver;
  solver.rtol = solver.atol = 1e-10;
  return solver;
}

Vector closed_form(const ExactField& field, double t, const Points& x) {
  Vector log_p(x.cols());
  field.log_density(Vector::Constant(x.cols(), t), x, log_p);
  return log_p;
}

double largest_gap(const Vector& a, const Vector& b) {
  return (a - b).cwiseAbs().maxCoeff();
}

}  // namespace

TEST_CASE("density trajectory: at each time the log-density is the closed form's, forwards and backwards") {
  for_each_member<Scheduler>([&](const auto& scheduler) {
    CAPTURE(std::string(scheduler.name));
    const MixtureField field(three_normals(), scheduler);
    Points x0 = normal_points(3, 20, 1);
    leave_source(field.start(), x0);
    const Vector times{{0, 0.2, 0.5, 0.9}};
    const DensityTrajectories on = trace_with_density(field, tight(), x0, times, true);
    const DensityTrajectories back = trace_with_density(field, tight(), on.x.back(), times.reverse(), false);
    REQUIRE(on.log_density.size() == 4);
    for (std::size_t k = 0; k < 4; ++k) {
      CAPTURE(k);
      const double t = times(static_cast<Index>(k));
      // Where the path starts beside the source, p_0 is a normal law (flow/path_start.h) and not quite that
      // of x_0: the difference at the start is carried along.
      const Vector off = on.log_density[0] - closed_form(field, 0, x0);
      CHECK(largest_gap(on.log_density[k] - off, closed_form(field, t, on.x[k])) < 1e-6);
      CHECK(largest_gap(back.log_density[3 - k], on.log_density[k]) < 1e-6);
      Points v(3, 20);
      field.evaluate(Vector::Constant(20, t), on.x[k], v);
      CHECK(same_bits(on.v[k], v));
    }
  });
}

TEST_CASE("density trajectory: its end is that of solve_with_density, bit for bit") {
  const MixtureField field(three_normals(), CondOt{});
  const Points x0 = normal_points(3, 600, 1);
  const Solver solver = Dopri5{};
  const auto both = solve_with_density(field, solver, ExactDivergence{}, 0, x0, 0, 0.9);
  const auto along = trace_with_density(field, solver, x0, Vector{{0, 0.5, 0.9}}, false);
  CHECK(same_bits(along.x.back(), both.x));
  CHECK(same_bits(along.log_density.back(), both.log_density));
}

TEST_CASE("density trajectory: neither without the source nor beyond the domain") {
  const EmpiricalField field(normal_points(2, 10, 1), CondOt{});
  const Points x = normal_points(2, 3, 2);
  CHECK(error_of([&] {
          trace_with_density(field, Dopri5{}, x, Vector{{0.1, 0.5}}, false);
        }).id() == "density-times");
  CHECK(error_of([&] {
          trace_with_density(field, Dopri5{}, x, Vector{{0, 0.5, 1}}, false);
        }).id() == "no-density");
}

TEST_CASE("trajectory: where a last step follows, its beginning is kept") {
  const EmpiricalField field(normal_points(2, 10, 1), CondOt{});
  const Points x = normal_points(2, 3, 2);
  const Trajectories paths = trace(field, Dopri5{}, x, Vector{{0, 0.5, 1}}, true);
  Points end(2, 3), v(2, 3);
  field.endpoint(paths.before_last_step, end);
  CHECK(same_bits(end, paths.x.back()));
  field.evaluate(Vector::Constant(3, field.domain().end), paths.before_last_step, v);
  CHECK(same_bits(v, paths.v.back()));
  CHECK(trace(field, Dopri5{}, x, Vector{{0, 0.5}}, true).before_last_step.size() == 0);
}
