// Outputs: none takes another's place or an input's, none is half-written, dry runs leave none.
#include <signal.h>

#include "tools/support.h"

using namespace fm::test;

namespace {

void check_refused(const Result& result, int code, const std::string& id) {
  CAPTURE(result.err);
  CHECK(result.code == code);
  CHECK(contains(result.err, "[" + id + "]"));
}

}  // namespace

TEST_CASE("outputs: two results never share a file or standard output") {
  const Folder folder;
  make_model(folder);
  const std::string train = "fm-train " + data_file("moons.csv") + brief;
  for (const std::string& command : std::vector<std::string>{
           train + "-o x --report x", train + "-o x --report ./x", train + "-o x --log x",
           train + "-o y --log x --report x", train + "--report - > z", train + "--log - > z",
           std::string("fm-sample -m m.safetensors -n 3 -o x --report x"),
           std::string("fm-sample -m m.safetensors -n 3 --report -"),
           std::string("fm-data moons -o x --report x"), std::string("fm-eval m -r m -o x --report x")})
    check_refused(shell(folder, command), 2, "same-output");
  CHECK(shell(folder, "ls").out == "m.safetensors\nz\n");
  CHECK(shell(folder, "fm-data moons -n 3 -o /dev/null --report /dev/null").code == 0);
}

TEST_CASE("outputs: none is an input, even one that comes or goes through a standard stream") {
  const Folder folder;
  make_model(folder);
  const std::string moons = read_text(data_file("moons.csv"));
  write_text(folder / "t.csv", moons);
  const std::string model = read_text(folder / "m.safetensors");
  check_refused(shell(folder, "fm-train -o t.csv < t.csv"), 2, "same-file");
  check_refused(shell(folder, "fm-sample -m m.safetensors t.csv >> t.csv"), 2, "same-file");
  check_refused(shell(folder, "fm-sample -n 3 -o m.safetensors < m.safetensors"), 2, "same-file");
  check_refused(shell(folder, "fm-eval t.csv -r t.csv --report t.csv"), 2, "same-file");
  CHECK(shell(folder, "echo '{}' > c; fm-data moons --config c -o c").code == 2);
  CHECK(read_text(folder / "t.csv") == moons);
  CHECK(read_text(folder / "m.safetensors") == model);
}

TEST_CASE("outputs: what cannot be written is known before the work") {
  const Folder folder;
  const std::string endless = "fm-train " + data_file("moons.csv") + " --steps 1e9 -o m ";
  for (const std::string option : {"--report nowhere/r", "--log nowhere/l", "-o nowhere/m"})
    check_refused(shell(folder, endless + option), 5, "open");
  CHECK(shell(folder, "ls -A").out.empty());
}

TEST_CASE("outputs: a dry run writes nothing, and finds what could not be written") {
  const Folder folder;
  make_model(folder);
  write_text(folder / "keep", "old");
  const std::string moons = data_file("moons.csv");
  for (const std::string& tool :
       std::vector<std::string>{"fm-train " + moons, std::string("fm-sample -m m.safetensors"),
                                std::string("fm-path -m m.safetensors"), "fm-eval " + moons + " -r " + moons,
                                std::string("fm-data moons")}) {
    CAPTURE(tool);
    const Result plan = shell(folder, tool + " --dry-run -o keep --report report");
    CHECK(plan.code == 0);
    CHECK(plan.out.starts_with("{"));
    check_refused(shell(folder, tool + " --dry-run -o nowhere/x"), 5, "open");
    check_refused(shell(folder, tool + " --dry-run -o keep --no-clobber"), 2, "output-exists");
  }
  CHECK(read_text(folder / "keep") == "old");
  CHECK(shell(folder, "ls -A").out == "keep\nm.safetensors\n");
}

TEST_CASE("outputs: a log can be read while it grows, and stays after kill -9") {
  const Folder folder;
  const Result result =
      shell(folder,
            "fm-train " + data_file("moons.csv") + brief +
                "--steps 1e7 --log log -o m & for k in $(seq 100); do sleep 0.1; [ -s log ] && break; done; "
                "kill -9 $!; wait; head -n 1 log");
  CHECK(contains(result.out, "\"loss\":"));
}

