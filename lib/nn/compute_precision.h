// In which precision training multiplies.
#pragma once

#include <array>
#include <memory>
#include <utility>

#include "nn/network_batch.h"

namespace fm {

enum class ComputePrecision {
  float32,
  bf16,  ///< operands of products rounded to 8 digits in base 2, sums in float (nn/bf16_batch.h)
};
constexpr auto enum_names(ComputePrecision) {
  return std::array{std::pair{ComputePrecision::float32, "float32"},
                    std::pair{ComputePrecision::bf16, "bf16"}};
}

/// Work space for `blocks` blocks. Throws usage error "bf16" if this processor has no such products.
std::unique_ptr<NetworkBatch<float>> network_batch(const MlpShape& shape, Index blocks,
                                                   ComputePrecision precision);

}  // namespace fm
