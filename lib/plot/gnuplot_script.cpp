#include "plot/gnuplot_script.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <utility>

#include "core/text.h"

namespace fm {

std::optional<FileFormat> file_format(const std::string& path) {
  const std::string name = lower_case(path);
  if (name.ends_with(".svg")) return FileFormat::svg;
  if (name.ends_with(".png")) return FileFormat::png;
  if (name.ends_with(".pdf")) return FileFormat::pdf;
  if (name.ends_with(".gif")) return FileFormat::gif;
  return std::nullopt;
}

namespace {

constexpr std::size_t max_label = 48;  // characters
constexpr int frame_delay = 8;         // hundredths of a second
constexpr int frames_held = 12;        // copies of the last frame
constexpr double dot_size = 0.4;       // of gnuplot's points

std::size_t grid_rows(const Picture& picture) {
  return (picture.panels.size() + picture.columns - 1) / picture.columns;
}

}  // namespace

PageSize natural_size(const Picture& picture) {
  const auto columns = static_cast<int>(picture.columns), rows = static_cast<int>(grid_rows(picture));
  if (columns == 1 && rows == 1) {
    const Panel& panel = picture.panels.front();
    const double shape = panel.equal ? (panel.y.high - panel.y.low) / (panel.x.high - panel.x.low) : 0.68;
    return {520, std::clamp(static_cast<int>(440 * shape) + 90, 240, 720)};
  }
  const int side = std::clamp(1400 / std::max(columns, rows), 190, 360);
  const Panel& first = picture.panels.front();
  const double shape = first.equal ? (first.y.high - first.y.low) / (first.x.high - first.x.low) : 1;
  const int height = std::clamp(static_cast<int>((side - 70) * shape) + 90, 160, side);
  return {columns * side + 20, rows * height + (picture.title.empty() ? 0 : 36)};
}

std::string gnuplot_string(const std::string& text) {
  std::string out = "'";
  std::size_t characters = 0;
  for (std::size_t i = 0; i < text.size();) {
    if (++characters > max_label) {
      out += "…";
      break;
    }
    const std::size_t length = utf8_length(text, i);
    const bool c1_control =
        length == 2 && text[i] == '\xc2' && static_cast<unsigned char>(text[i + 1]) < 0xa0;
    const bool control = static_cast<unsigned char>(text[i]) < 0x20 || text[i] == 0x7f;
    if (length == 0 || control || c1_control)
      out += '?';
    else if (text[i] == '\'')
      out += "’";
    else
      out += text.substr(i, length);
    i += std::max<std::size_t>(length, 1);
  }
  return out + "'";
}

namespace {

std::string colour_text(Colour colour, double opacity = 1) {
  const auto transparency = static_cast<unsigned>(std::lround(255 * (1 - opacity)));
  char text[16];
  std::snprintf(text, sizeof text, "\"#%02x%02x%02x%02x\"", transparency, colour.red, colour.green,
                colour.blue);
  return text;
}

std::string number(double value) {
  return shortest(value);
}

/// 1, 2 or 5 times a power of ten, the least that is not below `step`.
double tick_step(double step) {
  const double power = std::pow(10, std::floor(std::log10(step)));
  for (const double factor : {1.0, 2.0, 5.0})
    if (factor * power >= step) return factor * power;
  return 10 * power;
}

struct PanelStyle {
  int most_ticks;
  double dot_scale;
};

/// What a panel's layers become: data blocks, and the pieces of one plot command.
class PanelScript {
 public:
  PanelScript(const Panel& panel, std::string prefix, const PanelStyle& style)
      : panel_(panel), prefix_(std::move(prefix)), style_(style) {
    for (const Layer& layer : panel.layers) std::visit([this](const auto& l) { add(l); }, layer);
  }

  std::string text() const {
    if (panel_.blank || plots_.empty()) return "set multiplot next\n";
    return settings() + data_ + "plot " + joined(plots_, ", \\\n     ") + "\n";
  }

