#include "nn/mlp.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/error.h"
#include "nn/kernels_in_use.h"

namespace fm {

namespace {

double weight_variance(Activation activation, Index inputs) {
  const bool keeps_variance = activation == Activation::selu || activation == Activation::tanh;
  return (keeps_variance ? 1.0 : 2.0) / static_cast<double>(inputs);
}

}  // namespace

std::vector<LayerPlace> layer_places(const MlpShape& shape) {
  std::vector<Index> widths{shape.inputs};
  widths.insert(widths.end(), shape.hidden.begin(), shape.hidden.end());
  widths.push_back(shape.outputs);
  std::vector<LayerPlace> places;
  Index offset = 0;
  for (std::size_t l = 0; l + 1 < widths.size(); ++l) {
    if (widths[l] < 1 || widths[l + 1] < 1)
      throw usage_error("network-shape", "a layer of the network has no units",
                        "every width must be at least 1");
    const Index bias = offset + widths[l] * widths[l + 1];
    places.push_back({widths[l], widths[l + 1], offset, bias});
    offset = bias + widths[l + 1];
  }
  return places;
}

Index parameter_count(const MlpShape& shape) {
  const LayerPlace last = layer_places(shape).back();
  return last.bias + last.outputs;
}

template <class T>
void initialise(const MlpShape& shape, const Random& random, std::span<T> parameters) {
  const std::vector<LayerPlace> places = layer_places(shape);
  std::fill(parameters.begin(), parameters.end(), T{0});
  for (std::size_t l = 0; l + 1 < places.size(); ++l) {
    const LayerPlace& place = places[l];
    Draws draws = random.row(l);
    const double deviation = std::sqrt(weight_variance(shape.activation, place.inputs));
    const double bound = 1 / std::sqrt(static_cast<double>(place.inputs));
    for (Index i = place.weights; i < place.bias; ++i)
      parameters[static_cast<std::size_t>(i)] = static_cast<T>(deviation * draws.normal());
    for (Index i = place.bias; i < place.bias + place.outputs; ++i)
      parameters[static_cast<std::size_t>(i)] = static_cast<T>(bound * (2 * draws.uniform() - 1));
  }
}

template <class T>
Mlp<T>::Mlp(MlpShape shape) : shape_(std::move(shape)), layers_(layer_places(shape_)) {
  Index widest = 0;
  activations_.emplace_back(shape_.inputs);
  for (const LayerPlace& layer : layers_) {
    activations_.emplace_back(layer.outputs);
    widest = std::max({widest, layer.inputs, layer.outputs});
  }
  for (const Index width : shape_.hidden) slopes_.emplace_back(width);
  even_ = Block<T>(widest);
  odd_ = Block<T>(widest);
  scratch_.resize(static_cast<std::size_t>(scratch_size(widest)));
}

template <class T>
void Mlp<T>::evaluate(std::span<const T> parameters, bool keep_slopes) {
  const Kernels<T>& k = kernels<T>();
  for (std::size_t l = 0; l < slopes_.size(); ++l)
    k.activated(layer_at(layers_[l], parameters), shape_.activation, activations_[l].data(),
                activations_[l + 1].data(), keep_slopes ? slopes_[l].data() : nullptr);
  const std::size_t last = slopes_.size();
  k.affine(layer_at(layers_[last], parameters), activations_[last].data(), activations_[last + 1].data());
}

template <class T>
void Mlp<T>::value(std::span<const T> parameters) {
  evaluate(parameters, false);
}

template <class T>
void Mlp<T>::value_with_slopes(std::span<const T> parameters) {
  evaluate(parameters, true);
}

template <class T>
void Mlp<T>::backward(std::span<const T> parameters, const Block<T>& d_output, std::span<T> gradient,
                      Block<T>* d_input) {
  const Kernels<T>& k = kernels<T>();
  const T* dy = d_output.data();
  T *dx = even_.data(), *spare = odd_.data();
  for (std::size_t l = layers_.size(); l-- > 0;) {
    const AffineLayer<T> layer = layer_at(layers_[l], parameters);
    const LayerGradient<T> part{.inputs = layer.inputs,
                                .outputs = layer.outputs,
                                .blocks = 1,
                                .dy = {dy},
                                .x = {activations_[l].data()},
                                .d_weights = gradient.data() + layers_[l].weights,
                                .d_bias = gradient.data() + layers_[l].bias,
                                .add = true};
    for (Index first = 0; first < layer.inputs; first += gradient_inputs) k.gradient_part(part, first);
    if (l == 0) break;
    k.backward_input(layer, dy, slopes_[l - 1].data(), dx, scratch_.data());
    dy = dx;
    std::swap(dx, spare);
  }
  if (d_input)
    k.backward_input(layer_at(layers_[0], parameters), dy, nullptr, d_input->data(), scratch_.data());
}

template <class T>
void Mlp<T>::tangent(std::span<const T> parameters, const Block<T>& d_input, Block<T>& d_output) {
  const Kernels<T>& k = kernels<T>();
  const T* dx = d_input.data();
  T *dy = even_.data(), *spare = odd_.data();
  for (std::size_t l = 0; l < slopes_.size(); ++l) {
    k.tangent(layer_at(layers_[l], parameters), dx, slopes_[l].data(), dy);
    dx = dy;
    std::swap(dy, spare);
  }
  k.tangent(layer_at(layers_.back(), parameters), dx, nullptr, d_output.data());
}

template void initialise(const MlpShape&, const Random&, std::span<float>);
template void initialise(const MlpShape&, const Random&, std::span<double>);
template class Mlp<float>;
template class Mlp<double>;

}  // namespace fm
