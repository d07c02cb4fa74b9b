// Errors that learn from a caller which file they are about.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/error.h"

namespace fm {

/// The error with `file` as the place of those of its problems that have none.
inline Error in_file(const Error& error, const std::string& file) {
  std::vector<Problem> problems = error.problems();
  for (Problem& problem : problems)
    if (problem.place.file.empty()) problem.place.file = file;
  return Error(error.kind(), std::move(problems), error.hint());
}

}  // namespace fm
