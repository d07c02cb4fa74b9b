#include "io/safetensors.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>

#include "core/error.h"
#include "core/random.h"
#include "core/text.h"
#include "support/process.h"
#include "support/sealed.h"

using namespace fm;
using namespace fm::test;

namespace {

/// Id of the error that decoding `bytes` ends in, "" for none.
std::string failure(const std::string& bytes) {
  try {
    decode_safetensors(bytes, "m");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::model);
    CHECK(error.problems().front().place.file == "m");
    return error.id();
  }
  return "";
}

std::string encoding_failure(const TensorFile& file) {
  try {
    encode_safetensors(file);
  } catch (const Error& error) {
    return error.id();
  }
  return "";
}

/// A file put together by hand, with a right checksum.
std::string whole(const std::string& header, const std::string& data = "") {
  return test::sealed(packed(header, data));
}

const std::string metadata = R"("__metadata__":{"crc32":"00000000"})";

std::string described(const std::string& dtype, const std::string& shape, const std::string& offsets) {
  return "{\"dtype\":" + dtype + ",\"shape\":" + shape + ",\"data_offsets\":" + offsets + "}";
}

std::string f32(const std::string& shape, const std::string& offsets) {
  return described("\"F32\"", shape, offsets);
}

/// A file of the tensors `entries` (`"name":description`, joined by commas) and so many zero bytes of data.
std::string file_of(const std::string& entries, std::size_t data_bytes) {
  return whole("{" + metadata + "," + entries + "}", std::string(data_bytes, '\0'));
}

TensorFile small_file() {
  TensorFile file;
  file.metadata = {{"format", "x"}, {"text", "\"crc32\":\"12345678\"\n\\"}, {"\xc3\xa4", ""}};
  file.tensors["weight"] = {TensorType::f32, {2, 2}, {1.5f, -0.0f, 1e-40f, 3e38f}, {}};
  file.tensors["bias"] = {TensorType::f64, {1}, {}, {5e-324}};
  file.tensors["crc32"] = {TensorType::f32, {0, 7}, {}, {}};
  file.tensors["scalar"] = {TensorType::f64, {}, {}, {-2}};
  return file;
}

bool equal(const Tensor& a, const Tensor& b) {
  const auto same_bits = [](const auto& x, const auto& y) {
    return x.size() == y.size() &&
           (x.empty() || std::memcmp(x.data(), y.data(), sizeof x[0] * x.size()) == 0);
  };
  return a.type == b.type && a.shape == b.shape && same_bits(a.f32, b.f32) && same_bits(a.f64, b.f64);
}

void check_equal(const TensorFile& a, TensorFile b) {
  b.metadata.erase("crc32");
  CHECK(a.metadata == b.metadata);
  REQUIRE(a.tensors.size() == b.tensors.size());
  for (const auto& [name, tensor] : a.tensors) CHECK(equal(tensor, b.tensors.at(name)));
}

/// Up to six tensors of up to three extents below five, of both types, under names of odd characters.
TensorFile random_file(std::uint64_t seed) {
  Draws draws(seed, Purpose::test, 0);
  TensorFile file;
  const std::string alphabet = "a\"\\\n{}:, \x01z";
  const auto word = [&] {
    std::string text;
    for (std::uint64_t k = draws.below(6); k > 0; --k) text += alphabet[draws.below(alphabet.size())];
    return text;
  };
  for (std::uint64_t k = draws.below(4); k > 0; --k) file.metadata[word()] = word();
  for (std::uint64_t k = draws.below(7); k > 0; --k) {
    Tensor tensor{draws.below(2) == 0 ? TensorType::f32 : TensorType::f64, {}, {}, {}};
    std::int64_t count = 1;
    for (std::uint64_t extents = draws.below(4); extents > 0; --extents) {
      tensor.shape.push_back(static_cast<std::int64_t>(draws.below(5)));
      count *= tensor.shape.back();
    }
    for (; count > 0; --count) {
      if (tensor.type == TensorType::f32)
        tensor.f32.push_back(static_cast<float>(draws.normal()));
      else
        tensor.f64.push_back(draws.normal());
    }
    file.tensors["t" + word()] = tensor;
  }
  return file;
}

}  // namespace

