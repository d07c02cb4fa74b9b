// The same bytes for any number of threads and shards, any verbosity, and every time.
#include "tools/support.h"

using namespace fm::test;

TEST_CASE("tools: models and samples have the same bytes for one and two threads, and every time") {
  const Folder folder;
  const std::string moons = data_file("moons.csv");
  for (const char* name : {"a", "b"}) {
    const std::string threads = *name == 'a' ? "1" : "2";
    REQUIRE(
        shell(folder, "fm-train " + moons + brief + "--validation 0.1 -j " + threads + " -o " + name).code ==
        0);
  }
  CHECK(read_text(folder / "a") == read_text(folder / "b"));
  for (const char* solver : {"dopri5", "euler:steps=10", "rk4:steps=5"}) {
    const std::string command = std::string("fm-sample -m a -n 3000 --solver ") + solver;
    const std::string once = shell(folder, command + " -j 1").out;
    CHECK(lines_of(once).size() == 3001);
    CHECK(once == shell(folder, command + " -j 2").out);
    CHECK(once == shell(folder, command + " -j 2").out);
  }
  const std::string path = "fm-path -m a -n 100 --times 0:1:0.25 --columns-out v -j ";
  CHECK(shell(folder, path + "1").out == shell(folder, path + "2").out);
  const std::string eval = "fm-eval -r " + moons + " --repeats 2 " + data_file("moons-test.csv") + " -j ";
  CHECK(shell(folder, eval + "1").out == shell(folder, eval + "2").out);
}

TEST_CASE("tools: a processor trains in bf16 or says that it cannot") {
  const Folder folder;
  const std::string command = "fm-train " + data_file("moons.csv") + brief + "--precision-compute bf16 -o m";
  const Result result = shell(folder, command);
  if (result.code == 0)
    CHECK(contains(output_of(folder, "fm-info m"), "\"precision_compute\": \"bf16\""));
  else
    check_error(result, 2, "bf16", "--precision-compute float32");
}

TEST_CASE("tools: shards put together are the whole") {
  const Folder folder;
  make_model(folder);
  for (const std::string& what :
       std::vector<std::string>{"fm-sample -m m.safetensors -n 1001 --with-index",
                                "fm-sample -m m.safetensors " + data_file("moons.csv"),
                                "fm-path -m m.safetensors -n 101 --times 0:1:0.5", "fm-data moons -n 1001",
                                "fm-sample --exact " + data_file("faithful.csv") + " -n 100"}) {
    const std::string whole = shell(folder, what).out;
    CHECK(lines_of(whole).size() > 100);
    std::string parts;
    for (const char* shard : {"1/3", "2/3", "3/3"}) {
      const Result part = shell(folder, what + " --shard " + shard);
      CHECK_MESSAGE(part.code == 0, part.err);
      parts += part.out;
    }
    CHECK_MESSAGE(parts == whole, what);
  }
}

TEST_CASE("tools: compressed shards put together are the whole after decompression") {
  const Folder folder;
  make_model(folder);
  const Result result =
      shell(folder,
            "for k in 1 2 3; do fm-sample -m m.safetensors -n 500 --shard $k/3 -o part$k.csv.gz; done; "
            "fm-sample -m m.safetensors -n 500 > whole; cat part?.csv.gz | gunzip | cmp - whole");
  CHECK_MESSAGE(result.code == 0, result.err);
}

TEST_CASE("tools: what is said on standard error does not change what is written") {
  const Folder folder;
  const std::string command = "fm-train " + data_file("moons.csv") + brief;
  REQUIRE(shell(folder, command + "-q -o quiet").code == 0);
  const Result loud = shell(folder, command + "-v -v --progress always --log log --report report -o loud");
  REQUIRE(loud.code == 0);
  CHECK(loud.err.size() > 100);
  CHECK(read_text(folder / "quiet") == read_text(folder / "loud"));
  const Result quiet = shell(folder, command + "-q");
  CHECK(quiet.err.empty());
  CHECK(quiet.out == read_text(folder / "quiet"));
}

TEST_CASE("tools: a model's options are a config that makes the same model again") {
  const Folder folder;
  const std::string moons = data_file("moons.csv");
  REQUIRE(shell(folder, "fm-train " + moons + brief + "--seed 5 --lr 1e-3 -o a").code == 0);
  // The options stand in the header as a JSON string; python is not needed to take them out: --print-config
  // has them.
  REQUIRE(shell(folder, "fm-train " + moons + brief + "--seed 5 --lr 1e-3 --print-config > config").code ==
          0);
  const Result again = shell(folder, "fm-train --config config -o b");
  CHECK_MESSAGE(again.code == 0, again.err);
  CHECK(read_text(folder / "a") == read_text(folder / "b"));
}

TEST_CASE("tools: a random seed is told and repeats the run") {
  const Folder folder;
  const Result random = shell(folder, "fm-data moons -n 10 --seed random");
  REQUIRE(random.code == 0);
  const std::size_t start = random.err.find("seed ");
  REQUIRE(start != std::string::npos);
  const std::string seed = random.err.substr(start + 5, random.err.find('\n') - start - 5);
  CHECK(shell(folder, "fm-data moons -n 10 --seed " + seed).out == random.out);
  CHECK(shell(folder, "fm-data moons -n 10 --seed random").out != random.out);
}

