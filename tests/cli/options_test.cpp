#include "cli/options.h"

#include <doctest/doctest.h>

#include "cli/counts.h"
#include "cli/help.h"

using namespace fm;

namespace {

struct Plain {
  static constexpr auto name = "plain";
  static constexpr auto summary = "nothing to set";
  static constexpr auto fields() { return std::tuple{}; }
};
struct Curved {
  static constexpr auto name = "curved";
  static constexpr auto summary = "an exponent to set";
  double power = 3;
  static constexpr auto fields() { return std::tuple{field("power", &Curved::power, "exponent", above(0))}; }
};

struct Sample {
  std::string data;
  std::int64_t batch_size = 256;
  bool quiet = false;
  double lr = 0.5;
  std::variant<Plain, Curved> shape;
  std::optional<std::variant<Plain, Curved>> outline;
  std::string words = ",NA";
  std::vector<double> widths = {1};
  static constexpr auto fields() {
    using S = Sample;
    return std::tuple{field("data", &S::data, "input").positional(),
                      field("batch_size", &S::batch_size, "points a step", at_least(1)).flag('b'),
                      field("quiet", &S::quiet, "say less").flag('q'),
                      field("lr", &S::lr, "learning rate", above(0)),
                      field("shape", &S::shape, "which shape"),
                      field("outline", &S::outline, "draw it, how").bare("plain"),
                      field("words", &S::words, "words, the empty one among them"),
                      field("widths", &S::widths, "numbers, or none")};
  }
};

/// The struct filled from a command line.
Sample filled(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "tool");
  Sample sample;
  const auto options = options_of(sample);
  apply(parse_command_line(options, static_cast<int>(arguments.size()), arguments.data()));
  return sample;
}

Error failure(std::vector<const char*> arguments) {
  try {
    filled(std::move(arguments));
  } catch (const Error& error) {
    return error;
  }
  return usage_error("none", "no error");
}

}  // namespace

TEST_CASE("options: flags, letters, switches and positionals fill the described struct") {
  const Sample sample =
      filled({"in.csv", "--batch-size", "1k", "-q", "--lr=0.25", "--shape", "curved:power=2"});
  CHECK(sample.data == "in.csv");
  CHECK(sample.batch_size == 1000);
  CHECK(sample.quiet);
  CHECK(sample.lr == 0.25);
  CHECK(std::get<Curved>(sample.shape).power == 2);
  CHECK(filled({"-b5"}).batch_size == 5);
  CHECK(filled({"--", "-strange"}).data == "-strange");
  CHECK(filled({"-"}).data == "-");
}

TEST_CASE("options: a flag that may stand alone takes what names one of its members, and nothing else") {
  CHECK_FALSE(filled({"in.csv"}).outline);
  const auto name = [](const Sample& sample) { return print_value(sample.outline); };
  CHECK(name(filled({"--outline"})) == "plain");
  CHECK(name(filled({"--outline", "curved"})) == "curved:power=3");
  CHECK(name(filled({"--outline", "curved:power=2", "in.csv"})) == "curved:power=2");
  CHECK(name(filled({"--outline=curved", "in.csv"})) == "curved:power=3");
  CHECK(name(filled({"--outline", "--quiet"})) == "plain");
  CHECK(name(filled({"--outline", "curved", "--outline"})) == "plain");
  for (const char* file : {"in.csv", "./curved", "round"}) {
    const Sample sample = filled({"--outline", file});
    CHECK(name(sample) == "plain");
    CHECK(sample.data == file);
  }
  CHECK(filled({"--", "--outline"}).data == "--outline");
  CHECK(failure({"--outline", "curved:power=-1"}).id() == "option-range");
  CHECK(failure({"--outline=curvd"}).hint() == "did you mean \"curved\"?");
}

TEST_CASE("options: a slip for a member's name behind a flag that may stand alone is no positional") {
  CHECK(failure({"--outline", "curve"}).id() == "unknown-name");
  CHECK(std::string(failure({"--outline", "curvd:power=2"}).what()) == "--outline: unknown name \"curvd\"");
  CHECK(failure({"--outline", "curvd"}).hint() ==
        "did you mean \"curved\"? a file of that name is written ./curvd");
  CHECK(filled({"--outline", "./curvd"}).data == "./curvd");
}

TEST_CASE("options: an empty value is a slip unless it means something") {
  for (const std::vector<const char*>& arguments :
       {std::vector{"--batch-size", ""}, {"-b", ""}, {"--shape", ""}, {""}, {"--data", ""}}) {
    CAPTURE(arguments.front());
    CHECK(failure(arguments).id() == "option-empty");
    CHECK(failure(arguments).hint() == "an unset variable? give a value, or leave it out");
  }
  CHECK(failure({"--shape="}).id() == "option-missing");
  CHECK(failure({"--shape="}).hint() == "an unset variable? give a value, or leave --shape out");
  CHECK(failure({"--words="}).hint() == "an unset variable? an empty value on purpose is written --words ''");
  CHECK(filled({"--words", ""}).words.empty());
  CHECK(filled({"--widths", ""}).widths.empty());
}

TEST_CASE("options: a repeated option's last value wins") {
  CHECK(filled({"-b", "3", "--batch-size", "4"}).batch_size == 4);
  CHECK(filled({"-q", "-q"}).quiet);
}

