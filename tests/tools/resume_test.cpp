// Trainings that are left and taken up again.
#include <signal.h>
#include <unistd.h>

#include <random>

#include "tools/support.h"

using namespace fm::test;

namespace {

const std::string training = "fm-train " + data_file("moons.csv") +
                             " --hidden 16 --steps 1500 --batch-size 64 --pool 3000 --validation 0.1 "
                             "--ema 0.95 ";

/// Kills trainings with signal 9 at random moments, `kills` of them in all, each time going on from the
/// checkpoint until a model is there, and checks every model against that of a training without a break.
void check_kills(int kills) {
  const Folder folder;
  REQUIRE(shell(folder, training + "-o whole --log whole.log").code == 0);
  const std::string whole = read_text(folder / "whole"), log = read_text(folder / "whole.log");
  std::mt19937 random(1);
  int killed = 0, models = 0;
  while (killed < kills || models == 0) {
    // Some of them fall before the first step, some into the writing of a checkpoint or of the model.
    const int milliseconds = 2 + static_cast<int>(random() % 150);
    const std::string limit = std::to_string(milliseconds / 1000.0);
    const Result run = shell(folder, "timeout -s KILL " + limit + " " + training +
                                         "-o model --log log --checkpoint state --checkpoint-every 0.01 "
                                         "--resume auto -q");
    if (run.code == 128 + SIGKILL || run.signal == SIGKILL || run.code == 124) {
      ++killed;
      continue;
    }
    REQUIRE_MESSAGE(run.code == 0, run.err);
    ++models;
    CHECK((read_text(folder / "model") == whole));
    CHECK((read_text(folder / "log") == log));
    REQUIRE(shell(folder, "rm model; test ! -e state").code == 0);
  }
}

}  // namespace

TEST_CASE("resume: trainings killed at 12 random moments end in the same model and log") {
  check_kills(12);
}

TEST_CASE("resume: trainings killed at 200 random moments end in the same model and log" *
          doctest::test_suite("slow")) {
  check_kills(200);
}

TEST_CASE("resume: a time limit ends with code 75 until the model is there") {
  const Folder folder;
  const std::string long_training = training + "--steps 20000 ";
  REQUIRE(shell(folder, long_training + "-o whole").code == 0);
  const Result loop =
      shell(folder, "for k in $(seq 200); do " + long_training +
                        "-o model --checkpoint state --resume auto --time-limit 0.1; code=$?; "
                        "[ $code = 75 ] && test ! -e model && test -e state || break; done; echo $k,$code");
  CHECK_MESSAGE(numbers_of(loop.out)[1] == 0, loop.err);
  CHECK(numbers_of(loop.out)[0] > 1);
  CHECK(shell(folder, "cmp whole model && test ! -e state").code == 0);
}

TEST_CASE("resume: SIGUSR1 ends with code 75, SIGTERM by the signal, both after a checkpoint") {
  const Folder folder;
  for (const std::string name : {"USR1", "TERM"}) {
    const Result result = shell(folder, "rm -f state log; fm-train " + data_file("moons.csv") + brief +
                                            "--steps 1e7 -o model --checkpoint state --log log & "
                                            "until test -s log; do sleep 0.05; done; kill -" +
                                            name + " $!; wait $!; echo $?; ls");
    CHECK(lines_of(result.out) ==
          std::vector<std::string>{name == "USR1" ? "75" : std::to_string(128 + SIGTERM), "log", "state"});
  }
}

TEST_CASE(
    "resume: SIGUSR1 before the first step ends with code 75 after it, and without a checkpoint at once") {
  const Folder folder;
  const std::string moons = data_file("moons.csv");
  // The data come through a named pipe, so the training waits for them until the signal is sent.
  const std::string waiting = "mkfifo in; fm-train in -o model " + brief;
  const std::string signalled = "until ls -A | grep -q model; do sleep 0.02; done; kill -USR1 $!; ";
  const std::string ending = "wait $!; echo $?; rm in; ls";
  const Result paused =
      shell(folder, waiting + "--checkpoint state & " + signalled + "cat " + moons + " > in; " + ending);
  CHECK(paused.out == "75\nstate\n");
  CHECK(contains(paused.err, "stopped after 1 steps"));
  REQUIRE(shell(folder, "fm-train " + moons + brief + "-o model --checkpoint state --resume auto").code == 0);
  REQUIRE(shell(folder, "fm-train " + moons + brief + "-o whole && cmp whole model && rm whole model").code ==
          0);
  CHECK(shell(folder, waiting + " & " + signalled + ending).out == std::to_string(128 + SIGUSR1) + "\n");
}

