#include <doctest/doctest.h>

#include <vector>

#include "metrics/classifier.h"
#include "metrics/manifold.h"
#include "metrics/metric.h"
#include "metrics/mmd.h"
#include "support/reference_clouds.h"

using namespace fm;

namespace {

const Points x = reference_cloud(3, 40, 7), y = reference_cloud(3, 40, 8, 1.2, 0.1);

doctest::Approx is(double value) {
  return doctest::Approx(value).epsilon(1e-11);
}

}  // namespace

// All numbers: tests/peers/two_sample_reference.py.

TEST_CASE("mmd: scipy's distances and the kernels' formulas give the same") {
  CHECK(distance(Mmd{MmdKernel::gaussian, 0.5}, x, y, 0) == is(0.12773289732945226));
  CHECK(distance(Mmd{MmdKernel::laplace, 0.5}, x, y, 0) == is(0.074631729771417965));
  CHECK(distance(Mmd{MmdKernel::imq, 0.5}, x, y, 0) == is(0.081848397904724646));
  Points pooled(3, 80);
  pooled << x, y;
  CHECK(median_distance(pooled, 5) == is(0.76228621417708697));
  CHECK(distance(Mmd{}, x, y, 0) == is(0.12560836475289272));
  CHECK(distance(Mmd{MmdKernel::laplace}, x, y, 0) == is(0.081560869626978283));
  CHECK(distance(Mmd{MmdKernel::imq}, x, y, 0) == is(0.074519550474374308));
}

TEST_CASE("mmd: where half the pairs are at 0 the bandwidth is their mean, and 1 where all are") {
  Points points = Points::Zero(1, 10);
  CHECK(median_distance(points, 0) == 1);
  points(0, 3) = 5;
  CHECK(median_distance(points, 0) == is(5.0 * 9 / 45));
}

TEST_CASE("precision, recall, density, coverage: numpy gives the same from all distances") {
  CHECK(distance(Precision{3}, x, y, 0) == is(1));
  CHECK(distance(Recall{3}, x, y, 0) == is(0.675));
  CHECK(distance(Density{3}, x, y, 0) == is(1.1666666666666667));
  CHECK(distance(Coverage{3}, x, y, 0) == is(0.725));
  CHECK(distance(Precision{5}, x, y, 0) == is(1));
  CHECK(distance(Recall{5}, x, y, 0) == is(0.775));
  CHECK(distance(Density{5}, x, y, 0) == is(1.05));
  CHECK(distance(Coverage{5}, x, y, 0) == is(0.775));
}

TEST_CASE(
    "precision, recall, density, coverage: clouds apart share nothing, whose lists of neighbours end early") {
  Points points(2, 240);
  points << reference_cloud(2, 120, 1), reference_cloud(2, 120, 2, 1, 50);
  Points labels = Points::Zero(240, 1);
  labels.topRows(120).setOnes();
  for (const double side : {0.0, 1.0}) {
    const BallCounts counts = ball_counts(points, labels, 3, side).front();
    CHECK(counts.balls == 120);
    CHECK(counts.others == 120);
    CHECK(counts.share_held() == 0);
    CHECK(counts.mean_holders(3) == 0);
    CHECK(counts.share_filled() == 0);
  }
  // Where one reference point of each ten lies among samples, its ball needs more than the nearest 56.
  Points mixed(1, 200);
  for (Index n = 0; n < 200; ++n) mixed(0, n) = static_cast<double>(n);
  Points rare = Points::Ones(200, 1);
  for (Index n = 0; n < 200; n += 40) rare(n, 0) = 0;  // at 0, 40, 80, 120, 160
  const BallCounts wide = ball_counts(mixed, rare, 3, 0).front();
  // Balls reach 120, 80, 80, 80 and 120 far: [0, 120], [0, 120], [0, 160], [40, 199], [40, 199] hold 117,
  // 117, 156, 156 and 156 of 195 samples.
  CHECK(wide.share_filled() == 1);
  CHECK(wide.share_held() == 1);
  CHECK(wide.mean_holders(3) == is((117 + 117 + 3 * 156) / (3 * 195.0)));
}

TEST_CASE("c2st: numpy's votes and least squares are as often right") {
  CHECK(distance(C2stKnn{5}, x, y, 0) == is(0.575));
  Points pooled(3, 80), labels = Points::Zero(80, 1);
  pooled << x, y;
  labels.topRows(40).setOnes();
  std::vector<Index> fold_of;
  for (Index n = 0; n < 80; ++n) fold_of.push_back(n % 5);
  CHECK(linear_accuracies(pooled, labels, fold_of, 5)[0] == is(0.7));
}

TEST_CASE("c2st-network: chance is scipy's hypergeometric law, and a circle within a circle is told apart") {
  CHECK(chance_of({32, 20, 14}) == is(0.14258159545015267));
  CHECK(chance_of({32, 32, 16}) == doctest::Approx(1 / 601080390.0).epsilon(1e-9));  // 1 / binomial(32, 16)
  CHECK(chance_of({32, 0, 16}) == is(1));
  Points inner = reference_cloud(2, 400, 3, 2, -1).colwise().normalized(), outer = 2 * inner;
  CHECK(distance(C2stNetwork{}, inner, outer, 1) > 0.99);
  CHECK(distance(C2stLinear{}, inner, outer, 1) < 0.6);
}
