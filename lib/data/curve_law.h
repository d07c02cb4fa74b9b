// The law of a point on plane curves, blurred: c on one of K arcs, each with probability 1/K, and
//   x = scale (c(a) + noise z) + shift,   z ~ N(0, I),   a on [from, to] of its arc.
// Its density has no closed form (but for whole circles); it is a quadrature over a.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/random.h"
#include "core/types.h"

namespace fm {

/// One arc and the law of its parameter a, which is an angle.
struct Arc {
  std::string name;
  double from = 0, to = 0;
  bool rising = false;  ///< the density of a is proportional to a - from; else it is uniform
  double speed = 1;     ///< |dc/da| is nowhere larger
  std::function<Eigen::Vector2d(double)> at;
};

struct CurveLaw {
  std::vector<Arc> arcs;
  double noise = 0;
  double scale = 1;
  double shift = 0;
};

/// One point, into `point` (2); returns the number of its arc.
Index draw(const CurveLaw& law, Draws& draws, VectorOut point);

/// log p of each point x (2, N), relative error of p below 1e-12: Gauss and Legendre with 16 nodes on pieces
/// of an arc along which the exponent changes by at most some 12. Throws usage error "no-density" without
/// noise, with one below a 100 000th of the arcs' length or above 2^500, and numeric error "far-from-curves"
/// where x is so far from all arcs that it would take more than a million pieces. Cost O(N length / noise),
/// more where x is far from all arcs.
Vector log_density(const CurveLaw& law, PointsIn x);

}  // namespace fm
