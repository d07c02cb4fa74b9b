#include "metrics/sliced.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "core/parallel.h"
#include "core/random.h"
#include "ot/one_dimensional.h"

namespace fm {

Points random_directions(Index dim, Index count, std::uint64_t seed) {
  Points directions(dim, count);
  fill_normal({seed, Purpose::directions}, 0, directions);
  directions.colwise().normalize();
  return directions;
}

double sliced_w2(PointsIn x, PointsIn y, PointsIn directions) {
  Vector squares(directions.cols());
  parallel_chunks(directions.cols(), 1, [&](Index k, Index, Index) {
    Vector along_x = x.transpose() * directions.col(k), along_y = y.transpose() * directions.col(k);
    std::sort(along_x.begin(), along_x.end());
    std::sort(along_y.begin(), along_y.end());
    squares[k] = sorted_transport_cost(along_x, along_y, 2);
  });
  return std::sqrt(squares.mean());
}

Vector sliced_w2s(PointsIn points, const Points& labels, PointsIn directions) {
  const Index count = points.cols();
  Points squares(labels.cols(), directions.cols());
  parallel_chunks(directions.cols(), 1, [&](Index k, Index, Index) {
    const Vector along = points.transpose() * directions.col(k);
    std::vector<Index> order(static_cast<std::size_t>(count));
    std::iota(order.begin(), order.end(), Index{0});
    std::sort(order.begin(), order.end(), [&](Index a, Index b) { return along[a] < along[b]; });
    Vector first(count), second(count);
    for (Index p = 0; p < labels.cols(); ++p) {
      Index n = 0, m = 0;
      for (const Index i : order) (labels(i, p) != 0 ? first[n++] : second[m++]) = along[i];
      squares(p, k) = sorted_transport_cost(first.head(n), second.head(m), 2);
    }
  });
  return squares.rowwise().mean().cwiseSqrt();
}

}  // namespace fm
