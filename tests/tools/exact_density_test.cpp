// Rows scored by fm-eval under exact fields: by formulas written out here, and along the ODE.
#include <cmath>
#include <numbers>
#include <vector>

#include "core/json.h"
#include "tools/support.h"

using namespace fm::test;
using fm::Json;

namespace {

/// log N(x; m, S) in the plane.
double log_normal(const std::vector<double>& x, const Json& m, const Json& s) {
  const double a = s[0][0], b = s[0][1], c = s[1][1], determinant = a * c - b * b;
  const double u = x[0] - m[0].get<double>(), v = x[1] - m[1].get<double>();
  const double square = (c * u * u - 2 * b * u * v + a * v * v) / determinant;
  return -square / 2 - std::log(2 * std::numbers::pi) - std::log(determinant) / 2;
}

double log_density(const Json& mixture, const std::vector<double>& x) {
  double density = 0;
  for (std::size_t k = 0; k < mixture["weights"].size(); ++k)
    density += mixture["weights"][k].get<double>() *
               std::exp(log_normal(x, mixture["means"][k], mixture["covariances"][k]));
  return std::log(density);
}

}  // namespace

TEST_CASE("exact density: rows under a fitted mixture have its log-density, and their mean is the score") {
  const Folder folder;
  const std::string test = data_file("faithful-test.csv");
  output_of(folder, "fm-train '" + data_file("faithful.csv") + "' --gaussians 2 -o mix.json");
  const Json mixture = Json::parse(read_text(folder / "mix.json"));
  const auto rows = rows_of(output_of(folder, "fm-eval '" + test + "' --mixture mix.json --per-row"));
  REQUIRE(rows.size() > 50);
  double sum = 0;
  for (const auto& row : rows) {
    CHECK(std::abs(row[2] - log_density(mixture, row)) < 1e-9);
    sum += row[2];
  }
  const Json json =
      Json::parse(output_of(folder, "fm-train '" + data_file("faithful.csv") + "' --gaussians 2 | fm-eval '" +
                                        test + "' --mixture -"));
  CHECK(std::abs(json["log_likelihood"]["nats"].get<double>() - sum / static_cast<double>(rows.size())) <
        1e-9);
  CHECK(json["divergence"] == "closed-form");
  CHECK(json["mixture"] == "-");
  // Neither the path nor the coordinates matter to the law at its end.
  const auto other = rows_of(output_of(
      folder, "fm-eval '" + test + "' --mixture mix.json --per-row --scheduler cosine --standardize none"));
  for (std::size_t n = 0; n < rows.size(); ++n) CHECK(std::abs(other[n][2] - rows[n][2]) < 1e-9);
}

TEST_CASE("exact density: the closed form is what the ODE finds, and shards and threads change no byte") {
  const Folder folder;
  const std::string test = "'" + data_file("faithful-test.csv") + "'";
  output_of(folder, "fm-train '" + data_file("faithful.csv") + "' --gaussians 2 -o mix.json");
  for (const std::string& law :
       {std::string("--mixture mix.json"),
        "--exact '" + data_file("faithful.csv") + "' --scheduler lipman:sigma_min=0.2"}) {
    CAPTURE(law);
    const std::string command = "fm-eval " + test + " --per-row " + law;
    const std::string closed = output_of(folder, command + " -j 1");
    CHECK(closed == output_of(folder, command + " -j 3"));
    CHECK(closed ==
          output_of(folder, command + " --shard 1/2") + output_of(folder, command + " --shard 2/2"));
    const auto rows = rows_of(closed),
               along = rows_of(output_of(folder, command + " --log-density exact --solver "
                                                           "dopri8:rtol=1e-10,atol=1e-10"));
    for (std::size_t n = 0; n < rows.size(); ++n) CHECK(std::abs(rows[n][2] - along[n][2]) < 1e-6);
  }
}

TEST_CASE("exact density: under a scheduler that ends with noise, rows have a kernel density estimate") {
  const Folder folder;
  write_text(folder / "rows.csv", "x,y\n0,0\n1,3\n4,-1\n");
  write_text(folder / "new.csv", "x,y\n0.5,1\n2,2\n");
  constexpr double bandwidth = 0.3;
  for (const char* scheduler : {"lipman:sigma_min=0.3", "ve:sigma_min=0.3"}) {
    const auto rows = rows_of(output_of(
        folder, std::string("fm-eval new.csv --exact rows.csv --standardize none --per-row --scheduler ") +
                    scheduler));
    for (const auto& row : rows) {
      double density = 0;
      for (const auto& at : {std::pair{0, 0}, std::pair{1, 3}, std::pair{4, -1}}) {
        const double square = std::pow(row[0] - at.first, 2) + std::pow(row[1] - at.second, 2);
        density += std::exp(-square / (2 * bandwidth * bandwidth)) / 3;
      }
      density /= 2 * std::numbers::pi * bandwidth * bandwidth;
      CHECK(std::abs(row[2] - std::log(density)) < 1e-9);
    }
  }
}

TEST_CASE("exact density: what has none, and what does not go together, is said") {
  const Folder folder;
  const std::string rows = "'" + data_file("faithful.csv") + "'";
  output_of(folder, "fm-train " + rows + " --gaussians 1 -o mix.json");
  const auto fails = [&](const std::string& command, int code, const std::string& id) {
    CAPTURE(command);
    check_error(shell(folder, command), code, id);
  };
  fails("fm-eval " + rows + " --exact " + rows, 6, "no-density");
  fails("fm-eval " + rows + " --exact " + rows + " --log-density exact", 6, "no-density");
  write_text(folder / "flat.json", R"({"weights":[1],"means":[[0,0]],"covariances":[[[1,1],[1,1]]]})");
  fails("fm-eval " + rows + " --mixture flat.json", 6, "no-density");
  // The hint of that error works.
  CHECK(shell(folder, "fm-eval " + rows + " --exact " + rows + " --scheduler lipman:sigma_min=0.1").code ==
        0);
  CHECK(shell(folder, "fm-eval " + rows + " --mixture flat.json --scheduler lipman:sigma_min=0.1").code == 0);
  // Of a row without a finite density there is no mean.
  write_text(folder / "round.json", R"({"weights":[1],"means":[[0,0]],"covariances":[[[1,0],[0,1]]]})");
  write_text(folder / "far.csv", "x,y\n0,0\n1e200,1\n");
  for (const char* const format : {"", " --per-row"}) {
    const Result far = shell(folder, "fm-eval far.csv --mixture round.json" + std::string(format));
    check_error(far, 6, "non-finite-density", "of row 2 is not finite");
  }
  fails("fm-eval " + rows + " --mixture mix.json --solver euler", 2, "closed-form");
  fails("fm-eval " + rows + " --mixture mix.json --exact " + rows, 2, "two-fields");
  fails("fm-eval " + rows + " --mixture mix.json -r " + rows, 2, "model-and-reference");
  fails("fm-eval " + rows + " -r " + rows + " --scheduler vp", 2, "model-only");
}
