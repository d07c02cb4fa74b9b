#include "cli/check_table.h"

#include <algorithm>
#include <optional>
#include <set>

#include "cli/rows_read.h"
#include "data/table_profile.h"
#include "io/output.h"
#include "io/replayed_input.h"
#include "model/training_plan.h"

namespace fm {

namespace {

/// What fm-train makes of the table: a plan, or the error that it ends with.
struct Verdict {
  std::optional<Error> error;
  Dataset data;
  TrainingPlan plan;
};

bool is_answer(ErrorKind kind) {
  return kind == ErrorKind::data || kind == ErrorKind::numeric || kind == ErrorKind::limit;
}

/// Rethrows the error that is being handled unless it says what is wrong with the data.
Error answer_of(const Error& error) {
  if (!is_answer(error.kind())) throw;
  return error;
}

Verdict judge(const CheckOptions& options) {
  Verdict verdict;
  try {
    verdict.data =
        read_dataset(options.file, options, {.labels = options.condition, .weight = options.weight});
    const Standardiser coordinates =
        fit_standardiser_of(verdict.data.points, verdict.data.weights, Standardize::columns);
    verdict.plan = plan_training(verdict.data, coordinates, TrainingOptions());
  } catch (const Error& error) {
    verdict.error = answer_of(error);
  }
  return verdict;
}

/// How the table was read, and what stands in it.
struct Contents {
  Dialect dialect;
  bool compressed = false;
  TableProfile profile;
};

Contents contents_of(RowReader rows, const ReadOptions& options) {
  return {rows.dialect(), rows.compressed(), profile_table(rows, options)};
}

/// As fm-train reads the table or, where that is not possible, as text; nullopt if neither is. Rows that
/// cannot be read are counted.
std::optional<Contents> examine(const CheckOptions& options, const ReplayedInput& input) {
  ReadOptions reading = options;
  reading.bad_rows = BadRowPolicy::skip;
  const WantedColumns as_numbers{.labels = options.condition, .weight = options.weight};
  WantedColumns as_text = as_numbers;
  as_text.as_text = true;
  for (const WantedColumns& wanted : {as_numbers, as_text}) {
    try {
      input.rewind();
      return contents_of(RowReader(options.file, reading, wanted), reading);
    } catch (const Error& error) {
      answer_of(error);
    }
  }
  return std::nullopt;
}

/// What fm-train takes the column for.
std::string role_of(const Layout& layout, std::size_t column) {
  const auto among = [&](const std::vector<std::size_t>& list) {
    return std::find(list.begin(), list.end(), column) != list.end();
  };
  if (layout.weight == column) return "weight";
  if (among(layout.labels)) return "condition";
  return among(layout.selected) ? "selected" : "left out";
}

Json column_json(const Contents& contents, std::size_t c) {
  const ColumnProfile& column = contents.profile.columns[c];
  Json json = {{"name", column.name},
               {"role", role_of(contents.dialect.layout, c)},
               {"kind", print_value(column.kind())},
               {"numbers", column.numbers()},
               {"texts", column.texts},
               {"missing", column.missing},
               {"distinct", column.distinct}};
  if (column.numbers() > 0) {
    const auto [least, greatest] = column.range();
    json.update({{"min", least}, {"max", greatest}});
  }
  json.update({{"constant", column.constant()}, {"integers", column.integers()}});
  if (column.text) json["first_text"] = {{"text", *column.text}, {"line", column.text_line}};
  if (column.equal) json["equal_to"] = contents.profile.columns[*column.equal].name;
  return json;
}

Json contents_json(const Contents& contents) {
  const auto& [dialect, compressed, profile] = contents;
  Json json = {{"format", form_words(dialect)}, {"compressed", compressed}, {"reason", dialect.reason}};
  if (dialect.syntax.form == Syntax::Form::delimited && dialect.array.empty())
    json["delimiter"] =
        dialect.layout.names.size() == 1 ? Json() : Json(std::string{dialect.syntax.delimiter.byte});
  json.update({{"names", dialect.layout.has_names},
               {"names_reason", dialect.layout.header_reason},
               {"rows", profile.rows},
               {"unreadable_rows", profile.skipped},
               {"repeated_rows", profile.repeated}});
  Json& columns = json["columns"] = Json::array();
  for (std::size_t c = 0; c < profile.columns.size(); ++c) columns.push_back(column_json(contents, c));
  return json;
}

Json error_json(const Error& error) {
  Json problems = Json::array();
  for (const Problem& problem : error.problems())
    problems.push_back({{"id", problem.id},
                        {"message", problem.message},
                        {"line", problem.place.line},
                        {"column", problem.place.column}});
  return {{"trains", false},
          {"exit_code", exit_code(error.kind())},
          {"problems", problems},
          {"hint", error.hint()}};
}

Json verdict_json(const Verdict& verdict) {
  if (verdict.error) return error_json(*verdict.error);
  const auto& [error, data, plan] = verdict;
  Json json = {{"trains", true},
               {"rows", data.summary.rows},
               {"dropped", data.summary.dropped},
               {"skipped", data.summary.skipped},
               {"weightless", data.summary.weightless},
               {"columns", data.names}};
  for (const Condition& condition : plan.conditions) json["conditions"].push_back(condition.column.name);
  if (!data.weight_column.empty()) json["weight"] = data.weight_column;
  json.update({{"coordinates", print_value(Standardize::columns)},
               {"steps", plan.options.steps},
               {"parameters", plan.parameters},
               {"warnings", dataset_warnings(data)}});
  return json;
}

std::string count_of(std::int64_t count, const std::string& what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

std::string notes_of(const Contents& contents, const ColumnProfile& column) {
  std::vector<std::string> notes;
  if (column.constant()) notes.emplace_back("constant");
  if (column.integers()) notes.emplace_back("whole numbers");
  if (column.equal) notes.push_back("equal to " + escaped(contents.profile.columns[*column.equal].name, 30));
  if (column.text)
    notes.push_back(in_quotes(*column.text, 20) + " in line " + std::to_string(column.text_line));
  return joined(notes, ", ");
}

std::string contents_text(const Contents& contents) {
  const auto& [dialect, compressed, profile] = contents;
  const bool cut = dialect.syntax.form == Syntax::Form::delimited && dialect.array.empty() &&
                   dialect.layout.names.size() > 1;
  std::string text = std::string("format   ") + (compressed ? "gzip, " : "") + form_words(dialect);
  if (cut) text += ", -d " + delimiter_word(dialect.syntax.delimiter.byte);
  text += " (" + dialect.reason + ")\nnames    " + (dialect.layout.has_names ? "yes" : "no") + " (" +
          dialect.layout.header_reason + ")\nrows     " + std::to_string(profile.rows);
  if (profile.skipped > 0) text += ", " + std::to_string(profile.skipped) + " more cannot be read";
  if (profile.repeated > 0) text += ", " + std::to_string(profile.repeated) + " equal to an earlier one";
  Cells table = {{"column", "name", "role", "kind", "missing", "distinct", "min", "max", "notes"}};
  for (std::size_t c = 0; c < profile.columns.size(); ++c) {
    const ColumnProfile& column = profile.columns[c];
    std::optional<double> least, greatest;
    if (column.numbers() > 0) std::tie(least, greatest) = column.range();
    table.push_back({std::to_string(c + 1), escaped(column.name, 30), role_of(dialect.layout, c),
                     print_value(column.kind()), std::to_string(column.missing),
                     std::to_string(column.distinct), cell(least, true), cell(greatest, true),
                     notes_of(contents, column)});
  }
  return text + "\n\n" + aligned(table) + "\n";
}

std::string verdict_text(const Verdict& verdict) {
  const auto& [error, data, plan] = verdict;
  if (error) {
    std::string text = "fm-train would refuse it:\n";
    for (const Problem& problem : error->problems()) text += "  " + error_line(problem) + "\n";
    return text + (error->hint().empty() ? "" : "  hint: " + error->hint() + "\n");
  }
  std::string text = "fm-train would train on it: " + count_of(data.summary.rows, "row") + ", " +
                     count_of(static_cast<std::int64_t>(data.names.size()), "column") + ", " +
                     std::to_string(plan.options.steps) + " steps, " + std::to_string(plan.parameters) +
                     " parameters, each column on its own scale\n";
  const std::string left_out = left_out_text(data.summary);
  if (!left_out.empty()) text += "  " + left_out + "\n";
  for (const std::string& warning : dataset_warnings(data)) text += "  warning: " + warning + "\n";
  return text;
}

}  // namespace

int check_table(CheckOptions& options, Session& session) {
  options.file = input_or_stdin(options.file, "table");
  check_outputs(options, {options.file});
  const ResultFormat format = settled(options.format, options.output);
  if (format == ResultFormat::csv)
    throw usage_error("check-format", "the result of a check is no table of rows", "--format json or table");
  const ReplayedInput input(options.file);
  const Verdict verdict = judge(options);
  const std::optional<Contents> contents = examine(options, input);
  Json json = {{"file", options.file}};
  if (contents) json.update(contents_json(*contents));
  json["training"] = verdict_json(verdict);
  session.report.update(json);
  const int code = verdict.error ? exit_answer_no : exit_done;
  if (options.dry_run) return code;
  Output output(options.output, !options.no_clobber);
  if (format == ResultFormat::json)
    output.write(text_of(json, on_one_line(options.output) ? -1 : 2) + "\n");
  else
    output.write("file     " + escaped(options.file, 200) + "\n" +
                 (contents ? contents_text(*contents) : "\n") + verdict_text(verdict));
  output.commit();
  return code;
}

Tool check_tool() {
  return {
      .name = "fm-data check",
      .summary = "says what a table holds, how it is read, and what fm-train would make of it",
      .usage = "fm-data check [FILE] [options]",
      .examples =
          {"fm-data check data/quakes.csv # columns, kinds, ranges; would fm-train take it?",
           "fm-data check data/quakes.csv -c lat,long --weight mag # the same options as fm-train",
           "fm-data check data/quakes.csv -o check.json && fm-train data/quakes.csv -o quakes.safetensors"},
      .notes = {"Exit code 0: fm-train would train on the table with these options; 1: it would refuse it, "
                "and its error and hint are in the result."}};
}

}  // namespace fm
