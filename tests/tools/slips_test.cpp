// Slips on the command line: what would have been passed over in silence, or taken for something else.
#include "tools/support.h"

using namespace fm::test;

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
