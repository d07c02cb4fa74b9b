// Types shared by every floor: index, points, times. A point is a column.
#pragma once

#include <Eigen/Core>

namespace fm {

using Index = Eigen::Index;

/// N points of dimension D as the columns of a (D, N) matrix in column-major order.
using Points = Eigen::MatrixXd;
/// N numbers, one a point (times, weights, errors).
using Vector = Eigen::VectorXd;

// Views for arguments: whole matrices and runs of columns bind without a copy.
using PointsIn = Eigen::Ref<const Points>;
using PointsOut = Eigen::Ref<Points>;
using VectorIn = Eigen::Ref<const Vector>;
using VectorOut = Eigen::Ref<Vector>;

}  // namespace fm
