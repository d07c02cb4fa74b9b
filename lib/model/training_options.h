// Everything that decides what training learns, as described options. They are stored in the model file.
#pragma once

#include <cstdint>
#include <tuple>
#include <vector>

#include "flow/conditional_path.h"
#include "flow/coupling.h"
#include "flow/path_noise.h"
#include "flow/scheduler.h"
#include "flow/time_sampler.h"
#include "model/preconditioner.h"
#include "model/regression_loss.h"
#include "nn/activation.h"
#include "nn/compute_precision.h"
#include "nn/optimizer.h"
#include "nn/schedule.h"
#include "nn/time_features.h"

namespace fm {

struct TrainingOptions {
  // Path.
  Scheduler scheduler = CondOt{};
  ConditionalPath path = AffinePath{};
  Coupling coupling = Exact{};
  // Pairs that are coupled before training and used again and again: coupling fresh ones for every step would
  // cost more than the step. With fewer the noise is learned by heart: 4,000 rows of a normal law in 5-D have
  // 0.28 nats less than their law with a pool of 50,000 after 8,000 steps, 0.23 with 200,000, 0.17 with none.
  std::int64_t pool = 200000;
  double jitter = 0.05;
  double condition_dropout = 0.1;
  double condition_weight = 100;
  TimeSampler time_sampler = StratifiedTimes{};
  TimeWeight time_weight = NoWeight{};
  // Network.
  std::vector<std::int64_t> hidden = {64, 64, 64, 64};
  Activation activation = Activation::silu;
  TimeFeatures time_features = RawTime{};
  Prediction predict = Prediction::velocity;
  // Training.
  std::int64_t steps = 0;
  std::int64_t batch_size = 256;
  double lr = 5e-3;
  Schedule schedule = CosineRate{};
  Optimizer optimizer = Adam{};
  RegressionLoss loss = Mse{};
  double clip = 0;
  ComputePrecision precision_compute = ComputePrecision::float32;
  double ema = 0;
  double validation = 0;
  std::int64_t patience = 0;

  static constexpr auto fields() {
    using O = TrainingOptions;
    constexpr auto path = "Path";
    constexpr auto network = "Network";
    constexpr auto training = "Training";
    constexpr double most = 1e9;  // of anything counted here: more would neither fit nor end
    return std::tuple{
        field("scheduler", &O::scheduler, "path from source to target").in(path),
        field("path", &O::path, "noise on that path, or at its end").in(path),
        field("coupling", &O::coupling, "which source point goes with which row (blocks: of `batch` pairs)")
            .in(path),
        field("pool", &O::pool, "pairs coupled in advance and reused (0: fresh pairs every step)",
              between(0, most))
            .in(path),
        field("jitter", &O::jitter, "noise added to a source file's rows, in its standard deviations",
              at_least(0))
            .in(path),
        field("condition_dropout", &O::condition_dropout,
              "share of the points whose condition is hidden, to learn the field without one",
              from_below(0, 1))
            .in(path),
        field("condition_weight", &O::condition_weight,
              "cost of squared differences of conditions in the coupling, in mean squared deviations of the "
              "rows (0: plain coupling, which biases samples given a condition)",
              at_least(0))
            .in(path),
        field("time_sampler", &O::time_sampler, "times of a path that training looks at").in(path),
        field("time_weight", &O::time_weight, "what a time counts for, beside how often it is drawn")
            .in(path),
        field("hidden", &O::hidden, "widths of the hidden layers", between(1, 65536)).in(network),
        field("activation", &O::activation, "activation function").in(network),
        field("time_features", &O::time_features, "how the time enters").in(network),
        field("predict", &O::predict, "what the network regresses: whose error is minimised").in(network),
        field("steps", &O::steps,
              "steps of the optimizer (0: 512 passes over the rows, but 256 to 12,000 steps)",
              between(0, 1e12))
            .in(training),
        field("batch_size", &O::batch_size, "points a step", between(1, 1 << 24)).in(training),
        field("lr", &O::lr, "learning rate", above(0)).in(training),
        field("schedule", &O::schedule, "course of the learning rate").in(training),
        field("optimizer", &O::optimizer, "optimizer").in(training),
        field("loss", &O::loss, "how errors count").in(training),
        field("clip", &O::clip, "largest norm of the gradient (0: no limit)", at_least(0)).in(training),
        field(
            "precision_compute", &O::precision_compute,
            "of a step's products: bf16 takes about half the time for wide networks, on processors that have "
            "it (AVX512_BF16)")
            .in(training),
        field("ema", &O::ema, "decay of the average of the parameters (0: none)", from_below(0, 1))
            .in(training),
        field("validation", &O::validation, "share of the rows held out; the best state on them is kept",
              from_below(0, 1))
            .in(training),
        field("patience", &O::patience,
              "checks of the held-out rows without a better one before training ends (0: never)", at_least(0))
            .in(training)};
  }
};

/// The noise on the path that training learns, between pairs from a normal source or another.
inline PathNoise path_noise(const TrainingOptions& options, bool normal_source) {
  if (const auto* const bridge = std::get_if<BridgePath>(&options.path)) return BridgeNoise{bridge->std};
  if (std::holds_alternative<AdaptivePath>(options.path)) return Noiseless{};  // its std is not one number
  if (normal_source && std::holds_alternative<Independent>(options.coupling)) return SourceNoise{};
  return Noiseless{};
}

/// Throws usage errors for what a path does not go with: "bridge-scheduler" and "bridge-predict" of a bridge,
/// "adaptive-scheduler", "adaptive-source" and "adaptive-coupling" of an adaptive one.
void check_path(const TrainingOptions& options, bool normal_source);

}  // namespace fm
