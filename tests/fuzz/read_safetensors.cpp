#include "fuzz/promises.h"
#include "fuzz/readers.h"
#include "io/safetensors.h"
#include "support/sealed.h"

void fm::fuzz::read_safetensors(std::string_view bytes) {
  accepted([&] {
    const TensorFile file = decode_safetensors(test::sealed(std::string(bytes)), "m");
    const std::string again = encode_safetensors(file);
    require(encode_safetensors(decode_safetensors(again, "m")) == again, "what is read can be written");
  });
}
