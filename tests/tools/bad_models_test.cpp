// Models made bad by hand, one fault in each and the checksum right where it is not the fault: each is
// refused with exit 4, for its own reason and before anything is written.
#include <cmath>
#include <cstring>
#include <set>

#include "support/sealed.h"
#include "tools/support.h"

using namespace fm::test;

namespace {

/// A model in its parts.
struct Parts {
  std::string header, data;
  std::string file() const { return sealed(packed(header, data)); }
};

Parts parts_of(const std::string& model) {
  std::uint64_t size = 0;
  std::memcpy(&size, model.data(), sizeof size);
  return {model.substr(8, size), model.substr(8 + size)};
}

/// A model with a column of classes and one of numbers as conditions.
Parts make_parts() {
  const Folder folder;
  write_text(folder / "in.csv", "x,y,kind,size\n1,2,a,1\n3,5,b,2\n0,1,a,4\n2,2,b,8\n5,1,a,3\n");
  REQUIRE(shell(folder,
                "fm-train in.csv --condition kind,size -q -o m --hidden 2 --steps 2 --batch-size 4 "
                "--pool 10 --ema 0")
              .code == 0);
  return parts_of(read_text(folder / "m"));
}

/// `text` with its first `from` made `to`.
std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t place = text.find(from);
  REQUIRE_MESSAGE(place != text.npos, from);
  return text.replace(place, from.size(), to);
}

/// The first line of what is said of `file`, which must be refused with the id, without the name of the tool.
std::string refusal(const std::string& file, const std::string& id, const std::string& what) {
  const Folder folder;
  write_text(folder / "bad", file);
  const Result result = shell(folder,
                              "fm-sample -m bad -n 2 -o out; code=$?; [ ! -e out ] || echo written; "
                              "exit $code");
  CAPTURE(what);
  check_error(result, 4, id, "bad: error: ");
  return lines_of(result.err).empty() ? "" : lines_of(result.err).front();
}

/// Says each thing once: no two faults have the same message.
class Refusals {
 public:
  void add(const std::string& file, const std::string& id, const std::string& what) {
    const std::string line = refusal(file, id, what);
    CHECK_MESSAGE(seen_.insert(line).second, what, ": said before: ", line);
  }
  std::size_t count() const { return seen_.size(); }

 private:
  std::set<std::string> seen_;
};

struct HeaderFault {
  const char *from, *to;  ///< in the header's text
  const char* id;
};

