#include "cli/path_choice.h"

#include "cli/rows_read.h"
#include "core/text.h"
#include "flow/rescheduled_field.h"
#include "model/model_file.h"

namespace fm {

namespace {

void settle_inputs(PathChoice& options, const RunOptions& run) {
  if (!options.exact.empty() && !options.mixture.empty())
    throw usage_error("two-fields", "--exact and --mixture exclude each other");
  if (options.exact.empty() && options.mixture.empty())
    throw usage_error("no-law", "no law is named whose exact field is known",
                      "--exact DATA for the rows of a table, --mixture FILE.json for normal laws");
  if (options.exact.empty() && !options.weight.empty())
    throw usage_error("exact-only", "--weight weighs the rows of --exact DATA");
  if (!options.model.empty() && is_changed(options, &PathChoice::standardize))
    throw usage_error("exact-only", "--standardize goes without a model; a model brings its own coordinates");
  if (!options.model.empty() && options.path)
    throw usage_error("exact-only", "--path goes without a model; a model brings its own");
  if (options.exact == "-") options.exact = input_or_stdin(options.exact, "table");
  if (options.mixture == "-") options.mixture = input_or_stdin(options.mixture, "mixture");
  if (options.model == "-") options.model = input_or_stdin(options.model, "model");
  refuse_two_stdins({options.exact, options.mixture, options.model});
  check_outputs(run, {options.exact, options.mixture, options.model});
}

void take_model(ChosenPath& chosen, Model model, const Session& session) {
  if (const std::string source = model.options.value("source", "normal"); source != "normal")
    throw usage_error("normal-source", "the model carries points of " + in_quotes(source) +
                                           "; the exact field is that of a normal source");
  const TrainingOptions trained = training_options(model);
  if (!model.conditions.empty())
    throw usage_error("conditional-model",
                      "the model's field depends on conditions; the exact field is that of all rows together",
                      "train one without: fm-train without --condition");
  if (std::holds_alternative<BridgePath>(trained.path))
    throw usage_error("bridge-path",
                      "the model learned the path " + print_value(trained.path) +
                          ", on whose bridges the loss, the floor and the energy are infinite; the exact "
                          "field is that of a path without such noise");
  if (!std::holds_alternative<Independent>(trained.coupling))
    session.warn("the model learned from pairs of coupling " + print_value(trained.coupling) +
                 "; the exact field is that of independent pairs, and the distance to it is more than the "
                 "error of the training");
  chosen.coordinates = model.coordinates;
  chosen.columns = model.columns;
  chosen.conditional = trained.path;
  chosen.model = TrainedNetwork{std::move(model.network), model.moments, trained.scheduler};
}

void take_rows(ChosenPath& chosen, const PathChoice& options, const ReadOptions& reading,
               const WantedColumns& wanted, Session& session) {
  Dataset data = read_told(options.exact, reading, session, wanted);
  if (!chosen.model) {
    chosen.coordinates = fit_standardiser_of(data.points, data.weights, options.standardize);
    chosen.columns = data.names;
  }
  chosen.weights = std::move(data.weights);
  chosen.bandwidths = std::move(data.bandwidths);
  chosen.law = std::move(data.points);
}

void take_mixture(ChosenPath& chosen, const PathChoice& options, bool model_has_names) {
  MixtureFile file = load_mixture(options.mixture);
  if (!chosen.model) {
    chosen.coordinates = fit_standardiser(file.mixture, options.standardize);
    chosen.columns = file.columns;
  }
  const bool names_matter = file.has_names && model_has_names;
  if (file.columns.size() != chosen.columns.size() || (names_matter && file.columns != chosen.columns))
    throw data_error("law-columns", "the mixture's columns are " + joined(file.columns, ", ") +
                                        ", those of the model " + joined(chosen.columns, ", "));
  chosen.law = std::move(file.mixture);
}

ExactPath path_to(const Points& rows, const ChosenPath& chosen, const Scheduler& scheduler) {
  return {to_coordinates(chosen.coordinates, rows), chosen.weights, scheduler, chosen.conditional,
          chosen.bandwidths};
}
ExactPath path_to(const Mixture& mixture, const ChosenPath& chosen, const Scheduler& scheduler) {
  return {to_coordinates(chosen.coordinates, mixture), scheduler};
}

}  // namespace

MeasuredPath ChosenPath::under(const Scheduler& scheduler) const {
  MeasuredPath measured{std::visit([&](const auto& data) { return path_to(data, *this, scheduler); }, law),
                        nullptr};
  if (!model) return measured;
  auto field = std::make_unique<NetworkField>(model->network);
  if (print_value(scheduler) == print_value(model->scheduler))
    measured.model = std::move(field);
  else
    measured.model =
        std::make_unique<RescheduledField>(std::move(field), model->scheduler, scheduler, model->moments);
  return measured;
}

ChosenPath choose_path(PathChoice& options, const ReadOptions& reading, const RunOptions& run,
                       Session& session) {
  settle_inputs(options, run);
  ChosenPath chosen;
  chosen.conditional = options.path.value_or(AffinePath{});
  WantedColumns wanted;
  wanted.weight = options.weight;
  if (!options.model.empty()) {
    Model model = load_model(options.model);
    wanted.names = model.columns;
    wanted.has_names = model.has_names;
    take_model(chosen, std::move(model), session);
  }
  wanted.bandwidth = bandwidth_column(chosen.conditional);
  if (options.mixture.empty()) {
    take_rows(chosen, options, reading, wanted, session);
  } else {
    check_path_without_rows(chosen.conditional);
    take_mixture(chosen, options, wanted.has_names);
  }
  return chosen;
}

Scheduler settled_scheduler(const ChosenPath& chosen, const std::optional<Scheduler>& given) {
  if (given) return *given;
  return chosen.model ? chosen.model->scheduler : Scheduler(CondOt{});
}

}  // namespace fm
