#include "ode/time_grid.h"

#include <cmath>
#include <numbers>

namespace fm {

namespace {

double time_of(const UniformGrid&, double s) {
  return s;
}
double share_of(const UniformGrid&, double t) {
  return t;
}

double time_of(const CosineGrid&, double s) {
  return (1 - std::cos(std::numbers::pi * s)) / 2;
}
double share_of(const CosineGrid&, double t) {
  return std::acos(1 - 2 * t) / std::numbers::pi;
}

double time_of(const PowerGrid& grid, double s) {
  return 1 - std::pow(1 - s, grid.exponent);
}
double share_of(const PowerGrid& grid, double t) {
  return 1 - std::pow(1 - t, 1 / grid.exponent);
}

double time_of(const ShiftGrid& grid, double s) {
  return s / (s + grid.by * (1 - s));
}
double share_of(const ShiftGrid& grid, double t) {
  return grid.by * t / (1 - t + grid.by * t);
}

}  // namespace

double grid_time(const TimeGrid& grid, double s) {
  return std::visit([s](const auto& member) { return time_of(member, s); }, grid);
}

double grid_share(const TimeGrid& grid, double t) {
  return std::visit([t](const auto& member) { return share_of(member, t); }, grid);
}

}  // namespace fm
