// Streams: formats, models through pipes, columns, transport and its inverse.
#include <algorithm>
#include <cmath>

#include "tools/support.h"

using namespace fm::test;

TEST_CASE("streams: a model goes through a pipe, samples go on into the evaluation") {
  const Folder folder;
  const Result result = shell(folder, "fm-train " + data_file("moons.csv") + brief +
                                          "| fm-sample -n 500 | fm-eval -r " + data_file("moons-test.csv"));
  CHECK_MESSAGE(result.code == 0, result.err);
  for (const char* part : {"\"energy\"", "\"sliced_w2\"", "\"w2\"", "\"value\"", "\"floor\""})
    CHECK_MESSAGE(contains(result.out, part), part);
}

TEST_CASE("streams: one table in four formats gives one model") {
  const Folder folder;
  const std::string moons = data_file("moons.csv");
  REQUIRE(
      shell(folder,
            "fm-data moons -n 300 > a.csv; fm-data moons -n 300 -o a.tsv; fm-data moons -n 300 -o a.jsonl; "
            "gzip -k a.csv")
          .code == 0);
  REQUIRE(shell(folder, "for f in a.csv a.tsv a.jsonl a.csv.gz; do fm-train $f -o $f.m" + brief + "; done")
              .code == 0);
  for (const char* name : {"a.tsv", "a.jsonl", "a.csv.gz"})
    CHECK_MESSAGE(read_text(folder / "a.csv.m") == read_text(folder / (std::string(name) + ".m")), name);
  REQUIRE(shell(folder, "fm-train < a.csv.gz > piped" + brief).code == 0);
  CHECK(read_text(folder / "piped") == read_text(folder / "a.csv.m"));
}

TEST_CASE("streams: times are those that were typed") {
  const Folder folder;
  make_model(folder);
  std::string times;
  for (const auto& row : rows_of(shell(folder, "fm-path -m m.safetensors -n 1").out))
    times += std::to_string(row[1]).substr(0, 4) + (row[1] == std::stod(std::to_string(row[1])) ? " " : "! ");
  CHECK(times ==
        "0.00 0.05 0.10 0.15 0.20 0.25 0.30 0.35 0.40 0.45 0.50 0.55 0.60 0.65 0.70 0.75 0.80 0.85 "
        "0.90 0.95 1.00 ");
}

TEST_CASE("streams: fm-eval keeps metrics of one name apart, and says when one column rules") {
  const Folder folder;
  write_text(folder / "a.csv", "x,y\n1,100\n2,300\n3,200\n4,500\n5,400\n");
  const Result result = shell(folder,
                              "fm-eval a.csv -r a.csv --metric "
                              "sliced-w2:directions=5,sliced-w2:directions=50,w2 --repeats 1");
  CHECK(contains(result.out, "\"sliced_w2:directions=5\":"));
  CHECK(contains(result.out, "\"sliced_w2:directions=50\":"));
  CHECK(contains(result.out, "\"w2\":"));
  CHECK(contains(result.err, "\"y\" spreads 100 times as wide as \"x\""));
  CHECK_FALSE(
      contains(shell(folder, "fm-eval a.csv -r a.csv --standardize columns --repeats 1").err, "wide"));
}

TEST_CASE("streams: constant and equal columns stay what they are") {
  const Folder folder;
  REQUIRE(shell(folder,
                "fm-data moons -n 500 | awk -F, 'NR==1 {print $0\",k,again\"} NR>1 {print $0\",7,\"$1}' > "
                "in.csv; fm-train in.csv -q -o m --steps 2000 --pool 2000 --hidden 32,32")
              .code == 0);
  for (const std::string solver : {"dopri5", "euler:steps=50", "rk4:steps=200"}) {
    CAPTURE(solver);
    double worst = 0;
    const auto rows = rows_of(shell(folder, "fm-sample -m m -n 500 --solver " + solver).out);
    REQUIRE(rows.size() == 500);
    for (const auto& row : rows) {
      CHECK(row[2] == 7);
      worst = std::max(worst, std::abs(row[3] - row[0]));
    }
    // The least residual that the network's output is scaled by is a thousandth of the speed.
    CHECK(worst < 0.05);
  }
  const auto path = rows_of(shell(folder, "fm-path -m m -n 1 --times 0:1:0.5").out);
  CHECK(path.back()[4] == 7);
}

TEST_CASE("streams: names and units of the data come out again") {
  const Folder folder;
  const std::string quakes = data_file("quakes.csv");
  REQUIRE(shell(folder, "fm-train " + quakes + " -c depth,mag -o m --steps 500 --pool 1000 --hidden 16,16")
              .code == 0);
  const Result sample = shell(folder, "fm-sample -m m -n 500");
  CHECK(lines_of(sample.out).front() == "depth,mag");
  double depth = 0, magnitude = 0;
  for (const auto& row : rows_of(sample.out)) depth += row[0] / 500, magnitude += row[1] / 500;
  CHECK(std::abs(depth - 311) < 50);  // the data's means are 311 and 4.62; std / sqrt(500) is 10 and 0.02
  CHECK(std::abs(magnitude - 4.62) < 0.15);
}

