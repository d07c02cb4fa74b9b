#include "cli/model_text.h"

#include <span>

#include "cli/result_format.h"
#include "cli/train_options.h"
#include "data/condition_json.h"

namespace fm {

namespace {

std::vector<double> numbers(const Vector& values) {
  return {values.begin(), values.end()};
}

/// The first numbers of `left`, nested as the shape says; takes them off.
template <class T>
Json nested(std::span<const T>& left, std::span<const std::int64_t> shape) {
  if (shape.empty()) {
    const T value = left.front();
    left = left.subspan(1);
    return to_json(static_cast<double>(value));
  }
  Json array = Json::array();
  for (std::int64_t k = 0; k < shape[0]; ++k) array.push_back(nested(left, shape.subspan(1)));
  return array;
}

std::string training_line(const TrainingRecord& record) {
  std::string line = std::to_string(record.steps) + " steps on " + std::to_string(record.rows) + " rows";
  if (record.held_out > 0) line += ", " + std::to_string(record.held_out) + " held out";
  if (record.kept_step != record.steps) line += ", step " + std::to_string(record.kept_step) + " kept";
  line += "; loss " + rounded(record.final_loss);
  if (record.validation_loss) line += ", held-out " + rounded(*record.validation_loss);
  return line + ", of the best affine field " + rounded(record.affine_loss);
}

std::string condition_line(const Condition& condition) {
  const LabelColumn& column = condition.column;
  if (!column.classes.empty()) return column.name + ": " + joined(column.classes, ", ");
  return column.name + ": " + rounded(condition.least) + " to " + rounded(condition.greatest);
}

}  // namespace

OpenedModel open_model(const std::string& path) {
  const std::string bytes = read_model(path);
  TensorFile file = decode_safetensors(bytes, path);
  Model model = model_of(file, path);
  return {path == "-" ? "standard input" : path, bytes.size(), std::move(file), std::move(model)};
}

std::string training_command(const Model& model) {
  const TrainOptions options = options_of_model(model.options);
  const std::string words = command_words(options);
  return std::string("fm-train") + (options.pairs.empty() ? " DATA" : "") + (words.empty() ? "" : " ") +
         words;
}

Json model_json(const OpenedModel& opened) {
  const Model& model = opened.model;
  const MlpShape& shape = model.network.shape;
  Json json = {{"file", opened.name},
               {"bytes", opened.bytes},
               {"format_version", opened.file.metadata.at("format_version")},
               {"crc32", opened.file.metadata.at("crc32")},
               {"columns", model.columns}};
  if (!model.conditions.empty()) json["conditions"] = condition_json(model.conditions);
  json["coordinates"] = {{"shift", numbers(model.coordinates.shift)},
                         {"scale", numbers(model.coordinates.scale)}};
  json["network"] = {{"inputs", shape.inputs},
                     {"hidden", shape.hidden},
                     {"outputs", shape.outputs},
                     {"parameters", model.network.parameters.size()}};
  json["training"] = to_json(model.record);
  json["options"] = model.options;
  json["command"] = training_command(model);
  return json;
}

std::string model_text(const OpenedModel& opened) {
  const Model& model = opened.model;
  const MlpShape& shape = model.network.shape;
  const TrainOptions options = options_of_model(model.options);
  std::string layers = std::to_string(shape.inputs);
  for (const Index width : shape.hidden) layers += " - " + std::to_string(width);
  layers += " - " + std::to_string(shape.outputs);
  Cells columns = {{"column", "shift", "scale"}};
  for (std::size_t d = 0; d < model.columns.size(); ++d)
    columns.push_back({model.columns[d], rounded(model.coordinates.shift(static_cast<Index>(d))),
                       rounded(model.coordinates.scale(static_cast<Index>(d)))});
  std::string text = "model     " + opened.name + ", " + std::to_string(opened.bytes) + " bytes, checksum " +
                     opened.file.metadata.at("crc32") + "\n";
  text += "network   " + layers + ", " + std::to_string(model.network.parameters.size()) + " parameters, " +
          print_value(options.activation) + ", time " + print_value(options.time_features) + "\n";
  text += "path      " + print_value(options.scheduler) + ", " + print_value(options.path) + ", coupling " +
          print_value(options.coupling) + "\n";
  text += "training  " + training_line(model.record) + "\n";
  text += "made by   " + training_command(model) + "\n";
  for (const Condition& condition : model.conditions) text += "given     " + condition_line(condition) + "\n";
  return text + "\n" + aligned(columns);
}

Json tensor_json(const std::string& name, const Tensor& tensor) {
  Json json = {
      {"name", name}, {"dtype", tensor.type == TensorType::f32 ? "F32" : "F64"}, {"shape", tensor.shape}};
  std::span<const float> floats = tensor.f32;
  std::span<const double> doubles = tensor.f64;
  json["values"] =
      tensor.type == TensorType::f32 ? nested(floats, tensor.shape) : nested(doubles, tensor.shape);
  return json;
}

}  // namespace fm
