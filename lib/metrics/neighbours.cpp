#include "metrics/neighbours.h"

#include <algorithm>
#include <cmath>

#include "core/parallel.h"

namespace fm {

namespace {

constexpr Index points_at_once = 64;

bool nearer(const Neighbour& a, const Neighbour& b) {
  return a.squared < b.squared || (a.squared == b.squared && a.point < b.point);
}

/// Squared distances (M) of `point` to `cloud`; as differences, so that equal points are exactly at 0.
void squared_distances(VectorIn point, PointsIn cloud, Vector& squared) {
  squared.resize(cloud.cols());
  for (Index j = 0; j < cloud.cols(); ++j) squared[j] = (cloud.col(j) - point).squaredNorm();
}

}  // namespace

NeighbourList neighbours_of(PointsIn points, Index i, Index count) {
  Vector squared;
  squared_distances(points.col(i), points, squared);
  NeighbourList list;
  list.reserve(static_cast<std::size_t>(points.cols()));
  for (Index j = 0; j < points.cols(); ++j)
    if (j != i) list.push_back({squared[j], j});
  const auto kept = std::min(static_cast<std::ptrdiff_t>(count), static_cast<std::ptrdiff_t>(list.size()));
  std::partial_sort(list.begin(), list.begin() + kept, list.end(), nearer);
  list.resize(static_cast<std::size_t>(kept));
  list.shrink_to_fit();
  return list;
}

std::vector<NeighbourList> neighbour_lists(PointsIn points, Index count) {
  std::vector<NeighbourList> lists(static_cast<std::size_t>(points.cols()));
  parallel_chunks(points.cols(), points_at_once, [&](Index begin, Index end, Index) {
    for (Index i = begin; i < end; ++i) lists[static_cast<std::size_t>(i)] = neighbours_of(points, i, count);
  });
  return lists;
}

NearestPoints nearest_points(PointsIn x, PointsIn cloud) {
  NearestPoints nearest{Vector(x.cols()), std::vector<Index>(static_cast<std::size_t>(x.cols()))};
  parallel_chunks(x.cols(), points_at_once, [&](Index begin, Index end, Index) {
    Vector squared;
    for (Index n = begin; n < end; ++n) {
      squared_distances(x.col(n), cloud, squared);
      nearest.distance[n] = std::sqrt(squared.minCoeff(&nearest.point[static_cast<std::size_t>(n)]));
    }
  });
  return nearest;
}

double share_equal(PointsIn x, PointsIn cloud) {
  using Column = const double*;
  const Index dim = cloud.rows();
  const auto before = [dim](Column a, Column b) {
    return std::lexicographical_compare(a, a + dim, b, b + dim);
  };
  std::vector<Column> sorted(static_cast<std::size_t>(cloud.cols()));
  for (Index m = 0; m < cloud.cols(); ++m) sorted[static_cast<std::size_t>(m)] = cloud.col(m).data();
  std::sort(sorted.begin(), sorted.end(), before);
  Index equal = 0;
  for (Index n = 0; n < x.cols(); ++n)
    equal += std::binary_search(sorted.begin(), sorted.end(), x.col(n).data(), before) ? 1 : 0;
  return static_cast<double>(equal) / static_cast<double>(x.cols());
}

}  // namespace fm
