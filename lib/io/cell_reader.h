// Cells as numbers: what is a number, what is missing, what is neither.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "io/record.h"

namespace fm {

enum class CellKind {
  number,
  missing,
  text,          ///< neither a number nor missing
  non_finite,    ///< inf or nan in a spelling that does not count as missing
  out_of_range,  ///< a number beyond the doubles
};

class CellReader {
 public:
  /// `missing`: words that mean missing, separated by commas. `decimal`: "." or ","; throws usage error
  /// "decimal" for others.
  CellReader(const std::string& missing, const std::string& decimal);

  /// The whole cell without blanks around it, read as a number by parse_double. Words that mean missing go
  /// before, so that -999 may be one.
  CellKind read(const Cell& cell, double& value) const;

 private:
  CellKind read_comma(std::string_view text, double& value) const;

  std::vector<std::string> missing_;
  std::array<bool, 256> starts_missing_{};  // first bytes of the words that mean missing
  bool empty_is_missing_ = false;
  bool comma_;
};

}  // namespace fm
