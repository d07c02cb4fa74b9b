// The learned velocity field: a network behind the interface of all fields.
#pragma once

#include <vector>

#include "flow/velocity_field.h"
#include "model/preconditioner.h"
#include "nn/mlp.h"
#include "nn/time_features.h"

namespace fm {

/// Shape of the network for points of dimension `dim`: inputs are the point and its time features.
MlpShape network_shape(Index dim, const std::vector<std::int64_t>& hidden, Activation activation,
                       const TimeFeatures& features);

/// Everything that defines the function.
struct Network {
  MlpShape shape;
  TimeFeatures time_features;
  Preconditioner preconditioner;
  std::vector<float> parameters;
};

/// v(t, x) of a Network in coordinates. Each column has the same bits whatever stands beside it.
class NetworkField final : public VelocityField {
 public:
  explicit NetworkField(Network network);

  Index dim() const override { return network_.preconditioner.dim(); }
  void evaluate(VectorIn t, PointsIn x, PointsOut v) const override;
  void tangent(VectorIn t, PointsIn x, PointsIn dx, PointsOut v, PointsOut dv) const override;
  /// Values and slopes of the network are computed once for all D tangents.
  void divergence(VectorIn t, PointsIn x, PointsOut v, VectorOut div) const override;
  const Network& network() const { return network_; }

 private:
  Network network_;
};

}  // namespace fm
