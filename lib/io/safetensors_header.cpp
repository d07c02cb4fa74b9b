#include "io/safetensors_header.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include "core/error.h"
#include "core/json.h"

namespace fm {

namespace {

constexpr std::size_t length_bytes = 8;
constexpr unsigned char first_never_in_utf8 = 0xf5;  // it would start a code point above U+10FFFF

/// Reads one file's head; every failure names the file and, where there is one, the tensor.
class HeaderReader {
 public:
  HeaderReader(const std::string& bytes, const std::string& name) : bytes_(bytes), name_(name) {}

  TensorHeader read() {
    const std::uint64_t size = header_size();
    header_.data_begin = length_bytes + size;
    read_json(bytes_.substr(length_bytes, size));
    check_cover(bytes_.size() - header_.data_begin);
    return std::move(header_);
  }

 private:
  [[noreturn]] void fail(const std::string& id, const std::string& message) const {
    throw model_error(id, message, {name_});
  }

  /// Text has a size of its first eight bytes that is absurd; say what is really wrong.
  bool looks_like_text() const {
    return std::all_of(bytes_.begin(), bytes_.begin() + length_bytes, [](unsigned char c) {
      return (c >= ' ' && c != 127 && c < first_never_in_utf8) || (c >= '\t' && c <= '\r');
    });
  }

  std::uint64_t header_size() const {
    if (bytes_.empty()) fail("model-truncated", "the file is empty, no model");
    if (bytes_.size() < length_bytes) fail("model-truncated", "the file is too short to be a model");
    std::uint64_t size = 0;
    std::memcpy(&size, bytes_.data(), length_bytes);
    if (size > max_header_bytes && looks_like_text())
      fail("model-not-safetensors", "this is text, not a model in the safetensors format");
    if (size < 2 || size > max_header_bytes)
      fail("model-header-size", "not a safetensors file: a header of " + std::to_string(size) + " bytes");
    if (size > bytes_.size() - length_bytes) fail("model-truncated", "the file ends within its header");
    return size;
  }

  void read_json(const std::string& text) {
    if (text[0] != '{') fail("model-header", "not a safetensors file: its header is not a JSON object");
    Json json;
    try {
      json = parse_json(text, "its header", ErrorKind::model);
    } catch (const Error& error) {
      fail("model-header", error.what());
    }
    for (const auto& item : json.items()) {
      if (item.key() == "__metadata__")
        read_metadata(item.value());
      else
        read_entry(item.key(), item.value());
    }
  }

  void read_metadata(const Json& json) {
    if (!json.is_object()) fail("model-header", "its metadata are not a JSON object");
    for (const auto& item : json.items()) {
      if (!item.value().is_string())
        fail("model-header", "its metadata " + in_quotes(item.key()) + " is not a text");
      header_.metadata[item.key()] = item.value().get<std::string>();
    }
  }

  void read_entry(const std::string& tensor, const Json& json) {
    const std::string what = "tensor " + in_quotes(tensor) + ": ";
    if (!json.is_object() || json.size() != 3 || !json.contains("dtype") || !json.contains("shape") ||
        !json.contains("data_offsets"))
      fail("model-header", what + "not an object of dtype, shape and data_offsets");
    TensorEntry entry;
    entry.name = tensor;
    entry.type = read_type(json["dtype"], what);
    entry.shape = read_shape(json["shape"], what);
    const auto count = element_count(entry.shape);
    if (!count) fail("model-shape", what + "its shape is larger than any file");
    read_offsets(json["data_offsets"], what, entry);
    const std::uint64_t size = *count * (entry.type == TensorType::f32 ? sizeof(float) : sizeof(double));
    if (entry.end - entry.begin != size)
      fail("model-offsets", what + "its place has " + std::to_string(entry.end - entry.begin) +
                                " bytes, its shape " + std::to_string(size));
    header_.entries.push_back(std::move(entry));
  }

  TensorType read_type(const Json& json, const std::string& what) const {
    if (json == "F32") return TensorType::f32;
    if (json == "F64") return TensorType::f64;
    fail("model-dtype", what + "dtype " + in_quotes(json.dump()) + ", not F32 or F64");
  }

  std::vector<std::int64_t> read_shape(const Json& json, const std::string& what) const {
    if (!json.is_array()) fail("model-shape", what + "its shape is not a list");
    std::vector<std::int64_t> shape;
    for (const Json& extent : json) {
      if (!extent.is_number_unsigned() ||
          extent.get<std::uint64_t>() > std::numeric_limits<std::int64_t>::max())
        fail("model-shape", what + "extent " + in_quotes(extent.dump()) + " is not a whole number from 0");
      shape.push_back(extent.get<std::int64_t>());
    }
    return shape;
  }

  void read_offsets(const Json& json, const std::string& what, TensorEntry& entry) const {
    if (!json.is_array() || json.size() != 2 || !json[0].is_number_unsigned() ||
        !json[1].is_number_unsigned())
      fail("model-offsets", what + "data_offsets are not two whole numbers");
    entry.begin = json[0].get<std::uint64_t>();
    entry.end = json[1].get<std::uint64_t>();
    if (entry.begin > entry.end) fail("model-offsets", what + "data_offsets run backwards");
  }

  /// The tensors must lie end to end and fill `size` bytes.
  void check_cover(std::uint64_t size) {
    auto& entries = header_.entries;
    std::sort(entries.begin(), entries.end(), [](const TensorEntry& a, const TensorEntry& b) {
      return std::tie(a.begin, a.end, a.name) < std::tie(b.begin, b.end, b.name);
    });
    std::uint64_t end = 0;
    for (const TensorEntry& entry : entries) {
      if (entry.begin != end)
        fail("model-offsets", "tensor " + in_quotes(entry.name) +
                                  (entry.begin < end ? " overlaps the one before it" : " follows a hole"));
      end = entry.end;
    }
    if (end > size)
      fail("model-truncated", "the file ends early: " + std::to_string(end) +
                                  " bytes of tensors announced, " + std::to_string(size) + " present");
    if (end < size) fail("model-trailing", std::to_string(size - end) + " bytes follow the last tensor");
  }

  const std::string& bytes_;
  const std::string& name_;
  TensorHeader header_;
};

}  // namespace

std::optional<std::uint64_t> element_count(const std::vector<std::int64_t>& shape) {
  std::int64_t bytes = sizeof(double);
  for (const std::int64_t extent : shape)
    if (extent < 0 || __builtin_mul_overflow(bytes, extent, &bytes)) return std::nullopt;
  return static_cast<std::uint64_t>(bytes) / sizeof(double);
}

TensorHeader read_tensor_header(const std::string& bytes, const std::string& name) {
  return HeaderReader(bytes, name).read();
}

}  // namespace fm
