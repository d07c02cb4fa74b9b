#include "flow/mixture.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "flow/exact_laws.h"
#include "flow/mixture_file.h"
#include "flow/moments.h"

using namespace fm;

namespace {

constexpr double epsilon = std::numeric_limits<double>::epsilon();

bool same_mixture(const Mixture& a, const Mixture& b) {
  bool same = same_bits(a.weights, b.weights) && same_bits(a.means, b.means) &&
              a.covariances.size() == b.covariances.size();
  for (std::size_t k = 0; same && k < a.covariances.size(); ++k)
    same = same_bits(a.covariances[k], b.covariances[k]);
  return same;
}

/// A file of one column and one component, with one key's value replaced.
std::string one_column(const std::string& key, const std::string& value) {
  std::string text;
  for (const auto& [name, usual] : std::vector<std::pair<std::string, std::string>>{
           {"weights", "[1]"}, {"means", "[[0]]"}, {"covariances", "[[[1]]]"}})
    text += (text.empty() ? "{\"" : ", \"") + name + "\": " + (name == key ? value : usual);
  if (text.find('"' + key + '"') == std::string::npos) text += ", \"" + key + "\": " + value;
  return text + "}";
}

std::string two_columns(const std::string& covariance) {
  return R"({"weights": [1], "means": [[0, 0]], "covariances": [)" + covariance + "]}";
}

void check_refused(const std::string& text, const std::string& id) {
  CAPTURE(text);
  const Error error = error_of([&] { parse_mixture(text, "m.json"); });
  CHECK(error.id() == id);
  CHECK(error.kind() == ErrorKind::model);
}

}  // namespace

TEST_CASE("mixture: mean and covariance are those of its draws") {
  const Mixture mixture = three_normals();
  constexpr Index count = 40000;
  const Points x = draw_mixture(mixture, count, 1);
  const Moments moments = pair_moments(x, x);
  // Columns have deviations below 1.6 and the fourth moments of near-normal laws: standard errors below
  // 1.6/200 and 1.6^2 sqrt(2)/200; 5 of them.
  CHECK((mixture_mean(mixture) - moments.mean0).cwiseAbs().maxCoeff() < 5 * 1.6 / 200);
  CHECK((mixture_covariance(mixture) - moments.cov00).cwiseAbs().maxCoeff() < 5 * 2.56 * std::sqrt(2) / 200);
}

TEST_CASE("mixture: coordinates change the law as they change points") {
  const Mixture data = three_normals();
  const Standardiser map{Vector{{1, -2, 300}}, Vector{{0.5, 2, 1000}}};
  const Mixture coordinates = to_coordinates(map, data);
  const Points x = normal_points(3, 50, 1);
  const Vector end = Vector::Ones(50);
  Vector p(50), q(50);
  MixtureField(data, CondOt{}).log_density(end, to_data(map, x), p);
  MixtureField(coordinates, CondOt{}).log_density(end, x, q);
  CHECK((p - (q.array() - log_volume(map)).matrix()).cwiseAbs().maxCoeff() < 1e-9 * p.cwiseAbs().maxCoeff());
  const Mixture back = to_data(map, coordinates);
  CHECK((back.means - data.means).cwiseAbs().maxCoeff() < 1e-12);
  for (std::size_t k = 0; k < 3; ++k)
    CHECK((back.covariances[k] - data.covariances[k]).cwiseAbs().maxCoeff() < 4 * epsilon);
}

TEST_CASE("mixture: its own coordinates make its moments standard") {
  Mixture mixture = to_data({Vector{{1, -2, 300}}, Vector{{0.5, 2, 1000}}}, three_normals());
  const auto deviations = [&](Standardize kind) {
    const Mixture standard = to_coordinates(fit_standardiser(mixture, kind), mixture);
    CHECK((kind == Standardize::none || mixture_mean(standard).norm() < 1e-12));
    return Vector(mixture_covariance(standard).diagonal());
  };
  CHECK((deviations(Standardize::columns).array() - 1).abs().maxCoeff() < 1e-12);
  CHECK(deviations(Standardize::global).mean() == doctest::Approx(1));
  CHECK(deviations(Standardize::none) == mixture_covariance(mixture).diagonal());
  mixture.means.row(1).setConstant(5);  // a column that does not vary
  for (Points& covariance : mixture.covariances) covariance.row(1).setZero(), covariance.col(1).setZero();
  CHECK(fit_standardiser(mixture, Standardize::columns).scale(1) == 1);
}

