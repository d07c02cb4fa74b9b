#include "io/label_cells.h"

#include "core/error.h"
#include "core/text.h"

namespace fm {

LabelProblem unknown_class(const LabelColumn& label, const std::string& text) {
  std::vector<std::string> known;
  for (const std::string& name : label.classes) known.push_back(escaped(name, 60));
  return {"unknown-class", in_quotes(text) + " is not a class of " + in_quotes(label.name),
          suggestion_with_list(text, known)};
}

LabelCells::LabelCells(const Layout& layout, const WantedColumns& wanted)
    : columns_(wanted.known_labels), numbers_(layout.labels.size()), known_(!wanted.known_labels.empty()) {
  if (!known_)
    for (const std::size_t column : layout.labels) columns_.push_back({layout.names[column]});
  for (std::size_t k = 0; k < columns_.size(); ++k)
    for (const std::string& text : columns_[k].classes) numbers_[k].emplace(text, numbers_[k].size());
}

std::optional<LabelProblem> LabelCells::read(std::size_t k, const std::string& text, double& value) {
  LabelColumn& column = columns_[k];
  auto found = numbers_[k].find(text);
  if (found == numbers_[k].end()) {
    if (known_) return unknown_class(column, text);
    if (!is_utf8(text))
      return LabelProblem{"class-encoding", in_quotes(text, 30) + " is not UTF-8",
                          "make the file UTF-8: iconv -f LATIN1 -t UTF-8", true};
    if (text.find('\0') != std::string::npos)
      return LabelProblem{"nul-byte", in_quotes(text, 30) + " holds a NUL, which no class may",
                          "take the escape \\u0000 out of the file", true};
    if (column.classes.size() == max_classes)
      return LabelProblem{"too-many-classes",
                          "column " + in_quotes(column.name) + " has more than " +
                              std::to_string(max_classes) + " different texts",
                          "a column of so many texts holds no classes: leave it out of --condition", true};
    found = numbers_[k].emplace(text, column.classes.size()).first;
    column.classes.push_back(text);
  }
  value = static_cast<double>(found->second);
  return {};
}

}  // namespace fm
