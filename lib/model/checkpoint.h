// Checkpoints: the state of a training, in the safetensors format of model files, with what it is a state of.
//   tensors   parameters, optimizer.mean, optimizer.variance, and where there are such averaged and
//             validation.parameters: float, in the order of the network's parameters
//   metadata  format "flowmatch-checkpoint", format_version, crc32,
//             run (JSON: whatever identifies the training, equal where one may go on from here),
//             state (JSON: the described fields of TrainingState)
#pragma once

#include <string>

#include "core/json.h"
#include "model/trainer.h"

namespace fm {

struct Checkpoint {
  Json run;
  TrainingState state;
};

std::string encode_checkpoint(const Checkpoint& checkpoint);

/// Throws model errors: "checkpoint-damaged" where decode_safetensors() throws, and "checkpoint-format",
/// "checkpoint-version", "checkpoint-metadata", "checkpoint-tensor" for content that is no checkpoint. `name`
/// is the file as shown in messages.
Checkpoint decode_checkpoint(const std::string& bytes, const std::string& name);

/// The rows in 8 hexadecimal digits: crc32 of all their numbers, those of classes for their names.
std::string fingerprint(const TrainingRows& rows);

}  // namespace fm