 private:
  std::string settings() const {
    std::string out = "set title " + gnuplot_string(panel_.title) + "\n";
    out += axis_settings("x", panel_.x) + axis_settings("y", panel_.y);
    out += panel_.equal ? "set size ratio -1\n" : "set size noratio\n";
    out += key_of_panel(panel_).empty() ? "unset key\n" : "set key tmargin center horizontal samplen 1.5\n";
    return out;
  }

  std::string axis_settings(const std::string& name, const Axis& axis) const {
    std::string out = (axis.log ? "set logscale " : "unset logscale ") + name + "\n";
    out += "set " + name + "range [" + number(axis.low) + ":" + number(axis.high) + "]\n";
    out += "set " + name + "label " + gnuplot_string(axis.label) + "\n";
    const bool powers = axis.log && axis.high / axis.low > 50;
    out += "set format " + name + (powers ? " '%.0e'\n" : " '%g'\n");
    if (!axis.numbered) return out + "unset " + name + "tics\n";
    const std::string step =
        axis.log ? "autofreq" : number(tick_step((axis.high - axis.low) / style_.most_ticks));
    return out + "set " + name + "tics nomirror " + step + "\n";
  }

  /// Opens a data block; its name.
  std::string block() {
    std::string name = "$" + prefix_ + std::to_string(blocks_++);
    data_ += name + " << EOD\n";
    return name;
  }

  void row(std::initializer_list<double> values) {
    const char* separator = "";
    for (const double value : values) {
      data_ += separator + number(value);
      separator = " ";
    }
    data_ += '\n';
  }

  void close(const std::string& plot, const std::string& label) {
    data_ += "EOD\n";
    plots_.push_back(plot + (label.empty() ? " notitle" : " title " + gnuplot_string(label)));
  }

  void add(const Dots& dots) {
    const std::string name = block();
    for (Index n = 0; n < dots.at.cols(); ++n) row({dots.at(0, n), dots.at(1, n)});
    // Where thousands lie over each other, what is dense is to look dense.
    const double opacity = dots.at.cols() > 4000 ? 0.3 : dots.at.cols() > 800 ? 0.5 : 0.8;
    const std::string style =
        " with points pt 7 ps " + number(dot_size * style_.dot_scale * dots.size) + " lc rgb ";
    close(name + " using 1:2" + style + colour_text(dots.colour, opacity), "");
    if (!dots.label.empty())  // its sign in the key is a larger dot
      plots_.push_back("NaN with points pt 7 ps 0.9 lc rgb " + colour_text(dots.colour) + " title " +
                       gnuplot_string(dots.label));
  }

  void add(const Lines& lines) {
    const std::string name = block();
    for (const Points& run : lines.runs) {
      for (Index n = 0; n < run.cols(); ++n) row({run(0, n), run(1, n)});
      data_ += '\n';
    }
    constexpr std::array<int, 5> signs = {7, 5, 9, 11, 13};  // disc, square, triangles, diamond, all filled
    std::string style = " using 1:2 with ";
    style += lines.mark < 0 ? "lines"
                            : "linespoints ps 0.6 pt " + std::to_string(signs[lines.mark % signs.size()]);
    if (lines.dashed) style += " dashtype 2";
    close(name + style + " lw " + number(lines.width) + " lc rgb " + colour_text(lines.colour), lines.label);
  }

  void add(const Arrows& arrows) {
    const std::string name = block();
    for (Index n = 0; n < arrows.from.cols(); ++n)
      row({arrows.from(0, n), arrows.from(1, n), arrows.by(0, n), arrows.by(1, n)});
    close(name + " using 1:2:3:4 with vectors head filled size graph 0.015,20 lw 1 lc rgb " +
              colour_text(arrows.colour),
          "");
  }

  void add(const Heat& heat) {
    const std::string name = block();
    const double width = (heat.high[0] - heat.low[0]) / static_cast<double>(heat.columns);
    const double height = (heat.high[1] - heat.low[1]) / static_cast<double>(heat.rows);
    for (Index r = 0; r < heat.rows; ++r)
      for (Index c = 0; c < heat.columns; ++c)
        row({heat.low[0] + (static_cast<double>(c) + 0.5) * width,
             heat.low[1] + (static_cast<double>(r) + 0.5) * height, heat.value(r * heat.columns + c)});
    close(name + " using 1:2:3 with image", "");
  }

