#include "flow/mixture_file.h"
#include "fuzz/promises.h"
#include "fuzz/readers.h"

void fm::fuzz::read_mixture(std::string_view bytes) {
  accepted([&] {
    const std::string printed = print_mixture(parse_mixture(std::string(bytes), "m"));
    require(print_mixture(parse_mixture(printed, "m")) == printed,
            "a mixture that is printed reads back as the same");
  });
}
