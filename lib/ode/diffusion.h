// How much a stochastic path diffuses: g(t) in dX = [u + g^2/2 s] dt + g dW, all of which have the marginals
// of the ODE dX = u dt. On a path x_t = centre_t + std_t z (flow/path_noise.h) z then is an
// Ornstein-Uhlenbeck process,
//   dz = -(g/std)^2 / 2 z dt + (g/std) dW,
// so all that g does between t and t_new is to keep a share k = exp(-int (g/std)^2 / 2 dt) of z. Every k in
// [0, 1] belongs to some g: an approximate integral changes g a little, and the marginals not at all.
#pragma once

#include <cstdint>
#include <tuple>
#include <variant>

#include "core/fields.h"
#include "flow/path_noise.h"
#include "ode/solver.h"
#include "ode/time_grid.h"

namespace fm {

/// Steps of a stochastic path, one evaluation of the field each.
struct DiffusionSteps {
  std::int64_t steps = 100;
  TimeGrid grid = UniformGrid{};
  static constexpr auto fields() {
    using S = DiffusionSteps;
    return std::tuple{field("steps", &S::steps, detail::step_help, detail::step_range),
                      field("grid", &S::grid, detail::grid_help)};
  }
};

/// The path's own: paths then are those of the diffusion whose bridges the path is made of. For SourceNoise
/// the reverse of the diffusion from data to noise, g^2 = 2 (sigma^2 d_alpha/alpha - sigma d_sigma), k =
/// snr(t) / snr(t_new) (Anderson 1982; Ho et al. 2020, arXiv:2006.11239). For BridgeNoise g = bridge_std:
/// with the entropic plan, the Schroedinger bridge. For KernelNoise the g of SourceNoise, so that g is one
/// for all rows; with std = sigma + h alpha
///   k = (alpha std_new) / (alpha_new std) exp(sigma / std - sigma_new / std_new),
/// since with r = alpha / sigma and dr/r = d_alpha/alpha - d_sigma/sigma int (g/std)^2 / 2 dt is int dr / (r
/// (1 + h r)^2), and log(r / (1 + h r)) + 1 / (1 + h r) the antiderivative.
struct OwnDiffusion : DiffusionSteps {
  static constexpr auto name = "own";
  static constexpr auto summary = "the path's own: the reversed noising diffusion, or the bridge's noise";
};

/// For SourceNoise and KernelNoise k = exp(-g^2 (t_new - t) / (2 std(t) std(t_new))), exact where std is
/// linear.
struct ConstantDiffusion : DiffusionSteps {
  static constexpr auto name = "constant";
  static constexpr auto summary = "the same g at all times (in coordinates; 0: no noise is added)";
  double g = 1;
  static constexpr auto fields() {
    return std::tuple_cat(std::tuple{field("g", &ConstantDiffusion::g, "noise rate", at_least(0))},
                          DiffusionSteps::fields());
  }
};

/// k = exp(-scale^2 (t_new - t) / 2). For KernelNoise the noise meant is sigma, one for all rows, and the
/// exponent that times sigma(t) sigma(t_new) / (std(t) std(t_new)).
struct SigmaDiffusion : DiffusionSteps {
  static constexpr auto name = "sigma";
  static constexpr auto summary = "g = scale times the noise that the path has at that time";
  double scale = 1;
  static constexpr auto fields() {
    return std::tuple_cat(std::tuple{field("scale", &SigmaDiffusion::scale, "factor", at_least(0))},
                          DiffusionSteps::fields());
  }
};

using Diffusion = std::variant<OwnDiffusion, ConstantDiffusion, SigmaDiffusion>;

/// k in [0, 1] between t and t_new in [0, 1], in either direction. 0 where there is no noise at t, so that
/// x_t does not tell z: all of it is then fresh. `noise` is not Noiseless.
double kept_noise(const Diffusion& diffusion, const PathNoise& noise, const Scheduler& scheduler, double t,
                  double t_new);

const DiffusionSteps& steps_of(const Diffusion& diffusion);

}  // namespace fm