TEST_CASE("safetensors: what is written is read back bit by bit, and writes the same bytes") {
  check_equal(small_file(), decode_safetensors(encode_safetensors(small_file()), "m"));
  check_equal({}, decode_safetensors(encode_safetensors({}), "m"));
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    const TensorFile file = random_file(seed);
    const std::string bytes = encode_safetensors(file);
    const TensorFile copy = decode_safetensors(bytes, "m");
    check_equal(file, copy);
    CHECK(encode_safetensors(copy) == bytes);
  }
}

TEST_CASE("safetensors: the data start at a multiple of 8, and 64-bit tensors stand at one") {
  for (std::size_t length = 0; length < 9; ++length) {
    TensorFile file = small_file();
    file.metadata["padding"] = std::string(length, 'x');
    const std::string bytes = encode_safetensors(file);
    std::uint64_t header = 0;
    std::memcpy(&header, bytes.data(), sizeof header);
    CHECK(header % 8 == 0);
    double bias = 0, scalar = 0;  // the two 64-bit tensors come first, in the order of their names
    std::memcpy(&bias, bytes.data() + 8 + header, sizeof bias);
    std::memcpy(&scalar, bytes.data() + 16 + header, sizeof scalar);
    CHECK(bias == 5e-324);
    CHECK(scalar == -2);
  }
}

TEST_CASE("safetensors: every proper prefix and every added byte is refused") {
  const std::string bytes = encode_safetensors(small_file());
  for (std::size_t size = 0; size < bytes.size(); ++size)
    CHECK_MESSAGE(failure(bytes.substr(0, size)) == "model-truncated", size);
  CHECK(failure(bytes + '\0') == "model-trailing");
}

TEST_CASE("safetensors: every single flipped bit is refused") {
  const std::string bytes = encode_safetensors(small_file());
  for (std::size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
    std::string flipped = bytes;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
    CHECK_MESSAGE(failure(flipped) != "", "bit ", bit);
  }
}

TEST_CASE("safetensors: handmade files that are whole are accepted") {
  CHECK(failure(whole("{" + metadata + "}")) == "");
  CHECK(failure(whole("{" + metadata + "}  ")) == "");
  CHECK(failure(file_of("\"a\":" + f32("[2]", "[0,8]"), 8)) == "");
  CHECK(failure(file_of("\"a\":" + f32("[]", "[0,4]"), 4)) == "");
  CHECK(failure(file_of("\"a\":" + f32("[5,0]", "[0,0]"), 0)) == "");
  CHECK(failure(file_of("\"b\":" + f32("[1]", "[4,8]") + ",\"a\":" + f32("[1]", "[0,4]"), 8)) == "");
}

