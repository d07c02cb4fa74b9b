#include "ot/anderson.h"

#include <doctest/doctest.h>

#include <Eigen/QR>
#include <array>
#include <cmath>
#include <functional>

#include "support/points.h"

using namespace fm;

namespace {

/// Calls of T until |T x - x| <= tolerance, by Anderson or plainly.
Index iterations(const std::function<Vector(const Vector&)>& map, Vector x, double tolerance,
                 bool accelerated, Index most = 200000) {
  Anderson mixing(Vector::Ones(x.size()));
  for (Index k = 0; k < most; ++k) {
    const Vector image = map(x);
    const double error = (image - x).norm();
    if (error <= tolerance) return k;
    x = accelerated ? mixing.next(x, image, error) : image;
  }
  return most;
}

/// x -> A x + c with a symmetric A of these eigenvalues.
std::function<Vector(const Vector&)> linear(const Vector& eigenvalues) {
  const Index n = eigenvalues.size();
  const Eigen::MatrixXd q = Eigen::HouseholderQR<Eigen::MatrixXd>(normal_points(n, n, 8)).householderQ();
  const Eigen::MatrixXd a = q * eigenvalues.asDiagonal() * q.transpose();
  const Vector c = normal_points(n, 1, 9).col(0);
  return [=](const Vector& x) -> Vector { return a * x + c; };
}

}  // namespace

TEST_CASE("anderson: a linear map of k eigenvalues is solved in k + 1 images, as by a Krylov method") {
  Vector eigenvalues(60);
  for (Index k = 0; k < 60; ++k)
    eigenvalues[k] = std::array{0.9, 0.99, 0.3, 0.0, -0.5}[static_cast<std::size_t>(k % 5)];
  CHECK(iterations(linear(eigenvalues), Vector::Zero(60), 1e-8, true) <= 6);
  CHECK(iterations(linear(eigenvalues), Vector::Zero(60), 1e-8, false) > 1000);
}

TEST_CASE("anderson: a slow symmetric contraction takes about the root of the plain iterations") {
  const Vector eigenvalues = Vector::LinSpaced(100, 0, 0.999);
  const Index plain = iterations(linear(eigenvalues), Vector::Zero(100), 1e-8, false);
  const Index fast = iterations(linear(eigenvalues), Vector::Zero(100), 1e-8, true);
  CHECK(plain > 10000);
  // A Krylov method without an end to its memory would need log(2e8) / (2 sqrt(0.001)) = 302.
  CHECK(fast < plain / 20);
}

TEST_CASE("anderson: where residuals say nothing of the way, it is hardly slower than the plain iteration") {
  // Each component falls by steps of one length that is a jagged function of where it stands, as potentials
  // of entropic plans do far from the solution; the error is the same until the end.
  const auto map = [](const Vector& x) -> Vector {
    return x.array() - (x.array() > 0).select(0.5 + 0.4 * (50 * x.array()).sin(), 0.0).min(x.array());
  };
  const Vector start = 300 * normal_points(40, 1, 3).col(0).cwiseAbs();
  const Index plain = iterations(map, start, 1e-12, false);
  CHECK(plain > 1000);
  CHECK(iterations(map, start, 1e-12, true) <= 3 * plain);
}

TEST_CASE("anderson: without residuals to compare it gives the image") {
  Anderson mixing(Vector::Ones(3));
  const Vector x = Vector::Zero(3), image = Vector::Ones(3);
  CHECK(mixing.next(x, image, 1) == image);
  // Two equal residuals have no difference to mix with.
  CHECK(mixing.next(image, 2 * image, 1) == 2 * image);
}
