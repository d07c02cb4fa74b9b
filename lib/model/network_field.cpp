#include "model/network_field.h"

#include <algorithm>
#include <utility>

#include "core/error.h"
#include "core/text.h"
#include "flow/conversion.h"

namespace fm {

MlpShape network_shape(Index dim, const std::vector<std::int64_t>& hidden, Activation activation,
                       const TimeFeatures& features, Index condition_rows) {
  return {
      dim + time_feature_count(features) + condition_rows, {hidden.begin(), hidden.end()}, dim, activation};
}

NetworkField::NetworkField(Network network) : network_(std::move(network)) {}

namespace {

/// One block of points at a time through the network.
class Evaluation {
 public:
  Evaluation(const Network& network, bool with_tangents)
      : network_(network),
        mlp_(network.shape),
        bridge_(network.preconditioner.bridge()),
        outputs_(bridge_ ? network.preconditioner.outputs() : 0, block_points),
        d_outputs_(outputs_),
        scale_(network.preconditioner.outputs(), block_points),
        d_input_(with_tangents ? network.shape.inputs : 0),
        d_output_(with_tangents ? network.shape.outputs : 0) {}

  /// x, v (D + C, N), N <= block_points.
  void value(VectorIn t, PointsIn x, PointsOut v) {
    if (!bridge_) return outputs(t, x, v);
    outputs(t, x, outputs_.leftCols(x.cols()));
    bridge_velocity(t, outputs_, v);
  }

  /// The network's outputs in their units: v (D + C, N); on a bridge path (w; q) (2D, N).
  void outputs(VectorIn t, PointsIn x, PointsOut v) {
    const Index dim = network_.preconditioner.dim(), rows = network_.preconditioner.outputs();
    const auto scale = scale_.leftCols(x.cols());
    if (bridge_)
      bridge_->prepare(t, x.topRows(dim), mlp_.input(), v, scale, false);
    else
      network_.preconditioner.prepare(t, x.topRows(dim), mlp_.input(), v.topRows(rows), scale);
    load_time_features(network_.time_features, t, mlp_.input(), dim);
    if (conditions() > 0) load_points(x.bottomRows(conditions()), mlp_.input(), network_.condition_input());
    if (d_input_.features() > 0)
      mlp_.value_with_slopes(network_.parameters);
    else
      mlp_.value(network_.parameters);
    add_scaled(mlp_.output(), v);
  }

  /// dv = J dx (D + C, N) at the points of the last value().
  void tangent(VectorIn t, PointsIn x, PointsIn dx, PointsOut dv) {
    if (!bridge_) return d_outputs(t, x, dx, dv);
    d_outputs(t, x, dx, d_outputs_.leftCols(x.cols()));
    bridge_velocity(t, d_outputs_, dv);
  }

 private:
  Index conditions() const { return network_.condition_rows; }

  void d_outputs(VectorIn t, PointsIn x, PointsIn dx, PointsOut dv) {
    const Index dim = network_.preconditioner.dim(), rows = network_.preconditioner.outputs();
    network_.preconditioner.tangent(t, x.topRows(dim), dx.topRows(dim), d_input_, dv.topRows(rows));
    if (conditions() > 0) load_points(dx.bottomRows(conditions()), d_input_, network_.condition_input());
    mlp_.tangent(network_.parameters, d_input_, d_output_);
    add_scaled(d_output_, dv);
  }

  /// v = w + (1 - 2t) std^2 / 2 q.
  void bridge_velocity(VectorIn t, const Points& outputs, PointsOut v) const {
    const Index dim = network_.preconditioner.dim();
    const double rate = bridge_->bridge_std() * bridge_->bridge_std() / 2;
    for (Index n = 0; n < v.cols(); ++n)
      v.col(n).head(dim) = outputs.col(n).head(dim) + (1 - 2 * t(n)) * rate * outputs.col(n).tail(dim);
    v.bottomRows(conditions()).setZero();
  }

  void add_scaled(const Block<float>& output, PointsOut v) const {
    const Index rows = scale_.rows();
    for (Index n = 0; n < v.cols(); ++n)
      for (Index d = 0; d < rows; ++d) v(d, n) += scale_(d, n) * static_cast<double>(output(d, n));
    v.bottomRows(v.rows() - rows).setZero();
  }

