#include "io/layout.h"

#include <algorithm>
#include <numeric>
#include <set>

#include "core/text.h"
#include "io/column_list.h"

namespace fm {

std::string delimiter_word(char delimiter) {
  if (delimiter == '\t') return "tab";
  if (delimiter == Delimiter::blank_runs) return "blank";
  return delimiter == ',' ? "," : std::string{'\'', delimiter, '\''};
}

namespace {

/// One way to read the survey: with decimal points, or with decimal commas.
class Decision {
 public:
  Decision(const Survey& survey, const Syntax& syntax, const ReadOptions& options,
           const std::vector<std::string>& wanted, bool comma)
      : survey_(survey), syntax_(syntax), options_(options), wanted_(wanted), comma_(comma) {}

  Layout decide() {
    find_names();
    select();
    check_names();
    check_numbers();
    return std::move(layout_);
  }

 private:
  bool head_number(std::size_t i) const { return survey_.head[i].numeric(comma_); }
  bool head_text(std::size_t i) const { return !survey_.head[i].empty() && !head_number(i); }
  bool body_number(std::size_t i) const { return survey_.body[i].numeric(comma_); }

  bool header() const {
    if (options_.header != HeaderPolicy::automatic) return options_.header == HeaderPolicy::yes;
    const std::size_t count = survey_.head.size();
    bool names_above_numbers = false, same = true, any_number = false, all_text = true;
    for (std::size_t i = 0; i < count; ++i) {
      const bool body_known = !survey_.body[i].empty();
      names_above_numbers |= head_text(i) && body_number(i);
      same &= survey_.head[i].empty() || !body_known || head_number(i) == body_number(i);
      any_number |= body_known ? body_number(i) : head_number(i);
      all_text &= head_text(i) && !survey_.head[i].numeric(true);  // "1,5" is no likely name
    }
    if (names_above_numbers || holds_wanted()) return true;
    if (same && any_number) return false;
    if (survey_.records == 1 && all_text) return true;
    throw data_error("header-ambiguous",
                     any_number ? "the first record is neither names above numbers nor a row like those below"
                                : "no column holds numbers, so names and rows look alike",
                     survey_.place,
                     "say what the first record is: --header yes (names) or --header no (a row)");
  }

  bool holds_wanted() const {
    const auto in_first = [&](const std::string& name) {
      return std::find(survey_.first.begin(), survey_.first.end(), name) != survey_.first.end();
    };
    double ignored = 0;
    const auto word = [&](const std::string& name) {
      return parse_double(name, ignored) == NumberText::not_a_number;
    };
    return std::any_of(wanted_.begin(), wanted_.end(), word) &&
           std::all_of(wanted_.begin(), wanted_.end(), in_first);
  }

  void find_names() {
    const bool delimited = syntax_.form == Syntax::Form::delimited;
    layout_.skip_first = delimited && header();
    layout_.has_names = layout_.skip_first || syntax_.form == Syntax::Form::json_objects;
    for (std::size_t i = 0; i < survey_.head.size(); ++i) {
      const bool named = layout_.has_names && !survey_.first[i].empty();
      layout_.names.push_back(named ? survey_.first[i] : 'x' + std::to_string(i + 1));
    }
  }

  void select() {
    std::vector<std::size_t> excluded;
    if (!options_.exclude.empty()) excluded = resolve_columns(options_.exclude, layout_.names, "-x");
    std::vector<std::size_t> chosen(layout_.names.size());
    std::iota(chosen.begin(), chosen.end(), std::size_t{0});
    if (!options_.columns.empty()) chosen = resolve_columns(options_.columns, layout_.names, "-c");
    if (!wanted_.empty() && layout_.has_names) chosen = find_wanted();
    std::set<std::size_t> seen(excluded.begin(), excluded.end());
    const std::size_t excluded_count = seen.size();
    for (const std::size_t column : chosen) {
      if (std::find(excluded.begin(), excluded.end(), column) != excluded.end()) continue;
      if (!seen.insert(column).second)
        throw usage_error("column-twice", "column " + in_quotes(layout_.names[column]) + " is selected twice",
                          "take it out of -c once");
      layout_.selected.push_back(column);
    }
    if (layout_.selected.empty())
      throw usage_error("no-columns", "no column is left" + std::string(excluded_count ? " after -x" : ""),
                        "the table has " + std::to_string(layout_.names.size()) + " columns");
    if (!wanted_.empty() && layout_.selected.size() != wanted_.size())
      throw data_error("column-count",
                       std::to_string(layout_.selected.size()) + " columns, where " +
                           std::to_string(wanted_.size()) + " are wanted: " + joined(wanted_, ", "),
                       survey_.place, "leave out columns with -x, or give the table a header");
  }

