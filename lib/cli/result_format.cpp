#include "cli/result_format.h"

#include <algorithm>
#include <cmath>

#include "cli/files.h"
#include "core/error.h"
#include "core/text.h"
#include "io/table_writer.h"

namespace fm {

namespace {

std::string quoted(const std::string& cell) {
  if (cell.find_first_of(",\"") == std::string::npos) return cell;
  std::string out = "\"";
  for (const char c : cell) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + '"';
}

}  // namespace

ResultFormat settled(ResultFormat format, const std::string& output) {
  if (format != ResultFormat::automatic) return format;
  refuse_foreign_name(output);
  const std::string name = lower_case(output);
  if (name.ends_with(".csv") || name.ends_with(".csv.gz")) return ResultFormat::csv;
  if (name.ends_with(".tsv") || name.ends_with(".tsv.gz"))
    throw usage_error("output-format", in_quotes(output) + ": a result is JSON or CSV, not TSV",
                      "name it .csv, .json or .jsonl, or say -f csv to write that under this name");
  return leads_to_terminal(output) ? ResultFormat::table : ResultFormat::json;
}

bool on_one_line(const std::string& output) {
  const std::string name = lower_case(output);
  const auto ends = [&](const char* end) { return name.ends_with(end); };
  return ends(".jsonl") || ends(".jsonl.gz") || ends(".ndjson") || ends(".ndjson.gz");
}

std::string cell(const std::optional<double>& number, bool for_people) {
  if (!number || !std::isfinite(*number)) return {};
  return for_people ? rounded(*number) : shortest(*number);
}

std::string key_of(std::string name) {
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

std::string aligned(const Cells& rows) {
  std::vector<std::size_t> widths(rows.front().size());
  for (const auto& row : rows)
    for (std::size_t c = 0; c < row.size(); ++c) widths[c] = std::max(widths[c], row[c].size());
  std::string out;
  for (const auto& row : rows) {
    for (std::size_t c = 0; c < row.size(); ++c) {
      const std::string pad(widths[c] - row[c].size(), ' ');
      out += c == 0 ? row[c] + pad : "  " + pad + row[c];
    }
    out += '\n';
  }
  return out;
}

std::string comma_separated(const Cells& rows) {
  std::string out;
  for (const auto& row : rows) {
    for (std::size_t c = 0; c < row.size(); ++c) out += (c == 0 ? "" : ",") + quoted(row[c]);
    out += '\n';
  }
  return out;
}

}  // namespace fm
