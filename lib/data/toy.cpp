#include "data/toy.h"

namespace fm {

namespace {

template <CurveToy T>
std::vector<std::string> columns_of(const T&) {
  return {"x", "y"};
}

template <CurveToy T>
std::vector<std::string> parts_of(const T& toy) {
  std::vector<std::string> names;
  for (const Arc& arc : curve_law(toy).arcs) names.push_back(arc.name);
  return names;
}

/// What draw() takes: a cloud itself, or its curves.
template <class T>
auto law_of(const T& toy) {
  if constexpr (CurveToy<T>)
    return curve_law(toy);
  else
    return toy;
}

}  // namespace

std::vector<std::string> toy_columns(const Toy& toy) {
  return std::visit([](const auto& member) { return columns_of(member); }, toy);
}

std::vector<std::string> toy_parts(const Toy& toy) {
  return std::visit([](const auto& member) { return parts_of(member); }, toy);
}

LabelledPoints draw_labelled_toy(const Toy& toy, const Random& random, std::uint64_t first_row, Index count) {
  LabelledPoints drawn{Points(static_cast<Index>(toy_columns(toy).size()), count), Vector(count)};
  std::visit(
      [&](const auto& member) {
        const auto law = law_of(member);
        for (Index n = 0; n < count; ++n) {
          Draws draws = random.row(first_row + static_cast<std::uint64_t>(n));
          drawn.parts(n) = static_cast<double>(draw(law, draws, drawn.points.col(n)));
        }
      },
      toy);
  return drawn;
}

Points draw_toy(const Toy& toy, const Random& random, std::uint64_t first_row, Index count) {
  return draw_labelled_toy(toy, random, first_row, count).points;
}

Vector toy_log_density(const Toy& toy, PointsIn x) {
  return std::visit(
      [&]<class T>(const T& member) -> Vector {
        if constexpr (CurveToy<T>) {
          return log_density(curve_law(member), x);
        } else {
          Vector log_p(x.cols());
          for (Index n = 0; n < x.cols(); ++n) log_p(n) = log_density(member, x.col(n));
          return log_p;
        }
      },
      toy);
}

}  // namespace fm
