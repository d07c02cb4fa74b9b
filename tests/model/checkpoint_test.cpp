#include "model/checkpoint.h"

#include <doctest/doctest.h>

#include <cstring>

#include "core/error.h"
#include "data/toy.h"
#include "io/safetensors.h"

using namespace fm;

namespace {

Points moons(Index n, std::uint64_t seed = 1) {
  return draw_toy(Moons{}, {seed, Purpose::toy}, 0, n);
}

TrainingOptions small_options() {
  TrainingOptions options;
  options.hidden = {8};
  options.steps = 60;
  options.batch_size = 32;
  options.pool = 500;
  return options;
}

/// Rows with classes and weights.
TrainingRows told_rows(Index n) {
  TrainingRows rows{moons(n)};
  rows.conditions = {{{"kind", {"a", "b"}}}, {{"size", {}}, 3, 2}};
  rows.labels.resize(2, n);
  rows.weights = Vector(n);
  for (Index k = 0; k < n; ++k) {
    rows.labels.col(k) << static_cast<double>(k % 2), static_cast<double>(k % 7);
    rows.weights(k) = 1 + static_cast<double>(k % 3);
  }
  return rows;
}

/// The bytes of a float, so that equal means equal to the last bit.
std::vector<std::uint32_t> bits(const std::vector<float>& values) {
  std::vector<std::uint32_t> found(values.size());
  std::memcpy(found.data(), values.data(), values.size() * sizeof(float));
  return found;
}

/// Trains to the end, through a checkpoint's bytes after each of these steps.
Trained broken_training(const TrainingSplit& split, const TrainingOptions& options,
                        const std::vector<std::int64_t>& breaks) {
  std::string bytes;
  for (const std::int64_t stop : breaks) {
    Training training(split.training, split.held_out, options, 3);
    if (!bytes.empty()) training.restore(decode_checkpoint(bytes, "c").state);
    while (training.progress().step < stop && !training.stopped()) training.step();
    bytes = encode_checkpoint({Json::object(), training.state()});
  }
  Training training(split.training, split.held_out, options, 3);
  if (!bytes.empty()) training.restore(decode_checkpoint(bytes, "c").state);
  while (!training.stopped()) training.step();
  return training.result();
}

void check_same_after_breaks(const TrainingSplit& split, const TrainingOptions& options) {
  const Trained whole = broken_training(split, options, {});
  const Trained broken = broken_training(split, options, {1, 33, 60});
  CHECK(bits(whole.network.parameters) == bits(broken.network.parameters));
  CHECK(text_of(to_json(whole.record)) == text_of(to_json(broken.record)));
}

std::string error_id(const std::string& bytes) {
  try {
    decode_checkpoint(bytes, "c");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::model);
    return error.id();
  }
  return "none";
}

}  // namespace

TEST_CASE(
    "checkpoint: a training with breaks ends in the same bits, with every coupling, with and without a "
    "pool") {
  for_each_member<Coupling>([](const auto& coupling) {
    CAPTURE(std::string(coupling.name));
    for (const Index pool : {0, 300}) {
      TrainingOptions options = small_options();
      options.coupling = coupling;
      options.pool = pool;
      check_same_after_breaks({{moons(200)}, {}}, options);
    }
  });
}

TEST_CASE("checkpoint: a block of pairs larger than a batch is taken up in its middle") {
  for (const Index block : {48, 100}) {
    TrainingOptions options = small_options();
    Exact coupling;
    coupling.batch = block;
    options.coupling = coupling;
    options.pool = 0;
    check_same_after_breaks({{moons(70)}, {}}, options);
  }
}

TEST_CASE("checkpoint: averages, held-out rows, conditions, weights and sources of points survive a break") {
  TrainingOptions options = small_options();
  options.ema = 0.9;
  options.validation = 0.2;
  options.optimizer = AdamW{};
  check_same_after_breaks(split_rows(told_rows(150), 0.2, 3), options);
  options.patience = 2;
  options.lr = 0.1;
  check_same_after_breaks(split_rows(told_rows(150), 0.2, 3), options);
  TrainingRows points = told_rows(150);
  points.source = PointSource(moons(90, 2), 0.05);
  check_same_after_breaks({points, {}}, options);
  TrainingRows pairs{moons(150)};
  pairs.source = PairedSource(moons(150, 2), Vector::LinSpaced(150, 1, 2), 0.1);
  check_same_after_breaks(split_rows(pairs, 0.2, 3), options);
  options.path = BridgePath{0.5};
  check_same_after_breaks(split_rows(pairs, 0.2, 3), options);
}

