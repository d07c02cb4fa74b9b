#include "model/model_file.h"

#include <doctest/doctest.h>

#include "data/toy.h"
#include "io/safetensors.h"
#include "support/memory_file.h"
#include "support/points.h"

using namespace fm;

namespace {

Model small_model() {
  const Points target = draw_toy(Moons{}, {1, Purpose::toy}, 0, 100);
  TrainingOptions options;
  options.hidden = {8};
  options.steps = 20;
  options.pool = 500;
  Trained trained = train({target}, options, 1, [](const TrainingProgress&) { return true; });
  return {to_json(options),
          {"a", "b"},
          true,
          {Vector::Constant(2, 0.5), Vector::Constant(2, 2)},
          trained.moments,
          std::move(trained.network),
          trained.record};
}

/// The id of the error of a model whose file was changed by `change`.
template <class Change>
std::string failure(Change change) {
  TensorFile file = decode_safetensors(encode_model(small_model()), "m");
  change(file);
  try {
    decode_model(encode_safetensors(file), "m");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::model);
    return error.id();
  }
  return "";
}

}  // namespace

TEST_CASE("model file: what is written is read back, and writes the same bytes") {
  const Model model = small_model();
  const std::string bytes = encode_model(model);
  const Model copy = decode_model(bytes, "m");
  CHECK(encode_model(copy) == bytes);
  CHECK(copy.columns == model.columns);
  CHECK(copy.network.parameters == model.network.parameters);
  CHECK(training_options(copy).hidden == std::vector<std::int64_t>{8});
  Points x = Points::Random(2, 100), v(2, 100), v_copy(2, 100);
  const Vector t = Vector::LinSpaced(100, 0, 1);
  NetworkField(model.network).evaluate(t, x, v);
  NetworkField(copy.network).evaluate(t, x, v_copy);
  CHECK(v == v_copy);
}

TEST_CASE("model file: columns without names keep their places in the data") {
  Model model = small_model();
  model.has_names = false;
  model.columns = {"x2", "x5"};
  const Model copy = decode_model(encode_model(model), "m");
  CHECK(!copy.has_names);
  CHECK(copy.columns == model.columns);
  for (const char* places : {"[null,null]", "[0,1]", "[1,-2]", "[1,2.5]", "[\"a\",2]", "[2,\"x5\"]"})
    CHECK_MESSAGE(failure([&](TensorFile& f) { f.metadata["columns"] = places; }) == "model-metadata",
                  places);
}

TEST_CASE("model file: a safetensors file that is no model, or no whole one, is refused with its own id") {
  CHECK(failure([](TensorFile&) {}) == "");
  CHECK(failure([](TensorFile& f) { f.metadata["format"] = "other"; }) == "model-format");
  CHECK(failure([](TensorFile& f) { f.metadata.erase("format"); }) == "model-format");
  CHECK(failure([](TensorFile& f) { f.metadata["format_version"] = "99"; }) == "model-version");
  for (const char* key : {"format_version", "options", "columns", "training"})
    CHECK(failure([&](TensorFile& f) { f.metadata.erase(key); }) == "model-metadata");
  for (const char* text : {"", "3", "{", R"({"hidden": "x"})", R"({"hidden": [0]})", R"({"lr": -1})",
                           R"({"scheduler": "none"})"})
    CHECK_MESSAGE(failure([&](TensorFile& f) { f.metadata["options"] = text; }) == "model-metadata", text);
  CHECK(failure([](TensorFile& f) {
          f.metadata["options"].replace(f.metadata["options"].rfind('}'), 1, R"(,"source": 5})");
        }) == "model-metadata");
  CHECK(failure([](TensorFile& f) { f.metadata["training"] = R"({"rows": -5})"; }) == "model-metadata");
  CHECK(failure([](TensorFile& f) { f.tensors["moments.cov11"].f64[3] = -1; }) == "model-tensor");
  for (const char* text : {"{}", "[]", "1", R"(["a", "a"])", R"(["", "b"])", R"(["a\u0000", "b"])"})
    CHECK_MESSAGE(failure([&](TensorFile& f) { f.metadata["columns"] = text; }) == "model-metadata", text);
  CHECK(failure([](TensorFile& f) { f.metadata["columns"] = R"(["a","b","c"])"; }) == "model-tensor");
  CHECK(failure([](TensorFile& f) { f.metadata["options"] = R"({"hidden": [9]})"; }) == "model-tensor");
  CHECK(failure([](TensorFile& f) { f.metadata["options"] = R"({"hidden": [65536, 65536]})"; }) ==
        "model-tensor");
  for (const char* key : {"network.0.weight", "network.1.bias", "coordinates.shift", "moments.cov01"})
    CHECK_MESSAGE(failure([&](TensorFile& f) { f.tensors.erase(key); }) == "model-tensor", key);
  CHECK(failure([](TensorFile& f) {
          f.tensors["more"] = {TensorType::f32, {1}, {0.0f}, {}};
        }) == "model-tensor");
  CHECK(failure([](TensorFile& f) { f.tensors["coordinates.scale"].f64[0] = 0; }) == "model-tensor");
}

TEST_CASE("model file: every proper prefix of a compressed one is refused") {
  const std::string whole = test::gzipped(encode_model(small_model()));
  test::MemoryFile file(whole);
  CHECK(load_model(file.name()).columns.size() == 2);
  for (std::size_t cut = 0; cut < whole.size(); ++cut) {
    file.write(whole.substr(0, cut));
    const Error error = error_of([&] { load_model(file.name()); });
    CHECK_MESSAGE(error.kind() == ErrorKind::model, cut);
    CHECK_MESSAGE(error.id() == (cut < 2 ? "model-truncated" : "gzip"), cut);
  }
}
