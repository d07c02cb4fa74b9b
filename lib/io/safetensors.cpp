#include "io/safetensors.h"

#include <zlib.h>

#include <bit>
#include <cmath>
#include <cstring>
#include <optional>

#include "core/error.h"
#include "core/json.h"
#include "io/safetensors_header.h"

namespace fm {

static_assert(std::endian::native == std::endian::little, "tensors are copied as they are in the file");

namespace {

constexpr std::string_view crc_key = "\"crc32\":\"";
constexpr std::string_view no_digits = "00000000";

std::size_t value_bytes(TensorType type) {
  return type == TensorType::f32 ? sizeof(float) : sizeof(double);
}

[[noreturn]] void refuse_tensor(const std::string& id, const std::string& name, const std::string& what) {
  throw model_error(id, "tensor " + in_quotes(name) + " " + what);
}

/// First value that is not finite, as text; nullopt if there is none.
template <class T>
std::optional<std::string> non_finite(const std::vector<T>& values) {
  for (std::size_t i = 0; i < values.size(); ++i)
    if (!std::isfinite(values[i]))
      return "value " + std::to_string(i + 1) + " is " +
             (std::isnan(values[i]) ? "not a number" : "infinite");
  return std::nullopt;
}

std::optional<std::string> non_finite(const Tensor& tensor) {
  return tensor.type == TensorType::f32 ? non_finite(tensor.f32) : non_finite(tensor.f64);
}

void check_tensor(const std::string& name, const Tensor& tensor) {
  const auto count = element_count(tensor.shape);
  const std::size_t own = tensor.type == TensorType::f32 ? tensor.f32.size() : tensor.f64.size();
  const std::size_t other = tensor.type == TensorType::f32 ? tensor.f64.size() : tensor.f32.size();
  if (!count || *count != own || other != 0)
    refuse_tensor("model-shape", name,
                  "has " + std::to_string(own + other) + " values, not those of its shape");
  if (const auto bad = non_finite(tensor)) refuse_tensor("model-non-finite", name, "is unusable: " + *bad);
}

/// The tensors' names as they follow one another in the file: a sorted run of 64-bit ones, then of 32-bit
/// ones.
std::vector<const std::pair<const std::string, Tensor>*> in_file_order(const TensorFile& file) {
  std::vector<const std::pair<const std::string, Tensor>*> order;
  for (const TensorType type : {TensorType::f64, TensorType::f32})
    for (const auto& entry : file.tensors)
      if (entry.second.type == type) order.push_back(&entry);
  return order;
}

std::string encode_header(const TensorFile& file) {
  nlohmann::json header = nlohmann::json::object();  // keeps its keys sorted
  header["__metadata__"] = file.metadata;
  header["__metadata__"]["crc32"] = no_digits;
  std::uint64_t end = 0;
  for (const auto* entry : in_file_order(file)) {
    const auto& [name, tensor] = *entry;
    const std::uint64_t begin = end;
    end += *element_count(tensor.shape) * value_bytes(tensor.type);
    header[name] = {{"dtype", tensor.type == TensorType::f32 ? "F32" : "F64"},
                    {"shape", tensor.shape},
                    {"data_offsets", {begin, end}}};
  }
  try {
    std::string text = header.dump();
    text.resize((text.size() + 7) / 8 * 8, ' ');
    return text;
  } catch (const nlohmann::json::type_error&) {
    throw model_error("model-header", "a name or a text of the model is not UTF-8");
  }
}

/// Eight lower-case hexadecimal digits of the crc32 of `bytes` with the digits at `place` taken as zeros.
std::string crc_digits(std::string_view bytes, std::size_t place) {
  uLong crc = crc32_z(0, nullptr, 0);
  const auto add = [&](std::string_view part) {
    if (!part.empty()) crc = crc32_z(crc, reinterpret_cast<const Bytef*>(part.data()), part.size());
  };
  add(bytes.substr(0, place));
  add(no_digits);
  add(bytes.substr(place + no_digits.size()));
  std::string digits(no_digits);
  for (std::size_t i = digits.size(); i-- > 0; crc >>= 4) digits[i] = "0123456789abcdef"[crc & 15];
  return digits;
}

/// Where the digits of the crc32 stand in `header`, whose metadata say that they are `digits`. A quote inside
/// a JSON string is escaped, so the key with its quotes is found only where it is a key.
std::optional<std::size_t> crc_place(std::string_view header, const std::string& digits) {
  const std::size_t found = header.find(crc_key);
  if (found == header.npos || header.find(crc_key, found + 1) != header.npos) return std::nullopt;
  const std::size_t place = found + crc_key.size();
  if (digits.size() != no_digits.size() || header.substr(place, digits.size()) != digits) return std::nullopt;
  return place;
}

void check_crc(const std::string& bytes, const TensorHeader& header, const std::string& name) {
  const auto said = header.metadata.find("crc32");
  const auto place = said == header.metadata.end()
                         ? std::nullopt
                         : crc_place(std::string_view(bytes).substr(0, header.data_begin), said->second);
  if (!place)
    throw model_error("model-crc", "it carries no checksum (crc32) that could be verified", {name},
                      "a model saved again by another program loses its checksum: use the original");
  if (crc_digits(bytes, *place) != said->second)
    throw model_error("model-crc", "its bytes have changed since it was written: the checksum is wrong",
                      {name}, "copy the file again from where it was written");
}

template <class T>
std::vector<T> copied(std::string_view bytes) {
  std::vector<T> values(bytes.size() / sizeof(T));
  if (!bytes.empty()) std::memcpy(values.data(), bytes.data(), bytes.size());
  return values;
}

}  // namespace

std::string encode_safetensors(const TensorFile& file) {
  for (const auto& [name, tensor] : file.tensors) {
    if (name == "__metadata__") throw model_error("model-header", "no tensor may be named __metadata__");
    check_tensor(name, tensor);
  }
  const std::string header = encode_header(file);
  const std::uint64_t size = header.size();
  if (size > max_header_bytes) throw model_error("model-header-size", "the model's header leaves 16 MiB");
  std::string bytes(reinterpret_cast<const char*>(&size), sizeof size);
  bytes += header;
  for (const auto* entry : in_file_order(file)) {
    const Tensor& tensor = entry->second;
    bytes.append(reinterpret_cast<const char*>(tensor.f64.data()), tensor.f64.size() * sizeof(double));
    bytes.append(reinterpret_cast<const char*>(tensor.f32.data()), tensor.f32.size() * sizeof(float));
  }
  const std::size_t place =
      *crc_place(std::string_view(bytes).substr(0, sizeof size + size), std::string(no_digits));
  return bytes.replace(place, no_digits.size(), crc_digits(bytes, place));
}

TensorFile decode_safetensors(const std::string& bytes, const std::string& name) {
  TensorHeader header = read_tensor_header(bytes, name);
  check_crc(bytes, header, name);
  TensorFile file;
  file.metadata = std::move(header.metadata);
  for (TensorEntry& entry : header.entries) {
    const auto data =
        std::string_view(bytes).substr(header.data_begin + entry.begin, entry.end - entry.begin);
    Tensor tensor{entry.type, std::move(entry.shape), {}, {}};
    if (entry.type == TensorType::f32)
      tensor.f32 = copied<float>(data);
    else
      tensor.f64 = copied<double>(data);
    if (const auto bad = non_finite(tensor))
      throw model_error("model-non-finite", "tensor " + in_quotes(entry.name) + ": " + *bad, {name});
    file.tensors.emplace(std::move(entry.name), std::move(tensor));
  }
  return file;
}

}  // namespace fm
