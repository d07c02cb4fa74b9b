// Model files: everything needed to sample, in the safetensors format.
//   tensors   network.K.weight (out, in), network.K.bias (out) of layer K, float
//             coordinates.shift, coordinates.scale (D), double: data = shift + scale * coordinates
//             moments.mean0, .mean1 (D), .cov00, .cov11, .cov01 (D, D), double: of the coupled pairs, in
//             coordinates
//   metadata  format "flowmatch", format_version, options (JSON; itself a config of fm-train), columns (JSON
//             array of names, or of places from 1 in the data where these had no names), training (JSON;
//             TrainingRecord), crc32; for a model with conditions also conditions (JSON array of {"name",
//             "classes"} or {"name", "shift", "scale", "least", "greatest"}; data/condition.h)
// Equal training gives equal bytes: nothing depends on clock, machine name or path of the output.
#pragma once

#include <string>
#include <vector>

#include "core/json.h"
#include "data/condition.h"
#include "data/standardiser.h"
#include "io/safetensors.h"
#include "model/trainer.h"

namespace fm {

struct Model {
  Json options;  ///< of the run that made it; holds at least the fields of TrainingOptions
  std::vector<std::string> columns;  ///< names of the data's columns (D)
  bool has_names = true;             ///< false: `columns` are those of place_name
  Standardiser coordinates;
  Moments moments;
  Network network;
  TrainingRecord record;
  std::vector<Condition> conditions = {};  ///< columns that the field is conditional on
};

std::string encode_model(const Model& model);

/// Throws model errors: those of decode_safetensors, and "model-format", "model-version", "model-metadata",
/// "model-tensor" for content that does not describe a model. `name` is the file as shown in messages.
Model decode_model(const std::string& bytes, const std::string& name);

/// The same of a file that is decoded already. Throws its model errors but those of decode_safetensors.
Model model_of(const TensorFile& file, const std::string& name);

/// The bytes of the model file `path`, "-" for standard input, decompressed if it is gzip. Throws io errors,
/// model error "gzip" and limit error "too-large" (8 GiB).
std::string read_model(const std::string& path);

/// What the model file `path` holds. Throws what read_model and decode_model do.
Model load_model(const std::string& path);

/// The part of a model's options that decided the training.
TrainingOptions training_options(const Model& model);

}  // namespace fm
