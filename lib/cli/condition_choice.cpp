#include "cli/condition_choice.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/error.h"
#include "core/text.h"
#include "io/label_cells.h"

namespace fm {

namespace {

/// Place of the condition that "COL=VALUE" is about. Names may hold "=" too: the longest that fits.
std::size_t place_of(const std::string& text, const std::vector<Condition>& conditions) {
  std::vector<std::string> names;
  for (const Condition& condition : conditions) names.push_back(condition.column.name);
  std::optional<std::size_t> place;
  for (std::size_t k = 0; k < names.size(); ++k)
    if (text.starts_with(names[k] + "=") && (!place || names[k].size() > names[*place].size())) place = k;
  if (place) return *place;
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos)
    throw usage_error("given-form", "--given " + in_quotes(text) + " is not COL=VALUE",
                      "e.g. --given " + names.front() + "=VALUE");
  const std::string name = text.substr(0, equals);
  throw usage_error("unknown-condition", "the model knows no condition " + in_quotes(name),
                    suggestion_with_list(name, names));
}

double value_of(const LabelColumn& column, const std::string& text) {
  if (column.classes.empty()) {
    double number = 0;
    if (parse_double(text, number) != NumberText::number || !std::isfinite(number))
      throw usage_error("given-number", "--given: " + in_quotes(text) + " is not a number (condition " +
                                            in_quotes(column.name) + ")");
    return number;
  }
  const auto found = std::find(column.classes.begin(), column.classes.end(), text);
  if (found != column.classes.end()) return static_cast<double>(found - column.classes.begin());
  const LabelProblem problem = unknown_class(column, text);
  throw usage_error(problem.id, "--given: " + problem.message, problem.hint);
}

/// Far from what it has learned from, a network answers all the same.
void warn_of_range(const Condition& condition, double value, const Session& session) {
  if (!condition.column.classes.empty() || (value >= condition.least && value <= condition.greatest)) return;
  session.warn("--given " + condition.column.name + "=" + shortest(value) + " lies outside " +
               shortest(condition.least) + " to " + shortest(condition.greatest) +
               ", which the model has learned from: points there are guesses");
}

void take_givens(const std::vector<std::string>& givens, ChosenConditions& chosen, const Session& session) {
  for (const std::string& text : givens) {
    const std::size_t place = place_of(text, chosen.all);
    const LabelColumn& column = chosen.all[place].column;
    if (chosen.given[place])
      throw usage_error("given-twice", "--given says twice what " + in_quotes(column.name) + " is");
    chosen.given[place] = value_of(column, text.substr(column.name.size() + 1));
    warn_of_range(chosen.all[place], *chosen.given[place], session);
  }
}

/// Refuses points of which part of the condition is not known.
void refuse_open(const ChosenConditions& conditions) {
  std::string missing;
  for (std::size_t k = 0; k < conditions.all.size(); ++k)
    if (!conditions.given[k]) missing += " --given " + conditions.all[k].column.name + "=VALUE";
  if (missing.empty()) return;
  throw usage_error("condition-open", "the model's points depend on a condition that is not given in full",
                    "give also" + missing + ", or the points with their conditions as columns");
}

}  // namespace

std::vector<LabelColumn> ChosenConditions::to_read() const {
  std::vector<LabelColumn> columns;
  for (std::size_t k = 0; k < all.size(); ++k)
    if (used && !given[k]) columns.push_back(all[k].column);
  return columns;
}

std::vector<std::string> ChosenConditions::names() const {
  std::vector<std::string> names;
  for (const Condition& condition : all)
    if (used) names.push_back(condition.column.name);
  return names;
}

Points ChosenConditions::values(PointsIn read) const {
  Points values(used ? static_cast<Index>(all.size()) : 0, read.cols());
  Index next = 0;
  for (Index k = 0; k < values.rows(); ++k) {
    if (const auto& value = given[static_cast<std::size_t>(k)])
      values.row(k).setConstant(*value);
    else
      values.row(k) = read.row(next++);
  }
  return values;
}

Points ChosenConditions::rows(PointsIn values) const {
  return used ? encoded(all, values) : Points(Points::Zero(condition_rows(all), values.cols()));
}

ChosenConditions choose_conditions(const ConditionOptions& options, const Guidance& guidance,
                                   const std::vector<Condition>& known, bool unconditional, bool with_points,
                                   const Session& session) {
  if (known.empty()) return refuse_conditions(options), ChosenConditions{};
  ChosenConditions chosen{known, std::vector<std::optional<double>>(known.size())};
  take_givens(options.given, chosen, session);
  if (!guidance.needs_condition() && !options.given.empty())
    throw usage_error("given-unused", "--guidance 0 follows no condition: --given does not go with it");
  chosen.used = guidance.needs_condition() && (with_points || !options.given.empty());
  if (guidance.needs_unconditional() && !unconditional)
    throw usage_error("no-unconditional",
                      "the model was trained without a field of no condition to guide from",
                      "train with --condition-dropout 0.1");
  const bool guided = guidance.needs_unconditional() && guidance.needs_condition();
  if (!with_points && (chosen.used || guided || !unconditional)) refuse_open(chosen);
  if (!chosen.used) session.detail("no condition is given: points of all conditions together");
  return chosen;
}

void refuse_conditions(const ConditionOptions& options) {
  refuse_changed(options, "no-conditions", "goes with a model of conditions, and there is none",
                 "train one: fm-train --condition COLS");
}

}  // namespace fm
