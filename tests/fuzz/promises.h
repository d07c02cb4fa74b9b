// What holds for any bytes.
#pragma once

#include <cmath>
#include <stdexcept>
#include <string>

#include "core/error.h"
#include "core/types.h"

namespace fm::fuzz {

/// A broken promise: none of our errors, so that it is a finding.
inline void require(bool holds, const std::string& promise) {
  if (!holds) throw std::logic_error("broken promise: " + promise);
}

/// An error fit to be shown: of a kind that input may cause, with an id, on one line.
inline void check_error(const Error& error) {
  require(error.kind() != ErrorKind::io, "bytes in memory can be read");
  require(!error.problems().empty(), "an error has a problem");
  require(error.problems().size() <= Error::max_problems, "few problems are told");
  for (const Problem& problem : error.problems()) {
    require(!problem.id.empty(), "a problem has an id");
    require(!problem.message.empty(), "a problem has a message");
    for (const char c : problem.message)
      require(static_cast<unsigned char>(c) >= ' ' && c != 127, "a message cannot write on the terminal");
    require(problem.place.line >= 0 && problem.place.column >= 0, "places count from 1");
  }
}

/// Calls `read`; an error of ours is what damaged bytes are for. Whether there was none.
template <class Read>
bool accepted(const Read& read) {
  try {
    read();
    return true;
  } catch (const Error& error) {
    check_error(error);
    return false;
  }
}

inline void check_finite(PointsIn values) {
  for (Index column = 0; column < values.cols(); ++column)
    for (Index row = 0; row < values.rows(); ++row)
      require(std::isfinite(values(row, column)), "nothing non-finite is handed out");
}

}  // namespace fm::fuzz
