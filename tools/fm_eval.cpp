// fm-eval: compares a cloud of samples with a reference, each score beside its noise floor; or scores rows by
// their density under a model or an exact field.
#include <algorithm>
#include <cmath>
#include <optional>

#include "cli/cloud_report.h"
#include "cli/counts.h"
#include "cli/progress.h"
#include "cli/result_format.h"
#include "cli/row_scores.h"
#include "cli/rows_read.h"
#include "cli/tool.h"
#include "cli/two_sample_text.h"
#include "data/dataset.h"
#include "data/standardiser.h"
#include "data/thinning.h"
#include "io/output.h"
#include "io/table_writer.h"
#include "metrics/neighbours.h"
#include "metrics/two_sample.h"

using namespace fm;

namespace {

struct EvalOptions : TwoSampleOptions, ScoringOptions, ReadOptions, ShardOptions, RunOptions {
  std::vector<std::string> samples;
  std::string reference;
  std::string train;
  std::string weight;
  std::vector<Metric> metric = {Energy{}, SlicedW2{}, W2{}};
  std::optional<Standardize> standardize;
  bool marginals = false;
  std::vector<std::string> fail_if;
  std::string column_prefix;
  ResultFormat format = ResultFormat::automatic;

  static constexpr auto fields() {
    using O = EvalOptions;
    constexpr auto group = "Comparison";
    return std::tuple_cat(
        std::tuple{
            field("samples", &O::samples,
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
            field("metric", &O::metric, "what to compute; cost in n rows of each side")
                .shown_as("LIST")
                .in(group),
            field("marginals", &O::marginals,
                  "also each column's moments, W1 and Kolmogorov-Smirnov test, and how correlations differ; "
                  "time n log n a column")
                .in(group),
            field("standardize", &O::standardize,
                  "units: none (default) is data units, columns divides each column by the "
                  "reference's standard deviation; of --exact and --mixture the coordinates (default: "
                  "columns)")
                .in(group)},
        TwoSampleOptions::fields(), ScoringOptions::fields(),
        std::tuple{
            field("fail_if", &O::fail_if,
                  "exit with 1 if this holds, as 'w2 > 1.2 * floor or energy.p < 0.01'; may be given again")
                .repeated()
                .shown_as("TEXT")
                .in("Output"),
            field("format", &O::format, "table on a terminal, JSON otherwise; of rows CSV or JSON Lines")
                .flag('f')
                .in("Output"),
            field("column_prefix", &O::column_prefix, "put this before the names of added columns")
                .in("Output")},
        ReadOptions::fields(), ShardOptions::fields(), RunOptions::fields());
  }
};

Standardize units_of(const EvalOptions& options) {
  return options.standardize.value_or(Standardize::none);
}

/// Clouds over the same columns.
struct Clouds {
  std::vector<Dataset> samples;
  Dataset reference;
  Dataset training;  // without points if there is none
};

[[noreturn]] void throw_no_weight(const EvalOptions& options, const std::string& files) {
  throw usage_error("no-weight",
                    "there is no column " + in_quotes(options.weight) + " for --weight in " + files);
}

/// The rows of `data`, if they have weights, become a plain sample of the weighted law.
void thin(Dataset& data, std::uint64_t first, Session& session) {
  if (data.weights.size() == 0) return;
  const std::vector<Index> rows = thinned_rows(data.weights, session.seed, first);
  session.report["tables"].back()["thinned"] = rows.size();
  session.note(data.file + ": " + std::to_string(rows.size()) + " of " + std::to_string(data.points.cols()) +
               " rows stay by their weights");
  data.points = Points(data.points(Eigen::all, rows));
}

/// Rows of other tables are thinned by draws from here on: equal tables are not to lose the same rows.
constexpr std::uint64_t reference_rows = std::uint64_t{1} << 63;
constexpr std::uint64_t training_rows = std::uint64_t{1} << 62;

Clouds read_clouds(const EvalOptions& options, Session& session) {
  WantedColumns wanted;
  wanted.weight = options.weight;
  wanted.weight_may_miss = true;
  Clouds clouds;
  bool weighted = false;
  const auto take = [&](Dataset data, std::uint64_t first) {
    thin(data, first, session);
    weighted = weighted || data.weights.size() > 0;
    return data;
  };
  clouds.samples.push_back(take(read_told(options.samples.front(), options, session, wanted), 0));
  const auto read_more = [&](const std::string& path, std::uint64_t first) {
    return take(read_told_alongside(clouds.samples.front(), path, options, session, options.weight), first);
  };
  for (std::size_t k = 1; k < options.samples.size(); ++k)
    clouds.samples.push_back(read_more(options.samples[k], 0));
  clouds.reference = read_more(options.reference, reference_rows);
  if (!options.train.empty()) clouds.training = read_more(options.train, training_rows);
  if (!options.weight.empty() && !weighted)
    throw_no_weight(options, joined(options.samples, ", ") + " and " + options.reference);
  return clouds;
}

/// The column of the weights, and how many rows there were before they were thinned.
void add_weights(const EvalOptions& options, const Dataset& samples, const Dataset& reference, Json& json) {
  if (options.weight.empty()) return;
  json["weight"] = options.weight;
  if (const Index rows = samples.weights.size()) json["sample_rows_weighted"] = rows;
  if (const Index rows = reference.weights.size()) json["reference_rows_weighted"] = rows;
}

std::string json_text(const EvalOptions& options, const Clouds& clouds, std::size_t file,
                      const CloudReport& report) {
  Json json = {{"samples", options.samples[file]},
               {"reference", options.reference},
               {"columns", clouds.samples.front().names},
               {"units", units_of(options) == Standardize::none ? "data" : print_value(units_of(options))},
               {"sample_rows", clouds.samples[file].points.cols()},
               {"reference_rows", clouds.reference.points.cols()}};
  if (!options.train.empty()) json["train"] = options.train;
  add_weights(options, clouds.samples[file], clouds.reference, json);
  json.update(report_json(report));
  if (!options.fail_if.empty()) json["failed"] = conditions_met(options.fail_if, report);
  return text_of(json) + "\n";
}

void settle_samples(EvalOptions& options) {
  if (options.samples.empty()) options.samples.emplace_back();
  for (std::string& file : options.samples) file = input_or_stdin(file, "samples");
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

/// --per-row without a model.
void check_nearest(const EvalOptions& options) {
  refuse_several(options, "--per-row");
  refuse_row_table(options);
  if (options.marginals || !options.fail_if.empty())
    throw usage_error("per-row-alone", "--marginals and --fail-if do not go with --per-row",
                      "judge the cloud in a run of its own");
}

void check_arguments(EvalOptions& options) {
  if (options.log_density || options.log_density_unit != EvalOptions().log_density_unit ||
      options.scheduler || options.path || options.shard != "1/1")
    throw usage_error("model-only",
                      "--log-density, its unit, --scheduler, --path and --shard go with a model or an exact "
                      "field",
                      "name one with -m, --exact or --mixture FILE");
  refuse_conditions(options);
  if (options.reference.empty())
    throw usage_error("no-reference", "no reference to compare with",
                      "name one with -r FILE, or a model with -m FILE for log-likelihoods");
  settle_samples(options);
  for (std::string* file : {&options.reference, &options.train})
    if (*file == "-") *file = input_or_stdin(*file, "reference");
  std::vector<std::string> inputs = options.samples;
  inputs.insert(inputs.end(), {options.reference, options.train});
  refuse_two_stdins(inputs);
  check_outputs(options, inputs);
  if (options.per_row) return check_nearest(options);
  if (options.marginals && settled(options.format, options.output) == ResultFormat::csv)
    throw usage_error("marginals-csv", "--marginals goes with a table or JSON: its rows are columns",
                      "choose --format json");
}

/// Says so where distances in data units are those of one column alone.
void warn_of_units(const EvalOptions& options, const Dataset& reference, const Session& session) {
  if (units_of(options) != Standardize::none || reference.points.rows() < 2) return;
  const Points& points = reference.points;
  const Vector width = points.rowwise().maxCoeff() - points.rowwise().minCoeff();
  const Vector deviation = fit_standardiser(points, Standardize::columns).scale;
  const Vector spread =
      (width.array() > 0).select(deviation, deviation.maxCoeff());  // constants rule nothing
  Index widest = 0, narrowest = 0;
  const double ratio = spread.maxCoeff(&widest) / spread.minCoeff(&narrowest);
  constexpr double unlike = 10;  // a hundredth of the squared distance
  if (ratio < unlike) return;
  const auto name = [&](Index column) {
    return in_quotes(reference.names[static_cast<std::size_t>(column)]);
  };
  session.warn("column " + name(widest) + " spreads " + rounded(ratio, 2) + " times as wide as " +
               name(narrowest) + " and rules the distances; --standardize columns weighs all alike");
}

/// Clouds in the units of the comparison.
struct Coordinates {
  std::vector<Points> samples;
  Points reference, training;
};

Coordinates coordinates_of(const EvalOptions& options, const Clouds& clouds) {
  const Standardiser units = fit_standardiser(clouds.reference.points, units_of(options));
  Coordinates result;
  for (const Dataset& samples : clouds.samples)
    result.samples.push_back(to_coordinates(units, samples.points));
  result.reference = to_coordinates(units, clouds.reference.points);
  if (!options.train.empty()) result.training = to_coordinates(units, clouds.training.points);
  return result;
}

constexpr Index block_rows = 8192;

/// How --per-row writes.
WriteOptions row_format(const EvalOptions& options) {
  WriteOptions writing;
  if (options.format == ResultFormat::csv) writing.format = TableFormat::csv;
  if (options.format == ResultFormat::json) writing.format = TableFormat::jsonl;
  return writing;
}

/// Each row of the samples with its distances, in the units of the comparison, to the nearest rows.
int write_nearest(const EvalOptions& options, Session& session) {
  const Clouds clouds = read_clouds(options, session);
  warn_of_units(options, clouds.reference, session);
  const Coordinates points = coordinates_of(options, clouds);
  std::vector<std::string> added = {"nearest_reference"};
  if (!options.train.empty()) added.insert(added.begin(), "nearest_training");
  const auto names = with_added_columns({}, clouds.samples.front().names, options.column_prefix, added);
  const Points& samples = points.samples.front();
  if (options.dry_run) {
    print_json({{"sample_rows", samples.cols()}, {"columns", names}, {"options", to_json(options)}});
    return exit_done;
  }
  Output output(options.output, !options.no_clobber);
  TableWriter writer(output, row_format(options), names);
  writer.header();
  for (Index first = 0; first < samples.cols(); first += block_rows) {
    const Index count = std::min(block_rows, samples.cols() - first);
    const auto x = samples.middleCols(first, count);
    Points rows(static_cast<Index>(names.size()), count);
    rows.topRows(x.rows()) = clouds.samples.front().points.middleCols(first, count);
    if (!options.train.empty()) rows.row(x.rows()) = nearest_points(x, points.training).distance.transpose();
    rows.bottomRows(1) = nearest_points(x, points.reference).distance.transpose();
    writer.write(rows);
  }
  output.commit();
  session.report["rows"] = samples.cols();
  return exit_done;
}

std::vector<std::string> labels_of(const EvalOptions& options) {
  std::vector<std::string> labels;
  for (const Metric& metric : options.metric) labels.push_back(label(metric, options.metric));
  return labels;
}

/// Neighbours are found by comparison of all pairs.
constexpr Index memorisation_rows = 10000;

CloudReport report_of(const EvalOptions& options, const Clouds& clouds, const Coordinates& points,
                      std::size_t file, Progress& progress, const Session& session) {
  CloudReport report;
  report.columns = clouds.samples.front().names;
  const Points& samples = points.samples[file];
  const auto files = static_cast<double>(points.samples.size());
  for (const Metric& metric : options.metric) {
    report.metrics.push_back(two_sample(metric, samples, points.reference, options, session.seed));
    report.metrics.back().metric = label(metric, options.metric);
    const double part =
        static_cast<double>(report.metrics.size()) / static_cast<double>(options.metric.size());
    progress.update((static_cast<double>(file) + part) / files, name_of(metric));
  }
  if (!options.train.empty())
    report.memorisation = memorisation(samples, points.training, points.reference,
                                       options.max_rows > 0 ? options.max_rows : memorisation_rows,
                                       options.permutations, session.seed);
  if (options.marginals)
    report.marginals = compare_marginals(clouds.samples[file].points, clouds.reference.points, session.seed);
  return report;
}

std::string report_text(const EvalOptions& options, const Clouds& clouds,
                        const std::vector<CloudReport>& reports) {
  const ResultFormat format = settled(options.format, options.output);
  const bool for_people = format == ResultFormat::table;
  std::string out;
  if (format != ResultFormat::table && format != ResultFormat::csv) {
    for (std::size_t file = 0; file < reports.size(); ++file)
      out += json_text(options, clouds, file, reports[file]);
    return out;
  }
  Cells rows;
  for (std::size_t file = 0; file < reports.size(); ++file) {
    const Cells part =
        report_cells(reports[file], reports.size() > 1 ? options.samples[file] : "", for_people);
    rows.insert(rows.end(), part.begin() + (file == 0 ? 0 : 1), part.end());
  }
  if (!for_people) return comma_separated(rows);
  out = aligned(rows);
  for (std::size_t file = 0; options.marginals && file < reports.size(); ++file)
    out += "\n" + (reports.size() > 1 ? options.samples[file] + "\n" : "") +
           aligned(marginal_cells(reports[file], true));
  return out;
}

/// Tells which conditions hold, and whether any does.
bool tell_failures(const EvalOptions& options, const std::vector<CloudReport>& reports, Session& session) {
  bool any = false;
  for (std::size_t file = 0; file < reports.size(); ++file)
    for (const std::string& condition : conditions_met(options.fail_if, reports[file])) {
      session.note(options.samples[file] + ": it holds that " + condition);
      any = true;
    }
  return any;
}

int compare_clouds(EvalOptions& options, Session& session) {
  check_arguments(options);
  if (options.per_row) return write_nearest(options, session);
  const Clouds clouds = read_clouds(options, session);
  conditions_met(options.fail_if, specimen_report(labels_of(options), !options.train.empty(),
                                                  options.marginals, clouds.samples.front().names));
  warn_of_units(options, clouds.reference, session);
  const Coordinates points = coordinates_of(options, clouds);
  if (options.dry_run) {
    print_json({{"sample_rows", points.samples.front().cols()},
                {"reference_rows", points.reference.cols()},
                {"tables", session.report["tables"]},
                {"options", to_json(options)}});
    return exit_done;
  }
  Output output(options.output, !options.no_clobber);
  Progress progress(session);
  std::vector<CloudReport> reports;
  for (std::size_t file = 0; file < points.samples.size(); ++file)
    reports.push_back(report_of(options, clouds, points, file, progress, session));
  progress.end();
  output.write(report_text(options, clouds, reports));
  output.commit();
  if (reports.size() == 1)
    session.report.update(report_json(reports.front()));
  else
    for (std::size_t file = 0; file < reports.size(); ++file)
      session.report["samples"][options.samples[file]] = report_json(reports[file]);
  return tell_failures(options, reports, session) ? exit_answer_no : exit_done;
}

std::string likelihood_text(const EvalOptions& options, const ChosenField& chosen,
                            const RunningEstimate& nats) {
  const Index dim = chosen.field->path_rows();
  if (nats.count() == 0) throw data_error("no-rows", "no rows to score", {options.samples.front()});
  const ResultFormat format = settled(options.format, options.output);
  if (format == ResultFormat::table) return aligned(likelihood_cells(nats, dim, true));
  if (format == ResultFormat::csv) return comma_separated(likelihood_cells(nats, dim, false));
  Json json = {{"samples", options.samples.front()}};
  for (const auto& [key, file] : {std::pair{"model", &options.model}, std::pair{"exact", &options.exact},
                                  std::pair{"mixture", &options.mixture}})
    if (!file->empty()) json[key] = *file;
  json.update({{"columns", chosen.columns},
               {"units", "data"},
               {"rows", nats.count()},
               {"divergence", options.log_density ? to_json(*options.log_density) : Json("closed-form")},
               {"log_likelihood", likelihood_json(nats, dim)}});
  if (!options.weight.empty()) json["weight"] = options.weight;
  return text_of(json) + "\n";
}

void check_scoring(EvalOptions& options) {
  if (!options.reference.empty())
    throw usage_error("model-and-reference", "--reference does not go with --model, --exact and --mixture",
                      "compare with the reference in a run of its own");
  if (options.shard != "1/1" && !options.per_row)
    throw usage_error("shard-of-mean", "--shard goes with --per-row: means of parts are not the mean");
  if (options.log_density_unit != EvalOptions().log_density_unit && !options.per_row)
    throw usage_error("unit-of-mean",
                      "--log-density-unit goes with --per-row: a mean is shown in both units");
  if (options.per_row) refuse_row_table(options);
  if (!options.train.empty() || options.marginals || !options.fail_if.empty())
    throw usage_error("comparison-only", "--train, --marginals and --fail-if go with -r, not with a density",
                      "compare with a reference in a run of its own");
  refuse_several(options, "a log-likelihood");
  settle_samples(options);
}

int score_rows(EvalOptions& options, Session& session) {
  check_scoring(options);
  FieldOptions choice = field_options(options, options.samples.front(), options.weight);
  choice.standardize = options.standardize.value_or(choice.standardize);
  const ChosenField chosen = choose_field(choice, options, options, session);
  settle_density(options, chosen, choice.points);
  StartingPoints start(choice, chosen, options, options.shard, session.seed, 1);
  if (!options.weight.empty() && !start.weighted() && !chosen.weighted)
    throw_no_weight(options, options.samples.front() + " and " + options.exact);
  std::vector<std::string> names;
  if (options.per_row)
    names = with_added_columns({}, point_columns(chosen), options.column_prefix,
                               density_columns(options.log_density.value_or(ExactDivergence{})));
  if (options.dry_run)
    return print_plan(chosen, start.total(), session.report["tables"], to_json(options)), exit_done;

  Output output(options.output, !options.no_clobber);
  std::optional<TableWriter> writer;
  if (options.per_row) {
    writer.emplace(output, row_format(options), names);
    show_classes(chosen, 0, *writer);
    if (start.first_shard()) writer->header();
  }
  const RunningEstimate nats = score(options, chosen, start, writer ? &*writer : nullptr, session);
  if (!writer) output.write(likelihood_text(options, chosen, nats));
  output.commit();
  start.tell(session);
  session.report["rows"] = nats.count();
  if (nats.count() > 0) session.report["log_likelihood"] = likelihood_json(nats, chosen.field->path_rows());
  return exit_done;
}

int run(EvalOptions& options, Session& session) {
  return scores_rows(options) ? score_rows(options, session) : compare_clouds(options, session);
}

}  // namespace

int main(int argc, char** argv) {
  return tool_main<EvalOptions>(
      {.name = "fm-eval",
       .summary = "compares two clouds, every score beside its noise floor; or scores rows by the density of "
                  "a model "
                  "or an exact field",
       .usage = "fm-eval [SAMPLES...] (-r REFERENCE [--train DATA] | -m MODEL | --exact DATA | --mixture "
                "FILE.json) "
                "[--per-row] [options]",
       .examples =
           {"fm-eval new.csv -r quakes-test.csv # all metrics, each beside its floor",
            "fm-sample -m moons.safetensors -n 10k | fm-eval -r moons-test.csv --metric w2 # from a "
            "pipe, one metric",
            "fm-eval new.csv -r quakes-test.csv --standardize columns --format csv # each column in "
            "its own standard deviations",
            "fm-eval a.csv b.csv -r quakes-test.csv --metric w2 --fail-if 'w2 > 1.5 * floor' # two clouds, "
            "exit code 1 "
            "if either is far",
            "fm-eval new.csv -r quakes-test.csv --train quakes.csv --marginals # copies of training rows, "
            "and each "
            "column's own comparison",
            "fm-eval new.csv -r quakes-test.csv --train quakes.csv --per-row # each row with its distances "
            "to the "
            "nearest rows",
            "fm-eval quakes-test.csv -m quakes.safetensors # mean log-likelihood of rows that training "
            "has not seen",
            "fm-eval quakes-test.csv -m quakes.safetensors --per-row # each row with its log-density",
            "fm-train faithful.csv --gaussians auto | fm-eval faithful-test.csv --mixture - # under a fitted "
            "mixture, by its closed form",
            "fm-eval faithful-test.csv --exact faithful.csv --scheduler lipman:sigma_min=0.2 # under a "
            "kernel "
            "density estimate"},
       .notes =
           {"The floor of energy and mmd, which are 0 on average for equal laws, is the 95 % quantile of "
            "their "
            "law where both clouds are one (by permutation). The floor of all others is the same number "
            "between "
            "two halves of the reference: a value/floor near 1 cannot be told from the truth. p is that of "
            "the "
            "permutation test that both laws are one, on at most \"p rows\" rows of each side (of "
            "c2st-network the "
            "exact law of its hits): below .01 in 1 of 100 comparisons of equal laws. Metrics that fall as "
            "laws part "
            "(precision, recall, density, coverage) are tested for being too low.",
            "At most half of the reference's rows are compared at a time. +- is the standard error over the "
            "subsets "
            "drawn from these two files; low and high are a 95 % interval for the mean over files of this "
            "size: by "
            "bootstrap for energy and mmd, from random halves for the others, too wide rather than too "
            "narrow where "
            "laws are nearly equal.",
            "Costs in n rows of each side: energy and mmd n^2 (permutations + bootstrap), some 4 s at 4000 "
            "rows and in "
            "memory of at most 128 MiB beside the rows at any size; sliced-w2 n log n a direction; w2 n^2 "
            "log n to "
            "n^3, at most 20000 rows; precision to coverage, c2st-knn and memorisation n^2; c2st-linear n "
            "D^2; "
            "c2st-network by its steps. --max-rows says n; \"rows\" in the result is what was compared.",
            "memorisation (--train) is the share of samples nearer to a training row than to any of as many "
            "rows of "
            "REFERENCE: 1/2 for a model that generalises, with copies, the share of samples equal to a "
            "training "
            "row, in JSON. Conditions of --fail-if name results by their JSON keys: w2, w2.floor, w2.p, "
            "sliced_w2.low, "
            "memorisation.copies, marginals.lat.w1, correlation.largest_difference; a lone floor or p is "
            "that of what "
            "was named last; + - * / ( ) < <= > >= == != and or not.",
            "With --weight a table stands for its weighted law. To compare clouds, each row stays with a "
            "probability in proportion to its weight, the heaviest surely: a plain sample of that law, in "
            "which "
            "no row comes twice, so that floors and p keep their meaning; how many stay is told. A "
            "log-likelihood is the weighted mean over all rows.",
            "Log-likelihoods are in data units: nats are the mean of log p, bits-per-dimension that of log2 "
            "p / columns, higher is better. Only models trained from a normal source have densities. Those "
            "of --exact and "
            "--mixture are closed forms unless --log-density asks for the way along the ODE; the rows of "
            "--exact have one only under a scheduler that ends with noise (lipman, ve): their kernel density "
            "estimate, its bandwidth sigma(1) in coordinates; or on --path adaptive: that with a bandwidth "
            "for each row, small where rows are dense."}},
      argc, argv, run);
}
