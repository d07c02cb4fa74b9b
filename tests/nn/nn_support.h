// Slow, obvious twins of the network and small helpers for its tests.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>
#include <vector>

#include "core/instruction_set.h"
#include "core/random.h"
#include "core/value.h"
#include "nn/kernels_in_use.h"
#include "nn/mlp.h"
#include "nn/network_batch.h"

namespace fm {

/// Runs body under every instruction set of this processor, then sets back the one before.
template <class Body>
void for_each_instruction_set(const Body& body) {
  struct Restore {
    InstructionSet before = instruction_set();
    ~Restore() { set_instruction_set(before); }
  } restore;
  for (const InstructionSet set : available_instruction_sets()) {
    set_instruction_set(set);
    const std::string instructions = print_value(set);
    CAPTURE(instructions);
    body();
  }
}

template <class T>
bool same_bits(T a, T b) {
  return std::memcmp(&a, &b, sizeof(T)) == 0;
}
template <class T>
bool same_bits(const Block<T>& a, const Block<T>& b) {
  for (Index f = 0; f < a.features(); ++f)
    if (std::memcmp(a.row(f), b.row(f), sizeof(T) * block_points) != 0) return false;
  return a.features() == b.features();
}

/// Standard normals in every column.
template <class T>
Block<T> random_block(Index features, std::uint64_t seed) {
  Block<T> block(features);
  for (Index f = 0; f < features; ++f) {
    Draws draws(seed, Purpose::test, static_cast<std::uint64_t>(f));
    for (Index n = 0; n < block_points; ++n) block(f, n) = static_cast<T>(draws.normal());
  }
  return block;
}

/// Column n moved to column n + shift, around the end.
template <class T>
Block<T> rolled(const Block<T>& block, Index shift) {
  Block<T> result(block.features());
  for (Index f = 0; f < block.features(); ++f)
    for (Index n = 0; n < block_points; ++n) result(f, (n + shift) % block_points) = block(f, n);
  return result;
}

template <class T>
std::vector<double> column(const Block<T>& block, Index n) {
  std::vector<double> x;
  for (Index f = 0; f < block.features(); ++f) x.push_back(static_cast<double>(block(f, n)));
  return x;
}

template <class T>
Block<T> input_of(const MlpShape& shape, Index block) {
  return random_block<T>(shape.inputs, static_cast<std::uint64_t>(10 + block));
}
template <class T>
Block<T> d_output_of(const MlpShape& shape, Index block) {
  return random_block<T>(shape.outputs, static_cast<std::uint64_t>(50 + block));
}

/// The gradient over `count` blocks, batch.blocks() of them at a time.
template <class T>
std::vector<T> gradient_over(NetworkBatch<T>& batch, const MlpShape& shape, const std::vector<T>& parameters,
                             Index count) {
  batch.set_parameters(parameters);
  std::vector<T> gradient(parameters.size(), T{7});  // what is there before does not count
  for (Index first = 0; first < count; first += batch.blocks()) {
    const Index blocks = std::min(batch.blocks(), count - first);
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

/// Weights of variance 1 / inputs and biases of variance 1 in all layers, the last included.
template <class T>
std::vector<T> random_parameters(const MlpShape& shape) {
  std::vector<T> parameters(static_cast<std::size_t>(parameter_count(shape)));
  for (const LayerPlace& place : layer_places(shape)) {
    Draws draws(3, Purpose::test, static_cast<std::uint64_t>(place.weights));
    for (Index i = place.weights; i < place.bias + place.outputs; ++i)
      parameters[i] =
          static_cast<T>(draws.normal() / (i < place.bias ? std::sqrt(double(place.inputs)) : 1.0));
  }
  return parameters;
}

/// The network at one point in double, and a bound of the error of a float evaluation.
struct NaiveValue {
  std::vector<double> value;
  std::vector<double> bound;
};

/// Largest slope of each activation: silu 1.0998, selu lambda alpha, gelu 1.1290.
inline double largest_slope(Activation activation) {
  if (activation == Activation::selu) return selu_alpha * selu_lambda;
  return activation == Activation::silu ? 1.0999 : activation == Activation::gelu ? 1.1291 : 1;
}

/// A float sum of K products and a bias is off by at most (K + 1) u sum |w| |x| (Higham 2002, eq. 3.5, u =
/// 2^-24), plus sum |w| times what x is off by; an activation multiplies by its largest slope and adds its
/// own 4e-7 (1 + |value|) (kernels_activation.h).
inline NaiveValue naive_mlp(const MlpShape& shape, const std::vector<double>& parameters,
                            std::vector<double> x) {
  const std::vector<LayerPlace> places = layer_places(shape);
  std::vector<double> error(x.size());
  for (std::size_t l = 0; l < places.size(); ++l) {
    const LayerPlace& place = places[l];
    std::vector<double> y, bound;
    for (Index j = 0; j < place.outputs; ++j) {
      double sum = parameters[place.bias + j], size = std::abs(sum), carried = 0;
      for (Index k = 0; k < place.inputs; ++k) {
        const double w = parameters[place.weights + j * place.inputs + k];
        sum += w * x[k];
        size += std::abs(w * x[k]);
        carried += std::abs(w) * error[k];
      }
      const double off = static_cast<double>(place.inputs + 1) * 0x1p-24 * (size + carried) + carried;
      if (l + 1 == places.size()) {
        y.push_back(sum), bound.push_back(off);
      } else {
        y.push_back(activation_value(shape.activation, sum));
        bound.push_back(largest_slope(shape.activation) * off + 4e-7 * (1 + std::abs(y.back())));
      }
    }
    x = y, error = bound;
  }
  return {x, error};
}

}  // namespace fm
