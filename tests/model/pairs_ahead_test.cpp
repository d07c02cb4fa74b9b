#include "model/pairs_ahead.h"

#include <doctest/doctest.h>

#include "core/value.h"
#include "ot/assignment.h"
#include "support/points.h"

using namespace fm;

namespace {

constexpr Index batch = 30;

}  // namespace

TEST_CASE(
    "pairs ahead: they are the stream's own, bit for bit, for every coupling and any number of threads") {
  const Points target = normal_points(2, 100, 1);
  for_each_member<Coupling>([&](const auto& coupling) {
    CAPTURE(std::string(coupling.name));
    for (const Index pool : {0, 200})
      for (const int count : {1, 2, 3}) {
        const ThreadsFor threads(count);
        PairStream alone({target}, NormalSource{}, coupling, pool, 3);
        PairStream stream = alone;
        PairsAhead ahead(stream, 2, batch);
        Points x0(2, batch), x1(2, batch), y0(2, batch), y1(2, batch);
        std::vector<Index> rows, rows_ahead;
        for (int k = 0; k < 12; ++k) {
          alone.next(x0, x1, rows);
          ahead.next(y0, y1, rows_ahead);
          REQUIRE(rows == rows_ahead);
          REQUIRE(same_bits(x1, target(Eigen::all, rows)));
          REQUIRE(same_bits(x0, y0));
          REQUIRE(same_bits(x1, y1));
        }
      }
  });
}

TEST_CASE("pairs ahead: an error of the coupling is thrown to whoever asks for its pairs, each time") {
  const Points target = normal_points(2, 100, 1);
  SinkhornTransport impossible;
  impossible.reg = 1e-4;
  impossible.tolerance = 1e-12;
  impossible.max_iterations = 1;
  const ThreadsFor threads(2);
  PairStream stream({target}, NormalSource{}, Sinkhorn{impossible}, 0, 3);
  PairsAhead ahead(stream, 2, batch);
  Points x0(2, batch), x1(2, batch);
  std::vector<Index> rows;
  for (int k = 0; k < 2; ++k)
    CHECK(error_of([&] { ahead.next(x0, x1, rows); }).id() == "sinkhorn-iterations");
}

TEST_CASE("pairs: without a pool, blocks larger than a batch are coupled whole") {
  const Points target = normal_points(2, 4 * batch, 1);
  Exact coupling;
  coupling.batch = 4 * batch;
  PairStream stream({target}, NormalSource{}, coupling, 0, 3);
  Points x0(2, 4 * batch), x1(2, 4 * batch);
  for (Index k = 0; k < 4; ++k) stream.next(x0.middleCols(k * batch, batch), x1.middleCols(k * batch, batch));
  // Four batches together are the cheapest of all permutations.
  const Assignment best = solve_assignment(x0, x1);
  CHECK((x0 - x1).squaredNorm() == doctest::Approx(best.cost).epsilon(1e-12));
}
