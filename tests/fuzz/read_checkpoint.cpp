#include "core/parallel.h"
#include "data/toy.h"
#include "fuzz/file_of.h"
#include "fuzz/promises.h"
#include "fuzz/readers.h"
#include "model/checkpoint.h"

namespace fm::fuzz {

namespace {

/// A training as that of the seeds: fm-train --hidden 4 --steps 1e6 --batch-size 8 --pool 50 --validation
/// 0.2.
Training small_training() {
  TrainingOptions options;
  options.hidden = {4};
  options.steps = 1'000'000;
  options.batch_size = 8;
  options.pool = 50;
  const auto moons = [](Index n, std::uint64_t seed) {
    return draw_toy(Moons{}, {seed, Purpose::toy}, 0, n);
  };
  return Training({moons(40, 1)}, {moons(10, 2)}, options, 0);
}

}  // namespace

void read_checkpoint(std::string_view bytes) {
  accepted([&] {
    const Checkpoint checkpoint = decode_checkpoint(file_of(bytes), "c");
    const std::string again = encode_checkpoint(checkpoint);
    require(encode_checkpoint(decode_checkpoint(again, "c")) == again, "a state that is read can be written");
    Training training = small_training();
    training.restore(checkpoint.state);
    for (int k = 0; k < 2 && !training.stopped(); ++k) training.step();
  });
}

}  // namespace fm::fuzz
