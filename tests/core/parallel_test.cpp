#include "core/parallel.h"

#include <doctest/doctest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "core/numeric.h"

using namespace fm;

namespace {

/// Sets the number of threads for a scope.
struct ThreadsFor {
  explicit ThreadsFor(int count) { set_threads(count); }
  ~ThreadsFor() { set_threads(1); }
};

}  // namespace

TEST_CASE("parallel: every index is visited once, in the same chunks for any number of threads") {
  for (const int count : {1, 2, 3, 8}) {
    const ThreadsFor threads(count);
    std::vector<int> visits(1003);
    std::vector<Index> begins(static_cast<std::size_t>(chunk_count(1003, 10)));
    parallel_chunks(1003, 10, [&](Index begin, Index end, Index chunk) {
      begins[static_cast<std::size_t>(chunk)] = begin;
      for (Index i = begin; i < end; ++i) ++visits[static_cast<std::size_t>(i)];
    });
    for (const int visit : visits) REQUIRE(visit == 1);
    for (std::size_t chunk = 0; chunk < begins.size(); ++chunk)
      REQUIRE(begins[chunk] == static_cast<Index>(10 * chunk));
  }
}

TEST_CASE("parallel: thousands of short calls find helpers awake, asleep and late, and miss no chunk") {
  for (const int count : {2, 3, 16}) {
    const ThreadsFor threads(count);
    for (Index call = 0; call < 3000; ++call) {
      if (call % 1000 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(2));  // helpers fall asleep
      std::array<Index, 5> found{};
      parallel_chunks(5, 1, [&](Index begin, Index, Index chunk) { found[chunk] += call + begin; });
      for (Index chunk = 0; chunk < 5; ++chunk) REQUIRE(found[chunk] == call + chunk);
    }
  }
}

TEST_CASE("parallel: the lowest chunk's exception comes through, and the pool works on") {
  const ThreadsFor threads(3);
  for (int round = 0; round < 50; ++round) {
    std::string message;
    try {
      parallel_chunks(100, 1, [](Index begin, Index, Index) {
        if (begin % 7 == 3) throw std::runtime_error(std::to_string(begin));
      });
    } catch (const std::runtime_error& error) {
      message = error.what();
    }
    REQUIRE(message == "3");
  }
}

TEST_CASE("parallel: calls from inside a chunk run inline") {
  const ThreadsFor threads(2);
  std::atomic<int> count = 0;
  parallel_chunks(8, 1,
                  [&](Index, Index, Index) { parallel_chunks(8, 1, [&](Index, Index, Index) { ++count; }); });
  CHECK(count == 64);
}

TEST_CASE("parallel: nothing to do calls nothing") {
  parallel_chunks(0, 10, [](Index, Index, Index) { FAIL("called"); });
}

TEST_CASE("numeric: log_sum_exp does not overflow and knows nothing") {
  Vector x(3);
  x << 1000, 1000, 1000;
  CHECK(log_sum_exp(x) == doctest::Approx(1000 + std::log(3.0)).epsilon(1e-15));
  x.setConstant(-std::numeric_limits<double>::infinity());
  CHECK(log_sum_exp(x) == -std::numeric_limits<double>::infinity());
  CHECK(log_sum_exp(Vector(0)) == -std::numeric_limits<double>::infinity());
}

TEST_CASE("numeric: softmax weights sum to one and keep ratios") {
  Vector x(2);
  x << -1e5, -1e5 - std::log(3.0);
  softmax_in_place(x);
  CHECK(x(0) == doctest::Approx(0.75).epsilon(1e-10));
  CHECK(x.sum() == doctest::Approx(1).epsilon(1e-15));
}

TEST_CASE("numeric: a compensated sum keeps what a plain one loses") {
  CompensatedSum sum;
  for (const double term : {1.0, 1e100, 1.0, -1e100}) sum.add(term);
  CHECK(sum.value() == 2);
}

TEST_CASE("numeric: mean_estimate gives mean and standard error") {
  Vector values(4);
  values << 1, 2, 3, 4;
  const Estimate estimate = mean_estimate(values);
  CHECK(estimate.value == 2.5);
  CHECK(estimate.standard_error == doctest::Approx(std::sqrt(5.0 / 3 / 4)));
}
