#include "plot/picture.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "core/error.h"
#include "core/text.h"

namespace fm {

Colour series_colour(std::size_t series) {
  constexpr std::array<Colour, 8> okabe_ito = {{{0, 114, 178},
                                                {213, 94, 0},
                                                {0, 158, 115},
                                                {204, 121, 167},
                                                {230, 159, 0},
                                                {86, 180, 233},
                                                {0, 0, 0},
                                                {240, 228, 66}}};
  return okabe_ito[series % okabe_ito.size()];
}

const std::vector<Colour>& viridis_nodes() {
  static const std::vector<Colour> nodes = {{68, 1, 84},    {71, 44, 122},  {59, 81, 139},
                                            {44, 113, 142}, {33, 144, 141}, {39, 173, 129},
                                            {92, 200, 99},  {170, 220, 50}, {253, 231, 37}};
  return nodes;
}

Colour viridis(double share) {
  const auto& nodes = viridis_nodes();
  const double place = std::clamp(share, 0.0, 1.0) * static_cast<double>(nodes.size() - 1);
  const std::size_t below = std::min(static_cast<std::size_t>(place), nodes.size() - 2);
  const double rest = place - static_cast<double>(below);
  const auto between = [&](std::uint8_t a, std::uint8_t b) {
    return static_cast<std::uint8_t>(std::lround(a + rest * (b - a)));
  };
  const Colour &a = nodes[below], &b = nodes[below + 1];
  return {between(a.red, b.red), between(a.green, b.green), between(a.blue, b.blue)};
}

namespace {

void add_key(const Heat&, std::vector<KeyEntry>&) {}
void add_key(const Arrows&, std::vector<KeyEntry>&) {}
void add_key(const auto& layer, std::vector<KeyEntry>& key) {
  if (!layer.label.empty()) key.push_back({layer.label, layer.colour});
}

}  // namespace

std::vector<KeyEntry> key_of_panel(const Panel& panel) {
  std::vector<KeyEntry> key;
  for (const Layer& layer : panel.layers) std::visit([&](const auto& l) { add_key(l, key); }, layer);
  return key;
}

Axis axis_around(std::string label, double low, double high, bool log) {
  constexpr double margin = 0.04;  // of the length of the axis, on both sides
  Axis axis{std::move(label), low, high, log, true};
  if (log) {
    const double ratio = high > low ? std::pow(high / low, margin) : 2;
    axis.low = low / ratio;
    axis.high = high * ratio;
  } else {
    const double length = high - low;
    // A stretch that doubles hardly resolve is drawn as a point.
    const double least = 1e-9 * std::max(std::abs(low), std::abs(high));
    const double room = length > least ? margin * length : low == 0 && high == 0 ? 1 : std::abs(high) / 10;
    axis.low = low - room;
    axis.high = high + room;
  }
  const bool drawable = std::isfinite(axis.high - axis.low) && axis.low < axis.high && (!log || axis.low > 0);
  if (!drawable)
    throw data_error("plot-range", "values from " + shortest(low) + " to " + shortest(high) +
                                       " cannot be drawn on one axis");
  return axis;
}

std::string time_text(double t) {
  char text[32];
  std::snprintf(text, sizeof text, "%.4g", t);
  return text;
}

}  // namespace fm
