#include "cli/split_table.h"

#include "core/error.h"
#include "core/text.h"
#include "data/table_split.h"
#include "io/layout.h"
#include "io/output.h"
#include "io/table_writer.h"

namespace fm {

namespace {

void check(const SplitOptions& options) {
  if (options.train.empty() || options.test.empty() || options.output != "-")
    throw usage_error("split-outputs", "a split has two outputs and takes no --output",
                      "name both: --train FILE --test FILE");
  if (!options.columns.empty() || !options.exclude.empty() || options.missing != MissingPolicy::error)
    throw usage_error("split-whole-rows",
                      "rows are copied as they stand: -c, -x and --missing do not apply to a split",
                      "give them to fm-train, or to fm-data convert");
  check_outputs({{"--train", options.train}, {"--test", options.test}, {"--report", options.report}},
                {options.file, options.config});
}

/// Rows are copied as they stand, so a name that says another format would be wrong.
void check_form(const std::string& output, const Syntax& syntax) {
  const std::string name = lower_case(output);
  const auto named = [&](const std::string& end) {
    return name.ends_with(end) || name.ends_with(end + ".gz");
  };
  const bool delimited = syntax.form == Syntax::Form::delimited;
  const bool tabs = delimited && syntax.delimiter.byte == '\t';
  const TableFormat format = format_of_name(output);
  const bool fits = format == TableFormat::npy     ? false
                    : format == TableFormat::jsonl ? !delimited
                    : format == TableFormat::tsv   ? tabs
                                                   : !named(".csv") || (delimited && !tabs);
  if (fits) return;
  throw usage_error(
      "split-format",
      in_quotes(output) + ": rows are copied as they stand, and these are " +
          (delimited ? "delimited by " + delimiter_word(syntax.delimiter.byte) : form_words(syntax.form)),
      "give the part a name of that format, and change it by fm-data convert");
}

}  // namespace

int split_table(SplitOptions& options, Session& session) {
  options.file = input_or_stdin(options.file, "table");
  check(options);
  std::vector<Output> outputs;
  for (const std::string& path : {options.train, options.test}) {
    if (options.dry_run)
      try_output(path, !options.no_clobber);
    else
      outputs.emplace_back(path, !options.no_clobber);
  }
  const TableSplit split = split_table(options.file, options, options.fraction, options.by, session.seed);
  session.detail(options.file + ": " + split.decisions);
  for (const std::string& path : {options.train, options.test}) check_form(path, split.syntax);
  const Json counts = {{"train_rows", split.train_rows},
                       {"test_rows", split.test_rows},
                       {"skipped", split.skipped},
                       {"strata", split.strata}};
  session.report.update(counts);
  if (options.dry_run) return print_json(counts), exit_done;
  outputs[0].write(split.train);
  outputs[1].write(split.test);
  for (Output& output : outputs) output.flush();  // a full disk is met before either takes its place
  for (Output& output : outputs) output.commit();
  if (split.skipped > 0) session.note(std::to_string(split.skipped) + " unreadable rows skipped");
  session.detail(std::to_string(split.train_rows) + " rows for training, " + std::to_string(split.test_rows) +
                 " for the test");
  return exit_done;
}

Tool split_tool() {
  return {
      .name = "fm-data split",
      .summary = "shares out the rows of a table, as they stand, at random",
      .usage = "fm-data split [FILE] --train FILE --test FILE [options]",
      .examples = {
          "fm-data split data/quakes.csv --train a.csv --test b.csv # a fifth of the rows for the test",
          "fm-data split data/quakes.csv --train a.csv --test b.csv --fraction 0.5 --seed 3 # halves",
          "fm-data split data/quakes.csv --by stations --train a.csv --test b.csv # alike in each value"}};
}

}  // namespace fm
