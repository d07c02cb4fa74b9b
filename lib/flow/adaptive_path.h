// Conditional paths that end in noise of a width of their own for each row, h(x1), small where rows are
// dense:
//   x_t = alpha x1 + sigma_t(x1) x0,   sigma_t(x1) = sigma + h(x1) alpha,
//   u_t(x | x1) = (d/dt sigma_t(x1) / sigma_t(x1)) (x - alpha x1) + d_alpha x1.
// For cond-ot that is mu_t = t x1, sigma_t = 1 - (1 - h(x1)) t: the path of Lipman et al. 2023
// (arXiv:2210.02747, eq. 20) with a sigma_min for each row. From a source N(0, I) that is independent of the
// rows it ends in their variable-bandwidth kernel density estimate, the mean of N(x; x1_i, h_i^2 I) over the
// rows. Source: Breiman, Meisel and Purcell 1977, Technometrics 19, 135-144.
//
// Seen as a pair it is the affine path from x0 to its own end, x1 + h(x1) x0: xt = alpha end + sigma x0 and
// ut = d_alpha end + d_sigma x0. Whatever is known of affine paths (flow/path.h, flow/moments.h, conversions,
// changes of the scheduler) therefore holds for the pair (x0, end), whose x0 and end are dependent. The score
// is no such thing: it is -E[x0 / sigma_t(x1) | x_t], of which the velocity knows E[x0 | x_t] only.
#pragma once

#include <cstdint>
#include <string>
#include <tuple>

#include "core/fields.h"
#include "core/types.h"
#include "flow/scheduler.h"

namespace fm {

struct AdaptivePath {
  static constexpr auto name = "adaptive";
  static constexpr auto summary =
      "ends in a kernel density estimate; its bandwidth at a row, a standard deviation in coordinates, is "
      "scale "
      "times the distance to its neighbors over the root of the number of columns, or scale times the row's "
      "number in column=COL, none of the data's columns";
  std::int64_t neighbors = 10;
  double scale = 1;
  std::string column = {};
  static constexpr auto fields() {
    return std::tuple{
        field("neighbors", &AdaptivePath::neighbors, "the bandwidth reaches the K-th nearest other row",
              between(1, 1e6)),
        field("scale", &AdaptivePath::scale, "factor of all bandwidths", between(1e-6, 1e6)),
        field("column", &AdaptivePath::column,
              "column of the table that holds the bandwidths in coordinates, by name or number, "
              "instead of neighbors")};
  }
};

/// Throws usage error "bandwidth-twice" if the path names neighbors, other than the default, and a column.
void check_bandwidths(const AdaptivePath& path);

/// h (N) of the points x (D, N) among the rows (D, M), in coordinates:
///   h = scale d / sqrt(D),
/// d the Euclidean distance to the K-th nearest row, K = neighbors, so that for scale 1 a point of N(x, h^2
/// I) lies at about the distance d from x. Rows equal to x are not counted, neither x itself nor its
/// duplicates: h > 0. Throws data error "adaptive-neighbors" where fewer than K rows are left. Cost O(N M D),
/// by brute force on all threads; a function of the arguments alone.
Vector adaptive_bandwidths(const AdaptivePath& path, PointsIn x, PointsIn rows);

/// Whether a scheduler leads from the source itself to the row itself at a finite speed, to which the noise
/// of the bandwidth is then added: sigma(0) = 1, alpha(0) = 0, sigma(1) = 0.
bool takes_bandwidths(const Scheduler& scheduler);

/// Throws usage error "adaptive-scheduler" unless takes_bandwidths().
void check_adaptive_scheduler(const Scheduler& scheduler);

}  // namespace fm
