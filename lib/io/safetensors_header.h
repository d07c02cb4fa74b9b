// The head of a safetensors file: what it says is in the file, checked against what is there before anything
// is allocated for it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "io/safetensors.h"

namespace fm {

constexpr std::uint64_t max_header_bytes = 16 << 20;  // a model's header has a few KiB

struct TensorEntry {
  std::string name;
  TensorType type = TensorType::f32;
  std::vector<std::int64_t> shape;
  std::uint64_t begin = 0, end = 0;  // bytes, from data_begin
};

struct TensorHeader {
  std::map<std::string, std::string> metadata;
  std::vector<TensorEntry> entries;  // in the order of the data
  std::size_t data_begin = 0;
};

/// Product of `shape`; nullopt if an extent is negative or the bytes of so many doubles leave 63 bits.
std::optional<std::uint64_t> element_count(const std::vector<std::int64_t>& shape);

/// The checked head of `bytes`: the tensors' data fill the rest of the file without holes or overlaps.
/// Throws model errors "model-not-safetensors", "model-truncated", "model-header-size", "model-header",
/// "model-dtype", "model-shape", "model-offsets", "model-trailing"; `name` is the file as in messages.
TensorHeader read_tensor_header(const std::string& bytes, const std::string& name);

}  // namespace fm
