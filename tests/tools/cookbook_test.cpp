// Every block of tools/COOKBOOK.md is run as it stands, in its order, in one folder that holds data/.
#include "tools/support.h"

using namespace fm::test;

namespace {

/// The blocks between "```sh" and "```".
std::vector<std::string> cookbook_blocks() {
  std::vector<std::string> blocks;
  bool inside = false;
  for (const std::string& line : lines_of(read_text(data_file("../tools/COOKBOOK.md")))) {
    if (line == "```sh") blocks.emplace_back();
    if (inside && line != "```") blocks.back() += line + "\n";
    if (line.starts_with("```")) inside = line == "```sh";
  }
  return blocks;
}

/// A queue for one machine in folder/queue: sbatch runs the tasks of a job one after the other, and runs a
/// job again that scontrol puts back.
void make_queue(const Folder& folder) {
  REQUIRE(shell(folder, "mkdir queue").code == 0);
  write_text(folder / "queue/sbatch",
             "#!/bin/bash\n"
             "export SLURM_JOB_ID=7 SLURM_ARRAY_TASK_COUNT=$(sed -n 's/^#SBATCH --array=1-//p' \"$1\")\n"
             "for ((task = 1; task <= ${SLURM_ARRAY_TASK_COUNT:-1}; ++task)); do\n"
             "  until rm -f requeued; SLURM_ARRAY_TASK_ID=$task sh \"$1\" && [[ ! -e requeued ]]; do\n"
             "    [[ -e requeued ]] || exit 1\n"
             "  done\n"
             "done\n");
  write_text(folder / "queue/scontrol", "#!/bin/sh\n[ \"$1 $2\" = 'requeue 7' ] && touch requeued\n");
  REQUIRE(shell(folder, "chmod +x queue/*").code == 0);
}

}  // namespace

TEST_CASE("cookbook: every command works as written") {
  const Folder folder;
  REQUIRE(shell(folder, "ln -s '" + data_file("") + "' data").code == 0);
  make_queue(folder);
  const bool has_parallel = shell(folder, "command -v parallel").code == 0;
  if (!has_parallel) MESSAGE("no GNU parallel: its block is not run");
  const auto blocks = cookbook_blocks();
  CHECK(blocks.size() >= 15);
  for (const std::string& block : blocks) {
    if (block.starts_with("parallel ") && !has_parallel) continue;
    const Result result = shell(folder, "PATH=$PWD/queue:$PATH; set -e\n" + block);
    CHECK_MESSAGE(result.code == 0, block, "\n", result.err);
  }
  CHECK(shell(folder, "fm-sample -m quakes.safetensors -n 10k | cmp - <(cat array[1-4].csv)").code == 0);
  CHECK(shell(folder, "cmp moons.safetensors queued.safetensors").code == 0);
}
