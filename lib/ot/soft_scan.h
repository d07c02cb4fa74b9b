// The inner loops of entropic transport: exponentials of (potential - cost) / reg along a row. Compiled once
// an instruction set and chosen at run time, without fused multiply-adds and with sums in one order, so that
// every instruction set gives the same bits.
#pragma once

#include <cstdint>

#include "core/instruction_set.h"

namespace fm {

/// Sums run over columns in blocks of so many.
constexpr std::int64_t soft_block = 16;

struct SoftKernels {
  /// log sum_j exp(offset_j - scale cost_j) over `count` columns, a multiple of soft_block; offset_j may be
  /// -inf, not all of them. terms (count) is scratch memory.
  double (*log_sum)(const double* cost, const double* offset, double scale, std::int64_t count,
                    double* terms);
  /// value_j = exp(offset_j - scale cost_j) for any `count` of columns, within 2 units in the last place of
  /// that of the exponent as it is rounded; 0 below e^-708, infinite above e^709.
  void (*exponentials)(const double* cost, const double* offset, double scale, std::int64_t count,
                       double* value);
};

extern const SoftKernels portable_soft, avx2_soft, avx512_soft;

/// Those of an instruction set of this processor.
const SoftKernels& soft_kernels(InstructionSet set = instruction_set());

}  // namespace fm
