#include "cli/table_statistics.h"

#include <algorithm>
#include <cmath>

#include "data/column_statistics.h"
#include "data/table_profile.h"
#include "io/output.h"

namespace fm {

namespace {

/// A column with its statistics, if it has numbers.
struct ColumnRow {
  ColumnProfile profile;
  std::optional<ColumnStatistics> numbers;
};

/// Correlations of the columns that have numbers.
struct Correlations {
  std::vector<std::size_t> columns;  ///< among the rows of the result
  Index rows = 0;
  Points r;
};

std::vector<ColumnRow> columns_of(const StatisticsOptions& options, Session& session) {
  RowReader rows(options.file, options);
  TableProfile profile = profile_table(rows, options);
  session.detail(options.file + ": " + rows.decisions());
  if (profile.skipped > 0) session.note(std::to_string(profile.skipped) + " unreadable rows skipped");
  if (profile.rows == 0) throw data_error("no-rows", "there are no rows", {options.file});
  std::vector<ColumnRow> columns;
  for (const std::size_t c : rows.dialect().layout.selected) {
    ColumnRow& column = columns.emplace_back(ColumnRow{std::move(profile.columns[c]), {}});
    if (column.profile.numbers() > 0) column.numbers = column_statistics(column.profile.values);
  }
  return columns;
}

Correlations correlations_of(const std::vector<ColumnRow>& columns) {
  Correlations found;
  for (std::size_t c = 0; c < columns.size(); ++c)
    if (columns[c].profile.kind() == ColumnKind::numbers) found.columns.push_back(c);
  if (found.columns.empty()) return found;
  const std::size_t rows = columns[found.columns[0]].profile.values.size();
  Points x(static_cast<Index>(found.columns.size()), static_cast<Index>(rows));
  for (std::size_t n = 0; n < rows; ++n) {
    for (std::size_t k = 0; k < found.columns.size(); ++k)
      x(static_cast<Index>(k), found.rows) = columns[found.columns[k]].profile.values[n];
    found.rows += x.col(found.rows).allFinite();  // else the next row takes its place
  }
  if (found.rows > 0)
    found.r = correlation(x.leftCols(found.rows));
  else
    found.r = Points::Constant(x.rows(), x.rows(), std::nan(""));
  return found;
}

Json json_of(const std::vector<ColumnRow>& columns, const std::optional<Correlations>& correlations) {
  Json json = {{"columns", Json::array()}};
  for (const auto& [profile, numbers] : columns) {
    Json column = {{"name", profile.name},       {"kind", print_value(profile.kind())},
                   {"count", profile.numbers()}, {"texts", profile.texts},
                   {"missing", profile.missing}, {"distinct", profile.distinct}};
    if (numbers) column.update(to_json(*numbers));
    json["columns"].push_back(column);
  }
  if (!correlations) return json;
  Json names = Json::array(), matrix = Json::array();
  for (std::size_t k = 0; k < correlations->columns.size(); ++k) {
    names.push_back(columns[correlations->columns[k]].profile.name);
    const Vector row = correlations->r.col(static_cast<Index>(k));
    matrix.push_back(std::vector<double>(row.begin(), row.end()));
  }
  json["correlation"] = {{"rows", correlations->rows}, {"columns", names}, {"matrix", matrix}};
  return json;
}

std::string shown(const std::string& name, bool for_people) {
  return for_people ? escaped(name, 30) : name;
}

Cells statistics_cells(const std::vector<ColumnRow>& columns, bool for_people) {
  Cells rows = {{"column", "kind", "count", "texts", "missing", "distinct"}};
  for_each_field<ColumnStatistics>([&](const auto& field) { rows[0].push_back(field.name); });
  for (const auto& [profile, numbers] : columns) {
    auto& row = rows.emplace_back(std::vector<std::string>{
        shown(profile.name, for_people), print_value(profile.kind()), std::to_string(profile.numbers()),
        std::to_string(profile.texts), std::to_string(profile.missing), std::to_string(profile.distinct)});
    // By name: clang 14 captures no structured bindings by default.
    for_each_field<ColumnStatistics>([&, &numbers = numbers](const auto& field) {
      row.push_back(numbers ? cell((*numbers).*field.member, for_people) : "");
    });
  }
  return rows;
}

/// A heading and a row for each column of the matrix.
Cells correlation_cells(const std::vector<ColumnRow>& columns, const Correlations& correlations,
                        bool for_people) {
  Cells rows = {{"correlation"}};
  for (const std::size_t c : correlations.columns)
    rows[0].push_back(shown(columns[c].profile.name, for_people));
  for (std::size_t i = 0; i < correlations.columns.size(); ++i) {
    auto& row = rows.emplace_back(std::vector<std::string>{rows[0][i + 1]});
    for (std::size_t j = 0; j < correlations.columns.size(); ++j)
      row.push_back(cell(correlations.r(static_cast<Index>(i), static_cast<Index>(j)), for_people));
  }
  return rows;
}

std::string text_of(const std::vector<ColumnRow>& columns, const std::optional<Correlations>& correlations,
                    bool for_people) {
  const auto print = for_people ? aligned : comma_separated;
  std::string text = print(statistics_cells(columns, for_people));
  if (correlations) text += "\n" + print(correlation_cells(columns, *correlations, for_people));
  return text;
}

}  // namespace

int table_statistics(StatisticsOptions& options, Session& session) {
  options.file = input_or_stdin(options.file, "table");
  check_outputs(options, {options.file});
  const ResultFormat format = settled(options.format, options.output);
  const std::vector<ColumnRow> columns = columns_of(options, session);
  std::optional<Correlations> correlations;
  if (options.correlation) correlations = correlations_of(columns);
  const Json json = json_of(columns, correlations);
  session.report.update(json);
  if (options.dry_run) return exit_done;
  Output output(options.output, !options.no_clobber);
  output.write(format == ResultFormat::json ? fm::text_of(json, on_one_line(options.output) ? -1 : 2) + "\n"
                                            : text_of(columns, correlations, format == ResultFormat::table));
  output.commit();
  return exit_done;
}

Tool statistics_tool() {
  return {
      .name = "fm-data stats",
      .summary = "says of each column of a table how its numbers are distributed",
      .usage = "fm-data stats [FILE] [options]",
      .examples = {"fm-data stats data/quakes.csv # count, mean, deviation, quartiles of each column",
                   "fm-data stats data/quakes.csv -c lat-depth --correlation # of three columns, with their "
                   "correlations",
                   "fm-data stats data/quakes.csv -o quakes-stats.csv # a table of them"},
      .notes = {"std has the divisor n. A quantile of level p is linear between the numbers at (n - 1) p, "
                "counted from 0 in order: numpy's default. Missing cells and texts are counted and left out, "
                "column by column; --missing has no say. In CSV the correlations are a second table, after "
                "an empty line."}};
}

}  // namespace fm
