// The theorem of flow matching in the parameters of a network u: with v the marginal velocity of a known path
// and u_t the conditional one,
//   grad L = grad E|u - u_t|^2   and   grad L* = grad E|u - v|^2   are equal,
// so that training on L, which needs pairs only, is training on L*. Over the same draws the difference of the
// two is the mean of 2 (du/dtheta)^T (v - u_t), noise of mean 0. Source: Lipman et al. 2023,
// arXiv:2210.02747, theorem 2.
#pragma once

#include <cstdint>
#include <vector>

#include "core/numeric.h"
#include "flow/exact_path.h"
#include "model/network_field.h"

namespace fm {

/// Lengths of mean gradients over draws. The standard error is the root mean square length of the noise in
/// that mean, which falls as 1/sqrt(draws). |mean|^2 exceeds the square of the true length by its square, in
/// expectation: a gradient of 0 shows as a length of about its error.
struct MatchingGradient {
  double begin = 0, end = 0;
  std::int64_t draws = 0;
  Estimate loss;        ///< |grad L|
  Estimate distance;    ///< |grad L*|
  Estimate difference;  ///< |grad L - grad L*|, from v - u_t draw by draw: nothing cancels
};

struct MatchingGradients {
  std::vector<MatchingGradient> bins;  ///< equal parts of [total.begin, total.end]
  MatchingGradient total;
};

/// Gradients over `bins` >= 1 equal parts of [begin, end], with the `draws` >= 2 points in each that
/// matching_losses() (metrics/matching_loss.h) takes for the same seed. `network` of an affine path, that of
/// `path`; [begin, end] in the domains of both. Errors from batches of at most block_points draws that are
/// neighbours in time. Results are a function of the arguments alone, for any number of threads. Cost: for
/// each draw one forward and two backward passes of the network and one evaluation of the path's field.
MatchingGradients matching_gradients(const ExactPath& path, const Network& network, double begin, double end,
                                     Index bins, Index draws, std::uint64_t seed);

}  // namespace fm
