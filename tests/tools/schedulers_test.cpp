// Every path from training to samples, and from one path to another after training.
#include <cmath>

#include "core/text.h"
#include "core/value.h"
#include "flow/scheduler.h"
#include "tools/support.h"

using namespace fm::test;

namespace {

/// Training long enough that samples have the data's spread.
const std::string short_training = " --steps 300 --hidden 32,32 --pool 1000 --lr 1e-2 ";

/// Root mean square of the numbers of a table with a header, NaN if one is not finite.
double spread(const std::string& table) {
  double sum = 0, count = 0;
  const auto lines = lines_of(table);
  for (std::size_t k = 1; k < lines.size(); ++k)
    for (const std::string_view cell : fm::split(lines[k], ',')) {
      double number = 0;
      if (fm::parse_double(cell, number) != fm::NumberText::number) return std::nan("");
      sum += number * number, ++count;
    }
  return std::sqrt(sum / count);
}

std::vector<std::string> scheduler_names() {
  return fm::member_names<fm::Scheduler>();
}

}  // namespace

TEST_CASE("schedulers: what fm-train learns on any path, fm-sample draws") {
  const Folder folder;
  const double wanted = spread(read_text(data_file("moons.csv")));
  for (const std::string& name : scheduler_names()) {
    CAPTURE(name);
    const Result result = shell(folder, "fm-train '" + data_file("moons.csv") + "' --scheduler " + name +
                                            short_training + " | fm-sample -n 1000");
    CAPTURE(result.err);
    REQUIRE(result.code == 0);
    CHECK(lines_of(result.out).size() == 1001);
    // 1000 points of two columns: the spread is known to 2 %; a short training adds its own error.
    CHECK(spread(result.out) == doctest::Approx(wanted).epsilon(0.1));
  }
}

TEST_CASE("schedulers: a model follows any other path after training, and its own by the same bytes") {
  const Folder folder;
  for (const std::string own : {"cond-ot", "polynomial", "vp", "ve"}) {
    CAPTURE(own);
    REQUIRE(shell(folder, "fm-train '" + data_file("moons.csv") + "' -o m.safetensors --scheduler " + own +
                              short_training)
                .code == 0);
    const Result plain = shell(folder, "fm-sample -m m.safetensors -n 500");
    CHECK(shell(folder, "fm-sample -m m.safetensors -n 500 --scheduler " + own).out == plain.out);
    for (const std::string& name : scheduler_names()) {
      CAPTURE(name);
      const Result changed = shell(folder, "fm-sample -m m.safetensors -n 500 --scheduler " + name);
      CAPTURE(changed.err);
      REQUIRE(changed.code == 0);
      CHECK(spread(changed.out) == doctest::Approx(spread(plain.out)).epsilon(0.03));
    }
  }
}

TEST_CASE("schedulers: what the network predicts is an option, kept in the model") {
  const Folder folder;
  for (const std::string prediction : {"velocity", "x1", "x0"}) {
    CAPTURE(prediction);
    const Result result =
        shell(folder, "fm-train '" + data_file("moons.csv") + "' -o m.safetensors --predict " + prediction +
                          brief + "&& fm-sample -m m.safetensors -n 5");
    CHECK(result.code == 0);
    CHECK(contains(read_text(folder / "m.safetensors"), "\\\"predict\\\":\\\"" + prediction + "\\\""));
  }
  CHECK(shell(folder, "fm-train x.csv --predict x2").code == 2);
}

TEST_CASE("schedulers: points go back to the source and forth again, whatever noise the path starts with") {
  const Folder folder;
  for (const std::string name : {"cond-ot", "ve", "lipman"}) {
    CAPTURE(name);
    REQUIRE(shell(folder, "fm-train '" + data_file("moons.csv") + "' -o m.safetensors --scheduler " + name +
                              short_training)
                .code == 0);
    const std::string tight = " --solver dopri5:rtol=1e-8,atol=1e-8 ";
    REQUIRE(shell(folder, "fm-sample -m m.safetensors -n 400" + tight + "-o a.csv").code == 0);
    const Result back = shell(folder, "fm-sample -m m.safetensors a.csv --reverse" + tight + "-o b.csv");
    CAPTURE(back.err);
    REQUIRE(back.code == 0);
    REQUIRE(shell(folder, "fm-sample -m m.safetensors b.csv" + tight + "-o c.csv").code == 0);
    const auto first = lines_of(read_text(folder / "a.csv")), last = lines_of(read_text(folder / "c.csv"));
    REQUIRE(first.size() == last.size());
    for (std::size_t k = 1; k < first.size(); ++k) {
      const auto a = fm::split(first[k], ','), c = fm::split(last[k], ',');
      for (std::size_t d = 0; d < 2; ++d) {
        double x = 0, y = 0;
        fm::parse_double(a[d], x), fm::parse_double(c[d], y);
        CHECK(std::abs(x - y) < 1e-4);
      }
    }
  }
}

TEST_CASE("schedulers: the exact field draws rows on every path that ends without noise") {
  const Folder folder;
  write_text(folder / "two.csv", "x,y\n0,0\n10,20\n");
  for (const std::string& name : scheduler_names()) {
    CAPTURE(name);
    const Result result = shell(folder, "fm-sample --exact two.csv -n 50 --scheduler " + name);
    CAPTURE(result.err);
    REQUIRE(result.code == 0);
    const auto lines = lines_of(result.out);
    int near = 0;
    for (std::size_t k = 1; k < lines.size(); ++k) {
      double x = 0;
      fm::parse_double(fm::split(lines[k], ',')[0], x);
      // lipman and ve leave noise of .01 in units of the columns' deviation, 5.
      if (std::abs(x) < 0.3 || std::abs(x - 10) < 0.3) ++near;
    }
    CHECK(near == 50);
  }
}

TEST_CASE("schedulers: --help lists them where a path may be chosen") {
  const Folder folder;
  for (const std::string tool : {"fm-train", "fm-sample", "fm-path"})
    for (const std::string& name : scheduler_names())
      CHECK(contains(shell(folder, tool + " --help").out, name));
}
