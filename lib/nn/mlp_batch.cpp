#include "nn/mlp_batch.h"

#include <algorithm>

#include "nn/kernels_in_use.h"

namespace fm {

namespace {

Index transposed_size(const LayerPlace& layer) {
  return (layer.inputs + 15) / 16 * 16 * transposed_stride(layer.outputs);
}

}  // namespace

template <class T>
MlpBatch<T>::MlpBatch(const MlpShape& shape, Index blocks)
    : activation_(shape.activation),
      layers_(layer_places(shape)),
      transposed_(layers_.size()),
      blocks_(static_cast<std::size_t>(blocks)) {
  for (OfBlock& block : blocks_) {
    block.activations.emplace_back(shape.inputs);
    for (const LayerPlace& layer : layers_) block.activations.emplace_back(layer.outputs);
    for (const Index width : shape.hidden) block.slopes.emplace_back(width);
    block.d_output = Block<T>(shape.outputs);
  }
  for (std::size_t l = 0; l < layers_.size(); ++l) {
    if (l > 0) transposed_[l].resize(static_cast<std::size_t>(transposed_size(layers_[l])));
    for (Index first = 0; first < layers_[l].inputs; first += gradient_inputs) parts_.push_back({l, first});
  }
}

template <class T>
void MlpBatch<T>::set_parameters(std::span<const T> parameters) {
  parameters_ = parameters;
  for (std::size_t l = 1; l < layers_.size(); ++l)
    kernels<T>().transpose_weights(layer_at(layers_[l], parameters), transposed_[l].data());
}

template <class T>
void MlpBatch<T>::evaluate(Index block, bool keep_slopes) {
  const Kernels<T>& k = kernels<T>();
  OfBlock& b = at(block);
  for (std::size_t l = 0; l < b.slopes.size(); ++l)
    k.activated(layer_at(layers_[l], parameters_), activation_, b.activations[l].data(),
                b.activations[l + 1].data(), keep_slopes ? b.slopes[l].data() : nullptr);
  const std::size_t last = b.slopes.size();
  k.affine(layer_at(layers_[last], parameters_), b.activations[last].data(), b.activations[last + 1].data());
}

template <class T>
void MlpBatch<T>::backward(Index block) {
  OfBlock& b = at(block);
  const T* dy = b.d_output.data();
  for (std::size_t l = layers_.size(); --l > 0;) {
    T* slope = b.slopes[l - 1].data();
    const AffineLayer<T> transposed{layers_[l].outputs, layers_[l].inputs, transposed_[l].data(), nullptr};
    kernels<T>().backward_transposed(transposed, dy, slope, slope);
    dy = slope;
  }
}

template <class T>
void MlpBatch<T>::gradient(Index part, Index blocks, bool add, std::span<T> gradient) const {
  const auto [l, first_input] = parts_[static_cast<std::size_t>(part)];
  const LayerPlace& layer = layers_[l];
  for (Index first = 0; first < blocks; first += gradient_blocks) {
    LayerGradient<T> sum{.inputs = layer.inputs,
                         .outputs = layer.outputs,
                         .blocks = std::min(gradient_blocks, blocks - first),
                         .dy = {},
                         .x = {},
                         .d_weights = gradient.data() + layer.weights,
                         .d_bias = gradient.data() + layer.bias,
                         .add = add || first > 0};
    for (Index k = 0; k < sum.blocks; ++k) {
      const OfBlock& block = at(first + k);
      sum.dy[k] = (l < block.slopes.size() ? block.slopes[l] : block.d_output).data();
      sum.x[k] = block.activations[l].data();
    }
    kernels<T>().gradient_part(sum, first_input);
  }
}

template class MlpBatch<float>;
template class MlpBatch<double>;

}  // namespace fm
