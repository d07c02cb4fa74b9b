// Every example of every help is run as it stands, in a folder that holds what it names. Only trainings are
// shorter, by a program in front of fm-train.
#include "tools/support.h"

using namespace fm::test;

namespace {

/// Tools whose examples make the files that those after them name come first.
const std::vector<std::string> tools{"fm-data",         "fm-data check", "fm-data split", "fm-data stats",
                                     "fm-data convert", "fm-train",      "fm-sample",     "fm-pairs",
                                     "fm-path",         "fm-eval",       "fm-grid",       "fm-info",
                                     "fm-loss",         "fm-energy",     "fm-solvers",    "fm-plot"};

std::vector<std::string> examples_of(const Folder& folder, const std::string& tool) {
  std::vector<std::string> examples;
  bool inside = false;
  for (const std::string& line : lines_of(output_of(folder, tool + " --help"))) {
    if (!line.starts_with(" ")) inside = line == "Examples:";
    if (inside && line.starts_with("  fm-")) examples.push_back(line.substr(2));
  }
  return examples;
}

/// The tables of data/ in the folder and as its data/, flowers of two kinds, a fitted mixture, and an
/// fm-train that takes 100 steps of a small network.
void prepare(const Folder& folder) {
  output_of(folder, "cp -R '" + data_file("") + "' data; cp data/*.csv .");  // examples write some of them
  output_of(folder,
            "{ echo long,wide,species; for k in $(seq 40); do echo \"5.$k,1.$((k % 7)),setosa\"; "
            "echo \"6.$k,2.$((k % 5)),virginica\"; done; } > iris.csv");
  output_of(folder, "fm-train faithful.csv --gaussians auto -o mixture.json -q");
  output_of(folder, "fm-train moons.csv -o moons.safetensors -q" + brief);
  output_of(folder, "mkdir bin; command -v fm-train > bin/whole");
  write_text(folder / "bin/fm-train",
             "#!/bin/bash\n"
             "whole=$(cat \"$(dirname \"$0\")/whole\")\n"
             "case \" $* \" in *' --gaussians '*) exec \"$whole\" \"$@\";; esac\n"
             "arguments=()\n"
             "while [ $# -gt 0 ]; do\n"
             "  if [ \"$1\" = --steps ]; then shift; else arguments+=(\"$1\"); fi\n"
             "  shift\n"
             "done\n"
             "exec \"$whole\" \"${arguments[@]}\" --steps 100 --hidden 16,16 --pool 1000\n");
  output_of(folder, "chmod +x bin/fm-train");
}

}  // namespace

TEST_CASE("examples: every one in the help of every tool works as written") {
  const Folder folder;
  prepare(folder);
  for (const std::string& tool : tools) {
    const auto examples = examples_of(folder, tool);
    CHECK_MESSAGE(examples.size() >= 3, tool);
    for (const std::string& example : examples) {
      const Result result = shell(folder, "PATH=$PWD/bin:$PATH; " + example);
      const bool may_say_no = contains(example, "--fail-if");
      CHECK_MESSAGE((result.code == 0 || (may_say_no && result.code == 1)), example, "\n", result.err);
    }
  }
}
