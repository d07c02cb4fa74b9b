#include "core/error.h"

#include <cstdio>
#include <utility>

#include "core/text.h"

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

/// Length of the printable UTF-8 sequence at text[i], 0 if there is none.
std::size_t printable_length(const std::string& text, std::size_t i) {
  const auto byte = static_cast<unsigned char>(text[i]);
  const std::size_t length = utf8_length(text, i);
  const bool c1_control = byte == 0xc2 && length == 2 && static_cast<unsigned char>(text[i + 1]) < 0xa0;
  return byte < 0x20 || byte == 0x7f || c1_control ? 0 : length;
}

}  // namespace

std::string escaped(const std::string& text, std::size_t max_bytes) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    if (i >= max_bytes) {
      out += "...";
      break;
    }
    const std::size_t length = printable_length(text, i);
    if (length == 0) {
      char code[8];
      std::snprintf(code, sizeof code, "\\x%02x", static_cast<unsigned char>(text[i]));
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
