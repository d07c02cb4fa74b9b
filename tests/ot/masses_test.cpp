#include "ot/masses.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <numeric>

#include "clouds.h"

using namespace fm;

namespace {

Units total(const std::vector<Units>& units) {
  return std::accumulate(units.begin(), units.end(), Units{0});
}

Vector moment(const Points& x, const std::vector<Units>& units) {
  Vector sum = Vector::Zero(x.rows());
  for (Index n = 0; n < x.cols(); ++n)
    sum += static_cast<double>(units[static_cast<std::size_t>(n)]) * x.col(n);
  return sum;
}

}  // namespace

TEST_CASE("spatial order: a permutation whose blocks lie within halves of the cloud") {
  for (const CloudPair& pair : cloud_families(2, 1000, 1)) {
    CAPTURE(pair.family);
    std::vector<Index> order = spatial_order(pair.x);
    // The first half and the rest are apart along the widest dimension.
    Index widest = 0;
    (pair.x.rowwise().maxCoeff() - pair.x.rowwise().minCoeff()).maxCoeff(&widest);
    const Index middle = (1000 + spatial_leaf - 1) / spatial_leaf / 2 * spatial_leaf;
    double low = -std::numeric_limits<double>::infinity(), high = -low;
    for (Index k = 0; k < 1000; ++k) {
      const double at = pair.x(widest, order[static_cast<std::size_t>(k)]);
      if (k < middle)
        low = std::max(low, at);
      else
        high = std::min(high, at);
    }
    CHECK(low <= high);
    std::sort(order.begin(), order.end());
    for (Index k = 0; k < 1000; ++k) CHECK(order[static_cast<std::size_t>(k)] == k);
  }
}

TEST_CASE("distinct points: every point is found at its group, and no two groups are equal") {
  for (const CloudPair& pair : cloud_families(2, 300, 2)) {
    CAPTURE(pair.family);
    const DistinctPoints distinct = distinct_points(pair.x);
    for (Index n = 0; n < 300; ++n)
      CHECK(distinct.points.col(distinct.group[static_cast<std::size_t>(n)]) == pair.x.col(n));
    for (Index p = 0; p < distinct.points.cols(); ++p)
      for (Index q = 0; q < p; ++q) CHECK(distinct.points.col(p) != distinct.points.col(q));
  }
}

TEST_CASE("coarser: masses and their centre stay, points become a quarter") {
  for (const Index n : {1, 4, 5, 1003}) {
    MassProblem problem;
    problem.x = cloud_families(3, n, 3)[1].x;
    problem.y = cloud_families(3, 17, 4)[1].x;
    problem.rows.assign(static_cast<std::size_t>(n), 17);
    problem.rows[0] = 0;
    problem.columns.assign(17, n);
    const MassProblem coarse = coarser(problem, 4);
    CHECK(coarse.x.cols() == (n + 3) / 4);
    CHECK(coarse.y.cols() == 5);
    CHECK(total(coarse.rows) == total(problem.rows));
    CHECK(total(coarse.columns) == total(problem.columns));
    CHECK((moment(coarse.x, coarse.rows) - moment(problem.x, problem.rows)).norm() <=
          1e-12 * static_cast<double>(17 * n));
  }
}
