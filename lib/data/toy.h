// Toy clouds whose law is known, as one family. Rows are independent draws from the law: a cloud that puts
// exactly half of its points on each moon has a smaller noise floor than any honest sample can reach.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "core/random.h"
#include "core/types.h"
#include "data/toy_clouds.h"
#include "data/toy_curves.h"

namespace fm {

using Toy =
    std::variant<Moons, EightGaussians, Checkerboard, Rings, Pinwheel, SCurve, SwissRoll, TwoSpirals, Funnel>;

/// Names of the cloud's columns (D).
std::vector<std::string> toy_columns(const Toy& toy);

/// Names of the parts that the cloud is made of, each as likely as the others; none where there are more than
/// max_classes.
std::vector<std::string> toy_parts(const Toy& toy);

/// Draws and what they come from.
struct LabelledPoints {
  Points points;  ///< (D, N)
  Vector parts;   ///< (N), numbers of the parts
};

/// Rows first_row, ..., first_row + count - 1 of the endless sample of that seed.
LabelledPoints draw_labelled_toy(const Toy& toy, const Random& random, std::uint64_t first_row, Index count);
/// Their points alone, (D, count).
Points draw_toy(const Toy& toy, const Random& random, std::uint64_t first_row, Index count);

/// log p of each point of x (D, N); -inf where there are no points. Closed form for the clouds of
/// toy_clouds.h, quadrature to 1e-12 for those of toy_curves.h. Throws usage error "no-density" for a cloud
/// that has none.
Vector toy_log_density(const Toy& toy, PointsIn x);

}  // namespace fm
