#include "cli/evaluation_options.h"

#include "cli/files.h"
#include "core/error.h"
#include "core/text.h"

namespace fm {

void settle_samples(EvalOptions& options) {
  if (options.samples.empty()) options.samples.emplace_back();
  for (std::string& file : options.samples) file = input_or_stdin(file, "samples");
}

void settle_others(EvalOptions& options) {
  for (std::string* file : {&options.reference, &options.train})
    if (*file == "-") *file = input_or_stdin(*file, "reference");
}

void refuse_several(const EvalOptions& options, const std::string& what) {
  if (options.samples.size() > 1)
    throw usage_error("several-samples",
                      what + " takes one file of samples, not " + std::to_string(options.samples.size()));
}

void refuse_row_table(const EvalOptions& options) {
  if (options.format == ResultFormat::table)
    throw usage_error("row-format", "--per-row writes CSV or JSON Lines, not a table for people",
                      "choose --format csv or json");
}

WriteOptions row_format(const EvalOptions& options) {
  WriteOptions writing;
  if (options.format == ResultFormat::csv) writing.format = TableFormat::csv;
  if (options.format == ResultFormat::json) writing.format = TableFormat::jsonl;
  return writing;
}

}  // namespace fm
