#include "nn/mlp_batch.h"

#include "nn/kernels_in_use.h"

namespace fm {

template <class T>
MlpBatch<T>::MlpBatch(const MlpShape& shape, Index blocks)
    : NetworkBatch<T>(shape), transposed_(layers_.size()), blocks_(static_cast<std::size_t>(blocks)) {
  for (OfBlock& block : blocks_) {
    block.activations.emplace_back(shape.inputs);
    for (const LayerPlace& layer : layers_) block.activations.emplace_back(layer.outputs);
    for (const Index width : shape.hidden) block.slopes.emplace_back(width);
    block.d_output = Block<T>(shape.outputs);
  }
  for (std::size_t l = 1; l < layers_.size(); ++l)
    transposed_[l].resize(static_cast<std::size_t>(this->transposed_size(layers_[l])));
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
    k.activated(layer_at(layers_[l], parameters_), this->activation_, b.activations[l].data(),
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
  const auto operands = [&](Index block, std::size_t l) -> typename NetworkBatch<T>::template Operands<T> {
    const OfBlock& b = at(block);
    return {(l < b.slopes.size() ? b.slopes[l] : b.d_output).data(), b.activations[l].data()};
  };
  this->add_up(part, blocks, add, gradient, operands, kernels<T>().gradient_part);
}

template class MlpBatch<float>;
template class MlpBatch<double>;

}  // namespace fm
