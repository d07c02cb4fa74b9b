// fm-train: learns a velocity field from a point cloud and writes a model.
#include <signal.h>

#include <cmath>
#include <optional>

#include "cli/gaussians.h"
#include "cli/job_array.h"
#include "cli/learned_by_heart.h"
#include "cli/signals.h"
#include "cli/tool.h"
#include "cli/train_options.h"
#include "cli/training_floor.h"
#include "cli/training_monitor.h"
#include "cli/training_report.h"
#include "io/output.h"
#include "model/model_file.h"
#include "model/trainer.h"
#include "model/training_defaults.h"
#include "model/training_plan.h"

using namespace fm;

namespace {

void print_plan(const TrainOptions& options, const TrainingClouds& clouds, const Json& tables) {
  const Dataset& target = clouds.target;
  Json plan = {{"rows", target.points.cols()}, {"columns", target.names}};
  if (options.gaussians.empty())
    plan["parameters"] = plan_training(target, coordinates_of(clouds, options), options).parameters;
  plan["tables"] = tables;
  plan["options"] = to_json(options);
  if (clouds.source) plan["source_rows"] = clouds.source->points.cols();
  print_json(plan);
}

void check_condition(const TrainOptions& options) {
  if (options.condition.empty() && (is_changed(options, &TrainingOptions::condition_dropout) ||
                                    is_changed(options, &TrainingOptions::condition_weight)))
    throw usage_error(
        "condition-alone",
        "--condition-dropout and --condition-weight say how conditions are used, and there are none",
        "name their columns: --condition COLS");
  if (options.condition.empty()) return;
  if (!options.pairs.empty())
    throw usage_error("condition-and-pairs", "--pairs hold two clouds only: --condition does not go with it");
  if (!options.gaussians.empty())
    throw usage_error("gaussians-only", "--condition trains a network; --gaussians fits none");
  if (options.floor)
    throw usage_error("floor-unknown", "--floor: the floor is known without --condition only");
}

/// With --pairs, the pairs are data, source and coupling in one.
void settle_pairs(TrainOptions& options) {
  if (!options.data.empty())
    throw usage_error("pairs-and-data", "--pairs brings both clouds: DATA is not taken beside it",
                      "leave " + in_quotes(options.data) + " out, or --pairs");
  if (!options.weight.empty())
    throw usage_error("pairs-and-weight",
                      "--weight weighs the rows of DATA; pairs bring their own column weight",
                      "leave --weight out");
  if (options.source && !normal_source(options) && *options.source != options.pairs)
    throw usage_error("pairs-and-data", "--pairs brings both clouds: --source is not taken beside it");
  if (is_changed(options, &TrainingOptions::coupling))
    throw usage_error("pairs-coupling",
                      "pairs that are given are not coupled: --coupling does not go with "
                      "--pairs",
                      "leave --coupling out");
  if (options.pairs == "-") options.pairs = input_or_stdin(options.pairs, "table of pairs");
  if (!options.source) options.source = options.pairs;  // the model transports points, and says of which file
}

void check_validation(const TrainOptions& options) {
  const bool held_out = options.validation > 0 || !options.validation_file.empty();
  if (options.patience > 0 && !held_out)
    throw usage_error("patience-alone", "--patience counts checks of held-out rows, and there are none",
                      "hold some out: --validation 0.1");
  if (options.validation_file.empty()) return;
  if (options.validation > 0)
    throw usage_error("validation-twice", "--validation and --validation-file both say what to judge by",
                      "leave one of them out");
  if (!options.pairs.empty() || !options.condition.empty())
    throw usage_error("validation-file-only", "--validation-file does not go with --pairs and --condition",
                      "hold out a share of the rows: --validation 0.1");
}

/// Steps from epochs, or chosen for the rows to learn from among `all`.
void settle_steps(TrainOptions& options, Index all, Session& session) {
  const Index rows = all - held_out_rows(options.validation, all);
  const double steps = options.epochs * static_cast<double>(rows) / static_cast<double>(options.batch_size);
  if (options.epochs > 0) options.steps = std::max<std::int64_t>(1, std::llround(steps));
  const bool chosen = options.steps == 0;
  options.TrainingOptions::operator=(settled(options, rows));
  if (chosen)
    session.detail(std::to_string(options.steps) + " steps, chosen for " + std::to_string(rows) + " rows");
  options.epochs = 0;
}

/// Steps until the training ends. False if it was asked to end before.
bool run_to_end(Training& training, TrainingMonitor& monitor, Checkpoints& checkpoints) {
  while (!training.stopped()) {
    training.step();
    if (training.stopped() == Stopped::non_finite) break;
    const bool go_on = monitor(training.progress());
    if (training.stopped()) break;
    checkpoints.after_step(training);
    if (!go_on || checkpoints.out_of_time()) training.stop();
  }
  handle_signals_gently(Gentle::none);
  monitor.finish();
  return training.stopped() != Stopped::caller && pending_signal() == 0;
}

/// What to do with a training that was asked to end: its state is kept if there is a place for it.
int pause(const Training& training, Checkpoints& checkpoints, const Session& session) {
  const std::string done = "stopped after " + std::to_string(training.progress().step) + " steps";
  const bool saved = checkpoints.save(training);
  const int signal = pending_signal();
  session.note(done + (saved ? "; --resume auto goes on from here" : " by a signal; nothing is written"));
  if (signal != 0 && (signal != SIGUSR1 || !saved)) throw Interrupted{signal};
  return exit_paused;
}

/// What is allowed, but perhaps not meant.
void warn_of_path(const TrainOptions& options, const Session& session) {
  if (std::holds_alternative<Partial>(options.coupling))
    session.warn(
        "--coupling partial learns the law of the rows that are cheapest to reach, not that of all rows");
  const auto* const bridge = std::get_if<BridgePath>(&options.path);
  if (!bridge || !options.pairs.empty()) return;
  const double reg = 2 * bridge->std * bridge->std;
  const auto* const sinkhorn = std::get_if<Sinkhorn>(&options.coupling);
  if (!sinkhorn || std::abs(sinkhorn->reg_abs - reg) > 1e-6 * reg)
    session.warn("--path " + print_value(options.path) +
                 " is a Schroedinger bridge between pairs of --coupling sinkhorn:reg_abs=" + shortest(reg) +
                 " only; between others it is a mixture of Brownian bridges");
}

void check_arguments(TrainOptions& options) {
  if (options.pairs.empty()) {
    options.data = input_or_stdin(options.data, "point cloud");
    if (!options.source) options.source = "normal";
  } else {
    settle_pairs(options);
  }
  refuse_two_stdins({options.data, *options.source, options.validation_file});
  check_outputs({{"--output", options.output},
                 {"--log", options.log},
                 {"--report", options.report},
                 {"--checkpoint", options.checkpoint}},
                {options.data, *options.source, options.pairs, options.validation_file, options.config});
  check_checkpoints(options);
  check_validation(options);
  if (options.epochs > 0 && options.steps > 0)
    throw usage_error("steps-and-epochs", "--steps and --epochs both say how long to train",
                      "leave one of them out");
  if (options.dry_run) try_output(options.log, true);
  if (!options.gaussians.empty()) {
    const std::string why = "trains a network; --gaussians fits none";
    refuse_changed<TrainingOptions>(options, "gaussians-only", why);
    refuse_changed<CheckpointOptions>(options, "gaussians-only", why);
    for (const auto& [flag, given] :
         {std::pair{"--source", !normal_source(options)}, std::pair{"--pairs", !options.pairs.empty()},
          std::pair{"--standardize", options.standardize.has_value()},
          std::pair{"--validation-file", !options.validation_file.empty()},
          std::pair{"--epochs", options.epochs > 0}, std::pair{"--log", !options.log.empty()},
          std::pair{"--floor", options.floor}})
      if (given) throw usage_error("gaussians-only", std::string(flag) + " " + why);
    parse_components(options.gaussians);
  } else if (!options.dry_run && leads_to_terminal(options.output))
    throw usage_error("model-to-terminal", "a model is binary and would go to the terminal",
                      "write it to a file with -o FILE, or pipe it into fm-sample");
  check_path(options, normal_source(options) && options.pairs.empty());
  options.bandwidth = bandwidth_column(options.path);
  if (options.floor) check_floor_known(options, *options.source);
  settle_scale(options);
}

/// What a state must be of to go on from it.
Json identity_of(const TrainOptions& options, const TrainingSplit& rows) {
  return {{"options", stored_options(options)},
          {"data", fingerprint(rows.training) + fingerprint(rows.held_out)}};
}

/// Throws what going on from a checkpoint would.
void check_resumable(const TrainOptions& options, const TrainingClouds& clouds, const Session& session) {
  if (options.resume.empty()) return;
  const TrainingSplit rows =
      rows_of(clouds, coordinates_of(clouds, options), conditions_of(clouds), options, options, session.seed);
  Checkpoints(options, identity_of(options, rows)).resumed(session);
}

/// Throws limit error "network-size" for a network that cannot be trained in the memory there is: before an
/// hour goes by in drawing its parameters.
void check_network_fits(const TrainOptions& options, const TrainingClouds& clouds) {
  const MlpShape shape =
      training_shape(clouds.target.points.rows(), condition_rows(conditions_of(clouds)), options);
  const auto parameters = static_cast<double>(parameter_count(shape));
  constexpr double copies =
      6;  // parameters, those of the last good step, gradients of a part and the whole, two means
  const double bytes = copies * sizeof(float) * parameters;
  const auto memory = static_cast<double>(memory_for(options));
  if (bytes > memory)
    throw limit_error("network-size",
                      "training a network of " + rounded(parameters) + " parameters takes " +
                          rounded(bytes / 1e6) + " MB at least, and there are " + rounded(memory / 1e6) +
                          " MB",
                      {}, "choose smaller --hidden layers");
}

int run(TrainOptions& options, Session& session) {
  check_condition(options);
  check_arguments(options);
  if (!options.checkpoint.empty()) handle_signals_gently(Gentle::pause);  // until there is a state to keep
  std::optional<Output> output;
  if (!options.dry_run) output.emplace(options.output, !options.no_clobber);
  const TrainingClouds clouds = read_clouds(options, options.validation_file, options, session);
  if (options.gaussians.empty()) check_network_fits(options, clouds);
  if (options.gaussians.empty()) warn_of_path(options, session), warn_of_same_draws(session);
  if (options.gaussians.empty()) settle_steps(options, clouds.target.points.cols(), session);
  if (options.dry_run) {
    check_resumable(options, clouds, session);
    return print_plan(options, clouds, session.report["tables"]), exit_done;
  }
  if (!options.gaussians.empty()) {
    output->write(fit_gaussians(clouds.target, parse_components(options.gaussians), session));
    output->commit();
    return exit_done;
  }

  const Standardiser coordinates = coordinates_of(clouds, options);
  const std::vector<Condition> conditions = conditions_of(clouds);
  TrainingSplit rows = rows_of(clouds, coordinates, conditions, options, options, session.seed);
  Checkpoints checkpoints(options, identity_of(options, rows));
  std::optional<TrainingState> state = checkpoints.resumed(session);
  std::optional<Estimate> floor;
  if (options.floor) floor = training_floor(rows.training, options, session.seed);
  TrainingMonitor monitor(options.log, options.steps, state ? state->step : 0, session, floor);
  Training training(std::move(rows.training), std::move(rows.held_out), options, session.seed);
  if (state) training.restore(std::move(*state));
  if (!run_to_end(training, monitor, checkpoints)) return pause(training, checkpoints, session);
  Trained trained = training.result();
  if (trained.record.stopped == Stopped::non_finite)
    throw numeric_error("loss-non-finite",
                        "the loss left the finite numbers after step " +
                            std::to_string(trained.record.steps) + "; nothing is written",
                        "try a smaller --lr than " + shortest(options.lr) + ", or --clip 1");
  warn_of_learning_by_heart(trained.record, training.progress().validation, session);
  if (const std::int64_t missed = trained.record.unpaired_rows; missed > 0)
    session.warn(std::to_string(missed) + " of " + std::to_string(trained.record.rows) +
                 " rows are in no pair that was learned from; a larger --pool pairs more");
  const double seconds = monitor.seconds();
  report_training(trained, seconds, options.output, session);
  if (trained.record.held_out > 0)  // the rows again: the training has taken the first ones
    if (const auto found = learned_by_heart(
            trained, rows_of(clouds, coordinates, conditions, options, options, session.seed), session.seed))
      tell_learned_by_heart(*found, session);
  if (floor) tell_floor(*floor, trained.record.final_loss, session);
  output->write(
      encode_model({stored_options(options), clouds.target.names, clouds.target.has_names, coordinates,
                    trained.moments, std::move(trained.network), trained.record, conditions}));
  output->commit();
  checkpoints.remove();
  session.detail(outcome(trained.record, seconds));
  if (monitor.broken_log()) throw *monitor.broken_log();
  return exit_done;
}

}  // namespace

