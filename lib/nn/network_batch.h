// The network of nn/mlp.h over a batch of points, as training needs it: value and derivatives block by block,
// which are independent of each other, then the gradient layer by layer over the points of all blocks.
// Against a gradient for each block this reads and writes the gradient once in gradient_blocks blocks,
// transposes the weights once a batch, and needs no partial gradients that threads would have to add up.
#pragma once

#include <algorithm>
#include <memory>
#include <span>
#include <vector>

#include "nn/mlp.h"

namespace fm {

/// Work space for some blocks of points; no call allocates. Calls for different blocks, or different parts,
/// may run at the same time. Results have the same bits in any order of them.
template <class T>
class NetworkBatch {
 public:
  virtual ~NetworkBatch() = default;

  virtual Index blocks() const = 0;

  /// The parameters (parameter_count) of all calls to come; they are read where they are, but for what is
  /// kept in another form.
  virtual void set_parameters(std::span<const T> parameters) = 0;

  /// The block (inputs, block_points) that `value` and `value_with_slopes` read: fill it first.
  virtual Block<T>& input(Index block) = 0;
  /// Their result (outputs, block_points).
  virtual const Block<T>& output(Index block) const = 0;
  virtual void value(Index block) = 0;
  virtual void value_with_slopes(Index block) = 0;

  /// The derivatives of a sum over points in the output (outputs, block_points), 0 for points that do not
  /// count: `backward` and `gradient` read them.
  virtual Block<T>& d_output(Index block) = 0;
  /// Once after value_with_slopes: the derivatives in the sums of all layers.
  virtual void backward(Index block) = 0;

  /// How many parts the gradient has.
  Index gradient_parts() const { return static_cast<Index>(parts_.size()); }
  /// After backward of the first `blocks` blocks: the parameters of one part, of `gradient`
  /// (parameter_count), become the derivatives of the sum over these blocks, which are added if `add`.
  virtual void gradient(Index part, Index blocks, bool add, std::span<T> gradient) const = 0;

 protected:
  explicit NetworkBatch(const MlpShape& shape) : activation_(shape.activation), layers_(layer_places(shape)) {
    for (std::size_t l = 0; l < layers_.size(); ++l)
      for (Index first = 0; first < layers_[l].inputs; first += gradient_inputs) parts_.push_back({l, first});
  }

  /// What a block holds for the gradient of a layer, as LayerGradient has them.
  template <class Operand>
  struct Operands {
    const Operand* dy;
    const Operand* x;
  };
  /// `gradient` from operands(block, layer), by a kernel.
  template <class Operand, class OperandsOf>
  void add_up(Index part, Index blocks, bool add, std::span<T> gradient, const OperandsOf& operands,
              void (*gradient_part)(const LayerGradient<Operand>&, Index)) const {
    const auto [l, first_input] = parts_[static_cast<std::size_t>(part)];
    const LayerPlace& layer = layers_[l];
    for (Index first = 0; first < blocks; first += gradient_blocks) {
      LayerGradient<Operand> sum{.inputs = layer.inputs,
                                 .outputs = layer.outputs,
                                 .blocks = std::min(gradient_blocks, blocks - first),
                                 .dy = {},
                                 .x = {},
                                 .d_weights = gradient.data() + layer.weights,
                                 .d_bias = gradient.data() + layer.bias,
                                 .add = add || first > 0};
      for (Index k = 0; k < sum.blocks; ++k) {
        const Operands<Operand> of_block = operands(first + k, l);
        sum.dy[k] = of_block.dy;
        sum.x[k] = of_block.x;
      }
      gradient_part(sum, first_input);
    }
  }

  /// Numbers in W^T of a layer, its rows padded as transpose_weights fills them.
  static Index transposed_size(const LayerPlace& layer) {
    return (layer.inputs + 15) / 16 * 16 * transposed_stride(layer.outputs);
  }

  const Activation activation_;
  const std::vector<LayerPlace> layers_;

 private:
  struct Part {
    std::size_t layer;
    Index first_input;
  };
  std::vector<Part> parts_;
};

}  // namespace fm