TEST_CASE("options: what cannot be read is an error that names the flag or the nearest one") {
  CHECK(failure({"--batchsize", "3"}).id() == "unknown-option");
  CHECK(failure({"--batchsize", "3"}).hint() == "did you mean \"--batch-size\"?");
  CHECK(failure({"-z"}).id() == "unknown-option");
  CHECK(failure({"a", "b"}).id() == "extra-argument");
  CHECK(failure({"--lr"}).id() == "option-missing");
  CHECK(failure({"--lr", "x"}).id() == "option-value");
  CHECK(std::string(failure({"--lr", "x"}).what()) == "--lr: \"x\" is not a number");
  CHECK(failure({"--lr", "-1"}).id() == "option-range");
  CHECK(failure({"--batch-size", "0"}).id() == "option-range");
  CHECK(failure({"--shape", "curvd"}).hint() == "did you mean \"curved\"?");
}

TEST_CASE("help: every option, its default, and every member of a family are there") {
  Sample sample;
  const std::string help = help_text({{.name = "tool",
                                       .summary = "does it",
                                       .usage = "tool [DATA]",
                                       .examples = {"tool a.csv # reads a file"}},
                                      options_of(sample)});
  for (const char* text :
       {"tool: does it", "-b, --batch-size N", "[256]", "--quiet", "tool a.csv", "reads a file",
        "curved:power=3", "an exponent to set", "plain", "--outline [NAME]", "Choices of --outline"})
    CHECK_MESSAGE(help.find(text) != std::string::npos, text);
}

TEST_CASE("counts: shards cut the rows into runs that meet, for any number of rows and shards") {
  for (const Index total : {0, 1, 7, 64, 1000})
    for (const int n : {1, 2, 3, 7, 64}) {
      Index end = 0;
      for (int k = 1; k <= n; ++k) {
        const RowRange range = shard_rows(std::to_string(k) + "/" + std::to_string(n), total);
        CHECK(range.begin == end);
        CHECK(range.end >= range.begin);
        CHECK(range.first_shard == (k == 1));
        end = range.end;
      }
      CHECK(end == total);
    }
  for (const char* text : {"", "1", "0/3", "4/3", "1/0", "a/b", "1/2/3", "1.5/3", "-1/3"})
    CHECK_THROWS_AS(shard_rows(text, 10), Error);
}

TEST_CASE("counts: times run from start to end, the end included") {
  CHECK(parse_times("0:1:0.25").size() == 5);
  CHECK(parse_times("0:1:0.05").size() == 21);
  CHECK(parse_times("0:1:0.1")(10) == 1);
  CHECK(parse_times("0:1:0.3").size() == 5);
  CHECK(parse_times("0:1:0.3")(4) == 1);
  CHECK(parse_times("1:0:0.5")(1) == 0.5);
  CHECK(parse_times("0,0.5,1")(1) == 0.5);
  CHECK(parse_interval("1:0") == std::pair{1.0, 0.0});
  for (const char* text :
       {"", "0:1", "0:1:0", "0:1:-1", "0:2:0.1", "0:1:1e-9", "0,1,0.5", "0,0", "nan:1:0.1", "x"})
    CHECK_THROWS_AS(parse_times(text), Error);
  for (const char* text : {"", "0", "0:0", "0:1:2", "-1:1", "0:inf"})
    CHECK_THROWS_AS(parse_interval(text), Error);
}

namespace {

struct ListOptions {
  std::vector<std::string> given = {"default"};
  std::vector<std::string> files;
  static constexpr auto fields() {
    return std::tuple{field("given", &ListOptions::given, "a list").repeated(),
                      field("files", &ListOptions::files, "more").positional().repeated()};
  }
};

}  // namespace

TEST_CASE(
    "options: a repeated list takes each element as it stands, commas, line breaks and all, in place of the "
    "default") {
  ListOptions options;
  const auto table = options_of(options);
  const char* const argv[] = {"tool", "a\nb.csv", "--given", "a=1,5", "c,d", "--given=b=x\ny", "e"};
  apply(parse_command_line(table, 7, argv));
  CHECK(options.given == std::vector<std::string>{"a=1,5", "b=x\ny"});
  CHECK(options.files == std::vector<std::string>{"a\nb.csv", "c,d", "e"});
}

TEST_CASE("options: every member away from its default is refused by its flag, and none at it") {
  const auto refused = [](const Sample& options) -> std::string {
    try {
      refuse_changed(options, "no-effect", "has no effect", "leave it out");
    } catch (const Error& error) {
      CHECK(error.id() == "no-effect");
      CHECK(error.hint() == "leave it out");
      return error.what();
    }
    return "";
  };
  CHECK(refused({}).empty());
  Sample sample;
  sample.data = "x.csv";
  CHECK(refused(sample) == "--data has no effect");
  for (const std::string name : {"batch_size", "quiet", "lr", "shape", "outline", "words", "widths"}) {
    Sample changed;
    for (const Option& option : options_of(changed))
      if (option.name == name)
        option.set({name == "quiet" ? "true" : name == "shape" || name == "outline" ? "curved" : "7"});
    CHECK(refused(changed) == flag_of(name) + " has no effect");
  }
}
