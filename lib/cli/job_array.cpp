#include "cli/job_array.h"

#include <cstdlib>
#include <string_view>

#include "cli/counts.h"

namespace fm {

namespace {

/// Grid Engine and LSF set theirs in every job.
struct ArrayVariable {
  const char* name;
  std::string_view outside;  ///< its value in jobs of no array
};
constexpr ArrayVariable variables[] = {{"SLURM_ARRAY_TASK_ID", ""},
                                       {"PBS_ARRAY_INDEX", ""},
                                       {"PBS_ARRAYID", ""},
                                       {"SGE_TASK_ID", "undefined"},
                                       {"LSB_JOBINDEX", "0"}};

}  // namespace

std::optional<std::string> job_array_variable() {
  for (const auto& [name, outside] : variables) {
    const char* const value = std::getenv(name);
    if (value && *value && value != outside) return name;
  }
  return std::nullopt;
}

void warn_of_same_draws(const Session& session, const std::string& shard) {
  const bool has_shards = !shard.empty();
  const std::optional<std::string> variable = job_array_variable();
  if (!variable || session.seed_given || (has_shards && shard != ShardOptions{}.shard)) return;
  session.warn("every job of this array draws the same random numbers: --seed $" + *variable +
               " makes them differ" +
               (has_shards ? ", --shard $" + *variable + "/N gives each its part of one run" : ""));
}

}  // namespace fm
