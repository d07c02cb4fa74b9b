// What a training says of itself, and what is said of it before.
#include <doctest/doctest.h>

#include "core/value.h"
#include "model/trainer.h"
#include "model/training_plan.h"
#include "support/points.h"

using namespace fm;

namespace {

TrainingOptions short_options() {
  TrainingOptions options;
  options.hidden = {4};
  options.steps = 2;
  options.batch_size = 8;
  options.pool = 0;
  options.coupling = Independent{};
  return options;
}

TrainingRecord record_of(TrainingRows rows, double validation) {
  TrainingOptions options = short_options();
  options.validation = validation;
  return train(rows, options, 1, [](const TrainingProgress&) { return true; }).record;
}

}  // namespace

TEST_CASE("training record: rows of a source are counted, those of held-out pairs too, and none of noise") {
  TrainingRows rows{normal_points(2, 60, 1)};
  CHECK(record_of(rows, 0.25).source_rows == 0);
  rows.source = PointSource(normal_points(2, 33, 2), 0.1);
  CHECK(record_of(rows, 0.25).source_rows == 33);
  rows.source = PairedSource(normal_points(2, 60, 3), Vector::Ones(60), 0);
  for (const double validation : {0.0, 0.25}) {
    const TrainingRecord record = record_of(rows, validation);
    CHECK(record.source_rows == 60);
    CHECK(record.rows + record.held_out == 60);
    CHECK((record.held_out > 0) == (validation > 0));
  }
}

TEST_CASE("training shape: on every path the network has the outputs that its preconditioner reads") {
  for_each_member<ConditionalPath>([](const auto& path) {
    CAPTURE(path.name);
    TrainingOptions options = short_options();
    options.path = path;
    Training training({normal_points(3, 50, 1)}, {}, options, 1);
    const Network network = training.result().network;
    const MlpShape shape = training_shape(3, 0, options);
    CHECK(shape.outputs == network.preconditioner.outputs());
    CHECK(shape.outputs == network.shape.outputs);
    CHECK(parameter_count(shape) == static_cast<std::int64_t>(network.parameters.size()));
  });
}
