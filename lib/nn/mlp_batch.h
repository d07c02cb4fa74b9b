// A batch of the network (nn/network_batch.h) whose products are as exact as its numbers.
#pragma once

#include <span>
#include <vector>

#include "nn/network_batch.h"

namespace fm {

template <class T>
class MlpBatch final : public NetworkBatch<T> {
 public:
  MlpBatch(const MlpShape& shape, Index blocks);

  Index blocks() const override { return static_cast<Index>(blocks_.size()); }
  void set_parameters(std::span<const T> parameters) override;
  Block<T>& input(Index block) override { return at(block).activations.front(); }
  const Block<T>& output(Index block) const override { return at(block).activations.back(); }
  void value(Index block) override { evaluate(block, false); }
  void value_with_slopes(Index block) override { evaluate(block, true); }
  Block<T>& d_output(Index block) override { return at(block).d_output; }
  void backward(Index block) override;
  void gradient(Index part, Index blocks, bool add, std::span<T> gradient) const override;

 private:
  using NetworkBatch<T>::layers_;
  struct OfBlock {
    std::vector<Block<T>> activations;  // [l] is the input of layer l; the last is the output
    std::vector<Block<T>> slopes;       // [l] = act' at hidden layer l; after `backward` d sum / d (W x + b)
    Block<T> d_output;
  };
  OfBlock& at(Index block) { return blocks_[static_cast<std::size_t>(block)]; }
  const OfBlock& at(Index block) const { return blocks_[static_cast<std::size_t>(block)]; }
  void evaluate(Index block, bool keep_slopes);

  std::span<const T> parameters_;
  std::vector<AlignedVector<T>> transposed_;  // [l] = W_l^T, none of the first layer
  std::vector<OfBlock> blocks_;
};

extern template class MlpBatch<float>;
extern template class MlpBatch<double>;

}  // namespace fm
