#include "model/network_field.h"

#include <algorithm>
#include <utility>

namespace fm {

MlpShape network_shape(Index dim, const std::vector<std::int64_t>& hidden, Activation activation,
                       const TimeFeatures& features) {
  return {dim + time_feature_count(features), {hidden.begin(), hidden.end()}, dim, activation};
}

NetworkField::NetworkField(Network network) : network_(std::move(network)) {}

void NetworkField::evaluate(VectorIn t, PointsIn x, PointsOut v) const {
  Mlp<float> mlp(network_.shape);
  Points scale(dim(), block_points);
  for (Index begin = 0; begin < x.cols(); begin += block_points) {
    const Index count = std::min(block_points, x.cols() - begin);
    auto base = v.middleCols(begin, count);
    const auto times = t.segment(begin, count);
    network_.preconditioner.prepare(times, x.middleCols(begin, count), mlp.input(), base,
                                    scale.leftCols(count));
    load_time_features(network_.time_features, times, mlp.input(), dim());
    mlp.value(network_.parameters);
    for (Index n = 0; n < count; ++n)
      for (Index d = 0; d < dim(); ++d) base(d, n) += scale(d, n) * static_cast<double>(mlp.output()(d, n));
  }
}

}  // namespace fm
