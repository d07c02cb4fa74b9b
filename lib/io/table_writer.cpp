#include "io/table_writer.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <set>

#include "core/error.h"
#include "core/json.h"
#include "core/text.h"
#include "core/write_number.h"
#include "io/cell_writer.h"
#include "io/npy_header.h"

namespace fm {

namespace {

constexpr std::size_t flush_bytes = 128 << 10;     // stays in the L2 cache, amortises the hand-over
constexpr std::size_t max_number = shortest_room;  // to_chars with 17 digits takes 24
constexpr int max_digits = 17;  // significant digits that tell every double from its neighbours

int digits_of(const std::string& precision) {
  if (precision == "shortest") return 0;
  const auto digits = parse_count(precision);
  if (!digits || *digits < 1 || *digits > max_digits)
    throw usage_error("precision",
                      "precision " + in_quotes(precision) + " is neither \"shortest\" nor 1 to 17");
  return static_cast<int>(*digits);
}

/// delimited_cell(), but what a reader could take for nothing or a number has quotes too: they say that it is
/// a name.
std::string quoted_name(const std::string& name, char separator) {
  double number;
  const bool bare = name.empty() || parse_double(name, number) != NumberText::not_a_number;
  const std::string cell = delimited_cell(name, separator);
  return bare && cell == name ? '"' + name + '"' : cell;
}

std::string json_key(const std::string& name) {
  if (!is_utf8(name))
    throw usage_error("column-name", "the column name " + in_quotes(name) + " is not UTF-8, as JSON demands");
  return text_of(name);
}

void require_distinct(const std::vector<std::string>& names) {
  std::set<std::string> seen;
  for (const std::string& name : names)
    if (!seen.insert(name).second)
      throw usage_error("column-name",
                        "two columns are named " + in_quotes(name) + ", which JSON cannot hold",
                        "write CSV or TSV");
}

/// Writes `value` at `out`, which has max_number bytes; returns the end.
char* put_number(char* out, double value, int digits) {
  if (digits > 0) return std::to_chars(out, out + max_number, value, std::chars_format::general, digits).ptr;
  return write_decimal(out, value);
}

char* put_text(char* out, const std::string& text) {
  if (text.size() == 1) return *out = text[0], out + 1;  // most often: no call for one byte
  std::memcpy(out, text.data(), text.size());
  return out + text.size();
}

}  // namespace

void refuse_foreign_name(const std::string& file) {
  const std::string name = lower_case(file);
  for (const char* packed : {".bz2", ".xz", ".zst", ".zip", ".lz4", ".7z"})
    if (name.ends_with(packed))
      throw usage_error("output-format", in_quotes(file) + ": of compressed files only .gz is written",
                        "name it .gz, or write to standard output and compress that");
  for (const char* foreign :
       {".parquet", ".feather", ".arrow",  ".orc",  ".avro", ".npy", ".npz", ".xlsx",
        ".xls",     ".ods",     ".h5",     ".hdf5", ".h5ad", ".mat", ".pkl", ".rds",
        ".rda",     ".fits",    ".sqlite", ".db",   ".dta",  ".sav", ".pt",  ".safetensors"})
    if (name.ends_with(foreign) || name.ends_with(std::string(foreign) + ".gz"))
      throw usage_error("output-format",
                        in_quotes(file) + ": " + (foreign + 1) + " is not written here, only text",
                        "name it .csv, .tsv or .jsonl, or say -f csv to write that under this name");
}

TableFormat format_of_name(const std::string& file) {
  const std::string lower = lower_case(file);
  if (lower.ends_with(".npy")) return TableFormat::npy;
  if (lower.ends_with(".npy.gz"))
    throw usage_error("output-format", in_quotes(file) + ": arrays are not written compressed",
                      "name it .npy, and compress the file: gzip");
  refuse_foreign_name(file);
  std::string_view name = lower;
  if (name.ends_with(".gz")) name.remove_suffix(3);
  if (name.ends_with(".tsv")) return TableFormat::tsv;
  for (const char* end : {".jsonl", ".ndjson", ".json"})
    if (name.ends_with(end)) return TableFormat::jsonl;
  return TableFormat::csv;
}

TableWriter::TableWriter(Output& output, const WriteOptions& options, std::vector<std::string> names,
                         const std::vector<std::string>& whole)
    : output_(output),
      format_(options.format == TableFormat::automatic ? format_of_name(output.name()) : options.format),
      names_(std::move(names)),
      classes_(names_.size()) {
  const int digits = digits_of(options.precision);
  for (const std::string& name : names_)
    digits_.push_back(std::find(whole.begin(), whole.end(), name) == whole.end() ? digits : 0);
  const bool json = format_ == TableFormat::jsonl;
  if (json) require_distinct(names_);
  const std::string separator = json ? "," : std::string(1, separator_of_cells());
  for (const std::string& name : names_) {
    const std::string lead = before_.empty() ? (json ? "{" : "") : separator;
    before_.push_back(json ? lead + json_key(name) + ":" : lead);
    row_bytes_ += before_.back().size() + max_number;
  }
  if (format_ == TableFormat::npy) {
    if (digits != 0)
      throw usage_error("precision", "a NumPy array holds doubles as they are: --precision does not apply",
                        "leave it out");
    output_.replace_start(npy_header(0, static_cast<Index>(names_.size())));
    output_.write(npy_header(0, static_cast<Index>(names_.size())));
  }
  row_end_ = json ? "}\n" : "\n";
  row_bytes_ += row_end_.size();
}

void TableWriter::set_classes(std::size_t column, const std::vector<std::string>& classes) {
  if (format_ == TableFormat::npy)
    throw usage_error("npy-text",
                      "column " + in_quotes(names_[column]) + " holds text, and a NumPy array only numbers",
                      "write CSV, TSV or JSON Lines");
  std::size_t longest = 0;
  for (const std::string& text : classes) {
    std::string& cell = classes_[column].emplace_back(
        format_ == TableFormat::jsonl ? text_of(Json(text)) : quoted_name(text, separator_of_cells()));
    longest = std::max(longest, cell.size());
  }
  digits_[column] = -1;
  row_bytes_ += longest;
}

char TableWriter::separator_of_cells() const {
  return format_ == TableFormat::tsv ? '\t' : ',';
}

void TableWriter::header() {
  if (format_ == TableFormat::jsonl || format_ == TableFormat::npy) return;
  std::vector<std::string> cells;
  for (const std::string& name : names_) cells.push_back(quoted_name(name, separator_of_cells()));
  output_.write(joined(cells, std::string(1, separator_of_cells())) + "\n");
}

void TableWriter::write(PointsIn block) {
  if (block.rows() != static_cast<Index>(names_.size()))
    throw usage_error("column-count", "rows of " + std::to_string(block.rows()) + " values for " +
                                          std::to_string(names_.size()) + " names");
  if (format_ == TableFormat::npy) return write_array(block);
  buffer_.resize(flush_bytes + row_bytes_);
  char* out = buffer_.data();
  for (Index n = 0; n < block.cols(); ++n) {
    const auto row = block.col(n);
    const char* const row_start = out;
    ++rows_;
    for (Index d = 0; d < row.size(); ++d) {
      if (!std::isfinite(row[d])) {
        output_.write({buffer_.data(), row_start});
        refuse(row[d], d);
      }
      const auto column = static_cast<std::size_t>(d);
      if (digits_[column] < 0) {
        const std::string& text = classes_[column][static_cast<std::size_t>(row[d])];
        out = put_text(put_text(out, before_[column]), text);
        continue;
      }
      out = put_number(put_text(out, before_[column]), row[d], digits_[column]);
    }
    out = put_text(out, row_end_);
    if (out < buffer_.data() + flush_bytes) continue;
    output_.write({buffer_.data(), out});
    out = buffer_.data();
  }
  output_.write({buffer_.data(), out});
}

void TableWriter::write_array(PointsIn block) {
  for (Index n = 0; n < block.cols(); ++n) {
    const auto row = block.col(n);
    ++rows_;
    for (Index d = 0; d < row.size(); ++d)
      if (!std::isfinite(row[d])) refuse(row[d], d);
    output_.write(
        {reinterpret_cast<const char*>(row.data()), static_cast<std::size_t>(row.size()) * sizeof row[0]});
  }
  output_.replace_start(npy_header(rows_, block.rows()));
}

void TableWriter::refuse(double value, Index column) const {
  throw numeric_error("non-finite-output", "row " + std::to_string(rows_) + ", column " +
                                               in_quotes(names_[static_cast<std::size_t>(column)]) + " is " +
                                               shortest(value));
}

}  // namespace fm
