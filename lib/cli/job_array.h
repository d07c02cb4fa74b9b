// Job arrays of batch systems: one command for many jobs, each with a number in its environment.
#pragma once

#include <optional>
#include <string>

#include "cli/tool.h"

namespace fm {

/// The environment variable that holds this job's number in its array: of Slurm, PBS, Torque, Grid Engine or
/// LSF. None outside of an array.
std::optional<std::string> job_array_variable();

/// Warns in a job of an array that was given neither a seed nor a shard ("K/N", the default "1/1"; empty: the
/// tool has none): all its jobs draw the same.
void warn_of_same_draws(const Session& session, const std::string& shard = {});

}  // namespace fm
