#include "cli/row_evaluation.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include "cli/calibration_text.h"
#include "cli/evaluated_clouds.h"
#include "cli/field_choice.h"
#include "cli/files.h"
#include "cli/nearest_rows.h"
#include "cli/rows_read.h"
#include "core/error.h"
#include "core/in_file.h"
#include "core/numeric.h"
#include "core/value.h"
#include "io/output.h"
#include "metrics/calibration.h"

namespace fm {

namespace {

std::string likelihood_text(const EvalOptions& options, const ChosenField& chosen,
                            const RunningEstimate& nats, const std::optional<Calibration>& calibration) {
  const Index dim = chosen.field->path_rows();
  if (nats.count() == 0) throw data_error("no-rows", "no rows to score", {options.samples.front()});
  const ResultFormat format = settled(options.format, options.output);
  if (format == ResultFormat::table || format == ResultFormat::csv) {
    const bool for_people = format == ResultFormat::table;
    Cells cells = likelihood_cells(nats, dim, for_people);
    if (calibration) add_calibration(*calibration, for_people, cells);
    return for_people ? aligned(cells) : comma_separated(cells);
  }
  Json json = {{"samples", options.samples.front()}};
  for (const auto& [key, file] : {std::pair{"model", &options.model}, std::pair{"exact", &options.exact},
                                  std::pair{"mixture", &options.mixture}})
    if (!file->empty()) json[key] = *file;
  json.update({{"columns", chosen.columns},
               {"units", "data"},
               {"rows", nats.count()},
               {"divergence", options.log_density ? to_json(*options.log_density) : Json("closed-form")},
               {"log_likelihood", likelihood_json(nats, dim)}});
  if (calibration) json["calibration"] = calibration_json(*calibration);
  if (!options.weight.empty()) json["weight"] = options.weight;
  return text_of(json) + "\n";
}

void check_scoring(EvalOptions& options) {
  if (!options.reference.empty() && !options.per_row)
    throw usage_error(
        "model-and-reference", "--reference goes with --model, --exact and --mixture in --per-row only",
        "--per-row gives each row's distance and density; compare the clouds in a run of its own");
  if (is_changed(options, &ShardOptions::shard) && !options.per_row)
    throw usage_error("shard-of-mean", "--shard goes with --per-row: means of parts are not the mean");
  if (is_changed(options, &DensityOptions::log_density_unit) && !options.per_row)
    throw usage_error("unit-of-mean",
                      "--log-density-unit goes with --per-row: a mean is shown in both units");
  if (options.per_row) refuse_row_table(options);
  if (options.calibration && (options.per_row || !options.weight.empty()))
    throw usage_error("calibration-alone",
                      "--calibration judges all rows alike: without --per-row and --weight",
                      "ask for it in a run of its own");
  if (!options.train.empty() && !options.per_row)
    throw usage_error("comparison-only", "--train goes with -r or --per-row, not with a mean log-likelihood",
                      "--per-row gives each row's distance to the nearest of them beside its density");
  const std::string why = "goes with -r, not with a density",
                    hint = "compare with a reference in a run of its own";
  refuse_changed<ComparisonOptions>(options, "comparison-only", why, hint);
  refuse_several(options, "a log-likelihood");
  settle_samples(options);
  settle_others(options);
  refuse_two_stdins({options.samples.front(), options.model, options.exact, options.mixture,
                     options.reference, options.train});
  check_outputs(options, {options.reference, options.train});
}

/// A table of the field's columns, to read others alongside.
Dataset like_points_of(const ChosenField& chosen) {
  Dataset columns;
  columns.names = chosen.columns;
  columns.has_names = chosen.has_names;
  return columns;
}

std::vector<std::string> row_names(const EvalOptions& options, const ChosenField& chosen,
                                   const NearestColumns& nearest) {
  std::vector<std::string> added = nearest.names();
  for (const std::string& name : density_columns(options.log_density.value_or(ExactDivergence{})))
    added.push_back(name);
  return with_added_columns({}, point_columns(chosen), options.column_prefix, added);
}

}  // namespace

int score_rows(EvalOptions& options, Session& session) {
  check_scoring(options);
  FieldOptions choice = field_options(options, options.samples.front(), options.weight);
  if (options.model.empty() || !wants_nearest(options))  // else the units of distances: a model has its own
    choice.standardize = options.standardize.value_or(choice.standardize);
  const ChosenField chosen = choose_field(choice, options, options, session);
  settle_density(options, chosen, choice.points);
  if (options.calibration && chosen.conditions.used)
    throw usage_error(
        "calibration-conditions",
        "--calibration draws the model's own points without conditions, and rows here have them, "
        "by --given or by a column",
        "--guidance 0, without --given, takes the field without them");
  StartingPoints start(choice, chosen, options, options.shard, session.seed, 1);
  const EvaluatedClouds others = read_other_clouds(options, like_points_of(chosen), session);
  if (!options.weight.empty() && !start.weighted() && !chosen.weighted && !any_weighted(others))
    throw_no_weight(options.weight, options.samples.front() + " and " + options.exact);
  NearestColumns nearest = nearest_columns(options, others, session);
  std::vector<std::string> names;
  if (options.per_row) names = row_names(options, chosen, nearest);
  if (options.dry_run)
    return print_plan(chosen, start.total(), session.report["tables"], to_json(options)), exit_done;

  Output output(options.output, !options.no_clobber);
  std::optional<RowTable> table;
  if (options.per_row) {
    table.emplace(RowTable{TableWriter(output, row_format(options), names), std::move(nearest)});
    show_classes(chosen, 0, table->writer);
    if (start.first_shard()) table->writer.header();
  }
  std::vector<double> kept;
  RunningEstimate nats;
  try {
    nats = score(options, chosen, start, table ? &*table : nullptr, options.calibration ? &kept : nullptr,
                 session);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::numeric) throw;
    throw in_file(error, options.samples.front());
  }
  std::optional<Calibration> calibration;
  if (options.calibration && !kept.empty())
    calibration = calibrate(Eigen::Map<const Vector>(kept.data(), std::ssize(kept)),
                            densities_of_draws(options, options, chosen, session), session.seed);
  if (!table) output.write(likelihood_text(options, chosen, nats, calibration));
  output.commit();
  start.tell(session);
  session.report["rows"] = nats.count();
  if (calibration) session.report["calibration"] = calibration_json(*calibration);
  if (nats.count() > 0) session.report["log_likelihood"] = likelihood_json(nats, chosen.field->path_rows());
  return exit_done;
}

}  // namespace fm
