#include "flow/guided_field.h"

#include <doctest/doctest.h>

#include "core/value.h"
#include "flow/mixture_field.h"
#include "support/points.h"
#include "support/two_laws.h"

using namespace fm;

namespace {

const Vector mean_given{{2, -1}}, mean_free{{-0.5, 1}};

/// N(mean, S), S the same for all.
MixtureField normal_law(const Vector& mean, const Scheduler& scheduler) {
  return {Mixture{Vector::Ones(1), mean, {Points{{0.5, 0.2}, {0.2, 0.3}}}}, scheduler};
}

/// Points (3, N) whose condition is given.
Points conditioned(const Points& x) {
  Points state = Points::Ones(3, x.cols());
  state.topRows(2) = x;
  return state;
}

GuidedField guided(const VelocityField& given, const VelocityField& free, const Guidance& guidance) {
  return {std::make_unique<TwoLaws>(given, free), guidance};
}

}  // namespace

TEST_CASE(
    "guidance: between normal laws of one covariance it is the field of the normal law whose mean is moved, "
    "for every scheduler") {
  // Their scores are affine with one slope, so that s_uncond + w (s_cond - s_uncond) is such a score again.
  for_each_member<Scheduler>([](const auto& scheduler) {
    const MixtureField given = normal_law(mean_given, scheduler), free = normal_law(mean_free, scheduler);
    for (const double w : {0.0, 0.5, 1.0, 3.0, -1.0}) {
      CAPTURE(std::string(scheduler.name));
      CAPTURE(w);
      const GuidedField field = guided(given, free, {.scale = w});
      const MixtureField wanted = normal_law(mean_free + w * (mean_given - mean_free), scheduler);
      const Points x = 2 * normal_points(2, 20, 1), dx = normal_points(2, 20, 2);
      const Vector t = Vector::LinSpaced(20, 0.05, 0.95);
      Points v(3, 20), dv(3, 20), x1(3, 20), x0(3, 20), z(3, 20);
      Points v_wanted(2, 20), dv_wanted(2, 20), x1_wanted(2, 20), x0_wanted(2, 20), z_wanted(2, 20);
      const auto close = [](const Points& a, const Points& b) {
        return (a.topRows(2) - b).norm() < 1e-10 * (1 + b.norm());
      };
      wanted.tangent(t, x, dx, v_wanted, dv_wanted);
      field.evaluate(t, conditioned(x), v);
      CHECK(close(v, v_wanted));
      CHECK(v.row(2).isZero(0));
      field.tangent(t, conditioned(x), conditioned(dx), v, dv);
      CHECK(close(v, v_wanted));
      CHECK(close(dv, dv_wanted));
      CHECK(dv.row(2).isZero(0));
      Vector div(20), div_wanted(20);
      field.divergence(t, conditioned(x), v, div);
      wanted.divergence(t, x, v_wanted, div_wanted);
      CHECK((div - div_wanted).norm() < 1e-10 * (1 + div_wanted.norm()));
      field.predict(t, conditioned(x), x1, x0, z);
      wanted.predict(t, x, x1_wanted, x0_wanted, z_wanted);
      CHECK(close(x1, x1_wanted));
      CHECK(close(x0, x0_wanted));
      CHECK(close(z, z_wanted));
      field.predict_ends(t, conditioned(x), x1, x0);
      CHECK(close(x1, x1_wanted));
      CHECK(close(x0, x0_wanted));
    }
  });
}

TEST_CASE("guidance: w = 1 has the bits of the field with the condition, w = 0 of the one without") {
  const MixtureField given = normal_law(mean_given, CondOt{}), free = normal_law(mean_free, CondOt{});
  const Points x = normal_points(2, 30, 1);
  const Vector t = Vector::LinSpaced(30, 0, 1);
  Points v(3, 30), wanted(2, 30);
  guided(given, free, {.scale = 1}).evaluate(t, conditioned(x), v);
  given.evaluate(t, x, wanted);
  CHECK(same_bits(v.topRows(2), wanted));
  guided(given, free, {.scale = 0}).evaluate(t, conditioned(x), v);
  free.evaluate(t, x, wanted);
  CHECK(same_bits(v.topRows(2), wanted));
}

TEST_CASE("guidance: on an interval of times w is that, outside 1") {
  const MixtureField given = normal_law(mean_given, CondOt{}), free = normal_law(mean_free, CondOt{});
  const GuidedField field = guided(given, free, parse_guidance("3@0.25:0.75"));
  const GuidedField always = guided(given, free, {.scale = 3});
  const Points x = conditioned(normal_points(2, 9, 1));
  const Vector t = Vector::LinSpaced(9, 0, 1);  // 0.25 and 0.75 are among them
  Points v(3, 9), inside(3, 9), outside(2, 9);
  field.evaluate(t, x, v);
  always.evaluate(t, x, inside);
  given.evaluate(t, x.topRows(2), outside);
  for (Index n = 0; n < 9; ++n)
    CHECK(v.col(n).head(2) == (n >= 2 && n <= 6 ? Vector(inside.col(n).head(2)) : Vector(outside.col(n))));
}

TEST_CASE("guidance: W and W@T0:T1 are read, anything else is refused") {
  const Guidance whole = parse_guidance("2.5"), part = parse_guidance("-1@0:0.5");
  CHECK((whole.scale == 2.5 && whole.begin == 0 && whole.end == 1));
  CHECK((part.scale == -1 && part.begin == 0 && part.end == 0.5));
  for (const char* text :
       {"", "x", "nan", "inf", "2@", "2@0.5", "2@0.5:0.5", "2@0.6:0.5", "2@-1:1", "2@0:2", "2@0:1:1"})
    CHECK(error_of([&] { parse_guidance(text); }).id() == "guidance");
}
