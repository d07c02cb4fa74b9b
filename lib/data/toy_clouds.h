// Toy clouds whose density is known in closed form. For each: names of its columns (D) and of its parts, one
// draw into `point` (D), which returns the number of its part, and log p of one point (D).
#pragma once

#include <cstdint>
#include <string>
#include <tuple>
#include <vector>

#include "core/fields.h"
#include "core/random.h"
#include "core/types.h"

namespace fm {

/// Eight normal modes of standard deviation `std` at equal angles on a circle of that radius, each with
/// probability 1/8. The defaults are those of Tong et al. 2024, arXiv:2307.03672.
struct EightGaussians {
  static constexpr auto name = "8gaussians";
  static constexpr auto summary = "eight normal modes on a circle";
  double radius = 5;
  double std = 1;
  static constexpr auto fields() {
    return std::tuple{field("radius", &EightGaussians::radius, "radius of the circle", at_least(0)),
                      field("std", &EightGaussians::std, "standard deviation of a mode", at_least(0))};
  }
};

/// Uniform on the cells of even index sum of a board of `cells`^D cells over [-half_width, half_width]^D. The
/// defaults are those of Grathwohl et al. 2019, arXiv:1810.01367.
struct Checkerboard {
  static constexpr auto name = "checkerboard";
  static constexpr auto summary = "every other cell of a board, uniformly";
  std::int64_t cells = 4;
  std::int64_t dimension = 2;
  double half_width = 4;
  static constexpr auto fields() {
    using C = Checkerboard;
    return std::tuple{field("cells", &C::cells, "cells along a side", between(1, 32)),
                      field("dimension", &C::dimension, "columns", between(1, 10)),
                      field("half_width", &C::half_width, "half a side of the board", above(0))};
  }
};

/// Arms of normal law, twisted: with f = (1 + radial_std z0, tangential_std z1), r = |f|,
///   x = scale R(2 pi k / arms + rate exp(r)) f,   R(a) the rotation by a, k uniform.
/// A turn by an angle that depends on the radius alone keeps areas, so the density is that of the arms
/// untwisted. Johnson et al. 2016, arXiv:1603.06277, twist by exp(f_0) instead of exp(r), which folds the
/// plane; their defaults.
struct Pinwheel {
  static constexpr auto name = "pinwheel";
  static constexpr auto summary = "normal arms, twisted around the centre";
  std::int64_t arms = 5;
  double radial_std = 0.3;
  double tangential_std = 0.1;
  double rate = 0.25;
  double scale = 2;
  static constexpr auto fields() {
    using P = Pinwheel;
    return std::tuple{
        field("arms", &P::arms, "arms", between(1, 100)),
        field("radial_std", &P::radial_std, "standard deviation along an arm, before scaling", above(0)),
        field("tangential_std", &P::tangential_std, "standard deviation across an arm", above(0)),
        field("rate", &P::rate, "how much the arms are twisted"),
        field("scale", &P::scale, "factor of the whole cloud", above(0))};
  }
};

/// v ~ N(0, std^2) and D - 1 further columns that given v are N(0, exp(v)): a funnel whose mouth and neck
/// differ in width by orders of magnitude. The defaults are those of Neal 2003, Slice sampling, section 8.
struct Funnel {
  static constexpr auto name = "funnel";
  static constexpr auto summary = "normal columns whose variance is exp of the first";
  std::int64_t dimension = 10;
  double std = 3;
  static constexpr auto fields() {
    return std::tuple{
        field("dimension", &Funnel::dimension, "columns, the first included", between(2, 1000)),
        field("std", &Funnel::std, "standard deviation of the first column", between(1e-3, 100))};
  }
};

std::vector<std::string> columns_of(const EightGaussians& ring);
std::vector<std::string> columns_of(const Checkerboard& board);
std::vector<std::string> columns_of(const Pinwheel& wheel);
std::vector<std::string> columns_of(const Funnel& funnel);

std::vector<std::string> parts_of(const EightGaussians& ring);
/// Cells in the order of their numbers, named by their indices ("cell0-2"); none if there are more than
/// max_classes.
std::vector<std::string> parts_of(const Checkerboard& board);
std::vector<std::string> parts_of(const Pinwheel& wheel);
std::vector<std::string> parts_of(const Funnel& funnel);

Index draw(const EightGaussians& ring, Draws& draws, VectorOut point);
Index draw(const Checkerboard& board, Draws& draws, VectorOut point);
Index draw(const Pinwheel& wheel, Draws& draws, VectorOut point);
Index draw(const Funnel& funnel, Draws& draws, VectorOut point);

/// Throws usage error "no-density" for std = 0.
double log_density(const EightGaussians& ring, VectorIn x);
/// -inf outside the cells.
double log_density(const Checkerboard& board, VectorIn x);
double log_density(const Pinwheel& wheel, VectorIn x);
double log_density(const Funnel& funnel, VectorIn x);

}  // namespace fm
