// Weighted tables in the programs.
#include <cmath>
#include <string>

#include "core/json.h"
#include "core/text.h"
#include "tools/support.h"

using namespace fm::test;
using fm::Json;

namespace {

/// w.csv: columns x, y, w of weights 1, 2, 3 and one row of 0; all.csv: each row so often; e.csv: weights
/// 0.3.
void write_tables(const Folder& folder) {
  const auto rows = rows_of(read_text(data_file("faithful.csv")));
  std::string weighted = "x,y,w\n9,9,0\n", all = "x,y\n", equal = "x,y,w\n";
  for (std::size_t n = 0; n < 60; ++n) {
    const std::string row = std::to_string(rows[n][0]) + "," + std::to_string(rows[n][1]);
    weighted += row + "," + std::to_string(1 + n % 3) + "\n";
    equal += row + ",0.3\n";
    for (std::size_t k = 0; k <= n % 3; ++k) all += row + "\n";
  }
  write_text(folder / "w.csv", weighted);
  write_text(folder / "all.csv", all);
  write_text(folder / "e.csv", equal);
}

}  // namespace

TEST_CASE("weights: models say so, are the same for any threads, and rows of weight 0 are told") {
  const Folder folder;
  write_tables(folder);
  const Result told =
      shell(folder, "fm-train w.csv --weight w -o a.safetensors --report r.json -j 1" + brief);
  REQUIRE_MESSAGE(told.code == 0, told.err);
  CHECK(contains(told.err, "w.csv: 1 row of weight 0 left out"));
  CHECK(Json::parse(read_text(folder / "r.json"))["tables"][0]["weightless"] == 1);
  output_of(folder, "fm-train w.csv --weight w -o b.safetensors -j 2" + brief);
  const std::string model = read_text(folder / "a.safetensors");
  CHECK(model == read_text(folder / "b.safetensors"));
  CHECK(contains(model, "\\\"weight\\\":\\\"w\\\""));
  output_of(folder, "fm-train e.csv --weight w -o c.safetensors" + brief);
  output_of(folder, "fm-train e.csv -x w -o d.safetensors" + brief);
  CHECK(output_of(folder, "fm-sample -m c.safetensors -n 20") ==
        output_of(folder, "fm-sample -m d.safetensors -n 20"));
  CHECK(!contains(read_text(folder / "d.safetensors"), "weight\\\":\\\""));
}

TEST_CASE("weights: exact fields are those of the table with rows repeated") {
  const Folder folder;
  write_tables(folder);
  const std::string solver = " --solver rk4:steps=20 --scheduler lipman:sigma_min=0.1";
  const auto a = rows_of(output_of(folder, "fm-sample --exact w.csv --weight w -n 50" + solver));
  const auto b = rows_of(output_of(folder, "fm-sample --exact all.csv -n 50" + solver));
  REQUIRE(a.size() == b.size());
  for (std::size_t n = 0; n < a.size(); ++n)
    for (std::size_t d = 0; d < 2; ++d) CHECK(std::abs(a[n][d] - b[n][d]) < 1e-9 * std::abs(b[n][d]));
  const auto nats = [&](const std::string& arguments) {
    return Json::parse(output_of(
        folder, "fm-eval " + arguments + " --scheduler lipman:sigma_min=0.2"))["log_likelihood"]["nats"]
        .get<double>();
  };
  CHECK(std::abs(nats("all.csv --exact all.csv") - nats("w.csv --exact w.csv --weight w")) < 1e-9);
  CHECK(std::abs(nats("all.csv --exact w.csv --weight w") - nats("w.csv --exact all.csv --weight w")) < 1e-9);
  const auto loss = Json::parse(output_of(folder, "fm-loss --exact w.csv --weight w -n 4000"));
  CHECK(loss["floor"].get<double>() > 0);
}

TEST_CASE("weights: a mixture of normal laws is that of the table with rows repeated") {
  const Folder folder;
  write_tables(folder);
  const auto fitted = [&](const std::string& arguments) {
    return Json::parse(output_of(folder, "fm-train " + arguments + " --gaussians 1 --report r.json"));
  };
  const Json all = fitted("all.csv"), weighted = fitted("w.csv --weight w");
  // EM ends at the moments themselves, which are the same but for rounding.
  const auto numbers = [](const Json& values) { return values.flatten(); };
  for (const char* part : {"means", "covariances"}) {
    const Json a = numbers(all[part]), b = numbers(weighted[part]);
    REQUIRE(a.size() == b.size());
    for (const auto& [key, value] : a.items())
      CHECK(std::abs(value.get<double>() - b[key].get<double>()) < 1e-9 * std::abs(value.get<double>()));
  }
  // Weights 1, 2 and 3 in turn, of 60 rows: 120^2 / 280.
  const Json report = Json::parse(read_text(folder / "r.json"));
  CHECK(report["rows"] == 60);
  CHECK(std::abs(report["effective_rows"].get<double>() - 14400.0 / 280) < 1e-9);
  CHECK(output_of(folder, "fm-train e.csv --weight w --gaussians auto") ==
        output_of(folder, "fm-train e.csv -x w --gaussians auto"));
}

