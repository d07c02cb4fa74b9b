// The conditional flow matching loss of a network and its gradient.
//   L = mean over points of w l(q),   q = mean over columns of q_t ((F(z, t) - (u_t - v_lin(t, x_t)) /
//   r_t))^2
// the regression of the network on the conditional velocity in the preconditioned space, with l(q) = q unless
// another loss is chosen (model/regression_loss.h) and w = 1 unless the batch brings weights. Up to the
// weights q_t/r_t^2 it is then E|v(t, x_t) - u_t|^2 of Lipman et al. 2023 (arXiv:2210.02747, eq. 9); q_t is
// 1, or makes L the error of another prediction (model/preconditioner.h). A path at rest (r_t below the
// normal doubles: polynomial near t = 0) says nothing and counts as no error.
#pragma once

#include <memory>
#include <vector>

#include "core/types.h"
#include "data/condition.h"
#include "model/network_field.h"
#include "model/regression_loss.h"
#include "nn/compute_precision.h"

namespace fm {

/// A batch of points on conditional paths.
struct PathBatch {
  Vector t;            // (B)
  Points xt;           // (D, B)
  Points ut;           // (M, B), what the network regresses: the conditional velocity, M = D; for a bridge
                       // path (flow/conditional_path.h) its two targets, M = 2D
  Vector weight = {};  // (B), or (0): all 1
  SparseCodes condition = {};  // of B columns; empty where the network knows none
};

struct Loss {
  double normalised = 0;  ///< L, what is minimised
  double velocity = 0;  ///< E|v - u_t|^2, in squared units of the coordinates; no loss or weight changes it.
                        ///< For a bridge path, where that is infinite, the mean squared error of its targets
};

/// Work space for one shape of network and one size of batch, so that a step allocates nothing. Blocks of
/// points are independent, and so are parts of the gradient, which sums over the blocks in their order: any
/// number of threads gives the same bits. Memory is that of some 256 points for each two of threads(),
/// however large the batch.
class Objective {
 public:
  /// `network` must outlive this; its parameters may change between calls. Throws usage error "bf16" if this
  /// processor lacks the precision.
  Objective(const Network& network, Index batch_size, const RegressionLoss& loss = Mse{},
            ComputePrecision precision = ComputePrecision::float32);

  /// Loss and its gradient (parameters).
  Loss gradient(const PathBatch& batch, std::vector<float>& gradient);
  /// Loss alone.
  Loss value(const PathBatch& batch);

 private:
  /// What one block of points needs beside the network.
  struct Errors {
    Points base, scale, weight, error;  // (M, block_points)
    double normalised = 0, velocity = 0;
  };
  Loss evaluate(const PathBatch& batch, std::vector<float>* gradient);

  /// Evaluates points begin, ..., end - 1 of the batch in a block.
  void evaluate_block(const PathBatch& batch, Index begin, Index end, Index block, bool with_gradient);

  /// Adds the losses of these points from their errors, and sets the derivatives in the network's output.
  void add_losses(const PathBatch& batch, Index first, Index count, Index block);

  const Network& network_;
  const RegressionLoss loss_;
  const std::unique_ptr<NetworkBatch<float>> mlp_;
  std::vector<Errors> errors_;  // of each block
};

}  // namespace fm
