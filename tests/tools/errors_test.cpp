// Bad input: one message with its place, its exit code, and nothing written over.
#include <unistd.h>

#include "tools/support.h"

using namespace fm::test;

namespace {

/// Runs fm-train on `text` as file bad.csv with an older model in place, which must stay.
Result train_on(const std::string& text, const std::string& options = "") {
  const Folder folder;
  write_text(folder / "bad.csv", text);
  write_text(folder / "old", "an older model");
  const Result result = shell(folder, "fm-train bad.csv -o old" + brief + options);
  CHECK(read_text(folder / "old") == "an older model");
  const Result left = shell(folder, "ls -A");
  CHECK(left.out == "bad.csv\nold\n");
  return result;
}

}  // namespace

TEST_CASE("errors: bad tables") {
  check_error(train_on(""), 3, "empty-file", "bad.csv");
  check_error(train_on("x,y\n"), 3, "no-rows", "bad.csv");
  check_error(train_on("x,y\n1,2\n3\n"), 3, "ragged-row", "bad.csv:3");
  check_error(train_on("x,y\n1,2\n3,abc\n5,6\n"), 3, "csv-number", "bad.csv:3:3");
  check_error(train_on("x;y\n1,5;2\n3;4\n"), 3, "csv-number", "bad.csv:2:1");
  check_error(train_on("x,y\n1,2\nnan,4\n"), 3, "non-finite", "bad.csv:3:1");
  check_error(train_on("x,y\n1,2\n-inf,4\n"), 3, "non-finite", "bad.csv:3:1");
  check_error(train_on("x,y\n1,2\n1e999,4\n"), 3, "csv-range", "bad.csv:3:1");
  check_error(train_on("x,y\n1,2\n,4\n"), 3, "missing-cell", "bad.csv:3:1");
  check_error(train_on(std::string("x,y\n1,2\n3\0,4\n", 13)), 3, "nul-byte", "bad.csv:3");
  check_error(train_on("name,y\na,2\nb,4\n"), 3, "text-column", "bad.csv");
  check_error(train_on("x,y\n1,2\n3,4\n", "-c z"), 2, "unknown-column");
  check_error(train_on("x,x\n1,2\n3,4\n"), 3, "duplicate-column");
}

TEST_CASE("errors: hints work") {
  const Folder folder;
  write_text(folder / "decimal.csv", "x;y\n1,5;2\n3;4\n2;2,5\n");
  write_text(folder / "text.csv", "name,x,y\na,1,2\nb,3,4\nc,5,7\n");
  const Result comma = shell(folder, "fm-train decimal.csv" + brief);
  CHECK(contains(comma.err, "--decimal ,"));
  CHECK(shell(folder, "fm-train decimal.csv -d ';' --decimal , -o a" + brief).code == 0);
  const Result text = shell(folder, "fm-train text.csv" + brief);
  CHECK(contains(text.err, "-c x,y"));
  CHECK(shell(folder, "fm-train text.csv -c x,y -o b" + brief).code == 0);
}

TEST_CASE("errors: line ends, byte order marks and duplicate rows are no errors") {
  for (const std::string text : {"x,y\r\n1,2\r\n3,4\r\n5,7\r\n", "x,y\r1,2\r3,4\r5,7\r",
                                 "\xef\xbb\xbfx,y\n1,2\n3,4\n5,7\n", "x,y\n1,2\n3,4\n5,7"}) {
    const Folder folder;
    write_text(folder / "in.csv", text);
    REQUIRE(shell(folder, "fm-train in.csv -o m" + brief).code == 0);
    const Result sample = shell(folder, "fm-sample -m m -n 2");
    CHECK(lines_of(sample.out).front() == "x,y");
  }
  const Folder folder;
  write_text(folder / "in.csv", "a,b,c\n1,5,1\n2,5,2\n3,5,3\n4,5,4\n");
  const Result result = shell(folder, "fm-train in.csv -o m" + brief);
  CHECK(result.code == 0);
  CHECK(contains(result.err, "one value only"));
  CHECK(contains(result.err, "are equal"));
  CHECK(contains(result.err, "warning"));
}

