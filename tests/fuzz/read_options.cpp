#include <tuple>

#include "cli/counts.h"
#include "cli/options.h"
#include "cli/train_options.h"
#include "core/text.h"
#include "flow/guided_field.h"
#include "fuzz/promises.h"
#include "fuzz/readers.h"
#include "io/column_list.h"
#include "metrics/metric.h"
#include "ode/diffusion.h"
#include "ode/divergence.h"
#include "ode/solver.h"

namespace fm::fuzz {

namespace {

template <class T>
void read_value(std::string_view text) {
  accepted([&] {
    T value{};
    parse_value(text, value);
    const std::string printed = print_value(value);
    T again{};
    parse_value(printed, again);
    require(print_value(again) == printed, "a value that is printed reads back as the same");
  });
}

/// Every type of option that has a grammar of its own.
void read_values(std::string_view text) {
  read_value<Scheduler>(text);
  read_value<Coupling>(text);
  read_value<ConditionalPath>(text);
  read_value<TimeSampler>(text);
  read_value<TimeWeight>(text);
  read_value<TimeFeatures>(text);
  read_value<Schedule>(text);
  read_value<Optimizer>(text);
  read_value<RegressionLoss>(text);
  read_value<std::vector<Metric>>(text);
  read_value<Divergence>(text);
  read_value<Diffusion>(text);
  read_value<Solver>(text);
  read_value<std::vector<std::int64_t>>(text);
  read_value<double>(text);
}

void read_lists(const std::string& text) {
  accepted([&] { parse_times(text); });
  accepted([&] { parse_interval(text); });
  accepted([&] { parse_guidance(text); });
  accepted([&] {
    const std::vector<std::string> names = {"a", "b-c", "x2", "a-b"};
    for (const std::size_t column : resolve_columns(text, names, "-c"))
      require(column < names.size(), "a column is one of the table's");
  });
}

void read_command_line(const std::vector<std::string>& words) {
  accepted([&] {
    TrainOptions options;
    const std::vector<Option> table = options_of(options);
    std::vector<const char*> arguments = {"fm-train"};
    for (const std::string& word : words) arguments.push_back(word.c_str());
    apply(parse_command_line(table, static_cast<int>(arguments.size()), arguments.data()));
    command_words(options);
  });
}

}  // namespace

void read_options(std::string_view bytes) {
  std::vector<std::string> words;
  for (const std::string_view line : split(bytes, '\n')) {
    if (words.size() == 20) break;
    words.emplace_back(line.substr(0, line.find('\0')));
    if (words.size() > 4) continue;
    read_values(line);
    read_lists(std::string(line));
  }
  read_command_line(words);
}

}  // namespace fm::fuzz
