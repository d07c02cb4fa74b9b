#include "model/objective.h"

#include <algorithm>
#include <limits>

#include "core/parallel.h"

namespace fm {

namespace {

/// Points a chunk: two of the network's blocks, so that a batch of 256 still feeds two threads.
constexpr Index chunk_points = 2 * block_points;

/// Below the normal doubles a quotient has no digits.
constexpr double least_scale = std::numeric_limits<double>::min();

/// The condition rows of `input` become the codes of columns first, first + 1, ...
void load_codes(const SparseCodes& codes, Index first, Index count, const Network& network,
                Block<float>& input) {
  const Index begin = network.condition_input();
  for (Index row = begin; row < begin + network.condition_rows; ++row)
    std::fill(input.row(row), input.row(row) + block_points, 0.0f);
  for (Index n = 0; n < count; ++n)
    for (Index k = 0; k < codes.place.rows(); ++k)
      input(begin + codes.place(k, first + n), n) = static_cast<float>(codes.value(k, first + n));
}

}  // namespace

Objective::Objective(const Network& network, Index batch_size, const RegressionLoss& loss)
    : network_(network), loss_(loss) {
  const Index outputs = network.preconditioner.outputs();
  for (Index chunk = 0; chunk < chunk_count(batch_size, chunk_points); ++chunk)
    chunks_.push_back({Mlp<float>(network.shape),
                       Block<float>(outputs),
                       Points(outputs, block_points),
                       Points(outputs, block_points),
                       Points(outputs, block_points),
                       Points(outputs, block_points),
                       {}});
}

Loss Objective::gradient(const PathBatch& batch, std::vector<float>& gradient) {
  for (Chunk& chunk : chunks_) chunk.gradient.resize(network_.parameters.size());  // the first time only
  return evaluate(batch, &gradient);
}

Loss Objective::value(const PathBatch& batch) {
  return evaluate(batch, nullptr);
}

Loss Objective::evaluate(const PathBatch& batch, std::vector<float>* gradient) {
  const Index size = batch.t.size();
  parallel_chunks(size, chunk_points, [&](Index begin, Index end, Index chunk) {
    evaluate_chunk(batch, begin, end, chunks_[static_cast<std::size_t>(chunk)], gradient != nullptr);
  });
  Loss loss;
  const auto used = static_cast<std::size_t>(chunk_count(size, chunk_points));
  for (std::size_t c = 0; c < used; ++c) {
    loss.normalised += chunks_[c].normalised;
    loss.velocity += chunks_[c].velocity;
    if (!gradient) continue;
    const float* part = chunks_[c].gradient.data();
    float* sum = gradient->data();
    const std::size_t count = gradient->size();
    if (c == 0)
      std::copy(part, part + count, sum);
    else
      for (std::size_t p = 0; p < count; ++p) sum[p] += part[p];
  }
  loss.normalised /= static_cast<double>(size);
  loss.velocity /= static_cast<double>(size);
  return loss;
}

void Objective::evaluate_chunk(const PathBatch& batch, Index begin, Index end, Chunk& chunk,
                               bool with_gradient) {
  const Index dim = network_.preconditioner.dim(), outputs = network_.preconditioner.outputs();
  chunk.normalised = chunk.velocity = 0;
  if (with_gradient) std::fill(chunk.gradient.begin(), chunk.gradient.end(), 0.0f);
  for (Index first = begin; first < end; first += block_points) {
    const Index count = std::min(block_points, end - first);
    const auto t = batch.t.segment(first, count);
    Block<float>& input = chunk.mlp.input();
    network_.preconditioner.prepare(t, batch.xt.middleCols(first, count), input, chunk.base.leftCols(count),
                                    chunk.scale.leftCols(count));
    for (Index n = 0; n < count; ++n) network_.preconditioner.loss_weight(t(n), chunk.weight.col(n));
    load_time_features(network_.time_features, t, input, dim);
    if (network_.condition_rows > 0) load_codes(batch.condition, first, count, network_, input);
    if (with_gradient)
      chunk.mlp.value_with_slopes(network_.parameters);
    else
      chunk.mlp.value(network_.parameters);
    double squares = 0;
    for (Index d = 0; d < outputs; ++d) {
      for (Index n = 0; n < count; ++n) {
        const double scale = chunk.scale(d, n);
        const double output = chunk.mlp.output()(d, n);
        const double target =
            scale < least_scale ? output : (batch.ut(d, first + n) - chunk.base(d, n)) / scale;
        const double error = output - target;
        chunk.error(d, n) = error;
        squares += error * error * scale * scale;
      }
    }
    chunk.velocity += squares;
    add_losses(batch, first, count, chunk);
    if (with_gradient) chunk.mlp.backward(network_.parameters, chunk.d_output, chunk.gradient);
  }
}

void Objective::add_losses(const PathBatch& batch, Index first, Index count, Chunk& chunk) const {
  const Index outputs = network_.preconditioner.outputs();
  // d/dF of the mean over the whole batch and all outputs of (F - target)^2.
  const double factor = 2.0 / static_cast<double>(batch.t.size() * outputs);
  for (Index n = 0; n < count; ++n) {
    const double weight = batch.weight.size() > 0 ? batch.weight(first + n) : 1;
    const auto error = chunk.error.col(n), share = chunk.weight.col(n);
    const double square = error.cwiseAbs2().dot(share) / static_cast<double>(outputs);
    const LossValue loss = loss_of(loss_, square);
    chunk.normalised += weight * loss.value;
    for (Index d = 0; d < outputs; ++d)
      chunk.d_output(d, n) = static_cast<float>(factor * weight * loss.slope * share(d) * error(d));
  }
  for (Index d = 0; d < outputs; ++d)
    std::fill(chunk.d_output.row(d) + count, chunk.d_output.row(d) + block_points, 0.0f);
}

}  // namespace fm