TEST_CASE("mixture: numbers beyond a double are an error in either direction") {
  const Mixture large{Vector::Ones(1), Points::Constant(1, 1, 1.0), {Points::Constant(1, 1, 1e200)}};
  const Standardiser down{Vector::Zero(1), Vector::Constant(1, 1e-100)},
      up{Vector::Zero(1), Vector::Constant(1, 1e100)};
  CHECK(error_of([&] { to_coordinates(down, large); }).id() == "coordinates-range");
  CHECK(error_of([&] { to_data(up, large); }).id() == "coordinates-range");
}

TEST_CASE("mixture file: what is written reads back, bit for bit") {
  for (const Mixture& mixture : {three_normals(), flat_normals()}) {
    const MixtureFile file{{"a", "b \"c\"", "d"}, true, 191, mixture};
    const MixtureFile back = parse_mixture(print_mixture(file), "m.json");
    CHECK(back.columns == file.columns);
    CHECK(back.has_names);
    CHECK(back.rows == 191);
    CHECK(back.mixture.weights == mixture.weights);
    CHECK(same_bits(back.mixture.means, mixture.means));
    CHECK(same_mixture(back.mixture, parse_mixture(print_mixture(back), "m.json").mixture));
  }
}

TEST_CASE("mixture file: weights that were divided by their sum stay as they are") {
  Draws draws(5, Purpose::test, 0);
  MixtureFile file{{"a", "b", "c"}, true, {}, three_normals()};
  for (int k = 0; k < 300; ++k) {
    Vector weights(file.mixture.weights.size());
    for (double& weight : weights) weight = draws.uniform();
    file.mixture.weights = weights / weights.sum();
    CHECK(parse_mixture(print_mixture(file), "m.json").mixture.weights == file.mixture.weights);
  }
}

TEST_CASE("mixture file: names and rows may be missing") {
  const MixtureFile file = parse_mixture(two_columns("[[1, 0], [0, 2]]"), "m.json");
  CHECK(file.columns == std::vector<std::string>{"x1", "x2"});
  CHECK(!file.has_names);
  CHECK(!file.rows);
  CHECK(parse_mixture(print_mixture(file), "m.json").columns == file.columns);
  CHECK(parse_mixture(one_column("columns", "null"), "m.json").columns == std::vector<std::string>{"x1"});
}

TEST_CASE("mixture file: columns without names keep their places in the data") {
  MixtureFile file = parse_mixture(two_columns("[[1, 0], [0, 2]]"), "m.json");
  file.columns = {"x2", "x5"};
  CHECK(print_mixture(file).find("\"columns\": [2,5]") != std::string::npos);
  const MixtureFile back = parse_mixture(print_mixture(file), "m.json");
  CHECK(back.columns == file.columns);
  CHECK(!back.has_names);
  const MixtureFile named = parse_mixture(one_column("columns", "[\"2\"]"), "m.json");
  CHECK(named.columns == std::vector<std::string>{"2"});
  CHECK(named.has_names);
}

TEST_CASE("mixture file: weights count relative to their sum") {
  for (const char* weights : {"[1, 3]", "[0.25, 0.75]", "[0.5e308, 1.5e308]", "[1e-310, 3e-310]"}) {
    CAPTURE(weights);
    const MixtureFile file = parse_mixture(
        R"({"weights": )" + std::string(weights) + R"(, "means": [[0], [1]], "covariances": [[[1]], [[1]]]})",
        "m.json");
    CHECK(file.mixture.weights(0) == doctest::Approx(0.25).epsilon(1e-12));
    CHECK(file.mixture.weights.sum() == doctest::Approx(1).epsilon(1e-15));
  }
}

