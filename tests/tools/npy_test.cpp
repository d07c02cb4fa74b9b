// NumPy arrays in and out of the programs, by their own and by numpy's judgement.
#include <cstdlib>

#include "tools/support.h"

using namespace fm::test;

namespace {

/// A Python with numpy, or "".
std::string python() {
  const char* named = std::getenv("PYTHON");
  const std::string program = named ? named : "python3";
  return shell(Folder(), program + " -c 'import numpy'").code == 0 ? program : "";
}

const std::string cells = "0.1,1\n2.5,-300000\n1e-300,0\n";

}  // namespace

TEST_CASE("npy: a table of numbers is the same after it has been an array") {
  const Folder folder;
  write_text(folder / "t.csv", cells);
  output_of(folder, "fm-data convert t.csv -o t.npy");
  CHECK(output_of(folder, "fm-data convert t.npy") == cells);
  CHECK(output_of(folder, "fm-data convert - < t.npy") == cells);
  CHECK(output_of(folder, "cat t.npy | fm-data convert -") == cells);
  CHECK(output_of(folder, "gzip t.npy && fm-data convert t.npy.gz") == cells);
  CHECK(output_of(folder, "fm-data convert t.csv -f npy > u.npy && fm-data convert u.npy") == cells);
  CHECK(output_of(folder, "fm-data convert -c 2 t.csv -o one.npy && fm-data convert one.npy -f jsonl") ==
        "[1]\n[-300000]\n[0]\n");
}

TEST_CASE("npy: programs learn from arrays as from text, and write them") {
  const Folder folder;
  output_of(folder, "fm-data moons -n 500 -o m.csv && fm-data moons -n 500 -o m.npy");
  CHECK(output_of(folder, "fm-data convert m.npy") ==
        output_of(folder, "fm-data convert m.csv --header yes | tail -n +2"));
  for (const std::string in : {"m.csv", "m.npy"})
    output_of(folder, "fm-train " + in + " -o " + in + ".model" + brief);
  output_of(folder, "fm-sample -m m.npy.model -n 100 -o s.npy && fm-sample -m m.csv.model -n 100 -o s.csv");
  CHECK(output_of(folder, "fm-data convert s.npy") == output_of(folder, "tail -n +2 s.csv"));
  const auto distance = [&](const std::string& files) {
    const std::string answer = output_of(folder, "fm-eval --metric w1 " + files);
    return answer.substr(answer.find("\"w1\""));
  };
  CHECK(distance("s.npy -r m.npy") == distance("s.csv -r m.csv"));
  CHECK(contains(output_of(folder, "fm-data check m.npy"), "\"format\": \"NumPy array\""));
  output_of(folder, "fm-data split m.npy --train a.csv --test b.csv");
  CHECK(output_of(folder, "cat a.csv b.csv | sort") == output_of(folder, "fm-data convert m.npy | sort"));
}

TEST_CASE("npy: each shard is an array of its own, with a header and its rows") {
  const Folder folder;
  std::string rows;
  for (const std::string shard : {"1/3", "2/3", "3/3"})
    rows += output_of(folder, "fm-data moons -n 10 --shard " + shard + " -o s.npy && fm-data convert s.npy");
  CHECK(rows == output_of(folder, "fm-data moons -n 10 | tail -n +2"));
}

TEST_CASE("npy: where the rows cannot be counted afterwards nothing is written") {
  const Folder folder;
  write_text(folder / "old.npy", "old");
  const Result piped = shell(folder, "fm-data moons -n 5 -f npy | cat");
  CHECK(contains(piped.err, "[output-start]"));
  CHECK(piped.out.empty());
  check_error(shell(folder, "fm-data moons -n 5 -f npy >> old.npy"), 2, "output-start");
  check_error(shell(folder, "fm-data moons -n 5 -f npy -o x.gz"), 2, "output-start", "x.gz");
  check_error(shell(folder, "fm-data moons -n 5 -f npy -o /dev/full"), 2, "output-start");
  CHECK(read_text(folder / "old.npy") == "old");
  CHECK(output_of(folder, "ls") == "old.npy\n");
}

