#include "cli/evaluation_options.h"
#include "cli/train_options.h"
#include "core/json.h"
#include "fuzz/promises.h"
#include "fuzz/readers.h"

namespace fm::fuzz {

namespace {

template <class Options>
void read_as(const std::string& text) {
  accepted([&] {
    Options options;
    from_json(parse_json(text, "config", ErrorKind::usage), options);
    const std::string printed = text_of(to_json(options));
    Options again;
    from_json(parse_json(printed, "config", ErrorKind::usage), again);
    require(text_of(to_json(again)) == printed, "options that are printed read back as the same");
  });
}

}  // namespace

void read_config(std::string_view bytes) {
  const std::string text(bytes);
  read_as<TrainOptions>(text);
  read_as<EvalOptions>(text);
  accepted([&] { command_words(options_of_model(parse_json(text, "config", ErrorKind::usage))); });
}

}  // namespace fm::fuzz
