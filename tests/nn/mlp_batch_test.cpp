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

template <class T>
Block<T> input_of(const MlpShape& shape, Index block) {
  return random_block<T>(shape.inputs, static_cast<std::uint64_t>(10 + block));
}
template <class T>
Block<T> d_output_of(const MlpShape& shape, Index block) {
  return random_block<T>(shape.outputs, static_cast<std::uint64_t>(50 + block));
}

/// The gradient over `count` blocks, at most `at_once` of them at a time.
template <class T>
std::vector<T> gradient_over(const MlpShape& shape, const std::vector<T>& parameters, Index count,
                             Index at_once) {
  MlpBatch<T> batch(shape, at_once);
  batch.set_parameters(parameters);
  std::vector<T> gradient(parameters.size(), T{7});  // what is there before does not count
  for (Index first = 0; first < count; first += at_once) {
    const Index blocks = std::min(at_once, count - first);
    for (Index b = 0; b < blocks; ++b) {
      batch.input(b) = input_of<T>(shape, first + b);
      batch.d_output(b) = d_output_of<T>(shape, first + b);
      batch.value_with_slopes(b);
      batch.backward(b);
    }
    for (Index part = batch.gradient_parts(); part-- > 0;) batch.gradient(part, blocks, first > 0, gradient);
  }
  return gradient;
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
      const std::vector<double> gradient = gradient_over(shape, parameters, count, count);
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
    const std::vector<float> expected = gradient_over(shape, parameters, 11, 12);
    for (const Index at_once : {gradient_blocks, 2 * gradient_blocks}) {
      const std::vector<float> gradient = gradient_over(shape, parameters, 11, at_once);
      for (std::size_t i = 0; i < gradient.size(); ++i) REQUIRE(same_bits(gradient[i], expected[i]));
    }
  });
}