TEST_CASE("npy: what an array cannot hold is refused, and the old file stays") {
  const Folder folder;
  write_text(folder / "t.csv", "a,b\n1,x\n2,y\n");
  write_text(folder / "x.npy", "old");
  check_error(shell(folder, "fm-data convert t.csv -o x.npy"), 3, "text-column");
  check_error(shell(folder, "fm-data moons -n 5 --with-label -o x.npy"), 2, "npy-text");
  check_error(shell(folder, "fm-data moons -n 5 --precision 4 -o x.npy"), 2, "precision");
  check_error(shell(folder, "fm-data moons -n 5 -o x.npy.gz"), 2, "output-format", "x.npy.gz");
  check_error(shell(folder, "fm-data moons -n 50 | fm-data split - --train x.npy --test y.csv"), 2,
              "split-format");
  CHECK(read_text(folder / "x.npy") == "old");
  CHECK(output_of(folder, "fm-data convert -c a t.csv -o x.npy && fm-data convert x.npy") == "1\n2\n");
}

TEST_CASE("npy: numpy reads what is written") {
  const Folder folder;
  const std::string interpreter = python();
  if (interpreter.empty()) {
    MESSAGE("skipped: no Python with numpy (set PYTHON)");
    return;
  }
  write_text(folder / "t.csv", cells);
  output_of(folder, "fm-data convert t.csv -o t.npy && fm-data convert -c 1 t.csv -f npy > one.npy");
  CHECK(output_of(folder, interpreter + " -c \"import numpy as np; print(np.load('t.npy').tolist(), "
                                        "np.load('one.npy', mmap_mode='r').shape)\"") ==
        "[[0.1, 1.0], [2.5, -300000.0], [1e-300, 0.0]] (3, 1)\n");
}

TEST_CASE("npy: what numpy writes is read") {
  const Folder folder;
  const std::string interpreter = python();
  if (interpreter.empty()) {
    MESSAGE("skipped: no Python with numpy (set PYTHON)");
    return;
  }
  write_text(folder / "write.py", R"(
import numpy as np
rows = [[1, 2, 3], [100, 0, 5]]
for code in "f4 f8 i1 i2 i4 i8 u1 u2 u4 u8".split():
    for order in "<>":
        np.save(f"{code}{'lb'[order == '>']}.npy", np.array(rows, order + code))
for version in (1, 2, 3):
    with open(f"version{version}.npy", "wb") as file:
        np.lib.format.write_array(file, np.array(rows, float), (version, 0))
np.save("order.npy", np.asfortranarray(np.array(rows, float)))
np.save("complex.npy", np.array(rows, complex))
np.save("deep.npy", np.zeros((2, 3, 4)))
np.save("objects.npy", np.array([{}, []], object), allow_pickle=True)
np.save("records.npy", np.zeros(3, [("a", float), ("b", int)]))
)");
  output_of(folder, interpreter + " write.py");
  for (const std::string code : {"f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8"})
    for (const std::string order : {"l", "b"})
      CHECK(output_of(folder, "fm-data convert " + code + order + ".npy") == "1,2,3\n100,0,5\n");
  for (const char* version : {"1", "2", "3"})
    CHECK(output_of(folder, std::string("fm-data convert version") + version + ".npy") == "1,2,3\n100,0,5\n");
  check_error(shell(folder, "fm-data convert order.npy"), 3, "npy-order", "ascontiguousarray");
  check_error(shell(folder, "fm-data convert complex.npy"), 3, "npy-type", "<c16");
  check_error(shell(folder, "fm-data convert deep.npy"), 3, "npy-shape", "3 dimensions");
  check_error(shell(folder, "fm-data convert objects.npy"), 3, "npy-type", "|O");
  check_error(shell(folder, "fm-data convert records.npy"), 3, "npy-type", "records");
}
