#include "plot/text_picture.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/error.h"
#include "core/text.h"

namespace fm {

namespace {

constexpr int least_width = 16, least_height = 6;
constexpr std::size_t max_label = 60;  // bytes

/// Of the series `number` in the key, where there are no colours.
char letter(int number) {
  constexpr std::array<char, 8> letters = {'o', '+', 'x', '*', '#', '@', '%', '&'};
  return letters[static_cast<std::size_t>(number) % letters.size()];
}

std::size_t characters(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & '\xc0') != '\x80'; }));
}

std::string painted(const std::string& text, Colour colour, bool paint) {
  if (!paint) return text;
  const auto level = [](std::uint8_t value) { return (value * 5 + 127) / 255; };  // of the 6 x 6 x 6 cube
  const int code = 16 + 36 * level(colour.red) + 6 * level(colour.green) + level(colour.blue);
  return "\x1b[38;5;" + std::to_string(code) + "m" + text + "\x1b[0m";
}

/// The character U+2800 + pattern.
std::string braille(unsigned pattern) {
  return {'\xe2', static_cast<char>(0xa0 | (pattern >> 6)), static_cast<char>(0x80 | (pattern & 0x3f))};
}

/// What the layers leave in the character cells of a panel.
class Canvas {
 public:
  Canvas(const Panel& panel, int width, int height)
      : width_(width), height_(height), x_(panel.x), y_(panel.y), cells_(width * height) {
    if (panel.equal) equalise();
    for (const Layer& layer : panel.layers) std::visit([this](const auto& l) { draw(l); }, layer);
  }

  const Axis& x() const { return x_; }
  const Axis& y() const { return y_; }

  std::string line(int row, bool colour) const {
    std::string out;
    for (int column = 0; column < width_; ++column) out += text(cells_[row * width_ + column], colour);
    while (out.ends_with(' ')) out.pop_back();
    return out;
  }

 private:
  struct Series {
    Colour colour;
    int letter;  // of those that are named in the key, -1 for others
  };
  struct Ink {
    std::size_t series;
    unsigned pattern;
    int count;
  };
  struct Cell {
    double heat = -1;
    std::vector<Ink> ink;
  };

  /// Stretches one axis until a unit is as long on both: the dots of Braille stand on squares.
  void equalise() {
    const double x_unit = (x_.high - x_.low) / (2 * width_), y_unit = (y_.high - y_.low) / (4 * height_);
    Axis& axis = x_unit > y_unit ? y_ : x_;
    const double length = std::max(x_unit, y_unit) * (x_unit > y_unit ? 4 * height_ : 2 * width_);
    const double middle = axis.low + (axis.high - axis.low) / 2;
    axis.low = middle - length / 2;
    axis.high = middle + length / 2;
  }

  /// What is named in the key lies over what is not.
  std::string text(const Cell& cell, bool colour) const {
    if (cell.ink.empty()) return cell.heat < 0 ? " " : shade(cell.heat, colour);
    const auto weight = [&](const Ink& ink) {
      return std::pair(series_[ink.series].letter >= 0, std::pair(ink.count, ink.series));
    };
    const auto most = std::max_element(cell.ink.begin(), cell.ink.end(),
                                       [&](const Ink& a, const Ink& b) { return weight(a) < weight(b); });
    const Series& series = series_[most->series];
    if (!colour && named_ > 1 && series.letter >= 0) return {letter(series.letter)};
    return painted(braille(most->pattern), series.colour, colour);
  }

  static std::string shade(double share, bool colour) {
    if (colour) return painted("█", viridis(share), true);
    constexpr std::array<const char*, 5> shades = {" ", "░", "▒", "▓", "█"};
    return shades[std::min<std::size_t>(4, static_cast<std::size_t>(std::lround(share * 4)))];
  }

  static double share(const Axis& axis, double value) {
    if (axis.log) return std::log(value / axis.low) / std::log(axis.high / axis.low);
    return (value - axis.low) / (axis.high - axis.low);
  }
  double dot_x(double x) const { return share(x_, x) * 2 * width_; }
  double dot_y(double y) const { return (1 - share(y_, y)) * 4 * height_; }

  std::size_t series_of(Colour colour, const std::string& label) {
    series_.push_back({colour, label.empty() ? -1 : named_++});
    return series_.size() - 1;
  }

