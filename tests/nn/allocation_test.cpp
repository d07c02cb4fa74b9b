// A step of the network must not allocate.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <vector>

#include "nn/bf16_kernels.h"
#include "nn/compute_precision.h"
#include "nn/nn_support.h"
#include "nn/optimizer.h"
#include "nn/time_features.h"
#include "support/allocations.h"

using namespace fm;

TEST_CASE("mlp: a training step allocates nothing") {
  const MlpShape shape{.inputs = 4, .hidden = {20, 30}, .outputs = 2};
  auto parameters = random_parameters<float>(shape);
  std::vector<float> gradient(parameters.size()), average(parameters.size());
  OptimizerState<float> state(parameter_count(shape));
  Mlp<float> mlp(shape);
  std::vector<std::unique_ptr<NetworkBatch<float>>> batches;
  batches.push_back(network_batch(shape, 5, ComputePrecision::float32));
  if (bf16_kernels()) batches.push_back(network_batch(shape, 5, ComputePrecision::bf16));
  const auto v = random_block<float>(2, 1), u = random_block<float>(4, 1);
  Block<float> d_input(4), d_output(2);
  Points x = Points::Random(3, block_points);
  const Vector t = Vector::Constant(block_points, 0.5);

  mlp.value(parameters);  // the first call chooses the instruction set, which makes a list

  const long made = allocations();
  REQUIRE(made > 0);  // they are counted
  load_points(x, mlp.input());
  load_time_features(RawTime{}, t, mlp.input(), 3);
  mlp.value(parameters);
  mlp.value_with_slopes(parameters);
  mlp.backward(parameters, v, gradient, &d_input);
  mlp.tangent(parameters, u, d_output);
  for (const auto& batch : batches) {
    batch->set_parameters(parameters);
    for (Index b = 0; b < batch->blocks(); ++b) batch->value_with_slopes(b), batch->backward(b);
    for (Index part = 0; part < batch->gradient_parts(); ++part) batch->gradient(part, 5, false, gradient);
  }
  optimizer_step<float>(AdamW{}, 1e-3, gradient, state, parameters,
                        clip_scale(gradient_norm<float>(gradient), 1));
  update_average<float>(0.99, parameters, average);
  CHECK(allocations() == made);
}

TEST_CASE("mlp: initial parameters have the stated spread, and the last layer is zero") {
  for (const auto& entry : enum_names(Activation{})) {
    CAPTURE(std::string(entry.second));
    const MlpShape shape{.inputs = 100, .hidden = {100, 100}, .outputs = 3, .activation = entry.first};
    std::vector<double> parameters(static_cast<std::size_t>(parameter_count(shape)));
    initialise<double>(shape, {1, Purpose::test}, parameters);
    const auto places = layer_places(shape);
    const bool unit_gain = entry.first == Activation::selu || entry.first == Activation::tanh;
    for (int l = 0; l < 2; ++l) {
      double sum = 0;
      for (Index i = places[l].weights; i < places[l].bias; ++i) sum += parameters[i] * parameters[i];
      // Variance of 10^4 normals: standard error sqrt(2) %, 5 of them.
      CHECK(sum / 10000 == doctest::Approx((unit_gain ? 1.0 : 2.0) / 100).epsilon(0.071));
      double largest = 0;
      for (Index i = places[l].bias; i < places[l].bias + 100; ++i)
        largest = std::max(largest, std::abs(parameters[i]));
      CHECK(largest <= 0.1);
      CHECK(largest > 0.08);  // missed by 100 uniforms with probability 0.8^100 = 2e-10
    }
    for (Index i = places[2].weights; i < parameter_count(shape); ++i) CHECK(parameters[i] == 0);
  }
}
