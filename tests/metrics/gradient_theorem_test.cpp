// The theorem that flow matching rests on: the conditional loss and the marginal one have the same gradient
// in expectation. Source: Lipman et al. 2023, arXiv:2210.02747, theorem 2.
#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "core/value.h"
#include "flow/exact_path.h"
#include "nn/nn_support.h"
#include "support/mixtures.h"

using namespace fm;

namespace {

constexpr Index batches = 400;

/// Gradients in the parameters of mean |F - y|^2 over a block of points, for two targets y.
class Gradients {
 public:
  explicit Gradients(const MlpShape& shape)
      : mlp_(shape), parameters_(random_parameters<double>(shape)), d_output_(shape.outputs) {}

  /// The block's inputs are x and t.
  void put(const Vector& t, const Points& x) {
    for (Index n = 0; n < block_points; ++n) {
      for (Index d = 0; d < x.rows(); ++d) mlp_.input()(d, n) = x(d, n);
      mlp_.input()(x.rows(), n) = t(n);
    }
  }
  Vector of(const Points& target) {
    mlp_.value_with_slopes(parameters_);
    for (Index d = 0; d < target.rows(); ++d)
      for (Index n = 0; n < block_points; ++n)
        d_output_(d, n) = 2 * (mlp_.output()(d, n) - target(d, n)) / block_points;
    std::vector<double> gradient(parameters_.size());
    mlp_.backward(parameters_, d_output_, gradient);
    return Eigen::Map<const Vector>(gradient.data(), static_cast<Index>(gradient.size()));
  }
  Index size() const { return static_cast<Index>(parameters_.size()); }

 private:
  Mlp<double> mlp_;
  std::vector<double> parameters_;
  Block<double> d_output_;
};

}  // namespace

TEST_CASE("theorem: the conditional loss and the marginal loss have the same gradient in expectation") {
  const Mixture mixture{Vector{{0.6, 0.4}},
                        Points{{1, -1}, {0.5, -0.5}},
                        {Points{{0.4, 0.3}, {0.3, 0.5}}, Points{{0.2, -0.1}, {-0.1, 0.3}}}};
  for_each_member<Scheduler>([&](const auto& scheduler) {
    CAPTURE(std::string(scheduler.name));
    const ExactPath path(mixture, scheduler);
    Gradients gradients({.inputs = 3, .hidden = {8, 8}, .outputs = 2});
    Points difference(gradients.size(), batches), marginal(gradients.size(), batches);
    for (Index b = 0; b < batches; ++b) {
      // The same points for both: what is left is the noise of u_t around v alone.
      const auto row = static_cast<std::uint64_t>(b * block_points);
      Vector t(block_points);
      for (Index n = 0; n < block_points; ++n)
        t(n) = 0.95 * Random{2, Purpose::test}.row(row + static_cast<std::uint64_t>(n)).uniform();
      const PathPoints at = draw_path_points(path, t, {1, Purpose::test}, row);
      Points v(2, block_points);
      path.field().evaluate(t, at.xt, v);
      gradients.put(t, at.xt);
      marginal.col(b) = gradients.of(v);
      difference.col(b) = gradients.of(at.ut) - marginal.col(b);
    }
    const Vector mean = difference.rowwise().mean();
    const Points centred = difference.colwise() - mean;
    // |mean|^2 of a difference of mean 0 is sum_p Var_p / batches in expectation; its spread, for correlated
    // parameters, is at most sqrt(2) of that when one direction rules. Six such are beyond any chance.
    const double expected = centred.squaredNorm() / (batches - 1.0) / batches;
    CHECK(mean.squaredNorm() < (1 + 6 * std::sqrt(2.0)) * expected);
    // And that is no empty claim: the gradient itself is far from 0 within the same errors.
    CHECK(marginal.rowwise().mean().squaredNorm() > 20 * expected);
  });
}
