// Jobs of an array that would all draw the same are told.
#include "tools/support.h"

using namespace fm::test;

namespace {

bool warned(const Folder& folder, const std::string& command) {
  const Result result = shell(folder, command);
  REQUIRE_MESSAGE(result.code == 0, command, ": ", result.err);
  return contains(result.err, "warning: every job of this array draws the same random numbers");
}

}  // namespace

TEST_CASE("job array: a job without seed and shard is warned, and one with either is not") {
  const Folder folder;
  make_model(folder);
  const std::string slurm = "SLURM_ARRAY_TASK_ID=3 ", moons = "'" + data_file("moons.csv") + "'";
  for (const std::string& command : std::vector<std::string>{
           "fm-sample -m m.safetensors -n 3", "fm-path -m m.safetensors -n 3", "fm-data moons -n 3",
           "fm-train " + data_file("moons.csv") + brief + "-o t"}) {
    CAPTURE(command);
    CHECK(warned(folder, slurm + command));
    CHECK(!warned(folder, command));
    CHECK(!warned(folder, slurm + command + " -q"));
    CHECK(!warned(folder, slurm + command + " --seed 0"));
    if (!contains(command, "fm-train")) CHECK(!warned(folder, slurm + command + " --shard 3/3"));
  }
  write_text(folder / "seed.json", "{\"seed\": \"3\"}");
  CHECK(!warned(folder, slurm + "fm-data moons -n 3 --config seed.json"));
  CHECK(!warned(folder, slurm + "fm-sample -m m.safetensors " + data_file("moons.csv")));
  CHECK(warned(folder, slurm + "fm-sample --exact " + moons + " " + moons + " --sde"));
}

TEST_CASE("job array: every batch system's variable counts, unless the job is of no array") {
  const Folder folder;
  const std::string draw = "fm-data moons -n 3";
  for (const std::string array :
       {"SLURM_ARRAY_TASK_ID=0", "PBS_ARRAY_INDEX=0", "PBS_ARRAYID=1", "SGE_TASK_ID=1", "LSB_JOBINDEX=1"})
    CHECK_MESSAGE(warned(folder, array + " " + draw), array);
  for (const std::string alone : {"SLURM_ARRAY_TASK_ID=", "SGE_TASK_ID=undefined", "LSB_JOBINDEX=0"})
    CHECK_MESSAGE(!warned(folder, alone + " " + draw), alone);
  const std::string told = shell(folder, "SGE_TASK_ID=2 " + draw).err;
  CHECK(contains(told, "--seed $SGE_TASK_ID"));
  CHECK(contains(told, "--shard $SGE_TASK_ID/N"));
}