TEST_CASE("streams: fm-sample draws as many points as training had rows unless told otherwise") {
  const Folder folder;
  make_model(folder);
  const std::size_t rows = lines_of(read_text(data_file("moons.csv"))).size();
  CHECK(lines_of(shell(folder, "fm-sample -m m.safetensors").out).size() == rows);
  CHECK(lines_of(shell(folder, "fm-sample -n 7 < m.safetensors").out).size() == 8);
}

TEST_CASE("streams: transport there and back returns the points") {
  const Folder folder;
  make_model(folder);
  const std::string points = data_file("moons-test.csv");
  const Result back =
      shell(folder, "fm-sample -m m.safetensors " + points +
                        " --reverse --solver dopri5:rtol=1e-8,atol=1e-8 | "
                        "tee noise.csv | fm-sample -m m.safetensors - --solver dopri5:rtol=1e-8,atol=1e-8");
  CHECK_MESSAGE(back.code == 0, back.err);
  const auto start = rows_of(read_text(points)), end = rows_of(back.out);
  REQUIRE(start.size() == end.size());
  for (std::size_t i = 0; i < start.size(); ++i)
    for (std::size_t d = 0; d < 2; ++d) CHECK(std::abs(start[i][d] - end[i][d]) < 1e-4);
}

TEST_CASE("streams: a source file is carried into the target, and drawing without points is refused") {
  const Folder folder;
  REQUIRE(shell(folder, "fm-data 8gaussians -n 400 -o ring.csv; fm-data moons -n 400 -o moons.csv").code ==
          0);
  REQUIRE(shell(folder, "fm-train ring.csv --source moons.csv -o map" + brief).code == 0);
  CHECK(lines_of(shell(folder, "fm-sample -m map moons.csv").out).size() == 401);
  const Result drawn = shell(folder, "fm-sample -m map -n 5");
  CHECK(drawn.code == 2);
  CHECK(contains(drawn.err, "[start-points]"));
}

TEST_CASE("streams: the exact field draws rows of its data") {
  const Folder folder;
  const std::string data = data_file("faithful.csv");
  const Result result = shell(folder, "fm-sample --exact " + data + " -n 500");
  REQUIRE_MESSAGE(result.code == 0, result.err);
  const auto truth = rows_of(read_text(data));
  int copies = 0;
  for (const auto& row : rows_of(result.out))
    for (const auto& candidate : truth)
      if (std::abs(row[0] - candidate[0]) < 1e-5 && std::abs(row[1] - candidate[1]) < 1e-5) {
        ++copies;
        break;
      }
  CHECK(copies >= 499);
}

TEST_CASE("streams: paths start in the source and end where fm-sample ends") {
  const Folder folder;
  make_model(folder);
  const auto paths = rows_of(shell(folder, "fm-path -m m.safetensors -n 20 --times 0:1:0.25").out);
  const auto ends = rows_of(shell(folder, "fm-sample -m m.safetensors -n 20").out);
  REQUIRE(paths.size() == 100);
  for (std::size_t n = 0; n < 20; ++n) {
    CHECK(paths[5 * n][0] == static_cast<double>(n));
    CHECK(paths[5 * n + 1][1] == 0.25);
    for (std::size_t d = 0; d < 2; ++d)
      CHECK(paths[5 * n + 4][2 + d] == doctest::Approx(ends[n][d]).epsilon(1e-9));
  }
}

TEST_CASE("streams: velocities of fm-path are the slopes of its positions") {
  const Folder folder;
  make_model(folder);
  const auto rows = rows_of(
      shell(folder,
            "fm-path -m m.safetensors -n 5 --times 0.5,0.501,0.502 --columns-out v " +
                data_file("faithful-test.csv") +
                " 2>/dev/null || "
                "fm-path -m m.safetensors -n 5 --times 0:0.02:0.01 --columns-out v --solver rk4:steps=400")
          .out);
  REQUIRE(rows.size() == 15);
  for (std::size_t n = 0; n < 5; ++n)
    for (std::size_t d = 0; d < 2; ++d) {
      const double slope = (rows[3 * n + 2][2 + d] - rows[3 * n][2 + d]) / 0.02;
      CHECK(rows[3 * n + 1][4 + d] == doctest::Approx(slope).epsilon(1e-2));
    }
}

TEST_CASE("streams: a report says what the run was") {
  const Folder folder;
  const std::string moons = data_file("moons.csv");
  REQUIRE(shell(folder, "fm-train " + moons + brief + "--report r.json --log log.jsonl -o m").code == 0);
  const std::string report = read_text(folder / "r.json");
  for (const char* key :
       {"steps", "train_seconds", "microseconds_per_step", "parameters", "rows", "final_loss"})
    CHECK_MESSAGE(contains(report, "\"" + std::string(key) + "\":"), key);
  CHECK(lines_of(read_text(folder / "log.jsonl")).size() == 60);
}

TEST_CASE("streams: a dry run writes nothing and says what would be done") {
  const Folder folder;
  make_model(folder);
  const Result train = shell(folder, "fm-train " + data_file("quakes.csv") + " --dry-run -o x");
  CHECK(train.code == 0);
  CHECK(contains(train.out, "\"parameters\""));
  CHECK(contains(train.out, "\"depth\""));
  CHECK(shell(folder, "fm-sample -m m.safetensors --dry-run -o y").code == 0);
  CHECK(shell(folder, "ls").out == "m.safetensors\n");
}
