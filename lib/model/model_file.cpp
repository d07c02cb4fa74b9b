#include "model/model_file.h"

#include <cmath>

#include "data/condition_json.h"
#include "io/column_json.h"
#include "io/read_file.h"
#include "io/safetensors.h"
#include "model/file_parts.h"
#include "model/training_plan.h"

namespace fm {

namespace {

constexpr FileKind kind = {.noun = "model", .format = "flowmatch", .version = "1"};
constexpr std::size_t max_model_bytes = std::size_t{1} << 33;

std::string layer_name(std::size_t layer, const char* part) {
  return "network." + std::to_string(layer) + "." + part;
}

Tensor vector_tensor(const Vector& values) {
  return {TensorType::f64, {values.size()}, {}, {values.begin(), values.end()}};
}

/// Row-major (rows, columns).
Tensor matrix_tensor(const Points& values) {
  Tensor tensor{TensorType::f64, {values.rows(), values.cols()}, {}, {}};
  for (Index i = 0; i < values.rows(); ++i)
    for (Index j = 0; j < values.cols(); ++j) tensor.f64.push_back(values(i, j));
  return tensor;
}

void add_network(const Network& network, std::map<std::string, Tensor>& tensors) {
  const std::vector<LayerPlace> places = layer_places(network.shape);
  for (std::size_t k = 0; k < places.size(); ++k) {
    const LayerPlace& place = places[k];
    const float* weights = network.parameters.data() + place.weights;
    const float* bias = network.parameters.data() + place.bias;
    tensors[layer_name(k, "weight")] = {TensorType::f32,
                                        {place.outputs, place.inputs},
                                        {weights, weights + place.outputs * place.inputs},
                                        {}};
    tensors[layer_name(k, "bias")] = {TensorType::f32, {place.outputs}, {bias, bias + place.outputs}, {}};
  }
}

/// The file's tensors by name too, each missing or misshapen one a model error.
class Parts : public FileParts {
 public:
  Parts(const TensorFile& file, const std::string& name) : FileParts(kind, file, name), file_(file) {}

  const Tensor& tensor(const std::string& key, TensorType type,
                       const std::vector<std::int64_t>& shape) const {
    const auto found = file_.tensors.find(key);
    if (found == file_.tensors.end()) fail("tensor", "it lacks the tensor " + in_quotes(key));
    if (found->second.type != type || found->second.shape != shape)
      fail("tensor",
           "its tensor " + in_quotes(key) + " does not have the type and shape that its options ask for");
    return found->second;
  }
  Vector vector(const std::string& key, Index size) const {
    const Tensor& found = tensor(key, TensorType::f64, {size});
    return Eigen::Map<const Vector>(found.f64.data(), size);
  }
  Points matrix(const std::string& key, Index size) const {
    const Tensor& found = tensor(key, TensorType::f64, {size, size});
    return Eigen::Map<const Points>(found.f64.data(), size, size).transpose();
  }

