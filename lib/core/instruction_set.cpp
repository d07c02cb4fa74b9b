#include "core/instruction_set.h"

#include <atomic>

#include "core/error.h"
#include "core/value.h"

namespace fm {

namespace {

bool available(InstructionSet set) {
#if defined(__x86_64__)
  if (set == InstructionSet::avx2) return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  if (set == InstructionSet::avx512)
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw");
#endif
  return set == InstructionSet::portable;
}

std::atomic<InstructionSet>& chosen() {
  static std::atomic<InstructionSet> set = available_instruction_sets().back();
  return set;
}

}  // namespace

std::vector<InstructionSet> available_instruction_sets() {
  std::vector<InstructionSet> sets;
  for (const auto& [set, name] : enum_names(InstructionSet{}))
    if (available(set)) sets.push_back(set);
  return sets;
}

InstructionSet instruction_set() {
  return chosen();
}

void set_instruction_set(InstructionSet set) {
  if (!available(set))
    throw usage_error("instruction-set", "this processor lacks the instruction set " + print_value(set));
  chosen() = set;
}

}  // namespace fm
