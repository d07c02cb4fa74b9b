// What fm-eval is asked for: options that the comparison of clouds and the scoring of rows share.
#pragma once

#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "cli/counts.h"
#include "cli/result_format.h"
#include "cli/row_scores.h"
#include "cli/run_options.h"
#include "data/standardiser.h"
#include "io/table_options.h"
#include "io/table_writer.h"
#include "metrics/two_sample.h"

namespace fm {

/// What is computed of two clouds, and judged.
struct ComparisonOptions : TwoSampleOptions {
  std::vector<Metric> metric = {Energy{}, SlicedW2{}, W2{}};
  bool marginals = false;
  std::vector<std::string> fail_if;

  static constexpr auto fields() {
    using O = ComparisonOptions;
    constexpr auto group = "Comparison";
    return std::tuple_cat(
        std::tuple{
            field("metric", &O::metric, "what to compute; cost in n rows of each side")
                .shown_as("LIST")
                .in(group),
            field("marginals", &O::marginals,
                  "also each column's moments, W1 and Kolmogorov-Smirnov test, and how correlations differ; "
                  "time n log n a column")
                .in(group)},
        TwoSampleOptions::fields(),
        std::tuple{
            field("fail_if", &O::fail_if,
                  "exit with 1 if this holds, as 'w2 > 1.2 * floor or energy.p < 0.01'; may be given again")
                .repeated()
                .shown_as("TEXT")
                .in("Output")});
  }
};

struct EvalOptions : ComparisonOptions, ScoringOptions, ReadOptions, ShardOptions, RunOptions {
  std::vector<std::string> samples;
  std::string reference;
  std::string train;
  std::string weight;
  std::optional<Standardize> standardize;
  std::string column_prefix;
  ResultFormat format = ResultFormat::automatic;

  static constexpr auto fields() {
    using O = EvalOptions;
    constexpr auto group = "Comparison";
    return std::tuple_cat(
        std::tuple{field("samples", &O::samples,
                         "the cloud to judge, or several, each on its own (default: standard input)")
                       .positional()
                       .repeated()
                       .shown_as("FILE")
                       .in(group),
                   field("reference", &O::reference,
                         "points of the true distribution, best ones that training has not seen")
                       .flag('r')
                       .shown_as("FILE")
                       .in(group),
                   field("train", &O::train,
                         "rows the samples may be copies of: memorisation, beside as many reference rows")
                       .shown_as("FILE")
                       .in(group),
                   field("weight", &O::weight,
                         "column that weighs the rows of SAMPLES, REFERENCE and DATA, of those that have it")
                       .shown_as("COL")
                       .in(group),
                   field("standardize", &O::standardize,
                         "units: none (default) is data units, columns divides each column by the "
                         "reference's standard deviation; of --exact and --mixture the coordinates (default: "
                         "columns)")
                       .in(group)},
        ComparisonOptions::fields(), ScoringOptions::fields(),
        std::tuple{
            field("format", &O::format, "table on a terminal, JSON otherwise; of rows CSV or JSON Lines")
                .flag('f')
                .in("Output"),
            field("column_prefix", &O::column_prefix, "put this before the names of added columns")
                .in("Output")},
        ReadOptions::fields(), ShardOptions::fields(), RunOptions::fields());
  }
};

/// Names what is to be read: standard input where no samples are named.
void settle_samples(EvalOptions& options);

/// The same for the reference and the training rows, where they are named "-".
void settle_others(EvalOptions& options);

/// Throws usage error "several-samples" for more than one file of samples.
void refuse_several(const EvalOptions& options, const std::string& what);

/// Throws usage error "row-format" for a table for people.
void refuse_row_table(const EvalOptions& options);

/// How --per-row writes.
WriteOptions row_format(const EvalOptions& options);

}  // namespace fm