TEST_CASE("resume: a checkpoint that cannot be written is refused before the data are read") {
  const Folder folder;
  REQUIRE(shell(folder, "mkdir folder closed && chmod 555 closed && mkfifo pipe").code == 0);
  for (const std::string dry : {"", " --dry-run"}) {
    const auto refused = [&](const std::string& name, int code, const std::string& id) {
      check_error(shell(folder, "fm-train missing.csv -o model --checkpoint " + name + dry), code, id, name);
    };
    refused("nowhere/state", 5, "open");
    refused("folder", 5, "directory");
    if (geteuid() != 0) refused("closed/state", 5, "open");  // root may write everywhere
    for (const std::string name : {"/dev/full", "/dev/null", "pipe", "-", "state.gz", "state.GZ"})
      refused(name, 2, "checkpoint-output");
  }
  CHECK(output_of(folder, "ls") == "closed\nfolder\npipe\n");
}

TEST_CASE("resume: a state of another training is refused, saying what differs") {
  const Folder folder;
  REQUIRE(shell(folder, training + "-o model --checkpoint state --time-limit 0.001").code == 75);
  const auto refused = [&](const std::string& command, const std::string& part) {
    check_error(shell(folder, command + " -o model --resume state"), 2, "resume-differs", part);
    check_error(shell(folder, command + " -o model --resume state --dry-run"), 2, "resume-differs", part);
  };
  refused(training + "--lr 0.1", "lr was 0.005 there and is 0.1 here");
  refused(training + "--seed 5", "seed was \"0\" there and is \"5\" here");
  std::string other = training;
  other.replace(other.find("moons.csv"), 9, "8gaussians.csv");
  refused(other, "the data are others");
  check_error(shell(folder, "fm-train " + data_file("moons.csv") + " -o m --resume auto"), 2,
              "checkpoint-missing", "--checkpoint FILE");
  check_error(shell(folder, training + "-o m --checkpoint state.gz"), 2, "checkpoint-output", "plain file");
  for (const std::string dry : {"", " --dry-run"})
    check_error(shell(folder, training + "-o m --resume none" + dry), 5, "open", "none");
  CHECK(shell(folder, training + "-o m --resume state --dry-run").code == 0);
}

TEST_CASE("resume: a damaged state says what is expected and what to do") {
  const Folder folder;
  REQUIRE(shell(folder, training + "-o model --checkpoint state --time-limit 0.001").code == 75);
  const std::string whole = read_text(folder / "state");
  std::string flipped = whole;
  flipped[flipped.size() / 2] ^= 1;
  for (const std::string& bytes : {std::string(), std::string("not a state"), whole.substr(0, 99),
                                   whole.substr(0, whole.size() - 1), flipped}) {
    write_text(folder / "state", bytes);
    const Result result = shell(folder, training + "-o m --checkpoint state --resume auto");
    check_error(result, 4, "checkpoint-damaged", "state of a training");
    CHECK(contains(result.err, "remove the file to start the training anew"));
  }
  CHECK(shell(folder, "rm state; " + training + "-o m --checkpoint state --resume auto").code == 0);
}

TEST_CASE("resume: a state is neither written over nor removed by a run that does not go on from it") {
  const Folder folder;
  REQUIRE(shell(folder, training + "-o model --checkpoint state --time-limit 0.001").code == 75);
  const std::string state = read_text(folder / "state");
  const std::string other = "fm-train " + data_file("8gaussians.csv") + brief + "-o other --checkpoint state";
  for (const std::string& command : {other, other + " --dry-run", training + "-o model --checkpoint state"}) {
    const Result result = shell(folder, command);
    check_error(result, 2, "checkpoint-exists", "state");
    CHECK(contains(result.err, "--resume auto"));
    CHECK((read_text(folder / "state") == state));
  }
  CHECK(shell(folder, training + "-o model --checkpoint state --resume ./state && test ! -e state").code ==
        0);
  CHECK(shell(folder, other + " && test ! -e state").code == 0);
  CHECK(shell(folder, "touch state; " + other + " && test ! -e state").code == 0);  // as mktemp makes it
}

TEST_CASE("resume: a checkpoint behind a link is written, read and removed where the link leads") {
  const Folder folder;
  REQUIRE(shell(folder, "mkdir far; ln -s far/real state; " + training +
                            "-o model --checkpoint state --time-limit 0.001")
              .code == 75);
  CHECK(output_of(folder, "ls far") == "real\n");
  REQUIRE(shell(folder, training + "-o model --checkpoint state --resume auto").code == 0);
  CHECK(output_of(folder, "ls far; readlink state") == "far/real\n");
}

