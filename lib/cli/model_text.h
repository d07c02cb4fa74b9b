// What a model file is, for programs and for people.
#pragma once

#include <string>

#include "core/json.h"
#include "io/safetensors.h"
#include "model/model_file.h"

namespace fm {

/// A model and the file that holds it.
struct OpenedModel {
  std::string name;  ///< of the file, as shown
  std::size_t bytes;
  TensorFile file;
  Model model;
};

/// Throws what load_model does.
OpenedModel open_model(const std::string& path);

/// The command of fm-train that makes the model again from the data, which a model does not name: they are
/// DATA.
std::string training_command(const Model& model);

/// Everything but the numbers of the network.
Json model_json(const OpenedModel& opened);

/// The same in some lines.
std::string model_text(const OpenedModel& opened);

/// {"name", "dtype", "shape", "values"}: values exactly, in arrays nested as the shape says.
Json tensor_json(const std::string& name, const Tensor& tensor);

}  // namespace fm