 private:
  const TensorFile& file_;
};

/// The members of `options` that T describes.
template <Described T>
Json part_of(const Json& options) {
  Json part = Json::object();
  for (const std::string& name : field_names<T>())
    if (options.contains(name)) part[name] = options[name];
  return part;
}

void read_columns(const Parts& parts, Model& model) {
  try {
    const ColumnNames columns = columns_of_json(parts.json("columns"));
    model.columns = columns.names;
    model.has_names = columns.has_names;
  } catch (const Error& error) {
    parts.fail("metadata", error.what());
  }
}

void read_conditions(const TensorFile& file, const Parts& parts, Model& model) {
  if (file.metadata.count("conditions") == 0) return;
  try {
    model.conditions = conditions_of_json(parts.json("conditions"), model.columns);
  } catch (const Error& error) {
    parts.fail("metadata", error.what());
  }
}

void read_network(const Parts& parts, const TrainingOptions& options, Model& model,
                  std::size_t tensor_count) {
  const auto dim = static_cast<Index>(model.columns.size());
  model.network.condition_rows = condition_rows(model.conditions);
  model.network.shape = training_shape(dim, model.network.condition_rows, options);
  model.network.time_features = options.time_features;
  const std::vector<LayerPlace> places = layer_places(model.network.shape);
  for (std::size_t k = 0; k < places.size(); ++k) {
    const LayerPlace& place = places[k];
    const Tensor& weights =
        parts.tensor(layer_name(k, "weight"), TensorType::f32, {place.outputs, place.inputs});
    const Tensor& bias = parts.tensor(layer_name(k, "bias"), TensorType::f32, {place.outputs});
    model.network.parameters.insert(model.network.parameters.end(), weights.f32.begin(), weights.f32.end());
    model.network.parameters.insert(model.network.parameters.end(), bias.f32.begin(), bias.f32.end());
  }
  constexpr std::size_t other_tensors = 7;  // coordinates and moments
  if (tensor_count != 2 * places.size() + other_tensors)
    parts.fail("tensor", "it holds tensors that do not belong there");
}

}  // namespace

std::string encode_model(const Model& model) {
  TensorFile file;
  add_network(model.network, file.tensors);
  file.tensors["coordinates.shift"] = vector_tensor(model.coordinates.shift);
  file.tensors["coordinates.scale"] = vector_tensor(model.coordinates.scale);
  file.tensors["moments.mean0"] = vector_tensor(model.moments.mean0);
  file.tensors["moments.mean1"] = vector_tensor(model.moments.mean1);
  file.tensors["moments.cov00"] = matrix_tensor(model.moments.cov00);
  file.tensors["moments.cov11"] = matrix_tensor(model.moments.cov11);
  file.tensors["moments.cov01"] = matrix_tensor(model.moments.cov01);
  file.metadata = {{"format", kind.format},
                   {"format_version", kind.version},
                   {"options", text_of(model.options)},
                   {"columns", text_of(column_json({model.columns, model.has_names}))},
                   {"training", text_of(to_json(model.record))}};
  if (!model.conditions.empty()) file.metadata["conditions"] = text_of(condition_json(model.conditions));
  return encode_safetensors(file);
}

Model decode_model(const std::string& bytes, const std::string& name) {
  return model_of(decode_safetensors(bytes, name), name);
}

Model model_of(const TensorFile& file, const std::string& name) {
  const Parts parts(file, name);
  Model model;
  model.options = parts.json("options");
  if (!model.options.is_object()) parts.fail("metadata", "its options are not an object");
  if (!model.options.value("source", Json("normal")).is_string())
    parts.fail("metadata", "its source is not a name");
  TrainingOptions options;
  parts.read(part_of<TrainingOptions>(model.options), "options", options);
  try {
    check_path(options, model.options.value("source", "normal") == "normal");
  } catch (const Error& error) {
    parts.fail("metadata", std::string("its options: ") + error.what());
  }
  parts.read(parts.json("training"), "training", model.record);
  if (model.record.rows < 1 || model.record.held_out < 0)
    parts.fail("metadata", "its training has a negative number of rows");
  read_columns(parts, model);
  read_conditions(file, parts, model);
  const auto dim = static_cast<Index>(model.columns.size());
  read_network(parts, options, model, file.tensors.size());
  model.coordinates.shift = parts.vector("coordinates.shift", dim);
  model.coordinates.scale = parts.vector("coordinates.scale", dim);
  if ((model.coordinates.scale.array() <= 0).any())
    parts.fail("tensor", "its coordinates have a scale below 0");
  model.moments = {parts.vector("moments.mean0", dim), parts.vector("moments.mean1", dim),
                   parts.matrix("moments.cov00", dim), parts.matrix("moments.cov11", dim),
                   parts.matrix("moments.cov01", dim)};
  if ((model.moments.cov00.diagonal().array() < 0).any() ||
      (model.moments.cov11.diagonal().array() < 0).any())
    parts.fail("tensor", "its moments have a variance below 0");
  model.network.noise = path_noise(options, model.options.value("source", "normal") == "normal");
  model.network.preconditioner =
      Preconditioner(model.moments, options.scheduler, options.predict, options.path);
  return model;
}

std::string read_model(const std::string& path) {
  try {
    return read_file(path, max_model_bytes);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::data) throw;
    throw Error(ErrorKind::model, error.problems(), error.hint());  // damaged gzip
  }
}

Model load_model(const std::string& path) {
  return decode_model(read_model(path), path);
}

TrainingOptions training_options(const Model& model) {
  TrainingOptions options;
  from_json(part_of<TrainingOptions>(model.options), options);
  return options;
}

}  // namespace fm
