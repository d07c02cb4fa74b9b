#include "core/value.h"

#include <doctest/doctest.h>

#include <string>

#include "core/json.h"
#include "support/points.h"

using namespace fm;

namespace {

struct Plain {
  static constexpr auto name = "plain";
  static constexpr auto summary = "no parameters";
  static constexpr auto fields() { return std::tuple{}; }
};
struct Curved {
  static constexpr auto name = "curved";
  static constexpr auto summary = "two parameters";
  double power = 3;
  std::int64_t count = 10;
  static constexpr auto fields() {
    return std::tuple{field("power", &Curved::power, "exponent", above(0)),
                      field("count", &Curved::count, "how many", at_least(1))};
  }
};
using Shape = std::variant<Plain, Curved>;

enum class Colour { red, green };
constexpr auto enum_names(Colour) {
  return std::array{std::pair{Colour::red, "red"}, std::pair{Colour::green, "green"}};
}

struct Everything {
  bool flag = false;
  double number = 0.5;
  std::int64_t whole = 7;
  std::string text = "a";
  std::vector<std::int64_t> list = {1, 2};
  std::optional<double> maybe;
  Colour colour = Colour::red;
  Shape shape;
  static constexpr auto fields() {
    using E = Everything;
    return std::tuple{field("flag", &E::flag, ""),
                      field("number", &E::number, "", between(0, 1)),
                      field("whole", &E::whole, ""),
                      field("text", &E::text, ""),
                      field("list", &E::list, "", at_least(1)),
                      field("maybe", &E::maybe, ""),
                      field("colour", &E::colour, ""),
                      field("shape", &E::shape, "")};
  }
};

template <class T>
T parsed(std::string_view text, const Range& range = {}) {
  T value{};
  parse_value(text, value, range);
  return value;
}

/// The id of the error that `action` throws, "" if it throws none.
template <class Action>
std::string error_id(Action action) {
  try {
    action();
  } catch (const Error& error) {
    return error.id();
  }
  return "";
}
template <class Action>
std::string error_hint(Action action) {
  try {
    action();
  } catch (const Error& error) {
    return error.hint();
  }
  return "no error";
}

}  // namespace

TEST_CASE("value: a family is read by the grammar name:key=value and printed by it") {
  const Shape shape = parse_family<Shape>("curved:power=2.5,count=1k");
  CHECK(std::get<Curved>(shape).power == 2.5);
  CHECK(std::get<Curved>(shape).count == 1000);
  CHECK(print_value(shape) == "curved:power=2.5,count=1000");
  CHECK(print_value(parse_family<Shape>("plain")) == "plain");
  for_each_member<Shape>([](const auto& member) {
    const Shape original = member;
    CHECK(print_value(parse_family<Shape>(print_value(original))) == print_value(original));
  });
}

TEST_CASE("value: what the grammar cannot read is an error with its own id and a near name") {
  CHECK(error_id([] { parse_family<Shape>("curvde"); }) == "unknown-name");
  CHECK(error_hint([] { parse_family<Shape>("curvde"); }) == "did you mean \"curved\"?");
  CHECK(error_hint([] { parse_family<Shape>("zzzzzz"); }) == "known: plain, curved");
  CHECK(error_id([] { parse_family<Shape>("curved:pwer=1"); }) == "unknown-key");
  CHECK(error_hint([] { parse_family<Shape>("curved:pwer=1"); }) == "did you mean \"power\"?");
  CHECK(error_id([] { parse_family<Shape>("curved:power"); }) == "option-value");
  CHECK(error_id([] { parse_family<Shape>("curved:power=x"); }) == "option-value");
  CHECK(error_id([] { parse_family<Shape>("curved:power=0"); }) == "option-range");
  CHECK(error_id([] { parse_family<Shape>("curved:power=nan"); }) == "option-range");
  CHECK(error_id([] { parse_family<Shape>("curved:count=1.5"); }) == "option-value");
  CHECK(error_id([] { parse_family<Shape>("curved:"); }) == "option-value");
  CHECK(error_id([] { parse_family<Shape>(""); }) == "unknown-name");
}