TEST_CASE("errors: files and folders") {
  const Folder folder;
  const std::string moons = data_file("moons.csv");
  check_error(shell(folder, "fm-train missing.csv -o m"), 5, "open", "missing.csv");
  check_error(shell(folder, "fm-train . -o m"), 5, "directory");
  check_error(shell(folder, "fm-train " + moons + brief + "-o nowhere/m"), 5, "open", "nowhere");
  check_error(shell(folder, "fm-sample -m missing.safetensors"), 5, "open", "missing.safetensors");
  check_error(shell(folder, "cp " + moons + " a.csv; fm-train a.csv -o a.csv"), 2, "same-file");
  check_error(shell(folder, "cp " + moons + " a.csv; ln -s a.csv b.csv; fm-train a.csv -o b.csv"), 2,
              "same-file");
  check_error(shell(folder, "touch there; fm-train " + moons + brief + "-o there --no-clobber"), 2,
              "output-exists");
  check_error(shell(folder, "fm-train - --source - -o m"), 2, "two-stdins");
  check_error(shell(folder, "fm-eval - -r -"), 2, "two-stdins");
  check_error(shell(folder, "fm-data moons -n 1M > /dev/full"), 5, "write");
  check_error(shell(folder, "fm-train " + moons + brief + "-o /dev/full"), 5, "write");
  check_error(shell(folder, "fm-data moons -o /dev/full"), 5, "write");
  check_error(shell(folder, "fm-data moons >&-"), 5, "write");
  CHECK(shell(folder, "fm-train " + moons + brief + " --report /dev/full -o m").code == 5);
}

TEST_CASE("errors: a folder that cannot be written") {
  if (geteuid() == 0) {
    MESSAGE("skipped: root may write everywhere");
    return;
  }
  const Folder folder;
  check_error(shell(folder, "mkdir closed; chmod 555 closed; fm-data moons -o closed/a.csv"), 5, "open");
}

TEST_CASE("errors: options") {
  const Folder folder;
  check_error(shell(folder, "fm-train --stepz 5"), 2, "unknown-option");
  CHECK(contains(shell(folder, "fm-train --stepz 5").err, "did you mean \"--steps\"?"));
  check_error(shell(folder, "fm-train a b"), 2, "extra-argument");
  check_error(shell(folder, "fm-train --steps"), 2, "option-missing");
  check_error(shell(folder, "fm-train --steps -1"), 2, "option-range");
  check_error(shell(folder, "fm-train --lr nan"), 2, "option-range");
  check_error(shell(folder, "fm-train --scheduler cond-to"), 2, "unknown-name");
  check_error(shell(folder, "fm-sample --solver rk4:stps=3"), 2, "unknown-key");
  check_error(shell(folder, "fm-data moons --seed x"), 2, "option-value");
  check_error(shell(folder, "fm-data moons --shard 4/3"), 2, "shard");
  check_error(shell(folder, "echo '{\"stepz\": 3}' > c; fm-train --config c"), 2, "config-key", "c");
  check_error(shell(folder, "echo '{' > c; fm-train --config c"), 2, "json");
  check_error(shell(folder, "fm-train --config missing"), 5, "open");
  const std::string dry = "fm-data moons -n 1 --dry-run";
  CHECK(contains(shell(folder, dry).out, "{"));
  CHECK(shell(folder, dry + "=false").out == shell(folder, "fm-data moons -n 1").out);
  check_error(shell(folder, dry + "=5"), 2, "option-value");
}

TEST_CASE("errors: standard input is a terminal") {
  const Folder folder;
  if (shell(folder, "command -v script").code != 0) {
    MESSAGE("skipped: no program `script` to make a terminal");
    return;
  }
  for (const char* tool : {"fm-train", "fm-sample", "fm-path", "fm-eval -r x.csv"}) {
    // `script` gives the tool a terminal as standard input, output and error.
    const Result result = shell(folder, std::string("script -qec '") + tool + "' /dev/null < /dev/null");
    CHECK_MESSAGE(contains(result.out, "[stdin-terminal]"), tool, result.out);
    CHECK(result.code == 2);
  }
  const Result model =
      shell(folder, "script -qec 'fm-train " + data_file("moons.csv") + brief + "' /dev/null");
  CHECK(contains(model.out, "[model-to-terminal]"));
}

