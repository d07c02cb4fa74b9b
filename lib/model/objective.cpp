#include "model/objective.h"

#include <algorithm>
#include <limits>

#include "core/parallel.h"

namespace fm {

namespace {

/// Blocks at a time: a multiple of gradient_blocks, so that it changes no sum, and two for each thread from
/// three threads on; more would only take memory, and leave the caches.
Index blocks_at_once(Index batch_size) {
  const Index most = (threads() + 1) / 2 * gradient_blocks;
  return std::min(most, chunk_count(batch_size, block_points));
}

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

Objective::Objective(const Network& network, Index batch_size, const RegressionLoss& loss,
                     ComputePrecision precision)
    : network_(network),
      loss_(loss),
      mlp_(network_batch(network.shape, blocks_at_once(batch_size), precision)) {
  const Points empty(network.preconditioner.outputs(), block_points);
  errors_.assign(static_cast<std::size_t>(mlp_->blocks()), Errors{empty, empty, empty, empty});
}

Loss Objective::gradient(const PathBatch& batch, std::vector<float>& gradient) {
  return evaluate(batch, &gradient);
}

Loss Objective::value(const PathBatch& batch) {
  return evaluate(batch, nullptr);
}

Loss Objective::evaluate(const PathBatch& batch, std::vector<float>* gradient) {
  const Index size = batch.t.size(), at_once = mlp_->blocks() * block_points;
  mlp_->set_parameters(network_.parameters);
  Loss loss;
  for (Index first = 0; first < size; first += at_once) {
    const Index count = std::min(at_once, size - first), blocks = chunk_count(count, block_points);
    parallel_chunks(count, block_points, [&](Index begin, Index end, Index block) {
      evaluate_block(batch, first + begin, first + end, block, gradient != nullptr);
    });
    for (Index block = 0; block < blocks; ++block) {
      loss.normalised += errors_[static_cast<std::size_t>(block)].normalised;
      loss.velocity += errors_[static_cast<std::size_t>(block)].velocity;
    }
    if (gradient)
      parallel_chunks(mlp_->gradient_parts(), 1,
                      [&](Index part, Index, Index) { mlp_->gradient(part, blocks, first > 0, *gradient); });
  }
  loss.normalised /= static_cast<double>(size);
  loss.velocity /= static_cast<double>(size);
  return loss;
}

void Objective::evaluate_block(const PathBatch& batch, Index begin, Index end, Index block,
                               bool with_gradient) {
  const Index dim = network_.preconditioner.dim(), outputs = network_.preconditioner.outputs();
  const Index count = end - begin;
  Errors& errors = errors_[static_cast<std::size_t>(block)];
  errors.normalised = 0;
  const auto t = batch.t.segment(begin, count);
  Block<float>& input = mlp_->input(block);
  network_.preconditioner.prepare(t, batch.xt.middleCols(begin, count), input, errors.base.leftCols(count),
                                  errors.scale.leftCols(count));
  for (Index n = 0; n < count; ++n) network_.preconditioner.loss_weight(t(n), errors.weight.col(n));
  load_time_features(network_.time_features, t, input, dim);
  if (network_.condition_rows > 0) load_codes(batch.condition, begin, count, network_, input);
  if (with_gradient)
    mlp_->value_with_slopes(block);
  else
    mlp_->value(block);
  double squares = 0;
  for (Index d = 0; d < outputs; ++d) {
    for (Index n = 0; n < count; ++n) {
      const double scale = errors.scale(d, n);
      const double output = mlp_->output(block)(d, n);
      const double target =
          scale < least_scale ? output : (batch.ut(d, begin + n) - errors.base(d, n)) / scale;
      const double error = output - target;
      errors.error(d, n) = error;
      squares += error * error * scale * scale;
    }
  }
  errors.velocity = squares;
  add_losses(batch, begin, count, block);
  if (with_gradient) mlp_->backward(block);
}

void Objective::add_losses(const PathBatch& batch, Index first, Index count, Index block) {
  const Index outputs = network_.preconditioner.outputs();
  Errors& errors = errors_[static_cast<std::size_t>(block)];
  Block<float>& d_output = mlp_->d_output(block);
  // d/dF of the mean over the whole batch and all outputs of (F - target)^2.
  const double factor = 2.0 / static_cast<double>(batch.t.size() * outputs);
  for (Index n = 0; n < count; ++n) {
    const double weight = batch.weight.size() > 0 ? batch.weight(first + n) : 1;
    const auto error = errors.error.col(n), share = errors.weight.col(n);
    const double square = error.cwiseAbs2().dot(share) / static_cast<double>(outputs);
    const LossValue loss = loss_of(loss_, square);
    errors.normalised += weight * loss.value;
    for (Index d = 0; d < outputs; ++d)
      d_output(d, n) = static_cast<float>(factor * weight * loss.slope * share(d) * error(d));
  }
  for (Index d = 0; d < outputs; ++d)
    std::fill(d_output.row(d) + count, d_output.row(d) + block_points, 0.0f);
}

}  // namespace fm
