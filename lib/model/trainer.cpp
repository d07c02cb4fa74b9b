#include "model/trainer.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/error.h"
#include "core/text.h"
#include "flow/conditional_path.h"
#include "flow/path.h"
#include "model/pairs.h"
#include "model/pairs_ahead.h"

namespace fm {

namespace {

constexpr Index validation_pairs = 4096;         // standard error of the held-out loss: about 2 %
constexpr std::int64_t validation_checks = 100;  // over the whole training
constexpr double running_decay = 0.99;           // of the running means: the last few hundred steps

/// Times in [0, 1] spread over the domain.
void spread_over(const TimeDomain& domain, VectorOut t) {
  t = domain.begin + (domain.end - domain.begin) * t.array();
}

PathBatch make_batch(const Preconditioner& preconditioner, Index size) {
  return {Vector(size), Points(preconditioner.dim(), size), Points(preconditioner.outputs(), size)};
}

/// Rows of Purpose::batch from here on hold the noise of bridges, those below the times.
constexpr std::uint64_t bridge_rows = std::uint64_t{1} << 63;

/// xt and ut of a batch at its times; `draws` for the noise of a bridge.
void sample_path(const TrainingOptions& options, PointsIn x0, PointsIn x1, Draws draws, PathBatch& batch) {
  const auto* const bridge = std::get_if<BridgePath>(&options.path);
  if (!bridge) return path_sample(options.scheduler, batch.t, x0, x1, batch.xt, batch.ut);
  const Points z = Points::NullaryExpr(x0.rows(), x0.cols(), [&] { return draws.normal(); });
  bridge_sample(*bridge, batch.t, x0, x1, z, batch.xt, batch.ut);
}

/// Rows for training and rows held out. A source of given pairs is split with them.
struct Split {
  Points training, held_out;
  Source training_source, held_out_source;
  Points conditions, held_out_conditions;     // (C, n)
  Vector training_weights, held_out_weights;  // empty: equal ones
};

Source source_of_rows(const Source& source, const std::vector<Index>& rows) {
  const auto* const pairs = std::get_if<PairedSource>(&source);
  return pairs && !rows.empty() ? Source(pairs->subset(rows)) : source;
}

/// Of rows whose weights may be equal ones, which are none.
Vector weights_of_rows(const Vector& weights, const std::vector<Index>& rows) {
  if (weights.size() == 0) return {};
  return weights(rows);
}

Split split_rows(PointsIn target, const Source& source, PointsIn conditions, const Vector& weights,
                 double share, std::uint64_t seed) {
  const Index rows = target.cols();
  const auto held = static_cast<Index>(std::llround(share * static_cast<double>(rows)));
  if (share > 0 && (held < 1 || held >= rows))
    throw usage_error("validation-rows",
                      "--validation " + shortest(share) + " of " + std::to_string(rows) + " rows leaves " +
                          (held < 1 ? "none to hold out" : "none to learn from"),
                      "choose another share, or leave --validation out");
  const std::vector<Index> order = random_permutation(Random{seed, Purpose::validation}.row(0), rows);
  // Held-out rows are the first of the permutation; training rows keep the order of the file.
  const std::vector<Index> held_out(order.begin(), order.begin() + held);
  std::vector<Index> training(order.begin() + held, order.end());
  std::sort(training.begin(), training.end());
  Split split{target(Eigen::all, training),
              target(Eigen::all, held_out),
              source_of_rows(source, training),
              source_of_rows(source, held_out),
              {},
              {},
              weights_of_rows(weights, training),
              weights_of_rows(weights, held_out)};
  if (conditions.rows() > 0) {
    split.conditions = conditions(Eigen::all, training);
    split.held_out_conditions = conditions(Eigen::all, held_out);
  }
  return split;
}

/// What conditions are multiplied by to take part in the cost of a coupling: squared differences then count
/// condition_weight times the mean squared distance of the rows from their mean.
double condition_cost(const Split& split, const TrainingOptions& options) {
  const Points& x = split.training;
  const double spread = (x.colwise() - x.rowwise().mean()).squaredNorm() / static_cast<double>(x.cols());
  return std::sqrt(options.condition_weight * spread);
}

Network make_network(Index dim, Index condition_rows, const TrainingOptions& options, const Moments& moments,
                     std::uint64_t seed, const PathNoise& noise) {
  const Preconditioner preconditioner(moments, options.scheduler, options.predict, options.path);
  MlpShape shape =
      network_shape(dim, options.hidden, options.activation, options.time_features, condition_rows);
  shape.outputs = preconditioner.outputs();
  Network network{shape, options.time_features, preconditioner, {}, noise, condition_rows};
  network.parameters.resize(static_cast<std::size_t>(parameter_count(shape)));
  initialise<float>(shape, {seed, Purpose::parameters}, network.parameters);
  return network;
}

/// Running mean of a loss, without the bias of its start.
class RunningLoss {
 public:
  void add(const Loss& loss) {
    weight_ = running_decay * weight_ + (1 - running_decay);
    normalised_ = running_decay * normalised_ + (1 - running_decay) * loss.normalised;
    velocity_ = running_decay * velocity_ + (1 - running_decay) * loss.velocity;
  }
  Loss mean() const { return {normalised_ / weight_, velocity_ / weight_}; }

