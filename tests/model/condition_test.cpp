// Conditions from their columns to the field: encoding, network, loss, training, model file.
#include "data/condition.h"

#include <doctest/doctest.h>

#include <cmath>
#include <memory>

#include "core/error.h"
#include "data/condition_json.h"
#include "flow/guided_field.h"
#include "flow/mixture_field.h"
#include "flow/rescheduled_field.h"
#include "model/condition_cost.h"
#include "model/model_file.h"
#include "model/trainer.h"
#include "support/points.h"

using namespace fm;

namespace {

const std::vector<LabelColumn> columns = {{"kind", {"a", "b"}}, {"size", {}}};

/// Rows of two classes around (-2, 0) and (2, 0), and a size.
struct Data {
  Points points, values;  // (2, N)
};
Data make_data(Index rows = 200) {
  Data data{Points(2, rows), Points(2, rows)};
  fill_normal({5, Purpose::test}, 0, data.points);
  for (Index n = 0; n < data.points.cols(); ++n) {
    data.values.col(n) << static_cast<double>(n % 2), 10 + static_cast<double>(n % 7);
    data.points(0, n) = data.points(0, n) / 4 + (n % 2 == 0 ? -2 : 2);
  }
  return data;
}

TrainingOptions brief() {
  TrainingOptions options;
  options.hidden = {16};
  options.steps = 100;
  options.pool = 500;
  return options;
}

Model small_model(const ConditionalPath& path = AffinePath{}) {
  const Data data = make_data();
  const auto conditions = fit_conditions(columns, data.values);
  TrainingOptions options = brief();
  options.path = path;
  Trained trained = train({.points = data.points, .conditions = conditions, .labels = data.values}, options,
                          1, [](const TrainingProgress&) { return true; });
  return {to_json(options),
          {"x", "y"},
          true,
          {Vector::Zero(2), Vector::Ones(2)},
          trained.moments,
          std::move(trained.network),
          trained.record,
          conditions};
}

/// Points (2 + 4, N) with the conditions of the first rows of the data.
Points states(Index count) {
  const Data data = make_data();
  Points x(6, count);
  x << data.points.leftCols(count),
      encoded(fit_conditions(columns, data.values), data.values.leftCols(count));
  return x;
}

Points value(const VelocityField& field, const Vector& t, const Points& x) {
  Points v(x.rows(), x.cols());
  field.evaluate(t, x, v);
  return v;
}

std::unique_ptr<VelocityField> guided(const Model& model, const char* guidance) {
  return std::make_unique<GuidedField>(std::make_unique<NetworkField>(model.network),
                                       parse_guidance(guidance));
}

}  // namespace

TEST_CASE(
    "conditions: classes are one-hot, numbers standardised, and a row of ones says that they are there") {
  const Points values{{0, 1, 1}, {1, 2, 3}};
  const auto conditions = fit_conditions(columns, values);
  const double step = std::sqrt(1.5);  // 1 / standard deviation of 1, 2, 3
  CHECK(condition_rows(conditions) == 4);
  CHECK(
      encoded(conditions, values).isApprox(Points{{1, 0, 0}, {0, 1, 1}, {-step, 0, step}, {1, 1, 1}}, 1e-14));
  CHECK(condition_rows({}) == 0);
  CHECK(encoded({}, Points(0, 3)).rows() == 0);
}

TEST_CASE(
    "conditions: more classes than a network takes as inputs are refused before anything is made of them") {
  LabelColumn many{"id", std::vector<std::string>(max_condition_rows - 1, "")};
  const Points values = Points::Zero(1, 3);
  CHECK(condition_rows(fit_conditions({many}, values)) == max_condition_rows);
  many.classes.emplace_back();
  const Error error = error_of([&] { fit_conditions({many}, values); });
  CHECK(error.id() == "condition-limit");
  CHECK(error.kind() == ErrorKind::limit);
}

TEST_CASE("conditions: what they cost in a coupling is the squared distance of their codes") {
  Points values(4, 30);
  for (Index n = 0; n < 30; ++n)
    values.col(n) << static_cast<double>(n % 2), 10 + std::cos(n), static_cast<double>(n % 5),
        static_cast<double>(n % 3);
  const std::vector<LabelColumn> four = {
      {"kind", {"a", "b"}}, {"size", {}}, {"colour", {"p", "q", "r", "s", "t"}}, {"count", {}}};
  const TrainingRows rows{
      .points = Points::Zero(2, 30), .conditions = fit_conditions(four, values), .labels = values};
  const Points codes = encoded(rows.conditions, values);
  const ConditionCost cost = condition_cost(rows, 1.7);
  REQUIRE(cost.rows.rows() == 4);
  REQUIRE(cost.classes == 2);
  for (Index i = 0; i < 30; ++i)
    for (Index j = 0; j < 30; ++j) {
      const auto differ =
          static_cast<double>((cost.rows.col(i).tail(2).array() != cost.rows.col(j).tail(2).array()).count());
      CHECK((cost.rows.col(i).head(2) - cost.rows.col(j).head(2)).squaredNorm() + cost.class_cost * differ ==
            doctest::Approx(1.7 * 1.7 * (codes.col(i) - codes.col(j)).squaredNorm()).epsilon(1e-12));
    }
}