TEST_CASE("outputs: a signal leaves no temporary file, a file too large is exit 5") {
  const Folder folder;
  for (const char* name : {"QUIT", "USR1", "ALRM", "HUP"}) {
    const Result result =
        shell(folder,
              "set -m; fm-data moons -n 1e9 -o big.csv & for k in $(seq 100); do sleep 0.05; ls -A | "
              "grep -q big && break; done; kill -" +
                  std::string(name) + " $!; wait $!; ls -A");
    CHECK_MESSAGE(result.out.empty(), name);
  }
  check_refused(shell(folder, "ulimit -f 8; fm-data moons -n 1e5 -o big.csv"), 5, "write");
  CHECK(shell(folder, "ls -A").out.empty());
}

TEST_CASE("outputs: a terminal gets rows without a progress line among them, and no model") {
  const Folder folder;
  make_model(folder);
  if (shell(folder, "command -v script").code != 0) {
    MESSAGE("skipped: no program `script` to make a terminal");
    return;
  }
  const auto on_terminal = [&](const std::string& command) {
    return shell(folder, "script -qec '" + command + "' /dev/null").out;
  };
  const std::string rows = on_terminal("fm-sample -m m.safetensors -n 20000");
  CHECK(rows.starts_with("x,y\r\n"));
  CHECK_FALSE(contains(rows, "fm-sample:"));
  const std::string moons = data_file("moons.csv");
  const std::string table = on_terminal("fm-eval " + moons + " -r " + moons + " --repeats 1 --max-rows 100");
  // The line of progress is taken away before the table.
  CHECK(table.rfind("\r\x1b[K") < table.find("metric "));
  for (const std::string terminal : {"/dev/tty", "/dev/stdout"})
    CHECK(contains(on_terminal("fm-train " + moons + brief + "-o " + terminal), "[model-to-terminal]"));
}

TEST_CASE(
    "outputs: where the system refuses threads the work is done by fewer, or memory is said to be short") {
  const Folder folder;
  make_model(folder);
  const std::string command = "fm-sample -m m.safetensors -n 5000 -j ";
  const std::string expected = shell(folder, command + "1").out;
  // In KiB. 64 stacks of 8 MiB fit into none of these; what is left beside those granted differs.
  for (const char* limit : {"60000", "100000", "200000", "300000", "400000"}) {
    const Result result = shell(folder, std::string("ulimit -v ") + limit + "; " + command + "64");
    CAPTURE(limit);
    CAPTURE(result.err);
    CHECK((result.code == 0 || result.code == 7));
    if (result.code == 0) CHECK(result.out == expected);
    if (result.code == 7) CHECK(contains(result.err, "[memory]"));
  }
}

TEST_CASE("outputs: a name whose ending is of another format is refused, one that says none is CSV") {
  const Folder folder;
  write_text(folder / "t.csv", "a,b\n1,2\n3,5\n4,4\n5,5\n");
  for (const char* name : {"x.parquet", "x.npz", "x.XLSX", "x.feather", "x.csv.zst", "x.npy.gz"})
    for (const std::string command : {"fm-data convert t.csv", "fm-data moons -n 5", "fm-data stats t.csv",
                                      "fm-sample --exact t.csv -n 5", "fm-eval t.csv -r t.csv --metric w1"})
      check_error(shell(folder, command + " -o " + name), 2, "output-format", name);
  for (const char* name : {"x.tsv", "x.TSV.gz"})
    check_error(shell(folder, std::string("fm-data stats t.csv -o ") + name), 2, "output-format", "not TSV");
  check_error(shell(folder, "fm-data stats t.csv -o x.npy"), 2, "output-format", "npy");
  CHECK(output_of(folder, "ls") == "t.csv\n");
  for (const char* name : {"x.txt", "x.dat", "x", "x.npz -f csv"})
    CHECK(output_of(folder, std::string("fm-data convert t.csv -o ") + name + "; cat x*; rm x*") ==
          read_text(folder / "t.csv"));
  CHECK(lines_of(output_of(folder, "fm-data stats t.csv -o x.jsonl; cat x.jsonl")).size() == 1);
  CHECK(contains(output_of(folder, "fm-data stats t.csv -o x.CSV; cat x.CSV"), "column,kind,"));
}
