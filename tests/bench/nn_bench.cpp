// Speed of the network's kernels and of its share of a training step against the multiply-add peak of one
// core, measured in the same run. Counters: gflops (6 x weights x points for a step, 2 x weights x points for
// a single product) and peak_share, its part of the peak.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "nn/bf16_batch.h"
#include "nn/kernels_in_use.h"
#include "nn/mlp_batch.h"
#include "nn/optimizer.h"
#include "peak.h"

namespace {

using namespace fm;

AffineLayer<float> layer(Index width, std::vector<float>& parameters) {
  parameters.assign(static_cast<std::size_t>(width * (width + 1)), 0.01f);
  return {width, width, parameters.data(), parameters.data() + width * width};
}

void forward_product(benchmark::State& state) {
  std::vector<float> parameters;
  const AffineLayer<float> w = layer(state.range(0), parameters);
  Block<float> x(w.inputs), y(w.outputs);
  for (auto _ : state) kernels<float>().affine(w, x.data(), y.data());
  report_operations(state, 2.0 * static_cast<double>(w.inputs * w.outputs * block_points));
}

void forward_activated(benchmark::State& state) {
  std::vector<float> parameters;
  const AffineLayer<float> w = layer(state.range(0), parameters);
  Block<float> x(w.inputs), y(w.outputs), slope(w.outputs);
  for (auto _ : state) kernels<float>().activated(w, Activation::silu, x.data(), y.data(), slope.data());
  report_operations(state, 2.0 * static_cast<double>(w.inputs * w.outputs * block_points));
}

void backward_input(benchmark::State& state) {
  std::vector<float> parameters;
  const AffineLayer<float> w = layer(state.range(0), parameters);
  Block<float> x(w.inputs), y(w.outputs), slope(w.inputs);
  AlignedVector<float> scratch(static_cast<std::size_t>(scratch_size(w.inputs)));
  for (auto _ : state) kernels<float>().backward_input(w, y.data(), slope.data(), x.data(), scratch.data());
  report_operations(state, 2.0 * static_cast<double>(w.inputs * w.outputs * block_points));
}

/// Arguments: width, blocks (at most gradient_blocks).
void gradient(benchmark::State& state) {
  std::vector<float> parameters;
  const AffineLayer<float> w = layer(state.range(0), parameters);
  std::vector<float> sums(parameters.size());
  const auto count = static_cast<std::size_t>(state.range(1));
  const std::vector<Block<float>> x(count, Block<float>(w.inputs)), dy(count, Block<float>(w.outputs));
  LayerGradient<float> all{
      w.inputs, w.outputs, state.range(1), {}, {}, sums.data(), sums.data() + w.inputs * w.outputs, true};
  for (std::size_t b = 0; b < count; ++b) all.dy[b] = dy[b].data(), all.x[b] = x[b].data();
  for (auto _ : state)
    for (Index first = 0; first < w.inputs; first += gradient_inputs)
      kernels<float>().gradient_part(all, first);
  report_operations(state, 2.0 * static_cast<double>(w.inputs * w.outputs * state.range(1) * block_points));
}

void backward_transposed(benchmark::State& state) {
  std::vector<float> parameters;
  const AffineLayer<float> w = layer(state.range(0), parameters);
  Block<float> x(w.inputs), y(w.outputs);
  AlignedVector<float> transposed(static_cast<std::size_t>(w.inputs * transposed_stride(w.outputs)));
  kernels<float>().transpose_weights(w, transposed.data());
  const AffineLayer<float> back{w.outputs, w.inputs, transposed.data(), nullptr};
  for (auto _ : state) kernels<float>().backward_transposed(back, y.data(), x.data(), x.data());
  report_operations(state, 2.0 * static_cast<double>(w.inputs * w.outputs * block_points));
}

/// Forward, backward and Adam for a batch, SiLU, d = 2, inputs ready. Arguments: layers, width, batch.
void network_step(benchmark::State& state) {
  const std::vector<Index> hidden(static_cast<std::size_t>(state.range(0)), state.range(1));
  const MlpShape shape{.inputs = 3, .hidden = hidden, .outputs = 2};
  const auto count = static_cast<std::size_t>(parameter_count(shape));
  std::vector<float> parameters(count), gradient(count);
  initialise<float>(shape, {1, Purpose::parameters}, parameters);
  OptimizerState<float> adam(static_cast<Index>(count));
  Mlp<float> mlp(shape);
  Block<float> d_output(2);
  for (Index n = 0; n < block_points; ++n) {
    const auto number = static_cast<float>(n);
    for (Index d = 0; d < 3; ++d) mlp.input()(d, n) = number / 64 - static_cast<float>(d);
    d_output(0, n) = 1 - number / 32, d_output(1, n) = number / 64;
  }
  for (auto _ : state) {
    std::fill(gradient.begin(), gradient.end(), 0.0f);
    for (Index n = 0; n < state.range(2); n += block_points) {
      mlp.value_with_slopes(parameters);
      mlp.backward(parameters, d_output, gradient);
    }
    optimizer_step<float>(Adam{}, 1e-3, gradient, adam, parameters);
  }
  double weights = 0;
  for (const LayerPlace& place : layer_places(shape))
    weights += static_cast<double>(place.inputs * place.outputs);
  report_operations(state, 6 * weights * static_cast<double>(state.range(2)));
}

/// Forward and backward of a batch in bf16 (second argument 1) or float, SiLU, d = 50. Arguments: width,
/// bf16.
void batch_step(benchmark::State& state) {
  const Index width = state.range(0), blocks = 16;
  const MlpShape shape{.inputs = 51, .hidden = {width, width, width, width}, .outputs = 50};
  std::vector<float> parameters(static_cast<std::size_t>(parameter_count(shape))), gradient = parameters;
  initialise<float>(shape, {1, Purpose::parameters}, parameters);
  std::unique_ptr<NetworkBatch<float>> batch;
  if (state.range(1) == 0)
    batch = std::make_unique<MlpBatch<float>>(shape, blocks);
  else if (bf16_kernels())
    batch = std::make_unique<Bf16Batch>(shape, blocks);
  else
    return state.SkipWithError("no bf16");
  for (auto _ : state) {
    batch->set_parameters(parameters);
    for (Index b = 0; b < blocks; ++b) {
      batch->value_with_slopes(b);
      batch->backward(b);
    }
    for (Index part = 0; part < batch->gradient_parts(); ++part)
      batch->gradient(part, blocks, false, gradient);
  }
  report_operations(state, 6.0 * static_cast<double>(parameter_count(shape) * blocks * block_points));
}

void activation(benchmark::State& state) {
  Block<float> x(64), y(64), slope(64);
  for (auto _ : state)
    for (Index f = 0; f < 64; ++f)
      kernels<float>().activate(static_cast<Activation>(state.range(0)), block_points, x.row(f), y.row(f),
                                slope.row(f));
  state.SetItemsProcessed(state.iterations() * 64 * block_points);
}

BENCHMARK(forward_product)->Arg(64)->Arg(128)->Arg(256)->Arg(512);
BENCHMARK(forward_activated)->Arg(64)->Arg(128)->Arg(256)->Arg(512);
BENCHMARK(backward_input)->Arg(64)->Arg(128)->Arg(256)->Arg(512);
BENCHMARK(backward_transposed)->Arg(64)->Arg(128)->Arg(256)->Arg(512);
BENCHMARK(gradient)->ArgsProduct({{64, 128, 256, 512}, {1, gradient_blocks}});
BENCHMARK(batch_step)->ArgsProduct({{64, 256, 512}, {0, 1}})->Unit(benchmark::kMicrosecond);
BENCHMARK(activation)->DenseRange(0, 4);
BENCHMARK(network_step)
    ->Args({3, 64, 256})
    ->Args({3, 256, 256})
    ->Args({4, 256, 1024})
    ->Args({4, 512, 4096})
    ->Unit(benchmark::kMicrosecond);

}  // namespace
