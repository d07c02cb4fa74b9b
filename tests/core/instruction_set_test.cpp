#include "core/instruction_set.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "core/error.h"

using namespace fm;

TEST_CASE("instruction set: the widest available is chosen") {
  CHECK(instruction_set() == available_instruction_sets().back());
  CHECK(available_instruction_sets().front() == InstructionSet::portable);
}

TEST_CASE("instruction set: one that is missing is refused") {
  const auto available = available_instruction_sets();
  const InstructionSet before = instruction_set();
  bool missing = false;
  for (const auto& entry : enum_names(InstructionSet{})) {
    if (std::find(available.begin(), available.end(), entry.first) != available.end()) continue;
    missing = true;
    CHECK_THROWS_AS(set_instruction_set(entry.first), Error);
    CHECK(instruction_set() == before);
  }
  if (!missing) MESSAGE("skipped: this processor has them all");
}