TEST_CASE("value: numbers, lists, switches and enums read as written") {
  CHECK(parsed<double>("1e-3") == 1e-3);
  CHECK(parsed<double>("+2") == 2);
  CHECK(parsed<std::int64_t>("010") == 10);
  CHECK(parsed<std::int64_t>("1e6") == 1000000);
  CHECK(parsed<std::vector<std::int64_t>>("64,64") == std::vector<std::int64_t>{64, 64});
  const auto shapes = parsed<std::vector<Shape>>("plain,curved:power=2,count=5,plain");
  REQUIRE(shapes.size() == 3);
  CHECK(std::get<Curved>(shapes[1]).count == 5);
  CHECK(print_value(shapes) == "plain,curved:power=2,count=5,plain");
  CHECK(parsed<bool>("true"));
  CHECK(parsed<Colour>("green") == Colour::green);
  CHECK(parsed<std::optional<double>>("2") == 2.0);
  CHECK(error_id([] { parsed<bool>("yes"); }) == "option-value");
  CHECK(error_id([] { parsed<Colour>("gren"); }) == "unknown-name");
  CHECK(error_id([] { parsed<double>("5", between(0, 1)); }) == "option-range");
  CHECK(error_id([] { parsed<double>("0x10"); }) == "option-value");
}

TEST_CASE("json: a described struct survives a round trip") {
  Everything original;
  original.flag = true;
  original.number = 0.1;
  original.text = "\"quoted\" \xc3\xa9";
  original.list = {3, 4, 5};
  original.maybe = 2.5;
  original.colour = Colour::green;
  original.shape = Curved{.power = 1.5, .count = 3};
  Everything copy;
  from_json(to_json(original), copy);
  CHECK(to_json(copy).dump() == to_json(original).dump());
  CHECK(copy.maybe == 2.5);
  CHECK(std::get<Curved>(copy.shape).count == 3);
}

TEST_CASE("json: unknown keys, wrong types and values out of range are errors that name the path") {
  const auto failure = [](const char* text) {
    return error_id([&] {
      Everything target;
      from_json(parse_json(text, "test", ErrorKind::usage), target);
    });
  };
  CHECK(failure(R"({"shape": {"name": "curved", "power": 2}})") == "");
  CHECK(failure(R"({"shape": "curved:power=2"})") == "");
  CHECK(failure(R"({"numbr": 1})") == "config-key");
  CHECK(failure(R"({"shape": {"name": "curved", "pwer": 2}})") == "config-key");
  CHECK(failure(R"({"shape": {"name": "curve"}})") == "unknown-name");
  CHECK(failure(R"({"shape": 3})") == "config-type");
  CHECK(failure(R"({"number": "x"})") == "config-type");
  CHECK(failure(R"({"number": 2})") == "option-range");
  CHECK(failure(R"({"whole": 1.5})") == "config-type");
  CHECK(failure(R"({"list": [0]})") == "option-range");
  CHECK(failure(R"([1])") == "config-type");
}

TEST_CASE("json: duplicate keys, deep nesting and huge numbers are refused") {
  const auto failure = [](const std::string& text) {
    return error_id([&] { parse_json(text, "test", ErrorKind::data); });
  };
  CHECK(failure(R"({"a": 1, "b": {"a": 2}})") == "");
  CHECK(failure(R"({"a": 1, "a": 2})") == "json");
  CHECK(failure(std::string(40, '[') + std::string(40, ']')) == "json");
  CHECK(failure(std::string(100000, '[')) == "json");
  CHECK(failure("{\"a\": 1e999}") == "json");
  CHECK(failure("{\"a\": nan}") == "json");
  CHECK(failure("") == "json");
  CHECK(failure(std::string("{}\0{", 4)) == "json");
}

TEST_CASE("json: what is wrong is said on one short line that cannot write on the terminal") {
  const auto message = [](const std::string& text) {
    return error_of([&] { parse_json(text, "test", ErrorKind::data); }).problems().front().message;
  };
  CHECK(message("{\"a\x7f\"x}").find("\\x7f") != std::string::npos);
  CHECK(message("\"\xc2\x9b\"x").find("\\xc2\\x9b") != std::string::npos);
  for (const std::string& text :
       {std::string("\"\xff"), std::string("{\"a\x1b[31m\n\"}"), std::string(9000, 'x'),
        "\"" + std::string(9000, 'x'), "\"" + std::string(9000, 'x') + "\"1"})
    CHECK_MESSAGE(message(text) == escaped(message(text), 300), text.substr(0, 20));
}
