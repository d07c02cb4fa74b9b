#include "cli/rows_read.h"

namespace fm {

std::string left_out_text(const ReadSummary& summary) {
  const auto rows = [](std::int64_t count) { return count == 1 ? " row" : " rows"; };
  std::vector<std::string> parts;
  if (const auto n = summary.dropped)
    parts.push_back(std::to_string(n) + rows(n) + " with missing cells left out");
  if (const auto n = summary.skipped)
    parts.push_back(std::to_string(n) + " unreadable" + rows(n) + " skipped");
  if (const auto n = summary.weightless)
    parts.push_back(std::to_string(n) + rows(n) + " of weight 0 left out");
  return joined(parts, ", ");
}

void tell_rows(Session& session, const std::string& file, const ReadSummary& summary) {
  Json table = {
      {"file", file}, {"rows", summary.rows}, {"dropped", summary.dropped}, {"skipped", summary.skipped}};
  if (summary.weightless > 0) table["weightless"] = summary.weightless;
  session.report["tables"].push_back(std::move(table));
  const std::string text = left_out_text(summary);
  if (!text.empty()) session.note(file + ": " + text);
}

namespace {

Dataset told(Dataset data, Session& session) {
  session.detail(data.decisions);
  tell_rows(session, data.file, data.summary);
  return data;
}

}  // namespace

Dataset read_told(const std::string& path, const ReadOptions& options, Session& session,
                  const WantedColumns& wanted) {
  return told(read_dataset(path, options, wanted), session);
}

Dataset read_told_alongside(const Dataset& first, const std::string& path, const ReadOptions& options,
                            Session& session, const std::string& weight, bool with_bandwidths) {
  return told(read_alongside(first, path, options, weight, with_bandwidths), session);
}

void throw_no_weight(const std::string& column, const std::string& files) {
  throw usage_error("no-weight", "there is no column " + in_quotes(column) + " for --weight in " + files);
}

}  // namespace fm
