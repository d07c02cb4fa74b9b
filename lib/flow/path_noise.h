// The noise on a conditional path: given its pair, x_t is normal around a centre,
//   x_t = centre_t + std_t z,   z ~ N(0, I) independent of what the centre is made of.
// From it the score follows, grad log p_t(x) = -E[z | x_t = x] / std_t, and so do all diffusions with the
// law of x_t. Sources: Vincent 2011 (denoising score matching); for bridges Tong et al. 2024,
// arXiv:2307.03672, eq. 10.
#pragma once

#include <variant>

#include "flow/scheduler.h"

namespace fm {

/// None that is known: x_t is determined by the pair, and the score does not follow from the velocity.
struct Noiseless {};

/// The source itself, N(0, I) and independent of the target: centre alpha x1, std sigma, z = x0.
struct SourceNoise {};

/// A Brownian bridge from x0 to x1, whatever pairs them: centre alpha x1 + sigma x0, std bridge_std sqrt(t (1
/// - t)).
struct BridgeNoise {
  double bridge_std;  ///< > 0
};

/// The source itself, which at the end of the path is a kernel around a row (flow/adaptive_path.h): centre
/// alpha x1, x1 the row, std sigma + bandwidth alpha, z = x0.
struct KernelNoise {
  double bandwidth;  ///< > 0, that of the row
};

using PathNoise = std::variant<Noiseless, SourceNoise, BridgeNoise, KernelNoise>;

/// std_t, t in [0, 1]; 0 for Noiseless.
double noise_std(const PathNoise& noise, const Scheduler& scheduler, double t);

}  // namespace fm