 private:
  double weight_ = 0, normalised_ = 0, velocity_ = 0;
};

/// E|v - u_t|^2 on held-out rows, always with the same noise and times, uniform ones whatever training draws,
/// so that its changes are the network's; and the best parameters seen by it.
class Validation {
 public:
  Validation(const Split& split, const TrainingOptions& options, const Network& network, std::uint64_t seed)
      : batch_(make_batch(network.preconditioner, split.held_out.cols() > 0 ? validation_pairs : 0)),
        objective_(network, batch_.t.size()),
        every_(std::max<std::int64_t>(1, options.steps / validation_checks)),
        patience_(options.patience) {
    if (batch_.t.size() == 0) return;
    const Points costs = condition_cost(split, options) * split.held_out_conditions;
    PairStream stream(split.held_out, split.held_out_source, options.coupling, 0, seed,
                      Purpose::validation_pairs, costs, split.held_out_weights,
                      path_bandwidths(options.path, split.held_out, split.training));
    Points x0 = batch_.xt, x1 = batch_.xt;
    std::vector<Index> rows;
    stream.next(x0, x1, rows);
    if (split.conditions.rows() > 0) batch_.condition = split.held_out_conditions(Eigen::all, rows);
    draw_times(StratifiedTimes{}, Random{seed, Purpose::validation}.row(1), batch_.t);
    spread_over(network.preconditioner.domain(), batch_.t);
    sample_path(options, x0, x1, Random{seed, Purpose::validation}.row(2), batch_);
  }

  bool due(std::int64_t step, std::int64_t steps) const {
    return batch_.t.size() > 0 && (step % every_ == 0 || step == steps);
  }
  /// Judges the network's present parameters; false when patience is at its end.
  bool check(const Network& network, std::int64_t step) {
    latest_ = objective_.value(batch_).velocity;
    if (!best_loss_ || *latest_ < *best_loss_) {
      best_loss_ = latest_;
      best_step_ = step;
      best_parameters_ = network.parameters;
      worse_ = 0;
      return true;
    }
    return patience_ == 0 || ++worse_ < patience_;
  }
  std::optional<double> latest() const { return latest_; }
  std::optional<double> best_loss() const { return best_loss_; }
  std::int64_t best_step() const { return best_step_; }
  std::vector<float>& best_parameters() { return best_parameters_; }

 private:
  PathBatch batch_;
  Objective objective_;
  std::int64_t every_, patience_, worse_ = 0, best_step_ = 0;
  std::optional<double> latest_, best_loss_;
  std::vector<float> best_parameters_;
};

/// The loop's moving parts.
class Trainer {
 public:
  Trainer(PointsIn target, const Source& source, PointsIn conditions, const Vector& weights,
          const TrainingOptions& options, std::uint64_t seed)
      : options_(options),
        seed_(seed),
        split_(split_rows(target, source, conditions, weights, options.validation, seed)),
        condition_costs_(condition_cost(split_, options) * split_.conditions),
        pairs_(split_.training, split_.training_source, options.coupling, options.pool, seed,
               Purpose::training_pairs, condition_costs_, split_.training_weights,
               path_bandwidths(options.path, split_.training, split_.training)),
        moments_(pairs_.moments()),
        network_(make_network(target.rows(), conditions.rows(), options, moments_, seed,
                              path_noise(options, std::holds_alternative<NormalSource>(source)))),
        averaged_(network_),
        objective_(network_, options.batch_size, options.loss),
        validation_(split_, options, shown(), seed),
        state_(static_cast<Index>(network_.parameters.size())),
        good_(network_.parameters),
        gradient_(network_.parameters.size()),
        batch_(make_batch(network_.preconditioner, options.batch_size)),
        x0_(target.rows(), options.batch_size),
        x1_(target.rows(), options.batch_size),
        ahead_(pairs_, target.rows(), options.batch_size) {
    if (!std::holds_alternative<NoWeight>(options.time_weight)) batch_.weight.resize(options.batch_size);
  }

  Trained run(const std::function<bool(const TrainingProgress&)>& progress) {
    TrainingRecord record;
    record.rows = split_.training.cols();
    record.held_out = split_.held_out.cols();
    record.unpaired_rows = pairs_.unpaired_rows();
    record.share_error = pairs_.share_error();
    for (std::int64_t step = 1; step <= options_.steps; ++step) {
      const double lr = options_.lr * schedule_factor(options_.schedule, step - 1, options_.steps);
      if (!advance(step, lr)) {
        record.stopped = Stopped::non_finite;
        break;
      }
      record.steps = step;
      if (validation_.due(step, options_.steps) && !validation_.check(shown(), step)) {
        record.stopped = Stopped::patience;
        break;
      }
      if (!progress({step, options_.steps, running_.mean(), validation_.latest(), lr})) {
        record.stopped = Stopped::caller;
        break;
      }
    }
    record.final_loss = running_.mean().velocity;
    record.kept_step = record.steps;
    Network kept = shown();
    if (validation_.best_loss()) {
      record.kept_step = validation_.best_step();
      record.validation_loss = validation_.best_loss();
      kept.parameters = std::move(validation_.best_parameters());
    }
    return {std::move(kept), moments_, record};
  }