TEST_CASE("mixture file: covariances may miss symmetry and rank by their last digits") {
  const MixtureFile file = parse_mixture(two_columns("[[1, 0.5000000001], [0.5, 1]]"), "m.json");
  CHECK(file.mixture.covariances[0](0, 1) == file.mixture.covariances[0](1, 0));
  CHECK_NOTHROW(parse_mixture(two_columns("[[1e-20, 0.3333333333], [0.3333333333, 0.1111111111e20]]"), "m"));
  CHECK_NOTHROW(parse_mixture(two_columns("[[0, 0], [0, 0]]"), "m"));
}

TEST_CASE("mixture file: each fault has its id") {
  check_refused("", "json");
  check_refused("weights", "json");
  check_refused(one_column("means", "[[NaN]]"), "json");
  check_refused(one_column("means", "[[1e999]]"), "json");
  check_refused(one_column("covariances", std::string(40, '[') + std::string(40, ']')), "json");
  check_refused(R"({"weights": [1], "weights": [1], "means": [[0]], "covariances": [[[1]]]})", "json");
  check_refused("[1, 2]", "mixture-value");
  check_refused(one_column("wieghts", "[1]"), "mixture-key");
  for (const char* key : {"weights", "means", "covariances"})
    check_refused(one_column(key, "[]"), "mixture-key");
  check_refused(R"({"weights": [1], "means": [[0]]})", "mixture-key");
  check_refused(one_column("weights", "1"), "mixture-value");
  check_refused(one_column("weights", "[\"1\"]"), "mixture-value");
  check_refused(one_column("weights", "[null]"), "mixture-value");
  check_refused(one_column("means", "[0]"), "mixture-value");
  check_refused(one_column("covariances", "[[1]]"), "mixture-value");
  check_refused(one_column("rows", "-1"), "mixture-value");
  check_refused(one_column("columns", "\"x\""), "mixture-value");
  check_refused(one_column("weights", "[0.5, 0.5]"), "mixture-shape");
  check_refused(one_column("means", "[[0], [1]]"), "mixture-shape");
  check_refused(one_column("means", "[[]]"), "mixture-shape");
  check_refused(one_column("means", "[[0, 1]]"), "mixture-shape");
  check_refused(R"({"weights": [1], "means": [[]], "covariances": [[]]})", "mixture-shape");
  check_refused(one_column("covariances", "[[[1]], [[1]]]"), "mixture-shape");
  check_refused(one_column("covariances", "[[[1, 0], [0, 1]]]"), "mixture-shape");
  check_refused(one_column("covariances", "[[[]]]"), "mixture-shape");
  check_refused(one_column("columns", "[\"x\", \"y\"]"), "mixture-shape");
  check_refused(
      R"({"columns": ["x", "x"], "weights": [1], "means": [[0, 0]], "covariances": [[[1, 0], [0, 1]]]})",
      "mixture-columns");
  for (const char* columns : {"[]", "[0]", "[-1]", "[1.5]", "[\"\"]", "[\"a\\u0000\"]"})
    check_refused(one_column("columns", columns), "mixture-columns");
  check_refused(
      R"({"columns": ["x", 2], "weights": [1], "means": [[0, 0]], "covariances": [[[1, 0], [0, 1]]]})",
      "mixture-columns");
  check_refused(one_column("weights", "[-1]"), "mixture-weights");
  check_refused(one_column("weights", "[0]"), "mixture-weights");
  check_refused(two_columns("[[1, 0.5], [0.4, 1]]"), "mixture-asymmetric");
  check_refused(two_columns("[[1, 2], [2, 1]]"), "mixture-indefinite");
  check_refused(two_columns("[[-1, 0], [0, 1]]"), "mixture-indefinite");
  check_refused(two_columns("[[0, 1], [1, 1]]"), "mixture-indefinite");
  check_refused(two_columns("[[1e-320, 1e300], [1e300, 1]]"), "mixture-indefinite");
}

TEST_CASE("mixture file: the hint for an unknown key names the nearest") {
  const Error error = error_of([&] { parse_mixture(one_column("covariance", "[[[1]]]"), "m.json"); });
  CHECK(error.hint().find("covariances") != std::string::npos);
  CHECK(error.problems().front().place.file == "m.json");
}
