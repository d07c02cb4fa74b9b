// The safetensors file format: 8 bytes little-endian header length, a JSON header, then the tensors' bytes.
// Source: huggingface/safetensors README, "Format". The reader checks everything before it allocates.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace fm {

enum class TensorType { f32, f64 };

/// A tensor in row-major order, as in the file.
struct Tensor {
  TensorType type = TensorType::f32;
  std::vector<std::int64_t> shape;
  std::vector<float> f32;  // exactly one of the two holds the values
  std::vector<double> f64;
};

struct TensorFile {
  std::map<std::string, std::string> metadata;  // `__metadata__`
  std::map<std::string, Tensor> tensors;
};

/// The file's bytes, a function of the content alone: keys sorted, tensors in order of name (64-bit ones
/// first so that all are aligned), header padded with blanks to 8 bytes. metadata["crc32"] is set by this
/// function: 8 hexadecimal digits of zlib's crc32 over the whole file with these digits taken as zeros.
std::string encode_safetensors(const TensorFile& file);

/// The inverse. Throws model errors (each kind of damage with its own id): too short, header length, header
/// JSON, unknown dtype, shape or size overflow, offsets that overlap or leave holes or run past the end,
/// trailing bytes, CRC missing or wrong, non-finite values. `name` is the file as shown in messages.
TensorFile decode_safetensors(const std::string& bytes, const std::string& name);

}  // namespace fm
