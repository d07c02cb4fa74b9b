// Laws whose densities are known: Schroedinger bridges between normal laws, and learned log-likelihoods.
#pragma once

#include <cstdint>
#include <string>

#include "core/types.h"
#include "data/toy.h"

namespace fm::fidelity {

struct BridgeScore {
  double divergence = 0;  ///< KL of the normal law fitted to model samples to the exact one, mean over times
  double floor = 0;       ///< what samples of the exact law have: (d (d + 3) / 2) / (2 count)
};

/// N(-0.1, I) to N(0.1, I) in `dim` dimensions with Brownian bridges of noise 1, learned from `rows` rows of
/// both and judged by `count` stochastic paths at 21 times. Protocol: arXiv:2307.03672, table 3.
BridgeScore normal_bridge(Index dim, std::uint64_t seed, Index rows, Index count);

struct LikelihoodScore {
  double learned = 0, truth = 0;  ///< mean log p of `count` new draws, nats
  double integral = 0;            ///< of exp(learned log p) over a grid
};

/// A toy cloud learned from `rows` draws with default options.
LikelihoodScore likelihood(const Toy& toy, std::uint64_t seed, Index rows, Index count);

}  // namespace fm::fidelity
