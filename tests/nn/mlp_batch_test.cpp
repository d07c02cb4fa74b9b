#include "nn/mlp_batch.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "nn/nn_support.h"

using namespace fm;

namespace {

/// Widths that leave remainders of every kind in strips, vectors and parts of the gradient.
const std::vector<std::vector<Index>> hidden_layers{{}, {1}, {16, 33, 8}, {70, 24}, {64, 64}};

template <class Check>
void for_each_shape(const Check& check) {
  for_each_instruction_set([&] {
    for (std::size_t i = 0; i < hidden_layers.size(); ++i) {
      CAPTURE(i);
      check(MlpShape{.inputs = 37, .hidden = hidden_layers[i], .outputs = 5});
    }
  });
}

}  // namespace

TEST_CASE("mlp batch: the value has the bits of the network's, with and without slopes") {
  for_each_shape([](const MlpShape& shape) {
    const auto parameters = random_parameters<float>(shape);
    Mlp<float> mlp(shape);
    MlpBatch<float> batch(shape, 3);
    batch.set_parameters(parameters);
    for (Index b = 0; b < batch.blocks(); ++b) {
      mlp.input() = batch.input(b) = input_of<float>(shape, b);
      mlp.value(parameters);
      batch.value(b);
      CHECK(same_bits(batch.output(b), mlp.output()));
      batch.value_with_slopes(b);
      CHECK(same_bits(batch.output(b), mlp.output()));
    }
  });
}

TEST_CASE("mlp batch: the gradient is the sum of the blocks' but for rounding") {
  for_each_shape([](const MlpShape& shape) {
    const auto parameters = random_parameters<double>(shape);
    for (const Index count : {1, 3, 6}) {
      std::vector<double> expected(parameters.size());
      Mlp<double> mlp(shape);
      for (Index b = 0; b < count; ++b) {
        mlp.input() = input_of<double>(shape, b);
        mlp.value_with_slopes(parameters);
        mlp.backward(parameters, d_output_of<double>(shape, b), expected);
      }
      MlpBatch<double> batch(shape, count);
      const std::vector<double> gradient = gradient_over(batch, shape, parameters, count);
      double length = 0;
      for (const double g : expected) length += g * g;
      // Sums of up to 384 terms through at most 4 layers: 2000 roundings of 1.1e-16.
      for (std::size_t i = 0; i < gradient.size(); ++i)
        REQUIRE(std::abs(gradient[i] - expected[i]) <= 3e-13 * (1 + std::sqrt(length)));
    }
  });
}

TEST_CASE("mlp batch: blocks at a time, in multiples of gradient_blocks, change no bit of the gradient") {
  for_each_shape([](const MlpShape& shape) {
    const auto parameters = random_parameters<float>(shape);
    MlpBatch<float> all(shape, 12);
    const std::vector<float> expected = gradient_over(all, shape, parameters, 11);
    for (const Index at_once : {gradient_blocks, 2 * gradient_blocks}) {
      MlpBatch<float> some(shape, at_once);
      const std::vector<float> gradient = gradient_over(some, shape, parameters, 11);
      for (std::size_t i = 0; i < gradient.size(); ++i) REQUIRE(same_bits(gradient[i], expected[i]));
    }
  });
}