TEST_CASE("safetensors: handmade bad files, each refused for its own reason: the head") {
  CHECK(failure("") == "model-truncated");
  CHECK(failure("abc") == "model-truncated");
  CHECK(failure(packed("{" + metadata + "}").substr(0, 8)) == "model-truncated");
  CHECK(failure(packed("{" + metadata + "}").substr(0, 20)) == "model-truncated");
  CHECK(failure("x,y\n1,2\n3,4\n5,6\n") == "model-not-safetensors");
  CHECK(failure("{\"x\": 1, \"y\": 2}\n") == "model-not-safetensors");
  CHECK(failure(std::string(8, '\xff') + "{}") == "model-header-size");
  CHECK(failure(std::string(8, '\0') + "{}") == "model-header-size");
  CHECK(failure(packed("{")) == "model-header-size");
  CHECK(failure(packed(std::string((16 << 20) + 1, ' '))) == "model-header-size");
  CHECK(failure(packed("[]")) == "model-header");
  CHECK(failure(packed("{]")) == "model-header");
  CHECK(failure(packed(" {}")) == "model-header");
  CHECK(failure(packed("{}x")) == "model-header");
  CHECK(failure(packed(std::string("{}\0", 3))) == "model-header");
  CHECK(failure(packed("{\"\xff\":1}")) == "model-header");
  CHECK(failure(packed("{\"a\":" + std::string(100000, '['))) == "model-header");
  CHECK(failure(packed("{" + metadata + "," + metadata + "}")) == "model-header");
  CHECK(failure(packed(R"({"__metadata__":[]})")) == "model-header");
  CHECK(failure(packed(R"({"__metadata__":{"crc32":5}})")) == "model-header");
  CHECK(failure(packed(R"({"__metadata__":{"a":"1","a":"2"}})")) == "model-header");
}

TEST_CASE("safetensors: handmade bad files, each refused for its own reason: the checksum") {
  CHECK(failure(packed("{}")) == "model-crc");
  CHECK(failure(packed(R"({"__metadata__":{}})")) == "model-crc");
  CHECK(failure(packed("{" + metadata + "}")) == "model-crc");
  CHECK(failure(packed(R"({"__metadata__":{"crc32":""}})")) == "model-crc");
  CHECK(failure(packed(R"({"__metadata__":{"crc32":"0000000g"}})")) == "model-crc");
  CHECK(failure(packed(R"({"__metadata__":{"crc32" :"00000000"}})")) == "model-crc");
}

TEST_CASE("safetensors: handmade bad files, each refused for its own reason: types and shapes") {
  const auto one = [](const std::string& description, std::size_t bytes) {
    return failure(file_of("\"a\":" + description, bytes));
  };
  CHECK(one("3", 0) == "model-header");
  CHECK(one("{}", 0) == "model-header");
  CHECK(one(R"({"dtype":"F32","shape":[2]})", 8) == "model-header");
  CHECK(one(R"({"dtype":"F32","shape":[2],"offsets":[0,8]})", 8) == "model-header");
  CHECK(one(R"({"dtype":"F32","shape":[2],"data_offsets":[0,8],"more":1})", 8) == "model-header");
  CHECK(failure(file_of("\"a\":" + f32("[2]", "[0,8]") + ",\"a\":" + f32("[2]", "[8,16]"), 16)) ==
        "model-header");
  for (const char* dtype : {"\"F16\"", "\"BF16\"", "\"I64\"", "\"f32\"", "\"\"", "32", "null", "[\"F32\"]"})
    CHECK_MESSAGE(one(described(dtype, "[2]", "[0,8]"), 8) == "model-dtype", dtype);
  for (const char* shape : {"2", "\"2\"", "null", "[-2]", "[2.0]", "[2.5]", "[\"2\"]", "[[2]]", "[null]",
                            "[9223372036854775808]", "[18446744073709551617]",  // 2^63, 2^64 + 1
                            "[4294967296,4294967296,4]", "[4611686018427387904,4]", "[1e400]"})
    CHECK_MESSAGE(failure(file_of("\"a\":" + f32(shape, "[0,8]"), 8)) != "", shape);
  for (const char* shape : {"2", "null", "[-2]", "[2.0]", "[\"2\"]", "[9223372036854775808]",
                            "[4294967296,4294967296,4]", "[4611686018427387904,4]"})
    CHECK_MESSAGE(one(f32(shape, "[0,8]"), 8) == "model-shape", shape);
}

