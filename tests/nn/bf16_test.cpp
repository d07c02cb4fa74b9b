// Products in bf16 against sums in double of operands that are rounded one number at a time.
#include <doctest/doctest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <vector>

#include "core/error.h"
#include "nn/bf16_batch.h"
#include "nn/mlp_batch.h"
#include "nn/nn_support.h"

using namespace fm;

namespace {

/// To nearest, ties to even: a finite float's upper half.
std::uint16_t to_bf16(float x) {
  const auto bits = std::bit_cast<std::uint32_t>(x);
  return static_cast<std::uint16_t>((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}
float from_bf16(std::uint32_t half) {
  return std::bit_cast<float>(half << 16);
}
float rounded(float x) {
  return from_bf16(to_bf16(x));
}
float half_of(Bf16Pair pair, Index which) {
  return from_bf16(which % 2 == 0 ? pair & 0xffff : pair >> 16);
}

struct Rounded {
  explicit Rounded(Index features)
      : by_features(static_cast<std::size_t>(pairs_of(features) * block_stride)),
        by_points(static_cast<std::size_t>(2 * pairs_of(features) * bf16_stride)) {}
  Bf16View<Bf16Pair> view() { return {by_features.data(), by_points.data()}; }
  float by_feature(Index f, Index n) const {
    return half_of(by_features[static_cast<std::size_t>(f / 2 * block_stride + n)], f);
  }
  float by_point(Index f, Index n) const {
    return half_of(by_points[static_cast<std::size_t>(f * bf16_stride + n / 2)], n);
  }
  AlignedVector<Bf16Pair> by_features, by_points;
};

/// Widths that leave remainders of every kind in pairs, strips and vectors.
const std::vector<Index> widths{1, 2, 5, 12, 13, 33, 50, 64};

/// Weights and a bias as the kernels read them, and what the weights are.
struct Weights {
  Weights(Index inputs, Index outputs)
      : exact(static_cast<std::size_t>(inputs * outputs)),
        pairs(static_cast<std::size_t>(2 * pairs_of(outputs) * pairs_of(inputs))),
        bias(static_cast<std::size_t>(2 * pairs_of(outputs))),
        inputs_(inputs),
        outputs_(outputs) {
    Draws draws(8, Purpose::test, static_cast<std::uint64_t>(inputs));
    for (float& w : exact) w = static_cast<float>(draws.normal());
    for (Index j = 0; j < outputs; ++j)
      bias[static_cast<std::size_t>(j)] = static_cast<float>(draws.normal());
    bf16_kernels()->round_matrix(outputs, inputs, exact.data(), inputs, pairs.data());
  }
  Bf16Layer layer() const { return {inputs_, outputs_, pairs.data(), bias.data()}; }
  double at(Index j, Index k) const { return rounded(exact[static_cast<std::size_t>(j * inputs_ + k)]); }

  std::vector<float> exact;
  std::vector<Bf16Pair> pairs;
  std::vector<float> bias;

 private:
  Index inputs_, outputs_;
};

/// sum over k < count of term(k), with the bound of a float sum of so many products (Higham 2002, eq. 3.5).
struct Sum {
  double value = 0, bound = 0;
};
template <class Term>
Sum sum_of(Index count, double start, const Term& term) {
  double sum = start, size = std::abs(start);
  for (Index k = 0; k < count; ++k) sum += term(k), size += std::abs(term(k));
  return {sum, static_cast<double>(count + 2) * 0x1p-24 * size};
}

bool available() {
  if (!bf16_kernels()) MESSAGE("this processor has no products in bf16");
  return bf16_kernels() != nullptr;
}

}  // namespace

TEST_CASE("bf16: blocks and matrices are rounded to nearest in both layouts") {
  if (!available()) return;
  for (const Index width : widths) {
    CAPTURE(width);
    Block<float> x = random_block<float>(width, 5);
    x(0, 3) = 1 + 0x1p-8f, x(0, 4) = 1 + 3 * 0x1p-8f, x(0, 5) = 0x1p127f;  // ties to even, and a large one
    Rounded y(width);
    bf16_kernels()->round_block(width, x.data(), y.view());
    for (Index f = 0; f < width; ++f)
      for (Index n = 0; n < block_points; ++n) {
        REQUIRE(same_bits(y.by_feature(f, n), rounded(x(f, n))));
        REQUIRE(same_bits(y.by_point(f, n), rounded(x(f, n))));
      }
    if (width % 2 == 1) CHECK(y.by_feature(width, 7) == 0);
    const Weights w(width, 3);
    for (Index j = 0; j < 3; ++j)
      for (Index k = 0; k < width; ++k)
        REQUIRE(w.at(j, k) == half_of(w.pairs[static_cast<std::size_t>(j * pairs_of(width) + k / 2)], k));
  }
}

TEST_CASE("bf16: products of layers are sums in float of rounded operands") {
  if (!available()) return;
  for (const Index inputs : widths)
    for (const Index outputs : widths) {
      CAPTURE(inputs);
      CAPTURE(outputs);
      const Weights w(inputs, outputs);
      const Block<float> x = random_block<float>(inputs, 6), given = random_block<float>(outputs, 7);
      Rounded rounded_x(inputs), y(outputs), back(outputs);
      bf16_kernels()->round_block(inputs, x.data(), rounded_x.view());
      Block<float> affine(2 * pairs_of(outputs)), slope(2 * pairs_of(outputs)), factor = affine;
      for (Index j = 0; j < outputs; ++j) std::copy_n(given.row(j), block_points, factor.row(j));
      const Bf16Pair* const from = rounded_x.by_features.data();
      bf16_kernels()->affine(w.layer(), from, affine.data());
      bf16_kernels()->activated(w.layer(), Activation::tanh, from, y.view(), slope.data());
      bf16_kernels()->backward(w.layer(), from, factor.data(), back.view());
      for (Index j = 0; j < outputs; ++j)
        for (Index n = 0; n < block_points; n += 7) {
          const auto term = [&](Index k) { return w.at(j, k) * static_cast<double>(rounded(x(k, n))); };
          const Sum sum = sum_of(inputs, w.bias[static_cast<std::size_t>(j)], term);
          REQUIRE(std::abs(affine(j, n) - sum.value) <= sum.bound);
          const double value = std::tanh(sum.value), off = sum.bound + 1e-6;  // kernels_activation.h
          REQUIRE(std::abs(slope(j, n) - (1 - value * value)) <= 2 * off);
          REQUIRE(std::abs(static_cast<double>(y.by_feature(j, n)) - value) <=
                  0x1p-8 * std::abs(value) + off);
          REQUIRE(same_bits(y.by_feature(j, n), y.by_point(j, n)));
          const Sum plain = sum_of(inputs, 0, term);
          const double product = plain.value * static_cast<double>(factor(j, n));
          REQUIRE(std::abs(static_cast<double>(back.by_feature(j, n)) - product) <=
                  0x1p-8 * std::abs(product) + 2 * plain.bound * std::abs(factor(j, n)));
          REQUIRE(same_bits(back.by_feature(j, n), back.by_point(j, n)));
        }
    }
}

TEST_CASE("bf16: the gradient of a layer sums rounded operands in float over the points of some blocks") {
  if (!available()) return;
  for (const Index inputs : widths)
    for (const Index outputs : {1, 13, 50})
      for (const Index blocks : {Index{1}, gradient_blocks}) {
        std::vector<Rounded> x, dy;
        for (Index b = 0; b < blocks; ++b) {
          const auto seed = static_cast<std::uint64_t>(20 + b);
          bf16_kernels()->round_block(inputs, random_block<float>(inputs, seed).data(),
                                      x.emplace_back(inputs).view());
          bf16_kernels()->round_block(outputs, random_block<float>(outputs, seed + 30).data(),
                                      dy.emplace_back(outputs).view());
        }
        std::vector<float> weights(static_cast<std::size_t>(inputs * outputs), 0.5f);
        std::vector<float> bias(static_cast<std::size_t>(outputs), 0.5f);
        LayerGradient<Bf16Pair> g{inputs, outputs, blocks, {}, {}, weights.data(), bias.data(), true};
        for (std::size_t b = 0; b < x.size(); ++b)
          g.x[b] = x[b].by_points.data(), g.dy[b] = dy[b].by_points.data();
        for (Index first = 0; first < inputs; first += gradient_inputs)
          bf16_kernels()->gradient_part(g, first);
        const auto at = [](const std::vector<Rounded>& all, Index f, Index i) {
          return static_cast<double>(
              all[static_cast<std::size_t>(i / block_points)].by_point(f, i % block_points));
        };
        for (Index j = 0; j < outputs; ++j) {
          const Index points = blocks * block_points;
          const Sum b = sum_of(points, 0.5, [&](Index i) { return at(dy, j, i); });
          REQUIRE(std::abs(bias[static_cast<std::size_t>(j)] - b.value) <= b.bound);
          for (Index k = 0; k < inputs; ++k) {
            const Sum w = sum_of(points, 0.5, [&](Index i) { return at(dy, j, i) * at(x, k, i); });
            REQUIRE(std::abs(weights[static_cast<std::size_t>(j * inputs + k)] - w.value) <= w.bound);
          }
        }
      }
}

TEST_CASE("bf16: value and gradient of a network lie within the rounding of its operands of those in float") {
  if (!available()) return;
  for (const auto& hidden : std::vector<std::vector<Index>>{{}, {1}, {16, 33, 8}, {70, 24}, {64, 64}}) {
    const MlpShape shape{.inputs = 37, .hidden = hidden, .outputs = 5};
    CAPTURE(hidden.size());
    const auto parameters = random_parameters<float>(shape);
    MlpBatch<float> exact(shape, 3);
    Bf16Batch batch(shape, 3);
    const auto expected = gradient_over(exact, shape, parameters, 3);
    const auto gradient = gradient_over(batch, shape, parameters, 3);
    double value_error = 0, value_size = 0;
    for (Index d = 0; d < shape.outputs; ++d)
      for (Index n = 0; n < block_points; ++n) {
        value_error += std::pow(batch.output(1)(d, n) - exact.output(1)(d, n), 2);
        value_size += std::pow(exact.output(1)(d, n), 2);
      }
    double error = 0, size = 0;
    for (std::size_t i = 0; i < gradient.size(); ++i) {
      error += std::pow(gradient[i] - expected[i], 2);
      size += std::pow(expected[i], 2);
    }
    // Each layer rounds two operands, each by a relative error of variance below 2^-18 / 3, forward and
    // backward: 4 (layers) such, and as much again for the slopes' share in them.
    const double bound = std::sqrt(8.0 * static_cast<double>(hidden.size() + 1) / 3) * 0x1p-9;
    CHECK(std::sqrt(value_error / value_size) <= bound);
    CHECK(std::sqrt(error / size) <= bound);
    CHECK(error > 0);  // they are rounded
  }
}

TEST_CASE("bf16: neither slopes nor blocks at a time change a bit") {
  if (!available()) return;
  const MlpShape shape{.inputs = 37, .hidden = {16, 33, 8}, .outputs = 5};
  const auto parameters = random_parameters<float>(shape);
  Bf16Batch all(shape, 12), few(shape, gradient_blocks);
  const auto expected = gradient_over(all, shape, parameters, 11);
  const auto gradient = gradient_over(few, shape, parameters, 11);
  for (std::size_t i = 0; i < gradient.size(); ++i) REQUIRE(same_bits(gradient[i], expected[i]));
  const Block<float> with_slopes = all.output(2);
  all.value(2);
  CHECK(same_bits(all.output(2), with_slopes));
}

TEST_CASE("bf16: an instruction set without it is refused") {
  for_each_instruction_set([] {
    if (!bf16_kernels()) CHECK_THROWS_AS(Bf16Batch({.inputs = 2, .hidden = {4}, .outputs = 2}, 1), Error);
  });
}