TEST_CASE("weights: their unit changes no byte, though sums overflow in it or squares underflow") {
  const Folder folder;
  write_tables(folder);
  const auto outputs = [&](double unit) {
    const auto rows = rows_of(read_text(folder / "w.csv"));
    std::string table = "x,y,w\n";
    for (const auto& row : rows)
      table += fm::shortest(row[0]) + "," + fm::shortest(row[1]) + "," + fm::shortest(unit * row[2]) + "\n";
    write_text(folder / "unit.csv", table);
    const std::string exact = " --exact unit.csv --weight w ", smooth = " --scheduler lipman:sigma_min=0.2";
    return output_of(folder, "fm-train unit.csv --weight w -o -" + brief) +
           output_of(folder, "fm-loss -n 500" + exact) +
           output_of(folder, "fm-eval unit.csv" + exact + smooth) +
           output_of(folder, "fm-eval unit.csv -r unit.csv --weight w --metric energy") +
           output_of(folder, "fm-pairs unit.csv unit.csv --weight w --coupling sinkhorn");
  };
  const std::string wanted = outputs(1);
  CHECK(contains(wanted, "nats_error"));
  CHECK(outputs(0x1p1022) == wanted);
  CHECK(outputs(0x1p-1074) == wanted);
}

TEST_CASE("weights: clouds are thinned before they are compared, and told so") {
  const Folder folder;
  write_tables(folder);
  const Result told = shell(folder, "fm-eval w.csv -r w.csv --weight w --metric energy -f json");
  REQUIRE_MESSAGE(told.code == 0, told.err);
  const Json json = Json::parse(told.out);
  CHECK(json["weight"] == "w");
  CHECK(json["columns"] == Json({"x", "y"}));
  CHECK(json["sample_rows_weighted"] == 60);
  CHECK(json["sample_rows"].get<int>() >= 20);  // those of the largest weight
  CHECK(json["sample_rows"].get<int>() < 60);
  CHECK(contains(told.err, " of 60 rows stay by their weights"));
  const Json half = Json::parse(output_of(folder, "fm-eval all.csv -r w.csv --weight w --metric w2 -f json"));
  CHECK(!half.contains("sample_rows_weighted"));
  CHECK(half["sample_rows"] == 120);
  CHECK(half["reference_rows"].get<int>() < 60);
}

TEST_CASE("weights: plans move masses in proportion to them") {
  const Folder folder;
  write_tables(folder);
  const auto rows = rows_of(output_of(
      folder, "fm-pairs w.csv all.csv --weight w --coupling sinkhorn:tolerance=1e-8 --report r.json"));
  double first = 0, second = 0;  // of rows 1 and 2, of weights 1 and 2 in 120
  const auto table = rows_of(read_text(folder / "w.csv"));
  for (const auto& row : rows) {
    if (row[0] == table[1][0] && row[1] == table[1][1]) first += row[4];
    if (row[0] == table[2][0] && row[1] == table[2][1]) second += row[4];
  }
  CHECK(std::abs(first - 1 / 120.0) < 1e-6);
  CHECK(std::abs(second - 2 / 120.0) < 1e-6);
  CHECK(Json::parse(read_text(folder / "r.json"))["source_marginal_error"].get<double>() < 1e-6);
  // Equal weights are none, and all plans take them.
  CHECK(output_of(folder, "fm-pairs e.csv e.csv --weight w") ==
        output_of(folder, "fm-pairs e.csv e.csv -x w"));
}

TEST_CASE("weights: what they do not go with is refused in one line") {
  const Folder folder;
  write_tables(folder);
  write_text(folder / "neg.csv", "x,w\n1,1\n2,-3\n");
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"fm-train neg.csv --weight w -o m", "negative-weight"},
      {"fm-train w.csv --weight v -o m", "missing-column"},
      {"fm-train w.csv --weight w -c x,w -o m", "weight-selected"},
      {"fm-train --pairs w.csv --weight w -o m", "pairs-and-weight"},
      {"fm-sample --mixture m.json --weight w", "exact-only"},
      {"fm-loss --mixture m.json --weight w", "exact-only"},
      {"fm-eval all.csv -r all.csv --weight w", "no-weight"},
      {"fm-eval all.csv --exact all.csv --weight w --scheduler lipman:sigma_min=0.2", "no-weight"},
      {"fm-pairs all.csv all.csv --weight w", "no-weight"},
      {"fm-pairs w.csv w.csv --weight w", "plan-weights"}};
  for (const auto& [command, id] : cases) {
    const Result result = shell(folder, command);
    CHECK_MESSAGE(result.code > 1, command);
    CHECK_MESSAGE(contains(result.err, "[" + id + "]"), command << ": " << result.err);
  }
}