TEST_CASE("tools: any number of threads gives the same models and samples") {
  const Folder folder;
  const std::string train =
      "fm-train " + data_file("moons.csv") + brief + "--coupling exact --validation 0.1 -q ";
  std::string model, samples, paths;
  for (const char* threads : {"1", "2", "3", "4", "8", "16"}) {
    const std::string with = std::string(" -j ") + threads;
    REQUIRE(shell(folder, train + "-o m" + with).code == 0);
    const std::string now[] = {read_text(folder / "m"), output_of(folder, "fm-sample -m m -n 3000" + with),
                               output_of(folder, "fm-path -m m -n 300 --times 0:1:0.5" + with)};
    if (model.empty()) model = now[0], samples = now[1], paths = now[2];
    CHECK_MESSAGE(now[0] == model, threads);
    CHECK_MESSAGE(now[1] == samples, threads);
    CHECK_MESSAGE(now[2] == paths, threads);
  }
}

TEST_CASE("tools: two and three and seven and 64 shards put together are the whole" *
          doctest::test_suite("slow")) {
  const Folder folder;
  make_model(folder);
  for (const std::string& what : std::vector<std::string>{
           "fm-sample -m m.safetensors -n 203", "fm-sample -m m.safetensors -n 50 --with-index",
           "fm-data moons -n 203", "fm-path -m m.safetensors -n 203 --times 0,1"}) {
    output_of(folder, what + " -o whole");
    for (const char* shards : {"2", "3", "7", "64"}) {
      const Result plain = shell(folder, "for k in $(seq " + std::string(shards) + "); do " + what +
                                             " --shard $k/" + shards + " || exit; done | cmp - whole");
      CHECK_MESSAGE(plain.code == 0, what, " by ", shards, ": ", plain.out, plain.err);
      const Result packed =
          shell(folder, "for k in $(seq " + std::string(shards) + "); do " + what + " --shard $k/" + shards +
                            " -o part.csv.gz && cat part.csv.gz || exit; done | gunzip | "
                            "cmp - whole");
      CHECK_MESSAGE(packed.code == 0, what, " by ", shards, ", compressed: ", packed.out, packed.err);
    }
  }
}

namespace {

/// A command of every tool whose result goes to standard output.
std::vector<std::string> commands_of_all_tools() {
  return {"fm-train in.csv" + brief,
          "fm-sample -m m.safetensors -n 200",
          "fm-path -m m.safetensors -n 20",
          "fm-eval in.csv -r in.csv --metric w1 --repeats 1",
          "fm-data moons -n 50",
          "fm-data check in.csv",
          "fm-data stats in.csv",
          "fm-data convert in.csv",
          "fm-pairs in.csv in.csv",
          "fm-solvers -m m.safetensors -n 20 --solvers euler:steps=4",
          "fm-loss --exact in.csv -n 100",
          "fm-energy --exact in.csv -n 100",
          "fm-grid --exact in.csv --cells 4",
          "fm-info m.safetensors",
          "fm-plot in.csv"};
}

void make_inputs(const Folder& folder) {
  make_model(folder);
  output_of(folder, "head -100 '" + data_file("moons.csv") + "' > in.csv");
}

/// A file of numbers that take all digits, and of those that a locale would write otherwise.
const std::string awkward_table = "x,y\n1234567.25,0.1\n-0.5,1e-7\n3.0000000000000004,1e22\n12,1.5\n";

}  // namespace

TEST_CASE("tools: standard output is the same however much is said on standard error") {
  const Folder folder;
  make_inputs(folder);
  for (const std::string& command : commands_of_all_tools()) {
    CAPTURE(command);
    // fm-solvers measures time.
    const std::string cut = command.starts_with("fm-solvers") ? " | cut -d, -f 1-3" : "";
    const std::string quiet = output_of(folder, command + " -q" + cut);
    CHECK(!quiet.empty());
    CHECK(output_of(folder, command + " -v -v --progress always" + cut) == quiet);
    CHECK(output_of(folder, command + " 2>/dev/null" + cut) == quiet);
  }
}

TEST_CASE("tools: the locale changes neither what is read nor what is written") {
  const Folder folder;
  // In de_DE a comma stands before decimals, in tr_TR the capital of i is no I.
  const Result made =
      shell(folder, "localedef -i de_DE -f UTF-8 ./de_DE.UTF-8 && localedef -i tr_TR -f UTF-8 ./tr_TR.UTF-8");
  const bool own = shell(folder, "export LOCPATH=$PWD; LC_ALL=de_DE.UTF-8 locale decimal_point").out == ",\n";
  if (!own && shell(folder, "LC_ALL=de_DE.UTF-8 locale decimal_point").out != ",\n") {
    MESSAGE("skipped: no locale de_DE.UTF-8, and none can be made: ", made.err);
    return;
  }
  make_inputs(folder);
  write_text(folder / "awkward.csv", awkward_table);
  std::vector<std::string> commands = commands_of_all_tools();
  commands.insert(commands.end(),
                  {"fm-data convert awkward.csv", "fm-data stats awkward.csv",
                   "fm-data convert in.csv -f jsonl", "fm-train --help", "fm-train --INIT x; [ $? = 2 ]"});
  for (const std::string& command : commands) {
    CAPTURE(command);
    const std::string cut = command.starts_with("fm-solvers") ? " | cut -d, -f 1-3" : "";
    const std::string plain = output_of(folder, "export LC_ALL=C; (" + command + ") 2>&1" + cut);
    for (const char* locale : {"de_DE.UTF-8", "tr_TR.UTF-8"})
      CHECK(output_of(folder, (own ? "export LOCPATH=$PWD; " : "") + std::string("export LC_ALL=") + locale +
                                  "; (" + command + ") 2>&1" + cut) == plain);
  }
}
