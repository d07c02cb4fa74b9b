#include "model/checkpoint.h"

#include <zlib.h>

#include <array>
#include <cstdio>
#include <utility>
#include <variant>

#include "core/error.h"
#include "io/safetensors.h"

namespace fm {

namespace {

constexpr const char* format_name = "flowmatch-checkpoint";
constexpr const char* format_version = "1";

/// The numbers of a state, beside its vectors.
struct Numbers {
  std::int64_t step = 0, optimizer_step = 0, best_step = 0, worse = 0;
  RunningLoss loss;
  std::optional<double> latest, best;

  static constexpr auto fields() {
    using N = Numbers;
    return std::tuple{field("step", &N::step, "", at_least(1)),
                      field("optimizer_step", &N::optimizer_step, "", at_least(0)),
                      field("loss", &N::loss, ""),
                      field("validation_latest", &N::latest, ""),
                      field("validation_best", &N::best, ""),
                      field("validation_best_step", &N::best_step, "", at_least(0)),
                      field("validation_worse", &N::worse, "", at_least(0))};
  }
};

/// The vectors of a state by name; an empty one has no tensor.
template <class State>
auto vectors_of(State& state) {
  return std::array{std::pair{"parameters", &state.parameters}, std::pair{"averaged", &state.averaged},
                    std::pair{"optimizer.mean", &state.optimizer.mean},
                    std::pair{"optimizer.variance", &state.optimizer.variance},
                    std::pair{"validation.parameters", &state.validation.best_parameters}};
}

[[noreturn]] void fail(const std::string& id, const std::string& message, const std::string& name) {
  throw model_error(id, "not a usable checkpoint: " + message, {name});
}

Json metadata_json(const TensorFile& file, const std::string& key, const std::string& name) {
  const auto found = file.metadata.find(key);
  if (found == file.metadata.end()) fail("checkpoint-metadata", "its metadata lack " + in_quotes(key), name);
  try {
    return parse_json(found->second, "its " + key, ErrorKind::model);
  } catch (const Error& error) {
    fail("checkpoint-metadata", error.what(), name);
  }
}

std::uint32_t add_bytes(std::uint32_t crc, const void* data, std::size_t size) {
  if (size == 0) return crc;  // zlib begins anew at a null pointer
  return static_cast<std::uint32_t>(crc32_z(crc, static_cast<const Bytef*>(data), size));
}

template <class Array>
std::uint32_t add(std::uint32_t crc, const Array& values) {
  const std::array<std::int64_t, 2> shape = {values.rows(), values.cols()};
  crc = add_bytes(crc, shape.data(), sizeof shape);
  return add_bytes(crc, values.data(), static_cast<std::size_t>(values.size()) * sizeof(double));
}

std::uint32_t add_source(std::uint32_t crc, const NormalSource&) {
  return crc;
}
std::uint32_t add_source(std::uint32_t crc, const PointSource& source) {
  return add(add(crc, source.points), source.jitter_std);
}
std::uint32_t add_source(std::uint32_t crc, const PairedSource& source) {
  return add(add(add(crc, source.points), source.jitter_std), source.weights);
}

}  // namespace

std::string encode_checkpoint(const Checkpoint& checkpoint) {
  const TrainingState& state = checkpoint.state;
  const Numbers numbers{
      state.step, state.optimizer.step,    state.validation.best_step, state.validation.worse,
      state.loss, state.validation.latest, state.validation.best};
  TensorFile file;
  file.metadata = {{"format", format_name},
                   {"format_version", format_version},
                   {"run", text_of(checkpoint.run)},
                   {"state", text_of(to_json(numbers))}};
  for (const auto& [name, values] : vectors_of(state))
    if (!values->empty())
      file.tensors[name] = {TensorType::f32, {static_cast<std::int64_t>(values->size())}, *values, {}};
  return encode_safetensors(file);
}

Checkpoint decode_checkpoint(const std::string& bytes, const std::string& name) {
  TensorFile file = decode_safetensors(bytes, name);
  if (file.metadata["format"] != format_name)
    fail("checkpoint-format", "a safetensors file, but no checkpoint of flowmatch", name);
  if (file.metadata["format_version"] != format_version)
    throw model_error("checkpoint-version",
                      "the checkpoint has format version " + in_quotes(file.metadata["format_version"]) +
                          ", this program reads version " + format_version,
                      {name});
  Checkpoint checkpoint;
  checkpoint.run = metadata_json(file, "run", name);
  Numbers numbers;
  try {
    from_json(metadata_json(file, "state", name), numbers);
  } catch (const Error& error) {
    fail("checkpoint-metadata", std::string("its state: ") + error.what(), name);
  }
  TrainingState& state = checkpoint.state;
  state.step = numbers.step;
  state.optimizer.step = numbers.optimizer_step;
  state.loss = numbers.loss;
  state.validation.latest = numbers.latest;
  state.validation.best = numbers.best;
  state.validation.best_step = numbers.best_step;
  state.validation.worse = numbers.worse;
  for (const auto& [key, values] : vectors_of(state)) {
    const auto found = file.tensors.find(key);
    if (found == file.tensors.end()) continue;
    if (found->second.type != TensorType::f32)
      fail("checkpoint-tensor", "its tensor " + in_quotes(key) + " does not hold floats", name);
    *values = std::move(found->second.f32);
    file.tensors.erase(found);
  }
  if (!file.tensors.empty())
    fail("checkpoint-tensor",
         "the tensor " + in_quotes(file.tensors.begin()->first) + " does not belong there", name);
  return checkpoint;
}

std::string fingerprint(const TrainingRows& rows) {
  std::uint32_t crc = add(0, rows.points);
  crc = std::visit([&](const auto& source) { return add_source(crc, source); }, rows.source);
  for (const Condition& condition : rows.conditions)
    crc = add(crc, Vector{{condition.shift, condition.scale}});
  crc = add(add(crc, rows.labels), rows.weights);
  if (rows.bandwidths.size() > 0) crc = add(crc, rows.bandwidths);
  char digits[9];
  std::snprintf(digits, sizeof digits, "%08x", static_cast<unsigned>(crc));
  return digits;
}

}  // namespace fm