  const Network& network_;
  Mlp<float> mlp_;
  const std::optional<BridgePreconditioner>& bridge_;
  Points outputs_, d_outputs_;       // (M, block_points), of a bridge path
  Points scale_;                     // (M, block_points)
  Block<float> d_input_, d_output_;  // of no features without tangents; rows of time stay 0
};

/// Calls visit(begin, count) for each block of N points.
template <class Visitor>
void for_each_block(Index points, const Visitor& visit) {
  for (Index begin = 0; begin < points; begin += block_points)
    visit(begin, std::min(block_points, points - begin));
}

}  // namespace

void NetworkField::check_times(VectorIn t) const {
  for (const double time : t)
    if (!domain().contains(time))
      throw numeric_error("time-domain", "the model's field is defined for t in [" +
                                             shortest(domain().begin) + ", " + shortest(domain().end) +
                                             "], not at t = " + shortest(time));
}

void NetworkField::endpoint(PointsIn x, PointsOut x1) const {
  if (domain().end == 1) return VelocityField::endpoint(x, x1);
  const SchedulerValue end = scheduler_at(network_.preconditioner.scheduler(), domain().end);
  evaluate(Vector::Constant(x.cols(), domain().end), x, x1);
  for (Index n = 0; n < x.cols(); ++n) {
    const Vector v = x1.col(n);
    x1.col(n) = x1_from_velocity(end, x.col(n), v);
    x1.col(n).tail(still_rows()) = x.col(n).tail(still_rows());
  }
}

void NetworkField::evaluate(VectorIn t, PointsIn x, PointsOut v) const {
  check_times(t);
  Evaluation evaluation(network_, false);
  for_each_block(x.cols(), [&](Index begin, Index count) {
    evaluation.value(t.segment(begin, count), x.middleCols(begin, count), v.middleCols(begin, count));
  });
}

void NetworkField::predict(VectorIn t, PointsIn x, PointsOut x1, PointsOut x0, PointsOut noise) const {
  const auto& bridge = network_.preconditioner.bridge();
  if (!bridge) return VelocityField::predict(t, x, x1, x0, noise);
  check_times(t);
  Evaluation evaluation(network_, false);
  const Index rows = path_rows();
  Points outputs(2 * rows, block_points);
  for_each_block(x.cols(), [&](Index begin, Index count) {
    evaluation.outputs(t.segment(begin, count), x.middleCols(begin, count), outputs.leftCols(count));
    for (Index k = 0; k < count; ++k) {
      const Index n = begin + k;
      const double c = noise_std(network_.noise, scheduler(), t(n));
      const auto w = outputs.col(k).head(rows), q = outputs.col(k).tail(rows);
      const Vector centre = x.col(n).head(rows) - c * c * q;
      x1.col(n).head(rows) = centre + (1 - t(n)) * w;
      x0.col(n).head(rows) = centre - t(n) * w;
      noise.col(n).head(rows) = c * q;
    }
  });
}

void NetworkField::tangent(VectorIn t, PointsIn x, PointsIn dx, PointsOut v, PointsOut dv) const {
  tangents(t, x, dx, v, dv);
}

void NetworkField::tangents(VectorIn t, PointsIn x, PointsIn dx, PointsOut v, PointsOut dv) const {
  check_times(t);
  Evaluation evaluation(network_, true);
  for_each_block(x.cols(), [&](Index begin, Index count) {
    const auto times = t.segment(begin, count);
    const auto points = x.middleCols(begin, count);
    evaluation.value(times, points, v.middleCols(begin, count));
    for (Index row = 0; row < dx.rows(); row += dim())
      evaluation.tangent(times, points, dx.block(row, begin, dim(), count),
                         dv.block(row, begin, dim(), count));
  });
}

void NetworkField::divergence(VectorIn t, PointsIn x, PointsOut v, VectorOut div) const {
  check_times(t);
  Evaluation evaluation(network_, true);
  Points axis = Points::Zero(dim(), block_points), dv(dim(), block_points);
  for_each_block(x.cols(), [&](Index begin, Index count) {
    const auto times = t.segment(begin, count);
    const auto points = x.middleCols(begin, count);
    evaluation.value(times, points, v.middleCols(begin, count));
    auto sum = div.segment(begin, count);
    sum.setZero();
    for (Index d = 0; d < path_rows(); ++d) {
      axis.row(d).setOnes();
      evaluation.tangent(times, points, axis.leftCols(count), dv.leftCols(count));
      sum += dv.row(d).head(count).transpose();
      axis.row(d).setZero();
    }
  });
}

}  // namespace fm
