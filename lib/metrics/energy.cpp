#include "metrics/energy.h"

#include "metrics/pair_sums.h"

namespace fm {

namespace {

void to_distance(Points& squared) {
  squared = squared.cwiseSqrt();
}

}  // namespace

Vector energy_distances(PointsIn points, const Points& labels) {
  return pair_contrasts(points, labels, to_distance, 0);
}

Vector redrawn_energies(PointsIn x, const Points& a, PointsIn y, const Points& b) {
  return redrawn_contrasts(x, a, y, b, to_distance, 0);
}

double energy_distance(PointsIn x, PointsIn y) {
  Points pooled(x.rows(), x.cols() + y.cols());
  pooled << x, y;
  Points labels = Points::Zero(pooled.cols(), 1);
  labels.topRows(x.cols()).setOnes();
  return energy_distances(pooled, labels)[0];
}

}  // namespace fm