TEST_CASE("checkpoint: the fingerprint tells rows that differ in any number, weight, condition or source") {
  const TrainingRows rows = told_rows(50);
  CHECK(fingerprint(rows) == fingerprint(told_rows(50)));
  CHECK(fingerprint(rows).size() == 8);
  std::vector<TrainingRows> others(8, rows);
  others[0].points(1, 49) += 1e-15;
  others[1].weights(49) = 9;
  others[2].labels(0, 0) = 1;
  others[3].weights.resize(0);
  others[4].source = PointSource(moons(50), 0);
  others[5].source = PointSource(moons(50), 0.1);
  others[6].bandwidths = Vector::Ones(50);
  others[7].conditions[1].shift = 0;
  for (std::size_t k = 0; k < others.size(); ++k) {
    CHECK(fingerprint(others[k]) != fingerprint(rows));
    for (std::size_t j = 0; j < k; ++j) CHECK(fingerprint(others[k]) != fingerprint(others[j]));
  }
}

TEST_CASE("checkpoint: a state of another network, or beyond the end, is refused") {
  TrainingOptions options = small_options();
  Training training({moons(100)}, {}, options, 3);
  training.step();
  const TrainingState state = training.state();
  const auto refuses = [&](const TrainingOptions& other, const TrainingState& from) {
    CHECK_THROWS_AS(Training({moons(100)}, {}, other, 3).restore(from), Error);
  };
  options.hidden = {9};
  refuses(options, state);
  options = small_options();
  options.ema = 0.9;
  refuses(options, state);
  options = small_options();
  TrainingState late = state;
  late.step = 61;
  refuses(options, late);
  late.step = 0;
  refuses(options, late);
  TrainingState judged = state;
  judged.validation.best = 1;
  judged.validation.best_parameters = state.parameters;
  refuses(options, judged);
}

TEST_CASE("checkpoint: damaged bytes and other files are refused") {
  Training training({moons(100)}, {}, small_options(), 3);
  training.step();
  const std::string bytes = encode_checkpoint({{{"seed", 3}}, training.state()});
  CHECK(decode_checkpoint(bytes, "c").run == Json{{"seed", 3}});
  for (std::size_t size = 0; size < bytes.size(); size += 7) CHECK(error_id(bytes.substr(0, size)) != "none");
  for (std::size_t at = bytes.size() - 500; at < bytes.size(); at += 11) {
    std::string flipped = bytes;
    flipped[at] = static_cast<char>(flipped[at] ^ 4);
    CHECK(error_id(flipped) != "none");
  }
  const auto changed = [&](const auto& change) {
    TensorFile file = decode_safetensors(bytes, "c");
    change(file);
    return error_id(encode_safetensors(file));
  };
  CHECK(changed([](TensorFile& file) { file.metadata["format"] = "flowmatch"; }) == "checkpoint-format");
  CHECK(changed([](TensorFile& file) { file.metadata["format_version"] = "1"; }) == "checkpoint-version");
  CHECK(changed([](TensorFile& file) { file.metadata.erase("run"); }) == "checkpoint-metadata");
  CHECK(changed([](TensorFile& file) { file.metadata["state"] = "{\"step\":-1}"; }) == "checkpoint-metadata");
  CHECK(changed([](TensorFile& file) { file.metadata["state"] = "{\"steps\":1}"; }) == "checkpoint-metadata");
  CHECK(changed([](TensorFile& file) {
          file.metadata["state"] = "{\"step\":1,\"optimizer\":{\"step\":-1}}";
        }) == "checkpoint-metadata");
  CHECK(changed([](TensorFile& file) { file.tensors["other"] = file.tensors["parameters"]; }) ==
        "checkpoint-tensor");
  CHECK(changed([](TensorFile& file) {
          file.tensors["parameters"] = {TensorType::f64, {1}, {}, {1.0}};
        }) == "checkpoint-tensor");
}
