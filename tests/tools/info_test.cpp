// fm-info: what it says of models, and that its command makes them again.
#include <doctest/doctest.h>

#include "core/json.h"
#include "io/safetensors.h"
#include "tools/support.h"

using namespace fm;
using namespace fm::test;

namespace {

std::string replaced(std::string text, const std::string& part, const std::string& by) {
  return text.replace(text.find(part), part.size(), by);
}

}  // namespace

TEST_CASE("info: the printed command makes the same model to the last byte") {
  const Folder folder;
  const std::string moons = "'" + data_file("moons.csv") + "'",
                    rings = "'" + data_file("8gaussians.csv") + "'";
  write_text(folder / "it's.csv", "a b,c\n1,2\n2,5\n3,1\n5,3\n");
  output_of(
      folder,
      "fm-data moons -n 200 --with-label -o labelled.csv && fm-pairs labelled.csv labelled.csv -c x,y -x "
      "label > pairs.csv");
  for (const auto& [data, options] : std::vector<std::pair<std::string, std::string>>{
           {moons, ""},
           {moons, "--source " + rings + " --coupling sinkhorn:reg=0.1 --seed 7"},
           {moons, "--standardize none --optimizer adamw --scheduler vp --predict x1"},
           {"\"it's.csv\"", "-c 'a b' --validation 0.25 --jitter 0.2 --ema 0.9"},
           {"labelled.csv", "--condition label --condition-dropout 0.2 --na '' --path bridge:std=0.5"},
           {"\"it's.csv\"", "-c 'a b' --weight c --missing drop --standardize global"}}) {
    CAPTURE(options);
    output_of(folder, "fm-train " + data + " -o first.st" + brief + options);
    const std::string command = output_of(folder, "fm-info first.st --print-command");
    output_of(folder, replaced(command.substr(0, command.size() - 1), "DATA", data) + " -o second.st");
    CHECK(read_text(folder / "first.st") == read_text(folder / "second.st"));
  }
  output_of(folder, "fm-train --pairs pairs.csv -o first.st" + brief);
  const std::string command = output_of(folder, "fm-info first.st --print-command");
  output_of(folder, command.substr(0, command.size() - 1) + " -o second.st");
  CHECK(read_text(folder / "first.st") == read_text(folder / "second.st"));
}

TEST_CASE("info: a model's JSON says its columns and network and training and options") {
  const Folder folder;
  make_model(folder);
  const Json json = Json::parse(output_of(folder, "fm-info m.safetensors"));
  CHECK(json["columns"] == Json({"x", "y"}));
  CHECK(json["network"]["hidden"] == Json({16, 16}));
  CHECK(json["network"]["inputs"] == 3);
  CHECK(json["network"]["parameters"] == 4 * 16 + 17 * 16 + 17 * 2);
  CHECK(json["training"]["rows"] == 2000);
  CHECK(json["options"]["steps"] == 60);
  CHECK(json["bytes"] == read_text(folder / "m.safetensors").size());
  const std::string text = output_of(folder, "fm-info -f table < m.safetensors");
  CHECK(contains(text, "3 - 16 - 16 - 2, 370 parameters, silu"));
  CHECK(contains(text, "60 steps on 2000 rows"));
}

TEST_CASE("info: dumped tensors are those of the file") {
  const Folder folder;
  make_model(folder);
  const TensorFile file = decode_safetensors(read_text(folder / "m.safetensors"), "m");
  const auto lines = lines_of(output_of(folder, "fm-info m.safetensors --dump"));
  REQUIRE(lines.size() == file.tensors.size());
  for (const std::string& line : lines) {
    const Json json = Json::parse(line);
    const std::string name = json["name"];
    CAPTURE(name);
    const Tensor& tensor = file.tensors.at(name);
    CHECK(json["shape"] == Json(tensor.shape));
    std::vector<double> values;
    const Json flat = json["values"].flatten();
    for (const Json& value : flat) values.push_back(value);
    CHECK(values == (tensor.type == TensorType::f32
                         ? std::vector<double>(tensor.f32.begin(), tensor.f32.end())
                         : tensor.f64));
  }
}

TEST_CASE("info: a damaged model is refused and a whole one is not") {
  const Folder folder;
  make_model(folder);
  const Result whole = shell(folder, "fm-info m.safetensors --verify");
  CHECK(whole.code == 0);
  CHECK(contains(whole.out, "m.safetensors: whole, 13 tensors, checksum "));
  std::string bytes = read_text(folder / "m.safetensors");
  bytes[bytes.size() - 7] ^= 1;
  write_text(folder / "bad.safetensors", bytes);
  check_error(shell(folder, "fm-info bad.safetensors --verify"), 4, "model-crc");
}

TEST_CASE("info: questions that do not go together are refused") {
  const Folder folder;
  make_model(folder);
  check_error(shell(folder, "fm-info m.safetensors --verify --dump"), 2, "one-question");
  check_error(shell(folder, "fm-info m.safetensors -f csv"), 2, "info-format");
  check_error(shell(folder, "fm-info m.safetensors --dump -f csv"), 2, "info-format", "leave -f out");
  check_error(shell(folder, "fm-info m.safetensors --dump -o x.npy"), 2, "output-format");
  check_error(shell(folder, "fm-info m.safetensors -o m.safetensors"), 2, "same-file");
}
