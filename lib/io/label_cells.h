// Cells of text as classes: the texts of a column in the order in which they were met, each standing for its
// place.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "io/layout.h"

namespace fm {

/// Why a text is no class.
struct LabelProblem {
  std::string id, message, hint;
  bool fatal = false;  ///< the column cannot be used at all
};

class LabelCells {
 public:
  LabelCells() = default;
  LabelCells(const Layout& layout, const WantedColumns& wanted);

  /// The number of the class `text` in label column k: one of those known, or in a column of unknown kind a
  /// new one for a new text. Problems "unknown-class", "too-many-classes", "class-encoding", "nul-byte" (an
  /// escape of JSON may be one).
  std::optional<LabelProblem> read(std::size_t k, const std::string& text, double& value);

  const std::vector<LabelColumn>& columns() const { return columns_; }
  /// Whether the kinds of the columns were known beforehand.
  bool known() const { return known_; }

 private:
  std::vector<LabelColumn> columns_;
  std::vector<std::map<std::string, std::size_t>> numbers_;  // of the classes of each column
  bool known_ = false;
};

/// What is wrong with a text that is none of the label's classes: lists them, or names the nearest.
LabelProblem unknown_class(const LabelColumn& label, const std::string& text);

}  // namespace fm
