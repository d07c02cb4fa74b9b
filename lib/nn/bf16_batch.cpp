#include "nn/bf16_batch.h"

#include <algorithm>

#include "core/error.h"
#include "nn/kernels_in_use.h"

namespace fm {

namespace {

const Bf16Kernels& available_kernels() {
  if (const Bf16Kernels* const kernels = bf16_kernels()) return *kernels;
  throw usage_error("bf16", "this processor has no products in bf16 (AVX512_BF16)",
                    "train in --precision-compute float32, the default");
}

Index even(Index n) {
  return 2 * pairs_of(n);
}

}  // namespace

Bf16Batch::Rounded::Rounded(Index features)
    : by_features(static_cast<std::size_t>(pairs_of(features) * block_stride)),
      by_points(static_cast<std::size_t>(even(features) * bf16_stride)) {}

Bf16Batch::OfBlock::OfBlock(const MlpShape& shape)
    : input(shape.inputs), output(even(shape.outputs)), d_output(shape.outputs) {
  activations.emplace_back(shape.inputs);
  for (const Index width : shape.hidden) {
    slopes.emplace_back(even(width));
    activations.emplace_back(width);
    dy.emplace_back(width);
  }
  dy.emplace_back(shape.outputs);
  first = Block<float>(shape.hidden.empty() ? 0 : shape.hidden.front());
}

Bf16Batch::Bf16Batch(const MlpShape& shape, Index blocks)
    : NetworkBatch(shape), kernels_(available_kernels()), rounded_(layers_.size()) {
  Index largest = 0;
  for (std::size_t l = 0; l < layers_.size(); ++l) {
    const auto [inputs, outputs, weights, bias] = layers_[l];
    rounded_[l].weights.resize(static_cast<std::size_t>(even(outputs) * pairs_of(inputs)));
    rounded_[l].transposed.resize(static_cast<std::size_t>(even(inputs) * pairs_of(outputs)));
    rounded_[l].bias.resize(static_cast<std::size_t>(even(outputs)));
    largest = std::max(largest, transposed_size(layers_[l]));
  }
  transposed_.resize(static_cast<std::size_t>(largest));
  for (Index b = 0; b < blocks; ++b) blocks_.emplace_back(shape);
}

void Bf16Batch::set_parameters(std::span<const float> parameters) {
  parameters_ = parameters;
  for (std::size_t l = 1; l < layers_.size(); ++l) {
    const AffineLayer<float> exact = layer_at(layers_[l], parameters);
    OfLayer& layer = rounded_[l];
    kernels_.round_matrix(exact.outputs, exact.inputs, exact.weights, exact.inputs, layer.weights.data());
    kernels<float>().transpose_weights(exact, transposed_.data());
    kernels_.round_matrix(exact.inputs, exact.outputs, transposed_.data(), transposed_stride(exact.outputs),
                          layer.transposed.data());
    std::copy_n(exact.bias, exact.outputs, layer.bias.begin());
  }
}

Bf16Layer Bf16Batch::layer(std::size_t l) const {
  return {layers_[l].inputs, layers_[l].outputs, rounded_[l].weights.data(), rounded_[l].bias.data()};
}

void Bf16Batch::evaluate(Index block, bool keep_slopes) {
  OfBlock& b = at(block);
  const AffineLayer<float> first = layer_at(layers_[0], parameters_);
  const std::size_t last = layers_.size() - 1;
  const auto slope = [&](std::size_t l) { return keep_slopes ? b.slopes[l].data() : nullptr; };
  kernels_.round_block(first.inputs, b.input.data(), b.activations[0].view());
  if (last == 0) return kernels<float>().affine(first, b.input.data(), b.output.data());
  kernels<float>().activated(first, activation_, b.input.data(), b.first.data(), slope(0));
  kernels_.round_block(first.outputs, b.first.data(), b.activations[1].view());
  for (std::size_t l = 1; l < last; ++l)
    kernels_.activated(layer(l), activation_, b.activations[l].by_features.data(),
                       b.activations[l + 1].view(), slope(l));
  kernels_.affine(layer(last), b.activations[last].by_features.data(), b.output.data());
}

void Bf16Batch::backward(Index block) {
  OfBlock& b = at(block);
  std::size_t l = layers_.size() - 1;
  kernels_.round_block(layers_[l].outputs, b.d_output.data(), b.dy[l].view());
  for (; l > 0; --l) {
    const Bf16Layer transposed{layers_[l].outputs, layers_[l].inputs, rounded_[l].transposed.data(), nullptr};
    kernels_.backward(transposed, b.dy[l].by_features.data(), b.slopes[l - 1].data(), b.dy[l - 1].view());
  }
}

void Bf16Batch::gradient(Index part, Index blocks, bool add, std::span<float> gradient) const {
  const auto operands = [&](Index block, std::size_t l) -> Operands<Bf16Pair> {
    return {at(block).dy[l].by_points.data(), at(block).activations[l].by_points.data()};
  };
  add_up(part, blocks, add, gradient, operands, kernels_.gradient_part);
}

}  // namespace fm
