#include "metrics/sliced.h"

#include <algorithm>
#include <cmath>

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

}  // namespace fm
