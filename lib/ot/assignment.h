// Exact assignment: the permutation that carries one cloud to another of equal size at the least total cost,
// with its proof by the dual problem. The empirical W2 and the coupling of minibatches are both this.
#pragma once

#include <vector>

#include "core/instruction_set.h"
#include "core/types.h"
#include "ot/extra_rows.h"

namespace fm {

/// Solution of  min over permutations of sum_i c_i,to_i  and of its dual  max sum u_i + sum v_j, u_i + v_j <=
/// c_ij.
struct Assignment {
  std::vector<Index> to;  ///< (n), row i goes with column to_i
  Vector u, v;            ///< (n), c_ij - u_i - v_j >= 0 up to rounding
  double cost = 0;        ///< sum_i c_i,to_i
  double gap = 0;  ///< sum_i of c_i,to_i - u_i - v_to_i >= 0: `cost` is at most this above the least cost
};

/// Points of a dense problem: by a matrix, or with extra rows.
constexpr Index max_assignment = 20000;

/// c_ij = |x_i - y_j|^2, or what extra rows say; x, y (D, n). Deterministic; which of equally good ones is
/// found depends on the order of the points.
/// Up to 2048 points, and with extra rows, in single precision, mended in double (single_assignment.h,
/// repair.h), where that can tell near columns apart: in 0.16 ms for 256 points in the plane, 2 ms for 1024
/// (AVX-512, one core), from the points alone if D <= 2, else from a matrix. Otherwise in double (auction.h,
/// augment.h) up to 1024 points and with extra rows, from a matrix of 8 n^2 bytes up to 512 MiB (n = 8192)
/// and beyond by costs that are computed for each use; in time about n^2 log n for clouds without ties, n^3
/// at worst. Otherwise by solve_transportation(), in memory O(D n), whose errors are thrown. The certificate
/// is checked: gap <= n (n + 8) 2^-52 max(|u|, |v|), the rounding of n changes of a price and a few
/// operations of its own in each of n rows. Throws data errors "assignment-size" (unequal clouds),
/// "not-finite" (also for squares that overflow), limit error "assignment-limit" (n > max_assignment),
/// numeric error "assignment-gap".
Assignment solve_assignment(PointsIn x, PointsIn y, const ExtraRows& extra = {});

/// Costs of any sign as a matrix (n, n), row i with column j. Throws as above.
Assignment solve_assignment(const Eigen::Ref<const Eigen::MatrixXd>& costs);

/// The same by all costs for any n, with chosen inner loops, for tests.
Assignment solve_assignment(PointsIn x, PointsIn y, InstructionSet set, const ExtraRows& extra = {});

/// The permutation alone: x_i goes with y_to_i.
std::vector<Index> assign(PointsIn x, PointsIn y, const ExtraRows& extra = {});

}  // namespace fm