TEST_CASE(
    "conditions: a network's tangents and divergences are derivatives, on bridges and under guidance too") {
  const Model model = small_model(), bridge = small_model(BridgePath{.std = 0.5});
  std::unique_ptr<VelocityField> fields[] = {
      std::make_unique<NetworkField>(model.network), std::make_unique<NetworkField>(bridge.network),
      guided(model, "2.5"), guided(bridge, "2.5"),
      std::make_unique<RescheduledField>(guided(model, "2.5"), CondOt{}, Cosine{}, model.moments)};
  const Points x = states(20);
  const Vector t = Vector::LinSpaced(20, 0.1, 0.9);
  for (const auto& field : fields) {
    CHECK(field->path_rows() == 2);
    CHECK(field->still_rows() == 4);
    Vector trace = Vector::Zero(20), div(20);
    Points v(6, 20), dv(6, 20);
    for (Index d = 0; d < 6; ++d) {  // along conditions as well
      constexpr double h = 1e-2;     // the network computes in floats
      Points ahead = x, behind = x, dx = Points::Zero(6, 20);
      ahead.row(d).array() += h, behind.row(d).array() -= h, dx.row(d).setOnes();
      const Points slope = (value(*field, t, ahead) - value(*field, t, behind)) / (2 * h);
      field->tangent(t, x, dx, v, dv);
      CHECK((dv - slope).norm() < 2e-3 * (1 + slope.norm()));
      CHECK(v.bottomRows(4).isZero(0));
      if (d < 2) trace += dv.row(d).transpose();
    }
    field->divergence(t, x, v, div);
    CHECK(div.isApprox(trace, 1e-6));
    CHECK(v == value(*field, t, x));
  }
}

TEST_CASE("conditions: a bridge's ends and noise add up to the point and to the velocity") {
  const double std = 0.5;
  const NetworkField field(small_model(BridgePath{.std = std}).network);
  const Points x = states(20);
  const Vector t = Vector::LinSpaced(20, 0.1, 0.9);
  Points x1(6, 20), x0(6, 20), z(6, 20);
  field.predict(t, x, x1, x0, z);
  const Points v = value(field, t, x);
  for (Index n = 0; n < 20; ++n) {
    const double c = std * std::sqrt(t(n) * (1 - t(n))), c_rate = std * std * (1 - 2 * t(n)) / (2 * c);
    const auto end = x1.col(n).head(2), start = x0.col(n).head(2), noise = z.col(n).head(2);
    CHECK((t(n) * end + (1 - t(n)) * start + c * noise - x.col(n).head(2)).norm() < 1e-10);
    CHECK((end - start + c_rate * noise - v.col(n).head(2)).norm() < 1e-10);
  }
}

TEST_CASE("conditions: the loss is the field's error, and its gradient the derivative along them too") {
  Model model = small_model();
  Network& network = model.network;
  const Points x = states(200);
  PathBatch batch{Vector::LinSpaced(200, 0.01, 0.99), x.topRows(2), 2 * x.topRows(2)};
  batch.condition = sparse_codes(model.conditions, make_data().values);
  Objective objective(network, 200);
  const Points v = value(NetworkField(network), batch.t, x);
  CHECK(objective.value(batch).velocity ==
        doctest::Approx((v.topRows(2) - batch.ut).squaredNorm() / 200).epsilon(1e-5));
  std::vector<float> gradient(network.parameters.size());
  objective.gradient(batch, gradient);
  const LayerPlace first = layer_places(network.shape).front();
  for (Index row = 0; row < 4; ++row) {
    // All weights from one input of the condition; they lie output by output.
    double product = 0;
    const std::vector<float> parameters = network.parameters;
    const auto step_to = [&](double h) {
      network.parameters = parameters;
      for (Index out = 0; out < first.outputs; ++out)
        network.parameters[static_cast<std::size_t>(
            first.weights + out * first.inputs + network.condition_input() + row)] += static_cast<float>(h);
      return objective.value(batch).normalised;
    };
    for (Index out = 0; out < first.outputs; ++out)
      product += static_cast<double>(gradient[static_cast<std::size_t>(first.weights + out * first.inputs +
                                                                       network.condition_input() + row)]);
    const double difference = (step_to(1e-2) - step_to(-1e-2)) / 2e-2;
    network.parameters = parameters;
    CHECK(difference == doctest::Approx(product).epsilon(1e-2));
  }
}

