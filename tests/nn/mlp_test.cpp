#include "nn/mlp.h"

#include <doctest/doctest.h>

#include <cmath>
#include <utility>
#include <vector>

#include "core/error.h"
#include "nn/nn_support.h"

using namespace fm;

namespace {

/// Shapes whose widths leave remainders of every kind: below, at and above the strips and vectors of all
/// sets.
const std::vector<std::vector<Index>> hidden_layers{{}, {1}, {7}, {13, 5}, {16, 33, 8}, {64, 24}};

template <class Check>
void for_each_shape(const Check& check) {
  for_each_instruction_set([&] {
    for (const auto& entry : enum_names(Activation{}))
      for (std::size_t i = 0; i < hidden_layers.size(); ++i) {
        CAPTURE(std::string(entry.second));
        CAPTURE(i);
        check(MlpShape{.inputs = 3, .hidden = hidden_layers[i], .outputs = 2, .activation = entry.first});
      }
  });
}

double dot(const Block<double>& a, const Block<double>& b) {
  double sum = 0;
  for (Index f = 0; f < a.features(); ++f)
    for (Index n = 0; n < block_points; ++n) sum += a(f, n) * b(f, n);
  return sum;
}

double length(const std::vector<double>& x) {
  double sum = 0;
  for (const double xi : x) sum += xi * xi;
  return std::sqrt(sum);
}

/// Everything the network says about one input block, one input direction and one output direction.
template <class T>
struct Derivatives {
  Block<T> value, tangent, d_input;
  std::vector<T> gradient;

  Derivatives(const MlpShape& shape, const std::vector<T>& parameters, const Block<T>& x, const Block<T>& u,
              const Block<T>& v)
      : tangent(shape.outputs), d_input(shape.inputs), gradient(parameters.size()) {
    Mlp<T> mlp(shape);
    mlp.input() = x;
    mlp.value_with_slopes(parameters);
    value = mlp.output();
    mlp.tangent(parameters, u, tangent);
    mlp.backward(parameters, v, gradient, &d_input);
  }
};

/// Smooth activations allow differences over every point. A kink within a step would spoil them: the others
/// are looked at in four points, with a step so small that no kink lies within it at these numbers.
bool smooth(Activation activation) {
  return activation != Activation::relu && activation != Activation::selu;
}
double step_for(Activation activation) {
  return smooth(activation) ? 1e-5 : 1e-7;
}
Block<double> output_direction(const MlpShape& shape) {
  Block<double> v = random_block<double>(shape.outputs, 2);
  if (!smooth(shape.activation))
    for (Index j = 0; j < shape.outputs; ++j)
      for (Index n = 0; n < block_points; ++n)
        if (n % 16 != 5) v(j, n) = 0;
  return v;
}

}  // namespace

TEST_CASE("mlp: in double the value is the sum that the formula states") {
  for_each_shape([](const MlpShape& shape) {
    const auto parameters = random_parameters<double>(shape);
    Mlp<double> mlp(shape);
    mlp.input() = random_block<double>(shape.inputs, 1);
    mlp.value(parameters);
    for (Index n = 0; n < block_points; n += 9) {
      const NaiveValue y = naive_mlp(shape, parameters, column(mlp.input(), n));
      // The same bound with the rounding of double: 2^-53 for 2^-24.
      for (Index j = 0; j < shape.outputs; ++j)
        CHECK(std::abs(mlp.output()(j, n) - y.value[j]) <= 0x1p-29 * y.bound[j]);
    }
  });
}

TEST_CASE("mlp: in float the value is within the rounding of its sums and activations") {
  for_each_shape([](const MlpShape& shape) {
    const auto parameters = random_parameters<float>(shape);
    Mlp<float> mlp(shape);
    mlp.input() = random_block<float>(shape.inputs, 1);
    mlp.value(parameters);
    for (Index n = 0; n < block_points; n += 3) {
      const NaiveValue y = naive_mlp(shape, {parameters.begin(), parameters.end()}, column(mlp.input(), n));
      for (Index j = 0; j < shape.outputs; ++j)
        CHECK(std::abs(mlp.output()(j, n) - y.value[j]) <= y.bound[j]);
    }
  });
}

