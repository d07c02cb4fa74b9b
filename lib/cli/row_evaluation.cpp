#include "cli/row_evaluation.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include "cli/calibration_text.h"
#include "cli/field_choice.h"
#include "cli/rows_read.h"
#include "core/error.h"
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
  if (!options.reference.empty())
    throw usage_error("model-and-reference", "--reference does not go with --model, --exact and --mixture",
                      "compare with the reference in a run of its own");
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
  const std::string why = "goes with -r, not with a density",
                    hint = "compare with a reference in a run of its own";
  refuse_changed<ComparisonOptions>(options, "comparison-only", why, hint);
  if (!options.train.empty()) throw usage_error("comparison-only", "--train " + why, hint);
  refuse_several(options, "a log-likelihood");
  settle_samples(options);
}

}  // namespace

int score_rows(EvalOptions& options, Session& session) {
  check_scoring(options);
  FieldOptions choice = field_options(options, options.samples.front(), options.weight);
  choice.standardize = options.standardize.value_or(choice.standardize);
  const ChosenField chosen = choose_field(choice, options, options, session);
  settle_density(options, chosen, choice.points);
  if (options.calibration && chosen.conditions.used)
    throw usage_error("calibration-conditions",
                      "--calibration has no conditions to draw the model's points with",
                      "--guidance 0 takes the field without them");
  StartingPoints start(choice, chosen, options, options.shard, session.seed, 1);
  if (!options.weight.empty() && !start.weighted() && !chosen.weighted)
    throw_no_weight(options.weight, options.samples.front() + " and " + options.exact);
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
  std::vector<double> kept;
  const RunningEstimate nats = score(options, chosen, start, writer ? &*writer : nullptr,
                                     options.calibration ? &kept : nullptr, session);
  std::optional<Calibration> calibration;
  if (options.calibration && !kept.empty())
    calibration = calibrate(Eigen::Map<const Vector>(kept.data(), std::ssize(kept)),
                            densities_of_draws(options, options, chosen, session), session.seed);
  if (!writer) output.write(likelihood_text(options, chosen, nats, calibration));
  output.commit();
  start.tell(session);
  session.report["rows"] = nats.count();
  if (calibration) session.report["calibration"] = calibration_json(*calibration);
  if (nats.count() > 0) session.report["log_likelihood"] = likelihood_json(nats, chosen.field->path_rows());
  return exit_done;
}

}  // namespace fm
