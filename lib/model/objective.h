// The conditional flow matching loss of a network and its gradient.
//   L = mean over points and columns of q_t ((F(z, t) - (u_t - v_lin(t, x_t)) / r_t))^2
// the regression of the network on the conditional velocity in the preconditioned space. Up to the weights
// q_t/r_t^2 it is E|v(t, x_t) - u_t|^2 of Lipman et al. 2023 (arXiv:2210.02747, eq. 9); q_t is 1, or makes L
// the error of another prediction (model/preconditioner.h). A path at rest (r_t below the normal doubles:
// polynomial near t = 0) says nothing and counts as no error.
#pragma once

#include <vector>

#include "core/types.h"
#include "model/network_field.h"

namespace fm {

/// A batch of points on conditional paths.
struct PathBatch {
  Vector t;   // (B)
  Points xt;  // (D, B)
  Points ut;  // (D, B), conditional velocity
};

struct Loss {
  double normalised = 0;  ///< L, what is minimised
  double velocity = 0;    ///< E|v - u_t|^2, in squared units of the coordinates
};

/// Work space for one shape of network and one size of batch, so that a step allocates nothing. Work is cut
/// into fixed chunks with a gradient each, added in order: any number of threads gives the same bits.
class Objective {
 public:
  /// `network` must outlive this; its parameters may change between calls.
  Objective(const Network& network, Index batch_size);

  /// Loss and its gradient (parameters).
  Loss gradient(const PathBatch& batch, std::vector<float>& gradient);
  /// Loss alone.
  Loss value(const PathBatch& batch);

 private:
  struct Chunk {
    Mlp<float> mlp;
    Block<float> d_output;
    Points base, scale, weight;  // (D, block_points)
    std::vector<float> gradient;
    double normalised = 0, velocity = 0;
  };
  Loss evaluate(const PathBatch& batch, std::vector<float>* gradient);
  void evaluate_chunk(const PathBatch& batch, Index begin, Index end, Chunk& chunk, bool with_gradient);

  const Network& network_;
  std::vector<Chunk> chunks_;
};

}  // namespace fm
