#include "cli/convert_table.h"

#include <algorithm>
#include <set>

#include "cli/convert_array.h"
#include "io/cell_reader.h"
#include "io/cell_writer.h"
#include "io/output.h"
#include "io/row_reader.h"
#include "io/table_writer.h"

namespace fm {

namespace {

constexpr std::size_t flush_bytes = 128 << 10;
/// A line that is blank would be passed over: quotes say that there is a cell.
constexpr std::string_view blank_cell = "\"\"";

std::vector<std::string> selected_names(const RowReader& rows) {
  std::vector<std::string> names;
  for (const std::size_t column : rows.dialect().layout.selected) names.push_back(rows.names()[column]);
  return names;
}

/// Rows of the selected columns as text of one format.
class RowText {
 public:
  RowText(const RowReader& rows, TableFormat format, std::string file)
      : columns_(rows.dialect().layout.selected),
        format_(format),
        file_(std::move(file)),
        separator_(format == TableFormat::tsv ? '\t' : ',') {
    if (format_ == TableFormat::jsonl && rows.dialect().layout.has_names) find_keys(selected_names(rows));
  }

  std::string header(const std::vector<std::string>& names) const {
    std::vector<std::string> cells;
    for (const std::string& name : names) {
      if (name.find('\0') != std::string::npos)
        throw data_error("nul-byte", "the column name " + in_quotes(name) + " holds a NUL", {file_},
                         "leave the column out by number: -x");
      cells.push_back(delimited_cell(name, separator_));
    }
    const std::string line = joined(cells, std::string(1, separator_));
    return (line.empty() ? std::string(blank_cell) : line) + "\n";
  }

  /// Appends the row to `text`.
  void append(const TextRow& row, std::string& text) const {
    const bool json = format_ == TableFormat::jsonl;
    const Place place{file_, row.at, 0};
    const std::size_t start = text.size();
    if (json) text += keys_.empty() ? '[' : '{';
    for (std::size_t k = 0; k < columns_.size(); ++k) {
      const Cell& cell = (*row.cells)[columns_[k]];
      if (k > 0) text += json ? ',' : separator_;
      if (!json) {
        if (cell.form != CellForm::plain) refuse_nul(cell, row);
        append_delimited(cell, separator_, text);
        continue;
      }
      if (!keys_.empty()) text += keys_[k];
      append_json(cell, row.line, place, text);
    }
    if (text.size() == start) text += blank_cell;
    text += json ? (keys_.empty() ? "]\n" : "}\n") : "\n";
  }

 private:
  /// JSON writes a NUL as \u0000, and no program reads it elsewhere.
  void refuse_nul(const Cell& cell, const TextRow& row) const {
    const std::string content = cell_content(cell);
    if (content.find('\0') != std::string::npos)
      throw data_error("nul-byte", in_quotes(content, 30) + " holds a NUL, which delimited text cannot",
                       {file_, row.at, static_cast<std::int64_t>(cell.start) + 1},
                       "write JSON Lines: -f jsonl");
  }

  void find_keys(const std::vector<std::string>& names) {
    std::set<std::string> seen;
    for (const std::string& name : names) {
      if (!is_utf8(name) || !seen.insert(name).second)
        throw usage_error(
            "column-name",
            "the column name " + in_quotes(name) + " is not UTF-8 or stands twice: JSON cannot hold it",
            "write CSV or TSV, or leave the column out with -x");
      keys_.push_back(text_of(Json(name)) + ":");
    }
  }

  std::vector<std::size_t> columns_;
  TableFormat format_;
  std::string file_;
  char separator_;
  std::vector<std::string> keys_;  // of JSON objects, each with its colon; empty: arrays
};

/// Whether a selected cell of the row is missing.
class MissingCells {
 public:
  MissingCells(const RowReader& rows, const ReadOptions& options)
      : columns_(rows.dialect().layout.selected),
        cells_(options.na, rows.dialect().syntax.form == Syntax::Form::delimited ? options.decimal : ".") {}

  bool operator()(const TextRow& row) const {
    double ignored = 0;
    return std::any_of(columns_.begin(), columns_.end(), [&](std::size_t column) {
      return cells_.read((*row.cells)[column], ignored) == CellKind::missing;
    });
  }

 private:
  std::vector<std::size_t> columns_;
  CellReader cells_;
};

}  // namespace

int convert_table(ConvertOptions& options, Session& session) {
  options.file = input_or_stdin(options.file, "table");
  check_outputs(options, {options.file});
  const TableFormat format =
      options.format == TableFormat::automatic ? format_of_name(options.output) : options.format;
  if (format == TableFormat::npy) return convert_to_array(options, session);
  RowReader rows(options.file, options);
  session.detail(options.file + ": " + rows.decisions());
  const RowText text_of_row(rows, format, options.file);
  if (options.dry_run) {
    print_json({{"columns", selected_names(rows)}, {"format", print_value(format)}});
    return exit_done;
  }
  Output output(options.output, !options.no_clobber);
  std::string text;
  if (format != TableFormat::jsonl && rows.dialect().layout.has_names)
    text = text_of_row.header(selected_names(rows));
  const MissingCells misses(rows, options);
  std::int64_t written = 0, dropped = 0;
  for (TextRow row; rows.next(row);) {
    if (options.missing == MissingPolicy::drop && misses(row)) {
      ++dropped;
      continue;
    }
    ++written;
    text_of_row.append(row, text);
    if (text.size() < flush_bytes) continue;
    output.write(text);
    text.clear();
  }
  output.write(text);
  output.commit();
  tell_converted({.rows = written, .skipped = rows.skipped(), .dropped = dropped}, session);
  return exit_done;
}

void tell_converted(const ReadSummary& summary, Session& session) {
  session.report.update({{"rows", summary.rows}, {"dropped", summary.dropped}, {"skipped", summary.skipped}});
  if (summary.dropped > 0)
    session.note(std::to_string(summary.dropped) + " rows with missing cells left out");
  if (summary.skipped > 0) session.note(std::to_string(summary.skipped) + " unreadable rows skipped");
}

Tool convert_tool() {
  return {
      .name = "fm-data convert",
      .summary = "writes a table in another format, its cells as they stand",
      .usage = "fm-data convert [FILE] [-o OUT] [options]",
      .examples =
          {"fm-data convert data/quakes.csv -o quakes.jsonl.gz # JSON Lines, compressed",
           "fm-data convert data/quakes.csv -c mag,lat,long -o three.tsv # three columns, in this order",
           "fm-data convert data/quakes.csv -x stations -f jsonl # to standard output",
           "fm-data convert data/quakes.csv -o quakes.npy # a NumPy array of its numbers"},
      .notes = {"Numbers keep their digits and texts their bytes. In JSON Lines a cell that JSON cannot hold "
                "as a number (+1, .5, 007) becomes a string and an empty one null; a string of JSON that "
                "reads as a number is one after it has been CSV. Tables without names become arrays. Cells "
                "that are missing are kept but in an array, which holds doubles only; --missing drop leaves "
                "out the rows with one in the columns "
                "chosen."}};
}

}  // namespace fm
