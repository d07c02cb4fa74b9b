#include "model/matching_gradient.h"

#include <algorithm>
#include <cmath>

#include "core/parallel.h"
#include "nn/mlp.h"

namespace fm {

namespace {

constexpr Index batches_at_once = 8;  // whose gradients are held at the same time: some 200 bytes a parameter

/// Sums of the mean gradients g of batches, and of their squares |g|^2.
struct Sums {
  Vector sum;  // (parameters)
  double squares = 0;

  void add(const Vector& g) {
    sum += g;
    squares += g.squaredNorm();
  }
};

/// A mean gradient (parameters) and the mean square of its noise.
struct Mean {
  Vector gradient;
  double noise = 0;

  Estimate length() const { return {gradient.norm(), std::sqrt(noise)}; }
};

Mean mean_of(const Sums& sums, Index batches) {
  const auto count = static_cast<double>(batches);
  const Vector mean = sums.sum / count;
  return {mean, std::max(0.0, sums.squares / count - mean.squaredNorm()) / (count - 1)};
}

/// Room for one batch, of at most block_points draws.
class Batch {
 public:
  explicit Batch(const Network& network)
      : network_(network),
        mlp_(network.shape),
        base_(network.shape.outputs, block_points),
        scale_(base_),
        v_(base_),
        to_marginal_(network.shape.outputs),
        to_conditional_(network.shape.outputs),
        gradient_(network.parameters.size()),
        distance_(static_cast<Index>(gradient_.size())),
        difference_(distance_) {}

  /// Finds grad of the mean of |u - v|^2 over these points, and what that of |u - u_t|^2 has more.
  void find(const ExactPath& path, const TimedPoints& points) {
    const Index count = points.t.size();
    path.field().evaluate(points.t, points.at.xt, v_.leftCols(count));
    network_.preconditioner.prepare(points.t, points.at.xt, mlp_.input(), base_.leftCols(count),
                                    scale_.leftCols(count));
    load_time_features(network_.time_features, points.t, mlp_.input(), path.dim());
    mlp_.value_with_slopes(network_.parameters);
    for (Index d = 0; d < path.dim(); ++d) {
      for (Index n = 0; n < count; ++n) {
        const double u = base_(d, n) + scale_(d, n) * static_cast<double>(mlp_.output()(d, n));
        const double factor = 2 * scale_(d, n) / static_cast<double>(count);
        to_marginal_(d, n) = static_cast<float>(factor * (u - v_(d, n)));
        to_conditional_(d, n) = static_cast<float>(factor * (v_(d, n) - points.at.ut(d, n)));
      }
      for (Block<float>* block : {&to_marginal_, &to_conditional_})
        std::fill(block->row(d) + count, block->row(d) + block_points, 0.0f);
    }
    distance_ = backward(to_marginal_);
    difference_ = backward(to_conditional_);
  }
  const Vector& distance() const { return distance_; }
  const Vector& difference() const { return difference_; }

 private:
  Vector backward(const Block<float>& d_output) {
    std::fill(gradient_.begin(), gradient_.end(), 0.0f);
    mlp_.backward(network_.parameters, d_output, gradient_);
    return Eigen::Map<const Eigen::VectorXf>(gradient_.data(), static_cast<Index>(gradient_.size()))
        .cast<double>();
  }

  const Network& network_;
  Mlp<float> mlp_;
  Points base_, scale_, v_;                    // (D, block_points)
  Block<float> to_marginal_, to_conditional_;  // derivatives in the network's output
  std::vector<float> gradient_;
  Vector distance_, difference_;  // (parameters)
};

/// Of one part of the time, or the mean of parts.
struct Means {
  Mean loss, distance, difference;

  MatchingGradient over(double begin, double end, std::int64_t draws) const {
    return {begin, end, draws, loss.length(), distance.length(), difference.length()};
  }
};

Means means_over(const ExactPath& path, double begin, double end, Index draws, std::uint64_t seed,
                 std::uint64_t first_row, std::vector<Batch>& room) {
  const Index batches = std::max<Index>(2, chunk_count(draws, block_points));
  const auto edge = [&](Index batch) { return batch * draws / batches; };
  const Vector zero = Vector::Zero(room.front().distance().size());
  Sums loss{zero}, distance{zero}, difference{zero};
  for (Index first = 0; first < batches; first += batches_at_once) {
    const Index count = std::min(batches_at_once, batches - first);
    parallel_chunks(count, 1, [&](Index b, Index, Index) {
      room[static_cast<std::size_t>(b)].find(path, draw_over_times(path, begin, end, draws, edge(first + b),
                                                                   edge(first + b + 1), seed, first_row));
    });
    for (Index b = 0; b < count; ++b) {
      const Batch& batch = room[static_cast<std::size_t>(b)];
      loss.add(batch.distance() + batch.difference());
      distance.add(batch.distance());
      difference.add(batch.difference());
    }
  }
  return {mean_of(loss, batches), mean_of(distance, batches), mean_of(difference, batches)};
}

/// Adds one of `parts` equal parts to the mean over all of them.
void add_part(Mean& total, const Mean& part, Index parts) {
  const auto count = static_cast<double>(parts);
  if (total.gradient.size() == 0) total.gradient.setZero(part.gradient.size());
  total.gradient += part.gradient / count;
  total.noise += part.noise / (count * count);
}

}  // namespace

MatchingGradients matching_gradients(const ExactPath& path, const Network& network, double begin, double end,
                                     Index bins, Index draws, std::uint64_t seed) {
  std::vector<Batch> room(static_cast<std::size_t>(batches_at_once), Batch(network));
  MatchingGradients result;
  Means total;
  for (Index b = 0; b < bins; ++b) {
    const auto edge = [&](Index k) {
      return k == bins ? end : begin + (end - begin) * static_cast<double>(k) / static_cast<double>(bins);
    };
    const Means bin =
        means_over(path, edge(b), edge(b + 1), draws, seed, static_cast<std::uint64_t>(b * draws), room);
    for (const auto member : {&Means::loss, &Means::distance, &Means::difference})
      add_part(total.*member, bin.*member, bins);
    result.bins.push_back(bin.over(edge(b), edge(b + 1), draws));
  }
  result.total = total.over(begin, end, bins * draws);
  return result;
}

}  // namespace fm