int main(int argc, char** argv) {
  return tool_main<TrainOptions>(
      {.name = "fm-train",
       .summary = "learns a velocity field from a point cloud and writes a model",
       .usage = "fm-train [DATA] [options]",
       .examples =
           {"fm-train quakes.csv -o quakes.safetensors --validation 0.1 # hold out a tenth of the rows, keep "
            "the best state",
            "fm-train moons.csv | fm-sample -n 10k | fm-eval -r moons-test.csv # from data to a score, "
            "through pipes",
            "fm-train 8gaussians.csv --source moons.csv -o map.safetensors # carry one cloud into another",
            "fm-train quakes.csv -c lat,long -o map.safetensors --steps 5k --lr 2e-3 # two columns, a "
            "shorter training",
            "fm-train iris.csv --condition species -o iris.safetensors # given its kind, a flower's sizes: "
            "for fm-sample --given",
            "fm-train 8gaussians.csv --source moons.csv --path bridge:std=0.5 --coupling "
            "sinkhorn:reg_abs=0.5 "
            "-o b.safetensors # a Schroedinger bridge, for fm-sample --sde",
            "fm-train quakes.csv -c lat,long --weight mag -o map.safetensors # rows that count by the column "
            "mag",
            "fm-train faithful.csv --gaussians auto -o m.json # a mixture of normal laws, for small data"}},
      argc, argv, run);
}
