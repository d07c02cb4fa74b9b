#include "cli/cloud_comparison.h"

#include "cli/cloud_report.h"
#include "cli/condition_choice.h"
#include "cli/evaluated_clouds.h"
#include "cli/files.h"
#include "cli/nearest_rows.h"
#include "cli/progress.h"
#include "cli/two_sample_text.h"
#include "core/error.h"
#include "core/value.h"
#include "io/output.h"

namespace fm {

namespace {

/// The column of the weights, and how many rows there were before they were thinned.
void add_weights(const EvalOptions& options, const Dataset& samples, const Dataset& reference, Json& json) {
  if (options.weight.empty()) return;
  json["weight"] = options.weight;
  if (const Index rows = samples.weights.size()) json["sample_rows_weighted"] = rows;
  if (const Index rows = reference.weights.size()) json["reference_rows_weighted"] = rows;
}

std::string json_text(const EvalOptions& options, const EvaluatedClouds& clouds, std::size_t file,
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
  if (report.failed) json["failed"] = *report.failed;
  return text_of(json) + "\n";
}

/// Throws usage errors "no-conditions" and "model-only" for options of the scoring of rows.
void refuse_scoring(const EvalOptions& options) {
  refuse_conditions(options);
  ScoringOptions scoring = options;
  scoring.per_row = false;  // goes with both
  const std::string why = "goes with a model or an exact field",
                    hint = "name one with -m, --exact or --mixture FILE";
  refuse_changed(scoring, "model-only", why, hint);
  refuse_changed<ShardOptions>(options, "model-only", why, hint);
}

void check_arguments(EvalOptions& options) {
  refuse_scoring(options);
  if (options.reference.empty() && !wants_nearest(options))
    throw usage_error("no-reference", "no reference to compare with",
                      "name one with -r FILE, or a model with -m FILE for log-likelihoods");
  settle_samples(options);
  settle_others(options);
  std::vector<std::string> inputs = options.samples;
  inputs.insert(inputs.end(), {options.reference, options.train});
  refuse_two_stdins(inputs);
  check_outputs(options, inputs);
  if (options.per_row) return check_nearest(options);
  if (options.metric.empty() && options.train.empty() && !options.marginals)
    throw usage_error("no-metric", "--metric: the list is empty, so there is nothing to compute",
                      "name one, or leave --metric out: --metric w2");
  check_options(options);
  const ResultFormat format = settled(options.format, options.output);
  if (options.marginals && format == ResultFormat::csv)
    throw usage_error("marginals-csv", "--marginals goes with a table or JSON: its rows are columns",
                      "choose --format json");
}

/// Neighbours are found by comparison of all pairs.
constexpr Index memorisation_rows = 10000;

CloudReport report_of(const EvalOptions& options, const EvaluatedClouds& clouds, const Coordinates& points,
                      std::size_t file, Progress& progress, const Session& session) {
  CloudReport report;
  report.columns = clouds.samples.front().names;
  const Points& samples = points.samples(file);
  const auto files = static_cast<double>(clouds.samples.size());
  for (const Metric& metric : options.metric) {
    report.metrics.push_back(two_sample(metric, samples, points.reference(), options, session.seed));
    report.metrics.back().metric = label(metric, options.metric);
    const double part =
        static_cast<double>(report.metrics.size()) / static_cast<double>(options.metric.size());
    progress.update((static_cast<double>(file) + part) / files, name_of(metric));
  }
  if (!options.train.empty())
    report.memorisation = memorisation(samples, points.training(), points.reference(),
                                       options.max_rows > 0 ? options.max_rows : memorisation_rows,
                                       options.permutations, session.seed);
  if (options.marginals)
    report.marginals = compare_marginals(clouds.samples[file].points, clouds.reference.points, session.seed);
  return report;
}

std::string report_text(const EvalOptions& options, const EvaluatedClouds& clouds,
                        const std::vector<CloudReport>& reports) {
  const ResultFormat format = settled(options.format, options.output);
  const bool for_people = format == ResultFormat::table;
  const auto shown = [&](const std::string& file) { return for_people ? escaped(file, file.size()) : file; };
  std::string out;
  if (format != ResultFormat::table && format != ResultFormat::csv) {
    for (std::size_t file = 0; file < reports.size(); ++file)
      out += json_text(options, clouds, file, reports[file]);
    return out;
  }
  Cells rows;
  for (std::size_t file = 0; file < reports.size(); ++file) {
    const Cells part =
        report_cells(reports[file], reports.size() > 1 ? shown(options.samples[file]) : "", for_people);
    rows.insert(rows.end(), part.begin() + (file == 0 ? 0 : 1), part.end());
  }
  if (!for_people) return comma_separated(rows);
  out = aligned(rows);
  for (std::size_t file = 0; options.marginals && file < reports.size(); ++file)
    out += "\n" + (reports.size() > 1 ? shown(options.samples[file]) + "\n" : "") +
           aligned(marginal_cells(reports[file], true));
  return out;
}

/// Judges each report by the conditions. The error of one that names a number which these rows do not give is
/// returned, not thrown: what was computed is to be written first.
std::optional<Error> judge(const std::vector<std::string>& conditions, std::vector<CloudReport>& reports) {
  std::optional<Error> unjudged;
  if (conditions.empty()) return unjudged;
  for (CloudReport& report : reports) {
    try {
      report.failed = conditions_met(conditions, report);
    } catch (const Error& error) {
      unjudged = error;
    }
  }
  return unjudged;
}

/// Tells which conditions hold, and whether any does.
bool tell_failures(const EvalOptions& options, const std::vector<CloudReport>& reports,
                   const Session& session) {
  bool any = false;
  for (std::size_t file = 0; file < reports.size(); ++file) {
    if (!reports[file].failed) continue;
    for (const std::string& condition : *reports[file].failed) {
      session.note(options.samples[file] + ": it holds that " + condition);
      any = true;
    }
  }
  return any;
}

}  // namespace

int compare_clouds(EvalOptions& options, Session& session) {
  check_arguments(options);
  if (options.per_row) return write_nearest(options, session);
  const EvaluatedClouds clouds = read_clouds(options, session);
  check_conditions(options.fail_if, specimen_report(options.metric, options, !options.train.empty(),
                                                    options.marginals, clouds.samples.front().names));
  warn_of_units(options, clouds.reference, session);
  const Coordinates points(options, clouds);
  for (std::size_t file = 0; file < clouds.samples.size(); ++file)
    for (const Metric& metric : options.metric)
      check_rows(metric, points.samples(file).cols(), points.reference().cols(), options);
  if (options.dry_run) {
    print_json({{"sample_rows", points.samples(0).cols()},
                {"reference_rows", points.reference().cols()},
                {"tables", session.report["tables"]},
                {"options", to_json(options)}});
    return exit_done;
  }
  Output output(options.output, !options.no_clobber);
  Progress progress(session);
  std::vector<CloudReport> reports;
  for (std::size_t file = 0; file < clouds.samples.size(); ++file)
    reports.push_back(report_of(options, clouds, points, file, progress, session));
  progress.end();
  const std::optional<Error> unjudged = judge(options.fail_if, reports);
  output.write(report_text(options, clouds, reports));
  output.commit();
  if (reports.size() == 1)
    session.report.update(report_json(reports.front()));
  else
    for (std::size_t file = 0; file < reports.size(); ++file)
      session.report["samples"][options.samples[file]] = report_json(reports[file]);
  const bool failed = tell_failures(options, reports, session);
  if (unjudged) throw *unjudged;
  return failed ? exit_answer_no : exit_done;
}

}  // namespace fm
