#include "support/sealed.h"

#include <zlib.h>

#include <cstdio>

namespace fm::test {

std::string packed(std::string_view header, std::string_view data) {
  std::string file;
  for (int k = 0; k < 8; ++k) file += static_cast<char>(header.size() >> (8 * k) & 255);
  return file.append(header).append(data);
}

std::string sealed(std::string file) {
  constexpr std::string_view key = "\"crc32\":\"", none = "00000000";
  const std::size_t place = file.find(key);
  if (place == file.npos || place + key.size() + none.size() > file.size()) return file;
  file.replace(place + key.size(), none.size(), none);
  const uLong crc = crc32_z(0, reinterpret_cast<const Bytef*>(file.data()), file.size());
  char digits[9];
  std::snprintf(digits, sizeof digits, "%08lx", crc);
  return file.replace(place + key.size(), none.size(), digits);
}

}  // namespace fm::test
