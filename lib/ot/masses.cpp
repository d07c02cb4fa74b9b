#include "ot/masses.h"

#include <algorithm>
#include <numeric>

namespace fm {

namespace {

std::vector<Index> counted(Index n) {
  std::vector<Index> order(static_cast<std::size_t>(n));
  std::iota(order.begin(), order.end(), Index{0});
  return order;
}

void halve(PointsIn x, std::vector<Index>& order, Index first, Index last) {
  if (last - first <= spatial_leaf) return;
  const auto part = order.begin() + first;
  Vector low = x.col(*part), high = low;
  for (Index k = first + 1; k < last; ++k) {
    low = low.cwiseMin(x.col(order[static_cast<std::size_t>(k)]));
    high = high.cwiseMax(x.col(order[static_cast<std::size_t>(k)]));
  }
  Index widest = 0;
  (high - low).maxCoeff(&widest);
  const Index leaves = (last - first + spatial_leaf - 1) / spatial_leaf;
  const Index middle = first + leaves / 2 * spatial_leaf;
  std::nth_element(part, order.begin() + middle, order.begin() + last, [&](Index p, Index q) {
    return x(widest, p) < x(widest, q) || (x(widest, p) == x(widest, q) && p < q);
  });
  halve(x, order, first, middle);
  halve(x, order, middle, last);
}

void gather(PointsIn x, const std::vector<Units>& units, Index factor, Points& points,
            std::vector<Units>& masses) {
  const Index groups = (x.cols() + factor - 1) / factor;
  Points centres(x.rows(), groups);
  std::vector<Units> sums(static_cast<std::size_t>(groups), 0);
  for (Index g = 0; g < groups; ++g) {
    const Index first = g * factor, count = std::min(factor, x.cols() - first);
    Vector sum = Vector::Zero(x.rows());
    for (Index k = first; k < first + count; ++k) {
      const Units mass = units[static_cast<std::size_t>(k)];
      sums[static_cast<std::size_t>(g)] += mass;
      sum += static_cast<double>(mass) * x.col(k);
    }
    const Units mass = sums[static_cast<std::size_t>(g)];
    centres.col(g) = mass > 0 ? Vector(sum / static_cast<double>(mass))
                              : Vector(x.middleCols(first, count).rowwise().mean());
  }
  const std::vector<Index> order = spatial_order(centres);
  points = centres(Eigen::all, order);
  masses.clear();
  for (const Index g : order) masses.push_back(sums[static_cast<std::size_t>(g)]);
}

}  // namespace

std::vector<Index> spatial_order(PointsIn x) {
  std::vector<Index> order = counted(x.cols());
  halve(x, order, 0, x.cols());
  return order;
}

DistinctPoints distinct_points(PointsIn x) {
  std::vector<Index> sorted = counted(x.cols());
  std::sort(sorted.begin(), sorted.end(), [&](Index p, Index q) {
    for (Index d = 0; d < x.rows(); ++d)
      if (x(d, p) != x(d, q)) return x(d, p) < x(d, q);
    return p < q;
  });
  std::vector<Index> firsts, group(sorted.size());
  for (const Index n : sorted) {
    if (firsts.empty() || x.col(n) != x.col(firsts.back())) firsts.push_back(n);
    group[static_cast<std::size_t>(n)] = static_cast<Index>(firsts.size()) - 1;
  }
  const Points points = x(Eigen::all, firsts);
  const std::vector<Index> order = spatial_order(points);
  std::vector<Index> position(order.size());
  for (std::size_t k = 0; k < order.size(); ++k)
    position[static_cast<std::size_t>(order[k])] = static_cast<Index>(k);
  for (Index& g : group) g = position[static_cast<std::size_t>(g)];
  return {points(Eigen::all, order), std::move(group)};
}

MassProblem coarser(const MassProblem& problem, Index factor) {
  MassProblem result;
  gather(problem.x, problem.rows, factor, result.x, result.rows);
  gather(problem.y, problem.columns, factor, result.y, result.columns);
  return result;
}

}  // namespace fm
