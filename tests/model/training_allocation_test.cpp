#include <doctest/doctest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "core/parallel.h"
#include "data/toy.h"
#include "model/trainer.h"
#include "support/allocations.h"

using namespace fm;

namespace {

struct Case {
  std::string name;
  std::vector<std::int64_t> hidden;
  Index batch;
  Coupling coupling;
  double clip, ema;
};

/// Calls for memory during 100 steps of a training that has done some, all within one pool of pairs.
long calls_in_100_steps(const Case& c) {
  TrainingOptions options;
  options.hidden = c.hidden;
  options.batch_size = c.batch;
  options.coupling = c.coupling;
  options.clip = c.clip;
  options.ema = c.ema;
  options.pool = 120 * c.batch;
  options.steps = 100000;
  Training training({draw_toy(Moons{}, {1, Purpose::toy}, 0, 1000)}, {}, options, 1);
  for (int step = 0; step < 10; ++step) training.step();
  const long before = allocations();
  for (int step = 0; step < 100; ++step) training.step();
  return allocations() - before;
}

}  // namespace

TEST_CASE("trainer: a step with pairs from the pool allocates nothing") {
  const Case cases[] = {{"independent", {16, 16}, 256, Independent{}, 0, 0},
                        {"coupled", {16, 16}, 200, Exact{}, 0, 0.999},
                        {"wide", {256, 256}, 600, Independent{}, 1, 0}};
  REQUIRE(allocations() > 0);  // they are counted
  for (const Case& c : cases)
    for (const int thread_count : {1, 2}) {
      CAPTURE(c.name);
      CAPTURE(thread_count);
      set_threads(thread_count);
      CHECK(calls_in_100_steps(c) == 0);
    }
  set_threads(1);
}
