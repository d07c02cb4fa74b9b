// What exact fields expect of the pair behind a point, under every scheduler.
#include <doctest/doctest.h>

#include "core/value.h"
#include "flow/exact_laws.h"

using namespace fm;

TEST_CASE("predict: exact fields expect what their velocities say, and the noise is -std times the score") {
  const Points rows = normal_points(3, 40, 11), x = normal_points(3, 20, 12);
  const Vector t = Vector::LinSpaced(20, 0.1, 0.8);
  for_each_member<Scheduler>([&](const auto& scheduler) {
    CAPTURE(std::string(scheduler.name));
    const auto agrees = [&](const auto& field) {
      Points x1(3, 20), x0(3, 20), z(3, 20), slow1(3, 20), slow0(3, 20), slow_z(3, 20), score(3, 20);
      field.predict(t, x, x1, x0, z);
      field.VelocityField::predict(t, x, slow1, slow0, slow_z);
      field.score(t, x, score);
      for (Index n = 0; n < 20; ++n) {
        const double std = noise_std(field.noise(), field.scheduler(), t(n));
        CHECK((z.col(n) + std * score.col(n)).norm() < 1e-9 * (1 + z.col(n).norm()));
        CHECK((x1.col(n) - slow1.col(n)).norm() < 1e-8 * (1 + x1.col(n).norm() + z.col(n).norm()));
        CHECK((x0.col(n) - slow0.col(n)).norm() < 1e-8 * (1 + x0.col(n).norm()));
      }
      CHECK(z == x0);
      CHECK(slow_z == slow0);
    };
    agrees(MixtureField(three_normals(), scheduler));
    agrees(EmpiricalField(rows, scheduler));
  });
}