TEST_CASE("mlp: a point has the same bits at any place and beside any neighbours") {
  for_each_shape([](const MlpShape& shape) {
    const auto parameters = random_parameters<float>(shape);
    Mlp<float> together(shape), alone(shape);
    together.input() = random_block<float>(shape.inputs, 1);
    together.value(parameters);
    for (Index n = 0; n < block_points; ++n) {
      const Index place = (5 * n + 3) % block_points;
      alone.input() = Block<float>(shape.inputs);
      for (Index d = 0; d < shape.inputs; ++d) alone.input()(d, place) = together.input()(d, n);
      alone.value(parameters);
      for (Index j = 0; j < shape.outputs; ++j)
        REQUIRE(same_bits(alone.output()(j, place), together.output()(j, n)));
    }
  });
}

TEST_CASE("mlp: a point's derivatives have the same bits at any place, and slopes do not change the value") {
  for_each_shape([](const MlpShape& shape) {
    const auto parameters = random_parameters<float>(shape);
    const auto x = random_block<float>(shape.inputs, 1), u = random_block<float>(shape.inputs, 2),
               v = random_block<float>(shape.outputs, 3);
    const Derivatives<float> here(shape, parameters, x, u, v);
    for (const Index shift : {1, 4, 11, 32}) {
      const Derivatives<float> there(shape, parameters, rolled(x, shift), rolled(u, shift), rolled(v, shift));
      CHECK(same_bits(rolled(here.value, shift), there.value));
      CHECK(same_bits(rolled(here.tangent, shift), there.tangent));
      CHECK(same_bits(rolled(here.d_input, shift), there.d_input));
    }
    Mlp<float> plain(shape);
    plain.input() = x;
    plain.value(parameters);
    CHECK(same_bits(plain.output(), here.value));
  });
}

TEST_CASE("mlp: the parameter gradient is the central difference of v . y") {
  for_each_shape([](const MlpShape& shape) {
    auto parameters = random_parameters<double>(shape);
    const auto x = random_block<double>(shape.inputs, 1), v = output_direction(shape);
    const Derivatives<double> at(shape, parameters, x, x, v);
    Mlp<double> mlp(shape);
    mlp.input() = x;
    const double step = step_for(shape.activation);
    const auto value_at = [&](std::size_t i, double p) {
      const double old = std::exchange(parameters[i], p);
      mlp.value(parameters);
      parameters[i] = old;
      return dot(v, mlp.output());
    };
    for (std::size_t i = 0; i < parameters.size(); i += 1 + parameters.size() / 40) {
      const double p = parameters[i];
      const double difference = (value_at(i, p + step) - value_at(i, p - step)) / (2 * step);
      CHECK(std::abs(at.gradient[i] - difference) <=
            1e-6 * std::max(std::abs(difference), 0.1 * length(at.gradient)));
    }
  });
}

TEST_CASE("mlp: the tangent is the central difference along the direction") {
  for_each_shape([](const MlpShape& shape) {
    const auto parameters = random_parameters<double>(shape);
    const auto x = random_block<double>(shape.inputs, 1), u = random_block<double>(shape.inputs, 2),
               v = output_direction(shape);
    const Derivatives<double> at(shape, parameters, x, u, v);
    const double step = step_for(shape.activation);
    const auto value_at = [&](double along) {
      Mlp<double> mlp(shape);
      for (Index d = 0; d < shape.inputs; ++d)
        for (Index n = 0; n < block_points; ++n) mlp.input()(d, n) = x(d, n) + along * u(d, n);
      mlp.value(parameters);
      return mlp.output();
    };
    const auto above = value_at(step), below = value_at(-step);
    for (Index j = 0; j < shape.outputs; ++j)
      for (Index n = 0; n < block_points; ++n)
        if (v(j, n) != 0) {
          const double difference = (above(j, n) - below(j, n)) / (2 * step);
          CHECK(std::abs(at.tangent(j, n) - difference) <= 1e-6 * (1 + std::abs(difference)));
        }
  });
}

