// What became of the rows of an input, told to people and to the report.
#pragma once

#include <string>

#include "cli/tool.h"
#include "data/dataset.h"
#include "io/table_reader.h"

namespace fm {

/// "2 rows with missing cells left out, 4 unreadable rows skipped"; "" if all were taken.
std::string left_out_text(const ReadSummary& summary);

/// Adds {"file", "rows", "dropped", "skipped"}, and "weightless" if any are, to the array
/// session.report["tables"], and says on standard error what was left out, if anything was.
void tell_rows(Session& session, const std::string& file, const ReadSummary& summary);

/// read_dataset() and read_alongside() of data/dataset.h, with all that the session is to tell of it.
Dataset read_told(const std::string& path, const ReadOptions& options, Session& session,
                  const WantedColumns& wanted = {});
Dataset read_told_alongside(const Dataset& first, const std::string& path, const ReadOptions& options,
                            Session& session, const std::string& weight = {}, bool with_bandwidths = false);

/// Throws usage error "no-weight": none of the files, named as in "a.csv and b.csv", has the column.
[[noreturn]] void throw_no_weight(const std::string& column, const std::string& files);

}  // namespace fm