  void add(const Steps& steps) {
    const std::string name = block();
    const double width = (steps.high - steps.low) / static_cast<double>(steps.height.size());
    for (Index k = 0; k < steps.height.size(); ++k)
      for (const Index edge : {k, k + 1})
        row({steps.low + static_cast<double>(edge) * width, steps.height(k)});
    close(
        name + " using 1:2 with filledcurves y=0 fs solid noborder lc rgb " + colour_text(steps.colour, 0.25),
        "");
    plots_.push_back(name + " using 1:2 with lines lw 1.2 lc rgb " + colour_text(steps.colour) +
                     (steps.label.empty() ? " notitle" : " title " + gnuplot_string(steps.label)));
  }

  const Panel& panel_;
  std::string prefix_, data_;
  std::vector<std::string> plots_;
  PanelStyle style_;
  int blocks_ = 0;
};

std::string palette() {
  std::vector<std::string> nodes;
  for (const Colour& node : viridis_nodes()) {
    char hex[8];
    std::snprintf(hex, sizeof hex, "%02x%02x%02x", node.red, node.green, node.blue);
    nodes.push_back(std::to_string(nodes.size()) + " \"#" + hex + "\"");
  }
  return "set palette defined (" + joined(nodes, ", ") + ")\nunset colorbox\n";
}

std::string terminal(FileFormat format, PageSize size, bool animated) {
  const auto sized = [&](double factor) {
    return number(size.width * factor) + "," + number(size.height * factor);
  };
  switch (format) {
    case FileFormat::svg:
      return "svg standalone noenhanced background \"white\" font \"sans-serif,11\" size " + sized(1);
    case FileFormat::png:
      return "pngcairo noenhanced font \"sans-serif,11\" fontscale 2 linewidth 2 pointscale 2 size " +
             sized(2);
    case FileFormat::pdf:
      return "pdfcairo noenhanced font \"sans-serif,11\" size " + number(size.width / 72.0) + "in," +
             number(size.height / 72.0) + "in";
    case FileFormat::gif:
      break;
  }
  const std::string motion = animated ? "animate delay " + std::to_string(frame_delay) + " loop 0 " : "";
  return "gif " + motion + "noenhanced font \"sans-serif,11\" size " + sized(1);
}

std::string page(Picture picture, FileFormat format, std::size_t frame) {
  // A single panel takes the title as its own, for which gnuplot leaves room beside the key.
  if (picture.panels.size() == 1 && picture.panels.front().title.empty())
    std::swap(picture.title, picture.panels.front().title);
  const std::string grid = std::to_string(grid_rows(picture)) + "," + std::to_string(picture.columns);
  std::string out = "set multiplot layout " + grid;
  if (!picture.title.empty()) out += " title " + gnuplot_string(picture.title);
  out += "\n";
  // GIF has no shades at the rims of its dots: small ones would be crosses.
  const PanelStyle style{picture.columns == 1  ? 8
                         : picture.columns < 4 ? 5
                                               : 4,
                         format == FileFormat::gif ? 2.0 : 1.0};
  for (std::size_t k = 0; k < picture.panels.size(); ++k)
    out += PanelScript(picture.panels[k],
                       "frame" + std::to_string(frame) + "panel" + std::to_string(k) + "layer", style)
               .text();
  return out + "unset multiplot\n";
}

}  // namespace

std::string gnuplot_script(const Frames& frames, FileFormat format, PageSize size) {
  const bool animated = format == FileFormat::gif && frames.size() > 1;
  std::string out = "set encoding utf8\nset terminal " + terminal(format, size, animated) + "\n";
  out += "set border 3\nset tics out scale 0.6\nset key noautotitle\n" + palette();
  for (std::size_t k = 0; k < frames.size(); ++k) out += page(frames[k], format, k);
  if (animated)
    for (int copy = 0; copy < frames_held; ++copy) out += page(frames.back(), format, frames.size() - 1);
  return out;
}

}  // namespace fm
