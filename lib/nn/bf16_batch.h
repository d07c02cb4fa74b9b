// A batch of the network (nn/network_batch.h) in mixed precision: parameters, sums, activations, slopes and
// gradients in float, the operands of products rounded to bf16, as in Micikevicius et al. 2018
// (arXiv:1710.03740) and Kalamkar et al. 2019 (arXiv:1905.12322); no scale of the loss, as bf16 has the range
// of float. The first layer's value is in float: its inputs are the points and the time, whose digits the
// network is to tell apart.
#pragma once

#include <span>
#include <vector>

#include "nn/bf16_kernels.h"
#include "nn/network_batch.h"

namespace fm {

class Bf16Batch final : public NetworkBatch<float> {
 public:
  /// Throws usage error "bf16" if this processor has no such products.
  Bf16Batch(const MlpShape& shape, Index blocks);

  Index blocks() const override { return static_cast<Index>(blocks_.size()); }
  void set_parameters(std::span<const float> parameters) override;
  Block<float>& input(Index block) override { return at(block).input; }
  const Block<float>& output(Index block) const override { return at(block).output; }
  void value(Index block) override { evaluate(block, false); }
  void value_with_slopes(Index block) override { evaluate(block, true); }
  Block<float>& d_output(Index block) override { return at(block).d_output; }
  void backward(Index block) override;
  void gradient(Index part, Index blocks, bool add, std::span<float> gradient) const override;

 private:
  /// The storage of a Bf16View.
  struct Rounded {
    explicit Rounded(Index features);
    Bf16View<Bf16Pair> view() { return {by_features.data(), by_points.data()}; }
    AlignedVector<Bf16Pair> by_features, by_points;
  };
  struct OfBlock {
    explicit OfBlock(const MlpShape& shape);
    Block<float> input, output, d_output;
    std::vector<Block<float>> slopes;      // [l] = act' at hidden layer l
    std::vector<Rounded> activations, dy;  // [l]: input of layer l, d sum / d (W x + b)
    Block<float> first;                    // hidden layer 0 before it is rounded
  };
  struct OfLayer {
    std::vector<Bf16Pair> weights, transposed;
    std::vector<float> bias;
  };
  OfBlock& at(Index block) { return blocks_[static_cast<std::size_t>(block)]; }
  const OfBlock& at(Index block) const { return blocks_[static_cast<std::size_t>(block)]; }
  Bf16Layer layer(std::size_t l) const;
  void evaluate(Index block, bool keep_slopes);

  const Bf16Kernels& kernels_;
  std::span<const float> parameters_;
  std::vector<OfLayer> rounded_;
  AlignedVector<float> transposed_;  // of one layer, before it is rounded
  std::vector<OfBlock> blocks_;
};

}  // namespace fm
