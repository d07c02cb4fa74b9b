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
