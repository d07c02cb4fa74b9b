#include "model/trainer.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/error.h"
#include "flow/conditional_path.h"
#include "model/condition_cost.h"
#include "model/pairs.h"
#include "model/pairs_ahead.h"
#include "model/path_batch.h"
#include "model/training_defaults.h"
#include "model/training_plan.h"

namespace fm {

namespace {

constexpr std::int64_t validation_checks = 100;  // over the whole training
constexpr double running_decay = 0.99;           // of the running means: the last few hundred steps

/// Rows of Purpose::batch from here on hold the noise of bridges, those below the times.
constexpr std::uint64_t bridge_rows = std::uint64_t{1} << 63;

Network make_network(const TrainingRows& training, const TrainingOptions& options, const Moments& moments,
                     std::uint64_t seed) {
  const Preconditioner preconditioner(moments, options.scheduler, options.predict, options.path);
  const Index conditions = condition_rows(training.conditions);
  const MlpShape shape = training_shape(training.points.rows(), conditions, options);
  const bool normal_source = std::holds_alternative<NormalSource>(training.source);
  Network network{shape,     options.time_features, preconditioner, {}, path_noise(options, normal_source),
                  conditions};
  network.parameters.resize(static_cast<std::size_t>(parameter_count(shape)));
  initialise<float>(shape, {seed, Purpose::parameters}, network.parameters);
  return network;
}

Index source_rows_of(const TrainingRows& training, const TrainingRows& held_out) {
  if (const auto* const points = std::get_if<PointSource>(&training.source)) return points->points.cols();
  if (!std::holds_alternative<PairedSource>(training.source)) return 0;
  return training.points.cols() + held_out.points.cols();  // a row of each pair
}

/// The options, once they are known to fit the data.
TrainingOptions checked(const TrainingOptions& options, const TrainingRows& training) {
  check_path(options, std::holds_alternative<NormalSource>(training.source));
  return settled(options, training.points.cols());
}

}  // namespace

void RunningLoss::add(const Loss& loss) {
  weight_ = running_decay * weight_ + (1 - running_decay);
  normalised_ = running_decay * normalised_ + (1 - running_decay) * loss.normalised;
  velocity_ = running_decay * velocity_ + (1 - running_decay) * loss.velocity;
}

struct Training::Parts {
  Parts(TrainingRows training_rows, TrainingRows held_out_rows, const TrainingOptions& training_options,
        std::uint64_t training_seed)
      : options(checked(training_options, training_rows)),
        seed(training_seed),
        training(std::move(training_rows)),
        held_out(std::move(held_out_rows)),
        cost_scale(condition_scale(training.points, options)),
        cost(condition_cost(training, cost_scale)),
        pairs(pairs_of(training, cost, options.pool, Purpose::training_pairs)),
        moments(pairs.moments()),
        network(make_network(training, options, moments, seed)),
        averaged(network),
        objective(network, options.batch_size, options.loss, options.precision_compute),
        optimizer(static_cast<Index>(network.parameters.size())),
        good(network.parameters),
        gradient(network.parameters.size()),
        batch(make_batch(network.preconditioner, options.batch_size)),
        x0(training.points.rows(), options.batch_size),
        x1(training.points.rows(), options.batch_size) {
    if (!std::holds_alternative<NoWeight>(options.time_weight)) batch.weight.resize(options.batch_size);
    judge();
  }

  /// Pairs that lead to `target`, whose conditions count `counted` in the coupling.
  PairStream pairs_of(const TrainingRows& target, const ConditionCost& counted, Index pool,
                      Purpose noise) const {
    return PairStream({target.points, counted.rows, target.weights,
                       path_bandwidths(options.path, target.points, training.points, target.bandwidths),
                       counted.classes, counted.class_cost},
                      target.source, options.coupling, pool, seed, noise);
  }

  /// The network that is judged and kept: the average if there is one.
  const Network& shown() const { return options.ema > 0 ? averaged : network; }

  double lr(std::int64_t at) const {
    return options.lr * schedule_factor(options.schedule, at - 1, options.steps);
  }

  /// Measures the affine field, which the network is before its first step, and makes the judge of all later
  /// states if there are rows held out.
  void judge() {
    const bool held = held_out.points.cols() > 0;
    const ConditionCost counted = condition_cost(held_out, cost_scale);
    PairStream stream = held ? pairs_of(held_out, counted, 0, Purpose::validation_pairs) : pairs;
    PathBatch judged = validation_batch(stream, held ? held_out : training, network, options, seed);
    affine_loss = Objective(network, judged.t.size()).value(judged).velocity;
    const std::int64_t every = std::max<std::int64_t>(1, options.steps / validation_checks);
    if (held) validation.emplace(std::move(judged), shown(), every, options.patience);
  }

  /// The conditions of the batch's points, zeros where they are hidden.
  void take_conditions() {
    if (training.conditions.empty()) return;
    Draws draws = Random{seed, Purpose::condition_drops}.row(static_cast<std::uint64_t>(step));
    batch.condition = codes_of(training, rows);
    for (Index n = 0; n < batch.condition.value.cols(); ++n)
      if (draws.uniform() < options.condition_dropout) batch.condition.value.col(n).setZero();
  }

  /// The batch of the present step.
  void draw_batch() {
    if (!ahead) ahead.emplace(pairs, x0.rows(), options.batch_size);
    ahead->next(x0, x1, rows);
    take_conditions();
    const auto row = static_cast<std::uint64_t>(step);
    draw_times(options.time_sampler, Random{seed, Purpose::batch}.row(row), batch.t);
    for (Index n = 0; n < batch.weight.size(); ++n)
      batch.weight(n) = time_weight(options.time_weight, options.time_sampler, batch.t(n));
    spread_over(network.preconditioner.domain(), batch.t);
    sample_path(options, x0, x1, Random{seed, Purpose::batch}.row(bridge_rows + row), batch);
  }

