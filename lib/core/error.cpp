#include "core/error.h"

#include <cstdio>
#include <utility>

namespace fm {

Error::Error(ErrorKind kind, std::vector<Problem> problems, std::string hint)
    : kind_(kind), problems_(std::move(problems)), hint_(std::move(hint)) {
  if (problems_.empty()) problems_.push_back({"internal", "an error without a problem", {}});
}

Error::Error(ErrorKind kind, std::string id, std::string message, std::string hint, Place place)
    : Error(kind, {{std::move(id), std::move(message), std::move(place)}}, std::move(hint)) {}

Error usage_error(std::string id, std::string message, std::string hint) {
  return {ErrorKind::usage, std::move(id), std::move(message), std::move(hint)};
}
Error data_error(std::string id, std::string message, Place place, std::string hint) {
  return {ErrorKind::data, std::move(id), std::move(message), std::move(hint), std::move(place)};
}
Error model_error(std::string id, std::string message, Place place, std::string hint) {
  return {ErrorKind::model, std::move(id), std::move(message), std::move(hint), std::move(place)};
}
Error io_error(std::string id, std::string message, Place place, std::string hint) {
  return {ErrorKind::io, std::move(id), std::move(message), std::move(hint), std::move(place)};
}
Error numeric_error(std::string id, std::string message, std::string hint) {
  return {ErrorKind::numeric, std::move(id), std::move(message), std::move(hint)};
}
Error limit_error(std::string id, std::string message, Place place, std::string hint) {
  return {ErrorKind::limit, std::move(id), std::move(message), std::move(hint), std::move(place)};
}

namespace {

/// Length of the valid UTF-8 sequence at text[i], 0 if there is none.
std::size_t utf8_length(const std::string& text, std::size_t i) {
  const auto byte = [&](std::size_t k) { return k < text.size() ? static_cast<unsigned char>(text[k]) : 0u; };
  const unsigned lead = byte(i);
  if (lead < 0x80) return 1;
  const std::size_t length = lead >= 0xf0 && lead < 0xf5 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc2 ? 2 : 0;
  if (lead >= 0xf5) return 0;
  for (std::size_t k = 1; k < length; ++k)
    if ((byte(i + k) & 0xc0) != 0x80) return 0;
  if ((lead == 0xe0 && byte(i + 1) < 0xa0) || (lead == 0xf0 && byte(i + 1) < 0x90)) return 0;  // overlong
  if (lead == 0xed && byte(i + 1) >= 0xa0) return 0;                                           // surrogates
  if (lead == 0xc2 && byte(i + 1) < 0xa0) return 0;                                            // C1 controls
  return length;
}

}  // namespace

std::string escaped(const std::string& text, std::size_t max_bytes) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    if (i >= max_bytes) {
      out += "...";
      break;
    }
    const auto byte = static_cast<unsigned char>(text[i]);
    const std::size_t length = utf8_length(text, i);
    if (byte < 0x20 || byte == 0x7f || length == 0) {
      char code[8];
      std::snprintf(code, sizeof code, "\\x%02x", byte);
      out += code;
      ++i;
    } else {
      out.append(text, i, length);
      i += length;
    }
  }
  return out;
}

std::string in_quotes(const std::string& text, std::size_t max_bytes) {
  return '"' + escaped(text, max_bytes) + '"';
}

}  // namespace fm
