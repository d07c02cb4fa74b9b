#include "io/layout.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>

#include "core/in_file.h"
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
           const WantedColumns& wanted, bool comma)
      : survey_(survey), syntax_(syntax), options_(options), wanted_(wanted), comma_(comma) {}

  Layout decide() {
    find_names();
    layout_.labels = find_labels();
    layout_.weight = find_aside(wanted_.weight, weights, wanted_.weight_may_miss);
    layout_.bandwidth = find_aside(wanted_.bandwidth, bandwidths, false);
    refuse_shared();
    select();
    if (!wanted_.as_text) check_utf8();
    check_numbers();
    for (const auto& [column, role] : aside()) check_aside(column, role);
    tell_labels();
    return std::move(layout_);
  }

 private:
  bool head_number(std::size_t i) const { return survey_.head[i].numeric(comma_); }
  bool head_text(std::size_t i) const { return !survey_.head[i].empty() && !head_number(i); }
  bool body_number(std::size_t i) const { return survey_.body[i].numeric(comma_); }

  bool header() {
    const auto decided = [&](bool is_header, const char* reason) {
      layout_.header_reason = reason;
      return is_header;
    };
    if (options_.header != HeaderPolicy::automatic)
      return decided(options_.header == HeaderPolicy::yes, "--header");
    const std::size_t count = survey_.head.size();
    bool names_above_numbers = false, same = true, any_number = false, all_text = true;
    for (std::size_t i = 0; i < count; ++i) {
      const bool body_known = !survey_.body[i].empty();
      names_above_numbers |= head_text(i) && body_number(i);
      same &= survey_.head[i].empty() || !body_known || head_number(i) == body_number(i);
      any_number |= body_known ? body_number(i) : head_number(i);
      all_text &= head_text(i) && !survey_.head[i].numeric(true);  // "1,5" is no likely name
    }
    if (names_above_numbers) return decided(true, "the first record has text above numbers");
    if (holds_wanted()) return decided(true, "the first record holds the names that are looked for");
    if (same && any_number) return decided(false, "the first record is like the rows below");
    if (survey_.records == 1 && all_text) return decided(true, "there is one record, and it is text");
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
    return std::any_of(wanted_.names.begin(), wanted_.names.end(), word) &&
           std::all_of(wanted_.names.begin(), wanted_.names.end(), in_first);
  }

  void find_names() {
    const bool delimited = syntax_.form == Syntax::Form::delimited;
    layout_.skip_first = delimited && header();
    layout_.has_names = layout_.skip_first || syntax_.form == Syntax::Form::json_objects;
    if (!delimited) layout_.header_reason = layout_.has_names ? "objects have keys" : "arrays have no names";
    for (std::size_t i = 0; i < survey_.head.size(); ++i) {
      const bool named = layout_.has_names && !survey_.first[i].empty();
      layout_.names.push_back(named ? survey_.first[i] : place_name(i));
    }
  }

  std::vector<std::size_t> find_labels() const {
    if (!wanted_.labels.empty()) {
      const std::vector<std::size_t> asked = resolve(wanted_.labels, "--condition");
      std::set<std::size_t> seen;
      for (const std::size_t column : asked)
        if (!seen.insert(column).second)
          throw usage_error("column-twice",
                            "column " + in_quotes(layout_.names[column]) + " is twice in --condition",
                            "take it out of --condition once");
      return asked;
    }
    std::vector<std::size_t> columns;
    for (const LabelColumn& label : wanted_.known_labels) {
      const auto found = std::find(layout_.names.begin(), layout_.names.end(), label.name);
      if (found == layout_.names.end())
        throw data_error("missing-column", "there is no column " + in_quotes(label.name), survey_.place,
                         "give one value for all rows: --given " + label.name + "=VALUE");
      columns.push_back(static_cast<std::size_t>(found - layout_.names.begin()));
    }
    return columns;
  }

  /// A column that tells of a row what is none of its coordinates.
  struct Role {
    const char* name;    ///< of one, starts the ids of errors
    const char* plural;  ///< of all
    const char* option;  ///< that names the column
    const char* range;   ///< what its numbers are
  };
  static constexpr Role weights{"weight", "weights", "--weight", "numbers from 0 on"};
  static constexpr Role bandwidths{"bandwidth", "bandwidths", "--path adaptive:column", "numbers above 0"};

  /// Those that were found.
  std::vector<std::pair<std::size_t, Role>> aside() const {
    std::vector<std::pair<std::size_t, Role>> columns;
    if (layout_.weight) columns.emplace_back(*layout_.weight, weights);
    if (layout_.bandwidth) columns.emplace_back(*layout_.bandwidth, bandwidths);
    return columns;
  }

  std::optional<std::size_t> find_aside(const std::string& named, const Role& role, bool may_miss) const {
    if (named.empty()) return std::nullopt;
    std::vector<std::size_t> columns;
    try {
      columns = resolve(named, role.option);
    } catch (const Error& error) {
      if (error.id() != "unknown-column" && error.id() != "column-range") throw;
      if (may_miss) return std::nullopt;
      throw data_error("missing-column", "there is no column " + in_quotes(named) + " for " + role.option,
                       survey_.place, near_names(named, layout_.names));
    }
    if (columns.size() != 1)
      throw usage_error("one-" + std::string(role.name),
                        role.option + (" names " + std::to_string(columns.size())) + " columns",
                        role.plural + std::string(" are one column"));
    return columns.front();
  }

  /// Each of them is a column of its own.
  void refuse_shared() const {
    for (const auto& [column, role] : aside()) {
      const auto& labels = layout_.labels;
      if (std::find(labels.begin(), labels.end(), column) == labels.end()) continue;
      const std::string shown = "column " + in_quotes(layout_.names[column]);
      throw usage_error(role.name + std::string("-condition"),
                        wanted_.known_labels.empty()
                            ? "--condition and " + std::string(role.option) + " both name " + shown
                            : role.option + (" names " + shown) + ", which is a condition of the model",
                        own_column(role));
    }
    if (layout_.weight && layout_.weight == layout_.bandwidth)
      throw usage_error("bandwidth-weight",
                        std::string(weights.option) + " and " + bandwidths.option + " both name column " +
                            in_quotes(layout_.names[*layout_.weight]),
                        own_column(bandwidths));
  }

  static std::string own_column(const Role& role) {
    return role.plural + std::string(" are a column of their own");
  }

  void check_aside(std::size_t column, const Role& role) const {
    const ColumnKinds kinds = rows(column);
    if (kinds.empty() || kinds.numeric(comma_)) return;
    const Sighting shown = kinds.first_text.value_or(Sighting{});
    throw data_error("text-column",
                     "the column " + in_quotes(layout_.names[column]) + " of " + role.plural +
                         " holds text: " + in_quotes(shown.text, 30),
                     shown.place,
                     kinds.comma_numbers == kinds.filled ? comma_hint(syntax_)
                                                         : role.plural + std::string(" are ") + role.range);
  }

  void tell_labels() {
    for (std::size_t k = 0; k < layout_.labels.size(); ++k) {
      const ColumnKinds kinds = rows(layout_.labels[k]);
      const bool known = !wanted_.known_labels.empty();
      const bool texts = (comma_ ? kinds.comma_numbers : kinds.numbers) < kinds.filled;
      layout_.text_labels.push_back(known ? !wanted_.known_labels[k].classes.empty() : texts);
    }
  }

  void select() {
    layout_.selected =
        wanted_.selected_elsewhere ? selection({}, {}) : selection(options_.columns, options_.exclude);
    if (wanted_.weight_by_selection) separate_weight();
    if (wanted_.as_text) return;
    if (wanted_.names.empty()) return check_names();
    layout_.selected = match_wanted();
  }

  /// Of the selected columns the one of weights is no other; without it there are no weights.
  void separate_weight() {
    if (layout_.weight && std::erase(layout_.selected, *layout_.weight) == 0) layout_.weight.reset();
  }

  std::vector<std::size_t> resolve(const std::string& list, const std::string& option) const {
    try {
      return resolved(list, option);
    } catch (const Error& error) {
      throw in_file(error, survey_.place.file);  // one of several
    }
  }

  std::vector<std::size_t> resolved(const std::string& list, const std::string& option) const {
    if (layout_.has_names && are_place_names(layout_.names))
      return resolve_places(list, layout_.names, option, option == "-x");
    return resolve_columns(list, layout_.names, option);
  }

  /// What -c and -x select.
  std::vector<std::size_t> selection(const std::string& columns, const std::string& exclude) const {
    std::vector<std::size_t> excluded, selected;
    if (!exclude.empty()) excluded = resolve(exclude, "-x");
    excluded.insert(excluded.end(), layout_.labels.begin(), layout_.labels.end());
    std::vector<std::size_t> chosen(layout_.names.size());
    std::iota(chosen.begin(), chosen.end(), std::size_t{0});
    if (!columns.empty()) chosen = resolve(columns, "-c");
    for (const auto& [column, role] : aside()) {
      if (wanted_.weight_by_selection && column == layout_.weight) continue;
      excluded.push_back(column);
      if (columns.empty() || std::find(chosen.begin(), chosen.end(), column) == chosen.end()) continue;
      throw usage_error(role.name + std::string("-selected"),
                        "column " + in_quotes(layout_.names[column]) + " of " +
                            escaped(survey_.place.file, 200) + " holds the " + role.plural +
                            ", and -c selects it too",
                        "take it out of -c");
    }
    std::set<std::size_t> seen(excluded.begin(), excluded.end());
    for (const std::size_t column : chosen) {
      if (std::find(excluded.begin(), excluded.end(), column) != excluded.end()) continue;
      if (!seen.insert(column).second)
        throw usage_error("column-twice", "column " + in_quotes(layout_.names[column]) + " is selected twice",
                          "take it out of -c once");
      selected.push_back(column);
    }
    if (selected.empty())
      throw usage_error(
          "no-columns",
          std::string("no column is left") + (excluded.empty() ? "" : " after -x, --condition and --weight"),
          "the table has " + std::to_string(layout_.names.size()) + " columns");
    return selected;
  }

  std::vector<std::size_t> match_wanted() const {
    const bool both_named = wanted_.has_names && layout_.has_names && !are_place_names(wanted_.names) &&
                            !are_place_names(layout_.names);
    const ColumnsByName by_name = selected_by_name();
    const auto there = [&](const std::string& name) { return by_name.contains(name); };
    if (both_named || std::all_of(wanted_.names.begin(), wanted_.names.end(), there))
      return find_wanted(by_name);
    if (const auto carried = carried_selection()) return *carried;
    const std::size_t count = layout_.selected.size();
    if (count == wanted_.names.size()) return layout_.selected;
    const std::string header = "give the tables the same names in a header: " + joined(wanted_.names, ",");
    throw data_error(
        "column-count",
        std::to_string(count) + (count == 1 ? " column" : " columns") + ", where " +
            std::to_string(wanted_.names.size()) + " are wanted: " + joined(wanted_.names, ", "),
        survey_.place,
        count < wanted_.names.size() ? header : "leave out columns by number, with -x, or " + header);
  }

  /// What -c and -x, meant for the table of the wanted columns, select here, if that is as many.
  std::optional<std::vector<std::size_t>> carried_selection() const {
    if (!wanted_.selected_elsewhere) return std::nullopt;
    try {
      auto carried = selection(options_.columns, options_.exclude);
      if (carried.size() == wanted_.names.size()) return carried;
    } catch (const Error&) {  // these columns cannot carry them
    }
    return std::nullopt;
  }

  using ColumnsByName = std::unordered_map<std::string, std::vector<std::size_t>>;

  ColumnsByName selected_by_name() const {
    ColumnsByName by_name;
    for (const std::size_t column : layout_.selected) by_name[layout_.names[column]].push_back(column);
    return by_name;
  }

  std::vector<std::size_t> find_wanted(const ColumnsByName& by_name) const {
    std::vector<std::size_t> columns;
    for (const std::string& name : wanted_.names) {
      const auto there = by_name.find(name);
      if (there == by_name.end()) refuse_as_wanted(name);
      if (there == by_name.end())
        throw data_error("missing-column", "there is no column " + in_quotes(name), survey_.place,
                         missing_hint(name));
      const std::vector<std::size_t>& found = there->second;
      if (found.size() > 1)
        throw data_error(
            "column-ambiguous", std::to_string(found.size()) + " columns are called " + in_quotes(name),
            survey_.place, "leave out all but one by number: -x " + std::to_string(found[1] + 1));
      columns.push_back(found.front());
    }
    return columns;
  }

  /// Throws if the name is that of a column which is none of the points'.
  void refuse_as_wanted(const std::string& name) const {
    for (const auto& [column, role] : aside())
      if (layout_.names[column] == name)
        throw usage_error(role.name + std::string("-selected"),
                          "column " + in_quotes(name) + " of " + escaped(survey_.place.file, 200) +
                              " holds the " + role.plural +
                              ", and is one of the columns to work on too: " + joined(wanted_.names, ", "),
                          own_column(role) + ": name another in " + role.option);
  }

  std::string missing_hint(const std::string& name) const {
    std::vector<std::string> there;
    for (const std::size_t column : layout_.selected) there.push_back(layout_.names[column]);
    return near_names(name, there);
  }

  static std::string near_names(const std::string& name, const std::vector<std::string>& there) {
    return suggestion_with_list(name, there, "the columns are: ");
  }

  /// Columns that are read.
  std::vector<std::size_t> used() const {
    std::vector<std::size_t> columns = layout_.selected;
    columns.insert(columns.end(), layout_.labels.begin(), layout_.labels.end());
    for (const auto& [column, role] : aside()) columns.push_back(column);
    return columns;
  }

  void check_utf8() const {
    for (const std::size_t i : used()) {
      if (is_utf8(layout_.names[i])) continue;
      const auto& name = survey_.head[i].first_text;
      throw data_error("name-encoding", "the column name " + in_quotes(layout_.names[i]) + " is not UTF-8",
                       layout_.skip_first && name ? name->place : survey_.place,
                       "make the file UTF-8: iconv -f LATIN1 -t UTF-8");
    }
  }

  void check_names() const {
    std::set<std::string> seen;
    for (const std::size_t column : used())
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
      layout_.any_numbers |= !kinds.empty() && kinds.numeric(comma_);
      layout_.decimal_comma &= kinds.comma_numbers == kinds.filled;
      if (kinds.empty() || kinds.numeric(comma_) || problems.size() == Error::max_problems) continue;
      const std::string column = layout_.has_names ? in_quotes(layout_.names[i]) : std::to_string(i + 1);
      // Read with commas a column of points is text too, but that error is never shown.
      const Sighting shown = kinds.first_text.value_or(Sighting{});
      problems.push_back(
          {"text-column", "column " + column + " holds text: " + in_quotes(shown.text, 30), shown.place});
    }
    if (problems.empty() || wanted_.as_text) return;
    std::vector<std::size_t> numeric;
    for (std::size_t i = 0; i < layout_.names.size(); ++i)
      if (rows(i).numeric(comma_)) numeric.push_back(i);
    if (numeric.empty()) problems.front().id = "no-numeric-column";
    std::string hint;
    if (numeric.empty())
      hint = "no column of the table holds numbers";
    else if (wanted_.names.empty())
      hint = "use the columns of numbers, which fm-train --condition can learn given the others: -c " +
             column_list(numeric, layout_.names, layout_.has_names);
    throw Error(ErrorKind::data, std::move(problems), std::move(hint));
  }

  const Survey& survey_;
  const Syntax& syntax_;
  const ReadOptions& options_;
  const WantedColumns& wanted_;
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

std::string comma_hint(const Syntax& syntax) {
  // Read as decimal marks, these would make numbers that are wrong by a factor of a thousand.
  if (syntax.delimiter.byte == ',')
    return "where commas separate fields, commas inside numbers can only group thousands: remove them from "
           "the file";
  return "decimal commas? try -d " + delimiter_word(syntax.delimiter.byte) + " --decimal ,";
}

Layout decide_layout(const Survey& survey, const Syntax& syntax, const ReadOptions& options,
                     const WantedColumns& wanted) {
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
                     comma_hint(syntax));
  }
}

}  // namespace fm
