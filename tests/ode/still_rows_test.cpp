// Rows that stand still, such as conditions, are carried along and change nothing: points that carry them
// have the bits of points without, each under the field of its condition.
#include <doctest/doctest.h>

#include "core/value.h"
#include "flow/mixture_field.h"
#include "flow/rescheduled_field.h"
#include "ode/log_density.h"
#include "ode/sde.h"
#include "ode/solve.h"
#include "support/points.h"
#include "support/two_laws.h"

using namespace fm;

namespace {

constexpr Index count = 40;

struct Laws {
  MixtureField given{Mixture{Vector::Ones(1), Vector{{2, -1}}, {Points{{0.5, 0.2}, {0.2, 0.3}}}}, CondOt{}};
  MixtureField free{Mixture{Vector{{0.5, 0.5}},
                            Points{{-2, 2}, {1, 0}},
                            {Points{{0.3, 0}, {0, 0.3}}, Points{{0.2, 0}, {0, 0.4}}}},
                    CondOt{}};
  TwoLaws both{given, free};
};

/// A field under cond-ot that somebody else owns, known by its velocity alone.
struct Lent final : VelocityField {
  explicit Lent(const VelocityField& owned) : field(owned) {}
  Index dim() const override { return field.dim(); }
  Index path_rows() const override { return field.path_rows(); }
  Index still_rows() const override { return field.still_rows(); }
  PathNoise noise() const override { return field.noise(); }
  void evaluate(VectorIn t, PointsIn x, PointsOut v) const override { field.evaluate(t, x, v); }
  void tangent(VectorIn t, PointsIn x, PointsIn dx, PointsOut v, PointsOut dv) const override {
    field.tangent(t, x, dx, v, dv);
  }
  void divergence(VectorIn t, PointsIn x, PointsOut v, VectorOut div) const override {
    field.divergence(t, x, v, div);
  }
  const VelocityField& field;
};

/// The first half follows the first law.
Points with_conditions(const Points& x) {
  Points state = Points::Zero(3, x.cols());
  state.topRows(2) = x;
  state.row(2).head(x.cols() / 2).setOnes();
  return state;
}

/// What `move(field, points, number of the first)` makes of each half alone.
template <class Move>
Points halves(const VelocityField& given, const VelocityField& free, const Points& x, const Move& move) {
  Points moved(2, count);
  moved << move(given, x.leftCols(count / 2), 0), move(free, x.rightCols(count / 2), count / 2);
  return moved;
}

template <class Move>
void check_carried(const Laws& laws, const Move& move) {
  const Points x = normal_points(2, count, 1);
  const Points moved = move(laws.both, with_conditions(x), 0);
  CHECK(same_bits(moved.topRows(2), halves(laws.given, laws.free, x, move)));
  CHECK(same_bits(moved.row(2), with_conditions(x).row(2)));
}

}  // namespace

TEST_CASE("still rows: every solver carries them along and takes the same steps, forwards and backwards") {
  const Laws laws;
  for_each_member<Solver>([&](const auto& solver) {
    CAPTURE(std::string(solver.name));
    check_carried(laws, [&](const VelocityField& field, const Points& x, std::int64_t first) {
      return solve(field, solver, x, 0, 1, first).x;
    });
    check_carried(laws, [&](const VelocityField& field, const Points& x, std::int64_t first) {
      return solve(field, solver, x, 1, 0, first).x;
    });
  });
}

TEST_CASE("still rows: every diffusion carries them along and draws the same noise") {
  const Laws laws;
  for_each_member<Diffusion>([&](const auto& diffusion) {
    CAPTURE(std::string(diffusion.name));
    check_carried(laws, [&](const VelocityField& field, const Points& x, std::int64_t first) {
      return solve_sde(Lent(field), diffusion, 7, x, 0, 1, first).x;
    });
  });
}

TEST_CASE("still rows: the density is that of the point given what stands still, for every divergence") {
  const Laws laws;
  const Points x = normal_points(2, count, 1);
  for_each_member<Divergence>([&](const auto& divergence) {
    CAPTURE(std::string(divergence.name));
    const auto density = [&](const VelocityField& field, const Points& from, std::int64_t first) {
      return solve_with_density(field, Dopri5{}, divergence, 7, from, 0, 1, first);
    };
    const DensitySolution both = density(laws.both, with_conditions(x), 0),
                          given = density(laws.given, x.leftCols(count / 2), 0),
                          free = density(laws.free, x.rightCols(count / 2), count / 2);
    CHECK(same_bits(both.log_density.head(count / 2), given.log_density));
    CHECK(same_bits(both.log_density.tail(count / 2), free.log_density));
  });
  const auto along = [&](const VelocityField& field, const Points& from) {
    return trace_with_density(field, Dopri5{}, from, Vector{{0, 0.5, 1}}, true);
  };
  const DensityTrajectories both = along(laws.both, with_conditions(x)),
                            given = along(laws.given, x.leftCols(count / 2));
  for (std::size_t k = 0; k < 3; ++k) {
    CHECK(same_bits(both.log_density[k].head(count / 2), given.log_density[k]));
    CHECK(same_bits(both.v[k].topLeftCorner(2, count / 2), given.v[k]));
  }
}

TEST_CASE("still rows: on the path of another scheduler they stay as they are, at its last step too") {
  const Laws laws;
  const Moments moments{Vector::Zero(2), Vector::Zero(2), Points::Identity(2, 2), Points::Identity(2, 2),
                        Points::Zero(2, 2)};
  for_each_member<Scheduler>([&](const auto& scheduler) {
    CAPTURE(std::string(scheduler.name));
    check_carried(laws, [&](const VelocityField& field, const Points& x, std::int64_t first) {
      return solve(RescheduledField(std::make_unique<Lent>(field), CondOt{}, scheduler, moments), Rk4{}, x, 0,
                   1, first)
          .x;
    });
    check_carried(laws, [&](const VelocityField& field, const Points& x, std::int64_t first) {
      DensitySolution end =
          solve_with_density(RescheduledField(std::make_unique<Lent>(field), CondOt{}, scheduler, moments),
                             Rk4{}, Hutchinson{}, 7, x, 0, 0.9, first);
      end.x.row(0) = end.log_density.transpose();
      return end.x;
    });
  });
}