  void set(double x, double y, std::size_t series) {
    if (!(x >= 0 && x < 2 * width_ && y >= 0 && y < 4 * height_)) return;
    constexpr unsigned bits[4][2] = {{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};
    const int column = static_cast<int>(x), row = static_cast<int>(y);
    auto& ink = cells_[row / 4 * width_ + column / 2].ink;
    auto mine = std::find_if(ink.begin(), ink.end(), [&](const auto& i) { return i.series == series; });
    if (mine == ink.end()) mine = ink.insert(ink.end(), {series, 0, 0});
    mine->pattern |= bits[row % 4][column % 2];
    ++mine->count;
  }

  void segment(double x0, double y0, double x1, double y1, std::size_t series) {
    const double dots = std::ceil(std::max(std::abs(x1 - x0), std::abs(y1 - y0)));
    const double steps = std::clamp(dots, 1.0, 4096.0);  // more than any canvas has along a side
    for (double k = 0; k <= steps; ++k) set(x0 + (x1 - x0) * k / steps, y0 + (y1 - y0) * k / steps, series);
  }

  void draw(const Dots& dots) {
    const std::size_t series = series_of(dots.colour, dots.label);
    for (Index n = 0; n < dots.at.cols(); ++n) set(dot_x(dots.at(0, n)), dot_y(dots.at(1, n)), series);
  }

  void draw(const Lines& lines) {
    const std::size_t series = series_of(lines.colour, lines.label);
    for (const Points& run : lines.runs)
      for (Index n = 0; n < run.cols(); ++n) {
        const Index before = std::max<Index>(n - 1, 0);
        segment(dot_x(run(0, before)), dot_y(run(1, before)), dot_x(run(0, n)), dot_y(run(1, n)), series);
      }
  }

  void draw(const Arrows& arrows) {
    const std::size_t series = series_of(arrows.colour, {});
    for (Index n = 0; n < arrows.from.cols(); ++n) {
      const double x0 = dot_x(arrows.from(0, n)), y0 = dot_y(arrows.from(1, n));
      const double x1 = dot_x(arrows.from(0, n) + arrows.by(0, n));
      const double y1 = dot_y(arrows.from(1, n) + arrows.by(1, n));
      segment(x0, y0, x1, y1, series);
      constexpr double angle = 2.6;  // radians from the direction of the arrow
      const double barb = std::min(2.5, std::hypot(x1 - x0, y1 - y0) / 2);  // dots
      const double direction = std::atan2(y1 - y0, x1 - x0);
      for (const double turn : {angle, -angle})
        segment(x1, y1, x1 + barb * std::cos(direction + turn), y1 + barb * std::sin(direction + turn),
                series);
    }
  }

  void draw(const Heat& heat) {
    const double top = heat.value.maxCoeff();
    if (!(top > 0)) return;
    for (int row = 0; row < height_; ++row)
      for (int column = 0; column < width_; ++column) {
        const double x = x_.low + (column + 0.5) / width_ * (x_.high - x_.low);
        const double y = y_.high - (row + 0.5) / height_ * (y_.high - y_.low);
        const double at_x = (x - heat.low[0]) / (heat.high[0] - heat.low[0]);
        const double at_y = (y - heat.low[1]) / (heat.high[1] - heat.low[1]);
        if (!(at_x >= 0 && at_x < 1 && at_y >= 0 && at_y < 1)) continue;
        const auto c = static_cast<Index>(at_x * static_cast<double>(heat.columns));
        const auto r = static_cast<Index>(at_y * static_cast<double>(heat.rows));
        cells_[row * width_ + column].heat = std::max(0.0, heat.value(r * heat.columns + c) / top);
      }
  }

  void draw(const Steps& steps) {
    const std::size_t series = series_of(steps.colour, steps.label);
    const double width = (steps.high - steps.low) / static_cast<double>(steps.height.size());
    double before = dot_y(0);
    for (Index k = 0; k < steps.height.size(); ++k) {
      const double left = dot_x(steps.low + static_cast<double>(k) * width);
      const double right = dot_x(steps.low + static_cast<double>(k + 1) * width);
      const double top = dot_y(steps.height(k));
      segment(left, before, left, top, series);
      segment(left, top, right, top, series);
      before = top;
    }
    segment(dot_x(steps.high), before, dot_x(steps.high), dot_y(0), series);
  }

  int width_, height_;
  Axis x_, y_;
  std::vector<Cell> cells_;
  std::vector<Series> series_;
  int named_ = 0;
};

std::string shown(const std::string& label) {
  return escaped(label, max_label);
}

/// "o moons.csv  + new.csv", each sign as in the panel.
std::string key_line(const std::vector<KeyEntry>& key, bool colour) {
  std::vector<std::string> entries;
  for (std::size_t k = 0; k < key.size(); ++k) {
    const std::string sign = colour || key.size() == 1 ? "•" : std::string{letter(static_cast<int>(k))};
    entries.push_back(painted(sign, key[k].colour, colour) + " " + shown(key[k].label));
  }
  return joined(entries, "  ");
}

/// Labels of an axis' two ends, a name between them.
std::string under_axis(const Axis& axis, std::size_t width) {
  const std::string low = rounded(axis.low, 3), high = rounded(axis.high, 3), name = shown(axis.label);
  const std::size_t taken = characters(low) + characters(high) + characters(name);
  if (taken + 4 > width) return low + "  " + name + "  " + high;
  const std::size_t left = std::max<std::size_t>(2, (width - characters(name)) / 2 - characters(low));
  return low + std::string(left, ' ') + name + std::string(width - taken - left, ' ') + high;
}

/// The panel as lines.
std::vector<std::string> panel_lines(const Panel& panel, int width, int height, bool colour) {
  if (panel.blank) return std::vector<std::string>(static_cast<std::size_t>(height));
  std::vector<std::string> lines;
  if (!panel.title.empty()) lines.push_back(shown(panel.title));
  if (!panel.y.label.empty()) lines.push_back(shown(panel.y.label));
  const int frame = static_cast<int>(lines.size()) + 2;  // the axis and its labels
  const int rows = std::max(2, height - frame);
  constexpr int gutter = 9;  // of the labels: "-1.23e-05"
  const Canvas canvas(panel, std::max(4, width - gutter - 2), rows);
  for (int row = 0; row < rows; ++row) {
    const std::string label = row == 0          ? rounded(canvas.y().high, 3)
                              : row == rows - 1 ? rounded(canvas.y().low, 3)
                                                : "";
    const std::size_t blanks = gutter - std::min<std::size_t>(gutter, characters(label));
    lines.push_back(std::string(blanks, ' ') + label + (label.empty() ? " │" : " ┤") +
                    canvas.line(row, colour));
  }
  std::string axis = std::string(gutter, ' ') + " └";
  for (int k = 0; k < std::max(4, width - gutter - 2); ++k) axis += "─";
  lines.push_back(axis);
  lines.push_back(std::string(gutter + 2, ' ') +
                  under_axis(canvas.x(), static_cast<std::size_t>(std::max(4, width - gutter - 2))));
  return lines;
}

/// Characters that are seen: without escape codes.
std::size_t seen(const std::string& line) {
  std::string plain;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] != '\x1b')
      plain += line[i];
    else
      i = line.find('m', i);
  }
  return characters(plain);
}

