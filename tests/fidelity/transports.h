// The two-dimensional transports of Tong et al. 2024, arXiv:2307.03672, table 2, learned with default
// options: the source is N(0, I) in data units or a cloud of moons, training takes 10,000 independent draws
// of either side.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "data/toy.h"
#include "model/trainer.h"

namespace fm::fidelity {

struct Task {
  std::string name;
  std::optional<Toy> source;  ///< none: N(0, I)
  Toy target;
  double centre_x = 0, centre_y = 0;  ///< taken from the draws of the source
};

/// N->8gaussians, moons->8gaussians, N->moons, N->scurve.
std::vector<Task> transports();

/// Independent draws (2, count); `part` tells samples of one seed apart.
Points draw_source(const Task& task, std::uint64_t seed, std::uint64_t part, Index count);
Points draw_target(const Task& task, std::uint64_t seed, std::uint64_t part, Index count);

/// How pairs are made and followed.
enum class Method { independent, exact, bridge };
std::string name_of(Method method);

struct Score {
  double w2 = 0;           ///< between `count` moved draws of the source and `count` draws of the target
  double floor = 0;        ///< between these and as many more draws of the target
  double energy = 0;       ///< E int |v|^2 dt of the ODE's paths; 0 for a bridge
  double w2_squared = 0;   ///< W2^2 between their starts and the target's draws; 0 for a bridge
  double evaluations = 0;  ///< of the field, for a point
  double seconds = 0;      ///< of training

  /// Normalised path energy, |E int |v|^2 dt - W2^2| / W2^2.
  double npe() const;
};

/// Trains with default options on `rows` draws and moves `count` new ones.
Score score(const Task& task, Method method, std::uint64_t seed, Index rows, Index count);

}  // namespace fm::fidelity
