#include "model/checkpoint.h"

#include <zlib.h>

#include <array>
#include <cstdio>
#include <utility>
#include <variant>

#include "core/error.h"
#include "io/safetensors.h"
#include "model/file_parts.h"

namespace fm {

namespace {

constexpr FileKind kind = {.noun = "checkpoint", .format = "flowmatch-checkpoint", .version = "2"};

/// The vectors of a state by name; an empty one has no tensor.
template <class State>
auto vectors_of(State& state) {
  return std::array{std::pair{"parameters", &state.parameters}, std::pair{"averaged", &state.averaged},
                    std::pair{"optimizer.mean", &state.optimizer.mean},
                    std::pair{"optimizer.variance", &state.optimizer.variance},
                    std::pair{"validation.parameters", &state.validation.best_parameters}};
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
  TensorFile file;
  file.metadata = {{"format", kind.format},
                   {"format_version", kind.version},
                   {"run", text_of(checkpoint.run)},
                   {"state", text_of(to_json(state))}};
  for (const auto& [name, values] : vectors_of(state))
    if (!values->empty())
      file.tensors[name] = {TensorType::f32, {static_cast<std::int64_t>(values->size())}, *values, {}};
  return encode_safetensors(file);
}

namespace {

TensorFile tensors_of(const std::string& bytes, const std::string& name) {
  try {
    return decode_safetensors(bytes, name);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::model) throw;
    throw model_error("checkpoint-damaged",
                      "the state of a training is expected here, and this is no whole one", {name},
                      "remove the file to start the training anew");
  }
}

}  // namespace

Checkpoint decode_checkpoint(const std::string& bytes, const std::string& name) {
  TensorFile file = tensors_of(bytes, name);
  const FileParts parts(kind, file, name);
  Checkpoint checkpoint;
  checkpoint.run = parts.json("run");
  TrainingState& state = checkpoint.state;
  parts.read(parts.json("state"), "state", state);
  for (const auto& [key, values] : vectors_of(state)) {
    const auto found = file.tensors.find(key);
    if (found == file.tensors.end()) continue;
    if (found->second.type != TensorType::f32)
      parts.fail("tensor", "its tensor " + in_quotes(key) + " does not hold floats");
    *values = std::move(found->second.f32);
    file.tensors.erase(found);
  }
  if (!file.tensors.empty())
    parts.fail("tensor", "the tensor " + in_quotes(file.tensors.begin()->first) + " does not belong there");
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