TEST_CASE("mlp: tangent and backward are adjoint, v . J u = u . J^T v, at every point") {
  for_each_shape([](const MlpShape& shape) {
    const auto parameters = random_parameters<double>(shape);
    const auto x = random_block<double>(shape.inputs, 1), u = random_block<double>(shape.inputs, 2),
               v = random_block<double>(shape.outputs, 3);
    const Derivatives<double> at(shape, parameters, x, u, v);
    for (Index n = 0; n < block_points; ++n) {
      double forward = 0, backward = 0, size = 0;
      for (Index j = 0; j < shape.outputs; ++j)
        forward += v(j, n) * at.tangent(j, n), size += std::abs(v(j, n) * at.tangent(j, n));
      for (Index d = 0; d < shape.inputs; ++d)
        backward += u(d, n) * at.d_input(d, n), size += std::abs(u(d, n) * at.d_input(d, n));
      CHECK(std::abs(forward - backward) <= 1e-12 * (1 + size));
    }
  });
}

TEST_CASE("mlp: the gradient in float is that in double but for rounding, and adds to what is there") {
  for_each_shape([](const MlpShape& shape) {
    const auto parameters = random_parameters<float>(shape);
    const std::vector<double> exact(parameters.begin(), parameters.end());
    const auto x = random_block<float>(shape.inputs, 1), v = random_block<float>(shape.outputs, 3);
    const auto widened = [](const Block<float>& from) {
      Block<double> to(from.features());
      for (Index f = 0; f < from.features(); ++f)
        for (Index n = 0; n < block_points; ++n) to(f, n) = from(f, n);
      return to;
    };
    const Derivatives<double> reference(shape, exact, widened(x), widened(x), widened(v));
    Mlp<float> mlp(shape);
    mlp.input() = x;
    mlp.value_with_slopes(parameters);
    std::vector<float> gradient(parameters.size(), 1.0f);
    mlp.backward(parameters, v, gradient);
    // Sums of block_points terms through at most 4 layers of at most 64: some 300 roundings of 6e-8.
    for (std::size_t i = 0; i < gradient.size(); ++i)
      CHECK(std::abs(gradient[i] - 1 - reference.gradient[i]) <= 2e-5 * (1 + length(reference.gradient)));
  });
}

TEST_CASE("mlp: instruction sets agree within the rounding of float") {
  const MlpShape shape{.inputs = 5, .hidden = {64, 64}, .outputs = 3, .activation = Activation::silu};
  const auto parameters = random_parameters<float>(shape);
  std::vector<Block<float>> values;
  for_each_instruction_set([&] {
    Mlp<float> mlp(shape);
    mlp.input() = random_block<float>(shape.inputs, 1);
    mlp.value(parameters);
    values.push_back(mlp.output());
  });
  for (Index n = 0; n < block_points; ++n) {
    const NaiveValue y = naive_mlp(shape, {parameters.begin(), parameters.end()},
                                   column(random_block<float>(shape.inputs, 1), n));
    for (const Block<float>& value : values)
      for (Index j = 0; j < shape.outputs; ++j)
        CHECK(std::abs(value(j, n) - values.front()(j, n)) <= 2 * y.bound[j]);
  }
}

TEST_CASE("mlp: layers follow each other in the flat vector without gaps") {
  const MlpShape shape{.inputs = 3, .hidden = {4, 5}, .outputs = 2};
  const auto places = layer_places(shape);
  REQUIRE(places.size() == 3);
  CHECK(places[0].weights == 0);
  CHECK(places[0].bias == 12);
  CHECK(places[1].weights == 16);
  CHECK(places[1].bias == 36);
  CHECK(places[2].weights == 41);
  CHECK(places[2].bias == 51);
  CHECK(parameter_count(shape) == 53);
  CHECK_THROWS_AS(layer_places({.inputs = 3, .hidden = {0}, .outputs = 1}), Error);
}