std::vector<std::string> side_by_side(const std::vector<std::vector<std::string>>& blocks,
                                      std::size_t width) {
  std::vector<std::string> lines;
  for (const auto& block : blocks) lines.resize(std::max(lines.size(), block.size()));
  for (std::size_t row = 0; row < lines.size(); ++row)
    for (std::size_t b = 0; b < blocks.size(); ++b) {
      const std::size_t start = b * (width + 1), there = seen(lines[row]);
      if (there < start) lines[row].append(start - there, ' ');
      if (row < blocks[b].size()) lines[row] += blocks[b][row];
    }
  return lines;
}

}  // namespace

std::string text_picture(const Picture& picture, TextSize size, bool colour) {
  // As many panels side by side as fit; all of them under each other if the grid is wider.
  const int columns = static_cast<int>(picture.columns);
  const int width = (size.width - (columns - 1)) / columns;
  const bool fits = width >= least_width;
  const std::size_t across = fits ? picture.columns : 1;
  const std::size_t rows = (picture.panels.size() + across - 1) / across;
  std::vector<std::string> head;
  if (!picture.title.empty()) head.push_back(shown(picture.title));
  for (const Panel& panel : picture.panels)
    if (const auto key = key_of_panel(panel); !key.empty() && head.size() < 2)
      head.push_back(key_line(key, colour));
  const int height =
      std::max(least_height, (size.height - static_cast<int>(head.size())) / static_cast<int>(rows));
  std::string out;
  const auto add = [&](std::string line) {
    while (line.ends_with(' ')) line.pop_back();
    out += line + "\n";
  };
  for (const std::string& line : head) add(line);
  for (std::size_t first = 0; first < picture.panels.size(); first += across) {
    std::vector<std::vector<std::string>> blocks;
    for (std::size_t k = first; k < std::min(first + across, picture.panels.size()); ++k)
      if (fits || !picture.panels[k].blank)
        blocks.push_back(panel_lines(picture.panels[k], fits ? width : size.width, height, colour));
    for (const std::string& line : side_by_side(blocks, static_cast<std::size_t>(fits ? width : size.width)))
      add(line);
  }
  return out;
}

}  // namespace fm
