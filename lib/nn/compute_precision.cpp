#include "nn/compute_precision.h"

#include "nn/bf16_batch.h"
#include "nn/mlp_batch.h"

namespace fm {

std::unique_ptr<NetworkBatch<float>> network_batch(const MlpShape& shape, Index blocks,
                                                   ComputePrecision precision) {
  if (precision == ComputePrecision::bf16) return std::make_unique<Bf16Batch>(shape, blocks);
  return std::make_unique<MlpBatch<float>>(shape, blocks);
}

}  // namespace fm