TEST_CASE("errors: damaged models are refused whole") {
  const Folder folder;
  make_model(folder);
  const std::string model = read_text(folder / "m.safetensors");
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{7}, std::size_t{100}, model.size() / 2, model.size() - 1}) {
    write_text(folder / "cut", model.substr(0, size));
    const Result result = shell(folder, "fm-sample -m cut -n 1");
    CHECK(result.code == 4);
    CHECK(result.out.empty());
    CHECK(contains(result.err, "cut: error: "));
  }
  for (std::size_t place = 3; place < model.size(); place += model.size() / 40) {
    std::string flipped = model;
    flipped[place] = static_cast<char>(flipped[place] ^ 16);
    write_text(folder / "flipped", flipped);
    const Result result = shell(folder, "fm-sample -m flipped -n 1");
    CHECK_MESSAGE(result.code == 4, "byte ", place);
    CHECK(result.out.empty());
  }
  check_error(shell(folder, "fm-sample -m " + data_file("moons.csv")), 4, "model-not-safetensors");
}

TEST_CASE("errors: points of other columns than the model's") {
  const Folder folder;
  make_model(folder);
  check_error(shell(folder, "fm-sample -m m.safetensors " + data_file("quakes.csv")), 3, "missing-column");
  write_text(folder / "three.csv", "1,2,3\n4,5,6\n");
  check_error(shell(folder, "fm-sample -m m.safetensors three.csv"), 3, "column-count");
  check_error(shell(folder, "fm-eval " + data_file("moons.csv") + " -r " + data_file("quakes.csv")), 3,
              "missing-column");
}

TEST_CASE("errors: a point that cannot be solved has its number in the whole, whatever the shard") {
  const Folder folder;
  make_model(folder);
  for (const std::string tool : {"fm-sample", "fm-path --times 0,1"}) {
    const Result result = shell(
        folder, tool + " -m m.safetensors -n 100 --shard 2/2 --solver dopri5:max_evaluations=17 -o out");
    check_error(result, 6, "too-many-evaluations", "point 51 ");
    CHECK_FALSE(contains(shell(folder, "ls").out, "out"));
  }
}

TEST_CASE("errors: names of files cannot write on the terminal") {
  const Folder folder;
  const Result result = shell(folder, "fm-train $'no\\e[31m\\nfile.csv'");
  CHECK(result.code == 5);
  CHECK_FALSE(contains(result.err, "\x1b"));
  CHECK(contains(result.err, "no\\x1b[31m\\x0afile.csv"));
}

TEST_CASE("errors: the option that a hint names is the one to change") {
  const Folder folder;
  REQUIRE(shell(folder, "cp " + data_file("moons.csv") + " a.csv").code == 0);
  for (const std::string option : {"--output", "--log", "--report", "--checkpoint"}) {
    check_error(shell(folder, "fm-train a.csv " + (option == "--output" ? "" : std::string("-o m ")) +
                                  option + " a.csv"),
                2, "same-file", "choose another " + option);
    if (option == "--output") continue;
    check_error(shell(folder, "fm-train a.csv -o m " + option + " m"), 2, "same-output",
                "choose different files for --output and " + option);
  }
  check_error(shell(folder, "fm-data split a.csv --train b --test b"), 2, "same-output",
              "--train and --test");
}

