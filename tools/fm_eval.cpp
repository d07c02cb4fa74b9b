// fm-eval: compares a cloud of samples with a reference, each score beside its noise floor.
#include <algorithm>
#include <cmath>
#include <optional>

#include "cli/progress.h"
#include "cli/result_format.h"
#include "cli/rows_read.h"
#include "cli/tool.h"
#include "data/dataset.h"
#include "data/standardiser.h"
#include "io/output.h"
#include "metrics/two_sample.h"

using namespace fm;

namespace {

struct EvalOptions : TwoSampleOptions, ReadOptions, RunOptions {
  std::string samples;
  std::string reference;
  std::vector<Metric> metric = {Energy{}, SlicedW2{}, W2{}};
  Standardize standardize = Standardize::none;
  ResultFormat format = ResultFormat::automatic;

  static constexpr auto fields() {
    using O = EvalOptions;
    constexpr auto group = "Comparison";
    return std::tuple_cat(
        std::tuple{field("samples", &O::samples, "the cloud to judge (default: standard input)")
                       .positional()
                       .shown_as("FILE")
                       .in(group),
                   field("reference", &O::reference,
                         "points of the true distribution, best ones that training has not seen")
                       .flag('r')
                       .shown_as("FILE")
                       .in(group),
                   field("metric", &O::metric, "what to compute").shown_as("LIST").in(group),
                   field("standardize", &O::standardize,
                         "units: none is data units, columns divides each column by the reference's standard "
                         "deviation")
                       .in(group)},
        TwoSampleOptions::fields(),
        std::tuple{field("format", &O::format, "table on a terminal, JSON otherwise").flag('f').in("Output")},
        ReadOptions::fields(), RunOptions::fields());
  }
};

/// Two clouds over the same columns.
struct Clouds {
  Dataset samples, reference;
};

Clouds read_clouds(const EvalOptions& options, Session& session) {
  Clouds clouds;
  clouds.samples = read_dataset(options.samples, options);
  session.detail(clouds.samples.decisions);
  tell_rows(session, options.samples, clouds.samples.summary);
  clouds.reference = read_alongside(clouds.samples, options.reference, options);
  session.detail(clouds.reference.decisions);
  tell_rows(session, options.reference, clouds.reference.summary);
  return clouds;
}

/// A metric's name; with its parameters where several of the list share it.
std::string label(const Metric& metric, const std::vector<Metric>& all) {
  const auto same_name = [&](const Metric& other) { return name_of(other) == name_of(metric); };
  return std::count_if(all.begin(), all.end(), same_name) > 1 ? print_value(metric) : name_of(metric);
}

/// "sliced-w2" is the key "sliced_w2".
std::string key_of(std::string name) {
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

Json result_json(const TwoSampleResult& result) {
  Json json = {{"value", result.value}, {"floor", result.floor}};
  const auto add = [&](const char* key, const std::optional<double>& number) {
    if (number && std::isfinite(*number)) json[key] = *number;
  };
  add("value_error", result.value_error);
  add("floor_error", result.floor_error);
  add("ratio", result.ratio);
  add("p_value", result.p_value);
  json["rows"] = result.rows;
  json["repeats"] = result.repeats;
  return json;
}

std::string json_text(const EvalOptions& options, const Clouds& clouds,
                      const std::vector<TwoSampleResult>& results) {
  Json json = {
      {"samples", options.samples},
      {"reference", options.reference},
      {"columns", clouds.samples.names},
      {"units", print_value(options.standardize) == "none" ? "data" : print_value(options.standardize)},
      {"sample_rows", clouds.samples.points.cols()},
      {"reference_rows", clouds.reference.points.cols()}};
  for (const TwoSampleResult& result : results) json[key_of(result.metric)] = result_json(result);
  return text_of(json) + "\n";
}

/// Cells of the table and the CSV; an empty one where a metric has no such number.
std::vector<std::vector<std::string>> cells(const std::vector<TwoSampleResult>& results,
                                            bool rounded_numbers) {
  const auto text = [&](const std::optional<double>& number) {
    if (!number || !std::isfinite(*number)) return std::string();
    return rounded_numbers ? rounded(*number) : shortest(*number);
  };
  std::vector<std::vector<std::string>> rows = {
      {"metric", "value", "+-", "floor", "+-", "value/floor", "p", "rows", "repeats"}};
  if (!rounded_numbers)
    rows.front()[2] = "value_error", rows.front()[4] = "floor_error", rows.front()[5] = "ratio",
    rows.front()[6] = "p_value";
  for (const TwoSampleResult& r : results)
    rows.push_back({r.metric, text(r.value), text(r.value_error), text(r.floor), text(r.floor_error),
                    text(r.ratio), text(r.p_value), std::to_string(r.rows), std::to_string(r.repeats)});
  return rows;
}

void check_arguments(EvalOptions& options) {
  if (options.reference.empty())
    throw usage_error("no-reference", "no reference to compare with", "name one with -r FILE");
  options.samples = input_or_stdin(options.samples, "samples");
  if (options.reference == "-") options.reference = input_or_stdin(options.reference, "reference");
  refuse_two_stdins({options.samples, options.reference});
  check_outputs({options.output, options.report}, {options.samples, options.reference, options.config});
}

/// Says so where distances in data units are those of one column alone.
void warn_of_units(const EvalOptions& options, const Dataset& reference, const Session& session) {
  if (options.standardize != Standardize::none || reference.points.rows() < 2) return;
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

int run(EvalOptions& options, Session& session) {
  check_arguments(options);
  const Clouds clouds = read_clouds(options, session);
  warn_of_units(options, clouds.reference, session);
  const Standardiser units = fit_standardiser(clouds.reference.points, options.standardize);
  const Points samples = to_coordinates(units, clouds.samples.points);
  const Points reference = to_coordinates(units, clouds.reference.points);
  if (options.dry_run) {
    print_json({{"sample_rows", samples.cols()},
                {"reference_rows", reference.cols()},
                {"tables", session.report["tables"]},
                {"options", to_json(options)}});
    return exit_done;
  }
  Output output(options.output, !options.no_clobber);
  Progress progress(session);
  std::vector<TwoSampleResult> results;
  for (const Metric& metric : options.metric) {
    results.push_back(two_sample(metric, samples, reference, options, session.seed));
    results.back().metric = label(metric, options.metric);
    progress.update(static_cast<double>(results.size()) / static_cast<double>(options.metric.size()),
                    name_of(metric));
  }
  progress.end();
  const ResultFormat format = settled(options.format, options.output);
  output.write(format == ResultFormat::table ? aligned(cells(results, true))
               : format == ResultFormat::csv ? comma_separated(cells(results, false))
                                             : json_text(options, clouds, results));
  output.commit();
  for (const TwoSampleResult& result : results) session.report[key_of(result.metric)] = result_json(result);
  return exit_done;
}

}  // namespace

int main(int argc, char** argv) {
  return tool_main<EvalOptions>(
      {.name = "fm-eval",
       .summary = "compares two clouds; every score stands beside its noise floor",
       .usage = "fm-eval [SAMPLES] -r REFERENCE [options]",
       .examples = {"fm-eval new.csv -r quakes-test.csv # all metrics, each beside its floor",
                    "fm-sample -m moons.safetensors -n 10k | fm-eval -r moons-test.csv --metric w2 # from a "
                    "pipe, one metric",
                    "fm-eval new.csv -r quakes-test.csv --standardize columns --format csv # each column in "
                    "its own standard deviations"},
       .notes =
           {"The floor of w2 and sliced-w2 is the same distance between two halves of the reference: a "
            "value/floor near 1 cannot be "
            "told from the truth. The floor of energy is the 95 % quantile of its law when both clouds "
            "are one (by permutation), and p its p-value. "
            "At most half of the reference's rows are compared at a time. +- is the standard error over the "
            "subsets drawn from these two files; that the files themselves are samples is not in it, so "
            "judge by "
            "several samples where it matters."}},
      argc, argv, run);
}