TEST_CASE(
    "conditions: training approaches the exact field of each class, and without a condition that of all") {
  const Points spread{{1.0 / 16, 0}, {0, 1}};
  const auto law = [&](const Points& means) {
    const Index k = means.cols();
    return MixtureField({Vector::Constant(k, 1.0 / static_cast<double>(k)), means,
                         std::vector<Points>(static_cast<std::size_t>(k), spread)},
                        CondOt{});
  };
  Data data = make_data(4000);
  const auto conditions = fit_conditions({columns[0]}, data.values.topRows(1));
  TrainingOptions options;
  options.hidden = {32, 32};
  options.steps = 3000;
  options.coupling = Independent{};
  options.condition_dropout = 0.5;
  const Trained trained =
      train({.points = data.points, .conditions = conditions, .labels = data.values.topRows(1)}, options, 1,
            [](const TrainingProgress&) { return true; });
  const NetworkField field(trained.network);
  Points noise(2, 500);
  fill_normal({6, Purpose::test}, 0, noise);
  const auto error = [&](const MixtureField& exact, const Points& x, const Points& condition) {
    const Vector t = Vector::LinSpaced(500, 0.02, 0.98);
    Points state(5, 500), v(2, 500);
    state << t.asDiagonal().diagonal().transpose().replicate(2, 1).cwiseProduct(x) +
                 (1 - t.array()).matrix().transpose().replicate(2, 1).cwiseProduct(noise),
        condition.replicate(1, 500);
    exact.evaluate(t, state.topRows(2), v);
    return (value(field, t, state).topRows(2) - v).squaredNorm() / v.squaredNorm();
  };
  const Points all = data.points.leftCols(500);
  for (Index k = 0; k < 2; ++k) {
    const Points of_class = data.points(Eigen::all, Eigen::seqN(k, 500, 2));
    const double off = error(law(Vector{{k == 0 ? -2.0 : 2.0, 0}}), of_class,
                             encoded(conditions, Points::Constant(1, 1, static_cast<double>(k))));
    MESSAGE("class ", k, ": ", off);
    CHECK(off < 0.02);
  }
  const double off = error(law(Points{{-2, 2}, {0, 0}}), all, Points::Zero(3, 1));
  MESSAGE("all: ", off);
  CHECK(off < 0.02);
}

TEST_CASE(
    "conditions: thousands of classes train in the memory of their numbers: the codes would take 24 GB") {
  constexpr Index count = 500000, kinds = 3000;
  Points points(1, count), values(2, count);
  fill_normal({7, Purpose::test}, 0, points);
  for (Index n = 0; n < count; ++n)
    values.col(n) << static_cast<double>(n % kinds), static_cast<double>(n * 7 % kinds);
  const LabelColumn kind{"kind", std::vector<std::string>(kinds, "")}, group{"group", kind.classes};
  const std::vector<Condition> conditions = fit_conditions({kind, group}, values);
  REQUIRE(condition_rows(conditions) * count * Index{sizeof(double)} > 24'000'000'000);
  for (const Coupling& coupling : {Coupling(Independent{}), Coupling(Exact{}), Coupling(Greedy{})}) {
    TrainingOptions options;
    options.hidden = {4};
    options.steps = 2;
    options.pool = 0;
    options.validation = 0.01;
    options.coupling = coupling;
    const Trained trained = train({.points = points, .conditions = conditions, .labels = values}, options, 1,
                                  [](const TrainingProgress&) { return true; });
    CHECK(trained.network.condition_rows == 2 * kinds + 1);
    CHECK(std::isfinite(trained.record.final_loss));
  }
}

TEST_CASE("model file: conditions are written and read back, and what does not fit is refused") {
  const Model model = small_model();
  const std::string bytes = encode_model(model);
  const Model copy = decode_model(bytes, "m");
  CHECK(encode_model(copy) == bytes);
  REQUIRE(copy.conditions.size() == 2);
  CHECK(copy.conditions[0].column.classes == columns[0].classes);
  CHECK(copy.conditions[1].scale == model.conditions[1].scale);
  const Points x = states(10);
  const Vector t = Vector::LinSpaced(10, 0, 1);
  CHECK(value(NetworkField(copy.network), t, x) == value(NetworkField(model.network), t, x));
  const auto refused = [&](const auto& change) {
    Model other = model;
    change(other.conditions);
    return error_of([&] { decode_model(encode_model(other), "m"); }).id();
  };
  using Conditions = std::vector<Condition>;
  CHECK(refused([](Conditions& c) { c[1].column.name = "kind"; }) == "model-metadata");
  CHECK(refused([](Conditions& c) { c[1].column.name = "x"; }) == "model-metadata");
  CHECK(refused([](Conditions& c) { c[1].column.name = ""; }) == "model-metadata");
  CHECK(refused([](Conditions& c) { c[0].column.classes = {"a", "a"}; }) == "model-metadata");
  CHECK(refused([](Conditions& c) { c[1].scale = 0; }) == "model-metadata");
  // More than the network has inputs for, or fewer.
  CHECK(refused([](Conditions& c) { c[0].column.classes = {"a", "b", "c"}; }) == "model-tensor");
  CHECK(refused([](Conditions& c) { c.pop_back(); }) == "model-tensor");
  CHECK(refused([](Conditions& c) { c.clear(); }) == "model-tensor");
  for (const char* text : {"[]", "{}", "[1]", R"([{"name":"a"}])", R"([{"name":"a","classes":[1]}])",
                           R"([{"name":"a","shift":1,"scale":"2"}])", R"([{"name":"a","classes":[]}])"})
    CHECK(error_of([&] { conditions_of_json(Json::parse(text), {}); }).id() == "conditions");
}