 private:
  /// The network that is judged and kept: the average if there is one.
  const Network& shown() const { return options_.ema > 0 ? averaged_ : network_; }

  /// The conditions of the batch's points, zeros where they are hidden.
  void take_conditions(std::int64_t step) {
    if (split_.conditions.rows() == 0) return;
    Draws draws = Random{seed_, Purpose::condition_drops}.row(static_cast<std::uint64_t>(step));
    batch_.condition = split_.conditions(Eigen::all, rows_);
    for (Index n = 0; n < batch_.condition.cols(); ++n)
      if (draws.uniform() < options_.condition_dropout) batch_.condition.col(n).setZero();
  }

  /// One step. False, with the parameters back at the last ones whose loss was finite, if this one's is not
  /// or the step itself leaves the finite numbers.
  bool advance(std::int64_t step, double lr) {
    ahead_.next(x0_, x1_, rows_);
    take_conditions(step);
    draw_times(options_.time_sampler, Random{seed_, Purpose::batch}.row(static_cast<std::uint64_t>(step)),
               batch_.t);
    for (Index n = 0; n < batch_.weight.size(); ++n)
      batch_.weight(n) = time_weight(options_.time_weight, options_.time_sampler, batch_.t(n));
    spread_over(network_.preconditioner.domain(), batch_.t);
    sample_path(options_, x0_, x1_,
                Random{seed_, Purpose::batch}.row(bridge_rows + static_cast<std::uint64_t>(step)), batch_);
    const Loss loss = objective_.gradient(batch_, gradient_);
    if (!std::isfinite(loss.velocity) || !std::isfinite(loss.normalised)) {
      network_.parameters = good_;
      return false;
    }
    good_ = network_.parameters;
    running_.add(loss);
    if (options_.ema > 0) {
      // While few steps are done the plain mean stands in for the moving average.
      const double decay = std::min(options_.ema, 1 - 1 / static_cast<double>(step));
      update_average<float>(decay, good_, averaged_.parameters);
    }
    double scale = 1;
    if (options_.clip > 0) scale = clip_scale(gradient_norm<float>(gradient_), options_.clip);
    optimizer_step<float>(options_.optimizer, lr, gradient_, state_, network_.parameters, scale);
    const bool finite = std::all_of(network_.parameters.begin(), network_.parameters.end(),
                                    [](float parameter) { return std::isfinite(parameter); });
    if (!finite) network_.parameters = good_;
    return finite;
  }

  const TrainingOptions options_;
  const std::uint64_t seed_;
  const Split split_;
  const Points condition_costs_;  // (C, n), as they count in the coupling
  PairStream pairs_;
  const Moments moments_;
  Network network_, averaged_;
  Objective objective_;
  Validation validation_;
  OptimizerState<float> state_;
  std::vector<float> good_, gradient_;
  PathBatch batch_;
  Points x0_, x1_;
  std::vector<Index> rows_;  // of the target, in the batch
  PairsAhead ahead_;
  RunningLoss running_;
};

}  // namespace

namespace {

void check_adaptive(const TrainingOptions& options, bool normal_source) {
  check_adaptive_scheduler(options.scheduler);
  if (!normal_source)
    throw usage_error("adaptive-source",
                      "an adaptive path ends in rows blurred by its source, which is a kernel for a normal "
                      "source only",
                      "leave --source and --pairs out");
  if (!std::holds_alternative<Independent>(options.coupling))
    throw usage_error("adaptive-coupling",
                      "an adaptive path ends in a kernel density estimate only if source and rows are "
                      "independent",
                      "add --coupling independent");
}

}  // namespace

void check_path(const TrainingOptions& options, bool normal_source) {
  if (std::holds_alternative<AdaptivePath>(options.path)) check_adaptive(options, normal_source);
  if (!std::holds_alternative<BridgePath>(options.path)) return;
  if (!std::holds_alternative<CondOt>(options.scheduler))
    throw usage_error("bridge-scheduler", "a bridge runs along straight lines at constant speed",
                      "leave --scheduler at cond-ot");
  if (options.predict != Prediction::velocity)
    throw usage_error("bridge-predict", "on a bridge path the network predicts displacement and noise",
                      "leave --predict out");
}

Trained train(PointsIn target, const Source& source, const TrainingOptions& options, std::uint64_t seed,
              const std::function<bool(const TrainingProgress&)>& progress, PointsIn conditions,
              const Vector& weights) {
  check_path(options, std::holds_alternative<NormalSource>(source));
  const bool equal = weights.size() == 0 || (weights.array() == weights(0)).all();
  return Trainer(target, source, conditions, equal ? Vector() : weights, options, seed).run(progress);
}

}  // namespace fm
