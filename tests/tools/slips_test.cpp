// Slips on the command line: what would have been passed over in silence, or taken for something else.
#include "tools/support.h"

using namespace fm::test;

TEST_CASE("slips: options that would have no effect are refused") {
  const Folder folder;
  make_model(folder);
  for (const std::string option : {"--weight x", "--path adaptive", "--standardize none", "--step 1e-3"})
    check_error(shell(folder, "fm-grid -m m.safetensors --times 1 --cells 3 " + option), 2, "exact-only",
                option.substr(0, option.find(' ')));
  const std::string unit = " --log-density-unit bits-per-dimension";
  check_error(shell(folder, "fm-sample -m m.safetensors -n 2" + unit), 2, "unit-alone", "--log-density");
  CHECK(shell(folder, "fm-sample -m m.safetensors -n 2 --log-density" + unit).code == 0);
  const std::string moons = data_file("moons.csv");
  check_error(shell(folder, "fm-eval " + moons + " -r " + moons + unit), 2, "model-only");
  check_error(shell(folder, "fm-eval " + moons + " -m m.safetensors" + unit), 2, "unit-of-mean", "--per-row");
  for (const std::string option : {"--solver euler:steps=3", "--scheduler vp", "--path adaptive",
                                   "--calibration 100", "--log-density", "--shard 1/2"})
    check_error(shell(folder, "fm-eval " + moons + " -r " + moons + " " + option), 2, "model-only",
                option.substr(0, option.find(' ')));
  for (const std::string option : {"--metric w2", "--max-rows 7", "--permutations 50", "--repeats 2",
                                   "--bootstrap 0", "--marginals", "--fail-if 'w2 > 1'"}) {
    const std::string flag = option.substr(0, option.find(' '));
    check_error(shell(folder, "fm-eval " + moons + " -m m.safetensors " + option), 2, "comparison-only",
                flag);
    check_error(shell(folder, "fm-eval --per-row " + moons + " -r " + moons + " " + option), 2,
                "per-row-alone", flag);
  }
  for (const std::string option :
       {"--checkpoint state", "--checkpoint state --resume auto", "--resume state"})
    check_error(shell(folder, "fm-train " + moons + " --gaussians 2 " + option), 2, "gaussians-only");
}

TEST_CASE("slips: where no density or score is known the times are said up to which one is") {
  const Folder folder;
  const std::string faithful = data_file("faithful.csv"), grid = "fm-grid --cells 3 --exact " + faithful;
  check_error(shell(folder, grid + " --times 1"), 2, "grid-time", "[0, 0.9999]");
  check_error(shell(folder, grid + " --times 0.5,1"), 2, "grid-time", "--path adaptive");
  CHECK(shell(folder, grid + " --times 0.9999").code == 0);
  CHECK(shell(folder, grid + " --times 1 --path adaptive").code == 0);
  const auto bins = rows_of(output_of(folder, "fm-loss -f csv -n 100 --exact " + faithful));
  CHECK(bins[2][1] == 0.29997);
  CHECK(bins.back()[1] == 0.9999);
  // A model that is defined up to a time before 1: the hint of fm-eval is a command.
  REQUIRE(shell(folder, "fm-train " + faithful + " -o m.safetensors" + brief).code == 0);
  const Result scored = shell(folder, "fm-eval " + faithful + " -m m.safetensors --scheduler vp");
  check_error(scored, 6, "no-density", "fm-sample");
  const std::string hint = scored.err.substr(scored.err.find("fm-sample"));
  CHECK(lines_of(output_of(folder, hint)).front() == "eruptions,waiting,log_density");
}

TEST_CASE("slips: an empty value of an option is a slip, not an option left out") {
  const Folder folder;
  const std::string moons = data_file("moons.csv");
  for (const std::string option : {"--condition ''", "--weight ''", "--gaussians ''", "--checkpoint ''",
                                   "-c ''", "--validation-file ''", "--log ''", "''"})
    check_error(shell(folder, "fm-train " + (option == "''" ? "" : moons) + " --dry-run " + option), 2,
                "option-empty", "an unset variable?");
  check_error(shell(folder, "fm-sample -m '' -n 2"), 2, "option-empty", "--model");
  check_error(shell(folder, "fm-eval " + moons + " '' -r " + moons), 2, "option-empty", "--samples");
  check_error(shell(folder, "echo '{\"output\": \"\"}' > c; fm-data moons --config c"), 2, "output-name");
}

TEST_CASE("slips: a slip for a member's name is no name of points") {
  const Folder folder;
  make_model(folder);
  check_error(shell(folder, "fm-sample -m m.safetensors --sde owm"), 2, "unknown-name",
              "did you mean \"own\"?");
  check_error(shell(folder, "fm-sample -m m.safetensors -n 2 --log-density hutchinsn"), 2, "unknown-name",
              "did you mean \"hutchinson\"?");
  REQUIRE(shell(folder, "fm-data moons -n 2 -o owm").code == 0);
  CHECK(shell(folder, "fm-sample -m m.safetensors owm --log-density exact").code == 0);
}
