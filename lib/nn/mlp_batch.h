// The network of nn/mlp.h over a batch of points, as training needs it: value and derivatives block by block,
// which are independent of each other, then the gradient layer by layer over the points of all blocks.
// Against a gradient for each block this reads and writes the gradient once in gradient_blocks blocks,
// transposes the weights once a batch, and needs no partial gradients that threads would have to add up.
#pragma once

#include <span>
#include <vector>

#include "nn/mlp.h"

namespace fm {

/// Work space for some blocks of points; no call allocates. Calls for different blocks, or different parts,
/// may run at the same time. Results have the same bits in any order of them.
template <class T>
class MlpBatch {
 public:
  MlpBatch(const MlpShape& shape, Index blocks);

  Index blocks() const { return static_cast<Index>(blocks_.size()); }

  /// The parameters (parameter_count) of all calls to come; they are read where they are, but for what
  /// `backward` needs, which is kept.
  void set_parameters(std::span<const T> parameters);

  /// The block (inputs, block_points) that `value` and `value_with_slopes` read: fill it first.
  Block<T>& input(Index block) { return at(block).activations.front(); }
  /// Their result (outputs, block_points).
  const Block<T>& output(Index block) const { return at(block).activations.back(); }
  void value(Index block) { evaluate(block, false); }
  void value_with_slopes(Index block) { evaluate(block, true); }

  /// The derivatives of a sum over points in the output (outputs, block_points), 0 for points that do not
  /// count: `backward` and `gradient` read them.
  Block<T>& d_output(Index block) { return at(block).d_output; }
  /// Once after value_with_slopes: the derivatives in the sums of all layers.
  void backward(Index block);

  /// How many parts the gradient has.
  Index gradient_parts() const { return static_cast<Index>(parts_.size()); }
  /// After backward of the first `blocks` blocks: the parameters of one part, of `gradient`
  /// (parameter_count), become the derivatives of the sum over these blocks, which are added if `add`.
  void gradient(Index part, Index blocks, bool add, std::span<T> gradient) const;

 private:
  struct OfBlock {
    std::vector<Block<T>> activations;  // [l] is the input of layer l; the last is the output
    std::vector<Block<T>> slopes;       // [l] = act' at hidden layer l; after `backward` d sum / d (W x + b)
    Block<T> d_output;
  };
  struct Part {
    std::size_t layer;
    Index first_input;
  };
  OfBlock& at(Index block) { return blocks_[static_cast<std::size_t>(block)]; }
  const OfBlock& at(Index block) const { return blocks_[static_cast<std::size_t>(block)]; }
  void evaluate(Index block, bool keep_slopes);

  Activation activation_;
  std::vector<LayerPlace> layers_;
  std::span<const T> parameters_;
  std::vector<AlignedVector<T>> transposed_;  // [l] = W_l^T, none of the first layer
  std::vector<OfBlock> blocks_;
  std::vector<Part> parts_;
};

extern template class MlpBatch<float>;
extern template class MlpBatch<double>;

}  // namespace fm
