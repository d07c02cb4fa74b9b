// Equal gradients of the conditional and the marginal loss, in a network's own parameters.
#include "model/matching_gradient.h"

#include <doctest/doctest.h>

#include <cmath>

#include "core/value.h"
#include "support/mixtures.h"

using namespace fm;

namespace {

ExactPath two_normals(const Scheduler& scheduler) {
  return {Mixture{Vector{{0.6, 0.4}},
                  Points{{1, -1}, {0.5, -0.5}},
                  {Points{{0.4, 0.3}, {0.3, 0.5}}, Points{{0.2, -0.1}, {-0.1, 0.3}}}},
          scheduler};
}

/// A network with random parameters on the path.
Network random_network(const ExactPath& path, const std::vector<std::int64_t>& hidden) {
  const MlpShape shape = network_shape(path.dim(), hidden, Activation::tanh, RawTime{});
  Network network{shape, RawTime{}, Preconditioner(path.moments(), path.scheduler()), {}};
  Draws draws(3, Purpose::test, 0);
  for (Index k = 0; k < parameter_count(shape); ++k)
    network.parameters.push_back(static_cast<float>(0.5 * draws.normal()));
  return network;
}

/// L and L* over the draws of each bin and, last, of all: rows of (2, bins + 1).
Points losses_of(const ExactPath& path, const Network& network, double end, Index bins, Index draws,
                 std::uint64_t seed) {
  const NetworkField field(network);
  Points losses(2, bins + 1);
  for (Index bin = 0; bin < bins; ++bin) {
    const double width = end / static_cast<double>(bins), begin = width * static_cast<double>(bin);
    const auto [t, at] = draw_over_times(path, begin, begin + width, draws, 0, draws, seed,
                                         static_cast<std::uint64_t>(bin * draws));
    Points u(path.dim(), draws), v(u);
    field.evaluate(t, at.xt, u);
    path.field().evaluate(t, at.xt, v);
    losses(0, bin) = (u - at.ut).squaredNorm() / static_cast<double>(draws);
    losses(1, bin) = (u - v).squaredNorm() / static_cast<double>(draws);
  }
  losses.col(bins) = losses.leftCols(bins).rowwise().mean();
  return losses;
}

}  // namespace

TEST_CASE("matching gradient: lengths are those of difference quotients of the losses over the same draws") {
  const ExactPath path = two_normals(CondOt{});
  const Network network = random_network(path, {4});
  constexpr Index bins = 3, draws = 200;
  const MatchingGradients found = matching_gradients(path, network, 0, 0.9, bins, draws, 7);
  REQUIRE(found.bins.size() == bins);
  const auto losses_at = [&](std::size_t parameter, float step) {
    Network moved = network;
    moved.parameters[parameter] += step;
    return losses_of(path, moved, 0.9, bins, draws, 7);
  };
  const auto parameters = static_cast<Index>(network.parameters.size());
  Points loss(bins + 1, parameters), distance(loss);
  for (Index p = 0; p < parameters; ++p) {
    // The noise of floats, 1e-6 / h, beside h^2 / 6 times a third derivative of about 10: both below 1e-3.
    const float h = 1e-2f;
    const auto at = static_cast<std::size_t>(p);
    const Points slope = (losses_at(at, h) - losses_at(at, -h)) / (2 * h);
    loss.col(p) = slope.row(0).transpose();
    distance.col(p) = slope.row(1).transpose();
  }
  for (Index bin = 0; bin <= bins; ++bin) {
    CAPTURE(bin);
    const MatchingGradient& at = bin < bins ? found.bins[static_cast<std::size_t>(bin)] : found.total;
    CHECK(at.loss.value == doctest::Approx(loss.row(bin).norm()).epsilon(3e-3));
    CHECK(at.distance.value == doctest::Approx(distance.row(bin).norm()).epsilon(3e-3));
    CHECK(at.difference.value == doctest::Approx((loss - distance).row(bin).norm()).epsilon(1e-2));
    CHECK(at.loss.standard_error > 0);
  }
  CHECK(found.total.draws == bins * draws);
}

TEST_CASE("matching gradient: the two are equal within noise that falls as the root of the draws") {
  for_each_member<Scheduler>([&](const auto& scheduler) {
    CAPTURE(std::string(scheduler.name));
    const ExactPath path = two_normals(scheduler);
    const Network network = random_network(path, {16, 16});
    const auto few = matching_gradients(path, network, 0, 0.9, 2, 4096, 1).total;
    const auto many = matching_gradients(path, network, 0, 0.9, 2, 65536, 2).total;
    for (const MatchingGradient& at : {few, many}) {
      // Of a difference of mean 0, |mean|^2 is error^2 in expectation with a spread of at most sqrt(2) of it,
      // when one direction rules: six such are beyond any chance.
      CHECK(std::pow(at.difference.value / at.difference.standard_error, 2) < 1 + 6 * std::sqrt(2.0));
    }
    // And that is no empty claim: the gradient itself is far from 0.
    CHECK(many.distance.value > 5 * many.difference.standard_error);
    CHECK(std::abs(many.loss.value - many.distance.value) <= many.difference.value * (1 + 1e-9));
    // 16 times the draws: a quarter of the error, itself from 128 batches and more, within 5 / sqrt(256).
    CHECK(std::abs(std::log(few.difference.standard_error / many.difference.standard_error / 4)) <
          std::log(1.32));
  });
}

TEST_CASE("matching gradient: the same for any number of threads") {
  const ExactPath path = two_normals(CondOt{});
  const Network network = random_network(path, {8});
  const auto one = matching_gradients(path, network, 0, 1, 2, 1500, 1).total;
  const ThreadsFor three(3);
  const auto more = matching_gradients(path, network, 0, 1, 2, 1500, 1).total;
  CHECK(one.loss.value == more.loss.value);
  CHECK(one.difference.standard_error == more.difference.standard_error);
}
