// Which instructions the kernels use. Chosen once, at first use: the widest that this processor has.
#pragma once

#include <array>
#include <utility>
#include <vector>

#include "nn/kernels.h"

namespace fm {

enum class InstructionSet {
  portable,  ///< 16-byte vectors, what every processor of this architecture has
  avx2,      ///< 32-byte vectors with FMA
  avx512,    ///< 64-byte vectors
};

constexpr auto enum_names(InstructionSet) {
  return std::array{std::pair{InstructionSet::portable, "portable"}, std::pair{InstructionSet::avx2, "avx2"},
                    std::pair{InstructionSet::avx512, "avx512"}};
}

/// Those of this processor, narrowest first.
std::vector<InstructionSet> available_instruction_sets();

/// The one in use.
InstructionSet instruction_set();

/// From now on, in all threads. Throws usage error "instruction-set" if this processor lacks it. Not to be
/// called while kernels run. Results of two instruction sets differ by rounding.
void set_instruction_set(InstructionSet set);

/// Kernels of the instruction set in use; T is float or double.
template <class T>
const Kernels<T>& kernels();

}  // namespace fm
