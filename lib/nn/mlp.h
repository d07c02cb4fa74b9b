// Multilayer perceptron over blocks of points: value, derivative with respect to parameters and inputs
// (backward), and directional derivative (tangent).
//   a_0 = x;  a_l = act(W_l a_{l-1} + b_l) for the hidden layers;  y = W_L a_{L-1} + b_L
// A point's result has the same bits whatever its place in the block and whatever stands beside it.
#pragma once

#include <span>
#include <vector>

#include "core/random.h"
#include "core/types.h"
#include "nn/activation.h"
#include "nn/block.h"

namespace fm {

struct MlpShape {
  Index inputs = 1;
  std::vector<Index> hidden;  ///< width of each hidden layer; none: an affine map
  Index outputs = 1;
  Activation activation = Activation::silu;
};

/// Where one layer lives in the flat parameter vector: weights (outputs, inputs) row-major, then bias
/// (outputs).
struct LayerPlace {
  Index inputs = 0, outputs = 0;
  Index weights = 0;  ///< offset of the first weight
  Index bias = 0;     ///< offset of the first bias
};

/// The layers from input to output, one after another in the flat vector. Throws usage error "network-shape"
/// if a width is not positive.
std::vector<LayerPlace> layer_places(const MlpShape& shape);

/// A layer of these parameters.
template <class T>
AffineLayer<T> layer_at(const LayerPlace& place, std::span<const T> parameters) {
  return {place.inputs, place.outputs, parameters.data() + place.weights, parameters.data() + place.bias};
}

/// Length of the flat parameter vector.
Index parameter_count(const MlpShape& shape);

/// Starting parameters (parameter_count): weights of hidden layers normal with variance 2 / inputs (He et al.
/// 2015, arXiv:1502.01852, eq. 10) for relu, silu and gelu, 1 / inputs (Klambauer et al. 2017) for selu and
/// tanh; their biases uniform in +-1/sqrt(inputs), so that the units of a low-dimensional input do not all
/// bend at the origin; the last layer zero, so that training starts from the field y = 0. Layer l draws from
/// random.row(l).
template <class T>
void initialise(const MlpShape& shape, const Random& random, std::span<T> parameters);

/// Evaluates one shape; holds every intermediate array, so that no call allocates. One object a thread; the
/// parameters (parameter_count numbers, any alignment) are the caller's and may be shared.
template <class T>
class Mlp {
 public:
  explicit Mlp(MlpShape shape);

  const MlpShape& shape() const { return shape_; }
  /// The block (inputs, block_points) that `value` and `value_with_slopes` read: fill it first.
  Block<T>& input() { return activations_.front(); }
  /// Their result (outputs, block_points).
  const Block<T>& output() const { return activations_.back(); }

  void value(std::span<const T> parameters);
  /// The same value, and keeps what `backward` and `tangent` need.
  void value_with_slopes(std::span<const T> parameters);

  /// After value_with_slopes of the same parameters: adds sum_n d_output[:, n]^T dy_n/dparameters to
  /// `gradient`, over all block_points columns (a padded column has d_output 0). If d_input is given, it
  /// becomes d_output^T dy/dx for each point (inputs, block_points).
  void backward(std::span<const T> parameters, const Block<T>& d_output, std::span<T> gradient,
                Block<T>* d_input = nullptr);

  /// After value_with_slopes of the same parameters: d_output[:, n] = dy_n/dx_n d_input[:, n]. May be called
  /// for several directions.
  void tangent(std::span<const T> parameters, const Block<T>& d_input, Block<T>& d_output);

 private:
  void evaluate(std::span<const T> parameters, bool keep_slopes);

  MlpShape shape_;
  std::vector<LayerPlace> layers_;
  std::vector<Block<T>> activations_;  // activations_[l] is the input of layer l; the last is the output
  std::vector<Block<T>> slopes_;       // slopes_[l] = act' at hidden layer l
  Block<T> even_, odd_;                // derivatives on their way through the layers
  AlignedVector<T> scratch_;           // some transposed rows of a layer's weights
};

extern template class Mlp<float>;
extern template class Mlp<double>;

}  // namespace fm
