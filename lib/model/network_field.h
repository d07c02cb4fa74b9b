// The learned velocity field: a network behind the interface of all fields.
#pragma once

#include <vector>

#include "flow/velocity_field.h"
#include "model/preconditioner.h"
#include "nn/mlp.h"
#include "nn/time_features.h"

namespace fm {

/// Shape of the network for points of dimension `dim`: inputs are the point, its time features and its
/// condition.
MlpShape network_shape(Index dim, const std::vector<std::int64_t>& hidden, Activation activation,
                       const TimeFeatures& features, Index condition_rows = 0);

/// Everything that defines the function.
struct Network {
  MlpShape shape;
  TimeFeatures time_features;
  Preconditioner preconditioner;
  std::vector<float> parameters;
  PathNoise noise = Noiseless{};  ///< what its training says about the score
  Index condition_rows = 0;       ///< C; 0: it knows no conditions

  /// Row of the inputs where the condition begins.
  Index condition_input() const { return preconditioner.dim() + time_feature_count(time_features); }
};

/// v(t, x) of a Network in coordinates; of points (D + C, N) that carry their condition in C still rows, as
/// encoded() by data/condition.h or zeros for none. Each column has the same bits whatever stands beside it.
/// Its domain is that of the preconditioner; where it ends before 1 the last step is x1 = E[x1 | x_t] by the
/// network.
class NetworkField final : public VelocityField {
 public:
  explicit NetworkField(Network network);

  Index dim() const override { return path_rows() + still_rows(); }
  Index path_rows() const override { return network_.preconditioner.dim(); }
  Index still_rows() const override { return network_.condition_rows; }
  TimeDomain domain() const override { return network_.preconditioner.domain(); }
  PathStart start() const override { return network_.preconditioner.start(); }
  void endpoint(PointsIn x, PointsOut x1) const override;
  Scheduler scheduler() const override { return network_.preconditioner.scheduler(); }
  PathNoise noise() const override { return network_.noise; }
  void predict(VectorIn t, PointsIn x, PointsOut x1, PointsOut x0, PointsOut noise) const override;
  void evaluate(VectorIn t, PointsIn x, PointsOut v) const override;
  void tangent(VectorIn t, PointsIn x, PointsIn dx, PointsOut v, PointsOut dv) const override;
  /// Values and slopes of the network are computed once for all tangents, also those of the divergence.
  void tangents(VectorIn t, PointsIn x, PointsIn dx, PointsOut v, PointsOut dv) const override;
  void divergence(VectorIn t, PointsIn x, PointsOut v, VectorOut div) const override;

 private:
  void check_times(VectorIn t) const;

  Network network_;
};

}  // namespace fm