TEST_CASE("safetensors: handmade bad files, each refused for its own reason: places") {
  const auto one = [](const std::string& offsets, std::size_t bytes) {
    return failure(file_of("\"a\":" + f32("[2]", offsets), bytes));
  };
  for (const char* offsets :
       {"8", "null", "[]", "[0]", "[0,8,8]", "[8,0]", "[-8,0]", "[0,8.0]", "[0,\"8\"]", "[0,4]", "[0,16]",
        "[0,0]", "[0,18446744073709551615]", "[18446744073709551608,18446744073709551615]", "[1,9]"})
    CHECK_MESSAGE(one(offsets, 16) == "model-offsets", offsets);
  const auto two = [](const std::string& first, const std::string& second, std::size_t bytes) {
    return failure(file_of("\"a\":" + f32("[2]", first) + ",\"b\":" + f32("[2]", second), bytes));
  };
  CHECK(two("[0,8]", "[0,8]", 8) == "model-offsets");
  CHECK(two("[0,8]", "[4,12]", 12) == "model-offsets");
  CHECK(two("[0,8]", "[12,20]", 20) == "model-offsets");
  CHECK(one("[0,8]", 7) == "model-truncated");
  CHECK(one("[0,8]", 0) == "model-truncated");
  CHECK(one("[0,8]", 9) == "model-trailing");
  CHECK(failure(whole("{" + metadata + "}", "x")) == "model-trailing");
}

TEST_CASE("safetensors: values that are not finite are neither read nor written") {
  for (const float value : {NAN, INFINITY, -INFINITY}) {
    std::string data(4, '\0');
    std::memcpy(data.data(), &value, sizeof value);
    CHECK(failure(whole("{" + metadata + ",\"a\":" + f32("[1]", "[0,4]") + "}", data)) == "model-non-finite");
    TensorFile file;
    file.tensors["a"] = {TensorType::f64, {1}, {}, {value}};
    CHECK(encoding_failure(file) == "model-non-finite");
  }
}

TEST_CASE("safetensors: content that the format cannot hold is not written") {
  TensorFile file;
  file.tensors["a"] = {TensorType::f32, {3}, {1, 2}, {}};
  CHECK(encoding_failure(file) == "model-shape");
  file.tensors["a"] = {TensorType::f32, {-1}, {}, {}};
  CHECK(encoding_failure(file) == "model-shape");
  file.tensors = {{"__metadata__", {TensorType::f32, {0}, {}, {}}}};
  CHECK(encoding_failure(file) == "model-header");
  file.tensors.clear();
  file.metadata["a"] = "\xff";
  CHECK(encoding_failure(file) == "model-header");
}

// Run with Python 3.11, safetensors 0.8.0 and numpy 2.4.6: PYTHON=venv/bin/python3 test_io.
TEST_CASE("safetensors: Python's safetensors reads the same numbers") {
  const Folder folder;
  if (shell(folder, "${PYTHON:-python3} -c 'import numpy, safetensors'").code != 0) {
    MESSAGE("skipped: no Python with safetensors and numpy (set PYTHON)");
    return;
  }
  write_text(folder / "m", encode_safetensors(small_file()));
  write_text(folder / "show.py", R"(
import safetensors
with safetensors.safe_open("m", "numpy") as file:
    for name in sorted(file.keys()):
        tensor = file.get_tensor(name)
        print(name, tensor.dtype, list(tensor.shape), [float(value).hex() for value in tensor.ravel()])
    print(sorted(item for item in file.metadata().items() if item[0] != "crc32"))
)");
  const Result result = shell(folder, "${PYTHON:-python3} show.py");
  CHECK(result.err == "");
  CHECK(result.out ==
        "bias float64 [1] ['0x0.0000000000001p-1022']\n"
        "crc32 float32 [0, 7] []\n"
        "scalar float64 [] ['-0x1.0000000000000p+1']\n"
        "weight float32 [2, 2] ['0x1.8000000000000p+0', '-0x0.0p+0', '0x1.16c2000000000p-133', "
        "'0x1.c363cc0000000p+127']\n"
        "[('format', 'x'), ('text', '\"crc32\":\"12345678\"\\n\\\\'), ('\xc3\xa4', '')]\n");
}