TEST_CASE("resume: what a log lacks of earlier steps is a warning, whatever became of it") {
  const Folder folder;
  const std::string long_training = training + "--steps 100000 -o model --checkpoint state ";
  REQUIRE(shell(folder, long_training + "--log log --time-limit 0.2").code == 75);
  REQUIRE(shell(folder, "cp state kept; cp log whole").code == 0);
  const auto lines = static_cast<int>(lines_of(read_text(folder / "whole")).size());
  REQUIRE(lines > 5);
  const auto resumed = [&](const std::string& before, const std::string& log) {
    return shell(folder, "cp kept state; cp whole log; " + before + "; " + long_training +
                             "--time-limit 0.001 --resume auto --log " + log)
        .err;
  };
  CHECK(!contains(resumed("true", "log"), "warning"));
  CHECK(contains(resumed("rm log", "log"), "lacks " + std::to_string(lines) + " lines, of steps 100 to "));
  CHECK(contains(resumed("true", "other"), "\"other\" lacks " + std::to_string(lines) + " lines"));
  CHECK(contains(resumed("sed -i 3d log", "log"), "lacks 1 line, of step 300,"));
  CHECK(contains(resumed("sed -i '4s/.*/oops/' log", "log"),
                 "lacks " + std::to_string(lines - 3) + " lines, of steps 400 to "));
  CHECK(!contains(resumed("true", "/dev/null"), "warning"));
}

TEST_CASE("fm-train: a log whose reader goes away does not take the model with it") {
  const Folder folder;
  const Result result =
      shell(folder, "mkfifo pipe; head -n 2 pipe > two & fm-train " + data_file("moons.csv") +
                        // Long enough that the reader is gone before the end.
                        " --steps 20000 --hidden 16 --pool 500 --log pipe -o model; code=$?; wait; fm-sample "
                        "-m model -n 5 > /dev/null && exit $code");
  CHECK(result.code == 5);
  CHECK(contains(result.err, "the training goes on without it"));
  CHECK(contains(result.err, "[log-broken]"));
  CHECK(lines_of(read_text(folder / "two")).size() == 2);
  check_error(
      shell(folder, "fm-train " + data_file("moons.csv") + brief +
                        "--log /dev/full -o full && exit 1; exit_code=$?; test -s full; exit $exit_code"),
      5, "log-broken");
}

TEST_CASE("fm-train: rows of a file judge as a share of the rows does") {
  const Folder folder;
  const Result result = shell(folder, "fm-train " + data_file("moons.csv") + brief + "--validation-file " +
                                          data_file("moons-test.csv") + " -v -o model --report report");
  REQUIRE_MESSAGE(result.code == 0, result.err);
  const std::string report = read_text(folder / "report");
  CHECK(report.find("\"held_out\": 4000") != std::string::npos);
  CHECK(report.find("\"rows\": 2000") != std::string::npos);
  CHECK(result.err.find("validation loss") != std::string::npos);
  check_error(
      shell(folder, "fm-train " + data_file("moons.csv") + " --validation 0.1 --validation-file x -o m"), 2,
      "validation-twice", "leave one of them out");
}

TEST_CASE("fm-train: epochs are passes over the rows") {
  const Folder folder;
  const std::string start =
      "fm-train " + data_file("moons.csv") + " --hidden 8 --pool 3000 --batch-size 100 ";
  REQUIRE(shell(folder, start + "--epochs 2.5 -o by-epochs --report report").code == 0);
  CHECK(read_text(folder / "report").find("\"steps\": 50,") != std::string::npos);
  REQUIRE(shell(folder, start + "--steps 50 -o by-steps").code == 0);
  CHECK(read_text(folder / "by-epochs") == read_text(folder / "by-steps"));
}

TEST_CASE("fm-train: the steps chosen for a table are told, planned and stored") {
  const Folder folder;
  REQUIRE(shell(folder, "head -101 " + data_file("moons.csv") + " > few.csv").code == 0);
  const std::string command = "fm-train few.csv --hidden 4 --batch-size 100 --pool 200 --validation 0.2 -v ";
  CHECK(contains(output_of(folder, command + "--dry-run"), "\"steps\": 410"));  // 512 * 80 / 100
  const Result result = shell(folder, command + "-o model --report report");
  CHECK(contains(result.err, "410 steps, chosen for 80 rows"));
  CHECK(contains(read_text(folder / "report"), "\"steps\": 410"));
  CHECK(contains(read_text(folder / "model"), "\\\"steps\\\":410"));
  check_error(shell(folder, command + "--steps 5 --epochs 2 -o m"), 2, "steps-and-epochs", "leave one");
}

TEST_CASE("fm-train: a held-out loss that rises again is a warning") {
  const Folder folder;
  REQUIRE(shell(folder, "head -61 " + data_file("moons.csv") + " > few.csv").code == 0);
  const Result result = shell(folder, "fm-train few.csv --steps 3000 --validation 0.3 -o model");
  CHECK(result.code == 0);
  CHECK(contains(result.err, "learned its rows by heart"));
}
