#include "core/instruction_set.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "core/error.h"

using namespace fm;

TEST_CASE("instruction set: the widest available is chosen, and one that is missing is refused") {
  CHECK(instruction_set() == available_instruction_sets().back());
  CHECK(available_instruction_sets().front() == InstructionSet::portable);
  for (const auto& entry : enum_names(InstructionSet{})) {
    const InstructionSet before = instruction_set();
    const auto available = available_instruction_sets();
    if (std::find(available.begin(), available.end(), entry.first) != available.end()) continue;
    CHECK_THROWS_AS(set_instruction_set(entry.first), Error);
    CHECK(instruction_set() == before);
  }
}
