#include "cli/train_options.h"

#include "cli/options.h"

namespace fm {

namespace {

/// As one word of a shell command.
std::string shell_word(const std::string& text) {
  constexpr auto plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=:,./@%^";
  if (!text.empty() && text.find_first_not_of(plain) == std::string::npos) return text;
  std::string word = "'";
  for (const char c : text) word += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return word + "'";
}

Standardize usual_scale(const TrainOptions& options) {
  return normal_source(options) ? Standardize::columns : Standardize::global;
}

}  // namespace

void settle_scale(TrainOptions& options) {
  if (!options.standardize) options.standardize = usual_scale(options);
}

Json stored_options(const TrainOptions& options) {
  Json stored = Json::object();
  for_each_field<TrainOptions>([&](const auto& field) {
    if (field.stored) stored[field.name] = to_json(options.*field.member);
  });
  if (options.condition.empty())
    for (const char* name : {"condition", "condition_dropout", "condition_weight"}) stored.erase(name);
  if (options.weight.empty()) stored.erase("weight");  // models without weights stay as they always were
  return stored;
}

TrainOptions options_of_model(const Json& stored) {
  TrainOptions options;
  from_json(stored, options);
  if (!options.source) options.source = "normal";  // as decode_model() reads it
  if (options.standardize == usual_scale(options)) options.standardize.reset();
  if (options.source == (options.pairs.empty() ? "normal" : options.pairs)) options.source.reset();
  return options;
}

std::string command_words(const TrainOptions& options) {
  std::vector<std::string> words;
  for_each_field<TrainOptions>([&]<class Struct, class Type>(const Field<Struct, Type>& field) {
    if (!field.stored || !is_changed(options, field.member)) return;
    words.push_back(flag_of(field.name));
    if constexpr (!std::is_same_v<Type, bool>)
      words.push_back(shell_word(print_value(options.*field.member)));
  });
  return joined(words, " ");
}

}  // namespace fm
