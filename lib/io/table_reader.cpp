#include "io/table_reader.h"

#include <algorithm>

#include "core/error.h"
#include "io/cell_reader.h"
#include "io/dialect.h"
#include "io/label_cells.h"
#include "io/record_reader.h"
#include "io/rows_ahead.h"

namespace fm {

namespace {

CellReader cell_reader(const ReadOptions& options, const Syntax& syntax) {
  return {options.na, syntax.form == Syntax::Form::delimited ? options.decimal : "."};
}

std::string delimiter_name(const Delimiter& delimiter) {
  return delimiter.byte == '\t' ? "tab"
         : delimiter.is_runs()  ? "blanks"
                                : std::string{'"', delimiter.byte, '"'};
}

constexpr auto skip_hint = "to pass over such rows: --bad-rows skip";
constexpr auto late_class_hint =
    "the column starts with numbers, so it was taken for one of numbers; if it holds classes, move this row "
    "to the top";

}  // namespace

struct TableReader::State {
  ReadOptions options;
  RecordReader records;
  Syntax syntax;
  Layout layout;
  std::optional<RowsAhead> rows_ahead;  // of records that are all numbers
  CellReader cells;
  std::vector<std::string> names;
  LabelCells labels;
  std::optional<std::string> weight, bandwidth;  // names of their columns
  ReadSummary summary;
  Record record;
  std::vector<double> values;  // of the block, row after row
  std::vector<Problem> problems;
  std::string hint;  // for the first problem

  State(RecordReader opened, const ReadOptions& o, const WantedColumns& wanted)
      : options(o), records(std::move(opened)), cells(o.na, o.decimal) {
    Dialect dialect = detect_dialect(records, o, wanted);
    syntax = std::move(dialect.syntax);
    layout = std::move(dialect.layout);
    cells = cell_reader(o, syntax);
    names = wanted.names;
    if (names.empty())
      for (const std::size_t column : layout.selected) names.push_back(layout.names[column]);
    labels = LabelCells(layout, wanted);
    if (layout.weight) weight = layout.names[*layout.weight];
    if (layout.bandwidth) bandwidth = layout.names[*layout.bandwidth];
    if (layout.skip_first) records.next(syntax, record);
    if (auto rows = NumberRows::of(syntax, layout, o)) rows_ahead.emplace(std::move(*rows));
  }

  /// Values of a row.
  std::size_t width() const {
    return names.size() + layout.labels.size() + (layout.weight ? 1 : 0) + (layout.bandwidth ? 1 : 0);
  }

  /// Appends what comes next, rows of numbers or one record, at most `wanted` rows. False at the end.
  bool take_rows(Index wanted) {
    if (rows_ahead && problems.empty()) {
      const Index rows = rows_ahead->take(records, wanted, values);
      summary.rows += rows;
      if (rows > 0) return true;
    }
    if (!records.next(syntax, record)) return false;
    take_record();
    return true;
  }

  void add_problem(std::string id, std::string message, std::size_t offset, const std::string& its_hint) {
    if (problems.empty()) hint = its_hint;
    problems.push_back({std::move(id), std::move(message), place_in(record, offset, records.name())});
  }

  /// What is wrong with the record as a whole.
  void refuse_record() {
    const Flaw flaw = flaw_of(record, layout.names.size());
    add_problem(flaw.id, flaw.message, flaw.offset, flaw.fatal ? "" : skip_hint);
    if (flaw.fatal) throw Error(ErrorKind::data, std::move(problems), hint);
  }

  void refuse_cell(std::size_t column, CellKind kind) {
    const Cell& cell = record.cells[column];
    const std::string where = layout.has_names ? " (column " + in_quotes(layout.names[column]) + ")"
                                               : " (column " + std::to_string(column + 1) + ")";
    const std::string shown = in_quotes(cell_text(cell), 30);
    if (kind == CellKind::missing)
      return add_problem("missing-cell", "a missing cell" + where, cell.start,
                         "to leave out rows with missing cells: --missing drop");
    if (kind == CellKind::non_finite)
      return add_problem("non-finite", shown + " is not finite" + where, cell.start, skip_hint);
    if (kind == CellKind::out_of_range)
      return add_problem("csv-range", shown + " is larger than any double" + where, cell.start, skip_hint);
    double ignored = 0;
    const bool comma = syntax.form == Syntax::Form::delimited && options.decimal == "." &&
                       layout.decimal_comma && CellReader("", ",").read(cell, ignored) == CellKind::number;
    add_problem(syntax.form == Syntax::Form::delimited ? "csv-number" : "json-number",
                shown + " is not a number" + where, cell.start,
                comma                    ? comma_hint(syntax)
                : may_be_classes(column) ? late_class_hint
                                         : skip_hint);
  }

  /// Whether it was found to be a column of numbers by its first cells alone.
  bool may_be_classes(std::size_t column) const {
    return !labels.known() && std::count(layout.labels.begin(), layout.labels.end(), column) > 0;
  }

  /// What keeps the record at hand from being a row.
  struct Faults {
    bool bad = false, missing = false;
  };

  /// Whether records with such a cell are passed over.
  bool passes_over(CellKind kind) const {
    return kind == CellKind::missing ? options.missing == MissingPolicy::drop
                                     : options.bad_rows == BadRowPolicy::skip;
  }

  /// Notes that a cell is no number, and says so unless such records are passed over.
  void fault(std::size_t column, CellKind kind, Faults& faults,
             const std::optional<LabelProblem>& problem = {}) {
    (kind == CellKind::missing ? faults.missing : faults.bad) = true;
    const bool fatal = problem && problem->fatal;
    if ((passes_over(kind) && !fatal) || problems.size() == Error::max_problems) return;
    if (!problem) return refuse_cell(column, kind);
    add_problem(problem->id, problem->message, record.cells[column].start, problem->hint);
    if (fatal) throw Error(ErrorKind::data, std::move(problems), hint);
  }