// Texts within metadata are JSON in JSON: their quotes are escaped.
const HeaderFault header_faults[] = {
    {"{\"__metadata__\"", "[\"__metadata__\"", "model-header"},
    {"\"__metadata__\"", "\"__metadata__\":{},\"__metadata__\"", "model-header"},
    {"\"__metadata__\":{", "\"__metadata__\":3,\"m\":{", "model-header"},
    {"\"format\":\"flowmatch\"", "\"format\":7", "model-header"},
    {"\"coordinates.scale\":{", "\"coordinates.scale\":4,\"m\":{", "model-header"},
    {"\"F64\"", "\"F16\"", "model-dtype"},
    {"\"F64\"", "64", "model-dtype"},
    {"\"shape\":[2]", "\"shape\":2", "model-shape"},
    {"\"shape\":[2]", "\"shape\":[-2]", "model-shape"},
    {"\"shape\":[2]", "\"shape\":[2.5]", "model-shape"},
    {"\"shape\":[2]", "\"shape\":[4294967296,4294967296]", "model-shape"},
    {"\"shape\":[2]", "\"shape\":[3]", "model-offsets"},
    {"[0,16]", "[16,0]", "model-offsets"},
    {"[0,16]", "[0]", "model-offsets"},
    {"[16,32]", "[8,24]", "model-offsets"},
    {"[16,32]", "[24,40]", "model-offsets"},
    {"\"crc32\":", "\"crc\":", "model-crc"},
    {"\"format\":\"flowmatch\"", "\"format\":\"other\"", "model-format"},
    {"\"format_version\":\"1\"", "\"format_version\":\"2\"", "model-version"},
    {"\"format_version\":\"1\"", "\"format_version\":\"\"", "model-version"},
    {"\"format_version\":", "\"version\":", "model-metadata"},
    {"\"options\":", "\"option\":", "model-metadata"},
    {"\"training\":", "\"record\":", "model-metadata"},
    {"\"columns\":", "\"column\":", "model-metadata"},
    {R"("options":"{)", R"("options":"[{)", "model-metadata"},
    {R"("options":"{)", R"("options":"{\"lr\":1,)", "model-metadata"},
    {R"("options":"{)", R"("options":"3","m":"{)", "model-metadata"},
    {R"(\"source\":\"normal\")", R"(\"source\":3)", "model-metadata"},
    {R"(\"hidden\":[2])", R"(\"hidden\":2)", "model-metadata"},
    {R"(\"hidden\":[2])", R"(\"hidden\":[0])", "model-metadata"},
    {R"(\"hidden\":[2])", R"(\"hidden\":[2.5])", "model-metadata"},
    {R"(\"hidden\":[2])", R"(\"hidden\":[1e300])", "model-metadata"},
    {R"(\"hidden\":[2])", R"(\"hidden\":[\"2\"])", "model-metadata"},
    {R"({\"name\":\"cond-ot\"})", R"(\"none\")", "model-metadata"},
    {R"({\"name\":\"cond-ot\"})", R"({\"power\":3})", "model-metadata"},
    {R"({\"name\":\"cond-ot\"})", R"({\"name\":\"polynomial\",\"power\":-1})", "model-metadata"},
    {R"({\"name\":\"cond-ot\"})", R"({\"name\":\"cond-ot\",\"power\":3})", "model-metadata"},
    {R"({\"name\":\"affine\"})", R"({\"name\":\"spiral\"})", "model-metadata"},
    {R"(\"predict\":\"velocity\")", R"(\"predict\":\"weather\")", "model-metadata"},
    {R"(\"activation\":\"silu\")", R"(\"activation\":\"\")", "model-metadata"},
    {R"("training":"{)", R"("training":"[],{)", "model-metadata"},
    {R"(\"rows\":5)", R"(\"rows\":0)", "model-metadata"},
    {R"(\"rows\":5)", R"(\"rows\":\"many\")", "model-metadata"},
    {R"(\"rows\":5)", R"(\"row\":5)", "model-metadata"},
    {R"(\"stopped\":\"steps\")", R"(\"stopped\":\"never\")", "model-metadata"},
    {R"("columns":"[\"x\",\"y\"]")", R"("columns":"[]")", "model-metadata"},
    {R"("columns":"[\"x\",\"y\"]")", R"("columns":"[\"x\",2]")", "model-metadata"},
    {R"("columns":"[\"x\",\"y\"]")", R"("columns":"[\"x\",\"x\"]")", "model-metadata"},
    {R"("columns":"[\"x\",\"y\"]")", R"("columns":"[\"x\",\"\"]")", "model-metadata"},
    {R"("columns":"[\"x\",\"y\"]")", R"("columns":"[\"x\",\"y\"")", "model-metadata"},
    {R"("columns":"[\"x\",\"y\"]")", R"("columns":"[\"x\"]")", "model-tensor"},
    {R"("conditions":"[)", R"("conditions":"{},[)", "model-metadata"},
    {R"(\"classes\":[\"a\",\"b\"])", R"(\"classes\":[])", "model-metadata"},
    {R"(\"name\":\"size\")", R"(\"name\":\"kind\")", "model-metadata"},
    {R"(\"name\":\"size\")", R"(\"name\":\"x\")", "model-metadata"},
    {R"(\"name\":\"kind\",)", R"(\"name\":\"\",)", "model-metadata"},
    {"\"network.0.bias\"", "\"network.2.bias\"", "model-tensor"},
    {"\"network.1.weight\"", "\"network.1.weights\"", "model-tensor"},
    {"\"moments.mean0\"", "\"moments.mean\"", "model-tensor"},
    {"\"moments.mean1\"", "\"moments.mean\"", "model-tensor"},
    {"\"coordinates.shift\"", "\"coordinates.shifts\"", "model-tensor"},
    {"\"moments.cov01\"", "\"moments.cov10\"", "model-tensor"},
    {"\"dtype\":\"F64\",\"shape\":[2,2]", "\"dtype\":\"F64\",\"shape\":[4]", "model-tensor"},
    {"\"dtype\":\"F64\",\"shape\":[2]", "\"dtype\":\"F32\",\"shape\":[4]", "model-tensor"},
};

template <class T>
std::string with_number(std::string data, std::size_t place, T value) {
  std::memcpy(data.data() + place, &value, sizeof value);
  return data;
}

}  // namespace

TEST_CASE("bad models: the model that they are made from is good") {
  const Folder folder;
  write_text(folder / "good", make_parts().file());
  const Result result = shell(folder, "fm-sample -m good -n 2");
  CHECK_MESSAGE(result.code == 0, result.err);
}

TEST_CASE("bad models: one that does not name its source is one of the normal source") {
  const Folder folder;
  const Parts good = make_parts();
  write_text(folder / "good", good.file());
  write_text(folder / "bare",
             Parts{replaced(good.header, R"(\"source\":\"normal\",)", ""), good.data}.file());
  for (const std::string command : {"fm-sample -n 9 -m ", "fm-info --print-command "})
    CHECK(output_of(folder, command + "bare") == output_of(folder, command + "good"));
}

TEST_CASE("bad models: sixty and more, each refused for its own reason") {
  const Parts good = make_parts();
  Refusals refusals;
  for (const HeaderFault& fault : header_faults)
    refusals.add(Parts{replaced(good.header, fault.from, fault.to), good.data}.file(), fault.id,
                 std::string(fault.from) + " -> " + fault.to);
  const auto bad_data = [&](const std::string& data, const std::string& id) {
    refusals.add(Parts{good.header, data}.file(), id, "data");
  };
  // The data start with coordinates.scale, .shift and moments.cov00, of two columns and 64-bit numbers.
  constexpr std::size_t scale = 0, shift = 16, variance0 = 32, variance1 = 96;
  bad_data(good.data.substr(1), "model-truncated");
  bad_data(good.data + "x", "model-trailing");
  bad_data(with_number(good.data, scale, 0.0), "model-tensor");
  bad_data(with_number(good.data, variance0, -1.0), "model-tensor");
  bad_data(with_number(good.data, shift, double(NAN)), "model-non-finite");
  bad_data(with_number(good.data, shift + 8, double(INFINITY)), "model-non-finite");
  bad_data(with_number(good.data, good.data.size() - 4, float(NAN)), "model-non-finite");
  const std::string whole = good.file();
  refusals.add("", "model-truncated", "nothing");
  refusals.add(whole.substr(0, 5), "model-truncated", "less than a length");
  refusals.add(whole.substr(0, 100), "model-truncated", "less than a header");
  refusals.add("x,y\n1,2\n3,4\n", "model-not-safetensors", "a table");
  refusals.add(std::string(8, '\xff') + whole, "model-header-size", "a header without end");
  refusals.add(std::string(8, '\0') + whole, "model-header-size", "no header");
  refusals.add(with_number(whole, whole.size() - 4, 1.5f), "model-crc", "a number changed");
  CHECK(refusals.count() >= 60);
  CHECK(refusal(Parts{good.header, with_number(good.data, variance1, -1.0)}.file(), "model-tensor",
                "a variance of the target") != "");
}
