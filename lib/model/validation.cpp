#include "model/validation.h"

#include <utility>

#include "model/path_batch.h"

namespace fm {

PathBatch validation_batch(PairStream& pairs, const TrainingRows& target, const Network& network,
                           const TrainingOptions& options, std::uint64_t seed) {
  PathBatch batch = make_batch(network.preconditioner, validation_pairs);
  Points x0 = batch.xt, x1 = batch.xt;
  std::vector<Index> rows;
  pairs.next(x0, x1, rows);
  batch.condition = codes_of(target, rows);
  draw_times(StratifiedTimes{}, Random{seed, Purpose::validation}.row(1), batch.t);
  spread_over(network.preconditioner.domain(), batch.t);
  sample_path(options, x0, x1, Random{seed, Purpose::validation}.row(2), batch);
  return batch;
}

Validation::Validation(PathBatch batch, const Network& network, std::int64_t every, std::int64_t patience)
    : batch_(std::move(batch)), objective_(network, batch_.t.size()), every_(every), patience_(patience) {}

void Validation::check(const Network& network, std::int64_t step) {
  state_.latest = objective_.value(batch_).velocity;
  if (state_.best && *state_.latest >= *state_.best) {
    ++state_.worse;
    return;
  }
  state_.best = state_.latest;
  state_.best_step = step;
  state_.best_parameters = network.parameters;
  state_.worse = 0;
}

}  // namespace fm
