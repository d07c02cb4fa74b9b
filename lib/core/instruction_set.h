// Which instructions the inner loops use. They are compiled once an instruction set; the widest that this
// processor has is chosen once, at first use.
#pragma once

#include <array>
#include <utility>
#include <vector>

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
/// called while inner loops run. Results of the network (nn) differ by rounding between instruction sets,
/// those of transport (ot) do not.
void set_instruction_set(InstructionSet set);

/// Of three tables of inner loops the one that is compiled for `set`.
template <class Table>
const Table& compiled_for(InstructionSet set, const Table& portable, const Table& avx2, const Table& avx512) {
  if (set == InstructionSet::avx512) return avx512;
  return set == InstructionSet::avx2 ? avx2 : portable;
}

}  // namespace fm
