#include "model/network_field.h"

#include <doctest/doctest.h>

#include "core/random.h"
#include "core/value.h"
#include "flow/moments.h"

using namespace fm;

namespace {

/// A field of dimension 3 whose every part acts: correlated moments, a network with random parameters.
NetworkField random_field(Activation activation, const Scheduler& scheduler = CondOt{}) {
  Points x0(3, 500), x1(3, 500);
  fill_normal({1, Purpose::test}, 0, x0);
  fill_normal({2, Purpose::test}, 0, x1);
  x1.row(1) += 0.7 * x0.row(0) - 2 * x1.row(2);
  const MlpShape shape = network_shape(3, {16, 16}, activation, FourierTime{2});
  Network network{shape, FourierTime{2}, Preconditioner(pair_moments(x0, x1), scheduler), {}};
  Draws draws(3, Purpose::test, 0);
  for (Index k = 0; k < parameter_count(shape); ++k)
    network.parameters.push_back(static_cast<float>(0.4 * draws.normal()));
  return NetworkField(std::move(network));
}

}  // namespace

TEST_CASE("network field: the tangent is the difference quotient, the divergence the trace") {
  for (const Activation activation : {Activation::silu, Activation::tanh}) {
    const NetworkField field = random_field(activation);
    const Index count = 100;  // more than a block
    Points x(3, count), dx(3, count), v(3, count), dv(3, count), trace = Points::Zero(1, count);
    fill_normal({4, Purpose::test}, 0, x);
    fill_normal({5, Purpose::test}, 0, dx);
    x.col(7) *= 5;  // where inputs are clipped
    const Vector t = Vector::LinSpaced(count, 0, 1);
    const auto quotient = [&](const Points& direction) {
      const double h = 1e-2;  // float noise 1e-7 / h against curvature h^2: both about 1e-4
      Points ahead(3, count), behind(3, count);
      field.evaluate(t, x + h * direction, ahead);
      field.evaluate(t, x - h * direction, behind);
      return Points((ahead - behind) / (2 * h));
    };
    field.tangent(t, x, dx, v, dv);
    Points value(3, count);
    field.evaluate(t, x, value);
    CHECK(v == value);
    CHECK((dv - quotient(dx)).cwiseAbs().maxCoeff() < 3e-3 * (1 + dv.cwiseAbs().maxCoeff()));
    const Points first = dv;
    for (Index d = 0; d < 3; ++d) {
      Points axis = Points::Zero(3, count);
      axis.row(d).setOnes();
      field.tangent(t, x, axis, v, dv);
      trace += dv.row(d);
    }
    // Several at once are each alone, and the slow way of the base class.
    Points both(6, count), d_both(6, count), d_slow(6, count);
    both << dx, -2 * dx.colwise().reverse();
    field.tangents(t, x, both, v, d_both);
    CHECK(v == value);
    CHECK(d_both.topRows(3) == first);
    field.VelocityField::tangents(t, x, both, v, d_slow);
    CHECK(d_both == d_slow);
    Vector div(count);
    field.divergence(t, x, v, div);
    CHECK(v == value);
    CHECK((div - trace.transpose()).cwiseAbs().maxCoeff() == 0);
    field.VelocityField::divergence(t, x, v, div);
    CHECK((div - trace.transpose()).cwiseAbs().maxCoeff() == 0);
  }
}

TEST_CASE("network field: the tangent is the difference quotient on the path of every scheduler") {
  for_each_member<Scheduler>([](const auto& scheduler) {
    CAPTURE(std::string(scheduler.name));
    const NetworkField field = random_field(Activation::silu, scheduler);
    const Index count = 20;
    Points x(3, count), dx(3, count), v(3, count), dv(3, count), ahead(3, count), behind(3, count);
    fill_normal({4, Purpose::test}, 0, x);
    fill_normal({5, Purpose::test}, 0, dx);
    const Vector t = Vector::LinSpaced(count, 0.02, 0.98);
    // Points and steps on the scale of the path at their times; see above for the step.
    for (Index n = 0; n < count; ++n) {
      const double rho = polar_at(scheduler, t(n)).rho;
      x.col(n) *= rho;
      dx.col(n) *= rho;
    }
    field.tangent(t, x, dx, v, dv);
    field.evaluate(t, x + 1e-2 * dx, ahead);
    field.evaluate(t, x - 1e-2 * dx, behind);
    for (Index n = 0; n < count; ++n) {
      const Vector quotient = (ahead.col(n) - behind.col(n)) / 2e-2;
      CHECK((dv.col(n) - quotient).norm() < 3e-3 * (1 + dv.col(n).norm() + v.col(n).norm()));
    }
  });
}