  /// False, with the parameters back at the last ones whose loss was finite, if this step's is not or the
  /// step itself leaves the finite numbers.
  bool advance() {
    draw_batch();
    const Loss found = objective.gradient(batch, gradient);
    if (!std::isfinite(found.velocity) || !std::isfinite(found.normalised)) {
      network.parameters = good;
      return false;
    }
    good = network.parameters;
    loss.add(found);
    if (options.ema > 0) {
      // While few steps are done the plain mean stands in for the moving average.
      const double decay = std::min(options.ema, 1 - 1 / static_cast<double>(step));
      update_average<float>(decay, good, averaged.parameters);
    }
    double scale = 1;
    if (options.clip > 0) scale = clip_scale(gradient_norm<float>(gradient), options.clip);
    optimizer_step<float>(options.optimizer, lr(step), gradient, optimizer, network.parameters, scale);
    const bool finite = all_finite<float>(network.parameters);
    if (!finite) network.parameters = good;
    return finite;
  }

  /// Patience counts first, as the steps that it spares are.
  void end_if_done() {
    if (validation && validation->exhausted())
      stopped = Stopped::patience;
    else if (step == options.steps)
      stopped = Stopped::steps;
  }

  const TrainingOptions options;
  const std::uint64_t seed;
  const TrainingRows training, held_out;
  const double cost_scale;
  const ConditionCost cost;  // of the training rows' conditions in the coupling
  PairStream pairs;
  const Moments moments;
  Network network, averaged;
  Objective objective;
  std::optional<Validation> validation;
  double affine_loss = 0;
  OptimizerState<float> optimizer;
  std::vector<float> good, gradient;
  PathBatch batch;
  Points x0, x1;
  std::vector<Index> rows;  // of the target, in the batch
  std::optional<PairsAhead> ahead;
  RunningLoss loss;
  std::int64_t step = 0;
  std::optional<Stopped> stopped;
};

Training::Training(TrainingRows training, TrainingRows held_out, const TrainingOptions& options,
                   std::uint64_t seed)
    : parts_(std::make_unique<Parts>(std::move(training), std::move(held_out), options, seed)) {}
Training::~Training() = default;
Training::Training(Training&&) noexcept = default;

std::optional<Stopped> Training::stopped() const {
  return parts_->stopped;
}

void Training::step() {
  Parts& p = *parts_;
  ++p.step;
  if (!p.advance()) {
    --p.step;
    p.stopped = Stopped::non_finite;
    return;
  }
  if (p.validation && p.validation->due(p.step, p.options.steps)) p.validation->check(p.shown(), p.step);
  p.end_if_done();
}

void Training::stop() {
  parts_->stopped = Stopped::caller;
}

TrainingProgress Training::progress() const {
  const Parts& p = *parts_;
  TrainingProgress progress{p.step, p.options.steps, p.loss.mean(), {}, p.lr(p.step)};
  if (p.validation) progress.validation = p.validation->state().latest;
  return progress;
}

TrainingState Training::state() const {
  const Parts& p = *parts_;
  TrainingState state{p.step, p.network.parameters, {}, p.optimizer, p.loss, {}};
  if (p.options.ema > 0) state.averaged = p.averaged.parameters;
  if (p.validation) state.validation = p.validation->state();
  return state;
}

void Training::restore(TrainingState state) {
  Parts& p = *parts_;
  const std::size_t size = p.network.parameters.size();
  const std::size_t best = state.validation.best ? size : 0;
  if (state.step < 1 || state.step > p.options.steps || state.parameters.size() != size ||
      state.averaged.size() != (p.options.ema > 0 ? size : 0) || state.optimizer.mean.size() != size ||
      state.optimizer.variance.size() != size || state.validation.best_parameters.size() != best ||
      (best > 0 && !p.validation))
    throw data_error("training-state", "this is not a state of the training at hand");
  p.pairs.skip(state.step, p.options.batch_size);
  p.step = state.step;
  p.network.parameters = std::move(state.parameters);
  p.good = p.network.parameters;
  if (p.options.ema > 0) p.averaged.parameters = std::move(state.averaged);
  p.optimizer = std::move(state.optimizer);
  p.loss = state.loss;
  if (p.validation) p.validation->restore(std::move(state.validation));
  p.end_if_done();
}

Trained Training::result() const {
  const Parts& p = *parts_;
  TrainingRecord record;
  record.rows = p.training.points.cols();
  record.held_out = p.held_out.points.cols();
  record.source_rows = source_rows_of(p.training, p.held_out);
  record.unpaired_rows = p.pairs.unpaired_rows();
  record.share_error = p.pairs.share_error();
  record.steps = record.kept_step = p.step;
  record.final_loss = p.loss.mean().velocity;
  record.affine_loss = p.affine_loss;
  record.stopped = p.stopped.value_or(Stopped::caller);
  Network kept = p.shown();
  if (p.validation && p.validation->state().best) {
    const ValidationState& best = p.validation->state();
    record.kept_step = best.best_step;
    record.validation_loss = best.best;
    kept.parameters = best.best_parameters;
  }
  return {std::move(kept), p.moments, record};
}

Trained train(const TrainingRows& rows, const TrainingOptions& options, std::uint64_t seed,
              const std::function<bool(const TrainingProgress&)>& progress) {
  TrainingSplit split = split_rows(rows, options.validation, seed);
  Training training(std::move(split.training), std::move(split.held_out), options, seed);
  while (!training.stopped()) {
    training.step();
    if (training.stopped() != Stopped::non_finite && !progress(training.progress())) training.stop();
  }
  return training.result();
}

}  // namespace fm
