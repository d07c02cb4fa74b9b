// Files in the safetensors format, put together by hand: with a right checksum, so that only what else is
// wrong can be the reason of a refusal.
#pragma once

#include <string>
#include <string_view>

namespace fm::test {

/// Length, header, data.
std::string packed(std::string_view header, std::string_view data = "");

/// `file` with the right crc32 in the place of its digits, if it has that place.
std::string sealed(std::string file);

}  // namespace fm::test