  std::vector<std::size_t> find_wanted() const {
    std::vector<std::size_t> columns;
    for (const std::string& name : wanted_) {
      const auto found = std::find(layout_.names.begin(), layout_.names.end(), name);
      if (found == layout_.names.end())
        throw data_error("missing-column", "there is no column " + in_quotes(name), survey_.place,
                         suggestion(name, layout_.names));
      columns.push_back(static_cast<std::size_t>(found - layout_.names.begin()));
    }
    return columns;
  }

  void check_names() const {
    std::set<std::string> seen;
    for (const std::size_t column : layout_.selected)
      if (!seen.insert(layout_.names[column]).second)
        throw data_error("duplicate-column", "two columns are called " + in_quotes(layout_.names[column]),
                         survey_.place, "leave one out by number: -x " + std::to_string(column + 1));
  }

  /// The column's cells that are rows.
  ColumnKinds rows(std::size_t i) const {
    return layout_.skip_first ? survey_.body[i] : together(survey_.head[i], survey_.body[i]);
  }

  void check_numbers() {
    std::vector<Problem> problems;
    layout_.all_numbers = layout_.decimal_comma = true;
    for (const std::size_t i : layout_.selected) {
      const ColumnKinds kinds = rows(i);
      layout_.all_numbers &= kinds.numbers == kinds.filled;
      layout_.decimal_comma &= kinds.comma_numbers == kinds.filled;
      if (kinds.empty() || kinds.numeric(comma_) || problems.size() == Error::max_problems) continue;
      const std::string column = layout_.has_names ? in_quotes(layout_.names[i]) : std::to_string(i + 1);
      // Read with commas a column of points is text too, but that error is never shown.
      const Sighting shown = kinds.first_text.value_or(Sighting{});
      problems.push_back(
          {"text-column", "column " + column + " holds text: " + in_quotes(shown.text, 30), shown.place});
    }
    if (problems.empty()) return;
    std::vector<std::size_t> numeric;
    for (std::size_t i = 0; i < layout_.names.size(); ++i)
      if (rows(i).numeric(comma_)) numeric.push_back(i);
    if (numeric.empty()) problems.front().id = "no-numeric-column";
    std::string hint;
    if (numeric.empty())
      hint = "no column of the table holds numbers";
    else if (wanted_.empty())
      hint = "use the columns of numbers: -c " + column_list(numeric, layout_.names, layout_.has_names);
    throw Error(ErrorKind::data, std::move(problems), std::move(hint));
  }

  const Survey& survey_;
  const Syntax& syntax_;
  const ReadOptions& options_;
  const std::vector<std::string>& wanted_;
  bool comma_;
  Layout layout_;
};

/// The first cell of the layout's columns that is a number under a decimal comma only.
std::optional<Sighting> first_comma(const Survey& survey, const Layout& layout) {
  std::optional<Sighting> first;
  for (const std::size_t i : layout.selected) {
    const auto seen =
        layout.skip_first ? survey.body[i].first_comma : together(survey.head[i], survey.body[i]).first_comma;
    if (!seen) continue;
    const auto at = [](const Sighting& s) { return std::pair(s.place.line, s.place.column); };
    if (!first || at(*seen) < at(*first)) first = seen;
  }
  return first;
}

}  // namespace

std::string decimal_comma_hint(const Syntax& syntax) {
  return "decimal commas? try -d " + delimiter_word(syntax.delimiter.byte) + " --decimal ,";
}

Layout decide_layout(const Survey& survey, const Syntax& syntax, const ReadOptions& options,
                     const std::vector<std::string>& wanted) {
  try {
    return Decision(survey, syntax, options, wanted, false).decide();
  } catch (const Error&) {
    if (options.decimal == "," || syntax.form != Syntax::Form::delimited) throw;
    std::optional<Sighting> comma;
    try {
      comma = first_comma(survey, Decision(survey, syntax, options, wanted, true).decide());
    } catch (const Error&) {  // no better with commas: the first error stands
    }
    if (!comma) throw;
    throw data_error("csv-number", in_quotes(comma->text) + " is not a number", comma->place,
                     decimal_comma_hint(syntax));
  }
}

}  // namespace fm
