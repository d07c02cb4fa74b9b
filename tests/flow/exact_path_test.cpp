#include "flow/exact_path.h"

#include <cmath>

#include "flow/exact_laws.h"

using namespace fm;

TEST_CASE("exact path: draws of the target have the law's moments, and the path's points are its own") {
  constexpr Index count = 40000;
  const auto check = [&](const ExactPath& path) {
    const Vector t = Vector::LinSpaced(count, 0, 0.99);
    const PathPoints at = draw_path_points(path, t, {1, Purpose::test}, 0);
    const Moments drawn = pair_moments(at.x0, at.x1), exact = path.moments();
    // Four standard errors of means, and of covariances of laws whose fourth moments are below ten times the
    // squared variance.
    const double size = exact.cov11.diagonal().maxCoeff();
    CHECK((drawn.mean1 - exact.mean1).cwiseAbs().maxCoeff() < 4 * std::sqrt(size / count));
    CHECK((drawn.cov11 - exact.cov11).cwiseAbs().maxCoeff() < 4 * size * std::sqrt(10.0 / count));
    CHECK((drawn.cov01 - exact.cov01).cwiseAbs().maxCoeff() < 4 * std::sqrt(size / count));
    CHECK((drawn.cov00 - exact.cov00).cwiseAbs().maxCoeff() < 4 * std::sqrt(2.0 / count));
    const PathPoints later = draw_path_points(path, t.tail(5), {1, Purpose::test}, count - 5);
    CHECK(same_bits(later.xt, at.xt.rightCols(5)));
    CHECK(same_bits(later.ut, at.ut.rightCols(5)));
  };
  check(ExactPath(three_normals(), CondOt{}));
  check(ExactPath(flat_normals(), Cosine{}));
  check(ExactPath(normal_points(3, 40, 1), CondOt{}));
  check(ExactPath(normal_points(3, 40, 1), Cosine{}, AdaptivePath{.neighbors = 5}));
  check(ExactPath(normal_points(3, 40, 1), Vector::LinSpaced(40, 1, 3), CondOt{}, AdaptivePath{}));
}

TEST_CASE("exact path: laws of points are discrete, one component is normal") {
  const Mixture points{Vector{{0.5, 0.5}}, Points{{0, 1}}, {Points::Zero(1, 1), Points::Zero(1, 1)}};
  const Mixture one{Vector::Ones(1), Vector{{2}}, {Points::Identity(1, 1)}};
  CHECK(ExactPath(normal_points(2, 9, 1), CondOt{}).discrete());
  CHECK_FALSE(ExactPath(normal_points(2, 9, 1), CondOt{}, AdaptivePath{.neighbors = 3}).discrete());
  CHECK(ExactPath(points, CondOt{}).discrete());
  CHECK_FALSE(ExactPath(flat_normals(), CondOt{}).discrete());
  CHECK(ExactPath(one, CondOt{}).normal());
  CHECK_FALSE(ExactPath(three_normals(), CondOt{}).normal());
}

TEST_CASE("exact path: of bridges and of mixtures on adaptive paths none is known, and it says so") {
  const Points rows = normal_points(2, 20, 1);
  CHECK(error_of([&] { ExactPath(rows, CondOt{}, BridgePath{}); }).id() == "exact-path");
  CHECK(error_of([&] { exact_field(rows, Vector(), CondOt{}, BridgePath{}); }).id() == "exact-path");
  CHECK(error_of([&] { exact_field(rows, Vector(), Vp{}, AdaptivePath{}); }).id() == "adaptive-scheduler");
  CHECK(error_of([&] { check_path_without_rows(AdaptivePath{}); }).id() == "exact-path");
  CHECK_NOTHROW(check_path_without_rows(AffinePath{}));
}