  /// Appends the cell to `values`. False if it is no number.
  bool take(std::size_t column, Faults& faults) {
    double value = 0;
    const CellKind kind = cells.read(record.cells[column], value);
    values.push_back(value);
    if (kind != CellKind::number) fault(column, kind, faults);
    return kind == CellKind::number;
  }

  /// The same for the class in label column k, by its number.
  void take_class(std::size_t k, Faults& faults) {
    const std::size_t column = layout.labels[k];
    const Cell& cell = record.cells[column];
    double value = 0;
    CellKind kind = cells.read(cell, value);
    std::optional<LabelProblem> problem;
    if (kind != CellKind::missing) {
      problem = labels.read(k, cell_text(cell), value);
      kind = problem ? CellKind::text : CellKind::number;
    }
    values.push_back(value);
    if (kind != CellKind::number) fault(column, kind, faults, problem);
  }

  void take_weight(std::size_t column, Faults& faults) {
    if (take(column, faults) && values.back() < 0)
      refuse_number(column, "negative-weight", "weight", "is below 0", faults);
  }
  void take_bandwidth(std::size_t column, Faults& faults) {
    if (take(column, faults) && values.back() <= 0)
      refuse_number(column, "bandwidth-range", "bandwidth", "is not above 0", faults);
  }

  /// Notes that a number is none of those that the column may hold, and says so unless such rows are passed
  /// over.
  void refuse_number(std::size_t column, const char* id, const char* what, const char* why, Faults& faults) {
    faults.bad = true;
    if (options.bad_rows == BadRowPolicy::skip || problems.size() == Error::max_problems) return;
    const Cell& cell = record.cells[column];
    add_problem(id,
                std::string("the ") + what + " " + in_quotes(cell_text(cell), 30) + " " + why + " (column " +
                    in_quotes(layout.names[column]) + ")",
                cell.start, skip_hint);
  }

  /// Appends the record's selected cells to `values`, or counts it, or notes its problems.
  void take_record() {
    if (record.flaw || record.cells.size() != layout.names.size()) {
      const bool skip = options.bad_rows == BadRowPolicy::skip;
      if (skip && !(record.flaw && record.flaw->fatal)) return void(++summary.skipped);
      return refuse_record();
    }
    const std::size_t start = values.size();
    Faults faults;
    for (const std::size_t column : layout.selected) take(column, faults);
    for (std::size_t k = 0; k < layout.labels.size(); ++k)
      if (layout.text_labels[k])
        take_class(k, faults);
      else
        take(layout.labels[k], faults);
    if (layout.weight) take_weight(*layout.weight, faults);
    const bool weightless = layout.weight && values.back() == 0;
    if (layout.bandwidth) take_bandwidth(*layout.bandwidth, faults);
    if (!faults.bad && !faults.missing && !weightless) return void(++summary.rows);
    values.resize(start);
    ++(faults.bad ? summary.skipped : faults.missing ? summary.dropped : summary.weightless);
  }
};

TableReader::TableReader(const std::string& path, const ReadOptions& options, const WantedColumns& wanted)
    : TableReader(RecordReader(path), options, wanted) {}
TableReader::TableReader(RecordReader records, const ReadOptions& options, const WantedColumns& wanted)
    : state_(std::make_unique<State>(std::move(records), options, wanted)) {}
TableReader::~TableReader() = default;
TableReader::TableReader(TableReader&&) noexcept = default;

const std::vector<std::string>& TableReader::names() const {
  return state_->names;
}
bool TableReader::has_names() const {
  return state_->layout.has_names;
}
const std::vector<LabelColumn>& TableReader::labels() const {
  return state_->labels.columns();
}
const std::optional<std::string>& TableReader::weight() const {
  return state_->weight;
}
const std::optional<std::string>& TableReader::bandwidth() const {
  return state_->bandwidth;
}
const ReadSummary& TableReader::summary() const {
  return state_->summary;
}

Index TableReader::read(Points& block, Index max_rows) {
  State& s = *state_;
  s.values.clear();
  const auto columns = static_cast<Index>(s.width());
  const auto rows = [&] { return static_cast<Index>(s.values.size()) / columns; };
  // After a problem the rest is read only to find more of them.
  while ((!s.problems.empty() || rows() < max_rows) && s.problems.size() < Error::max_problems &&
         s.take_rows(max_rows - rows())) {
    if (!s.problems.empty()) s.values.clear();  // they are not handed out any more
  }
  if (!s.problems.empty()) throw Error(ErrorKind::data, s.problems, s.hint);
  block = Eigen::Map<const Points>(s.values.data(), columns, rows());
  return rows();
}

std::string TableReader::decisions() const {
  const State& s = *state_;
  std::string text = escaped(s.records.name(), 200) + ": ";
  if (s.records.compressed()) text += "gzip, ";
  if (s.records.array()) {
    text += "NumPy array, " + s.records.array()->type.word;
  } else if (s.syntax.form != Syntax::Form::delimited) {
    text += form_words(s.syntax.form);
  } else {
    text += s.syntax.delimiter.byte == '\t' ? "TSV" : "CSV";
    if (s.layout.names.size() > 1) text += ", delimiter " + delimiter_name(s.syntax.delimiter);
    text += s.layout.has_names ? ", header" : ", no header";
  }
  const std::size_t all = s.layout.names.size();
  text += ", " + std::to_string(s.names.size());
  if (s.names.size() != all) text += " of " + std::to_string(all);
  return text + (all == 1 ? " column" : " columns");
}

}  // namespace fm