TEST_CASE("errors: contradictions are refused") {
  const Folder folder;
  make_model(folder);
  check_error(shell(folder, "fm-sample -m m.safetensors -n 1 --times 0.2:0.4 --reverse"), 2,
              "times-and-reverse");
  check_error(shell(folder, "fm-train " + data_file("moons.csv") + brief + "--patience 3"), 2,
              "patience-alone");
  check_error(shell(folder, "fm-path -m m.safetensors -n 1 --times 0"), 2, "times");
  for (const std::string option : {"--lr inf", "--clip inf", "--jitter inf", "--lr nan"})
    check_error(shell(folder, "fm-train " + data_file("moons.csv") + brief + option), 2, "option-range");
  check_error(shell(folder, "fm-sample -m m.safetensors --exact x.csv"), 2, "two-fields");
  check_error(shell(folder, "fm-sample -m m.safetensors -n 5 " + data_file("moons.csv")), 2,
              "count-and-points");
  check_error(shell(folder, "fm-sample -m m.safetensors --reverse"), 2, "start-points");
  check_error(shell(folder, "fm-sample -m m.safetensors --standardize none"), 2, "exact-only");
  check_error(shell(folder, "fm-eval " + data_file("moons.csv")), 2, "no-reference");
  write_text(folder / "t.csv", "t,y\n1,2\n3,4\n5,6\n");
  REQUIRE(shell(folder, "fm-train t.csv -o t.safetensors" + brief).code == 0);
  check_error(shell(folder, "fm-path -m t.safetensors -n 2"), 2, "column-clash");
  CHECK(shell(folder, "fm-path -m t.safetensors -n 2 --column-prefix path_").code == 0);
}

TEST_CASE("errors: JSON that is none has its line and column, and a wrong kind is quoted once") {
  const Folder folder;
  write_text(folder / "mix.json", "{\"columns\": [\"a\"],\n \"weights\": [1 2]}");
  check_error(shell(folder, "fm-data mixture:file=mix.json -n 2"), 4, "json", "mix.json:2:16: ");
  write_text(folder / "config", "{\"metric\":\"w2\"}");
  check_error(shell(folder, "fm-eval a -r b --config config"), 2, "config-type",
              "must be an array, not \"w2\" ");
  write_text(folder / "config", "{\n\"metric\":}");
  check_error(shell(folder, "fm-eval a -r b --config config"), 2, "json", "config:2:10: ");
}

TEST_CASE("errors: a row that the solver cannot move is counted from 1, in its file") {
  const Folder folder;
  make_model(folder);
  write_text(folder / "far.csv", "x,y\n1,2\n1e300,1\n0,1\n");
  const Result result = shell(folder, "fm-eval far.csv -m m.safetensors");
  CHECK(result.code == 6);
  CHECK(contains(result.err, "far.csv: error: "));
  CHECK(contains(result.err, "point 2 "));
}

TEST_CASE("errors: several files are told apart, and none writes on the terminal") {
  const Folder folder;
  const std::string escape = "$'e\\e[31m.csv'";
  write_text(folder / "two.csv", "x,y\n1,2\n3,4\n4,4\n5,5\n");
  write_text(folder / "one.csv", "x\n1\n2\n3\n");
  REQUIRE(shell(folder, "cp two.csv " + escape).code == 0);
  check_error(shell(folder, "fm-eval two.csv -r one.csv -c 1-2"), 3, "missing-column", "one.csv");
  check_error(shell(folder, "fm-eval one.csv two.csv -r two.csv -c 2-3"), 2, "column-range",
              "one.csv: error: ");
  const Result result =
      shell(folder, "fm-eval two.csv " + escape + " -r two.csv --metric w1 -f table --fail-if 'w1 >= 0'");
  CHECK(result.code == 1);
  CHECK(contains(result.out + result.err, "e\\x1b[31m.csv"));
  CHECK(!contains(result.out + result.err, "\x1b"));
}

TEST_CASE("errors: CSV whose first name opens like JSON is told how to be read") {
  const Folder folder;
  write_text(folder / "t.csv", "{\"/Symbol a}\",y\n1,2\n3,4\n");
  check_error(shell(folder, "fm-data stats t.csv"), 3, "json-record", "--input-format csv");
  CHECK(shell(folder, "fm-data stats t.csv --input-format csv").code == 0);
}
